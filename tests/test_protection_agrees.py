"""The fast protection against the naive one: every cell of every protected table, every figure, everything hidden."""

from __future__ import annotations

import os

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.speed import read, write
from demad.disclosure import Policy, publish
from demad.indicators import evaluate
from demad.protection import pool, protect
from demad.quantities import POOLED, QuantityTables, exact
from demad.records.secrets import Secret, seeded
from demad.synthetic.curves import AS_OF, SINCE
from demad.tables.counts import ADDITIVE, YEAR_PERSONS
from demad.tables.figures import FIGURE_KEY
from demad.tables.quantities import COUNTED
from tests.lanes import examples
from tests.naive import City, figures, tables
from tests.naive.hiding import published
from tests.naive.protection import protected
from tests.naive.quantities import quantities
from tests.strategies import drafts
from tests.test_engines_agree import (
    EXACT,
    NUMBERS,
    crowded,
    fast_tables,
    gathered,
    named,
    rows_by_key,
    same,
    several,
    unhurried,
)

secrets = st.binary(min_size=32, max_size=32).map(Secret)


def differing_cells(naive: dict[str, dict], fast: QuantityTables) -> list:
    """Of one city: `all` of exact tables, which hold it, is judged by its figures."""
    found = []
    for table in COUNTED:
        rows = fast[table.name.lower()].filter(pl.col("city") != POOLED)
        ours = rows_by_key(rows, table.key, list(table.counts))
        ours = {key: row for key, row in ours.items() if any(row.values())}
        theirs = naive[table.name]
        found += [
            (table.name, key, ours.get(key), theirs.get(key))
            for key in ours.keys() | theirs.keys()
            if ours.get(key) != theirs.get(key)
        ]
    return found


def differing(naive: dict[tuple, dict], fast: pl.DataFrame) -> list:
    ours = rows_by_key(fast, FIGURE_KEY, [*NUMBERS, *EXACT])
    return [
        (key, ours.get(key), naive.get(key))
        for key in sorted(ours.keys() | naive.keys())
        if key not in ours or key not in naive or not same(ours[key], naive[key])
    ]


def judge(delivered: list[City], counted: list[dict], fast: list[dict], *, quality: bool = True) -> int:
    """Compare tables, figures and what is hidden, each city under a secret; return how many figures are shown."""
    under = [seeded(city.slug) for city in delivered]
    ours = [protect(of_city, secret) for of_city, secret in zip(fast, under, strict=True)]
    for of_city, secret, made in zip(counted, under, ours, strict=True):
        assert differing_cells(protected(of_city, secret.key), made)[:3] == []
    naive, computed = figures(delivered, counted, [secret.key for secret in under]), evaluate(pool(ours))
    shown = publish(computed, Policy()).precise
    judged = pl.lit(True) if quality else ~pl.col("indicator").str.starts_with("dq_")
    naive = {key: figure for key, figure in naive.items() if quality or not key[1].startswith("dq_")}
    assert differing(naive, computed.frame.filter(judged))[:3] == []
    assert differing(published(naive), shown.filter(judged))[:3] == []
    return shown.filter(pl.col("value").is_not_null()).height


@given(draft=drafts(), secret=secrets)
@settings(max_examples=examples(3), **unhurried)
def test_every_quantity_and_every_protected_cell_is_that_of_the_naive_engine(draft, secret):
    city = draft.city()
    counted, fast = tables(city), fast_tables(city)
    assert differing_cells(quantities(counted, folded=False), exact([fast]))[:3] == []
    assert differing_cells(protected(counted, secret.key), protect(fast, secret))[:3] == []


@given(draft=drafts(), secret=secrets, base=st.sampled_from((2, 10, 20)))
@settings(max_examples=examples(3), **unhurried)
def test_so_it_is_under_another_base(draft, secret, base):
    city = draft.city()
    fast = protect(fast_tables(city), secret, base=base)
    assert differing_cells(protected(tables(city), secret.key, base), fast)[:3] == []


@given(drafted=several)
@settings(max_examples=examples(2), **unhurried)
def test_every_protected_figure_and_everything_hidden_is_that_of_the_naive_engine(drafted):
    delivered = named(drafted)
    judge(delivered, [tables(city) for city in delivered], [fast_tables(city) for city in delivered])


@pytest.mark.slow
def test_two_thousand_random_histories_are_protected_alike():
    """``DEMAD_FUZZ=seed,rounds`` runs another part: a round is six cities with the people of 120 drafts."""
    start, rounds = (int(number) for number in os.environ.get("DEMAD_FUZZ", "1,12").split(","))
    for number in range(start, start + rounds):
        delivered = named(crowded(gathered(number)))
        shown = judge(delivered, [tables(city) for city in delivered], [fast_tables(city) for city in delivered])
        print(f"round {number}: {shown} figures shown", flush=True)


@pytest.mark.slow
def test_cities_of_a_real_size_are_protected_alike(tmp_path):
    """Of the thirteen synthetic cities a middling and a large one, from the tables that the fast engine counted."""
    write(tmp_path, 1300)
    fast = [city for city in read(tmp_path) if city["span"]["city"].item() in ("gent", "mechelen")]
    delivered = [
        City(city["span"]["city"].item(), SINCE, AS_OF, False, [], [], [], inhabitants_of(city["population"]))
        for city in fast
    ]
    shown = judge(delivered, [as_counted(city) for city in fast], fast, quality=False)
    print(f"{shown} figures shown", flush=True)
    assert shown > 10_000


def as_counted(fast: dict[str, pl.DataFrame]) -> dict[str, dict]:
    """Additive tables as the naive engine keeps them."""
    rows = {}
    for table in ADDITIVE:
        frame = fast[table.name.lower()]
        if table is YEAR_PERSONS:
            frame = frame.with_columns(pl.col("year").cast(pl.String))
        found = rows_by_key(frame, table.key, list(table.counts))
        rows[table.name] = {key: row for key, row in found.items() if any(row.values())}
    return rows


def inhabitants_of(population: pl.DataFrame) -> list[dict]:
    """A delivered row for each year, so that the naive engine knows the years; the numbers stand in the tables."""
    row = {"leeftijd_van": 18, "leeftijd_tot": 64, "geslacht": "M", "aantal": 1}
    return [{"jaar": year, **row} for year in population["year"].unique().to_list()]
