"""All quantities of one or more cities, and the sum of the cities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from demad.quantities import flows, people, risks
from demad.quantities.groups import folded
from demad.tables.counts import POPULATION, QUALITY, SPAN
from demad.tables.movers import ELSEWHERE
from demad.tables.quantities import COUNTED, QUANTITIES
from demad.tables.schema import Table

POOLED = "all"
_CITIES_AT_ONCE = 50
_ROWS_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class QuantityTables:
    """The quantities of `tables.quantities.QUANTITIES`, by name in lower case; checked on construction."""

    tables: Mapping[str, pl.DataFrame]

    def __post_init__(self) -> None:
        """Raise D-900 if a table or column is missing."""
        for table in QUANTITIES:
            table.check(self.tables[table.name.lower()])

    def __getitem__(self, name: str) -> pl.DataFrame:
        """One table, by its name in lower case."""
        return self.tables[name]


def form(
    tables: Mapping[str, pl.DataFrame],
    *,
    folds: Mapping[str, Mapping[str, str]],
    young: Sequence[str],
    monthly: bool,
    detail: bool,
) -> dict[str, pl.DataFrame]:
    """Form every quantity of one city from its additive tables.

    Parameters
    ----------
    tables
        `tables.counts.COUNT_TABLES` by name in lower case.
    folds
        Groups to combine, by breakdown: {group: combined group}.
    young
        Age bands that count as young.
    monthly
        Whether flows also have totals per month.
    detail
        Whether to add the separate forms of youth care.
    """
    return {
        "stocks": people.stocks(tables["stock"], folds, young),
        "years": people.years(tables["stock"], tables["year_persons"], folds),
        "gpmi_years": people.gpmi_years(tables["gpmi_year"]),
        "long_stayers": people.long_stayers(tables["long_stay"]),
        "flows": flows.flows(tables["flow"], folds, monthly=monthly),
        "origins": flows.origins(tables["origin_inflow"], folds),
        "durations": risks.durations(tables["spell_risk"], folds),
        "tracked": risks.tracked(tables["tracking"]),
        "returns": risks.returns(tables["return_risk"], folds),
        "after_exits": risks.after_exits(tables["after_exit_status"], folds),
        "take_up": risks.take_up(tables["care_leaver_risk"], folds, detail=detail),
        "case_mix": risks.case_mix(tables["case_mix_risk"]),
        "case_mix_returns": risks.case_mix_returns(tables["case_mix_return"]),
        "activation": risks.activation(tables["activation_risk"]),
        "after_art60": risks.after_art60(tables["after_art60_risk"]),
        "applications": risks.applications(tables["application_risk"]),
        "after_care": risks.after_care(tables["care_leaver_spell_risk"]),
        "art60": people.art60(tables["art60_months"]),
        "years_on": people.years_on(tables["years_on"]),
        "after_care_returns": risks.after_care_returns(tables["care_leaver_return_risk"]),
        "decades": people.decades(tables["ten_years"]),
        "gpmi_starts": risks.gpmi_starts(tables["gpmi_start_risk"]),
        "population": _population(tables["population"], folds),
        "quality": tables["quality"],
        "span": tables["span"],
    }


def pooled(
    cities: Iterable[Mapping[str, pl.DataFrame]], elsewhere: pl.DataFrame | None = None
) -> dict[str, pl.DataFrame]:
    """Concatenate the quantities of all cities, and add their sum as city ``all``.

    The pooled window is from the latest W to the earliest M: outside it a city would be missing, and the sum would
    change for that reason alone. If the history of one city is cut, that of the pool is too. Inhabitants are summed
    only for years in which every city has them.

    Parameters
    ----------
    cities
        Per city the result of `form`, or the same tables protected.
    elsewhere
        ELSEWHERE of the cities that share a key; None where no cities do.

    Returns
    -------
    The tables of `QUANTITIES`, sorted by key; ``quality`` has no sum. With ``elsewhere`` that table and its sum.
    """
    parts: dict[str, list[pl.DataFrame]] = {table.name.lower(): [table.empty()] for table in QUANTITIES}
    sums: dict[str, list[pl.DataFrame]] = {table.name.lower(): [table.empty()] for table in COUNTED}
    number, each = 0, iter(cities)
    while block := list(islice(each, _CITIES_AT_ONCE)):
        number += len(block)
        for name, frames in parts.items():
            frames.append(pl.concat((city[name] for city in block), rechunk=True))
        for table in COUNTED:
            sums[table.name.lower()].append(_summed(parts[table.name.lower()][-1], table))
    population, quality, span = (pl.concat(parts.pop(name)) for name in ("population", "quality", "span"))
    known = population.filter(pl.col("city").n_unique().over("year") == number)
    made = {
        "population": _with_sum(population, _summed(known, POPULATION), POPULATION.key),
        "quality": quality.sort(QUALITY.key),
        "span": _with_common_span(span),
    }
    for table in COUNTED:
        name = table.name.lower()
        made[name] = _with_sum(pl.concat(parts.pop(name)), _summed(pl.concat(sums.pop(name)), table), table.key)
    if elsewhere is not None:
        made["elsewhere"] = _with_sum(ELSEWHERE.check(elsewhere), _summed(elsewhere, ELSEWHERE), ELSEWHERE.key)
    return made


def _population(population: pl.DataFrame, folds: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    return POPULATION.check(folded(population, folds, POPULATION, POPULATION.key))


def _summed(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The sum over cities, as city ``all``; sums of sums are the same."""
    rest = [name for name in table.key if name != "city"]
    total = rows.group_by(rest).agg(pl.col(table.counts).sum()).with_columns(city=pl.lit(POOLED))
    return total.select(list(table.columns))


def _with_sum(rows: pl.DataFrame, total: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """The rows and their sum, sorted by key; where the rows are sorted already, the sum goes in its place uncopied."""
    if not _is_sorted(rows, key):
        return pl.concat([rows, total]).sort(list(key))
    place = rows.select((pl.col("city") < POOLED).sum()).item()
    return pl.concat([rows.head(place), total.sort(list(key)), rows.slice(place)])


def _is_sorted(rows: pl.DataFrame, key: Sequence[str]) -> bool:
    """Whether every row comes after the one before it, by key; looked at in slices, which are not kept."""
    later = pl.lit(value=False)
    for name in reversed(key):
        before = pl.col(name).shift(1)
        later = (pl.col(name) > before) | ((pl.col(name) == before) & later)
    slices = (rows.slice(place, _ROWS_AT_ONCE + 1) for place in range(0, rows.height, _ROWS_AT_ONCE))
    return all(some.select(later.slice(1).all()).item() for some in slices)


def _with_common_span(spans: pl.DataFrame) -> pl.DataFrame:
    if spans.is_empty():
        return spans
    common = spans.select(
        pl.lit(POOLED).alias("city"),
        pl.col("first_month").max(),
        pl.col("last_month").min(),
        pl.col("full_history").all(),
        pl.col("has_leavers", "has_supports", "has_applications", "population_estimated").any(),
        pl.col("as_of").min(),
        pl.lit(None, dtype=pl.Int32).alias("days_to_made"),
    )
    return SPAN.check(pl.concat([spans.sort("city"), common]))
