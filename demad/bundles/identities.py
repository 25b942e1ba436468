"""What must hold of the counts of any city, so that a bundle with impossible counts is refused. Not here: codes.

Of exact tables: parts and wholes, groups and totals, cohorts that only shrink, stock and flow, and the tables beside
each other. Of protected tables the same as far as rounding leaves it: an error is below the base.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from demad.bundles.identities_of_years import exact_rules_of_years, rounded_rules_of_years
from demad.errors import DeliveryRefused
from demad.tables.months import quarter_of
from demad.tables.quantities import COUNTED
from demad.tables.terms import AFTER_EXIT, GAPS, REASONS, RETURN_REASONS, STRATA

Tables = Mapping[str, pl.DataFrame]

_INFLOW = pl.sum_horizontal("in_new", "in_return", "in_unknown")
_GONE = pl.sum_horizontal(*(f"out_{reason}" for reason in REASONS), "end_admin", "end_law")
_EXITS = pl.sum_horizontal(*(f"d_{reason}" for reason in REASONS))
_TRACKED = pl.sum_horizontal("still_on", "back", "work", "other")
_AFTER_EXIT = pl.sum_horizontal(*AFTER_EXIT)
_OF_RISK = ("d_return", "c")
_PARTS: Mapping[str, Sequence[tuple[pl.Expr, pl.Expr]]] = {
    "stock": (
        (pl.col("gpmi"), pl.col("stock")),
        (pl.col("elapsed_over_24"), pl.col("elapsed_over_12")),
        (pl.col("elapsed_over_60"), pl.col("elapsed_over_24")),
        (pl.col("elapsed_over_12") + pl.col("start_unknown"), pl.col("stock")),
    ),
    "flow": (
        (pl.col("bridged"), pl.col("active")),
        (pl.col("in_unemployment"), pl.col("in_origin_known")),
        (pl.col("in_origin_known"), _INFLOW),
        (pl.col("in_from_other_law"), _INFLOW),
        (_GONE, pl.col("active")),
    ),
    "spell_risk": ((_EXITS + pl.col("c"), pl.col("n")),),
    "return_risk": (
        (pl.col("d_return") + pl.col("c"), pl.col("n")),
        (pl.col("n_work"), pl.col("n_activation")),
        (pl.col("n_activation"), pl.col("n")),
        (pl.col("d_work"), pl.col("d_activation")),
        (pl.col("d_activation"), pl.col("d_return")),
        (pl.col("exits_work"), pl.col("exits_activation")),
        (pl.col("exits_activation"), pl.col("exits")),
        (pl.col("without_follow_up"), pl.col("exits")),
    ),
    "tracking": ((_TRACKED, pl.col("entries")), (pl.col("entries"), _TRACKED)),
    "after_exit_status": ((_AFTER_EXIT, pl.col("exits")), (pl.col("exits"), _AFTER_EXIT)),
    "art60_months": ((pl.col("apart"), pl.col("persons")),),
    "long_stay": ((pl.col("out"), pl.col("stayers")),),
    "care_leaver_risk": ((pl.sum_horizontal("d_event", "d_moved", "d_death", "c"), pl.col("n")),),
    "case_mix_risk": ((pl.col("d_work"), pl.col("d")), (pl.col("d"), pl.col("n"))),
    "case_mix_return": ((pl.col("d_return"), pl.col("n")),),
    "activation_risk": ((pl.sum_horizontal("d_activation", "d_exit", "c"), pl.col("n")),),
    "after_art60_risk": ((pl.sum_horizontal("d_return", "c"), pl.col("n")),),
    "application_risk": (
        (pl.sum_horizontal("d_decided", "d_withdrawn", "c"), pl.col("n")),
        (pl.col("refused"), pl.col("known")),
    ),
    "care_leaver_spell_risk": ((pl.sum_horizontal("d", "c"), pl.col("n")),),
    "care_leaver_return_risk": ((pl.sum_horizontal("d_return", "c"), pl.col("n")),),
    "ten_years": ((pl.col("returned"), pl.col("persons")),),
    "gpmi_start_risk": ((pl.sum_horizontal("d_gpmi", "d_exit", "c"), pl.col("n")),),
}
"""Part and whole, row by row, of exact tables."""

_COHORTS = {
    "return_risk": _OF_RISK,
    "after_art60_risk": _OF_RISK,
    "care_leaver_risk": ("d_event", "d_moved", "d_death", "c"),
    "application_risk": ("d_decided", "d_withdrawn", "c"),
    "gpmi_start_risk": ("d_gpmi", "d_exit", "c"),
    "care_leaver_return_risk": _OF_RISK,
}
"""Tables of closed cohorts, and who is lost at every step."""

_ROUNDED_PARTS: Mapping[str, Sequence[tuple[str, str]]] = {
    "stocks": tuple((name, "stock") for name in ("young", "student", "gpmi", "over_two_years", "working_age")),
    "flows": (
        ("inflow_working_age", "inflow"),
        ("in_new", "in_new_or_return"),
        ("in_new_or_return", "inflow"),
        ("in_unemployment", "in_origin_known"),
        ("in_origin_known", "inflow"),
        ("out_unknown", "outflow"),
    ),
    "returns": (("exits_work", "exits_activation"), ("exits_activation", "exits")),
    "case_mix": (("d_work", "d"),),
    "art60": (("apart", "persons"),),
    "applications": (("refused", "known"),),
    "decades": (("returned", "persons"),),
}
_ROUNDED_COHORTS = {
    "returns": ("n", "n_work", "n_activation"),
    "take_up": ("n",),
    "after_art60": ("n",),
    "applications": ("n",),
    "gpmi_starts": ("n",),
    "after_care_returns": ("n",),
}
_ROUNDED_EVENTS: Mapping[str, Sequence[tuple[str, str]]] = {
    "durations": tuple((f"d_{cause}", "d") for cause in ("work", "activation", "other_benefit", "moved", "unknown")),
    "returns": (("d_work", "d_activation"), ("d_activation", "d")),
    "take_up": (("d_event", "d"),),
    "activation": (("d_activation", "d"),),
    "applications": (("d_decided", "d"),),
    "gpmi_starts": (("d_gpmi", "d"),),
}


def refuse_contradictions(tables: Tables) -> None:
    """Refuse exact tables of one city that contradict themselves or each other.

    Raises
    ------
    DeliveryRefused
        D-629: names the table and what does not hold.
    """
    for where, what, broken in _exact_rules(tables):
        if not broken.is_empty():
            raise _impossible(where, what)


def refuse_rounded_contradictions(tables: Tables, base: int) -> None:
    """Refuse protected tables of one city that contradict themselves by more than rounding can.

    Raises
    ------
    DeliveryRefused
        D-629: names the table and what does not hold.
    """
    for where, what, broken in _rounded_rules(tables, base):
        if not broken.is_empty():
            raise _impossible(where, what)


def _exact_rules(tables: Tables) -> Iterator[tuple[str, str, pl.DataFrame]]:
    for name, pairs in _PARTS.items():
        more = pl.any_horizontal(part > whole for part, whole in pairs)
        yield name, "een deel is groter dan het geheel", tables[name].filter(more)
    for name, lost in _COHORTS.items():
        yield name, "een groep groeit of krimpt zonder reden", _broken_cohorts(tables[name], lost)
    for name, period in (("stock", "month"), ("flow", "month"), ("spell_risk", "k"), ("return_risk", "m")):
        yield name, "de groepen zijn samen niet het totaal", _broken_sums(tables[name], period)
    yield from _stock_and_flow(tables)
    yield from _flow_and_risks(tables)
    yield from exact_rules_of_years(tables)
    judged = tables["quality"].filter(~pl.col("check").str.starts_with("revision_"))
    yield "quality", "meer rijen fout dan er zijn", judged.filter(pl.col("failed") > pl.col("rows"))


def _stock_and_flow(tables: Tables) -> Iterator[tuple[str, str, pl.DataFrame]]:
    flow, stock = (tables[name].filter(breakdown="total") for name in ("flow", "stock"))
    both = flow.join(stock, on=["variant", "month"], how="left").with_columns(pl.col("stock").fill_null(0))
    seen = both.filter(pl.col("variant").is_in(["main", "wide"]))
    yield (
        "flow",
        "lopend min overbrugd is niet de stand",
        seen.filter(pl.col("active") - pl.col("bridged") != pl.col("stock")),
    )
    yield "flow", "de balans van een maand sluit niet", _broken_balance(tables["flow"], tables["span"])


def _flow_and_risks(tables: Tables) -> Iterator[tuple[str, str, pl.DataFrame]]:
    by_quarter = ["variant", "period"]
    flow = tables["flow"].filter(breakdown="total").with_columns(period=quarter_of(pl.col("month")))
    sums = flow.group_by(by_quarter).agg(
        pl.col("in_unemployment", "in_origin_known", *(f"out_{reason}" for reason in REASONS)).sum(),
        inflow=_INFLOW.sum(),
    )
    origin = pl.col("origin")
    origins = (
        tables["origin_inflow"]
        .group_by(by_quarter)
        .agg(
            all=pl.col("inflow").sum(),
            known=pl.col("inflow").filter(origin != "unknown").sum(),
            ended=pl.col("inflow").filter(origin == "unemployment_ended").sum(),
        )
    )
    of_series = sums.filter(pl.col("variant").is_in(["main", "wide"]))
    beside = of_series.join(origins, on=by_quarter, how="full", coalesce=True).fill_null(0)
    pairs = (("all", "inflow"), ("known", "in_origin_known"), ("ended", "in_unemployment"))
    apart = pl.any_horizontal(pl.col(ours) != pl.col(theirs) for ours, theirs in pairs)
    yield "origin_inflow", "de herkomst is samen niet de instroom", beside.filter(apart)
    exits = tables["spell_risk"].filter(breakdown="total").group_by(by_quarter).agg(pl.col("^d_.*$").sum())
    known = exits.join(sums, on=by_quarter, how="left").fill_null(0)
    more = pl.any_horizontal(pl.col(f"d_{reason}") > pl.col(f"out_{reason}") for reason in REASONS)
    yield "spell_risk", "meer vertrekken dan de uitstroom", known.filter(more)
    returns = tables["return_risk"].filter(breakdown="total").group_by(by_quarter).agg(pl.col("exits").sum())
    left = pl.sum_horizontal(*(f"out_{reason}" for reason in RETURN_REASONS))
    yield (
        "return_risk",
        "meer vertrekken dan de uitstroom",
        returns.join(sums, on=by_quarter, how="left").fill_null(0).filter(pl.col("exits") > left),
    )


def _broken_cohorts(rows: pl.DataFrame, lost: Sequence[str]) -> pl.DataFrame:
    """Steps of a cohort after which not everybody who was not lost is left."""
    cell = [name for name in ("variant", "support", "breakdown", "group", "period") if name in rows.columns]
    step = next(name for name in ("day", "m", "k") if name in rows.columns)
    following = rows.select(*cell, pl.col(step) - 1, after="n")
    steps = rows.join(following, on=[*cell, step], how="left").with_columns(pl.col("after").fill_null(0))
    last = pl.col(step) == pl.col(step).max()
    return steps.filter(~last, pl.col("after") != pl.col("n") - pl.sum_horizontal(*lost))


def _broken_sums(rows: pl.DataFrame, step: str) -> pl.DataFrame:
    """Cells of which the groups of a breakdown are not the total, per series and month, or year and step."""
    counts = [name for name, kind in rows.schema.items() if kind == pl.Int64]
    at = ["variant", step] if step == "month" else ["variant", "year", step]
    yearly = rows if step == "month" else rows.with_columns(year=pl.col("period").str.slice(0, 4))
    sums = yearly.group_by("breakdown", *at).agg(pl.col(counts).sum())
    total = sums.filter(breakdown="total", variant="main")
    wanted = pl.DataFrame({"other": list(STRATA)})
    beside = total.join(wanted, how="cross").join(
        sums.filter(variant="main"), left_on=["other", *at], right_on=["breakdown", *at], how="left", suffix="_sum"
    )
    apart = pl.any_horizontal(pl.col(name) != pl.col(f"{name}_sum").fill_null(0) for name in counts)
    return beside.filter(apart)


def _broken_balance(flow: pl.DataFrame, span: pl.DataFrame) -> pl.DataFrame:
    """Months whose running spells are not those of the month before, less who left, and who came."""
    cell = ["variant", "breakdown", "group"]
    first, last, full = span.select("first_month", "last_month", "full_history").row(0)
    gap = pl.col("variant").replace_strict(GAPS, return_dtype=pl.Int32)
    edge = pl.lit(1, pl.Int32) if full else gap + 2
    now = flow.select(*cell, "month", "active", come=_INFLOW)
    before = flow.select(*cell, pl.col("month") + 1, was="active", gone=_GONE)
    both = now.join(before, on=[*cell, "month"], how="full", coalesce=True).with_columns(
        pl.col("active", "come", "was", "gone").fill_null(0)
    )
    judged = both.filter(pl.col("month") >= first + edge, pl.col("month") <= last - 2 - gap)
    return judged.filter(pl.col("was") - pl.col("gone") + pl.col("come") != pl.col("active"))


def _rounded_rules(tables: Tables, base: int) -> Iterator[tuple[str, str, pl.DataFrame]]:
    for name, pairs in _ROUNDED_PARTS.items():
        more = pl.any_horizontal(pl.col(part) > pl.col(whole) + base for part, whole in pairs)
        yield name, "een deel is groter dan het geheel", tables[name].filter(more)
    for table in (table for table in COUNTED if table.name.lower() in {*_ROUNDED_COHORTS, *_ROUNDED_EVENTS}):
        name = table.name.lower()
        cell = [column for column in table.key if column not in ("k", "m", "day")]
        grown = [
            (pl.col(n) > pl.col(n).shift(1).over(cell)).fill_null(value=False) for n in _ROUNDED_COHORTS.get(name, ())
        ]
        if grown:
            yield name, "een groep groeit zonder reden", tables[name].filter(pl.any_horizontal(grown))
        if pairs := _ROUNDED_EVENTS.get(name):
            sums = tables[name].group_by(cell).agg(pl.col(sorted({column for pair in pairs for column in pair})).sum())
            more = pl.any_horizontal(pl.col(part) > pl.col(whole) for part, whole in pairs)
            yield name, "een deel is groter dan het geheel", sums.filter(more)
    yield "stocks", "de groepen zijn samen niet het totaal", _rounded_sums(tables["stocks"], base)
    yield from rounded_rules_of_years(tables, base)


def _rounded_sums(stocks: pl.DataFrame, base: int) -> pl.DataFrame:
    """Decembers whose groups differ from the total by more than the rounding of each."""
    main = stocks.filter(variant="main")
    sums = (
        main.filter(pl.col("breakdown") != "total").group_by("breakdown", "month").agg(together=pl.col("stock").sum())
    )
    total = main.filter(breakdown="total").select("month", "stock")
    most = 8 * base  # at most seven groups, and the total
    return sums.join(total, on="month", how="left").filter(
        (pl.col("together") - pl.col("stock").fill_null(0)).abs() >= most
    )


def _impossible(where: str, what: str) -> DeliveryRefused:
    return DeliveryRefused(
        "D-629",
        f"De aantallen van tabel {where.upper()} in de bundel kunnen niet: {what}.",
        "Maak de bundel opnieuw met demad bundle make; blijft het, meld dit.",
    )
