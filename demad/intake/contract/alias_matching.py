"""Proposes a city's file: which header is which column, which word is which stop reason. By likeness; people decide."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.days import as_days
from demad.intake.contract.values import as_text
from demad.intake.contract.words import words_of
from demad.intake.reading.table import Reading, plain
from demad.reference.cities import City, load_cities
from demad.reference.stop_reasons import STOP_REASONS


def stop_words(city):
    words = {label.lower(): code for code, (label, _) in STOP_REASONS.items()}
    words |= {code.lower(): code for code in STOP_REASONS}
    return words | {word.lower(): code for word, code in city.stop_reasons.items()}


# Words that Flemish software uses for our columns; every city's own aliases come on top.
_SYNONYMS = {
    "nis": ("niscode", "ocmw", "gemeentecode"),
    "persoon": ("pseudoniem", "persoonid", "pid", "clientid", "client", "pseudo", "persoonpid"),
    "wet": ("wetgeving", "regime", "stelsel", "soortleefloon"),
    "begin": ("begindatum", "startdatum", "datumbegin", "start", "datumstart", "van", "ingangsdatum", "vanaf"),
    "einde": ("einddatum", "stopdatum", "datumeinde", "eind", "stop", "tot", "totenmet"),
    "categorie": ("cat", "gezinscategorie", "leeflooncategorie", "categoriecode"),
    "geboortejaar": ("gebjaar", "gebjr", "jaargeboorte"),
    "geslacht": ("gesl", "sexe", "gender", "mv"),
    "nationaliteit": ("natgroep", "nationaliteitsgroep", "nat"),
    "student": ("studie", "isstudent", "studentjn"),
    "gpmi": ("gpmisoort", "soortgpmi", "piis"),
    "schorsing": ("geschorst", "schorsingjn"),
    "stopreden": ("redenstop", "redenstopzetting", "redeneinde", "stopzettingsreden", "uitstroomreden", "reden"),
    "eerste_begin": ("eerstedatum", "eersteaanvraag", "eerstestart"),
    "herkomst": ("herkomstinstroom", "instroomreden", "vorigesituatie"),
    "einde_jeugdhulp": ("eindehulp", "stopjeugdhulp", "uitstroomjeugdhulp"),
    "zorgvorm": ("hulpvorm", "soorthulp"),
    "gevolgd_tot": ("opgevolgdtot",),
    "einde_gevolgd": ("redeneindeopvolging",),
    "soort": ("soortsteun", "type", "steunvorm"),
    "jaar": ("kalenderjaar",),
    "leeftijd_van": ("vanleeftijd",),
    "leeftijd_tot": ("totleeftijd",),
    "aantal": ("inwoners", "bevolking"),
    "maand": ("jaarmaand", "periode"),
    "personen": ("aantalpersonen", "aantalleefloners"),
}
_ALIKE, _ALIKE_WORD = 0.72, 0.72
SHOWN_FROM = 3  # a word that stands in fewer rows may be somebody's story
_WORD_LIMIT, _WORDS = 50, 60


@dataclass(frozen=True, slots=True)
class Proposal:
    """What `demad init` proposes for one dataset of a city.

    Parameters
    ----------
    aliases
        Header as delivered -> contract column, for headers that are not the column's own name.
    strange
        Headers that look like no column, to put under ``ignore`` or to name by hand.
    missing
        Required columns without a header.
    reasons
        The city's word -> (code, rows), proposed by likeness.
    unmapped
        Words without a likely code -> rows.
    rare
        Rows with words that stand in too few rows to be shown.
    """

    dataset: str
    aliases: Mapping[str, str]
    strange: tuple[str, ...]
    missing: tuple[str, ...]
    reasons: Mapping[str, tuple[str, int]]
    unmapped: Mapping[str, int]
    rare: int


def likely_names(cities: Sequence[City]) -> set[str]:
    """Every header that some city or program uses for a column of ours."""
    names = {name for dataset in DATASETS.values() for name in dataset.fields}
    names |= {word for words in _SYNONYMS.values() for word in words}
    return names | {header for city in cities for aliases in city.aliases.values() for header in aliases}


def likely_dataset(reading: Reading, cities: Sequence[City]) -> str:
    """The dataset whose required columns the headers resemble most."""
    share = {}
    for dataset in DATASETS:
        found = set(_columns(reading, dataset, cities).values())
        required = set(DATASETS[dataset].required)
        share[dataset] = (len(found & required) / len(required), len(found))
    return max(share, key=lambda dataset: share[dataset])


def propose(reading: Reading, dataset: str, city: City, cities: Sequence[City]) -> Proposal:
    """Headers and stop-reason words of a file beside ours."""
    found = _columns(reading, dataset, [city, *cities])
    ignored = {plain(name) for name in city.ignore}
    strange = tuple(h for h in reading.columns if h not in found and plain(h) not in ignored)
    aliases = {header: column for header, column in found.items() if plain(header) != plain(column)}
    missing = tuple(name for name in DATASETS[dataset].required if name not in found.values())
    reason = next((header for header, column in found.items() if column == "stopreden"), None)
    words = _words(reading, reason) if reason else {}
    known = stop_words(city)
    counted = {word: rows for word, rows in words.items() if word not in known}
    shown = {word: rows for word, rows in counted.items() if rows >= SHOWN_FROM and len(word) <= _WORD_LIMIT}
    reasons = {word: (code, rows) for word, rows in shown.items() if (code := _likely_code(word, [city, *cities]))}
    unmapped = {word: rows for word, rows in shown.items() if word not in reasons}
    listed = dict(list(unmapped.items())[:_WORDS])
    rare = sum(counted.values()) - sum(rows for _, rows in reasons.values()) - sum(listed.values())
    return Proposal(dataset, aliases, strange, missing, reasons, listed, rare)


def as_toml(proposal: Proposal, city: City) -> str:
    """The proposal as a part of `cities/<city>.toml`; what needs a decision stands in comments."""
    lines = [f"# Voorstel van demad init voor {city.name}, dataset {proposal.dataset}. Kijk elke regel na."]
    lines += [f"# Verplicht en niet gevonden: {', '.join(proposal.missing)}"] if proposal.missing else []
    if proposal.strange:
        lines += ["# Kolommen die we niet herkennen; zet hier wat u niet wilt leveren:"]
        lines += [f"# ignore = [{', '.join(_quoted(header) for header in proposal.strange)}]"]
    if proposal.aliases:
        lines += ["", f"[aliases.{proposal.dataset}]"]
        lines += [f"{_quoted(header)} = {_quoted(column)}" for header, column in proposal.aliases.items()]
    if proposal.reasons or proposal.unmapped or proposal.rare:
        lines += ["", "[stop_reasons]"]
        lines += [f"{_quoted(word)} = {_quoted(code)}  # {n} rijen" for word, (code, n) in proposal.reasons.items()]
        lines += [f'# {_quoted(word)} = "U0"  # {n} rijen, geen voorstel' for word, n in proposal.unmapped.items()]
        lines += [f"# {proposal.rare} rijen met zeldzame of lange woorden: hier niet getoond"] if proposal.rare else []
    return "\n".join(lines) + "\n"


def _columns(reading: Reading, dataset: str, cities: Sequence[City]) -> dict[str, str]:
    """Contract column by header: sure names first, then the likeliest pairs whose cells fit."""
    fields = DATASETS[dataset].fields
    sure: dict[str, str] = {}
    names = {name: {plain(name), *_SYNONYMS.get(name, ())} for name in fields}
    for city in reversed(cities):
        for header, column in city.aliases.get(dataset, {}).items():
            names[column].add(plain(header))
    for column, meant in names.items():
        for header in reading.columns:
            exact = plain(header) == plain(column) or plain(header) in meant
            if exact and header not in sure and column not in sure.values() and _fits(reading, header, column, dataset):
                sure[header] = column
    pairs = sorted(
        (
            (max(difflib.SequenceMatcher(None, plain(header), word).ratio() for word in meant), header, column)
            for column, meant in names.items()
            for header in reading.columns
        ),
        reverse=True,
    )
    for ratio, header, column in pairs:
        taken = header in sure or column in sure.values()
        if ratio >= _ALIKE and not taken and _fits(reading, header, column, dataset):
            sure[header] = column
    return {header: sure[header] for header in reading.columns if header in sure}


def _fits(reading: Reading, header: str, column: str, dataset: str) -> bool:
    """Whether most cells could be of the column's kind; where we cannot tell, yes."""
    kind, cells = DATASETS[dataset].fields[column].kind, reading.frame[header].alias("cell").to_frame()
    if kind not in ("date", "boolean"):
        return True
    dtype = cells.schema["cell"]
    if kind == "date":
        good = as_days(cells["cell"])["day"].is_not_null()
    else:
        code = words_of(dataset, column, DATASETS[dataset].fields[column], next(iter(load_cities().values()))).code(
            as_text("cell", dtype)
        )
        good = cells.select(code.is_not_null()).to_series()
    return good.sum() * 2 >= cells.select(as_text("cell", dtype).is_not_null().sum()).item()


def _words(reading: Reading, header: str) -> dict[str, int]:
    """Words of the stop-reason column in lower case with their rows, most frequent first."""
    cells = reading.frame[header].alias("cell")
    text = cells.to_frame().select(word=as_text("cell", cells.dtype).str.to_lowercase()).drop_nulls()
    counted = text.group_by("word").agg(rows=pl.len()).sort(["rows", "word"], descending=[True, False])
    return dict(counted.iter_rows())


def _likely_code(word: str, cities: Sequence[City]) -> str | None:
    """The code whose label, or some city's word, is most like this word."""
    known = {known: code for city in reversed(cities) for known, code in stop_words(city).items() if len(known) > 3}
    if word in known:
        return known[word]
    near = difflib.get_close_matches(word, known, n=1, cutoff=_ALIKE_WORD)
    return known[near[0]] if near else None


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
