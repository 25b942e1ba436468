"""Early warnings of a city: a feed that other programs read, a file, and how many figures were looked at."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from demad.reporting.feed import FORMAT, signal_files
from demad.reporting.feed_files import FEED, FILE
from demad.reporting.words import speaking
from tests.reporting.editions import edition

ATOM = {"a": "http://www.w3.org/2005/Atom"}
GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).parent / "atom.rng"))
MADE = edition()


def read(made, slug: str = "gent") -> tuple[etree._Element, dict]:
    files = signal_files(made, slug)
    return etree.fromstring(files[FEED]), json.loads(files[FILE])


@pytest.mark.parametrize("address", ["", "https://cijfers.example/demad/"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_feed_is_atom_by_the_grammar_of_another(address, language):
    look = replace(MADE.look, address=address, language=language)
    with speaking(language):
        feed, _ = read(replace(MADE, look=look))
    GRAMMAR.assertValid(feed)
    names = feed.xpath("//a:id/text()", namespaces=ATOM)
    assert len(names) == len(set(names))
    (own,) = feed.xpath("a:link[@rel='self']/@href", namespaces=ATOM)
    assert own == (f"{address}gent/{FEED}" if address else FEED)


def test_the_grammar_refuses_a_feed_without_a_time_or_a_name():
    for lost in ("updated", "id", "title"):
        feed, _ = read(MADE)
        feed.remove(feed.find(f"a:{lost}", ATOM))
        assert not GRAMMAR.validate(feed)


def test_feed_and_file_tell_the_same_signals_and_how_many_figures_were_looked_at():
    feed, told = read(MADE)
    entries = feed.xpath("a:entry", namespaces=ATOM)
    assert told["format"] == FORMAT
    assert told["figures"] > len(told["signals"]) > 0
    assert entries[0].findtext("a:title", namespaces=ATOM) == told["said"]
    assert str(told["figures"]) in told["said"]
    assert [entry.findtext("a:content", namespaces=ATOM) for entry in entries[1:]] == [
        one["said"] for one in told["signals"]
    ]


def test_a_city_of_which_nothing_is_shown_has_a_feed_that_says_so():
    feed, told = read(edition(all_hidden=True))
    GRAMMAR.assertValid(feed)
    assert (told["figures"], told["signals"]) == (0, [])


def test_the_same_edition_gives_the_same_bytes():
    assert signal_files(MADE, "gent") == signal_files(MADE, "gent")
