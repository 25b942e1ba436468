"""Commands of a city at the source: keygen and pseudonymise, and how every command there speaks of the key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from demad.cli.options import Files, Json, Root, as_file, as_folder, next_step, root_of
from demad.errors import PrivacyRefused, UsageRefused
from demad.reference.several import several
from demad.store.typed_path import typed

commands = typer.Typer()

COMMON_NAME = "gemeenschappelijk"
_CUSTODY = "Bewaar een kopie in een kluis: zonder deze sleutel lijkt iedereen nieuw."
_SHARING = (
    "Geef hem alleen aan de pseudonimiseerder van elke stad in de goedkeuring, van hand tot hand of versleuteld, nooit "
    "aan het centrum en nooit via DEMaD. Lekt hij in één stad, dan is hij in alle steden gelekt."
)

SAME_COMMAND = "hetzelfde commando met --key {key}"
CHECK_FIRST = "demad pseudonymise --key {key} --out MAP en dezelfde bestanden, daarna dit commando met die in MAP"
"""What to do with the key, after a refusal."""

KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key",
        envvar="DEMAD_PSEUDONYM_KEY",
        help="Sleutel van demad keygen; dan mogen er rijksregisternummers in staan.",
    ),
]
OldKeys = Annotated[
    list[Path] | None,
    typer.Option(
        "--rekey", help="De oude sleutel, als u van sleutel wisselt (--key is de nieuwe); herhaal voor oudere."
    ),
]
ErasedList = Annotated[
    Path | None,
    typer.Option("--erased", help="Lijst van gewiste personen, van demad erase --list; anders die van de gegevensmap."),
]

SharedKey = Annotated[
    bool, typer.Option("--common", help="Eén sleutel voor verschillende steden, in plaats van voor één stad.")
]
Domain = Annotated[
    str, typer.Option("--domain", help="leefloon, jeugdhulp, of een eigen naam voor een sleutel die beide koppelt.")
]
Approval = Annotated[
    str, typer.Option("--approval", help="Verwijzing naar de goedkeuring om te koppelen: datasets of steden.")
]
NewKey = Annotated[
    Path | None, typer.Option("--out", help="Bestand; anders STAD-DOMEIN.sleutel in deze map.", callback=as_file)
]


@commands.command()
def keygen(
    city: Annotated[str, typer.Option("--city", "--stad", help="Stad, bijvoorbeeld gent.")] = "",
    common: SharedKey = False,
    domain: Domain = "leefloon",
    approval: Approval = "",
    out: NewKey = None,
    root: Root = None,
) -> None:
    """Maakt de sleutel waarmee uw stad pseudoniemen maakt. Hij blijft bij uw stad, of bij de steden die hem delen."""
    from demad.intake.pseudonyms.keys import make_key
    from demad.reference.cities import city_of

    if common == bool(city):
        raise UsageRefused(
            "D-502",
            "Een sleutel is van één stad, of gemeenschappelijk.",
            "Geef --city STAD voor een eigen sleutel, of --common voor één die verschillende steden delen.",
        )
    where = root_of(root)
    given = None if common else city_of(city, where)
    name = COMMON_NAME if given is None else given.slug
    path = out or Path(f"{name}-{domain}.sleutel")
    if path.resolve().is_relative_to(where):
        raise UsageRefused(
            "D-276",
            "Een sleutel hoort niet in de gegevensmap: wie die map of een kopie ervan krijgt, krijgt hem dan ook.",
            "Kies met --out een andere map, waar alleen de pseudonimiseerder bij kan.",
        )
    before = [other.name for other in sorted(path.resolve().parent.glob(f"{name}-{domain}*.sleutel"))]
    key = make_key(path, given, domain=domain, approval=approval)
    typer.echo(f"{path} (sleutel {key.id}, domein {key.domain})")
    typer.echo(_CUSTODY if common else f"{_CUSTODY} Geef hem aan niemand.", err=True)
    if common:
        typer.echo(_SHARING, err=True)
    if before:
        typer.echo(
            f"Hier ligt al {before[0]}: geef bij een wissel één keer beide, anders lijkt iedereen nieuw.", err=True
        )
    own = " --rekey UW-EIGEN.sleutel (eenmalig, als u er al een had)"
    change = own if common else f" --rekey {before[0]}" if before else ""
    next_step(f"demad deliver --key {typed(path)}{change} en uw bestanden, of demad pseudonymise")


@commands.command()
def pseudonymise(
    files: Files,
    key: Annotated[Path, typer.Option("--key", envvar="DEMAD_PSEUDONYM_KEY", help="Sleutel van demad keygen.")],
    out: Annotated[Path, typer.Option("--out", help="Map voor de bestanden met pseudoniemen.", callback=as_folder)],
    city: Annotated[str, typer.Option("--city", "--stad", help="Stad; anders die van de sleutel.")] = "",
    rekey: OldKeys = None,
    erased: ErasedList = None,
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Vervangt rijksregisternummers door pseudoniemen en houdt alleen de kolommen van het contract over."""
    from demad.intake.pseudonyms.keys import read_key
    from demad.intake.pseudonyms.reading import read_at_source
    from demad.intake.pseudonyms.writing import write_keyed
    from demad.reference.cities import city_of

    where = root_of(root)
    slug = city or read_key(key).city
    if not slug:
        raise UsageRefused(
            "D-502", "Deze sleutel is van verschillende steden.", "Geef met --city uw stad: demad pseudonymise --city."
        )
    given = city_of(slug, where)
    keyed = read_at_source(files, given, where, key=key, old_keys=rekey or (), erased=erased)
    written = write_keyed(keyed, given, out, inputs=tuple(files))
    if as_json:
        facts = {
            "sleutel": keyed.key_id,
            "personen": keyed.persons,
            "bestanden": {str(w.path): w.rows for w in written},
        }
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for one in written:
            typer.echo(f"{one.path}: {one.dataset}, {several(one.rows, 'rij', 'rijen')} ({', '.join(one.notes)})")
        typer.echo(f"{several(keyed.persons, 'persoon', 'personen')} onder sleutel {keyed.key_id}")
        for line in change_lines(keyed.change):
            typer.echo(line)
    change = f" --key-change {out / 'sleutelwissel.json'}" if keyed.change else ""
    shared = " --common" if keyed.common else ""
    next_step(f"demad check en demad deliver --city {given.slug}{shared}{change} met de bestanden in {out}")


def told_of_the_key(refusal: PrivacyRefused, slug: str, *, then: str) -> PrivacyRefused:
    """The refusal of a file with national numbers at the source, which says how they become pseudonyms.

    Parameters
    ----------
    slug
        The city; empty where it is not known yet.
    then
        What to do with the key: `SAME_COMMAND` or `CHECK_FIRST`.
    """
    if not ("rijksregisternummer" in refusal.what or refusal.code == "D-202"):
        return refusal
    keys = [*sorted(Path().glob(f"{slug}*.sleutel")), *sorted(Path().glob(f"{COMMON_NAME}*.sleutel"))]
    city = slug or "STAD"
    first = "" if keys else f"Maak één keer uw sleutel: demad keygen --city {city}. Dan: "
    act = then.format(key=keys[0] if keys else f"{city}-leefloon.sleutel")
    todo = f"{first or 'Met uw sleutel: '}{act}. Er is niets geleverd en uw bestand is niet gewijzigd."
    return PrivacyRefused(refusal.code, refusal.what, todo)


@contextmanager
def telling_of_the_key(slug: str, *, then: str) -> Iterator[None]:
    """Add to the refusal of a file with national numbers how they become pseudonyms.

    Raises
    ------
    PrivacyRefused
        As `told_of_the_key`.
    """
    try:
        yield
    except PrivacyRefused as refusal:
        raise told_of_the_key(refusal, slug, then=then) from None


def change_lines(change: Mapping[str, Any] | None) -> list[str]:
    """What a change of key says of erased persons."""
    if change is None:
        return []
    gone = len(change["asked"]) - len(change["carried"])
    carried = several(len(change["carried"]), "gewiste persoon", "gewiste personen")
    told = f"Wissel van sleutel {change['from']} naar {change['to']}: {carried} overgezet"
    return [f"{told}, {gone} niet gevonden in deze bestanden" if gone else told]
