"""Through the door and past the auditor: the only way in which figures become published figures."""

from __future__ import annotations

import polars as pl

from demad.disclosure.attack.audit import Audit, audit, refuse_leaking
from demad.disclosure.policy import Policy
from demad.disclosure.suppress import publish as suppress
from demad.tables.figures import FIGURE_KEY, PUBLISHED_VALUE

_TRIES = 4


def publish(values: pl.DataFrame, policy: Policy, released: pl.DataFrame | None = None) -> pl.DataFrame:
    """Protect the figures of a release and let an independent attacker try to undo it; D-600 where he can.

    A table the attacker objects to stays as it was last released, or is hidden as a whole; then he tries again.

    Parameters
    ----------
    values
        INDICATOR_VALUE of the whole release.
    released
        PUBLISHED_VALUE as last released, key by key; known to everybody for ever.

    Raises
    ------
    PrivacyRefused
        D-600: something can still be found out.
    """
    before = PUBLISHED_VALUE.empty() if released is None else released
    barred, kept = before, before.clear()
    published = suppress(values, policy, barred)
    found = audit(published, values, policy, before)
    for _ in range(_TRIES):
        if found.passed:
            break
        touched = _touched(published, objections(found))
        kept = before.join(pl.concat([touched, kept.select(FIGURE_KEY)]).unique(), on=FIGURE_KEY, how="semi")
        gone = published.join(touched, on=FIGURE_KEY, how="semi").join(before, on=FIGURE_KEY, how="anti")
        barred = pl.concat([barred.join(gone, on=FIGURE_KEY, how="anti"), _blank(gone)])
        published = _as_released(suppress(values, policy, barred), kept)
        found = audit(published, values, policy, before)
    refuse_leaking(found)
    return published


def objections(found: Audit) -> pl.DataFrame:
    """The tables in which an attacker found something: ``variant``, ``indicator``, ``breakdown``, ``about``.

    A system is named by its series, its indicator, its period (a year for the months in it) and its breakdown.
    """
    systems = [bound.system.removesuffix(" rest").split() for bound in (*found.exact, *found.narrow)]
    rows = [(name[0], name[1], name[3] if len(name) > 3 else "total", name[2]) for name in systems]
    rows += [(leak.variant, leak.indicator, leak.breakdown, leak.period) for leak in found.leaks]
    names_of = ["variant", "indicator", "breakdown", "about"]
    return pl.DataFrame(rows, schema=dict.fromkeys(names_of, pl.String), orient="row").unique().sort(names_of)


def _touched(published: pl.DataFrame, objected: pl.DataFrame) -> pl.DataFrame:
    """Keys of the figures in the tables objected to."""
    about = pl.when(pl.col("about").str.len_chars() == 4).then(pl.col("period").str.slice(0, 4)).otherwise("period")
    rows = published.join(objected, on=["variant", "indicator", "breakdown"], how="inner")
    return rows.filter(about == pl.col("about")).select(FIGURE_KEY).unique()


def _as_released(published: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Put what was released before in the place of what is there now."""
    rest = published.join(kept, on=FIGURE_KEY, how="anti")
    return PUBLISHED_VALUE.check(pl.concat([rest, kept.select(rest.columns)]).sort(FIGURE_KEY))


def _blank(gone: pl.DataFrame) -> pl.DataFrame:
    """The same figures, hidden."""
    numbers = ("value", "low", "high", "numerator", "denominator")
    nothing = [pl.lit(None, dtype=gone.schema[name]).alias(name) for name in numbers]
    return gone.with_columns(*nothing, status=pl.lit("suppressed"))
