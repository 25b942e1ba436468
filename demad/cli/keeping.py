"""Maintenance commands: status, health, doctor, digest, alarm, erase, prune, backup, restore, drill."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from demad import __version__
from demad.cli.options import (
    CityName,
    Json,
    Root,
    as_file,
    as_folder,
    graph,
    graph_is_there,
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
def status(
    root: Root = None,
    as_json: Json = False,
    health: Annotated[
        bool, typer.Option("--health", help="Alleen of iemand iets moet doen, als JSON; status 1 als dat zo is.")
    ] = False,
) -> None:
    """Leveringen en hun ouderdom, de laatste beslissingen, en wat wacht."""
    if health:
        say_health(root, as_json=True)
    from demad.intake.deliveries.ledger import Ledger
    from demad.intake.deliveries.queue import waiting_of
    from demad.intake.deliveries.reception import to_judge, waiting
    from demad.notify.alert import city_labels
    from demad.notify.morning import state_of
    from demad.notify.next_act import next_act
    from demad.publishing.city_status import city_cards
    from demad.records.audit_trail import verify
    from demad.reporting.words import words

    where = root_of(root)
    cards = city_cards(where)
    queue = waiting(where)
    if as_json:
        cities = [
            {"city": c.slug, "state": c.state, "as_of": str(c.as_of or ""), "age_days": c.age_days} for c in cards
        ]
        state = {"cities": cities, "waiting": queue, "health": state_of(where)}
        typer.echo(json.dumps(state, ensure_ascii=False, indent=2))
        return
    for card in cards:
        shipped = f"bundel {card.shipped.sequence} " if card.shipped else ""
        typer.echo(f"{card.slug:14} {words(f'city.{card.state}'):18} {card.as_of or '-'!s:10} {shipped}{card.note}")
    refused = [entry for entry in Ledger(where).outcomes() if entry.code][-5:]
    labels = city_labels(where, (entry.city for entry in refused))
    for outcome in refused:
        state = words(f"delivery.{outcome.state}")
        typer.echo(f"{labels[outcome.city]}: {outcome.delivery} {state}, {outcome.code} {outcome.what}")
    typer.echo(f"Wacht in de inbox: {len(queue)}")
    for entry in waiting_of(where).values():
        typer.echo(f"  {entry.city}/{entry.name} sinds {entry.since:%d/%m/%Y %H:%M} UTC: {entry.code} {entry.what}")
    chain = verify(where)
    typer.echo(
        f"Auditspoor: {several(chain.entries, 'regel', 'regels')}, {'sluit' if chain.holds else 'KLOPT NIET MEER'}"
    )
    alerts = state_of(where)["alerts"]
    for alert in alerts:
        typer.echo(f"! {alert['code']} {alert['about']} {alert['what']}".replace("  ", " "))
    next_step(next_act(alerts, to_judge=len(to_judge(where)), waiting=len(queue)))


@commands.command("health")
def say_health(
    root: Root = None,
    as_json: Json = False,
    prometheus: Annotated[
        Path | None,
        typer.Option(
            "--prometheus", help="Schrijf het voor Prometheus in dit bestand, en zeg niets.", callback=as_file
        ),
    ] = None,
) -> None:
    """Of iemand iets moet doen, en hoe de laatste nachten eindigden; status 1 als iemand iets moet doen."""
    from demad.notify.morning import state_of
    from demad.notify.nights import nights
    from demad.notify.prometheus import write_prometheus

    state = state_of(where := root_of(root))
    if prometheus:
        write_prometheus(prometheus, state)
        return
    if as_json:
        typer.echo(json.dumps({**state, "nights": nights(where, last=30)}, ensure_ascii=False, indent=2))
    else:
        for night in nights(where, last=14):
            how = f"mislukt: {', '.join(night['failed'])}" if night["failed"] else f"status {night['exit_status']}"
            counted = several(len(night["cities"]), "stad", "steden")
            typer.echo(f"{night['at'][:16].replace('T', ' ')} UTC  {how}, {counted} herberekend")
        for alert in state["alerts"]:
            typer.echo(f"! {alert['code']} {alert['about']} {alert['what']}".replace("  ", " "))
    next_step("niets te doen" if state["ok"] else "demad status")
    raise SystemExit(0 if state["ok"] else 1)


@commands.command()
def doctor(context: typer.Context, root: Root = None) -> None:
    """Kijkt of deze machine en map in orde zijn."""
    from demad.operations.doctor import examine

    where = root_of(root)
    found = examine(where, umask=context.obj)
    if graph_is_there() and (where / "dagster" / "dagster.yaml").is_file():
        found += graph().examine(where)
    typer.echo(f"DEMaD {__version__}, Python {sys.version.split()[0]}, map {where}")
    for finding in found:
        state = "niet" if finding.absent else "goed" if finding.good else "FOUT"
        typer.echo(f"{state}  {finding.what}", err=not finding.good)
        if finding.absent:
            typer.echo(f"      {finding.todo}")
        if not finding.good:
            typer.echo(f"      {finding.todo}", err=True)
    wrong = [finding for finding in found if not finding.good]
    next_step("demad status" if not wrong else "herstel wat hierboven fout staat")
    raise SystemExit(1 if wrong else 0)


@commands.command()
def alarm(
    unit: Annotated[str, typer.Option("--unit", help="Naam van de dienst, zoals systemd ze geeft.")],
    root: Root = None,
) -> None:
    """Meldt dat een dienst van systemd mislukt is; systemd roept dit zelf op."""
    from demad.notify.failed_units import remember_failure
    from demad.notify.morning import after_run

    remember_failure(where := root_of(root), unit)
    told = after_run(where)
    typer.echo(f"D-492: {unit} is mislukt; {len(told.sent)} nieuwe meldingen.", err=True)
    raise SystemExit(1 if told.undelivered else 0)


@commands.command()
def digest(root: Root = None, as_json: Json = False) -> None:
    """Het ochtendbericht: wat binnenkwam, wat geweigerd is en wat te doen; verstuurt wat nieuw is."""
    from demad.notify.morning import morning

    told = morning(root_of(root))
    if as_json:
        alerts = [{"code": alert.code, "about": alert.about} for alert in told.alerts]
        typer.echo(json.dumps({"alerts": alerts, "undelivered": told.undelivered}, ensure_ascii=False, indent=2))
    else:
        typer.echo(told.text, nl=False)
    next_step("niet verstuurd: " + ", ".join(told.undelivered) if told.undelivered else "demad status")
    raise SystemExit(1 if told.undelivered else 0)


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
