"""The caseload of the next twelve months by scenario, from protected tables alone; never judged.

It starts from the newest settled month: people by month of their spell, who leave with the hazards of the last four
settled quarters, and who come in as in those quarters. Not here: scenarios as data (`reference.scenarios`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from demad.errors import UsageRefused
from demad.estimators.caseload_ahead import STATES, Drawn, Hazards, Inflow, project
from demad.protection import ProtectedTables
from demad.reference.scenarios import Kind, Scenario
from demad.tables.months import last_month, month_label, month_number, quarter_label
from demad.tables.outlook import PROJECTION
from demad.tables.terms import ELAPSED_MONTHS, GAPS, SETTLEMENT_LAG

DRAWS, SEED, MONTHS = 500, 2026, 12
_QUARTERS, _OF_YEAR = 4, 3
_LEAST_QUARTERS = 8
_YEARS_OF_SEASON = 5
_LEAST_DRIFT = 0.02
_SEASONLESS, _STEADY, _LEAST_SEASON = 100.0, 20.0, 0.5
"""People with whose weight a year has no season, and two years are alike; the least that a quarter is of its share."""
_PRINT_TO = 5
_BEST = 0.75
_MAIN = {"variant": "main", "breakdown": "total"}


@dataclass(frozen=True, slots=True)
class Start:
    """What a projection of one city starts from.

    Parameters
    ----------
    month
        The newest settled month.
    stock
        Persons by elapsed month, shape (62,); their sum is the published stock.
    hazards
        Of the last four settled quarters; ``work``: the share of the exits of each state that went to work.
    quarters
        Inflow by quarter, the newest settled one last, and the number of that quarter in its year (0 to 3).
    """

    month: int
    stock: np.ndarray
    hazards: Hazards
    work: np.ndarray
    quarters: np.ndarray
    newest: int


def started(tables: ProtectedTables) -> Start | str:
    """What the projection of a city starts from, or why there is none: ``bundle`` or ``history``."""
    if "elapsed" not in tables.tables:
        return "bundle"
    span = tables["span"].row(0, named=True)
    month = int(span["last_month"]) - SETTLEMENT_LAG
    until = month - GAPS["main"] - 1
    first = int(span["first_month"]) + (0 if span["full_history"] else GAPS["main"] + 1)
    flows = _by_quarter(tables["flows"].filter(**_MAIN), first, until)
    stocks = dict(tables["stocks"].filter(**_MAIN).select("month", "stock").iter_rows())
    year = flows.tail(_QUARTERS)
    if flows.height < _LEAST_QUARTERS or month not in stocks:
        return "history"
    last = last_month(year["period"][-1])
    hazards, work = _hazards(tables["durations"].filter(**_MAIN), year["period"].to_list(), tables.base)
    hazards = replace(hazards, other=_other(stocks, year, last))
    quarters = flows.tail(_QUARTERS * _YEARS_OF_SEASON)["inflow"].to_numpy().astype(float)
    stock = _by_elapsed(tables, stocks[month], month, int(span["first_month"]))
    return Start(month, stock, hazards, work, quarters, last % 12 // _OF_YEAR)


def _by_quarter(flows: pl.DataFrame, first: int, until: int) -> pl.DataFrame:
    """Inflow and outflow of every whole quarter between two months, in order; one in which nobody came or went is 0.

    The table holds no row of such a quarter: without it the last four would not be a year.
    """
    begins = range(-(-first // _OF_YEAR) * _OF_YEAR, until - _OF_YEAR + 2, _OF_YEAR)
    quarters = pl.DataFrame({"period": [quarter_label(month) for month in begins]}, schema={"period": pl.String})
    return quarters.join(flows.select("period", "inflow", "outflow"), on="period", how="left").fill_null(0)


def _hazards(rows: pl.DataFrame, quarters: list[str], base: int) -> tuple[Hazards, np.ndarray]:
    """Exits and people at risk by state over these quarters, and the share of exits that went to work."""
    year = rows.filter(pl.col("period").is_in(quarters)).group_by("k").agg(pl.col("n", "d", "d_work").sum())
    steps = pl.DataFrame({"k": ELAPSED_MONTHS}, schema={"k": pl.Int32})
    n, d, work = (
        steps.join(year, on="k", how="left").fill_null(0).sort("k")[name].to_numpy().astype(float)
        for name in ("n", "d", "d_work")
    )
    share = np.divide(work, d, out=np.zeros(STATES), where=d > 0).clip(0, 1)
    return Hazards(np.minimum(d, n), n, added=_QUARTERS * (base**2 - 1) / 6), share


def _other(stocks: Mapping[int, int], year: pl.DataFrame, last: int) -> float:
    """Chance a month to leave in a way that exits do not hold, by the balance of the year.

    Who went over to the other law or was closed for administration, less what months between two decisions brought
    back: what came in, less what left, less what the stock grew.
    """
    first = last - 12
    if first not in stocks or last not in stocks:
        return 0.0
    months = sum(stocks.get(month, 0) for month in range(first + 1, last + 1))
    gone = int(year["inflow"].sum()) - int(year["outflow"].sum()) - (stocks[last] - stocks[first])
    return gone / months if months else 0.0


def _by_elapsed(tables: ProtectedTables, stock: int, month: int, first: int) -> np.ndarray:
    """The stock by state. Who began before the window is as long on as it is; the sum is the published stock."""
    later = dict(tables["elapsed"].filter(month=month).select("k", "stock").iter_rows())
    row = tables["stocks"].filter(**_MAIN, month=month)
    reached = [int(row["start_known"].item()), *(later.get(k, 0) for k in ELAPSED_MONTHS[1:]), 0]
    counts = np.maximum(-np.diff(np.array(reached, dtype=float)), 0)
    counts[np.searchsorted(ELAPSED_MONTHS, month - first + 1, side="right") - 1] += max(stock - reached[0], 0)
    if not counts.sum():
        counts[0] = 1.0
    exact = counts * stock / counts.sum()
    whole = np.floor(exact)
    whole[np.argsort(whole - exact, kind="stable")[: round(stock - whole.sum())]] += 1
    return whole


def season(quarters: np.ndarray, newest: int) -> np.ndarray:
    """The share of each quarter of the year in its year, mean 1, shape (4,): the median over the years.

    It leans on a year without seasons with the weight of a hundred people, because few people show none.

    Parameters
    ----------
    quarters
        Inflow by quarter; the last one is number ``newest`` (0 to 3) of its year.
    """
    number = (np.arange(len(quarters)) - (len(quarters) - 1) + newest) % _QUARTERS
    around = np.convolve(quarters, [1 / 8, 1 / 4, 1 / 4, 1 / 4, 1 / 8], mode="valid")
    ratio = np.divide(quarters[2:-2], around, out=np.ones(len(around)), where=around > 0)
    found = np.array(
        [np.median(ratio[number[2:-2] == quarter]) if (number[2:-2] == quarter).any() else 1.0 for quarter in range(4)]
    )
    weight = quarters.sum() / (quarters.sum() + _SEASONLESS)
    return weight * found / found.mean() + 1 - weight if found.mean() > 0 else np.ones(_QUARTERS)


def inflow_of(start: Start, kind: Kind) -> Inflow:
    """Who comes in each month: the level of the last year, or of the last quarter, by the season of the city."""
    of_year = season(start.quarters, start.newest)
    number = (np.arange(len(start.quarters)) - (len(start.quarters) - 1) + start.newest) % _QUARTERS
    quarters = start.quarters
    newest = quarters[-1] / max(of_year[number[-1]], _LEAST_SEASON)
    monthly = (newest if kind == Kind.LAST_QUARTER else quarters[-_QUARTERS:].mean()) / _OF_YEAR
    ahead = np.array([(start.month + step) % 12 // _OF_YEAR for step in range(1, MONTHS + 1)])
    years = np.array([quarters[at - _QUARTERS : at].sum() for at in range(_QUARTERS, len(quarters) + 1)])
    change = np.log((years[_QUARTERS:] + _STEADY) / (years[:-_QUARTERS] + _STEADY))
    drift = max(float(np.sqrt((change**2).mean())) / 2, _LEAST_DRIFT) if len(change) else 2 * _LEAST_DRIFT
    return Inflow(monthly * of_year[ahead], drift)


def drawn(start: Start, scenario: Scenario, *, best: float = 1.0, people: int = 0) -> Drawn:
    """The draws of one city in one scenario.

    Parameters
    ----------
    best
        What exits to work are multiplied by to keep the pace where the best quarter of the cities begins.
    people
        How many people the wave of the scenario is about, in this city.

    Raises
    ------
    UsageRefused
        D-771: a wave without people, or people without a wave. D-772: the wave was over before the projection begins.
    """
    inflow, factor = inflow_of(start, scenario.kind), np.ones(STATES)
    if scenario.kind == Kind.BEST_QUARTER:
        factor = 1 + start.work * (best - 1)
    if scenario.wave is None and people:
        raise UsageRefused(
            "D-771", "Alleen een golf gaat over een aantal mensen.", "Laat --people weg, of kies een golf."
        )
    if scenario.wave is not None:
        wave = scenario.wave
        if people <= 0:
            raise UsageRefused("D-771", "Een golf vraagt over hoeveel mensen ze gaat.", "Geef --people AANTAL.")
        first = month_number(wave.month)
        months = np.arange(start.month + 1, start.month + MONTHS + 1)
        comes = np.where((months >= first) & (months < first + wave.months), people / wave.months, 0.0)
        if not comes.any():
            raise UsageRefused(
                "D-772",
                "Deze golf valt niet in de twaalf maanden die volgen.",
                "Ze zit al in de cijfers; kies een andere.",
            )
        inflow = replace(inflow, wave=comes, share=(wave.low, wave.middle, wave.high))
    return project(start.stock, start.hazards, inflow, draws=DRAWS, seed=SEED, factor=factor)


def best_pace(starts: Mapping[str, Start]) -> dict[str, float]:
    """Per city what its exits to work are multiplied by to keep the pace where the best quarter of the cities begins.

    1 for a city that keeps it already, and for all where fewer than five cities are known.
    """
    pace = {
        city: float((start.hazards.exits * start.work).sum() / start.hazards.at_risk.sum())
        for city, start in starts.items()
        if start.hazards.at_risk.sum() > 0
    }
    if len(pace) < 5:
        return dict.fromkeys(starts, 1.0)
    aim = float(np.quantile(list(pace.values()), _BEST))
    return {city: max(aim / pace[city], 1.0) if pace.get(city) else 1.0 for city in starts}


def projection(
    cities: Mapping[str, ProtectedTables],
    asked: tuple[Scenario, ...],
    *,
    least: int,
    people: int = 0,
    workers: Mapping[str, int] | None = None,
) -> pl.DataFrame:
    """The projection of every city in every scenario, and why there is none.

    Parameters
    ----------
    cities
        Protected tables of each city by itself.
    least
        Of fewer people a year ahead says nothing, and rounding of what comes and goes decides: no projection.
    people
        How many people a wave is about.
    workers
        Files per worker, of the cities that say so.

    Returns
    -------
    PROJECTION: twelve months for each city and scenario; people to 5, bands widened to those.
    """
    begun = {city: started(tables) for city, tables in cities.items()}
    best = best_pace({city: start for city, start in begun.items() if isinstance(start, Start)})
    rows: list[dict[str, Any]] = []
    for city, start in begun.items():
        for scenario in asked:
            row = {"city": city, "scenario": scenario.id, "indicator": "caseload_stock"}
            if isinstance(start, str):
                last = int(cities[city]["span"]["last_month"].item()) - SETTLEMENT_LAG
                rows += _without(row, last, "not_computable", start)
            elif start.stock.sum() < least:
                rows += _without(row, start.month, "suppressed", "small")
            else:
                files = (workers or {}).get(city)
                kept = scenario.kind == Kind.BEST_QUARTER and best.get(city, 1.0) == 1.0
                row["reason"] = "kept" if kept else ""
                rows += _printed(row, start, drawn(start, scenario, best=best.get(city, 1.0), people=people), files)
    return PROJECTION.check(pl.DataFrame(rows, schema=PROJECTION.schema).sort(PROJECTION.key))


def _without(row: Mapping[str, str], last: int, status: str, reason: str) -> Iterator[dict[str, Any]]:
    for step in range(1, MONTHS + 1):
        yield {
            **row,
            "begin": month_label(last),
            "period": month_label(last + step),
            "status": status,
            "reason": reason,
        }


def _printed(row: Mapping[str, str], start: Start, found: Drawn, files: int | None) -> Iterator[dict[str, Any]]:
    bands = {level: found.band(level / 100) for level in (80, 95)}
    for step in range(MONTHS):
        here, come = (_to_five(part[:, step].mean()) for part in (found.staying, found.coming))
        value = here + come
        ends = {
            f"low_{level}": _to_five(np.floor(band[0, step] / _PRINT_TO) * _PRINT_TO) for level, band in bands.items()
        }
        ends |= {
            f"high_{level}": _to_five(np.ceil(band[1, step] / _PRINT_TO) * _PRINT_TO) for level, band in bands.items()
        }
        yield {
            **row,
            "begin": month_label(start.month),
            "period": month_label(start.month + step + 1),
            "value": value,
            **ends,
            "of_here": here,
            "of_inflow": come,
            "workers": round(value / files, 1) if files else None,
            "status": "projection",
        }


def _to_five(value: float) -> float:
    return float(round(value / _PRINT_TO) * _PRINT_TO)
