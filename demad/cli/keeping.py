"""Maintenance commands: erase, prune, backup, restore, drill."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from demad.cli.options import (
    CityName,
    Root,
    as_file,
    as_folder,
    graph,
    next_step,
    root_of,
    with_folder,
)
from demad.errors import UsageRefused
from demad.reference.several import several

commands = typer.Typer()

BackupKey = Annotated[
    Path | None,
    typer.Option(
        "--key", envvar="DEMAD_BACKUP_KEY", help="Sleutelbestand voor de geheimen; gemaakt waar het er niet is."
    ),
]

Recipients = Annotated[
    Path | None,
    typer.Option(
        "--recipients",
        envvar="DEMAD_BACKUP_RECIPIENTS",
        help="Publieke sleutels van age: het hele bestand versleuteld.",
    ),
]
Identity = Annotated[
    Path | None,
    typer.Option("--identity", envvar="DEMAD_BACKUP_IDENTITY", help="Sleutel van age die de back-up opent."),
]
Kept = Annotated[
    Path | None,
    typer.Option(
        "--into",
        envvar="DEMAD_BACKUP_INTO",
        help="Map met back-ups; 7 dagen, 5 weken, 12 maanden blijven.",
        callback=as_folder,
    ),
]


@commands.command()
def erase(
    city: CityName,
    pseudonym: Annotated[str, typer.Option("--pseudonym", help="Zoals de stad het levert.")] = "",
    listed: Annotated[
        Path | None,
        typer.Option(
            "--list",
            help="Wis niemand; schrijf de lijst van gewiste personen voor de stad, als ze van sleutel wisselt.",
            callback=as_file,
        ),
    ] = None,
    root: Root = None,
) -> None:
    """Wist een persoon: alle rijen, ook in latere leveringen; vrijgegeven cijfers blijven."""
    from demad.operations.erasure import erase as remove
    from demad.operations.restore import whole_root
    from demad.records.pseudonym_keys import key_id_of
    from demad.reference.cities import city_of
    from demad.reference.settings import load_settings

    where = root_of(root)
    if listed is not None:
        from demad.records.erased_persons import written_for

        slug = city_of(city, where).slug
        lines = written_for(where, slug)
        with_folder(listed).write_bytes(lines)
        typer.echo(f"{listed}: {several(len(lines.splitlines()), 'gewiste persoon', 'gewiste personen')}")
        next_step(f"de stad geeft dit bestand aan demad pseudonymise --rekey met --erased {listed.name}")
        return
    with whole_root(where):
        gone = remove(where, city_of(city, where).slug, pseudonym)
    typer.echo(
        f"Weg: {several(gone.rows, 'rij', 'rijen')} en de bestanden van "
        f"{several(gone.deliveries, 'levering', 'leveringen')}."
    )
    if gone.waiting:
        typer.echo(f"Wachten nog, met de persoon erin: {', '.join(gone.waiting)}.", err=True)
    if (shared := load_settings(where).common_key.id) and key_id_of(pseudonym) == shared:
        typer.echo("Andere steden met dezelfde sleutel hebben de persoon misschien ook: wis hem daar apart.", err=True)
    typer.echo("Oude back-ups bevatten de persoon tot ze vervangen zijn.", err=True)
    next_step("demad run, en daarna een nieuwe demad backup")


@commands.command()
def prune(
    root: Root = None,
    days: Annotated[int, typer.Option(help="Zo lang blijft wat niet meer in gebruik is.", min=1, max=36_500)] = 90,
) -> None:
    """Ruimt oude versies, leveringen en runs op; wat in gebruik of vrijgegeven is, blijft."""
    from demad.operations.prune import prune as remove_old
    from demad.operations.restore import whole_root

    where = root_of(root)
    with whole_root(where):
        gone = remove_old(where, days=days)
    runs = graph().prune_runs(where, days) if (where / "dagster").exists() else 0
    told = (
        several(gone.versions, "versie", "versies"),
        several(gone.deliveries, "levering", "leveringen"),
        several(gone.leftovers, "rest", "resten"),
        several(runs, "run", "runs"),
    )
    typer.echo(f"Weg: {', '.join(told)}.")
    next_step("demad status")


@commands.command()
def backup(
    out: Annotated[
        Path | None, typer.Option("--out", help="Nieuw bestand, bijvoorbeeld /backup/demad.tar.gz.", callback=as_file)
    ] = None,
    into: Kept = None,
    key: BackupKey = None,
    recipients: Recipients = None,
    root: Root = None,
) -> None:
    """Schrijft alles wat niet opnieuw te maken is in één bestand, met de hash van elk onderdeel."""
    from demad.operations.backup import backup as write
    from demad.operations.restore import whole_root
    from demad.operations.rotation import keep
    from demad.operations.sealing import key_in

    if out is None and into is None:
        raise UsageRefused("D-497", "Er staat niet bij waar de back-up komt.", "Geef --out BESTAND of --into MAP.")
    where, sealed = root_of(root), key_in(key, make=True) if key else None
    with whole_root(where):
        if out is not None:
            made, gone = write(where, out, key=sealed, recipients=recipients), []
        else:
            out, made, gone = keep(where, into or Path(), key=sealed, recipients=recipients)
    typer.echo(f"{several(made.files, 'bestand', 'bestanden')}, {made.bytes / 2**20:.1f} MiB, in {out}")
    if gone:
        typer.echo(f"Weg: {several(len(gone), 'oude back-up', 'oude back-ups')}.")
    typer.echo("Vertrouwelijk: dit bestand bevat gegevens van personen.", err=True)
    if key:
        typer.echo(f"De geheimen van de steden gaan alleen open met {key}: bewaar die sleutel apart.", err=True)
    next_step("zet het op een andere machine en oefen met demad drill")


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(help="Bestand van demad backup.")],
    key: BackupKey = None,
    identity: Identity = None,
    root: Root = None,
    replace: Annotated[bool, typer.Option("--replace", help="Vervang wat er in de map staat.")] = False,
) -> None:
    """Controleert een back-up en zet hem terug, als geheel."""
    from demad.operations.restore import restore as put_back
    from demad.operations.restore import whole_root
    from demad.operations.sealing import key_in

    where = root_of(root)
    with whole_root(where):
        found = put_back(where, file, replace=replace, key=key_in(key) if key else None, identity=identity)
    typer.echo(f"{several(found.files, 'bestand', 'bestanden')} teruggezet in {where}")
    next_step("demad run")


@commands.command()
def drill(
    into: Kept = None,
    key: BackupKey = None,
    identity: Identity = None,
    root: Root = None,
) -> None:
    """Zet de laatste back-up terug in een lege map, kijkt of alles er is, en ruimt die map weer op."""
    from demad.operations.drill import drill as practise
    from demad.operations.drill import report
    from demad.operations.restore import whole_root
    from demad.operations.sealing import key_in

    if into is None:
        raise UsageRefused("D-497", "Er staat niet bij waar de back-ups zijn.", "Geef --into MAP.")
    where = root_of(root)
    with whole_root(where):
        found = practise(where, into, key=key_in(key) if key else None, identity=identity)
    typer.echo(report(found), nl=False)
    next_step("demad status" if found.opened else "open er af en toe één met demad drill --identity")
