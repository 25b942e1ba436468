"""What figures are computed from: counts that are shown or rested on, formed before anything is rounded.

Exact ones keep every group; folded ones hold the groups that are published (methods.md 3.6, rule 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from demad.tables.terms import ACTIVATION, FOLDED, REASONS, WORKING_AGES
from tests.naive.history import quarter_of, year_of
from tests.naive.periods import TOTAL, is_december, month_label

Rows = dict[tuple, dict[str, int]]
SUPPORTS_SHOWN = ("leefloon", "leefloon_or_equivalent", "gpmi", "any")
STEPS = ("known", "applied", "kept")
RETURN_MONTHS = 24
INFLOW = ("in_new", "in_return", "in_unknown")
OUTFLOW = tuple(f"out_{reason}" for reason in REASONS)
EXITS = tuple(f"d_{reason}" for reason in REASONS)
CAUSES = {
    "d": EXITS,
    "d_work": ("d_work",),
    "d_activation": tuple(f"d_{reason}" for reason in ACTIVATION),
    "d_other_benefit": ("d_other_benefit",),
    "d_moved": ("d_moved",),
    "d_unknown": ("d_unknown",),
}


def quantities(tables: dict[str, Rows], *, folded: bool) -> dict[str, Rows]:
    """Every quantity of one city; no row is all zero."""
    formed = {
        "STOCKS": _stocks(tables["STOCK"], ("<18", "18-24") if folded else ("18-24",)),
        "YEARS": _years(tables["STOCK"], tables["YEAR_PERSONS"]),
        "GPMI_YEARS": tables["GPMI_YEAR"].items(),
        "LONG_STAYERS": _chosen(tables["LONG_STAY"], out=None),
        "FLOWS": _flows(tables["FLOW"], monthly=not folded),
        "ORIGINS": _origins(tables["ORIGIN_INFLOW"]),
        "DURATIONS": _durations(tables["SPELL_RISK"]),
        "TRACKED": _chosen(tables["TRACKING"], back=None, work=None),
        "RETURNS": _returns(tables["RETURN_RISK"]),
        "AFTER_EXITS": _after_exits(tables["AFTER_EXIT_STATUS"]),
        "TAKE_UP": _take_up(tables["CARE_LEAVER_RISK"], folded=folded),
        "CASE_MIX": tables["CASE_MIX_RISK"].items(),
        "CASE_MIX_RETURNS": _chosen(tables["CASE_MIX_RETURN"], n=("n",), d=("d_return",)),
        "ACTIVATION": _chosen(tables["ACTIVATION_RISK"], n=("n",), d=("d_activation", "d_exit"), d_activation=None),
        "AFTER_ART60": _chosen(tables["AFTER_ART60_RISK"], n=("n",), d=("d_return",)),
        "APPLICATIONS": _chosen(
            tables["APPLICATION_RISK"],
            n=("n",),
            d=("d_decided", "d_withdrawn"),
            d_decided=None,
            known=None,
            refused=None,
        ),
        "AFTER_CARE": _chosen(tables["CARE_LEAVER_SPELL_RISK"], n=("n",), d=("d",)),
        "ART60": tables["ART60_MONTHS"].items(),
        "AFTER_CARE_RETURNS": _chosen(
            {key: row for key, row in tables["CARE_LEAVER_RETURN_RISK"].items() if key[3] <= 12},
            n=("n",),
            d=("d_return",),
        ),
        "DECADES": tables["TEN_YEARS"].items(),
        "GPMI_STARTS": _chosen(
            {key: row for key, row in tables["GPMI_START_RISK"].items() if key[2] <= 3},
            n=("n",),
            d=("d_gpmi", "d_exit"),
            d_gpmi=None,
        ),
        "YEARS_ON": [(key, row) for key, row in tables["YEARS_ON"].items() if key[2] != "25-48"],
    }
    return {name: _added(_folded(rows) if folded else rows) for name, rows in formed.items()}


def _after_exits(after_exit: Rows) -> Iterator[tuple[tuple, dict[str, int]]]:
    """Who has a leefloon in the third month came back by then, which RETURNS has; who has nothing is the rest."""
    for (city, year, months), row in after_exit.items():
        for status in ("leefloon_again", "equivalent", "art60", "other_support"):
            if (status, months) != ("leefloon_again", 3):
                yield (city, "main", "exit_status", status, year, months), {"people": row[status]}


def population(rows: Rows, *, folded: bool) -> Rows:
    """Inhabitants, in the groups of the counts that are set against them."""
    return _added(_folded(rows.items(), 1) if folded else rows.items())


def _added(rows: Iterable[tuple[tuple, dict[str, int]]]) -> Rows:
    """Rows of one key added up; what is zero is not there."""
    sums: Rows = {}
    for key, row in rows:
        into = sums.setdefault(key, dict.fromkeys(row, 0))
        for column, count in row.items():
            into[column] += count
    return {key: row for key, row in sums.items() if any(row.values())}


def _folded(rows: Iterable[tuple[tuple, dict[str, int]]], place: int = 2) -> Iterator[tuple[tuple, dict[str, int]]]:
    """The groups that go together under one name; ``place`` is where a key holds its breakdown, if it has one."""
    for key, row in rows:
        names = FOLDED.get(key[place], {}) if len(key) > place else {}
        if names and key[place + 1] in names:
            key = (*key[: place + 1], names[key[place + 1]], *key[place + 2 :])  # noqa: PLW2901
        yield key, row


def _sum(row: dict[str, int] | None, *columns: str) -> int:
    return sum(row[column] for column in columns) if row else 0


def _chosen(rows: Rows, **made_of: tuple[str, ...] | None) -> Iterator[tuple[tuple, dict[str, int]]]:
    """Columns that are the sum of these; None: the column of that name."""
    for key, row in rows.items():
        yield key, {name: _sum(row, *(columns or (name,))) for name, columns in made_of.items()}


def _stocks(stock: Rows, young: tuple[str, ...]) -> Iterator[tuple[tuple, dict[str, int]]]:
    """Totals of every month; groups of December. What rests on ages or study is a quantity of the total."""
    for (city, variant, breakdown, group, month), row in stock.items():
        if breakdown != "total" and not is_december(month):
            continue

        def of(part: str, *groups: str, cell: tuple = (city, variant), month: int = month) -> int:
            return sum(_sum(stock.get((*cell, part, one, month)), "stock") for one in groups)

        total = breakdown == "total"
        everybody = 0 if breakdown == "age" and group not in WORKING_AGES else row["stock"]
        yield (
            (city, variant, breakdown, group, month),
            {
                "stock": row["stock"],
                "working_age": of("age", *WORKING_AGES) if total else everybody,
                "young": of("age", *young) if total else 0,
                "student": of("student", "yes") if total else 0,
                "student_known": of("student", "yes", "no") if total else 0,
                "gpmi": row["gpmi"],
                "over_two_years": row["elapsed_over_24"],
                "start_known": row["stock"] - row["start_unknown"],
            },
        )


def _years(stock: Rows, year_persons: Rows) -> Iterator[tuple[tuple, dict[str, int]]]:
    for key, row in stock.items():
        yield (*key[:4], key[4] // 12), {"persons": 0, "person_months": row["stock"]}
    for key, row in year_persons.items():
        yield (*key[:4], int(key[4])), {"persons": row["persons"], "person_months": 0}


def _flows(flow: Rows, *, monthly: bool) -> Iterator[tuple[tuple, dict[str, int]]]:
    """Totals by quarter, and by month where nothing is protected; groups and reasons by year."""
    for (city, variant, breakdown, group, month), row in flow.items():
        total = breakdown == "total"
        working = [("age", age) for age in WORKING_AGES] if total else [(breakdown, group)]
        if breakdown == "age" and group not in WORKING_AGES:
            working = []
        counts = {
            "inflow": _sum(row, *INFLOW),
            "inflow_working_age": sum(_sum(flow.get((city, variant, *cell, month)), *INFLOW) for cell in working),
            "in_new": row["in_new"],
            "in_new_or_return": row["in_new"] + row["in_return"],
            "in_unemployment": row["in_unemployment"],
            "in_origin_known": row["in_origin_known"],
            "outflow": _sum(row, *OUTFLOW),
            "out_unknown": row["out_unknown"],
        }
        yield (city, variant, breakdown, group, quarter_of(month) if total else year_of(month)), counts
        if total:
            if monthly:
                yield (city, variant, *TOTAL, month_label(month)), counts
            for reason in REASONS:
                of_reason = {**dict.fromkeys(counts, 0), "outflow": row[f"out_{reason}"]}
                yield (city, variant, "reason", reason, year_of(month)), of_reason


def _origins(origin_inflow: Rows) -> Iterator[tuple[tuple, dict[str, int]]]:
    """Every origin, and together those that are neither the end of unemployment nor unknown."""
    for (city, variant, quarter, origin), row in origin_inflow.items():
        yield (city, variant, "origin", origin, quarter), dict(row)
        if origin not in ("unemployment_ended", "unknown"):
            yield (city, variant, *TOTAL, quarter), dict(row)


def _durations(spell_risk: Rows) -> Iterator[tuple[tuple, dict[str, int]]]:
    yield from _chosen(spell_risk, n=("n",), **CAUSES)


def _returns(return_risk: Rows) -> Iterator[tuple[tuple, dict[str, int]]]:
    shown = {key: row for key, row in return_risk.items() if key[-1] <= RETURN_MONTHS}
    by_kind = {f"{column}{kind}": None for kind in ("_work", "_activation") for column in ("n", "d", "exits")}
    yield from _chosen(shown, n=("n",), d=("d_return",), exits=("exits",), **by_kind)


def _take_up(care_leaver_risk: Rows, *, folded: bool) -> Iterator[tuple[tuple, dict[str, int]]]:
    """Folded: no ages, and the forms of care a second time under a name of their own, which is not folded."""
    shown = {
        key: row
        for key, row in care_leaver_risk.items()
        if key[1] in SUPPORTS_SHOWN or (key[1] in STEPS and key[2] == "total")
    }
    for key, row in _chosen(shown, n=("n",), d=("d_event", "d_moved", "d_death"), d_event=None):
        if folded and key[2] == "age":
            continue
        yield key, row
        if folded and key[2] == "zorgvorm":
            yield (*key[:2], "zorgvorm_detail", *key[3:]), row
