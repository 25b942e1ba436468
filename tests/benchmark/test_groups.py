"""Two groups are named only within one breakdown, when their difference is no chance."""

from demad.benchmark.groups import extremes
from tests.benchmark.series import wilson_share


def group(breakdown: str, name: str, part: int, whole: int, **given: object) -> dict:
    return wilson_share(part, whole, breakdown=breakdown, group=name, indicator="still_on_12m") | given


def test_the_ends_of_the_breakdown_that_differs_most_are_named():
    ages = [group("age", name, part, 500) for name, part in (("<25", 250), ("25-34", 200), ("55+", 300))]
    homes = [group("household", name, part, 500) for name, part in (("1", 240), ("2", 260))]
    found = extremes([*homes, *ages])
    assert found is not None
    assert [row["group"] for row in found] == ["55+", "25-34"]


def test_groups_of_two_breakdowns_are_not_set_beside_each_other():
    assert extremes([group("age", "<25", 100, 500), group("household", "1", 300, 500)]) is None


def test_intervals_that_lie_apart_are_not_enough_and_unknown_groups_do_not_count():
    near = [group("age", "<25", 195, 500), group("age", "55+", 250, 500)]  # 3.5 errors would be 99.8 %: this is 3.5
    few = [group("age", "<25", 20, 60), group("age", "55+", 36, 60)]  # 2.9 errors
    assert extremes(near) is not None
    assert extremes(few) is None
    unknown = [group("nationality", "BE", 100, 500), group("nationality", "unknown", 300, 500)]
    assert extremes(unknown) is None
    small = [group("age", "<25", 100, 500), group("age", "55+", 300, 500, status="low_n")]
    assert extremes(small) is None
