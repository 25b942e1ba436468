"""The morning page: the digest and the changed figures, as one HTML file. Published figures only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from demad.catalogue import indicator
from demad.intake.deliveries.ledger import Outcome
from demad.notify.alert import Alert, city_labels
from demad.notify.changes import Change
from demad.notify.expected import Expectation
from demad.publishing.city_status import city_cards
from demad.reporting.words import figure, words

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(
    root: Path,
    outcomes: Sequence[Outcome],
    found: Sequence[Alert],
    moved: Sequence[Change],
    now: datetime,
    expected: Sequence[Expectation] = (),
) -> str:
    """The complete page; every text is escaped, and only our own drawings are not."""
    parts = [
        _table("Te doen", ("code", "stad", "wat", "wat te doen"), [(a.code, a.about, a.what, a.todo) for a in found]),
        _table("Binnengekomen", ("stad", "levering van", "beslissing", "waarom"), _received(root, outcomes)),
        _table("Veranderd in de cijfers", ("stad", "cijfer", "verandering", "nieuwste", "was", "is"), _moved(moved)),
        _estimates(expected),
        _table("Hoe oud zijn de gegevens", ("stad", "stand", "tot", "dagen ouder dan de nieuwste"), _ages(root)),
    ]
    title = f"DEMaD, ochtend van {now:%Y-%m-%d}"
    return (
        '<!doctype html>\n<html lang="nl"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n"
        f"<p>Intern. Cijfers zoals in de preview, na bescherming.</p>\n{''.join(parts)}</body></html>\n"
    )


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows]
    if not lines:
        return f"<h2>{title}</h2>\n<p>Niets.</p>\n"
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f"<h2>{title}</h2>\n<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>\n"


def _estimates(expected: Sequence[Expectation]) -> str:
    """A row per city: the sentence, and the band that it follows from."""
    title = "Schatting: wat de nieuwste maand wordt als alles is ingevoerd"
    if not expected:
        return f"<h2>{title}</h2>\n<p>Niets.</p>\n"
    rows = "\n".join(
        f"<tr><td>{escape(one.city)}</td><td>{escape(one.said)}</td><td>{one.drawn}</td></tr>" for one in expected
    )
    how = (
        "Gearceerd: schatting, niet geteld. Het donkere deel is de marge van 80 op 100, het lichte die van 95 op 100;"
        " het streepje is wat de levering telt. We beoordelen een schatting nooit."
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("stad", "schatting", "marge"))
    return f"<h2>{title}</h2>\n<p>{how}</p>\n<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>\n"


def _received(root: Path, outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    labels = city_labels(root, (outcome.city for outcome in outcomes))
    return [
        (
            labels[outcome.city],
            outcome.made_on,
            words(f"delivery.{outcome.state}"),
            f"{outcome.code} {outcome.what} {outcome.todo}".strip() if outcome.code else "",
        )
        for outcome in outcomes
    ]


def _moved(moved: Sequence[Change]) -> list[tuple[str, ...]]:
    rows = []
    for change in moved:
        entry = indicator(change.indicator)
        how = [f"{change.new} nieuwe perioden"] if change.new else []
        how += [f"{change.moved} perioden anders"] if change.moved else []
        before, now = (figure(value, entry.unit) for value in (change.before, change.now))
        rows.append((change.city, entry.label, ", ".join(how), change.period, before if change.moved else "", now))
    return rows


def _ages(root: Path) -> list[tuple[object, ...]]:
    return [
        (card.name, words(f"city.{card.state}"), card.as_of or "", "" if card.age_days is None else card.age_days)
        for card in city_cards(root)
    ]
