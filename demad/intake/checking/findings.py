"""Findings about a dataset as counts with Dutch texts: broken rules and cells that were not understood.

Findings hold no cell values, because the receiver stores and sends them. They say which column, how many rows, why,
and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from demad.intake.checking.finding import Finding
from demad.intake.checking.states import FindingState
from demad.intake.checking.validation import Check
from demad.intake.contract.column_seen import ColumnSeen
from demad.intake.contract.conform import Conformed
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.days import CAUSES
from demad.intake.contract.words import KINDS, codes_of
from demad.reference.codes import Code

OVERTAKEN = "overtaken"
_CAUSES = {**CAUSES, OVERTAKEN: "een rij die door zo'n rij vervangen is"}
_MEND = "Verbeter ze, of geef elk woord een code in het stadsbestand: demad init stelt ze voor."
_MANY = 12  # codes: more are not listed in a message, which then refers to `demad codes`


def findings_of(
    checks: Sequence[Check], conformed: Conformed, causes: Mapping[str, Mapping[str, int]]
) -> list[Finding]:
    """Return a finding for every rule, broken or not, and for every column with cells that were not understood.

    Parameters
    ----------
    causes
        Per date column: number of rows per cause why a cell is not a date.
    """
    fields = DATASETS[conformed.dataset].fields
    rules = [_of_rule(check, conformed.dataset, causes) for check in checks]
    days = {name for name, field in fields.items() if field.kind == "date"}
    flawed = [(name, _column(name), count) for name, count in sorted(conformed.flaws.items())]
    return [*rules, *(_of_cells(*one, conformed) for one in flawed if one[1] not in days)]


def _column(flaw: str) -> str:
    return flaw.removesuffix("_niet_begrepen").removesuffix("_onbekend")


def _of_rule(check: Check, dataset: str, causes: Mapping[str, Mapping[str, int]]) -> Finding:
    column = check.columns[0].removesuffix("_onleesbaar")
    kind = DATASETS[dataset].fields[column].kind if column in DATASETS[dataset].fields else ""
    of_a_cell = check.name.endswith(("geen datum", "geen code"))
    why = check.why
    if of_a_cell and check.failed and causes.get(column):
        why = f"{why} Gezien: {in_words(causes[column])}."
    return Finding(
        dataset=dataset,
        check=check.rule,
        name=check.name,
        where=", ".join(name.removesuffix("_onleesbaar") for name in check.columns),
        state=check.state,
        rows=check.rows,
        failed=check.failed,
        limit=check.limit,
        why=why,
        todo=f"{check.todo} {_codes(dataset, column)}".strip() if of_a_cell and kind in KINDS else check.todo,
    )


def _of_cells(flaw: str, column: str, count: int, conformed: Conformed) -> Finding:
    unmapped = column == "stopreden"
    return Finding(
        dataset=conformed.dataset,
        check=flaw,
        name=f"{column}: woorden die we niet kennen" if unmapped else f"{column} niet begrepen",
        where=column,
        state=FindingState.WARNING,
        rows=conformed.frame.height,
        failed=count,
        limit=0,
        why="Deze woorden staan niet in de codes: ze tellen als U0, onbekend."
        if unmapped
        else "Deze cellen staan niet in de codes van het contract en tellen als leeg of onbekend.",
        todo=f"{_codes(conformed.dataset, column)} {_MEND}",
    )


def _codes(dataset: str, column: str) -> str:
    field = DATASETS[dataset].fields[column]
    codes = list(codes_of(column, field).values()) if field.kind in KINDS else []
    if not codes:
        return ""
    if len(codes) > _MANY:
        return f"De codes: demad codes {column}."
    return f"De codes: {listed(codes)}."


def listed(codes: Iterable[Code]) -> str:
    """Codes with their labels, on one line."""
    return ", ".join(code.code if code.label == code.code else f"{code.code} ({code.label})" for code in codes)


def in_words(causes: Mapping[str, int]) -> str:
    """The causes why cells are not dates, most frequent first."""
    ordered = sorted(causes.items(), key=lambda cause: -cause[1])
    return ", ".join(f"{rows} keer {_CAUSES[cause]}" for cause, rows in ordered)


def causes_of(seen: Iterable[ColumnSeen]) -> dict[str, dict[str, int]]:
    """Number of rows per cause and date column, summed over all tables."""
    causes: dict[str, dict[str, int]] = {}
    for column in seen:
        for cause, rows in column.causes.items():
            counted = causes.setdefault(column.name, {})
            counted[cause] = counted.get(cause, 0) + rows
    return causes
