"""An attacker of its own on a small world: what he finds, and that he does find what is planted for him."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np
import polars as pl

from bench.attack.attackers import (
    insiders,
    knowing_rounded,
    of_outsider,
    pairs,
    truth_of,
    with_offset_known,
    with_one_offset_everywhere,
)
from bench.attack.identities import identities
from bench.attack.solving import beginning, solve
from bench.attack.statements import COUNT, exact_stocks, multiples, statements
from bench.attack.system import system_of
from tests.attack.conftest import Attacked, attack, offsets

ATTACK = Path(__file__).parents[2] / "bench" / "attack"


def test_the_attacker_imports_nothing_of_what_he_attacks():
    for path in ATTACK.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.split(".")[0] in ("demad", "assets")], path.name
            assert not [name for name in names if name.startswith("bench.") and not name.startswith("bench.attack")]


def test_every_rule_the_attacker_holds_for_true_is_true(attacked: Attacked):
    rules = identities(attacked.system.counts.select(COUNT), exact_stocks(attacked.figures))
    true = pl.DataFrame({"id": np.arange(len(attacked.truth.true)), "true": attacked.truth.true})
    summed = (
        rules.join(true, on="id")
        .group_by("rule")
        .agg(
            total=(pl.col("coefficient") * pl.col("true")).sum(), least=pl.col("least").max(), most=pl.col("most").min()
        )
    )
    assert summed.height > 5_000
    assert not summed.filter((pl.col("total") < pl.col("least")) | (pl.col("total") > pl.col("most"))).height


def test_every_printed_numerator_and_denominator_is_a_multiple_of_five(figures: pl.DataFrame):
    assert not multiples(statements(figures))


def test_what_he_concludes_is_never_false(attacked: Attacked):
    low, high = attacked.state.true.widest()
    assert ((low <= attacked.truth.true) & (attacked.truth.true <= high)).all()
    assert not attacked.state.true.broken.any()


def test_an_outsider_finds_no_small_count_and_none_to_two_values(attacked: Attacked):
    found = of_outsider(attacked.system, attacked.state, attacked.truth)
    assert found.small > 3_000
    assert (found.exact, found.two) == (0, 0)
    assert found.five * 150 <= found.small


def test_insiders_and_pairs_find_no_more(attacked: Attacked):
    cities = attacked.system.counts["city"].unique().sort().to_list()
    for groups in ([(city,) for city in cities], pairs(cities, 1)):
        found = insiders(attacked.system, attacked.state, attacked.truth, groups)
        assert (found.exact, found.two, found.wrong) == (0, 0, 0)


def test_a_small_count_that_is_printed_is_found(attacked: Attacked, true: pl.DataFrame):
    place = {"variant": "main", "indicator": "caseload_distinct_year", "breakdown": "nationality"}
    small = true.filter(
        pl.col("true").is_between(6, 9),
        pl.col("period") == 2024,
        count="persons",
        series="main",
        breakdown="nationality",
    )
    city, group, count = small.select("city", "group", "true").row(0)
    here = pl.all_horizontal(pl.col(name) == value for name, value in place.items())
    here = here & (pl.col("city") == city) & (pl.col("group") == group) & (pl.col("period") == "2024")
    planted = attacked.figures.with_columns(
        numerator=pl.when(here).then(count).otherwise("numerator"),
        value=pl.when(here).then(float(count)).otherwise("value"),
        status=pl.when(here).then(pl.lit("ok")).otherwise("status"),
    )
    seen = attack(planted, true)
    assert multiples(statements(planted))
    assert of_outsider(seen.system, seen.state, seen.truth).exact >= 1


def test_offsets_that_leak_are_found_out(attacked: Attacked):
    state = knowing_rounded(attacked.system, attacked.state, attacked.truth)
    before = of_outsider(attacked.system, state, attacked.truth)
    state.true.alive[attacked.system.cell] = np.arange(5)[None, :] == attacked.truth.offset[:, None]
    everybody = np.ones(len(attacked.truth.true), dtype=bool)
    solve(attacked.system, state, rounded=everybody, true=everybody)
    after = of_outsider(attacked.system, state, attacked.truth)
    assert before.exact == 0
    assert after.exact > 0
    assert after.two > 20 * max(before.two, 1)


def test_an_offset_that_is_known_outright_tells_no_small_count(attacked: Attacked):
    found = with_offset_known(attacked.system, attacked.state, attacked.truth)
    assert found.exact == 0


def test_a_second_secret_is_found_out(attacked: Attacked, printed: Callable[..., pl.DataFrame], true: pl.DataFrame):
    both = system_of(attacked.figures, later=[printed("b")], again=True)
    twice = pl.concat([true, true.with_columns(pl.col("city") + "#1")])
    truth = truth_of(both, twice, offsets(both, "a", "b"))
    found = of_outsider(both, solve(both, beginning(both)), truth)
    once = of_outsider(attacked.system, attacked.state, attacked.truth)
    assert found.wrong == 0
    assert found.five > 10 * max(once.five, 1)


def test_without_offsets_the_attacker_notices_and_finds_more(
    attacked: Attacked, printed: Callable[..., pl.DataFrame], true: pl.DataFrame
):
    known = knowing_rounded(attacked.system, attacked.state, attacked.truth)
    honest = with_one_offset_everywhere(attacked.system, known, attacked.truth)
    with patch("demad.protection.offsets.offset", lambda *_: 0), patch("bench.truth.offset", lambda *_: 0):
        bare = attack(printed(), true)
    found = with_one_offset_everywhere(bare.system, knowing_rounded(bare.system, bare.state, bare.truth), bare.truth)
    assert found.wrong == 0
    assert (honest.exact, honest.two) == (0, 0)
    assert found.exact >= 5
    assert found.two >= 10
