"""A tie is decided alike whatever the order in which fractions were added up."""

import numpy as np

from demad.indicators.grid import half_up, much_wider


def test_half_a_person_counts_as_one_also_where_the_half_is_not_exact():
    # Twelve months of inhabitants between 2291 and 2294 have a mean of 2292.5, give or take a last bit.
    exactly = 2292.5
    numbers = np.array([exactly, np.nextafter(exactly, 0), np.nextafter(exactly, 9999), 2292.4999, 0.0])
    assert half_up(numbers).tolist() == [2293, 2293, 2293, 2292, 0]


def test_exactly_half_as_wide_again_is_not_more_than_that():
    # 30 exits: chance 1/30. Rounding that adds 1.25/30, as 48/900 x 25/32 or as 1.25 x 1/30.
    added = np.array([48 / 900 * 25 / 32, np.nextafter(1.25 / 30, 1), 1.2501 / 30])
    assert much_wider(added, np.array(1 / 30)).tolist() == [False, False, True]
