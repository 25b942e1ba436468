"""Make the exact figures and the outlook in another process, while this one makes what may be shown.

Exact figures rest on the tables of the cities alone, and the outlook on the protected ones, so neither waits for the
disclosure nor it for them. The stages that need them take what is stored if it was made from these tables by this code,
and make it otherwise: nothing waits for a process that stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demad.publishing import figures
from demad.publishing.executors import done_beside
from demad.publishing.freshness import EXPECTED, INDICATORS, keep
from demad.publishing.outlook import expected
from demad.publishing.shards import refuse_other, software, without_text
from demad.reference.settings import load_settings

LEAST = 6
"""Cities. What fewer ask is made in this process sooner than another one is started."""


@contextmanager
def made_beside(root: Path) -> Iterator[None]:
    """Have another process make and store both while the body runs, where `[counting]` allows it."""
    if _is_wanted(root):
        with done_beside(make, str(root), software()):
            yield
    else:
        yield


def make(root: str, asked: str) -> None:
    """Make and store the exact figures and what is expected; the task of an executor.

    Raises
    ------
    UsageRefused
        D-460: this process has other software than who asks.
    """
    refuse_other(asked)
    where = Path(root)
    with without_text(make.__name__):
        keep(where, INDICATORS, {"values": figures.exact_figures(where).frame})
        keep(where, EXPECTED, expected(where))


def _is_wanted(root: Path) -> bool:
    asked = load_settings(root)
    if asked.processes > 1 or asked.counting.reports == "here":  # steps of more processes are beside each other
        return False
    return len(figures.cities_with(root, figures.EXACT)) >= LEAST
