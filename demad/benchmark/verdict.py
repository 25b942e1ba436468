"""The rule of a verdict (`methods.md` section 2.5): is a difference real, does it matter, may it be said.

Words, captions, legends and marks follow the codes made here and nothing else. Not here: the sentences
(`reports/words.nl.toml`), and what a city is set against (`indicators.yardsticks`, `benchmark.others`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from scipy.special import ndtri

from demad.benchmark.others import COMPARABLE, FEWEST_OTHERS
from demad.benchmark.scales import error, scaled, scales
from demad.catalogue import Indicator
from demad.tables.figures import FIGURE_KEY, YARDSTICK

Z_95, Z_998 = (float(ndtri((1 + share) / 2)) for share in (0.95, 0.998))
SIDED = ("clear", "apart", "maybe")
SIMILAR_PEOPLE = {
    "outflow_rate": ("outflow_oe", 1),
    "still_on_12m": ("outflow_first_year_oe", -1),
    "still_on_24m": ("outflow_first_year_oe", -1),
    "cif_work_12m": ("outflow_work_oe", 1),
    "return_6m": ("return_oe", 1),
    "return_12m": ("return_oe", 1),
    "return_24m": ("return_oe", 1),
}
"""The figure that sets the people alike, and whether it rises with the crude one (1) or against it (-1)."""

_NEAR = 1e-9
_OF_WHOLE_MONTHS = 1 / 12
"""The variance of a median that can only be a whole number of months."""
_SAID = ("verdict", "reason", "mark", "similar_people", "unknown", "bound_low", "bound_high")


def verdicts(
    precise: pl.DataFrame,
    yardsticks: pl.DataFrame,
    quartiles: pl.DataFrame,
    usual: pl.DataFrame,
    catalogue: Sequence[Indicator],
) -> pl.DataFrame:
    """Judge every city value.

    Parameters
    ----------
    precise
        PUBLISHED_VALUE of cities, unrounded.
    yardsticks
        YARDSTICK.
    quartiles
        Of `others.others`.
    usual
        SPREAD.

    Returns
    -------
    FIGURE_KEY, ``verdict``, ``reason``, ``mark``, ``similar_people``, ``unknown``, ``bound_low``, ``bound_high``: see
    BENCHMARK. Groups, other series and indicators without an interval have verdict ``none``.
    """
    known = scales(catalogue)
    entries = {entry.id: entry for entry in catalogue}
    id = pl.col("indicator")
    judged = (
        precise.join(quartiles, on=list(FIGURE_KEY), how="left")
        .join(yardsticks.with_columns(breakdown=pl.lit("total")), on=[*YARDSTICK.key, "breakdown"], how="left")
        .with_columns(
            scale=id.replace_strict(known, default=""),
            year=pl.col("period").str.slice(0, 4).cast(pl.Int32),
            direction=id.replace_strict({name: entry.direction for name, entry in entries.items()}, default=0),
            relative=id.replace_strict({name: entry.margin for name, entry in entries.items()}, default=0.0),
            least_margin=id.replace_strict({name: entry.least_margin for name, entry in entries.items()}, default=0.0),
        )
        .join(usual, on=["variant", "indicator", "year"], how="left")
    )
    tested = _tested(judged)
    said = tested.with_columns(reason=_reason()).with_columns(verdict=_verdict())
    with_people = _with_similar_people(said)
    final = with_people.with_columns(
        verdict=pl.when(pl.col("similar_people") == "gone").then(pl.lit("unsaid")).otherwise("verdict"),
        reason=pl.when(pl.col("similar_people") == "gone").then(pl.lit("case_mix")).otherwise("reason"),
    )
    return final.with_columns(mark=_mark(), bound_low=pl.col("least"), bound_high=pl.col("most")).select(
        *FIGURE_KEY, *_SAID
    )


def _tested(judged: pl.DataFrame) -> pl.DataFrame:
    """``level`` (real, perhaps, no) and ``side`` with the reasons placed nowhere and like the known ones."""
    plain = _score("value", "low", "high", "others", "others_low", "others_high")
    placed = _score("placed", "placed_low", "placed_high", *(f"others_placed{end}" for end in ("", "_low", "_high")))
    wide = judged.with_columns(z=plain.z, distance=plain.distance, variance=plain.variance, z_placed=placed.z)
    side = pl.col("z").sign().cast(pl.Int64)
    of_median = (pl.col("value") - pl.col("median")).sign().cast(pl.Int64)
    apart = (pl.col("value") - pl.col("median")).abs() >= _margin(pl.col("median")) - _NEAR
    placed_apart = (pl.col("placed") - pl.col("others_placed")).abs() >= _margin(pl.col("others_placed")) - _NEAR
    reach = Z_998 * (pl.col("variance") + pl.col("tau") ** 2).sqrt()
    return wide.with_columns(
        level=pl.when(side != of_median).then(pl.lit("no")).otherwise(_level(pl.col("z"))),
        level_placed=_level(pl.col("z_placed")),
        side=side,
        side_placed=pl.col("z_placed").sign().cast(pl.Int64),
        matters=apart,
        matters_placed=placed_apart,
        unusual=(pl.col("distance").abs() > reach).fill_null(False),
    )


class _Score:
    """z of a city against the others, the distance and the variance on their scale."""

    def __init__(self, distance: pl.Expr, variance: pl.Expr) -> None:
        self.distance, self.variance = distance, variance

    @property
    def z(self) -> pl.Expr:
        """Null where nothing can be said."""
        return pl.when(self.variance > 0).then(self.distance / self.variance.sqrt())


def _score(value: str, low: str, high: str, other: str, other_low: str, other_high: str) -> _Score:
    scale = pl.col("scale")
    distance = scaled(pl.col(value), scale) - scaled(pl.col(other), scale)
    own, theirs = error(pl.col(low), pl.col(high), scale), error(pl.col(other_low), pl.col(other_high), scale)
    whole_months = pl.when(pl.col("indicator") == "duration_median").then(2 * _OF_WHOLE_MONTHS).otherwise(0.0)
    return _Score(distance, own**2 + theirs**2 + whole_months)


def _level(z: pl.Expr) -> pl.Expr:
    far = z.abs()
    return pl.when(far > Z_998).then(pl.lit("real")).when(far > Z_95).then(pl.lit("perhaps")).otherwise(pl.lit("no"))


def _margin(yardstick: pl.Expr) -> pl.Expr:
    return pl.max_horizontal(yardstick * pl.col("relative"), pl.col("least_margin"))


def _reason() -> pl.Expr:
    """Why nothing can be said of a value; empty where something can, or where nothing is ever said."""
    status = pl.col("status")
    rests = pl.col("placed").is_not_null()
    agree = pl.all_horizontal(
        pl.col("level") == pl.col("level_placed"),
        pl.col("side") == pl.col("side_placed"),
        pl.col("matters") == pl.col("matters_placed"),
    )
    claims = (pl.col("level") == "real") | (pl.col("level_placed") == "real")
    return (
        pl.when(~_is_judged())
        .then(pl.lit(""))
        .when(pl.col("value").is_null() | (status == "not_comparable"))
        .then(status)
        .when((status == "low_n") | pl.col("low").is_null() | pl.col("high").is_null())
        .then(pl.lit("few_people"))
        .when((pl.col("n_others") < FEWEST_OTHERS) | pl.col("z").is_null())
        .then(pl.lit("few_cities"))
        .when(rests & claims & ~agree.fill_null(False))
        .then(pl.lit("unknown_reasons"))
        .otherwise(pl.lit(""))
    )


def _is_judged() -> pl.Expr:
    return (pl.col("scale") != "") & (pl.col("variant") == "main") & (pl.col("breakdown") == "total")


def _verdict() -> pl.Expr:
    real, rests = pl.col("level") == "real", pl.col("placed").is_not_null()
    same_side = pl.col("side") == pl.col("side_placed")
    perhaps = (pl.col("level") == "perhaps") & (~rests | ((pl.col("level_placed") == "perhaps") & same_side))
    sided = pl.when(pl.col("side") > 0).then(pl.lit("_higher")).otherwise(pl.lit("_lower"))
    return (
        pl.when(~_is_judged())
        .then(pl.lit("none"))
        .when(pl.col("reason") != "")
        .then(pl.lit("unsaid"))
        .when(real & pl.col("matters") & pl.col("unusual"))
        .then(pl.lit("clear") + sided)
        .when(real & pl.col("matters"))
        .then(pl.lit("apart") + sided)
        .when(real)
        .then(pl.lit("nearly"))
        .when(perhaps)
        .then(pl.lit("maybe") + sided)
        .otherwise(pl.lit("chance"))
    )


def _with_similar_people(said: pl.DataFrame) -> pl.DataFrame:
    """``similar_people``: whether the observed-to-expected figure of the last closed year has the same sign.

    Asked only of a difference that is real and matters. ``small`` where that figure is not there or expects fewer
    than ten, so that it says nothing.
    """
    ratios = said.filter(
        pl.col("indicator").is_in({ratio for ratio, _ in SIMILAR_PEOPLE.values()}), breakdown="total", variant="main"
    ).select(
        "city",
        ratio="indicator",
        closed="period",
        over=pl.when(pl.col("status").is_in(COMPARABLE)).then((pl.col("value") - 1).sign().cast(pl.Int64)),
    )
    closes = pl.when(pl.col("period").str.contains("(Q4|-12)$")).then("year").otherwise(pl.col("year") - 1)
    asked = said.with_columns(
        ratio=pl.col("indicator").replace_strict({id: ratio for id, (ratio, _) in SIMILAR_PEOPLE.items()}, default=""),
        turned=pl.col("indicator").replace_strict({id: sign for id, (_, sign) in SIMILAR_PEOPLE.items()}, default=1),
        closed=closes.cast(pl.String) + "Q4",
    )
    claims = pl.col("verdict").str.contains("^(clear|apart)_") & (pl.col("ratio") != "")
    return asked.join(ratios, on=["city", "ratio", "closed"], how="left").with_columns(
        similar_people=pl.when(~claims)
        .then(pl.lit(""))
        .when(pl.col("over").is_null())
        .then(pl.lit("small"))
        .when(pl.col("over") * pl.col("turned") == pl.col("side"))
        .then(pl.lit("kept"))
        .otherwise(pl.lit("gone"))
    )


def _mark() -> pl.Expr:
    """Filled or outlined, good or bad by the direction of the indicator; nothing for neutral ones."""
    good = pl.when(pl.col("side") * pl.col("direction") > 0).then(pl.lit("good")).otherwise(pl.lit("bad"))
    filled = pl.col("verdict").str.starts_with("clear_")
    outlined = pl.col("verdict").str.starts_with("apart_")
    return (
        pl.when(pl.col("direction") == 0)
        .then(pl.lit(""))
        .when(filled)
        .then(good + "_filled")
        .when(outlined)
        .then(good + "_outlined")
        .otherwise(pl.lit(""))
    )
