"""Returns in any city under a shared key: the two engines, and that without one nobody is ever linked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demad.disclosure import Policy, publish
from demad.disclosure.hiding import hidden
from demad.indicators import evaluate
from demad.indicators.elsewhere import returns_anywhere
from demad.indicators.grid import scope_of
from demad.protection import ProtectedTables, pool, protect, protect_elsewhere
from demad.quantities import ExactTables, exact
from demad.records.secrets import Secret, seeded
from demad.tables.figures import FIGURE_KEY
from demad.tables.months import month_label
from tests.indicators.by_hand import Tables, leefloon
from tests.lanes import examples
from tests.naive import City, figures, tables
from tests.naive.elsewhere import count_elsewhere
from tests.naive.figures import _figure, in_any_city
from tests.naive.hiding import hidden as hidden_by_hand
from tests.naive.hiding import published
from tests.naive.pool import pools
from tests.test_engines_agree import differing_figures, fast_elsewhere, fast_tables, unhurried
from tests.test_protection_agrees import differing

SIX = ("aalst", "brugge", "gent", "leuven", "mechelen", "ronse")


@st.composite
def moving(draw: st.DrawFn, copies: tuple[int, ...] = (1, 12)) -> list[City]:
    """Six cities that a few people move between; of each person there are as many copies in every city."""
    reasons, laws = st.sampled_from(["W1", "E1", None, "M1", "X2", "X1"]), st.sampled_from(["RMI", "RMI", "RMI", "RMH"])
    stays = st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(1, 9), st.integers(1, 9), reasons, laws),
        min_size=2,
        max_size=7,
    )
    rows: dict[str, list[dict]] = {slug: [leefloon("nobody", "2015-02")] for slug in SIX}
    for number, (lives, many) in enumerate(
        draw(st.lists(st.tuples(stays, st.sampled_from(copies)), min_size=1, max_size=4))
    ):
        month = 2015 * 12 + 1
        for city, start, away, length, reason, law in lives:
            begin = max(month + away - start, 2015 * 12)  # it may overlap the stay before
            month = begin + length
            one = leefloon("x", month_label(begin), length, reason, wet=law)
            rows[SIX[city]] += [{**one, "persoon": f"p1-moves-{number}-{copy}"} for copy in range(many)]
    since = st.sampled_from((date(2015, 1, 1), date(2015, 1, 1), date(2015, 2, 17)))
    until = st.sampled_from((date(2018, 12, 31), date(2018, 12, 31), date(2018, 8, 15)))
    full = draw(st.booleans())
    return [City(slug, draw(since), draw(until), full, rows[slug], None, None) for slug in SIX]


def as_rows(cities: list[City], n_shards: int = 1) -> dict[tuple[str, str, int], int]:
    rows = fast_elsewhere(cities, n_shards).iter_rows()
    return {(city, period, m): count for city, period, m, count in rows}


@given(cities=moving(), n_shards=st.sampled_from([1, 2, 8]))
@settings(max_examples=examples(6), **unhurried)
def test_who_was_back_elsewhere_is_what_the_naive_engine_counts_in_any_number_of_shards(cities, n_shards):
    assert as_rows(cities, n_shards) == count_elsewhere(cities)
    assert as_rows(cities[:4]) == {}  # fewer than five


@given(cities=moving())
@settings(max_examples=examples(3), **unhurried)
def test_under_keys_of_their_own_nobody_is_linked_and_without_a_domain_there_is_no_figure(cities):
    own = [
        replace(city, leefloon=[{**r, "persoon": f"{city.slug}-{r['persoon']}"} for r in city.leefloon])
        for city in cities
    ]
    assert set(as_rows(own).values()) <= {0}
    assert as_rows(own).keys() == as_rows(cities).keys()


@given(cities=moving())
@settings(max_examples=examples(1), **unhurried)
def test_exact_and_protected_figures_and_what_is_hidden_are_those_of_the_naive_engine(cities):
    """Of five of the six cities: the last is outside the domain, and so is every city where four share a key."""
    fast, slow = {city.slug: fast_tables(city) for city in cities}, [tables(city) for city in cities]
    secrets = {city.slug: seeded(city.slug) for city in cities}
    for under, shared in ((None, SIX[:5]), (secrets, SIX[:5]), (None, SIX[:4])):
        made = _quantities(fast, fast_elsewhere([city for city in cities if city.slug in shared]), under)
        ours = pl.concat(returns_anywhere(made, scope_of(made)))
        keys = [secret.key for secret in under.values()] if under else None
        found = in_any_city(cities, pools(cities, slow, keys), keys, shared)
        naive = {key: _figure(estimate, min_n) for key, estimate, min_n in found}
        assert differing(naive, ours)[:3] == []
        outside = ours.filter(pl.col("city").is_in(["ronse", *(SIX if len(shared) < 5 else ())]))
        assert set(outside["status"]) <= {"not_computable"}
        assert outside.select("value", "numerator", "denominator").null_count().row(0) == (outside.height,) * 3
        gone = zip(ours.select(FIGURE_KEY).rows(), hidden(ours, Policy()), strict=True)
        assert {key for key, is_gone in gone if is_gone} == hidden_by_hand(naive)


@pytest.mark.slow
@given(cities=moving())
@settings(max_examples=3, **unhurried)
def test_beside_every_other_figure_they_stay_the_same(cities):
    fast = {city.slug: fast_tables(city) for city in cities}
    assert differing_figures(cities, list(fast.values()), shared=SIX[:5])[:3] == []
    secrets = {city.slug: seeded(city.slug) for city in cities}
    naive = figures(cities, keys=[secret.key for secret in secrets.values()], shared=SIX[:5])
    ours = evaluate(_quantities(fast, fast_elsewhere(cities[:5]), secrets))
    assert differing(naive, ours.frame)[:3] == []
    assert differing(published(naive), publish(ours, Policy()).precise)[:3] == []


def _quantities(
    fast: dict[str, Tables], counted: pl.DataFrame, secrets: dict[str, Secret] | None
) -> ExactTables | ProtectedTables:
    """Quantities of the cities, of which some share a key; rounded where there are secrets."""
    if secrets is None:
        return exact(fast.values(), counted)
    each = (protect(of_city, secrets[slug]) for slug, of_city in fast.items())
    return pool(each, protect_elsewhere(counted, secrets, base=5))
