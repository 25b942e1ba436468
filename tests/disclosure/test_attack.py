"""The attacker is honest: what he bounds is what enumeration and linear programming find, and he misses nothing."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from demad.disclosure.attack.audit import audit
from demad.disclosure.attack.digits import fitting
from demad.disclosure.attack.system import INFINITE, System, Unknown, coalitions, width
from demad.disclosure.door import published_only
from demad.disclosure.gate import publish, refuse_news
from demad.disclosure.policy import Policy
from demad.disclosure.suppress import publish as suppress
from demad.errors import PrivacyRefused
from tests.disclosure.sets import primary_only, random_set
from tests.figures import count, figures, share

POLICY = Policy()


def small_system(seed: int) -> System:
    """Three cities by three groups with visible margins, some cells hidden."""
    rng = np.random.default_rng(seed)
    counts, hidden = rng.integers(0, 7, (3, 3)), rng.random((3, 3)) < 0.75
    unknowns = tuple(
        Unknown(
            f"{r} {c}", 4 + c, 1 + r, float(counts[r, c]), INFINITE, float(counts[r, c]), r, secret=True, hidden=True
        )
        for r in range(3)
        for c in range(3)
        if hidden[r, c]
    )
    return System("small", 7, (-1, 0, 1, 2, -1, -1, -1), unknowns)


def equations(system: System, insiders: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, list[Unknown]]:
    free = [unknown for unknown in system.unknowns if unknown.city not in insiders]
    matrix = np.zeros((system.n_nodes, len(free)))
    for place, unknown in enumerate(free):
        matrix[unknown.tail, place], matrix[unknown.head, place] = -1, 1
    truth = np.array([unknown.truth for unknown in free])
    return matrix, matrix @ truth, free


@pytest.mark.parametrize("seed", range(25))
def test_bounds_are_those_of_linear_programming_and_of_every_filling_in_whole_numbers(seed):
    system = small_system(seed)
    for insiders in coalitions(system, 2):
        matrix, sums, free = equations(system, insiders)
        for place, unknown in enumerate(free):
            down, up = width(system, unknown, insiders)
            goal = np.eye(len(free))[place]
            ends = [
                linprog(sign * goal, A_eq=matrix, b_eq=sums, bounds=[(0, None)] * len(free)).x[place]
                for sign in (1, -1)
            ]
            assert [unknown.truth - down, unknown.truth + up] == pytest.approx(ends)


@pytest.mark.parametrize("seed", [1, 5, 7, 11])
def test_every_filling_in_whole_numbers_lies_within_the_bounds_and_reaches_them(seed):
    system = small_system(seed)
    matrix, sums, free = equations(system, (0,))
    most = int(np.abs(sums).max())
    fillings = np.array(list(itertools.product(range(most + 1), repeat=len(free))))
    fitting_ones = fillings[(fillings @ matrix.T == sums).all(axis=1)]
    for place, unknown in enumerate(free):
        down, up = width(system, unknown, (0,))
        assert fitting_ones[:, place].min() == unknown.truth - down
        assert fitting_ones[:, place].max() == unknown.truth + up


def test_one_hidden_group_is_found_by_subtraction():
    groups = {"18-24": 5, "25-34": 40, "35-44": 30}
    values = figures(count(75), *(count(n, breakdown="age", group=group) for group, n in groups.items()))
    found = audit(primary_only(values, POLICY), values, POLICY)
    assert [bound.name for bound in found.exact] == ["gent 18-24"]


def test_a_city_that_knows_itself_finds_the_only_other_hidden_city():
    numbers = {"aalst": 4, "gent": 50, "genk": 20, "all": 74}
    values = figures(*(count(n, city=city) for city, n in numbers.items()))
    two = primary_only(values, Policy(threshold=21))  # aalst and genk hidden
    found = audit(two, values, POLICY)
    assert {(bound.name, bound.insiders) for bound in found.exact if bound.secret} == {("aalst year", (1,))}


def test_a_rate_by_inhabitants_gives_its_count_away():
    values = figures(
        count(7, indicator="caseload_stock", period="2025-12", breakdown="age", group="65+"),
        share(7, 4000, indicator="caseload_rate", period="2025-12", breakdown="age", group="65+") | {"value": 1.75},
    )
    shown = suppress(values, POLICY)
    assert shown["value"].null_count() == 2
    open_rate = shown.with_columns(
        value=shown["value"].set(shown["indicator"] == "caseload_rate", 1.8),
    )
    assert [leak.cell for leak in audit(open_rate, values, POLICY).leaks] == ["gent 65+"]


def test_digits_of_a_small_share_and_its_interval_give_numerator_and_denominator():
    # 3 of 12 with Wilson's interval 0.0889 to 0.5323.
    found = fitting(0.25, 0.0889, 0.5323, digits=4)
    assert found == [(3, 12)]
    assert len(fitting(0.25, 0.09, 0.53)) >= 1


@pytest.mark.parametrize("seed", range(8))
def test_nobody_finds_anything_that_the_door_hides_and_everybody_does_without_its_second_step(seed):
    values = random_set(seed)
    assert audit(publish(values, POLICY), values, POLICY).passed
    assert not audit(primary_only(values, POLICY), values, POLICY).passed


def test_a_frame_that_was_not_published_is_refused_where_published_ones_are_drawn():
    values = random_set(3)
    published_only(publish(values, POLICY))
    with pytest.raises(PrivacyRefused) as refused:
        published_only(values)
    assert refused.value.code == "D-601"


# Exits that came back, by quarter of exit: a year of them is printed every quarter, of 100 exits each time.
CAME_BACK = (0, 0, 0, 0, 20, 0, 0, 5, 0, 20, 0, 0, 0, 0)


def windows_of_a_year(by_quarter, **given):
    """Shares over the four quarters that end with each quarter from 2020Q4 on."""
    ends = range(4, len(by_quarter) + 1)
    label = [f"{2020 + (end - 1) // 4}Q{(end - 1) % 4 + 1}" for end in ends]
    sums = [sum(by_quarter[end - 4 : end]) for end in ends]
    return figures(*(share(n, 100, period=period, **given) for n, period in zip(sums, label, strict=True)))


def test_overlapping_windows_that_pin_a_hidden_one_down_are_found():
    values = windows_of_a_year(CAME_BACK)
    published = suppress(values, POLICY)
    assert published.filter(status="suppressed")["period"].to_list() == ["2022Q1"]
    found = audit(published, values, POLICY)
    assert {(leak.fewest, leak.most) for leak in found.leaks} == {(5.0, 6.0)}
    assert {leak.cell for leak in found.leaks} == {"gent 2022Q1"}


def test_windows_that_would_pin_a_hidden_one_down_do_not_pass_the_gate():
    values = windows_of_a_year(CAME_BACK)
    passed = publish(values, POLICY)
    assert audit(passed, values, POLICY).passed
    hidden = passed.filter(status="suppressed")["period"].to_list()
    assert "2022Q1" in hidden
    assert 1 < len(hidden) < values.height


def test_windows_that_never_can_be_true_together_bound_nothing():
    values = windows_of_a_year(CAME_BACK)
    published = suppress(values, POLICY)
    corrected = pl.when(pl.col("period") == "2022Q2").then(0.9).otherwise("value")
    assert audit(published.with_columns(value=corrected), values, POLICY).passed


def test_what_stays_as_it_was_released_refuses_nothing_and_one_new_figure_beside_it_does():
    values = windows_of_a_year(CAME_BACK)
    published = suppress(values, POLICY)
    found = audit(published, values, POLICY)
    refuse_news(found, published, published)
    proof = {leak.period for leak in found.leaks}
    for period in published["period"]:
        before = published.filter(pl.col("period") != period)
        if period in proof:
            with pytest.raises(PrivacyRefused):
                refuse_news(found, published, before)
        else:
            refuse_news(found, published, before)
    assert 1 < len(proof) < published.height
