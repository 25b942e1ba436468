"""Maintenance commands: status, doctor, digest, erase, prune, backup, restore."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from demad.cli.options import CityName, Json, Root, graph, next_step, root_of

commands = typer.Typer()

BackupKey = Annotated[
    Path | None,
    typer.Option(
        "--key", envvar="DEMAD_BACKUP_KEY", help="Sleutelbestand voor de geheimen; gemaakt waar het er niet is."
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
        say_health(root)
    from demad.intake.deliveries.ledger import Ledger
    from demad.intake.deliveries.reception import waiting
    from demad.notify.alert import city_labels
    from demad.notify.morning import state_of
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
    chain = verify(where)
    typer.echo(f"Auditspoor: {chain.entries} regels, {'sluit' if chain.holds else 'KLOPT NIET MEER'}")
    for alert in state_of(where)["alerts"]:
        typer.echo(f"! {alert['code']} {alert['about']} {alert['what']}".replace("  ", " "))
    next_step("demad run" if queue else "niets te doen")


@commands.command("health", hidden=True)
def say_health(root: Root = None) -> None:
    """Hetzelfde als status --health: de naam uit het contract."""
    from demad.notify.morning import state_of

    state = state_of(root_of(root))
    typer.echo(json.dumps(state, ensure_ascii=False, indent=2))
    next_step("niets te doen" if state["ok"] else "demad status")
    raise SystemExit(0 if state["ok"] else 1)


@commands.command()
def doctor(root: Root = None) -> None:
    """Kijkt of deze machine en map in orde zijn."""
    from demad.operations.doctor import examine

    found = examine(where := root_of(root))
    typer.echo(f"Python {sys.version.split()[0]}, map {where}")
    for finding in found:
        typer.echo(f"{'goed' if finding.good else 'FOUT'}  {finding.what}", err=not finding.good)
        if not finding.good:
            typer.echo(f"      {finding.todo}", err=True)
    wrong = [finding for finding in found if not finding.good]
    next_step("demad status" if not wrong else "herstel wat hierboven fout staat")
    raise SystemExit(1 if wrong else 0)


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
    pseudonym: Annotated[str, typer.Option("--pseudonym", help="Zoals de stad het levert.")],
    root: Root = None,
) -> None:
    """Wist een persoon: alle rijen, ook in latere leveringen; vrijgegeven cijfers blijven."""
    from demad.operations.erasure import erase as remove
    from demad.operations.restore import whole_root
    from demad.reference.cities import city_of

    where = root_of(root)
    with whole_root(where):
        gone = remove(where, city_of(city, where).slug, pseudonym)
    typer.echo(f"Weg: {gone.rows} rijen en de bestanden van {gone.deliveries} leveringen.")
    if gone.waiting:
        typer.echo(f"Wachten nog, met de persoon erin: {', '.join(gone.waiting)}.", err=True)
    typer.echo("Oude back-ups bevatten de persoon tot ze vervangen zijn.", err=True)
    next_step("demad run, en daarna een nieuwe demad backup")


@commands.command()
def prune(
    root: Root = None,
    days: Annotated[int, typer.Option(help="Zo lang blijft wat niet meer in gebruik is.", min=1)] = 90,
) -> None:
    """Ruimt oude versies, leveringen en runs op; wat in gebruik of vrijgegeven is, blijft."""
    from demad.operations.prune import prune as remove_old
    from demad.operations.restore import whole_root

    where = root_of(root)
    with whole_root(where):
        gone = remove_old(where, days=days)
    runs = graph().prune_runs(where, days) if (where / "dagster").exists() else 0
    typer.echo(f"Weg: {gone.versions} versies, {gone.deliveries} leveringen, {gone.leftovers} resten, {runs} runs.")
    next_step("demad status")


@commands.command()
def backup(
    out: Annotated[Path, typer.Option("--out", help="Nieuw bestand, bijvoorbeeld /backup/demad.tar.gz.")],
    key: BackupKey = None,
    root: Root = None,
) -> None:
    """Schrijft alles wat niet opnieuw te maken is in één bestand, met de hash van elk onderdeel."""
    from demad.operations.backup import backup as write
    from demad.operations.restore import whole_root
    from demad.operations.sealing import key_in

    where = root_of(root)
    with whole_root(where):
        made = write(where, out, key=key_in(key, make=True) if key else None)
    typer.echo(f"{made.files} bestanden, {made.bytes / 2**20:.1f} MiB, in {out}")
    typer.echo("Vertrouwelijk: dit bestand bevat gegevens van personen.", err=True)
    if key:
        typer.echo(f"De geheimen van de steden gaan alleen open met {key}: bewaar die sleutel apart.", err=True)
    next_step("zet het op een andere machine en oefen demad restore")


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(help="Bestand van demad backup.")],
    key: BackupKey = None,
    root: Root = None,
    replace: Annotated[bool, typer.Option("--replace", help="Vervang wat er in de map staat.")] = False,
) -> None:
    """Controleert een back-up en zet hem terug, als geheel."""
    from demad.operations.restore import restore as put_back
    from demad.operations.restore import whole_root
    from demad.operations.sealing import key_in

    where = root_of(root)
    with whole_root(where):
        found = put_back(where, file, replace=replace, key=key_in(key) if key else None)
    typer.echo(f"{found.files} bestanden teruggezet in {where}")
    next_step("demad run")
