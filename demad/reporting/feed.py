"""Early warnings of a city as an Atom feed (RFC 4287) and as a file for machines. Not here: the rule."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from xml.etree import ElementTree

from demad.benchmark.signals import LARGE_COUNT, LEAST_PEOPLE, Looked, Signal, signals
from demad.catalogue import CATALOGUE, indicator
from demad.reporting.edition import Edition
from demad.reporting.feed_files import FEED, FILE
from demad.reporting.words import catalogue_words, figure, number, period_words, words

FORMAT = "demad-signalen/1"
_ATOM = "http://www.w3.org/2005/Atom"


def signal_files(edition: Edition, slug: str) -> dict[str, bytes]:
    """The feed and the file of a city, by name; both say how many figures were looked at, also without a signal."""
    looked = signals(edition.published, CATALOGUE, slug)
    return {FEED: _feed(edition, slug, looked), FILE: _file(edition, slug, looked)}


def summary(looked: Looked | None) -> str:
    """How many signals, of how many figures, and how many chance alone would give."""
    if looked is None:
        return words("signal.nothing")
    return words(
        "signal.none" if not looked.found else "signal.one" if len(looked.found) == 1 else "signal.some",
        count=len(looked.found),
        figures=looked.figures,
        period=period_words(looked.period),
        chance=number(looked.by_chance, 2),
    )


def sentence(signal: Signal) -> str:
    """One signal in words: the figure, now and a year before, and whether that is worse."""
    unit = indicator(signal.indicator).unit
    now, before = figure(signal.value, unit), figure(signal.before, unit)
    label = catalogue_words(signal.indicator, "label")
    key = "worse" if signal.worse else signal.side
    return words(f"signal.{key}", label=label, now=now, before=before)


def _file(edition: Edition, slug: str, looked: Looked | None) -> bytes:
    told: dict[str, object] = {
        "format": FORMAT,
        "city": slug,
        "edition": edition.label,
        "figures": looked.figures if looked else 0,
        "by_chance": round(looked.by_chance, 3) if looked else 0,
        "least_people": LEAST_PEOPLE,
        "large_count": LARGE_COUNT,
        "said": summary(looked),
        "signals": [_row(signal, looked) for signal in looked.found] if looked else [],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _row(signal: Signal, looked: Looked) -> Mapping[str, object]:
    return {
        "indicator": signal.indicator,
        "label": catalogue_words(signal.indicator, "label"),
        "period": looked.period,
        "value": signal.value,
        "period_before": looked.period_before,
        "before": signal.before,
        "side": signal.side,
        "worse": signal.worse,
        "said": sentence(signal),
    }


def _feed(edition: Edition, slug: str, looked: Looked | None) -> bytes:
    """An entry that says what was looked at, and one for each signal; the newest data are its time, not the clock."""
    card = edition.card(slug)
    updated = f"{card.as_of:%Y-%m-%d}T00:00:00Z" if card.as_of else "1970-01-01T00:00:00Z"
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": edition.look.language or "nl"})
    _text(feed, "id", _name(slug))
    _text(feed, "title", words("signal.title", city=card.name))
    _text(feed, "updated", updated)
    _text(ElementTree.SubElement(feed, "author"), "name", edition.look.publisher or "DEMaD")
    _link(feed, "self", "application/atom+xml", _address(edition, slug, FEED))
    _link(feed, "alternate", "text/html", _address(edition, slug, ""))
    period = looked.period if looked else ""
    entries = [(f"{slug}/{edition.label}", summary(looked), words("signal.rule", least=number(LEAST_PEOPLE)))]
    entries += [
        (f"{slug}/{edition.label}/{signal.indicator}/{period}", catalogue_words(signal.indicator, "label"), said)
        for signal, said in ((signal, sentence(signal)) for signal in (looked.found if looked else ()))
    ]
    for name, title, content in entries:
        entry = ElementTree.SubElement(feed, "entry")
        _text(entry, "id", _name(name))
        _text(entry, "title", title)
        _text(entry, "updated", updated)
        _text(entry, "content", content)
        ElementTree.SubElement(
            entry, "link", {"rel": "alternate", "type": "text/html", "href": _address(edition, slug, "")}
        )
    ElementTree.indent(feed)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="utf-8") + b"\n"


def _link(parent: ElementTree.Element, rel: str, kind: str, address: str) -> None:
    ElementTree.SubElement(parent, "link", {"rel": rel, "type": kind, "href": address})


def _address(edition: Edition, slug: str, name: str) -> str:
    """On the web where the edition says its address; otherwise beside the feed."""
    base = edition.look.address.rstrip("/")
    page = name or "index.html"
    return f"{base}/{slug}/{page}" if base else page


def _name(text: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"demad/{text}").urn


def _text(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text
