"""Merge proposals into a city file in TOML, and leave what people wrote unchanged.

Proposals that need a decision become comments that are valid TOML after the comment mark is removed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import KeyType, SingleKey, Table

from demad.intake.contract.alias_matching import Proposal, WordProposal
from demad.reference.cities import City
from demad.reference.several import several


def with_proposals(text: str, proposals: Sequence[Proposal], city: City) -> str:
    """Return the city file with the proposals merged in.

    Parameters
    ----------
    text
        The current file; empty if there is none. An existing key keeps its value.
    """
    document = tomlkit.parse(text)
    if not text.strip():
        for line in _above(proposals, city):
            document.add(tomlkit.comment(f"## {line}"))
    _ignore(document, proposals, city)
    for proposal in proposals:
        _aliases(document, proposal)
    for proposal in proposals:
        for column, words in proposal.words.items():
            path = ("stop_reasons",) if column == "stopreden" else ("values", proposal.dataset, column)
            _add_words(_table(document, *path), words)
    return tomlkit.dumps(document)


def notes(proposals: Sequence[Proposal]) -> Iterable[str]:
    """Notes on the proposals for the user, line by line."""
    for proposal in proposals:
        yield f"{proposal.dataset}, gelezen als: {', '.join(proposal.notes)}"
        if proposal.missing:
            yield f"Verplicht en niet gevonden in {proposal.dataset}: {', '.join(proposal.missing)}."
        if proposal.by_content:
            yield f"Alleen aan de inhoud herkend, kijk zeker na: {', '.join(sorted(proposal.by_content))}."
        if proposal.doubtful:
            yield (
                f"Niet herkend in {proposal.dataset}, maar het lijkt een datum of een kolom van het contract: "
                f"{', '.join(proposal.doubtful)}. Geef ze een alias, of zet ze zelf bij ignore."
            )


def _above(proposals: Sequence[Proposal], city: City) -> Iterable[str]:
    yield f"Voorstel van demad init voor {city.name}. Kijk elke lijn na."
    yield "Een lijn met één # vraagt een beslissing: haal # weg waar het klopt."
    yield from notes(proposals)


def _ignore(document: TOMLDocument, proposals: Sequence[Proposal], city: City) -> None:
    """Add the headers to ignore; a list in the city's file replaces the shipped one, so that one is copied first."""
    new = list(dict.fromkeys(header for proposal in proposals for header in proposal.ignore))
    if not new:
        return
    kept = list(document.get("ignore", city.ignore))
    document["ignore"] = [*kept, *(header for header in new if header not in kept)]


def _aliases(document: TOMLDocument, proposal: Proposal) -> None:
    guessed = {header: column for header, column in proposal.doubtful.items() if column}
    if not proposal.aliases and not guessed:
        return
    table = _table(document, "aliases", proposal.dataset)
    for header, column in proposal.aliases.items():
        if header not in table:
            table.add(_key(header), column)
            if header in proposal.by_content:
                table[header].comment("herkend aan de inhoud: kijk na")
    _add_comments(
        table,
        [
            f"{_quoted(header)} = {_quoted(column)}  # geen zeker voorstel"
            for header, column in guessed.items()
            if header not in table
        ],
    )


def _add_words(table: Table, words: WordProposal) -> None:
    for word, (code, rows) in words.likely.items():
        if word not in table:
            table.add(_key(word), code)
            table[word].comment(several(rows, "rij", "rijen"))
    lines = [
        f"{_quoted(word)} = {_quoted(code)}  # {several(rows, 'rij', 'rijen')}, geen zeker voorstel"
        for word, (code, rows) in words.doubtful.items()
        if word not in table
    ]
    if words.hidden:
        lines.append(f"## {several(words.hidden, 'rij', 'rijen')} met zeldzame of lange woorden: hier niet getoond")
    _add_comments(table, lines)


def _add_comments(table: Table, lines: Sequence[str]) -> None:
    """Add comments below the keys of a table, unless they are already there."""
    written = table.as_string()
    new = [line for line in lines if f"# {line}" not in written]
    for line in new:
        table.add(tomlkit.comment(line))
    if new and written.strip():
        table.add(tomlkit.nl())


def _table(document: TOMLDocument, *names: str) -> Table:
    """Return the table with this name; create it if needed."""
    here = document
    for place, name in enumerate(names):
        if name not in here:
            here.add(name, tomlkit.table(is_super_table=place + 1 < len(names)))
        here = here[name]
    return here  # pyright: ignore[reportReturnType]


def _key(name: str) -> SingleKey:
    return SingleKey(name, KeyType.Basic)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
