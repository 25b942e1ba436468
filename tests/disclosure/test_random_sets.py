"""A thousand random sets of tables: nobody finds anything; without the second step many find much."""

from __future__ import annotations

import os

import pytest

from demad.disclosure.attack.audit import audit
from demad.disclosure.gate import publish
from demad.disclosure.policy import Policy
from tests.disclosure.sets import primary_only, random_sets, set_of

POLICY = Policy()
AT_ONCE = 50


def figures_of(found):
    return {
        "exact": len(found.exact),
        "narrow": len(found.narrow),
        "leaks": len(found.leaks),
        "attacked": found.attacked,
    }


def attack(seeds: range) -> tuple[dict[str, int], dict[str, int], int]:
    """What is found of protected sets, of sets with primary suppression only, and in how many of the latter."""
    values = random_sets(seeds)
    protected = audit(publish(values, POLICY), values, POLICY)
    open_ = audit(primary_only(values, POLICY), values, POLICY)
    return figures_of(protected), figures_of(open_), len({set_of(bound.system) for bound in open_.exact})


@pytest.mark.slow
def test_in_a_thousand_random_sets_nobody_finds_anything_and_without_the_second_step_many_do(capsys):
    wanted, first = int(os.environ.get("DEMAD_SETS", "1000")), int(os.environ.get("DEMAD_FIRST_SET", "0"))
    sums = [dict.fromkeys(("exact", "narrow", "leaks", "attacked"), 0) for _ in range(2)]
    opened = 0
    for start in range(first, first + wanted, AT_ONCE):
        protected, open_, sets = attack(range(start, min(start + AT_ONCE, first + wanted)))
        for total, found in zip(sums, (protected, open_), strict=True):
            total.update({name: total[name] + found[name] for name in total})
        opened += sets
    with capsys.disabled():
        print(f"\n{wanted} sets: protected {sums[0]}; primary only {sums[1]}, exact in {opened} sets")
    assert sums[0]["exact"] == sums[0]["narrow"] == sums[0]["leaks"] == 0
    assert sums[1]["exact"] > wanted / 2
