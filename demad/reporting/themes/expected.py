"""What the newest months will have become when all is recorded: sentences and rows beside what was counted."""

from __future__ import annotations

from dataclasses import replace

from demad.reporting import charts
from demad.reporting.blocks import Block, Figure, Note, Prose, Sentence, Source, Table
from demad.reporting.readings import Readings, Row
from demad.reporting.words import between, figure, number, period_words, words

BANDS = ("low_80", "high_80", "low_95", "high_95")
_FLOWS = ("inflow_count", "outflow_count")


def expectations(r: Readings, id: str) -> list[Row]:
    """The rows of NOWCAST of one indicator of this city, by period."""
    return sorted(r.table("nowcast", city=r.slug, indicator=id), key=lambda row: row["period"])


def expected_said(r: Readings) -> tuple[Block, ...]:
    """What is expected of the newest month and of the newest quarter of the flows, each with its band; or why not.

    Nothing where an edition has no nowcast at all.
    """
    stock = expectations(r, "caseload_stock")
    if not stock:
        return ()
    newest = stock[-1]
    if newest["status"] != "nowcast":
        return (Note(why_none(newest)),)
    said = [sentence_of(newest)]
    said += [sentence_of(rows[-1]) for id in _FLOWS if (rows := expectations(r, id)) and rows[-1]["value"] is not None]
    how = "expected.how_decisions" if newest["told_by"] == "decisions" else "expected.how"
    return (Prose((*said, Sentence(words(how)))),)


def newest_expected(r: Readings) -> tuple[Block, ...]:
    """The band of the newest month of the stock, and the sentence that follows from it; or why there is none.

    Nothing where an edition has no nowcast at all.
    """
    rows = expectations(r, "caseload_stock")
    if not rows:
        return ()
    newest = rows[-1]
    if newest["status"] != "nowcast":
        return (Note(why_none(newest)),)
    drawn = charts.Ahead(0, newest["value"], *(newest[name] for name in BANDS))
    svg = charts.band_with_numbers(newest["told"], drawn, told_name=words("expected.told"))
    title, said = words("expected.title", period=period_words(newest["period"])), sentence_of(newest).text
    names = tuple(words(f"table.{name}") for name in ("period", "value", "between", "note"))
    table = with_expected(Table(names, (), title), [row for row in rows if row["value"] is not None])
    return (Figure("schatting", title, words("expected.sub"), svg, said, said, table),)


def why_none(row: Row) -> str:
    """Why there is no estimate, in a sentence."""
    return words(f"expected.none_{row['reason']}")


def sentence_of(row: Row) -> Sentence:
    """One expectation, with the band that it stands in and why that is wide; without a band, why there is none."""
    named = {"period": period_words(row["period"]), "told": number(row["told"]), "value": number(row["value"])}
    said = [words(f"expected.{row['indicator']}", **named)]
    if row["low_95"] is None:
        said.append(words("expected.no_band"))
    else:
        said.append(words("expected.band", low=number(row["low_95"]), high=number(row["high_95"])))
    if row["reason"] == "unusual":
        said.append(words("expected.unusual"))
    return Sentence(" ".join(said), (_source(row),))


def with_expected(table: Table, rows: list[Row]) -> Table:
    """The table of a course with a row for each expectation, under its own name."""
    unit = "persons"
    own = [
        {
            words("table.period"): period_words(row["period"]),
            words("table.value"): figure(row["value"], unit),
            words("table.between"): between(row["low_95"], row["high_95"], unit),
            words("table.note"): words("expected.remark"),
        }
        for row in rows
    ]
    if not own:
        return table
    names = [words(f"table.{name}") for name in ("period", "value", "between", "middle", "note")]
    columns = tuple(name for name in names if name in table.columns or name in own[0])
    before = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    cells = tuple(tuple(row.get(name, "") for name in columns) for row in [*before, *own])
    sources = (*table.sources, *((_source(row),) for row in rows))
    return replace(table, columns=columns, rows=cells, sources=sources)


def _source(row: Row) -> Source:
    return Source(row["indicator"], row["city"], row["period"], table="nowcast")
