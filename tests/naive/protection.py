"""Rounding with a secret offset, table by table (methods.md 3.6, rules 1 to 4), from its words alone.

p(u) = base * floor((u + o) / base); o follows from the city's secret and the cell, `breakdown|group|period`, which
begins with `stocks|`, `years|` or `applications|` in those three tables.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable

from tests.naive.history import quarter_of, year_of
from tests.naive.quantities import Rows, quantities

BASE = 5
YEAR = 12
Cell = tuple[str, ...]
OF_A_GROUP = {"young": ("age", "<25"), "student": ("student", "yes"), "student_known": ("student", "yes")}
NEARLY_ALL = ("working_age", "student_known", "start_known")


def protected(tables: dict[str, Rows], key: bytes, base: int = BASE) -> dict[str, Rows]:
    """The protected quantities of one city; no row is all zero."""
    formed = quantities(tables, folded=True)
    cells = _Offsets(key, base)
    made = {
        "STOCKS": _stocks(formed["STOCKS"], cells),
        "GPMI_YEARS": _each(formed["GPMI_YEARS"], cells, lambda key: ("years", "total", "total", str(key[1]))),
        "LONG_STAYERS": _each(formed["LONG_STAYERS"], cells, lambda key: ("long_stay", "total", str(key[1]))),
        "FLOWS": _each(formed["FLOWS"], cells, lambda key: key[2:5]),
        "DURATIONS": _period_table(formed["DURATIONS"], cells, lambda key: key[2:5]),
        "TRACKED": _each(formed["TRACKED"], cells, lambda key: ("tracking", "total", key[1])),
        "RETURNS": _cohorts(formed["RETURNS"], cells, lambda key: key[2:5]),
        "AFTER_EXITS": _each(formed["AFTER_EXITS"], cells, lambda key: ("after_exit", "total", key[4])),
        "TAKE_UP": _cohorts(formed["TAKE_UP"], cells, lambda key: key[2:5]),
        "CASE_MIX": _each(formed["CASE_MIX"], cells, lambda key: ("case_mix", "/".join(key[3:7]), key[2])),
        "CASE_MIX_RETURNS": _each(
            formed["CASE_MIX_RETURNS"], cells, lambda key: ("case_mix_return", "/".join(key[3:7]), key[2])
        ),
        "ACTIVATION": _period_table(formed["ACTIVATION"], cells, lambda key: ("total", "total", key[2])),
        "AFTER_ART60": _cohorts(formed["AFTER_ART60"], cells, lambda key: ("total", "total", key[1])),
        "APPLICATIONS": _cohorts(formed["APPLICATIONS"], cells, lambda key: ("applications", "total", "total", key[1])),
        "AFTER_CARE": _period_table(formed["AFTER_CARE"], cells, lambda key: ("total", "total", key[2])),
        "ART60": _each(formed["ART60"], cells, lambda key: ("total", "total", quarter_of(key[1]))),
        "AFTER_CARE_RETURNS": _cohorts(formed["AFTER_CARE_RETURNS"], cells, lambda key: ("total", "total", key[2])),
        "DECADES": _each(formed["DECADES"], cells, lambda key: ("ten_years", "total", str(key[1]))),
        "GPMI_STARTS": _cohorts(formed["GPMI_STARTS"], cells, lambda key: ("total", "total", key[1])),
        "YEARS_ON": _each(formed["YEARS_ON"], cells, lambda key: ("years_on", key[2], str(key[1]))),
    }
    made["ORIGINS"] = _origins(formed["ORIGINS"], made["FLOWS"], cells)
    made["YEARS"] = _years(formed["YEARS"], made["STOCKS"], cells)
    return {name: {key: row for key, row in rows.items() if any(row.values())} for name, rows in made.items()}


def _origins(origins: Rows, flows: Rows, cells: _Offsets) -> Rows:
    """Work and elsewhere are rounded here; all else is what the rounded flows of the quarter say."""
    made = {}
    for key, row in origins.items():
        if key[3] in ("work", "elsewhere"):
            made[key] = {"inflow": cells.p(key[2:5])(row["inflow"])}
    for (city, variant, breakdown, _, period), row in flows.items():
        if breakdown == "total" and variant in ("main", "wide"):
            known, ended = row["in_origin_known"], row["in_unemployment"]
            made[city, variant, "origin", "unemployment_ended", period] = {"inflow": ended}
            made[city, variant, "origin", "unknown", period] = {"inflow": row["inflow"] - known}
            made[city, variant, "total", "total", period] = {"inflow": known - ended}
    return made


def offset_of(key: bytes, cell: Iterable[str], base: int = BASE) -> int:
    """The first eight bytes of the HMAC of the cell, most significant first, modulo the base."""
    digest = hmac.new(key, "|".join(cell).encode("utf-8"), hashlib.sha256).digest()
    number = 0
    for byte in digest[:8]:
        number = number * 256 + byte
    return number % base


def rounded(count: int, offset: int, base: int = BASE) -> int:
    """p(u)."""
    return base * ((count + offset) // base)


class _Offsets:
    """The rounding that belongs to each cell of one city."""

    def __init__(self, key: bytes, base: int) -> None:
        self.key, self.base = key, base
        self.known: dict[Cell, int] = {}

    def p(self, cell: Cell) -> Callable[[int], int]:
        """The rounding ``p`` of this cell."""
        if cell not in self.known:
            self.known[cell] = offset_of(self.key, cell, self.base)
        return lambda count: rounded(count, self.known[cell], self.base)


def _stocks(stocks: Rows, cells: _Offsets) -> Rows:
    """Rule 1: the totals of main are exact, the wide ones are main and what is rounded on top.

    Under ten the total of main is 0 or 5. Of an exact total the rest is rounded, where a part is half of it or more;
    from base ten on of the wide total too.
    """
    made = {}
    for key, row in stocks.items():
        _, variant, breakdown, group, month = key
        total = breakdown == "total"
        p = cells.p(("stocks", breakdown, group, quarter_of(month) if total else year_of(month)))
        made[key] = {column: p(count) for column, count in row.items()}
        for column, of_group in OF_A_GROUP.items():
            made[key][column] = cells.p(("stocks", *of_group, year_of(month)))(row[column])
        if breakdown == "age":
            left = cells.p(("stocks", "age", "<18" if group == "<25" else "65+", year_of(month)))
            made[key]["working_age"] = max(0, p(row["stock"]) - left(row["stock"] - row["working_age"]))
        if total:
            main = stocks.get((key[0], "main", *key[2:]), {"stock": 0})["stock"]
            assert row["stock"] >= main
            if main < 2 * cells.base:
                if variant == "main":
                    made[key]["stock"] = min(p(main), cells.base)
                continue
            made[key]["stock"] = main if variant == "main" else main + p(row["stock"] - main)
            shown = made[key]["stock"]
            for column in NEARLY_ALL if variant == "main" or cells.base >= 10 else ():
                if 2 * row[column] < row["stock"]:
                    continue
                of_rest = cells.p(("stocks", "student", "unknown", year_of(month))) if column == "student_known" else p
                nearest = cells.base * ((shown + cells.base // 2) // cells.base)
                made[key][column] = max(0, nearest - of_rest(row["stock"] - row[column]))
    return made


def _years(years: Rows, stocks: Rows, cells: _Offsets) -> Rows:
    """Person-months: of a total the sum of the stocks that are shown, of a group twelve times its mean, rounded."""
    made = {}
    for key, row in years.items():
        *place, year = key
        p = cells.p(("years", *place[2:], str(year)))
        if place[2] == "total":
            shown = (stocks.get((*place, month)) for month in range(year * YEAR, year * YEAR + YEAR))
            months = sum(stock["stock"] for stock in shown if stock)
        else:
            months = YEAR * p(row["person_months"] // YEAR)
        made[key] = {"persons": p(row["persons"]), "person_months": months}
    return made


def _each(rows: Rows, cells: _Offsets, cell_of: Callable[[tuple], Cell]) -> Rows:
    """Every count by itself."""
    return {key: {column: cells.p(cell_of(key))(count) for column, count in row.items()} for key, row in rows.items()}


def _tables(rows: Rows) -> dict[tuple, list[tuple[int, dict[str, int]]]]:
    """The rows of each table, by the rest of their key, in order of their last part: k or m."""
    found: dict[tuple, list] = {}
    for key in sorted(rows, key=lambda key: key[-1]):
        found.setdefault(key[:-1], []).append((key[-1], rows[key]))
    return found


def _period_table(rows: Rows, cells: _Offsets, cell_of: Callable[[tuple], Cell]) -> Rows:
    """Rule 2: at risk step by step; events of each cause as D(k), and back."""
    made = {}
    for table, steps in _tables(rows).items():
        p = cells.p(cell_of(table))
        so_far = dict.fromkeys((name for name in steps[0][1] if name[0] == "d"), 0)
        for k, row in steps:
            made[*table, k] = {"n": p(row["n"])}
            for cause, before in so_far.items():
                so_far[cause] = before + row[cause]
                made[*table, k][cause] = p(so_far[cause]) - p(before)
    return made


def _cohorts(rows: Rows, cells: _Offsets, cell_of: Callable[[tuple], Cell]) -> Rows:
    """Rule 2 of who can only leave: n(m) = p(n(1)) - p(lost before m), at least 0; the exits by themselves."""
    made = {}
    for table, steps in _tables(rows).items():
        p = cells.p(cell_of(table))
        first = steps[0][1]
        so_far = dict.fromkeys((name for name in first if name[0] == "d"), 0)
        for m, row in steps:
            shown = made[*table, m] = {}
            for name, count in row.items():
                if name[0] == "n":
                    shown[name] = max(0, p(first[name]) - p(first[name] - count))
                elif name[0] == "d":
                    shown[name] = p(so_far[name] + count) - p(so_far[name])
                    so_far[name] += count
                else:
                    shown[name] = p(count)
    return made
