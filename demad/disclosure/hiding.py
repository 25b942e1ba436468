"""Which protected figures are too small to show. The rules read protected numbers only."""

from __future__ import annotations

import polars as pl

from demad.catalogue import CATALOGUE
from demad.disclosure.policy import COUNT_UNITS, Policy
from demad.tables.movers import MONTHS_FOLLOWED

_YEAR = 12
_DURATIONS = ("months", "days")
_RATES = ("ratio", "per 1000", "% a month")
_SAME_PEOPLE = ("careleaver_leefloon_0m", "careleaver_leefloon_12m")  # the wide series counts other support of theirs
_PER_MONTH = ("outflow_rate", "sustainable_outflow_12m")
_OF_STOCK = ("caseload_rate", "caseload_change_yoy", "youth_share", "student_share", "long_term_share", "gpmi_share")
_STEPS = {
    "careleaver_applied_12m": ("careleaver_leefloon_12m",),
    "careleaver_known_12m": ("careleaver_applied_12m", "careleaver_leefloon_12m", "careleaver_any_support_6m"),
    "careleaver_kept_12m": ("careleaver_leefloon_12m",),
    **{f"return_anywhere_{months}m": (f"return_elsewhere_{months}m",) for months in MONTHS_FOLLOWED},
}
"""Steps of the cascade, and the figures of the same people that they are hidden beside: who is between is a count.

Between a return anywhere and one elsewhere alone is who returned here."""
_SIDES = {
    "net_flow": ("inflow_count", "outflow_count"),
    **{f"return_anywhere_{months}m": (f"return_elsewhere_{months}m",) for months in MONTHS_FOLLOWED},
    "careleaver_lasting_24m": ("careleaver_still_on_24m", "careleaver_return_12m"),
    "sustainable_outflow_12m": ("sustainable_work_12m",),
    "sustainable_from_entry_24m": ("sustainable_work_12m",),
}
"""Figures that, with one of their sides or factors, would tell the other: they are hidden with it."""
_PARTS_OF_ALL = r"^(status_after_(start|exit)_|months_on_5y)"
_OF_BANDS, _BAND_LEFT = "months_on_5y", "25-48"
_AGREED = "gpmi_year_share"
_CONNECTED = "connected_stock"
_DECADE, _YEARS_OF_DECADE = "instability_share", 10
_BESIDE = ["indicator", "city", "period", "breakdown", "group"]
_PERIOD_OF_FLOW = ["variant", "city", "period", "breakdown", "group"]


def hidden(figures: pl.DataFrame, policy: Policy) -> pl.Series:
    """Judge every figure by itself.

    Hidden are: counts, numerators and rests of shares below the threshold, zero included; shares and durations of
    fewer people than the least denominator; a balance of which a side is hidden; the change over a year of a small
    group; a median with a wide interval; and the wide series where one of its counts differs from that of main by
    less than the threshold; and the persons of a year who are few more than those of a month.
    Where so few are counted in all, their groups are hidden too, and what is counted among a stock that is hidden.
    A step of the cascade of care leavers is hidden where it differs by less than the threshold from a step beside it,
    and a return anywhere where who returned here, or elsewhere alone, are fewer.

    Parameters
    ----------
    figures
        INDICATOR_VALUE from protected tables.

    Returns
    -------
    Boolean, a row each, in order. Figures without a value and figures of data quality are never hidden.
    """
    units = {entry.id: entry.unit for entry in CATALOGUE}
    people = ~pl.col("indicator").str.starts_with("dq_")
    judged = figures.with_row_index("place").with_columns(unit=pl.col("indicator").replace_strict(units))
    judged = _with_steps(_with_main(judged.with_columns(**_counts())))
    few = pl.any_horizontal(_rules(policy)).fill_null(False)
    decided = judged.with_columns(hidden=people & pl.col("value").is_not_null() & few)
    alone = _with_groups(_with_persons(_with_sides(decided), policy), policy)
    return _with_rests(_with_connected(_with_decades(alone, policy), policy).sort("place"))["hidden"]


def _rules(policy: Policy) -> list[pl.Expr]:
    unit, id = pl.col("unit"), pl.col("indicator")
    part, whole, few = pl.col("part"), pl.col("whole"), policy.threshold
    return [
        unit.is_in([*COUNT_UNITS, "share", *_DURATIONS, *_RATES]) & (part < few),
        (unit == "share") & (whole - part < few),
        (unit.is_in(["share", *_DURATIONS]) | id.is_in(_PER_MONTH)) & (whole < policy.least_denominator),
        (unit == "fraction") & (pl.min_horizontal(part, whole) < _least_change(policy)),
        (id == "duration_median") & ((pl.col("high") - pl.col("low")).fill_null(_YEAR * _YEAR) > policy.widest_median),
        pl.min_horizontal("part_beyond_main", "whole_beyond_main") < few,
        pl.col("beyond_step") < few,
    ]


def _counts() -> dict[str, pl.Expr]:
    """``part`` and ``whole``: the people that a figure counts, and among whom; of person-months a mean month.

    A balance counts nobody; inhabitants and expected exits are no counts of ours.
    """
    unit, id = pl.col("unit"), pl.col("indicator")
    is_count = unit.is_in(COUNT_UNITS)
    part, whole = (
        pl.when(id.is_in(_in_person_months(name))).then(pl.col(name) / _YEAR).otherwise(pl.col(name))
        for name in ("numerator", "denominator")
    )
    return {
        "part": pl.when(id == "net_flow").then(None).when(is_count).then("value").otherwise(part),
        "whole": pl.when(~is_count & ~unit.is_in(["ratio", "per 1000"])).then(whole),
    }


def _in_person_months(name: str) -> list[str]:
    return [entry.id for entry in CATALOGUE if name in entry.person_months]


def _least_change(policy: Policy) -> pl.Expr:
    return pl.when(pl.col("breakdown") == "total").then(policy.threshold).otherwise(policy.least_change)


def _with_main(judged: pl.DataFrame) -> pl.DataFrame:
    """``part_beyond_main``, ``whole_beyond_main``: how far the counts of the wide series are from those of main."""
    main = judged.filter(variant="main").select(*_BESIDE, part_of_main="part", whole_of_main="whole")
    beside = judged.join(main, on=_BESIDE, how="left")
    is_wide, same_people = pl.col("variant") == "wide", pl.col("indicator").is_in(_SAME_PEOPLE)
    return beside.with_columns(
        part_beyond_main=pl.when(is_wide).then((pl.col("part") - pl.col("part_of_main")).abs()),
        whole_beyond_main=pl.when(is_wide & ~same_people).then((pl.col("whole") - pl.col("whole_of_main")).abs()),
    )


def _with_steps(judged: pl.DataFrame) -> pl.DataFrame:
    """``beyond_step``: how far the count of a step of the cascade is from the nearest one beside it."""
    pairs = pl.DataFrame(
        [(step, other) for step, others in _STEPS.items() for other in others], ["step", "other"], orient="row"
    )
    place = ["variant", "city", "period"]
    totals = judged.filter(breakdown="total").select("indicator", *place, "part")
    both = totals.join(pairs, left_on="indicator", right_on="step").join(
        totals.rename({"indicator": "other", "part": "beside"}), on=["other", *place]
    )
    nearest = both.group_by("indicator", *place).agg(beyond_step=(pl.col("part") - pl.col("beside")).abs().min())
    return judged.join(nearest, on=["indicator", *place], how="left", maintain_order="left")


def _with_sides(decided: pl.DataFrame) -> pl.DataFrame:
    """A balance is hidden with each of its sides, a product with each of its factors: see `_SIDES`."""
    pairs = pl.DataFrame([(side, of) for of, sides in _SIDES.items() for side in sides], ["side", "of"], orient="row")
    gone = decided.filter("hidden").join(pairs, left_on="indicator", right_on="side")
    hidden_sides = gone.select(*_PERIOD_OF_FLOW, indicator="of", side_hidden=True).unique()
    beside = decided.join(hidden_sides, on=[*_PERIOD_OF_FLOW, "indicator"], how="left")
    told = pl.col("side_hidden").fill_null(False) & pl.col("value").is_not_null()
    return beside.with_columns(hidden=pl.col("hidden") | told)


def _with_persons(decided: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The persons of a year are hidden where few of them are missing in a month that is shown, with what counts them.

    So are those with a GPMI where few of them had none in some month that has a figure.
    """
    key = ["variant", "city", "breakdown", "group", "year"]
    by_year = decided.with_columns(year=pl.col("period").str.slice(0, 4))
    most = by_year.filter(indicator="caseload_stock").group_by(key).agg(most=pl.col("value").max())
    agreed = by_year.filter(indicator="gpmi_share").group_by(key).agg(most_agreed=pl.col("numerator").max())
    beside = by_year.join(most, on=key, how="left").join(agreed, on=key, how="left")
    id, few = pl.col("indicator"), policy.threshold
    of_persons = (id == "caseload_distinct_year") & (pl.col("value") - pl.col("most") < few)
    of_agreed = (id == _AGREED) & (
        (pl.col("denominator") - pl.col("most") < few) | (pl.col("numerator") - pl.col("most_agreed") < few)
    )
    told = (of_persons | of_agreed) & pl.col("value").is_not_null()
    return beside.with_columns(hidden=pl.col("hidden") | told.fill_null(False))


def _with_decades(decided: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The share who came back in ten years is hidden where few of the people are missing in one of these years."""
    place = ["variant", "city"]
    year = pl.col("period").cast(pl.Int32)
    of_years = decided.filter(indicator="caseload_distinct_year", breakdown="total")
    years = of_years.select(*place, year=year, of_year="value")
    decades = decided.filter(pl.col("value").is_not_null(), indicator=_DECADE)
    both = decades.select("place", *place, last=year, people="denominator").join(years, on=place)
    within = pl.col("year").is_between(pl.col("last") - _YEARS_OF_DECADE + 1, pl.col("last"))
    near = both.filter(within, pl.col("people") - pl.col("of_year") < policy.threshold)["place"].unique()
    return decided.with_columns(hidden=pl.col("hidden") | pl.col("place").is_in(near.implode()))


def _with_groups(decided: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Groups of a count of few people are hidden with it, and what is counted among few people."""
    place = ["variant", "city", "period"]
    few = decided.filter(
        pl.col("unit").is_in(COUNT_UNITS) & (pl.col("indicator") != "net_flow") & (pl.col("value") < policy.threshold),
        breakdown="total",
    )
    of_groups = few.select("indicator", *place, few_in_all=True).unique()
    of_stock = few.filter(indicator="caseload_stock").select(*place, few_people=True).unique()
    beside = decided.join(of_groups, on=["indicator", *place], how="left").join(of_stock, on=place, how="left")
    told = pl.col("few_in_all").fill_null(False) | (
        pl.col("indicator").is_in(_OF_STOCK) & pl.col("few_people").fill_null(False)
    )
    return beside.with_columns(hidden=pl.col("hidden") | (told & pl.col("value").is_not_null()))


def _with_connected(decided: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The connected stock beside the stock of main: who is in the one and not in the other is a count, as each part is.

    The total is hidden with the stock of main, where few are in it beside those, and where those in art. 60/61 are
    hidden and the equivalent ones, whom the wide stock shows, are not. Where it is shown, one part is not hidden alone.
    """
    place, id, value = ["variant", "city", "period"], pl.col("indicator"), pl.col("value")
    total, in_art60 = pl.col("breakdown") == "total", pl.col("group") == "art60"
    ours = id == _CONNECTED
    facts = (
        decided.filter(ours | ((id == "caseload_stock") & total))
        .group_by(place)
        .agg(
            of_main=value.filter(~ours).first(),
            no_main=pl.col("hidden").filter(~ours).any(),
            no_art60=pl.col("hidden").filter(ours & in_art60).any(),
            no_equivalent=pl.col("hidden").filter(ours & ~total & ~in_art60).any(),
            everybody=value.filter(ours & total).first(),
        )
    )
    few = (pl.col("everybody") - pl.col("of_main") < policy.threshold).fill_null(value=True)
    no_total = few | pl.col("no_main") | (pl.col("no_art60") & ~pl.col("no_equivalent"))
    judged = facts.select(
        *place, no_total=no_total, no_parts=~no_total & (pl.col("no_art60") | pl.col("no_equivalent"))
    )
    told = ours & value.is_not_null() & pl.when(total).then("no_total").otherwise("no_parts").fill_null(value=False)
    return decided.join(judged, on=place, how="left").with_columns(hidden=pl.col("hidden") | told)


def _with_rests(decided: pl.DataFrame) -> pl.DataFrame:
    """Parts that add up to everybody: where one of them is hidden, so is the smallest other; else it is the rest.

    The band of months that is what the others leave of the stock goes first: with it the sum of those hidden is told.
    ``decided`` is in the order of the key: of parts that are equal the first goes. Without the total, which was
    not delivered then, the others add up to nobody.
    """
    row = ["variant", "indicator", "city", "period"]
    some = (pl.col("hidden").any().over(row)) & (pl.col("indicator") == _OF_BANDS) & (pl.col("group") == _BAND_LEFT)
    decided = decided.with_columns(hidden=pl.col("hidden") | (some & pl.col("value").is_not_null()))
    parts = decided.filter(pl.col("indicator").str.contains(_PARTS_OF_ALL), pl.col("value").is_not_null())
    parts = parts.filter((pl.col("breakdown") == "total").any().over(row))
    one = parts.filter(pl.col("hidden").sum().over(row) == 1, ~pl.col("hidden"))
    smallest = one.sort("part", "place").unique(row, keep="first", maintain_order=True)["place"]
    return decided.with_columns(hidden=pl.col("hidden") | pl.col("place").is_in(smallest.implode()))
