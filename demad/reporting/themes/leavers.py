"""Young people who left youth care: how many, and how many the social service reaches."""

from __future__ import annotations

from demad.reporting import charts
from demad.reporting.blocks import Block, Figure, Note, Point, Prose, Section, Sentence, Table
from demad.reporting.readings import Readings
from demad.reporting.themes.cascade import cascade, in_words
from demad.reporting.themes.drawn import bars_said, filled_columns, instead, missing, per_city, remark
from demad.reporting.themes.groups import per_group
from demad.reporting.words import catalogue_words, figure, number, words

_STEPS = ("careleaver_leefloon_0m", "careleaver_any_support_6m", "careleaver_gpmi_6m", "careleaver_leefloon_12m")


def leavers(r: Readings) -> Section:
    """How many, what they get, beside the other cities, by group."""
    said = (Sentence(words("said.small_group")), Sentence(words("said.reach")))
    blocks: tuple[Block, ...] = (
        _count(r),
        cascade(r),
        *in_words(r),
        _steps(r),
        Prose(said),
        per_city(r, "careleaver_any_support_6m", figure_id="jeugd-steden"),
        per_group(r, "careleaver_leefloon_12m", ("age", "sex", "zorgvorm")),
        *_after(r),
    )
    return Section("jeugd", words("theme.leavers"), blocks)


def _after(r: Readings) -> tuple[Prose, ...]:
    """After a leefloon: who comes back within a year, and who is gone for good; and how the clock runs."""
    said = []
    for id in ("careleaver_return_12m", "careleaver_lasting_24m"):
        if (row := r.latest(id)) and row["value"] is not None:
            said.append(Sentence(words(f"said.{id}", value=figure(row["value"], "share")), (r.source(row),)))
    return (Prose((*said, Sentence(words("said.leaver_clock")))),) if r.latest("careleaver_count") else ()


def _count(r: Readings) -> Figure | Note:
    rows = r.course("careleaver_count", "Y")
    newest = r.latest("careleaver_count")
    if newest is None or newest["value"] is None:
        return missing(catalogue_words("careleaver_count", "label"), newest)
    points = [Point(row["period"], row["value"], emphasised=True) for row in rows][-8:]
    columns = tuple(words(f"table.{name}") for name in ("period", "count", "note"))
    cells = tuple((row["period"], figure(row["value"], "persons"), remark(row)) for row in rows[-8:])
    sources = tuple((r.source(row),) for row in rows[-8:])
    table = filled_columns(Table(columns, cells, catalogue_words("careleaver_count", "label"), sources))
    read = words("chart.youth_count_read", year=newest["period"], value=number(newest["value"]))
    svg = charts.bars(points, unit="", hidden=words("short.hidden"))
    return Figure("jeugd-aantal", words("chart.youth_count"), words("chart.youth_count_sub"), svg, read, read, table)


def _steps(r: Readings) -> Figure | Note:
    """Four kinds of reach, the middle city as a tick on each."""
    rows = [(id, r.latest(id)) for id in _STEPS]
    found = [(id, row) for id, row in rows if row is not None]
    if not any(row["value"] is not None for _, row in found):
        return missing(words("chart.youth_steps_none"), found[0][1] if found else None)
    points = [
        Point(words(f"youth.{id}"), row["value"], emphasised=True, instead=instead(row, delivered=r.delivered(id)))
        for id, row in found
    ]
    svg = charts.bars(
        points, unit="%", hidden=words("short.hidden"), scale=100, ticks=[row["median"] for _, row in found]
    )
    cells = tuple(
        (
            words(f"youth.{id}"), figure(row["value"], "share"), figure(row["median"], "share"),
            remark(row, delivered=r.delivered(id)),
        )
        for id, row in found
    )  # fmt: skip
    columns = tuple(words(f"table.{name}") for name in ("part", "value", "middle", "note"))
    table = filled_columns(
        Table(columns, cells, words("chart.youth_steps_none"), tuple((r.source(row),) for _, row in found))
    )
    alt = " ".join(words("alt.item", label=name, value=value) for name, value, *_ in cells)
    last = dict(found).get("careleaver_leefloon_12m")
    value = number(last["value"] * 100) if last and last["value"] is not None else ""
    title = words("chart.youth_steps", value=value) if value else words("chart.youth_steps_none")
    read = bars_said(r, [row["median"] for _, row in found])
    return Figure("jeugd-stappen", title, words("chart.youth_steps_sub"), svg, alt, read, table)
