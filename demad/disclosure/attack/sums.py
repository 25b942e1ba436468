"""The sums a reader can write down: groups of a city, cities of the total, months of a quarter and of a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from demad.disclosure.attack.system import GROUND, INFINITE, System, Unknown

_ALL = "all"
_HALF, _SHARP = 0.005, 0.0025
_FLOWS = ("inflow_count", "outflow_count")


def systems(read: pl.DataFrame) -> Iterator[System]:
    """Every system of sums in which something is hidden.

    Parameters
    ----------
    read
        Of `reading.readable`.
    """
    people = read.filter(~pl.col("indicator").str.starts_with("dq_"))
    counts = people.filter(pl.col("unit").is_in(["persons", "spells"]), pl.col("indicator") != "net_flow")
    shares = people.filter(pl.col("unit") == "share")
    main = counts.filter(variant="main")
    for breakdowns, rests in (
        (main, False),
        (shares.filter(variant="main"), False),
        (shares.filter(variant="main"), True),
    ):
        yield from _crossed(breakdowns, rests=rests)
    for rests in (False, True):
        yield from _columns(shares.filter(breakdown="total"), rests=rests)
    totals = main.filter(breakdown="total")
    yield from _columns(totals.filter(~pl.col("indicator").is_in(_FLOWS)))
    yield from _calendars(totals.filter(pl.col("indicator").is_in(_FLOWS)))
    # Within a year the two series of flows are no two counts of which one is part of the other.
    yearly = ~pl.col("indicator").is_in(_FLOWS) | (pl.col("period").str.len_chars() == 4)
    yield from _columns(more_than_main(counts).filter(yearly))


def more_than_main(counts: pl.DataFrame) -> pl.DataFrame:
    """Totals of the wide series as what they have more than main: known where both are shown."""
    cell = ["indicator", "city", "period"]
    totals = counts.filter(breakdown="total")
    main = totals.filter(variant="main").select(*cell, other="part", seen="shown")
    both = totals.filter(variant="wide").join(main, on=cell, maintain_order="left")
    more = (pl.col("part") - pl.col("other")).abs()
    counted = both.with_columns(part=more, shown=pl.col("shown") & pl.col("seen"))
    return counted.with_columns(secret=~pl.col("shown") & (pl.col("part") > 0) & (pl.col("part") < pl.col("limit")))


def _crossed(figures: pl.DataFrame, *, rests: bool) -> Iterator[System]:
    """Cities by groups, with the total of each city and the sum of the cities."""
    on = ["variant", "indicator", "period"]
    groups = figures.filter(pl.col("breakdown") != "total")
    secret = "secret_rest" if rests else "secret"
    wanted = groups.filter(secret).select(*on, "breakdown").unique()
    chosen = groups.join(wanted, on=[*on, "breakdown"], how="semi").sort(*on, "breakdown", "city", "group")
    totals = figures.filter(breakdown="total").join(wanted.select(on).unique(), on=on, how="semi")
    of_total = {(*key, row["city"]): row for key, row in _keyed(totals, on)}
    for key, rows in chosen.group_by([*on, "breakdown"], maintain_order=True):
        cells = rows.to_dicts()
        sums = {cell["city"]: of_total.get((*key[:3], cell["city"])) for cell in cells}
        yield _table(" ".join(map(str, key)) + (" rest" if rests else ""), cells, sums, rests=rests)


def _keyed(rows: pl.DataFrame, on: list[str]) -> Iterator[tuple[tuple, dict]]:
    for row in rows.iter_rows(named=True):
        yield tuple(row[name] for name in on), row


def _table(name: str, cells: list[dict], sums: dict[str, dict | None], *, rests: bool) -> System:
    cities = sorted(sums)
    columns = sorted({cell["group"] for cell in cells})
    row_node = {city: 1 + number for number, city in enumerate(cities)}
    column_node = {group: 1 + len(cities) + number for number, group in enumerate(columns)}
    owner = {city: number for number, city in enumerate(city for city in cities if city != _ALL)}
    unknowns = []
    for cell in cells:
        ends = (column_node[cell["group"]], row_node[cell["city"]])
        tail, head = ends if cell["city"] != _ALL else ends[::-1]
        unknowns.append(
            _unknown(f"{cell['city']} {cell['group']}", tail, head, cell, owner.get(cell["city"], -1), rests=rests)
        )
    for city, total in sums.items():
        ends = (row_node[city], GROUND) if city != _ALL else (GROUND, row_node[city])
        unknowns.append(_sum(f"{city} total", *ends, total, owner.get(city, -1), rests=rests))
    pooled = {cell["group"] for cell in cells if cell["city"] == _ALL}
    unknowns += [_free(group, GROUND, column_node[group]) for group in columns if group not in pooled]
    owners = (-1, *(owner.get(city, -1) for city in cities), *(-1 for _ in columns))
    return System(name, len(owners), owners, tuple(unknown for unknown in unknowns if unknown.up or unknown.down))


def _unknown(name: str, tail: int, head: int, cell: dict, city: int, *, rests: bool, half: float = _HALF) -> Unknown:
    count = cell["rest"] if rests else cell["part"]
    if cell["shown"]:
        up, down = _rounding(cell, half)
        if rests:
            up, down = down, up
        return Unknown(name, tail, head, count, up, down, city, secret=False, hidden=False)
    secret = cell["secret_rest"] if rests else cell["secret"]
    # Of shares and of the second series only what is secret is looked for: the rest goes along with something.
    sought = secret or (cell["computed"] and cell["unit"] != "share" and cell["variant"] == "main")
    return Unknown(name, tail, head, count, INFINITE, count, city, secret=secret, hidden=sought)


def _rounding(cell: dict, half: float) -> tuple[float, float]:
    """How many more and fewer than the truth a printed share allows, whoever knows of how many it is."""
    if cell["unit"] != "share":
        return 0.0, 0.0
    most, fewest = ((cell["printed"] + side * half) * cell["size"] for side in (1, -1))
    return float(max(0, int(most - cell["part"] + 1e-9))), float(max(0, int(cell["part"] - fewest + 1e-9)))


def _sum(name: str, tail: int, head: int, total: dict | None, city: int, *, rests: bool) -> Unknown:
    if total is None:
        return _free(name, tail, head)
    found = _unknown(name, tail, head, total, city, rests=rests, half=_SHARP)
    return Unknown(found.name, tail, head, found.truth, found.up, found.down, city, secret=False, hidden=False)


def _free(name: str, tail: int, head: int) -> Unknown:
    return Unknown(name, tail, head, 0.0, INFINITE, INFINITE, -1, secret=False, hidden=False)


def _columns(totals: pl.DataFrame, *, rests: bool = False) -> Iterator[System]:
    """Whole cities beside each other, with their sum and nothing else."""
    on = ["variant", "indicator", "period"]
    secret = "secret_rest" if rests else "secret"
    chosen = totals.join(totals.filter(secret).select(on).unique(), on=on, how="semi").sort(*on, "city")
    for key, rows in chosen.group_by(on, maintain_order=True):
        cells = rows.to_dicts()
        owner = {cell["city"]: number for number, cell in enumerate(c for c in cells if c["city"] != _ALL)}
        node = {cell["city"]: 2 + number for number, cell in enumerate(cells)}
        unknowns = [
            _unknown(
                cell["city"],
                *((1, node[cell["city"]]) if cell["city"] != _ALL else (node[_ALL], 1)),
                cell,
                owner.get(cell["city"], -1),
                rests=rests,
                half=_SHARP,
            )
            for cell in cells
        ]
        unknowns += [_free("sum", node[cell["city"]], GROUND) for cell in cells]
        if _ALL not in node:
            unknowns.append(_free("sum", GROUND, 1))
        owners = (-1, -1, *(owner.get(cell["city"], -1) for cell in cells))
        yield System(" ".join(map(str, key)) + (" rest" if rests else ""), len(owners), owners, _moving(unknowns))


def _moving(unknowns: list[Unknown]) -> tuple[Unknown, ...]:
    return tuple(unknown for unknown in unknowns if unknown.up or unknown.down)


def _calendars(flows: pl.DataFrame) -> Iterator[System]:
    """Months, quarters and the year of every city, and their sums over the cities: one system a year."""
    on = ["variant", "indicator", "year"]
    dated = flows.with_columns(year=pl.col("period").str.slice(0, 4), within=pl.col("period").str.slice(4))
    chosen = dated.join(dated.filter("secret").select(on).unique(), on=on, how="semi").sort(*on, "city", "period")
    for key, rows in chosen.group_by(on, maintain_order=True):
        yield _calendar(" ".join(map(str, key)), {(row["city"], row["within"]): row for row in rows.to_dicts()})


def _calendar(name: str, cells: dict[tuple[str, str], dict]) -> System:
    cities = sorted({city for city, _ in cells})
    owner = {city: number for number, city in enumerate(city for city in cities if city != _ALL)}
    months = [f"-{month:02}" for month in range(1, 13)]
    labels = [(_ALL, month) for month in months]
    labels += [(f"sum {city}", part) for city in cities for part in ("Q1", "Q2", "Q3", "Q4", "year")]
    node = {label: 1 + number for number, label in enumerate(labels)}
    unknowns: list[Unknown] = []
    for city in cities:
        steps = [
            (month, node[_ALL, month], node[f"sum {city}", f"Q{place // 3 + 1}"]) for place, month in enumerate(months)
        ]
        steps += [(part, node[f"sum {city}", part], node[f"sum {city}", "year"]) for part in ("Q1", "Q2", "Q3", "Q4")]
        steps += [("", node[f"sum {city}", "year"], GROUND)]
        for within, tail, head in steps:
            ends = (tail, head) if city != _ALL else (head, tail)
            cell = cells.get((city, within))
            label = f"{city} {within or 'year'}"
            known_to = owner.get(city, -1)
            if cell is not None:
                unknowns.append(_unknown(label, *ends, cell, known_to, rests=False))
            else:
                unknowns.append(replace(_free(label, *ends), city=known_to))
    owners = [-1] * (1 + len(labels))
    for (label, _), number in node.items():
        owners[number] = owner.get(label.removeprefix("sum "), -1) if label.startswith("sum ") else -1
    return System(name, len(owners), tuple(owners), _moving(unknowns))
