"""Map words to codes: a city's own words, the codes themselves, and words that are known for every city."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from demad.intake.contract.datasets import Field
from demad.reference.cities import City
from demad.reference.codes import CODES, PREFIXES, UNKNOWN, YES_NO, Code
from demad.reference.spoken_names import spoken_names

KINDS = ("code", "boolean", "stop_reason")
_A_WORD = 3  # letters: of a shorter own word, every mark and accent counts
EMPTY = ""  # target of words that mean "unknown"
_SOFT = r"[\s.,:;_/()'\"§&°=\x{2010}-\x{2015}-]+"  # marks that do not change a word; a minus before digits does
_SOFT_OURS = re.compile(_SOFT.replace(r"\x{", r"\u").replace("}", ""))


@dataclass(frozen=True, slots=True)
class Words:
    """Code per word; `EMPTY` for words that mean "unknown".

    Parameters
    ----------
    own
        The city's words, in lower case; they take precedence.
    known
        Codes, labels and common words, normalised by `bare`, alone and combined with each other.
    named
        The codes, labels and common words alone.
    """

    own: Mapping[str, str]
    known: Mapping[str, str]
    named: Mapping[str, str]

    def code(self, text: pl.Expr, cell: pl.Expr | None = None) -> pl.Expr:
        """The code of each text (3.0 is read as 3); null if the word is unknown or the cell empty.

        Parameters
        ----------
        text
            The text, null where a word such as NA means empty: only then is it not the country code of Namibia.
        cell
            The text as it is, for a city that gives such a word a code of its own; ``text`` if absent.
        """
        codes = [bare_word(_digits(text)).replace_strict(dict(self.known), default=None, return_dtype=pl.String)]
        if self.own:
            own = _digits(text if cell is None else cell)
            codes.insert(0, own.replace_strict(dict(self.own), default=None, return_dtype=pl.String))
        return pl.coalesce(codes)

    def nearest(self, word: str, count: int = 2, *, alike: float = 0) -> list[str]:
        """The codes with the most similar words, best match first; ``alike`` is the least similarity (1: equal)."""
        named = {**self.named, **{bare(own): code for own, code in self.own.items() if code}}
        near = difflib.get_close_matches(bare(word), named, n=len(named) or 1, cutoff=alike)
        return list(dict.fromkeys(named[name] for name in near))[:count]


def words_of(dataset: str, column: str, field: Field, city: City) -> Words:
    """The words of a column of codes in this city."""
    own = {word.strip().lower(): code for word, code in city.values.get(dataset, {}).get(column, {}).items()}
    if field.kind == "stop_reason":
        own = {word.lower(): code for word, code in city.stop_reasons.items()} | own
    loose: dict[str, set[str]] = {}
    for word, code in own.items():
        loose.setdefault(bare(word), set()).add(code)
    certain = {word: next(iter(codes)) for word, codes in loose.items() if len(codes) == 1 and len(word) >= _A_WORD}
    doubtful = loose.keys() - certain.keys()
    known = {word: code for word, code in _known(*_source(column, field)).items() if word not in doubtful}
    return Words(own, {**known, **certain}, _named(_source(column, field)[0]))


def bare(word: str) -> str:
    """Normalise a word: remove case, accents and insignificant marks; a word of only digits and marks is unchanged."""
    letters = unicodedata.normalize("NFKD", word.strip().lower())
    text = "".join(letter for letter in letters if not unicodedata.category(letter).startswith("M"))
    return _SOFT_OURS.sub(" ", text).strip() if re.search("[a-z]", text) else text


def bare_word(text: pl.Expr) -> pl.Expr:
    """The same for a column."""
    plain = text.str.strip_chars().str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return (
        pl.when(plain.str.contains("[a-z]"))
        .then(plain.str.replace_all(_SOFT, " ").str.strip_chars(" "))
        .otherwise(plain)
    )


def _digits(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace(r"^(\d+)[.,]0+$", "$1")


def codes_of(column: str, field: Field) -> Mapping[str, Code]:
    """The codes of a column, with their labels."""
    return CODES[_source(column, field)[0]]


def _source(column: str, field: Field) -> tuple[str, str]:
    return (YES_NO, column) if field.kind == "boolean" else (field.coded or column, column)


@lru_cache(maxsize=64)
def _known(source: str, column: str) -> Mapping[str, str]:
    """Code per word that is known for every city; a word of two codes means the first."""
    prefixes = [bare(prefix) for prefix in PREFIXES.get(column, ())]
    known: dict[str, str] = {} if column == "stopreden" else {bare(word): EMPTY for word in UNKNOWN}
    for code in reversed([*CODES[source]]):
        known |= dict.fromkeys(_spellings(code, CODES[source][code], prefixes), code)
    named = {bare(code): code for code in CODES[source]}
    if source == "nationaliteit":
        return {**_countries(CODES[source]), **known, **named}
    return {**known, **named}


@lru_cache(maxsize=64)
def _named(source: str) -> Mapping[str, str]:
    """Code per code, label and word, without the prefixes that software writes."""
    return {bare(word): code for code, about in CODES[source].items() for word in (code, about.label, *about.words)}


def _spellings(code: str, about: Code, prefixes: list[str]) -> Iterator[str]:
    """Spellings of a code: each word alone, combined with the code, and after the prefixes that software writes."""
    name = bare(code)
    words = [bare(word) for word in (about.label, *about.words)]
    yield from words
    for word in words:
        yield from (f"{name} {word}", f"{word} {name}")
    for prefix in prefixes:
        yield from (f"{prefix} {name}", f"{prefix}{name}", f"{name} {prefix}")
        yield from (f"{prefix} {name} {word}" for word in words)
        yield from (f"{prefix} {word}" for word in words)


def _countries(codes: Mapping[str, Code]) -> dict[str, str]:
    """Code per country name (Dutch, French, English) and ISO code."""
    spoken = spoken_names()
    group = {country: code for code, about in codes.items() for country in about.countries}
    found = {}
    for language in range(3):
        for country, names in spoken["country"].items():
            if names[language]:
                found |= dict.fromkeys((bare(names[language]), country.lower()), group.get(country, "NEU"))
    for letters, country in spoken["letters"].items():
        found.setdefault(letters.lower(), group.get(country, "NEU"))
    return found
