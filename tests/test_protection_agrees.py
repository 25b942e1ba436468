"""The fast protection against the naive one: every cell of every protected table, every figure, everything hidden."""

from __future__ import annotations

import os

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demad.disclosure import Policy, publish
from demad.indicators import evaluate
from demad.protection import ProtectedTables, pool, protect
from demad.records.secrets import Secret, seeded
from demad.tables.figures import FIGURE_KEY
from demad.tables.quantities import COUNTED
from tests.naive import City, figures, tables
from tests.naive.hiding import published
from tests.naive.protection import protected
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


def differing_cells(naive: dict[str, dict], fast: ProtectedTables) -> list:
    found = []
    for table in COUNTED:
        ours = rows_by_key(fast[table.name.lower()], table.key, list(table.counts))
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


def judge(delivered: list[City], under: list[Secret]) -> None:
    """Tables, figures and what is hidden of these cities, all under their secrets."""
    counted = [tables(city) for city in delivered]
    fast = [protect(fast_tables(city), secret) for city, secret in zip(delivered, under, strict=True)]
    for of_city, secret, ours in zip(counted, under, fast, strict=True):
        assert differing_cells(protected(of_city, secret.key), ours)[:3] == []
    slow, computed = figures(delivered, counted, [secret.key for secret in under]), evaluate(pool(fast))
    assert differing(slow, computed.frame)[:3] == []
    assert differing(published(slow), publish(computed, Policy()).precise)[:3] == []


@given(draft=drafts(), secret=secrets)
@settings(max_examples=15, **unhurried)
def test_every_protected_cell_is_that_of_the_naive_engine(draft, secret):
    city = draft.city()
    fast = protect(fast_tables(city), secret)
    assert differing_cells(protected(tables(city), secret.key), fast)[:3] == []


@given(draft=drafts(), secret=secrets, base=st.sampled_from((2, 10, 20)))
@settings(max_examples=5, **unhurried)
def test_so_it_is_under_another_base(draft, secret, base):
    city = draft.city()
    fast = protect(fast_tables(city), secret, base=base)
    assert differing_cells(protected(tables(city), secret.key, base), fast)[:3] == []


@given(drafted=several)
@settings(max_examples=5, **unhurried)
def test_every_protected_figure_and_everything_hidden_is_that_of_the_naive_engine(drafted):
    delivered = named(drafted)
    judge(delivered, [seeded(city.slug) for city in delivered])


@pytest.mark.slow
def test_two_thousand_random_histories_are_protected_alike():
    """``DEMAD_FUZZ=seed,rounds`` runs another part: a round is six cities with the people of 120 drafts."""
    start, rounds = (int(number) for number in os.environ.get("DEMAD_FUZZ", "1,12").split(","))
    for number in range(start, start + rounds):
        delivered = named(crowded(gathered(number)))
        judge(delivered, [seeded(f"{city.slug}-{number}") for city in delivered])
        print(f"round {number}", flush=True)
