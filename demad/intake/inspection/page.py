"""The result of `demad check` as one HTML page for the city's own use: counts and shares, never a cell.

The page itself is `reports/check.html.j2`; every text is escaped there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from demad.intake.checking.states import FindingState
from demad.intake.inspection.inspect import VERDICTS, Inspection
from demad.intake.inspection.numbers import STATES, change, figure
from demad.intake.inspection.screen import reading_lines, rights_lines, unknown_lines
from demad.intake.pages import drawn


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of texts; ``numbers``: columns that are set to the right, ``odd``: rows that stand out."""

    caption: str
    head: tuple[str, ...]
    rows: list[list[str]]
    numbers: tuple[int, ...]
    odd: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PageList:
    """Lines below each other, under a title or none."""

    lines: list[str]
    title: str = ""


@dataclass(frozen=True, slots=True)
class PageSection:
    """A heading with a table, lists, or what is said where there is nothing."""

    title: str
    table: PageTable | None = None
    lists: tuple[PageList, ...] = ()
    empty: str = ""


def check_page(inspection: Inspection) -> str:
    """The page, self-contained: no scripts and no external files."""
    return drawn(
        "check.html.j2",
        city=inspection.city.name if inspection.city else "onbekende stad",
        day=inspection.as_of.strftime("%d/%m/%Y"),
        verdict=inspection.verdict,
        said=VERDICTS[inspection.verdict],
        refusal=inspection.refusal,
        sections=list(_sections(inspection)),
    )


def _sections(inspection: Inspection) -> Iterator[PageSection]:
    if inspection.checked:
        yield _seen(inspection)
        yield _findings(inspection)
    if inspection.lines:
        yield _comparison(inspection)


def _seen(inspection: Inspection) -> PageSection:
    """What there was, how each column was understood, and words that nobody knows."""
    rows = [
        [part.dataset, str(part.conformed.frame.height), str(part.verdict.accepted.height), ", ".join(part.notes)]
        for part in inspection.checked
    ]
    head = ("dataset", "rijen", "tellen mee", "gelezen als")
    lists = [PageList(_bare(rights_lines(inspection.rights, inspection.rights_before)))] if inspection.rights else []
    if (city := inspection.city) is not None:
        for part in inspection.checked:
            lists.append(PageList(_bare(reading_lines(part, city)), f"Kolommen van {part.dataset}"))
            lists.append(PageList(_bare(unknown_lines(part, city))))
    return PageSection("Wat we zagen", PageTable("Eén regel per dataset", head, rows, numbers=(1, 2)), tuple(lists))


def _bare(lines: Iterable[str]) -> list[str]:
    return [line.strip().removeprefix("- ") for line in lines]


def _findings(inspection: Inspection) -> PageSection:
    if not inspection.findings:
        return PageSection("Bevindingen", empty="Geen.")
    rows = [
        [
            finding.dataset,
            finding.name,
            STATES[finding.state],
            f"{finding.failed} van {finding.rows}",
            f"{finding.why} {finding.todo}",
        ]
        for finding in inspection.findings
    ]
    head = ("dataset", "regel", "gevolg", "rijen", "wat het betekent en wat u doet")
    return PageSection("Bevindingen", PageTable("De ernstigste eerst", head, rows, numbers=(3,)))


def _comparison(inspection: Inspection) -> PageSection:
    said = f"Naast levering {inspection.compared_with}" if inspection.compared_with else "Er is nog niets in gebruik"
    rows = [
        [line.subject, line.group, figure(line, line.before), figure(line, line.now), change(line), STATES[line.state]]
        for line in inspection.lines
    ]
    odd = tuple(place for place, line in enumerate(inspection.lines) if line.state is not FindingState.GOOD)
    head = ("onderwerp", "groep", "was", "is nu", "verschil", "oordeel")
    caption = f"{said}; gekleurde regels vallen op"
    return PageSection("Vergelijking", PageTable(caption, head, rows, numbers=(2, 3, 4), odd=odd))
