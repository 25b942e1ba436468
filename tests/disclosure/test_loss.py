"""Not more is hidden than protection asks: set beside the exact optimum of tables of up to a hundred cells."""

from __future__ import annotations

import os

import numpy as np
import pytest

from demad.disclosure.network import Crossed, Layer, closed
from tests.disclosure.optimum import fewest_hidden

THRESHOLD = 10


def table(seed: int) -> np.ndarray:
    """Cities by groups as skewed as real ones, every column with enough people to protect it."""
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(5, 14)), int(rng.integers(3, 7))
    sizes = np.maximum(60, rng.lognormal(5.0, 0.8, rows)).astype(int)
    mix = rng.dirichlet(np.geomspace(6, 0.6, columns))
    return np.array([rng.multinomial(size, mix) for size in sizes])


def hidden_of(counts: np.ndarray) -> int:
    small = (counts > 0) & (counts < THRESHOLD)
    pooled = np.vstack([counts, counts.sum(axis=0)]).astype(float)
    wide = np.vstack([small, np.zeros((1, counts.shape[1]), dtype=bool)])
    open_rows, open_columns = np.zeros(len(pooled), dtype=bool), np.zeros(counts.shape[1], dtype=bool)
    # Sums of the cities stay visible here: the optimum is of the cells of cities.
    usable = ~wide & (pooled > 0)
    usable[-1] = False
    found = closed(Crossed((Layer(pooled, wide),), wide, usable, True, open_rows, open_columns), THRESHOLD)
    return -1 if found is None else int(found.sum())


def compared(seeds: range) -> tuple[int, int, int, float]:
    ours = best = tables = 0
    worst = 1.0
    for seed in seeds:
        counts = table(seed)
        small = (counts > 0) & (counts < THRESHOLD)
        if counts.size > 100 or not small.any():
            continue
        n = hidden_of(counts)
        if n < 0:
            continue
        try:
            fewest = fewest_hidden(counts, small, THRESHOLD)
        except ValueError:
            continue
        ours, best, tables, worst = ours + n, best + fewest, tables + 1, max(worst, n / fewest)
    return tables, ours, best, worst


@pytest.mark.slow
def test_hidden_cells_are_at_most_three_tenths_more_than_the_exact_optimum(capsys):
    tables, ours, best, worst = compared(range(int(os.environ.get("DEMAD_TABLES", "40"))))
    said = f"{tables} tables: {ours} hidden, {best} at best, ratio {ours / best:.3f}, worst {worst:.2f}"
    with capsys.disabled():
        print(f"\n{said}")
    assert tables
    assert ours <= 1.3 * best


def test_a_small_table_is_closed_with_as_few_cells_as_possible():
    # Three cities, three groups, one small cell: two more rows and one more column, six cells.
    counts = np.array([[3, 40, 50], [30, 45, 60], [35, 55, 65]])
    assert fewest_hidden(counts, counts < THRESHOLD, THRESHOLD) == 6
    assert hidden_of(counts) == 6
