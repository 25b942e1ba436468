"""Commands that look how a root is: status, health, doctor, digest, and alarm, which systemd calls."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from demad import __version__
from demad.cli.options import (
    Json,
    Root,
    as_file,
    graph,
    graph_is_there,
    next_step,
    root_of,
)
from demad.reference.several import several

commands = typer.Typer()


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
    from demad.intake.deliveries.reception import to_judge, waiting
    from demad.notify.morning import state_of
    from demad.notify.next_act import next_act
    from demad.publishing.city_status import city_cards

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
    _say_cities(cards)
    _say_deliveries(where, len(queue))
    alerts = state_of(where)["alerts"]
    _say_alerts(alerts)
    next_step(next_act(alerts, to_judge=len(to_judge(where)), waiting=len(queue)))


def _say_cities(cards: Iterable[Any]) -> None:
    """A line a city: its state, its newest day and what there is to know."""
    from demad.reporting.words import words

    for card in cards:
        shipped = f"bundel {card.shipped.sequence} " if card.shipped else ""
        typer.echo(f"{card.slug:14} {words(f'city.{card.state}'):18} {card.as_of or '-'!s:10} {shipped}{card.note}")


def _say_deliveries(where: Path, n_waiting: int) -> None:
    """The last five refusals, what waits and why, and whether the audit trail is whole."""
    from demad.intake.deliveries.ledger import Ledger
    from demad.intake.deliveries.queue import waiting_of
    from demad.notify.alert import city_labels
    from demad.records.audit_trail import verify
    from demad.reporting.words import words

    refused = [entry for entry in Ledger(where).outcomes() if entry.code][-5:]
    labels = city_labels(where, (entry.city for entry in refused))
    for outcome in refused:
        state = words(f"delivery.{outcome.state}")
        typer.echo(f"{labels[outcome.city]}: {outcome.delivery} {state}, {outcome.code} {outcome.what}")
    typer.echo(f"Wacht in de inbox: {n_waiting}")
    for entry in waiting_of(where).values():
        typer.echo(f"  {entry.city}/{entry.name} sinds {entry.since:%d/%m/%Y %H:%M} UTC: {entry.code} {entry.what}")
    chain = verify(where)
    typer.echo(
        f"Auditspoor: {several(chain.entries, 'regel', 'regels')}, {'sluit' if chain.holds else 'KLOPT NIET MEER'}"
    )


def _say_alerts(alerts: Iterable[Mapping[str, Any]]) -> None:
    for alert in alerts:
        typer.echo(f"! {alert['code']} {alert['about']} {alert['what']}".replace("  ", " "))


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
        _say_alerts(state["alerts"])
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
