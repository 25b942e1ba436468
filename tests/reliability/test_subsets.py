"""Any subset of the cities gives figures and reports, the missing ones named; fewer than five give no middle city."""

from __future__ import annotations

import os
import random
import re
import shutil
import statistics
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest

from assets.run import run
from demad.benchmark import compare_cities
from demad.benchmark.spread import LEAST_CITIES
from demad.catalogue import CATALOGUE
from demad.quantities.formed import form, pooled
from demad.reference.cities import breaks_of, load_cities
from demad.store import Store
from demad.tables.counts import COUNT_TABLES, STOCK
from tests.figures import as_published, figures, share
from tests.reliability import whole_runs

CITIES = {slug: city.name for slug, city in load_cities(None).items()}
SUBSETS = [chosen for size in range(len(CITIES) + 1) for chosen in combinations(CITIES, size)]
EVERY_NTH = 160


def counted(slug: str) -> dict[str, pl.DataFrame]:
    """The tables of a city that has one month and nothing else: a power of two of persons tells who is in a sum."""
    row = {
        **dict.fromkeys(STOCK.counts, 0),
        "city": slug,
        "variant": "main",
        "breakdown": "total",
        "group": "total",
        "month": 24_300,
        "stock": 2 ** list(CITIES).index(slug),
    }
    empty = {table.name.lower(): table.empty() for table in COUNT_TABLES}
    tables = {**empty, "stock": pl.DataFrame([row], schema=STOCK.schema)}
    return form(tables, folds={}, young=("18-24",), monthly=True, detail=False)


def judge(chosen: tuple[str, ...], tables: dict[str, dict], published: pl.DataFrame) -> None:
    """What must hold for one subset."""
    together = pooled(tables[slug] for slug in chosen)["stocks"]
    assert set(together["city"]) == ({*chosen, "all"} if chosen else set())
    assert together.filter(city="all")["stock"].sum() == sum(2 ** list(CITIES).index(slug) for slug in chosen)
    shown = published.filter(pl.col("city").is_in(chosen))
    compared = compare_cities(as_published(shown), CATALOGUE, breaks_of(None))["compared"]
    assert set(compared["city"]) == set(chosen)
    middles = dict(compared.select("city", "median").drop_nulls().iter_rows())
    of_all = set(compared["median_all"].drop_nulls())
    if len(chosen) < LEAST_CITIES:
        assert (middles, of_all) == ({}, set())
        assert set(compared["verdict"]) <= {"unsaid", "none"}
    else:
        assert [round(middle, 9) for middle in of_all] == [round(statistics.median(shown["value"]), 9)]
        values = dict(shown.select("city", "value").iter_rows())
        for city in chosen:
            others = [value for other, value in values.items() if other != city]
            assert round(middles[city], 9) == round(statistics.median(others), 9)
        assert set(compared["n_cities"]) == {len(chosen)}


@pytest.fixture(scope="module")
def published() -> pl.DataFrame:
    return figures(*(share(200 + 3 * place * place, 1000, city=slug) for place, slug in enumerate(CITIES)))


@pytest.mark.parametrize("nth", [EVERY_NTH, pytest.param(1, marks=pytest.mark.slow)])
def test_the_combination_rule_holds_for_every_subset(nth, published):
    tables = {slug: counted(slug) for slug in CITIES}
    asked = SUBSETS[::nth]
    for chosen in asked:
        judge(chosen, tables, published)
    print(len(asked), "of", len(SUBSETS))


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("all-cities") / "root"
    whole_runs.put(root, *CITIES, people=1500, only=())
    assert run(root).exit_status == 0
    return root


def judge_reports(settled: Path, chosen: tuple[str, ...], root: Path) -> None:
    """A whole run of these cities alone, on a copy at ``root`` that is removed: reports, who is missing, middles."""
    shutil.copytree(settled, root)
    for slug in set(CITIES) - set(chosen):
        for part in ("inbox", "store/accepted", "store/periods", "store/tables", "preview"):
            shutil.rmtree(root / part / slug, ignore_errors=True)
    assert run(root).exit_status == 0
    assert {path.parent.name for path in (root / "preview").glob("*/*.pdf")} >= set(chosen)
    index = (root / "preview" / "index.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", " ", index)
    assert [name for name in CITIES.values() if name not in text] == []
    medians = Store(root).read("benchmark", "compared")["median"].drop_nulls()
    assert (len(medians) > 0) == (len(chosen) >= LEAST_CITIES), chosen
    shutil.rmtree(root)


@pytest.mark.slow
def test_subsets_of_the_cities_end_in_reports_that_name_who_is_missing(settled, tmp_path):
    first, count = (
        int(os.environ.get(name, number)) for name, number in (("DEMAD_FIRST_SUBSET", 0), ("DEMAD_SUBSETS", 50))
    )
    drawn = random.Random(7).sample(SUBSETS[1:], 50)[first : first + count]  # noqa: S311
    for number, chosen in enumerate(drawn, start=first):
        judge_reports(settled, chosen, tmp_path / str(number))
    print("subsets", first, "to", first + len(drawn) - 1, "sizes", sorted(map(len, drawn)))
