"""A root with one settled figure of Gent, from which releases are made in tenths of a second."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from demad.store import Store, private_folder, write_atomic
from tests.figures import figure, published

PERIOD = "2025Q4"
PAGE = '<!doctype html>\n<html lang="nl-BE">\n<body>\n<main id="inhoud">\nfigures\n</main>\n</body>\n</html>\n'
_PAGES = ("index.html", "gent/index.html", "cijfer/caseload_stock.html")


def with_figure(root: Path, value: int, *, periods: Sequence[str] = ("2025-12",), groups: int = 0) -> None:
    """Store the figure as a night would: mean persons a month of one year, and of the cities together.

    Parameters
    ----------
    periods
        Months in which the years end.
    groups
        Of so many ages Gent has a figure of the first period too.
    """
    rows = [
        figure(indicator="caseload_stock", city=city, period=period, value=float(value), numerator=value)
        for city in ("gent", "all")
        for period in periods
    ]
    rows += [
        figure(indicator="caseload_stock", period=periods[0], breakdown="age", group=group, value=20.0, numerator=20)
        for group in ("<25", "25-34", "35-44")[:groups]
    ]
    made = published(*rows)
    tables = {
        "precise": made.precise, "published": made.frame, "yardsticks": made.yardsticks, "profiles": made.profiles,
    }  # fmt: skip
    os.umask(0o077)
    Store(root).commit("disclosure", tables, {"value": value})


def value_of(figures: pl.DataFrame) -> float:
    """The figure of Gent."""
    return figures.filter(city="gent", indicator="caseload_stock", breakdown="total")["value"].to_list()[-1]


@contextmanager
def pages_of_few_words() -> Iterator[None]:
    """Inside, a site has three pages that cost nothing to draw; its files of figures are what they are."""
    from demad.publishing import site

    def write_index(folder: Path, *_: object, **__: object) -> None:
        for name in _PAGES:
            write_atomic(private_folder((folder / name).parent) / Path(name).name, PAGE.encode())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "write_city", lambda *_, **__: None)
        patch.setattr(site, "write_index", write_index)
        yield
