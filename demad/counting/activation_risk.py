"""Risk tables on activation: ACTIVATION_RISK, AFTER_ART60_RISK, and CARE_LEAVER_SPELL_RISK."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Axis, Block, Stays, at_risk_by_step, numbers, places, rows_of, tally
from demad.tables.risk_counts import ACTIVATION_RISK, AFTER_ART60_RISK, CARE_LEAVER_SPELL_RISK
from demad.tables.schema import Table

LONGEST_ACTIVATION, LONGEST_RETURN, LONGEST_SPELL = 24, 24, 36


def count_activation_risk(activated: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count persons on benefit and not yet activated: at risk, first activations, exits, censored.

    Parameters
    ----------
    activated
        Result of `activation.activated_spells`. Activation takes precedence over an exit in the same month.

    Returns
    -------
    ACTIVATION_RISK, years of the transition, for the series main and wide.
    """
    in_time = (pl.col("activated") <= pl.col("last")).fill_null(False)
    followed = activated.with_columns(
        until=pl.when(in_time).then(pl.col("activated")).otherwise(pl.col("last")),
        outcome=pl.when(in_time)
        .then(pl.lit("d_activation"))
        .when("exited")
        .then(pl.lit("d_exit"))
        .otherwise(pl.lit("c"))
        .cast(pl.Enum(["d_activation", "d_exit", "c"])),
    )
    return _by_year(ACTIVATION_RISK, followed, city=city, longest=LONGEST_ACTIVATION)


def count_care_leaver_spell_risk(spells: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count how long care leavers stay on a leefloon that started after they left youth care.

    Parameters
    ----------
    spells
        Result of `follow_up.spells_after_care`.

    Returns
    -------
    CARE_LEAVER_SPELL_RISK, years of the transition, for the series main and wide.
    """
    outcome = pl.when("exited").then(pl.lit("d")).otherwise(pl.lit("c")).cast(pl.Enum(["d", "c"]))
    followed = spells.with_columns(until="last", outcome=outcome)
    return _by_year(CARE_LEAVER_SPELL_RISK, followed, city=city, longest=LONGEST_SPELL)


def _by_year(table: Table, followed: pl.DataFrame, *, city: str, longest: int) -> pl.DataFrame:
    blocks = []
    for variant in ("main", "wide"):
        rows = followed.filter(pl.col("until") > pl.col("entry"), variant=variant)
        if rows.is_empty():
            continue
        stays = Stays(*numbers(rows, "start", "entry", "until"))
        year = (stays.start + stays.last - 1) // 12
        first = int(((stays.start + stays.entry) // 12).min())
        everyone = Axis("total", np.zeros(rows.height, dtype=np.int64))
        outcomes = [name for name in table.counts if name != "n"]
        shape = (1, int(year.max()) - first + 1, int(stays.last.max()) + 2)
        ended = tally(
            (len(outcomes), *shape), places(rows["outcome"], outcomes), everyone.codes, year - first, stays.last
        )
        n = at_risk_by_step(stays, everyone, first=first, length=12, shape=shape)
        kept = slice(1, min(longest, shape[2] - 1) + 1)
        counts = {name: array[0, :, kept] for name, array in zip(("n", *outcomes), (n, *ended), strict=True)}
        axes = {
            "period": [str(first + number) for number in range(shape[1])],
            "k": range(kept.start, kept.stop),
        }
        blocks.append(Block({"city": city, "variant": variant}, axes, counts))
    return rows_of(table, blocks)


def count_after_art60(followed: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count persons without leefloon m months after art. 60 or 61: at risk, returns, censored.

    Parameters
    ----------
    followed
        Result of `activation.after_art60`.

    Returns
    -------
    AFTER_ART60_RISK, years in which the art. 60/61 ended.
    """
    if followed.is_empty():
        return AFTER_ART60_RISK.empty()
    month, months_followed = numbers(followed, "month", "months_followed")
    year = month // 12
    m = np.minimum(months_followed, LONGEST_RETURN + 1)
    returned = followed["returned"].to_numpy()
    shape = (2, int(year.max() - year.min()) + 1, LONGEST_RETURN + 2)
    censored, back = tally(shape, returned.astype(np.int64), year - year.min(), m)
    still_out = np.flip(np.cumsum(np.flip(censored + back, axis=1), axis=1), axis=1)
    kept = slice(1, LONGEST_RETURN + 1)
    counts = {"n": still_out[:, kept], "d_return": back[:, kept], "c": censored[:, kept]}
    axes = {"period": [str(year.min() + number) for number in range(shape[1])], "m": range(1, LONGEST_RETURN + 1)}
    return rows_of(AFTER_ART60_RISK, [Block({"city": city}, axes, counts)])
