"""Four of five cities with one key put their rows together against the fifth: what is printed tells too little."""

from __future__ import annotations

import numpy as np
import pytest

from bench.movers import Score, Year, attack, years_of


@pytest.fixture(scope="module")
def years() -> list[Year]:
    """Every city, year and fifth city of a small synthetic world."""
    return list(years_of(people=4_000, seed=2))


def found(years: list[Year], **how: bool | int) -> Score:
    return attack(years, np.random.default_rng(7), **how)


def test_four_of_five_cities_find_no_small_number_of_the_fifth(years: list[Year]):
    for how in ({"hidden_known": False}, {"hidden_known": True}, {"hidden_known": True, "releases": 2}):
        score = found(years, **how)
        assert score.small > 100
        assert (score.exact, score.two, score.under_five) == (0, 0, 0), how


def test_the_same_attack_finds_much_where_every_quarter_is_known(years: list[Year]):
    score = found(years, hidden_known=True, by_quarter=True)
    assert score.small > 200
    assert score.two > 2
    assert score.under_five > score.small / 20


def test_the_attacker_finds_what_only_one_number_fits():
    """Nine known movers a quarter and 20 told: each quarter rounded down from 9, so no offset leaves room for one."""
    known = np.full((3, 4), 9)
    nobody = attack([Year(known, np.zeros((3, 4), dtype=int))], _Down(), hidden_known=True)  # pyright: ignore[reportArgumentType]
    assert nobody == Score()  # zero is no small number
    one = np.zeros((3, 4), dtype=int)
    one[:, 0] = 1
    score = attack([Year(known - one, one)], _Down(), hidden_known=True)  # pyright: ignore[reportArgumentType]
    assert (score.small, score.exact, score.two) == (3, 0, 3)  # 0 or 1


class _Down:
    """A generator that gives the smallest offsets."""

    def integers(self, high: int, size: int = 1) -> np.ndarray:
        return np.zeros(size, dtype=int)
