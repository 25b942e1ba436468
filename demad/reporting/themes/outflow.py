"""Why benefit stops: the reasons with the unknown ones apart, and what has become of a hundred who start."""

from __future__ import annotations

from demad.benchmark.change import counts_differ
from demad.reporting import charts
from demad.reporting.blocks import Block, Figure, Note, Point, Prose, Section, Sentence, Source, Table
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import filled_columns, missing, remark, trend
from demad.reporting.themes.duration import PEOPLE
from demad.reporting.themes.groups import per_group
from demad.reporting.themes.shock import shocks
from demad.reporting.words import figure, number, words
from demad.tables.terms import PUBLISHED_GROUPS

_HUNDRED = ("cif_work_12m", "cif_activation_12m", "cif_other_benefit_12m", "cif_moved_12m", "still_on_12m")


def outflow(r: Readings) -> Section:
    """Reasons, a hundred people a year after their start, work by group."""
    blocks: tuple[Block, ...] = (
        *shocks(r.edition, r.slug),
        _reasons(r),
        _hundred(r),
        *_unknown(r),
        trend(r, "cif_work_12m", "work", figure_id="werk-verloop"),
        per_group(r, "cif_work_12m", PEOPLE),
        *_long_stayers(r),
    )
    return Section("redenen", words("theme.outflow"), blocks)


def _reasons(r: Readings) -> Figure | Note:
    rows = r.groups("outflow_count", "reason")
    known = [(group, rows[group]) for group in PUBLISHED_GROUPS["reason"] if group in rows]
    if not any(row["value"] is not None for _, row in known):
        return missing(words("chart.reasons_none"), next(iter(rows.values()), None))
    year = known[0][1]["period"]
    total = r.at("outflow_count", year)
    ordered = sorted(known, key=lambda pair: (pair[0] == "unknown", pair[1]["value"] is None, -(pair[1]["value"] or 0)))
    points = [Point(words(f"reason.{group}"), row["value"], emphasised=group != "unknown") for group, row in ordered]
    cells = [(words(f"reason.{group}"), figure(row["value"], "spells"), remark(row)) for group, row in ordered]
    sources = [(r.source(row),) for _, row in ordered]
    if total:
        cells.append((words("group.total"), figure(total["value"], "spells"), remark(total)))
        sources.append((r.source(total),))
    columns = (words("table.reason"), words("table.ended", year=year), words("table.note"))
    table = filled_columns(Table(columns, tuple(cells), words("chart.reasons_none"), tuple(sources)))
    alt = " ".join(words("alt.item", label=name, value=value) for name, value, _ in cells)
    svg = charts.bars(points, unit="", hidden=words("short.hidden"))
    return Figure(
        "redenen-aantal", _reasons_title(ordered), words("chart.reasons_sub", year=year), svg, alt,
        _reasons_read(rows.get("unknown"), total), table,
    )  # fmt: skip


def _reasons_title(ordered: list[tuple[str, Row]]) -> str:
    """Names the most frequent known reason only where the next one is further off than rounding."""
    counts = [(group, row["value"]) for group, row in ordered if group != "unknown" and row["value"] is not None]
    if len(counts) > 1 and counts_differ(counts[0][1], counts[1][1]):
        return words("chart.reasons", reason=words(f"reason.{counts[0][0]}"))
    return words("chart.reasons_none")


def _reasons_read(unknown: Row | None, total: Row | None) -> str:
    if unknown and total and unknown["value"] is not None and total["value"] is not None:
        return words("chart.reasons_read", value=number(unknown["value"]), total=number(total["value"]))
    return words("said.unknown_why")


def _hundred(r: Readings) -> Figure | Note:
    """A hundred people a year after their start; what is left over is every other or unknown reason."""
    newest = r.latest("still_on_12m")
    rows = {id: r.at(id, newest["period"]) for id in _HUNDRED} if newest else {}
    values = {id: row["value"] for id, row in rows.items() if row and row["value"] is not None}
    if len(values) < len(_HUNDRED):
        hidden = next((row for row in rows.values() if row and row["value"] is None), newest)
        return missing(words("chart.hundred_none"), hidden)
    work, activation, benefit, moved, still = (round(values[id] * 100) for id in _HUNDRED)
    counts = (work, max(activation - work, 0), benefit, moved)
    parts = [
        charts.Part(count, words(f"chart.hundred_{name}"))
        for count, name in (
            *zip(counts, ("work", "activation", "benefit", "moved"), strict=True),
            (max(100 - still - sum(counts), 0), "other"),
            (still, "still"),
        )
    ]
    sources = [
        _own(r, rows, *ids)
        for ids in (_HUNDRED[:1], _HUNDRED[:2], _HUNDRED[2:3], _HUNDRED[3:4], _HUNDRED, _HUNDRED[4:])
    ]
    table = Table(
        (words("table.part"), words("table.count")),
        tuple((part.label, number(part.count)) for part in parts),
        words("chart.hundred_none"),
        tuple(sources),
    )
    alt = " ".join(words("alt.item", label=part.label, value=number(part.count)) for part in parts)
    title = words("chart.hundred", value=number(work))
    return Figure(
        "van-honderd", title, words("chart.hundred_sub"), charts.squares(parts), alt, words("chart.hundred_read"), table
    )


def _own(r: Readings, rows: dict[str, Row | None], *ids: str) -> tuple[Source, ...]:
    return tuple(r.source(row) for id in ids if (row := rows[id]))


def _unknown(r: Readings) -> tuple[Prose, ...]:
    """The share of unknown reasons and what it leaves open about work, of the same year."""
    bounds = r.table("reason_bounds", variant="main", city=r.slug)
    if not bounds:
        return ()
    newest = max(bounds, key=lambda one: one["period"])
    row = r.at("outflow_unknown_share", f"{newest['period']}Q4")
    if row is None or row["value"] is None:
        return ()
    low, high = figure(newest["low"], "share"), figure(newest["high"], "share")
    source = Source("outflow_count", r.slug, newest["period"], table="reason_bounds")
    said = (
        Sentence(
            words("said.unknown_first", value=number(row["value"] * 100), year=newest["period"]), (r.source(row),)
        ),
        Sentence(words("said.unknown_bounds", low=low, high=high, year=newest["period"]), (source,)),
    )
    return (Prose((*said, Sentence(words("said.unknown_why")))),)


def _long_stayers(r: Readings) -> tuple[Prose, ...]:
    """Who left in the year, of those who had a leefloon for more than two years; beside the other cities."""
    row = r.latest("long_stay_exit_12m")
    if row is None or row["value"] is None:
        return ()
    said = words("said.long_stay", year=row["period"], value=number(row["value"] * 100))
    if row["median"] is not None:
        said += " " + words("said.long_stay_others", median=number(row["median"] * 100))
    return (Prose((Sentence(said, (r.source(row),)),)),)
