"""Who had a GPMI in the year, its band of the federal subsidy, the people to the next, and who soon has one."""

from __future__ import annotations

from math import ceil

from demad.reference.gpmi_bands import Band, GpmiBands, gpmi_bands
from demad.reporting.blocks import Block, Prose, Sentence
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.drawn import trend
from demad.reporting.words import figure, number, words

_ID = "gpmi_year_share"
_WITHIN_REACH = 0.1
"""Page one names the next band where it takes at most this part of the people of the year."""


def gpmi(r: Readings) -> tuple[Block, ...]:
    """Over the years beside the median, of who just started too; its band, and how far the next one is."""
    blocks: tuple[Block, ...] = (
        trend(r, _ID, "gpmi", figure_id="gpmi", kind="Y"),
        trend(r, "gpmi_start_3m", "gpmi_start", figure_id="gpmi-start", kind="Y"),
    )
    row = r.latest(_ID)
    if row is not None and row["value"] is not None:
        blocks += (Prose(tuple(_said(r, row))),)
    return blocks


def within_reach(r: Readings) -> tuple[Prose, ...]:
    """A sentence for page one of a city below a band that it can reach; nothing for any other."""
    row = r.latest(_ID)
    if row is None or row["value"] is None:
        return ()
    known, base = gpmi_bands(), r.edition.policy.base
    above = known.next(row["numerator"], row["denominator"])
    if above is None or _border(row, known, base):
        return ()
    people = people_to(above, row["numerator"], row["denominator"], base)
    if people > _WITHIN_REACH * row["denominator"]:
        return ()
    return (Prose((Sentence(words("gpmi.page_one", **_filled(r, row, known, above, people)), (r.source(row),)),)),)


def people_to(band: Band, part: int, whole: int, base: int) -> int:
    """How many more people with a GPMI reach a band, rounded up to the base: from published counts alone."""
    return max(base, ceil(round(band.least * whole - part, 6) / base) * base)


def _said(r: Readings, row: Row) -> list[Sentence]:
    known, base, source = gpmi_bands(), r.edition.policy.base, (r.source(row),)
    part, whole = row["numerator"], row["denominator"]
    own, above = known.of(part, whole), known.next(part, whole)
    year, value, status = row["period"], figure(row["value"], "share"), words(f"gpmi.{known.status.name.lower()}")
    said = [Sentence(words("gpmi.share", city=r.name, year=year, value=value), source)]
    if border := _border(row, known, base):
        said.append(Sentence(words("gpmi.border", city=r.name, border=figure(border.least, "share")), source))
    else:
        said.append(Sentence(words("gpmi.band", points=_points(own)), source))
    if above is not None and not border:
        filled = _filled(r, row, known, above, people_to(above, part, whole, base))
        said.append(Sentence(words("gpmi.next", **filled), source))
    elif not border:
        said.append(Sentence(words("gpmi.highest")))
    said.append(Sentence(words("gpmi.status", year=str(known.from_year), status=status), source))
    return said


def _border(row: Row, known: GpmiBands, base: int) -> Band | None:
    """The border that rounded counts cannot place: the true share may be on either side of it."""
    part, whole = row["numerator"], row["denominator"]
    near = (
        band
        for band in known.bands[1:]
        if -(base - 1) * (1 + band.least) <= part - band.least * whole < (base - 1) * (1 + band.least)
    )
    return next(near, None)


def _filled(r: Readings, row: Row, known: GpmiBands, above: Band, people: int) -> dict[str, str]:
    return {
        "city": r.name,
        "year": row["period"],
        "value": figure(row["value"], "share"),
        "people": number(people),
        "points": _points(above),
        "border": figure(above.least, "share"),
        "from_year": str(known.from_year),
    }


def _points(band: Band) -> str:
    return number(band.points, 0 if band.points.is_integer() else 1)
