"""The fast engine against the naive one: exactly on every table, to 1e-12 on every figure."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from demad.counting import count_city, count_shard
from demad.counting.elsewhere import count_elsewhere
from demad.counting.vintage import revisions
from demad.histories.elsewhere import FOLLOWED, followed_elsewhere
from demad.histories.periods import applications, leavers, resolve_periods, supports
from demad.histories.recorded import recorded, tells_recording
from demad.histories.shards import Shard, in_shards
from demad.indicators import evaluate
from demad.intake.checking.quality import filled_cells, own_counts
from demad.intake.contract.datasets import DATASETS
from demad.quantities import exact
from demad.tables.counts import ADDITIVE, QUALITY, YEAR_PERSONS
from demad.tables.figures import FIGURE_KEY
from demad.tables.observation import Observation
from tests.lanes import examples
from tests.naive import City, figures, tables
from tests.strategies import COPIES, Draft, drafts

NUMBERS = ("value", "low", "high")
EXACT = ("numerator", "denominator", "status")
unhurried = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}


def window_of(city: City) -> Observation:
    return Observation(city.since, city.as_of, full_history=city.full_history)


def fast_tables(city: City, n_shards: int = 1) -> dict[str, pl.DataFrame]:
    window = window_of(city)
    shards = (
        Shard(
            city.slug,
            window,
            resolve_periods(decisions, window)[0],
            None if left is None else leavers(left, city.as_of),
            None if other is None else supports(other),
            None if asked is None else applications(asked, city.as_of),
            recorded(decisions, window) if tells_recording(typed("leefloon", city.leefloon), window) else None,
        )
        for decisions, left, other, asked in zip(
            in_shards(typed("leefloon", city.leefloon), n_shards),
            parts_of("jeugdhulp", city.jeugdhulp, n_shards),
            parts_of("steun", city.steun, n_shards),
            parts_of("aanvragen", city.aanvragen, n_shards),
            strict=True,
        )
    )
    counted = count_city(
        map(count_shard, shards),
        inhabitants=None if city.bevolking is None else typed("bevolking", city.bevolking),
        quality=quality_of(city),
        days_to_made=None if city.made_on is None else (city.made_on - city.as_of).days,
    )
    return counted if city.before is None else {**counted, "quality": revised(counted, city, city.before)}


def fast_elsewhere(cities: Sequence[City], n_shards: int = 1) -> pl.DataFrame:
    """ELSEWHERE of cities with one pseudonym key, counted from shards of one number together."""
    windows = [(city.slug, window_of(city)) for city in cities]
    parts = [
        [
            Shard(slug, window, resolve_periods(rows, window)[0])
            for rows in in_shards(typed("leefloon", city.leefloon), n_shards)
        ]
        for city, (slug, window) in zip(cities, windows, strict=True)
    ]
    found = [followed_elsewhere(together) for together in zip(*parts, strict=True)]
    return count_elsewhere(pl.concat([FOLLOWED.to_frame(), *found]), windows)


def revised(counted: dict[str, pl.DataFrame], city: City, before: City) -> pl.DataFrame:
    """QUALITY with what changed since the delivery before."""
    now, then = window_of(city), window_of(before)
    window = range(now.first_month, min(now.last_month, then.last_month) + 1)
    told = fast_tables(before)["vintage"]
    found = revisions(counted["vintage"], told, window=window, city=city.slug, delivery="delivery")
    return pl.concat([counted["quality"], found]).sort(QUALITY.key)


def parts_of(dataset: str, rows: list[dict] | None, n_shards: int) -> Iterable[pl.DataFrame | None]:
    return [None] * n_shards if rows is None else in_shards(typed(dataset, rows), n_shards)


def quality_of(city: City) -> pl.DataFrame:
    """What taking in the delivery notes of it: empty cells and the city's own counts."""
    given = {name: getattr(city, name) for name in ("leefloon", "jeugdhulp", "controle")}
    datasets = {name: typed(name, rows) for name, rows in given.items() if rows is not None}
    rows = filled_cells(datasets) + own_counts(datasets, window_of(city))
    return pl.DataFrame([(city.slug, "delivery", *row) for row in rows], schema=QUALITY.schema, orient="row")


def typed(dataset: str, rows: list[dict]) -> pl.DataFrame:
    schema = DATASETS[dataset].table.schema
    texts = {name: pl.Int64 if name == "categorie" else dtype for name, dtype in schema.items()}
    numbered = [{"nis": "44021", "rij": number, **row} for number, row in enumerate(rows, start=1)]
    return pl.DataFrame(numbered, schema=texts).with_columns(
        pl.col(name).cast(pl.String).cast(dtype) for name, dtype in schema.items() if name == "categorie"
    )


def rows_by_key(frame: pl.DataFrame, key: tuple[str, ...], columns: list[str]) -> dict[tuple, dict]:
    return {
        tuple(row[name] for name in key): {name: row[name] for name in columns} for row in frame.iter_rows(named=True)
    }


def differing_tables(naive: dict, fast: dict[str, pl.DataFrame]) -> list:
    found = []
    for table in ADDITIVE:
        frame = fast[table.name.lower()]
        if table is YEAR_PERSONS:
            frame = frame.with_columns(pl.col("year").cast(pl.String))
        ours = rows_by_key(frame, table.key, list(table.counts))
        ours = {key: row for key, row in ours.items() if any(row.values())}
        theirs = naive[table.name]
        found += [
            (table.name, key, ours.get(key), theirs.get(key))
            for key in ours.keys() | theirs.keys()
            if ours.get(key) != theirs.get(key)
        ]
    return found


def differing_figures(
    delivered: list[City], counted: list[dict], naive_tables: list[dict] | None = None, shared: Sequence[str] = ()
) -> list:
    naive = figures(delivered, naive_tables, shared=shared)
    of_domain = [city for city in delivered if city.slug in shared]
    frame = evaluate(exact(counted, fast_elsewhere(of_domain) if of_domain else None)).frame
    fast = rows_by_key(frame, FIGURE_KEY, [*NUMBERS, *EXACT])
    return [
        (key, fast.get(key), naive.get(key))
        for key in sorted(fast.keys() | naive.keys())
        if key not in fast or key not in naive or not same(fast[key], naive[key])
    ]


def same(ours: dict, theirs: dict) -> bool:
    exactly = all(ours[name] == theirs[name] for name in EXACT)
    return exactly and all(close(ours[name], theirs[name]) for name in NUMBERS)


def close(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-12)


several = st.lists(drafts(), min_size=1, max_size=3)


def test_the_naive_engine_takes_word_lists_of_demad_and_nothing_else():
    files = (Path(__file__).parent / "naive").glob("*.py")
    taken = {name for path in files for name in re.findall(r"^(?:from|import) (demad[\w.]*)", path.read_text(), re.M)}
    assert taken == {"demad.tables.terms"}


@given(draft=drafts())
@settings(max_examples=examples(8), **unhurried)
def test_every_count_of_every_table_is_that_of_the_naive_engine(draft):
    city = draft.city()
    assert differing_tables(tables(city), fast_tables(city))[:3] == []


@given(draft=drafts(), n_shards=st.sampled_from([2, 4, 16]))
@settings(max_examples=examples(4), **unhurried)
def test_the_tables_are_the_same_whatever_the_number_of_shards(draft, n_shards):
    city = draft.city()
    whole, parts = fast_tables(city), fast_tables(city, n_shards)
    assert [name for name, table in whole.items() if not table.equals(parts[name])] == []


@given(drafted=several)
@settings(max_examples=examples(3), **unhurried)
def test_every_figure_is_that_of_the_naive_engine(drafted):
    delivered = named(drafted)
    assert differing_figures(delivered, [fast_tables(city) for city in delivered])[:3] == []


def test_a_city_that_tells_no_reasons_and_no_projects_has_the_figures_of_the_naive_engine():
    """Of 31 people who left none has a reason, and nobody ever had a GPMI; the city beside it tells both."""
    row = dict.fromkeys(("schorsing", "eerste_begin", "herkomst", "student", "gpmi", "stopreden"))
    row |= {"wet": "RMI", "begin": date(2015, 3, 1), "einde": date(2016, 5, 31), "categorie": 2}
    row |= {"geboortejaar": 1980, "geslacht": "V", "nationaliteit": "BE"}
    told = {"gent": {}, "ronse": {"stopreden": "W1", "gpmi": "algemeen"}}
    delivered = [
        City(
            slug=slug,
            since=date(2015, 1, 1),
            as_of=date(2018, 12, 31),
            full_history=True,
            leefloon=[{"persoon": f"p1-{number}", **row, **more} for number in range(31)],
            jeugdhulp=None,
            steun=None,
        )
        for slug, more in told.items()
    ]
    counted, fast = [tables(city) for city in delivered], [fast_tables(city) for city in delivered]
    assert differing_figures(delivered, fast, counted)[:3] == []
    found = figures(delivered, counted)
    for id, period in (("cif_work_12m", "2016Q4"), ("gpmi_share", "2015-12"), ("outflow_count", "2016")):
        of = ("reason", "work") if id == "outflow_count" else ("total", "total")
        status = [found["main", id, slug, period, *of]["status"] == "not_computable" for slug in told]
        assert status == [True, False], id
    assert found["main", "outflow_count", "gent", "2016", "total", "total"]["value"] == 31


@pytest.mark.slow
def test_ten_thousand_random_histories_give_the_same_tables_and_figures():
    """A history is everything one person had in one city. ``DEMAD_FUZZ=seed,histories`` runs another part."""
    start, wanted = (int(number) for number in os.environ.get("DEMAD_FUZZ", "1,10000").split(","))
    seen: set[int] = set()
    rounds = n_cities = 0
    while len(seen) < wanted:
        delivered = named(crowded(gathered(start + rounds)))
        naive, fast = [tables(city) for city in delivered], [fast_tables(city) for city in delivered]
        assert [differing_tables(*both)[:3] for both in zip(naive, fast, strict=True)] == [[] for _ in delivered]
        assert differing_figures(delivered, fast, naive)[:3] == []
        seen |= {hash(repr(row)) for city in delivered for row in histories(city)}
        rounds, n_cities = rounds + 1, n_cities + len(delivered)
        print(f"{rounds} rounds, {n_cities} cities, {len(seen)} different histories", flush=True)


def gathered(number: int) -> list[Draft]:
    """The cities of one seed, not compared yet."""
    found: list[Draft] = []

    @seed(number)
    @given(draft=drafts())
    @settings(max_examples=120, database=None, phases=[Phase.generate], **unhurried)
    def gather(draft: Draft) -> None:
        found.append(draft)

    gather()
    return found


def crowded(drafted: list[Draft]) -> list[Draft]:
    """Six cities with the people of all: what takes time is a city, not a person. One of each comes in numbers.

    The last tells no stop reasons and no projects.
    """
    made = [
        replace(
            some[0],
            people=[
                (rows, leaver, other, COPIES if place == 0 else 1)
                for place, (rows, leaver, other, _) in enumerate(person for draft in some for person in draft.people)
            ],
            asked=[asked for draft in some for asked in draft.asked or [[] for _ in draft.people]],
        )
        for some in (drafted[number::6] for number in range(6))
    ]
    return [*made[:-1], silenced(made[-1])]


def silenced(draft: Draft) -> Draft:
    """The same city, from a source without stop reasons and projects, as the monthly statements."""
    bare = [([{**row, "stopreden": None, "gpmi": None} for row in rows], *others) for rows, *others in draft.people]
    return replace(draft, people=bare)


def histories(city: City) -> list[tuple]:
    """Everything of each person, without the name."""
    found: dict[str, list] = {}
    for dataset in (city.leefloon, city.jeugdhulp or [], city.steun or [], city.aanvragen or []):
        for row in dataset:
            found.setdefault(row["persoon"], []).append(
                {name: value for name, value in row.items() if name != "persoon"}
            )
    return [(city.since, city.as_of, city.full_history, rows) for rows in found.values()]


def named(drafted: list[Draft]) -> list[City]:
    slugs = ("aalst", "brugge", "gent", "leuven", "mechelen", "ronse")
    return [draft.city(slug) for draft, slug in zip(drafted, slugs, strict=False)]
