"""The result of `demad check` as lines of text for the city's own screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from demad.intake.checking.check import Checked
from demad.intake.checking.findings import in_words, listed
from demad.intake.checking.rights import Rights, rights_of
from demad.intake.checking.states import FindingState
from demad.intake.checking.validation import judged_by_great_expectations
from demad.intake.contract.column_seen import ColumnSeen
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.words import codes_of, words_of
from demad.intake.deliveries.manifest import Delivery
from demad.intake.inspection.inspect import VERDICTS, Inspection
from demad.intake.inspection.numbers import STATES, change, day, figure, percent
from demad.reference.cities import City
from demad.reference.several import several

_FORMS = {
    "date": "datums",
    "moment": "tijdstippen",
    "zoned": "tijdstippen met zone",
    "iso": "2026-09-30",
    "iso_time": "2026-09-30 met uur, of datums van Excel",
    "iso_slash": "2026/09/30",
    "slash_time": "30/09/2026 met uur",
    "dash_time": "30-09-2026 met uur",
    "dot_time": "30.09.2026 met uur",
    "short": "30/9/2026",
    "slash": "30/09/2026",
    "dash": "30-09-2026",
    "dot": "30.09.2026",
    "compact": "20260930",
    "serial": "getallen van Excel",
    "words": "30 september 2026",
}
_KINDS = {
    "nis": "NIS-code",
    "pseudonym": "pseudoniem",
    "date": "datum",
    "month": "maand",
    "integer": "getal",
    "boolean": "ja of nee",
    "code": "code",
    "stop_reason": "stopreden",
}


def screen(seen: Inspection, *, reading: bool = False) -> Iterator[str]:
    """The lines for a specialist, the verdict last.

    Parameters
    ----------
    reading
        Whether to show how each column was understood.
    """
    if seen.city:
        yield f"Stad: {seen.city.name} ({seen.city.nis}), peildatum {day(seen.as_of)}"
    for part in seen.checked:
        rows = several(part.conformed.frame.height, "rij", "rijen")
        counted = several(part.verdict.accepted.height, "telt", "tellen")
        yield f"{part.dataset}: {rows}, {counted} mee ({', '.join(part.notes)})"
        if part.dataset == "leefloon" and seen.rights:
            yield from rights_lines(seen.rights, seen.rights_before)
        if reading and seen.city:
            yield from (f"  {line}" for line in reading_lines(part, seen.city))
        yield from _evenings(part, seen.city)
    for finding in seen.findings:
        count = f"{finding.failed} van {several(finding.rows, 'rij', 'rijen')}"
        yield f"- {finding.dataset}, {finding.name}: {count}, {STATES[finding.state]}"
        yield f"  {finding.why} {finding.todo}"
    if seen.city:
        for part in seen.checked:
            yield from unknown_lines(part, seen.city)
    for line in seen.lines:
        if line.state is not FindingState.GOOD:
            figures = f"{figure(line, line.before)} → {figure(line, line.now)} ({change(line)})"
            reference = seen.compared_with or "de eigen telling"
            yield f"- {line.subject} {line.group}: {figures}, {STATES[line.state]}; naast {reference}"
    if seen.checked and not judged_by_great_expectations():
        yield "Nagekeken met de regels van het contract; wie ontvangt, rekent ze na met Great Expectations."
    yield VERDICTS[seen.verdict]


def delivered_lines(delivery: Delivery, checked: Sequence[Checked]) -> Iterator[str]:
    """Lines on what was delivered, what was set aside, and the number of running rights."""
    told = ", ".join(f"{file.dataset} {several(file.rows, 'rij', 'rijen')}" for file in delivery.files)
    yield f"Levering {delivery.id}: {told}"
    for part in checked:
        aside = part.conformed.frame.height - part.verdict.accepted.height
        if aside:
            rows = several(part.conformed.frame.height, "rij", "rijen")
            then = "ze telt" if aside == 1 else "ze tellen"
            yield f"{part.dataset}: {aside} van {rows} opzijgezet; {then} niet mee"
        if part.dataset == "leefloon":
            yield from rights_lines(rights_of(part.verdict.accepted, as_of=delivery.as_of), None)


def rights_lines(now: Rights, before: Rights | None) -> Iterator[str]:
    """Number of running rights and their range of dates, compared with the previous delivery."""
    told = f"  lopende rechten op {day(now.as_of)}: {now.running} van {now.rights}, {now.open} zonder einde"
    was = f"; vorige levering op {day(before.as_of)}: {before.running} van {before.rights}" if before else ""
    yield told + was
    yield "  dat is leefloon en equivalent leefloon samen; het rapport telt mensen met een leefloon alleen"
    share = f", {percent(now.first_of_month)} op de eerste van een maand" if now.first_of_month is not None else ""
    yield f"  begin: {_range(now.begins)}{share}{_previous(before.begins if before else None)}"
    yield f"  einde: {_range(now.ends)}{_previous(before.ends if before else None)}"


def _evenings(part: Checked, city: City | None) -> Iterator[str]:
    """Datetimes at 22 or 23 hours, too few to refuse the table for."""
    for column in part.conformed.seen:
        if column.late and not (city and city.naive_utc):
            yield (
                f"- {part.dataset}, {column.name}: {column.late} keer staat er 22 of 23 uur. Is dat middernacht "
                "in UTC, dan is de dag er één te vroeg: kijk die rijen na"
            )


def _range(days: tuple[date, date] | None) -> str:
    return f"{day(days[0])} tot {day(days[1])}" if days else "geen"


def _previous(days: tuple[date, date] | None) -> str:
    return f"; vorige levering {_range(days)}" if days else ""


def unknown_lines(part: Checked, city: City) -> Iterator[str]:
    """Unknown words with their rows and the two nearest codes; only words that identify nobody."""
    fields = DATASETS[part.dataset].fields
    for column in part.conformed.seen:
        if not column.unknown:
            continue
        codes = codes_of(column.name, fields[column.name])
        words = words_of(part.dataset, column.name, fields[column.name], city)
        yield f"- {part.dataset}, onbekende woorden in {column.name}:"
        for word, rows in column.unknown:
            near = listed(codes[code] for code in words.nearest(word))
            yield f'  "{word}": {several(rows, "rij", "rijen")}; dichtst bij {near}'


def reading_lines(part: Checked, city: City) -> Iterator[str]:
    """Per delivered column how it was understood: counts, dates and codes, never a cell."""
    for column in part.conformed.seen:
        header = "" if column.header.lower() == column.name else f' (kop "{column.header}")'
        share = percent(column.empty / column.rows) if column.rows else "0%"
        yield f"{column.name}{header}: {_KINDS[column.kind]}, {share} leeg{_details(column, part.dataset)}"
    absent = [name for name in DATASETS[part.dataset].fields if name not in {one.name for one in part.conformed.seen}]
    if absent:
        yield f"niet in het bestand: {', '.join(absent)}"


def _details(column: ColumnSeen, dataset: str) -> str:
    parts = []
    if column.forms:
        forms = [f"{seen.rows} als {_FORMS[form]}" for form, seen in column.forms.items()]
        parts += [" en ".join(forms)]
    if column.first and column.last:
        filled = sum(seen.rows for seen in column.forms.values())
        share = percent(column.first_of_month / filled)
        parts += [f"{day(column.first)} tot {day(column.last)}, {share} op dag 1"]
    if column.mapped:
        codes = codes_of(column.name, DATASETS[dataset].fields[column.name])
        named = {code: codes[_code(code)].label for code in column.mapped}
        parts += [
            f"woorden vertaald: {', '.join(f'{_code(code)} ({named[code]}) {n}' for code, n in column.mapped.items())}"
        ]
    if column.lost:
        parts += [f"{column.lost} niet begrepen" + (f": {in_words(column.causes)}" if column.causes else "")]
    return "".join(f"; {part}" for part in parts)


def _code(code: str) -> str:
    """The code of a Boolean, which is stored as true or false."""
    return {"true": "ja", "false": "nee"}.get(code, code)
