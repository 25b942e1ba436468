"""The note about a local measure on one page: what could be seen, what was seen, placebos, limits.

What it says comes from an `Effect`, which rests on published and protected counts alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from demad.impact import Effect, Finding
from demad.impact.effect import Change
from demad.impact.window import quarter_name, quarter_number
from demad.reference.events import Sureness, policy_events
from demad.reporting import charts
from demad.reporting.blocks import Block, Figure, Headline, Listing, Note, Section, Sentence, Table
from demad.reporting.edition import Look
from demad.reporting.html import render
from demad.reporting.themes.evolution import event_label
from demad.reporting.words import day, number, period_words, speaking, words

_DIGITS = {"inflow": 2}
_UNUSUAL = 2.0
"""The year before lies so many standard errors away from the years before it: worth a word of warning."""


@dataclass(frozen=True, slots=True)
class NoteFrame:
    """What stands around the figures of a note.

    Parameters
    ----------
    names
        Slug -> name of every city.
    start
        First day of the first month of the measure.
    breaks
        Days of the breaks in the series of the cities that are used, by slug.
    base
        To which counts are rounded.
    """

    look: Look
    contact: str
    names: Mapping[str, str]
    start: date
    breaks: Mapping[str, Sequence[date]]
    base: int

    @property
    def label(self) -> str:
        """What the top of the page says it is."""
        return words("impact.label")


def effect_note(effect: Effect, frame: NoteFrame, font_folder: Path) -> str:
    """The note as a page that carries everything with it, in the language of the look."""
    with speaking(frame.look.language):
        city, start = frame.names[effect.city], period_words(f"{frame.start:%Y-%m}")
        heading = words("impact.title", city=city, start=start)
        subtitle = words("impact.subtitle", measure=_measure(effect), count=len(effect.controls))
        return render(
            "effect.html.j2",
            frame,
            font_folder,
            heading=heading,
            subtitle=subtitle,
            sections=_sections(effect, frame, city, start),
            links=(),
            up="",
        )


def said_of(effect: Effect, frame: NoteFrame) -> str:
    """The finding in one or two sentences, as the command prints it."""
    with speaking(frame.look.language):
        start = period_words(f"{frame.start:%Y-%m}")
        return " ".join((_smallest(effect), *_found(effect, start)))


def _sections(effect: Effect, frame: NoteFrame, city: str, start: str) -> list[Section]:
    found = _found(effect, start)
    headline = Headline(found[0], tuple(Sentence(text) for text in found[1:]))
    return [
        Section("te-zien", words("impact.visible"), (Note(_smallest(effect)),)),
        Section("gevonden", words("impact.found"), (headline, _chart(effect, frame, city, start), _changes(effect))),
        Section("proef", words("impact.placebo"), (Listing(_placebos(effect, frame, city, start)),)),
        Section("grenzen", words("impact.limits"), (Listing(_limits(effect, frame, city)),)),
        Section("rekenwijze", words("impact.how"), (Listing(_how(effect, frame)),)),
    ]


def _smallest(effect: Effect) -> str:
    return words("impact.smallest", value=_hundred(effect.smallest))


def _found(effect: Effect, start: str) -> tuple[str, ...]:
    """The finding, and between which ends the difference lies."""
    change = effect.change
    filled = {"measure": _measure(effect), "start": start, "value": _hundred(abs(change.value))}
    side = "more" if change.value > 0 else "less"
    name = effect.finding if effect.finding is Finding.NOT_SEEN else f"{effect.finding}_{side}"
    return words(f"impact.{name}", **filled), words("impact.between", **_ends(change))


def _ends(change: Change) -> dict[str, str]:
    return {"low": _signed(change.low), "high": _signed(change.high)}


def _chart(effect: Effect, frame: NoteFrame, city: str, start: str) -> Block:
    """What was, and what was expected with its band, by quarter; a hole where quarters are left out."""
    numbers = [quarter_number(quarter) for quarter in effect.quarters]
    every = range(numbers[0], numbers[-1] + 1)
    observed, expected, low, high = (
        tuple(dict(zip(numbers, values, strict=True)).get(one) for one in every)
        for values in (effect.observed, effect.expected, effect.low, effect.high)
    )
    line = charts.Course(tuple(quarter_name(one) for one in every), observed, low, high, expected)
    svg = charts.course(
        line,
        name=city,
        middle_name=words("impact.expected"),
        scale=1,
        unit="",
        digits=_digits(effect),
        width=charts.WIDE,
        events=[(effect.first, words("impact.begins"))],
    )
    digits = _digits(effect)
    newest = effect.after
    rows = tuple(
        (
            period_words(quarter),
            number(was, digits),
            number(would, digits),
            f"{number(under, digits)} \u2013 {number(over, digits)}",
        )
        for quarter, was, would, under, over in zip(
            effect.quarters[-newest:],
            effect.observed[-newest:],
            effect.expected[-newest:],
            effect.low[-newest:],
            effect.high[-newest:],
            strict=True,
        )
    )
    columns = tuple(words(f"impact.column_{name}") for name in ("quarter", "was", "expected", "band"))
    table = Table(columns, rows, words("impact.course"))
    alt = " ".join(words("impact.alt", quarter=row[0], value=row[1], expected=row[2]) for row in rows)
    subtitle = words(f"impact.unit_{effect.measure}")
    return Figure("verloop", words("impact.course"), subtitle, svg, alt, words("impact.read", start=start), table)


def _changes(effect: Effect) -> Table:
    """The change over all quarters after, and where it may grow or fade."""
    rows = tuple(
        (words(f"impact.row_{name}"), _signed(change.value), words("impact.ends", **_ends(change)))
        for name, change in (("all", effect.change), ("half", effect.after_half), ("year", effect.after_year))
    )
    columns = words("impact.column_when"), words("impact.column_change"), words("impact.column_ends")
    return Table(columns, rows, words("impact.changes"))


def _placebos(effect: Effect, frame: NoteFrame, city: str, start: str) -> tuple[str, ...]:
    large = sum(abs(one) >= abs(effect.change.value) for one in effect.placebo_dates)
    dates = [words("impact.dates", count=len(effect.placebo_dates)) + " " + _counted("dates", large)]
    cities = words("impact.cities", count=effect.placebo_cities) + " " + _counted("cities", effect.as_large)
    least = number(100 / (effect.placebo_cities + 1))
    said = [*(dates if effect.placebo_dates else []), cities, words("impact.cities_rule", least=least)]
    return (*said, *_mirror(effect, frame, city, start))


def _counted(name: str, large: int) -> str:
    return words(f"impact.{name}_large", value=large) if large else words(f"impact.{name}_none")


def _mirror(effect: Effect, frame: NoteFrame, city: str, start: str) -> tuple[str, ...]:
    mirror = effect.mirror
    if not mirror.fits:
        return (words("impact.mirror_poor", city=city, start=start),)
    mixed = "; ".join(f"{frame.names[slug]} {_hundred(weight)}%" for slug, weight in mirror.weights)
    side = "more" if mirror.change > 0 else "less"
    ranked = words("impact.mirror_rank", value=mirror.as_large, total=mirror.placebos)
    against = mirror.change * effect.change.value < 0
    return (
        words("impact.mirror_mix", city=city, start=start, mixed=mixed),
        words(f"impact.mirror_{side}", city=city, value=_hundred(abs(mirror.change))) + " " + ranked,
        *((words("impact.mirror_against"),) if against else ()),
    )


def _limits(effect: Effect, frame: NoteFrame, city: str) -> tuple[str, ...]:
    said = [words("impact.cause"), words("impact.others"), words("impact.foreknown")]
    unusual = abs(effect.year_before) >= _UNUSUAL
    side = "usual" if not unusual else "more" if effect.year_before > 0 else "less"
    said.append(words(f"impact.before_{side}", city=city))
    events = [
        words("impact.event", label=event_label(event), day=day(event.day))
        + (f" ({words('impact.announced')})" if event.status is Sureness.ANNOUNCED else "")
        for event in policy_events()
        if (not event.cities or effect.city in event.cities) and abs((event.day - frame.start).days) <= 366
    ]
    if events:
        said.append(words("impact.events", events="; ".join(events), city=city))
    first, last = effect.quarters[0][:4], effect.quarters[-1][:4]
    for slug in (effect.city, *effect.controls):
        said += [
            words("impact.break", city=frame.names[slug], day=day(when))
            for when in frame.breaks.get(slug, ())
            if first <= f"{when.year}" <= last
        ]
    if effect.dropped:
        said.append(words("impact.dropped", cities=", ".join(frame.names[slug] for slug in effect.dropped)))
    if effect.left_out:
        said.append(words("impact.left_out", quarters=", ".join(map(period_words, effect.left_out))))
    return tuple(said)


def _how(effect: Effect, frame: NoteFrame) -> tuple[str, ...]:
    return (
        words("impact.how_beside"),
        words("impact.how_quarters", before=effect.before, after=effect.after),
        words("impact.how_seen"),
        words("impact.how_protected", base=frame.base),
        words("impact.how_more"),
    )


def _measure(effect: Effect) -> str:
    return words(f"impact.measure_{effect.measure}")


def _digits(effect: Effect) -> int:
    return _DIGITS.get(effect.measure, 1)


def _hundred(part: float) -> str:
    return number(part * 100)


def _signed(part: float) -> str:
    written = number(part * 100)
    return f"{'+' if part > 0 and written.strip('0') else ''}{written}%"
