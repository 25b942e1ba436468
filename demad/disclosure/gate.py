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
    What was released before and stays as it was says nothing new, and refuses nothing.

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
        news = new_objections(found, published, before)
        if news.is_empty():
            break
        touched = _touched(published, objections(found))
        kept = before.join(pl.concat([touched, kept.select(FIGURE_KEY)]).unique(), on=FIGURE_KEY, how="semi")
        gone = published.join(touched, on=FIGURE_KEY, how="semi").join(before, on=FIGURE_KEY, how="anti")
        barred = pl.concat([barred.join(gone, on=FIGURE_KEY, how="anti"), _blank(gone)])
        published = _as_released(suppress(values, policy, barred), kept)
        found = audit(published, values, policy, before)
    refuse_news(found, published, before)
    return published


def refuse_news(found: Audit, published: pl.DataFrame, before: pl.DataFrame) -> None:
    """Raise D-600 where an attacker found something with the help of a figure that was not released as it is.

    He takes what he sees to be true today. Of a table that stays as it was released before later corrections that
    says too much at times, but nothing that leaving it out would take back.

    Parameters
    ----------
    before
        Figures of earlier releases: key and ``value``.

    Raises
    ------
    PrivacyRefused
        D-600: names the first table, never a value.
    """
    if new_objections(found, published, before).height:
        refuse_leaking(found)


def new_objections(found: Audit, published: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The `objections` to tables that show anything, their totals included, that was not released as it is."""
    objected = objections(found)
    same = before.select(*FIGURE_KEY, pl.col("value").alias("printed")).unique()
    shown = published.filter(pl.col("value").is_not_null()).with_columns(printed="value")
    news = shown.join(same, on=[*FIGURE_KEY, "printed"], how="anti")
    # Beside a breakdown the totals, beside the wide series the main one.
    beside = pl.concat(
        [
            objected.with_columns(pl.col("variant", "breakdown").name.prefix("of_")),
            objected.with_columns(pl.col("variant", "breakdown").name.prefix("of_"), breakdown=pl.lit("total")),
            objected.with_columns(pl.col("variant", "breakdown").name.prefix("of_"), variant=pl.lit("main")),
        ]
    )
    keys = ["variant", "indicator", "breakdown"]
    found_in = news.join(beside, on=keys, how="inner").filter(_about() == pl.col("about"))
    touched = found_in.select(variant="of_variant", indicator="indicator", breakdown="of_breakdown", about="about")
    return objected.join(touched.unique(), on=objected.columns, how="semi", maintain_order="left")


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
    rows = published.join(objected, on=["variant", "indicator", "breakdown"], how="inner")
    return rows.filter(_about() == pl.col("about")).select(FIGURE_KEY).unique()


def _about() -> pl.Expr:
    """The period of a figure as a system names it: its year where the system is of a whole year."""
    return pl.when(pl.col("about").str.len_chars() == 4).then(pl.col("period").str.slice(0, 4)).otherwise("period")


def _as_released(published: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Put what was released before in the place of what is there now."""
    rest = published.join(kept, on=FIGURE_KEY, how="anti")
    return PUBLISHED_VALUE.check(pl.concat([rest, kept.select(rest.columns)]).sort(FIGURE_KEY))


def _blank(gone: pl.DataFrame) -> pl.DataFrame:
    """The same figures, hidden."""
    numbers = ("value", "low", "high", "numerator", "denominator")
    nothing = [pl.lit(None, dtype=gone.schema[name]).alias(name) for name in numbers]
    return gone.with_columns(*nothing, status=pl.lit("suppressed"))
