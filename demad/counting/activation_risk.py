"""Activation as risk tables: ACTIVATION_RISK, AFTER_ART60_RISK, and the spells of care leavers."""

from __future__ import annotations

import numpy as np
import polars as pl

from demad.counting.cells import Axis, Stays, at_risk_by_step, rows_of, tally
from demad.tables.counts import ACTIVATION_RISK, AFTER_ART60_RISK, CARE_LEAVER_SPELL_RISK
from demad.tables.schema import Table

LONGEST_ACTIVATION, LONGEST_RETURN, LONGEST_SPELL = 24, 24, 36


def count_activation_risk(activated: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count who is on benefit and not activated, is activated first, leaves first, or is censored.

    Parameters
    ----------
    activated
        Of `activation.activated_spells`. Activation goes before an exit in the same month.

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
        .otherwise(pl.lit("c")),
    )
    return _by_year(ACTIVATION_RISK, followed, city=city, longest=LONGEST_ACTIVATION)


def count_care_leaver_spell_risk(spells: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count how long care leavers stay on the leefloon that they took up after leaving youth care.

    Parameters
    ----------
    spells
        Of `follow_up.spells_after_care`.

    Returns
    -------
    CARE_LEAVER_SPELL_RISK, years of the transition, for the series main and wide.
    """
    outcome = pl.when("exited").then(pl.lit("d")).otherwise(pl.lit("c"))
    followed = spells.with_columns(until="last", outcome=outcome)
    return _by_year(CARE_LEAVER_SPELL_RISK, followed, city=city, longest=LONGEST_SPELL)


def _by_year(table: Table, followed: pl.DataFrame, *, city: str, longest: int) -> pl.DataFrame:
    tables = [table.empty()]
    for variant in ("main", "wide"):
        rows = followed.filter(pl.col("until") > pl.col("entry"), pl.col("variant").cast(pl.String) == variant)
        if rows.is_empty():
            continue
        start, entry, until = (rows[name].to_numpy().astype(np.int64) for name in ("start", "entry", "until"))
        outcome = rows["outcome"].to_numpy()
        year = (start + until - 1) // 12
        first = int(((start + entry) // 12).min())
        shape = (1, int(year.max()) - first + 1, int(until.max()) + 2)
        one = np.zeros(len(start), dtype=np.int64)
        ended = {
            name: tally(shape, one[outcome == name], (year - first)[outcome == name], until[outcome == name])
            for name in table.counts
            if name != "n"
        }
        stays = Stays(start, entry, until)
        n = at_risk_by_step(stays, Axis("total", one), first=first, length=12, shape=shape)
        steps = min(longest, shape[2] - 1)
        counts = {name: array[0, :, 1 : steps + 1] for name, array in {"n": n, **ended}.items()}
        axes = {"period": [str(first + number) for number in range(shape[1])], "k": list(range(1, steps + 1))}
        tables.append(rows_of(table, fixed={"city": city, "variant": variant}, axes=axes, counts=counts))
    return table.check(pl.concat(tables))


def count_after_art60(followed: pl.DataFrame, *, city: str) -> pl.DataFrame:
    """Count who is still without leefloon m months after art. 60 or 61, who came back, who is censored.

    Parameters
    ----------
    followed
        Of `activation.after_art60`.

    Returns
    -------
    AFTER_ART60_RISK, years in which the art. 60/61 ended.
    """
    if followed.is_empty():
        return AFTER_ART60_RISK.empty()
    year = followed["month"].to_numpy().astype(np.int64) // 12
    m = np.minimum(followed["months_followed"].to_numpy().astype(np.int64), LONGEST_RETURN + 1)
    returned = followed["returned"].to_numpy()
    shape = (int(year.max() - year.min()) + 1, LONGEST_RETURN + 2)
    period, kept = year - year.min(), slice(1, LONGEST_RETURN + 1)
    still_out = np.flip(np.cumsum(np.flip(tally(shape, period, m), axis=1), axis=1), axis=1)
    counts = {
        "n": still_out[:, kept],
        "d_return": tally(shape, period[returned], m[returned])[:, kept],
        "c": tally(shape, period[~returned], m[~returned])[:, kept],
    }
    axes = {"period": [str(year.min() + number) for number in range(shape[0])], "m": list(range(1, LONGEST_RETURN + 1))}
    return AFTER_ART60_RISK.check(rows_of(AFTER_ART60_RISK, fixed={"city": city}, axes=axes, counts=counts))
