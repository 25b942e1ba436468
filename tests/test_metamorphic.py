"""What may change in a delivery without changing a figure, and what must move with it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from demad.indicators import evaluate
from demad.quantities import exact
from demad.tables.figures import FIGURE_KEY
from tests.lanes import examples
from tests.naive import City
from tests.strategies import Draft, drafts
from tests.test_engines_agree import fast_tables, unhurried

Tables = dict[str, pl.DataFrame]
AT = settings(max_examples=examples(3), **unhurried)


def same(first: Tables, second: Tables, *, but: str = "") -> bool:
    return all(first[name].equals(second[name]) for name in (first.keys() | second.keys()) - {but})


@given(draft=drafts(), seed=st.integers(0, 1000))
@AT
def test_the_order_of_persons_is_nothing(draft, seed):
    city = draft.city()
    people: dict[str, list[dict]] = {}
    for row in city.leefloon:
        people.setdefault(row["persoon"], []).append(row)
    order = list(people)
    random.Random(seed).shuffle(order)  # noqa: S311
    shuffled = replace(city, leefloon=[row for person in order for row in people[person]])
    assert same(fast_tables(city), fast_tables(shuffled))


@given(draft=drafts())
@AT
def test_a_row_that_stands_there_twice_counts_once(draft):
    city = draft.city()
    twice = replace(city, leefloon=[row for row in city.leefloon for _ in range(2)])
    assert same(fast_tables(city), fast_tables(twice), but="quality")  # which counts the rows as they came


@given(draft=drafts())
@AT
def test_other_pseudonyms_give_the_same_tables(draft):
    city = draft.city()
    rows = [*city.leefloon, *(city.jeugdhulp or []), *(city.steun or []), *(city.aanvragen or [])]
    names = {row["persoon"] for row in rows}
    new = {name: f"q9-{number:05d}-{name[::-1]}" for number, name in enumerate(sorted(names, reverse=True))}

    def renamed(rows: list[dict] | None) -> list[dict] | None:
        return None if rows is None else [{**row, "persoon": new[row["persoon"]]} for row in rows]

    other = replace(
        city, **{name: renamed(getattr(city, name)) for name in ("leefloon", "jeugdhulp", "steun", "aanvragen")}
    )
    assert same(fast_tables(city), fast_tables(other))


@given(draft=drafts(), cut=st.integers(1, 400))
@AT
def test_a_decision_in_two_parts_is_one(draft, cut):
    """One decision a person: with more, the later begin of the second part could win from an overlapping one."""
    alone = replace(draft, people=[(rows[:1], leaver, other, n) for rows, leaver, other, n in draft.people])
    city = alone.city()
    parts = []
    for row in city.leefloon:
        middle = row["begin"] + timedelta(days=cut)
        if row["einde"] is not None and middle < row["einde"]:
            parts += [{**row, "einde": middle, "stopreden": None}, {**row, "begin": middle + timedelta(days=1)}]
        else:
            parts.append(row)
    # With a cut history the part that ended before `since` is no longer delivered.
    assume(city.full_history or all(part["einde"] is None or part["einde"] >= city.since for part in parts))
    assert same(fast_tables(city), fast_tables(replace(city, leefloon=parts)), but="quality")


def later(day: date | None) -> date | None:
    return None if day is None else day.replace(year=day.year + 1)


def a_year_later(draft: Draft) -> City:
    dates = ("begin", "einde", "eerste_begin", "beslist_op", "gpmi_begin", "einde_jeugdhulp", "gevolgd_tot")
    years = ("geboortejaar", "jaar")

    def moved(rows: list[dict] | None) -> list[dict] | None:
        if rows is None:
            return None
        return [
            {
                name: later(value) if name in dates else value + 1 if name in years else value
                for name, value in row.items()
            }
            for row in rows
        ]

    city = draft.city()
    return replace(
        city,
        made_on=None,
        since=later(city.since),
        as_of=later(city.as_of),
        leefloon=moved(city.leefloon),
        jeugdhulp=moved(city.jeugdhulp),
        steun=moved(city.steun),
        bevolking=moved(city.bevolking),
    )


@given(draft=drafts())
@AT
def test_a_year_later_everything_is_the_same_a_year_later(draft):
    # An application is followed in days, and a year later there may be a leap day among them.
    draft = replace(draft, controle=None, before=None, made_after=None, asked=None)
    days = [
        day
        for rows, leaver, other, _ in draft.people
        for row in [*rows, *other, *([leaver] if leaver else [])]
        for day in row.values()
        if isinstance(day, date)
    ]
    assume(all((day.month, day.day) != (2, 29) for day in [*days, draft.as_of]))
    # A leap day inside a decision moves the 15th of nothing, but "400 days before" may: dates moved one by one.
    now, after = (
        evaluate(exact([fast_tables(city)])).frame.drop("definition") for city in (draft.city(), a_year_later(draft))
    )
    year = pl.col("period").str.slice(0, 4).cast(pl.Int32) + 1
    shifted = now.with_columns(period=year.cast(pl.String) + pl.col("period").str.slice(4))
    assert shifted.sort(FIGURE_KEY).equals(after.sort(FIGURE_KEY))


@given(draft=drafts(), seed=st.integers(0, 1000))
@AT
def test_shards_of_persons_add_up_to_the_city_and_to_its_figures(draft, seed):
    city = draft.city()
    chance = random.Random(seed)  # noqa: S311
    people = {
        row["persoon"]
        for rows in (city.leefloon, city.jeugdhulp or [], city.steun or [], city.aanvragen or [])
        for row in rows
    }
    first = {name for name in sorted(people) if chance.random() < 0.5}

    def part(rows: list[dict] | None, *, of_first: bool) -> list[dict] | None:
        return None if rows is None else [row for row in rows if (row["persoon"] in first) == of_first]

    shards = [
        replace(
            city,
            slug=slug,
            leefloon=part(city.leefloon, of_first=of_first),
            jeugdhulp=part(city.jeugdhulp, of_first=of_first),
            steun=part(city.steun, of_first=of_first),
            aanvragen=part(city.aanvragen, of_first=of_first),
            bevolking=city.bevolking if of_first else None if city.bevolking is None else [],
        )
        for slug, of_first in (("aalst", True), ("gent", False))
    ]
    whole, together = exact([fast_tables(city)]), exact([fast_tables(shard) for shard in shards])
    additive = [name for name in whole.tables if name not in ("span", "quality", "population")]
    for name in additive:
        assert whole[name].filter(city="all").equals(together[name].filter(city="all")), name
    kept = list(FIGURE_KEY)
    with_inhabitants = ("caseload_rate", "inflow_rate")
    sums = [
        evaluate(tables).frame.filter(pl.col("city") == "all", ~pl.col("indicator").is_in(with_inhabitants)).sort(kept)
        for tables in (whole, together)
    ]
    assert sums[0].equals(sums[1])
