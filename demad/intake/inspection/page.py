"""The result of `demad check` as one HTML page for the city's own use: counts and shares, never a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from demad.intake.inspection.inspect import VERDICTS, Inspection
from demad.intake.inspection.numbers import STATES, change, figure
from demad.intake.inspection.screen import reading_lines, rights_lines, unknown_lines

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d2733 }
h1 { font-size: 1.6rem; margin-bottom: 0 } h2 { font-size: 1.15rem; margin-top: 2rem }
.verdict { border-left: .5rem solid; padding: .75rem 1rem; font-weight: 600; background: #f4f6f8 }
.good { border-color: #2b6f5c } .warning { border-color: #b7791f }
.held { border-color: #9a4f00 } .refused { border-color: #9b1c31 }
table { border-collapse: collapse; width: 100% } caption { text-align: left; color: #4a5866; padding-bottom: .4rem }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d8dee4; vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
tr.odd td { background: #fff6e0 } small { color: #4a5866 }
@media print { body { margin: 0 } }
"""


def check_page(inspection: Inspection) -> str:
    """The page, complete in itself: no script, nothing from elsewhere."""
    city, day = (
        escape(inspection.city.name if inspection.city else "onbekende stad"),
        inspection.as_of.strftime("%d/%m/%Y"),
    )
    parts = [
        f"<h1>Controle van een levering: {city}</h1>",
        f"<p><small>Peildatum {day}. Voor eigen gebruik: deze pagina bevat kleine aantallen.</small></p>",
        f'<p class="verdict {inspection.verdict}">{escape(VERDICTS[inspection.verdict])}</p>',
        _refusal(inspection),
        _seen(inspection),
        _findings(inspection),
        _comparison(inspection),
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Controle levering {city}</title><style>{_STYLE}</style></head>\n<body><main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main></body></html>\n"
    )


def _refusal(inspection: Inspection) -> str:
    refusal = inspection.refusal
    if refusal is None:
        return ""
    return f"<p><strong>{escape(refusal.code)}</strong> {escape(refusal.what)} {escape(refusal.todo)}</p>"


def _seen(inspection: Inspection) -> str:
    if not inspection.checked:
        return ""
    rows = [
        [part.dataset, str(part.conformed.frame.height), str(part.verdict.accepted.height), ", ".join(part.notes)]
        for part in inspection.checked
    ]
    table = _table(
        ("dataset", "rijen", "tellen mee", "gelezen als"), rows, numbers=(1, 2), caption="Eén regel per dataset"
    )
    return "<h2>Wat we zagen</h2>" + table + _rights(inspection) + _columns(inspection)


def _rights(inspection: Inspection) -> str:
    if not inspection.rights:
        return ""
    return _list(line.strip() for line in rights_lines(inspection.rights, inspection.rights_before))


def _columns(inspection: Inspection) -> str:
    """How each column was understood, and words that nobody knows."""
    city, parts = inspection.city, []
    if city is None:
        return ""
    for part in inspection.checked:
        parts.append(f"<h3>Kolommen van {escape(part.dataset)}</h3>" + _list(reading_lines(part, city)))
        parts.append(_list(unknown_lines(part, city)))
    return "".join(parts)


def _list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line.strip().removeprefix('- '))}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _findings(inspection: Inspection) -> str:
    if not inspection.checked:
        return ""
    if not inspection.findings:
        return "<h2>Bevindingen</h2><p>Geen.</p>"
    rows = [
        [
            str(finding["dataset"]),
            str(finding["name"]),
            STATES[str(finding["state"])],
            f"{finding['failed']} van {finding['rows']}",
            f"{finding['why']} {finding['todo']}",
        ]
        for finding in inspection.findings
    ]
    head = ("dataset", "regel", "gevolg", "rijen", "wat het betekent en wat u doet")
    return "<h2>Bevindingen</h2>" + _table(head, rows, numbers=(3,), caption="De ernstigste eerst")


def _comparison(inspection: Inspection) -> str:
    if not inspection.lines:
        return ""
    said = f"Naast levering {inspection.compared_with}" if inspection.compared_with else "Er is nog niets in gebruik"
    rows = [
        [
            line.subject,
            line.group,
            figure(line, line.before),
            figure(line, line.now),
            change(line),
            STATES[line.state],
        ]
        for line in inspection.lines
    ]
    odd = [place for place, line in enumerate(inspection.lines) if line.state != "good"]
    head = ("onderwerp", "groep", "was", "is nu", "verschil", "oordeel")
    table = _table(head, rows, numbers=(2, 3, 4), caption=f"{said}; gekleurde regels vallen op", odd=odd)
    return "<h2>Vergelijking</h2>" + table


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int], caption: str, odd: Sequence[int] = ()
) -> str:
    kinds = [' class="n"' if place in numbers else "" for place in range(len(head))]
    top = "".join(f'<th scope="col"{kind}>{escape(name)}</th>' for kind, name in zip(kinds, head, strict=True))
    body = []
    for place, row in enumerate(rows):
        cells = "".join(f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds, row, strict=True))
        mark = ' class="odd"' if place in odd else ""
        body.append(f"<tr{mark}>{cells}</tr>")
    inside = f"<thead><tr>{top}</tr></thead><tbody>{''.join(body)}</tbody>"
    return f"<table><caption>{escape(caption)}</caption>{inside}</table>"
