"""Figures that repeat a count in another form: a rate, a change, a share of a shown count. They go where it goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from demad.disclosure.ground import POOLED, Ground

_YEAR = 12
_CELL = ("variant", "city", "period", "breakdown", "group")
# A rate or share whose own numerator or denominator is the same group of a published count.
_SAME_CELL = {
    "caseload_change_yoy": "caseload_stock",
    "caseload_rate": "caseload_stock",
    "gpmi_share": "caseload_stock",
    "long_term_share": "caseload_stock",
}
_SAME_YEAR = {
    "inflow_rate": "inflow_count",
    "inflow_new_share": "inflow_count",
    "repeat_inflow_share": "inflow_count",
    "outflow_rate": "outflow_count",
    "outflow_oe": "outflow_count",
}
# A total that is a group of a published breakdown in December, or of the year that ends there.
_IS_GROUP = (
    ("youth_share", "caseload_stock", "age", ("18-24",)),
    ("student_share", "caseload_stock", "student", ("yes", "no")),
    ("outflow_work_oe", "outflow_count", "reason", ("work",)),
    ("outflow_unknown_share", "outflow_count", "reason", ("unknown",)),
)
# The first is part of the second, of the same people: their difference is a count too.
_NESTED = (("cif_work_12m", "cif_activation_12m"), ("careleaver_leefloon_0m", "careleaver_leefloon_12m"))


def follow_counts(known: Ground, hidden: np.ndarray) -> np.ndarray:
    """Hide every figure that would repeat a hidden count."""
    for step in (_means, _balances, _changes, _same_cells, _rolling, _groups_in_total, _nested):
        hidden = step(known, hidden)
    return hidden


def _taken(
    known: Ground, hidden: np.ndarray, targets: pl.DataFrame, sources: pl.DataFrame, on: list[str]
) -> np.ndarray:
    """Hide the targets that have a hidden source."""
    gone = sources.filter(pl.Series(hidden[sources["place"].to_numpy()])).select(on).unique()
    places = targets.join(gone, on=on, how="semi")["place"].to_numpy()
    hidden = hidden.copy()
    hidden[places[known.present[places]]] = True
    return hidden


def _balances(known: Ground, hidden: np.ndarray) -> np.ndarray:
    flows = known.frame.filter(pl.col("indicator").is_in(["inflow_count", "outflow_count"]))
    return _taken(known, hidden, known.frame.filter(indicator="net_flow"), flows, list(_CELL))


def _changes(known: Ground, hidden: np.ndarray) -> np.ndarray:
    """A change gives away the stock of a year before too."""
    later = (pl.col("period").str.slice(0, 4).cast(pl.Int32) + 1).cast(pl.String) + pl.col("period").str.slice(4)
    before = known.frame.filter(indicator="caseload_stock").with_columns(period=later)
    return _taken(known, hidden, known.frame.filter(indicator="caseload_change_yoy"), before, list(_CELL))


def _same_cells(known: Ground, hidden: np.ndarray) -> np.ndarray:
    for id, source in _SAME_CELL.items():
        counts = known.frame.filter(indicator=source)
        hidden = _taken(known, hidden, known.frame.filter(indicator=id), counts, list(_CELL))
    for id, source in _SAME_YEAR.items():
        years = known.frame.filter(pl.col("indicator") == source, pl.col("period").str.len_chars() == 4)
        ends = years.with_columns(period=pl.col("period") + "Q4")
        hidden = _taken(known, hidden, known.frame.filter(indicator=id), ends, list(_CELL))
    person_months = known.frame.filter(indicator="caseload_year_mean").with_columns(period=pl.col("period") + "Q4")
    return _taken(known, hidden, known.frame.filter(indicator="outflow_rate"), person_months, list(_CELL))


def _rolling(known: Ground, hidden: np.ndarray) -> np.ndarray:
    """A total over four quarters that do not make a year gives a hidden quarter away."""
    for id, source in {"inflow_rate": "inflow_count", "outflow_rate": "outflow_count"}.items():
        quarters = known.frame.filter(
            pl.col("indicator") == source, pl.col("breakdown") == "total", pl.col("period").str.contains("Q")
        )
        number = pl.col("period").str.slice(0, 4).cast(pl.Int32) * 4 + pl.col("period").str.slice(5).cast(pl.Int32) - 1
        reach = pl.concat([quarters.with_columns(number=number + later) for later in range(4)])
        targets = known.frame.filter(
            pl.col("indicator") == id, pl.col("breakdown") == "total", ~pl.col("period").str.ends_with("Q4")
        ).with_columns(number=number)
        hidden = _taken(known, hidden, targets, reach, ["variant", "city", "number"])
    return hidden


def _groups_in_total(known: Ground, hidden: np.ndarray) -> np.ndarray:
    on = ["variant", "city", "period"]
    for id, source, breakdown, groups in _IS_GROUP:
        cells = known.frame.filter(
            pl.col("indicator") == source, pl.col("breakdown") == breakdown, pl.col("group").is_in(groups)
        )
        as_window = pl.when(pl.col("period").str.len_chars() == 4).then(pl.col("period") + "Q4").otherwise("period")
        targets = known.frame.filter(indicator=id, breakdown="total", variant="main")
        hidden = _taken(known, hidden, targets, cells.with_columns(period=as_window), on)
    return hidden


def _nested(known: Ground, hidden: np.ndarray) -> np.ndarray:
    """Hide the wider share where what it has more is a small count that its precision does not blur."""
    cells = known.frame.filter(pl.col("unit") == "share")
    for part, whole in _NESTED:
        pair = cells.filter(indicator=whole).join(
            cells.filter(indicator=part).select(*_CELL, part="numerator"), on=list(_CELL)
        )
        more = pl.col("numerator") - pl.col("part")
        sharp = pl.col("denominator") * 0.02 < known.threshold
        places = pair.filter(more.is_between(1, known.threshold - 1), sharp)["place"].to_numpy()
        hidden = hidden.copy()
        hidden[places[known.present[places]]] = True
    return hidden


def _means(known: Ground, hidden: np.ndarray) -> np.ndarray:
    """A yearly mean and eleven months give the twelfth."""
    months = known.frame.filter(indicator="caseload_stock", breakdown="total").with_columns(
        period=pl.col("period").str.slice(0, 4)
    )
    means = known.frame.filter(indicator="caseload_year_mean", breakdown="total")
    return _taken(known, hidden, means, months, ["variant", "city", "period"])


def hide_second_series(known: Ground, hidden: np.ndarray) -> tuple[Ground, np.ndarray]:
    """Judge the totals of the wide series by what they have more than the main series.

    Returns the ground in which those totals count that difference, and what is hidden of them.
    """
    wide = known.frame.filter(pl.col("variant") == "wide", pl.col("breakdown") == "total")
    main = known.frame.filter(pl.col("variant") == "main").select(*_CELL[1:], "indicator", main_place="place")
    pairs = wide.filter(pl.col("unit").is_in(["persons", "spells"]), pl.col("indicator") != "net_flow").join(
        main, on=["indicator", *_CELL[1:]], how="inner"
    )
    places, others = pairs["place"].to_numpy(), pairs["main_place"].to_numpy()
    counted, small = known.counted.copy(), known.small.copy()
    counted[places] = np.abs(known.counted[places] - known.counted[others])
    small[places] = (counted[places] > 0) & (counted[places] < known.threshold) & ~known.released[places]
    hidden = hidden.copy()
    hidden[places] |= known.present[places] & (small[places] | hidden[others])
    return replace(known, counted=counted, small=small), hidden


def hide_dominated(known: Ground, hidden: np.ndarray, *, fewest: int, share: float) -> np.ndarray:
    """Hide pooled figures of groups that are almost one city's, or of too few cities."""
    groups = known.frame.filter(pl.col("breakdown") != "total", pl.col("variant") == "main")
    size = pl.col("denominator").fill_null(pl.col("counted"))
    cities = groups.filter(pl.col("city") != POOLED, size > 0)
    gone = pl.Series(hidden[cities["place"].to_numpy()])
    largest = (
        cities.with_columns(size=size, gone=gone)
        .group_by("indicator", "period", "breakdown", "group")
        .agg(
            n=pl.len(),
            part=(pl.col("size").max() / pl.col("size").sum()),
            gone=pl.col("gone").get(pl.col("size").arg_max()),
        )
        .filter((pl.col("n") < fewest) | ((pl.col("part") > share) & pl.col("gone")))
    )
    pooled = groups.filter(pl.col("city") == POOLED)
    places = pooled.join(largest, on=["indicator", "period", "breakdown", "group"], how="semi")["place"].to_numpy()
    hidden = hidden.copy()
    hidden[places[known.present[places]]] = True
    return hidden
