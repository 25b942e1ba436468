"""From a file to a delivery: propose, check, deliver, accept."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from demad.cli.options import CityName, Files, Json, Root, day_of, next_step, root_of
from demad.errors import UsageRefused

commands = typer.Typer()


_STATES = {"refused": "geweigerd", "set_aside": "opzijgezet", "warning": "let op", "held": "aangehouden"}


@commands.command()
def init(
    file: Annotated[Path, typer.Argument(help="Een extract zoals uw software het maakt.")],
    city: CityName,
    dataset: Annotated[str, typer.Option("--dataset", help="Anders zoeken we het zelf uit.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Bestand voor het voorstel; anders naar het scherm.")
    ] = None,
    root: Root = None,
) -> None:
    """Stelt kolomnamen en stopredenen voor bij een bestand; u kijkt na en zet ze in cities/<stad>.toml."""
    from demad.intake.contract.proposal import proposals
    from demad.reference.cities import city_of

    where = root_of(root)
    given = city_of(city, where)
    text = proposals(file, given, where, dataset=dataset)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        typer.echo(str(out))
    next_step(f"kijk het voorstel na en zet het in {where / 'cities' / given.slug}.toml; daarna demad check")


@commands.command()
def check(
    files: Files,
    city: Annotated[str, typer.Option("--city", "--stad", help="Stad; anders die van de NIS-codes.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", help="Peildatum; anders vandaag.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Waarschuwingen geven status 4.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Schrijf het resultaat als webpagina.")] = None,
    fix_list: Annotated[Path | None, typer.Option("--fix-list", help="CSV met rijnummers per regel.")] = None,
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Leest, bewaakt en controleert bestanden, en vergelijkt met wat in gebruik is. Verandert niets."""
    from demad.intake.inspection import inspect as looking
    from demad.intake.inspection.page import check_page
    from demad.reference.cities import city_of

    where = root_of(root)
    day = day_of(as_of, "--as-of") if as_of else datetime.now().date()
    seen = looking.inspect(files, city_of(city, where) if city else None, as_of=day, root=where)
    if html:
        html.write_text(check_page(seen), encoding="utf-8")
    if fix_list:
        looking.fix_list(seen).write_csv(fix_list, separator=";", include_bom=True)
    if as_json:
        typer.echo(json.dumps(looking.as_facts(seen), ensure_ascii=False, indent=2))
    else:
        _tell_inspection(seen)
    for path in (html, fix_list):
        if path:
            typer.echo(str(path), err=True)
    if seen.refusal:
        raise seen.refusal
    slug = seen.city.slug if seen.city else "STAD"
    next_step(f"demad deliver --city {slug} --since BEGIN --as-of PEILDATUM en dezelfde bestanden")
    raise SystemExit(4 if strict and seen.verdict == "warning" else 0)


def _tell_inspection(seen: Any) -> None:
    from demad.intake.inspection.inspect import VERDICTS

    if seen.city:
        typer.echo(f"Stad: {seen.city.name} ({seen.city.nis})")
    for part in seen.checked:
        typer.echo(f"{part.dataset}: {part.conformed.frame.height} rijen, {', '.join(part.notes)}")
    for finding in seen.findings:
        count = f"{finding['failed']} van {finding['rows']} rijen"
        typer.echo(f"- {finding['where']}: {count}, {_STATES[str(finding['state'])]}")
        typer.echo(f"  {finding['why']} {finding['todo']}")
    for line in seen.lines:
        if line.state != "good":
            typer.echo(f"- {line.subject} {line.group}: {_STATES[line.state]}, anders dan in {seen.compared_with}")
    typer.echo(VERDICTS[seen.verdict])


@commands.command()
def deliver(
    files: Files,
    city: CityName,
    since: Annotated[str, typer.Option("--since", help="Volledig vanaf deze dag.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Volledig tot en met deze dag.")],
    history: Annotated[str, typer.Option("--history", help="cut of full.")] = "cut",
    made_on: Annotated[str, typer.Option("--made-on", help="Gemaakt op; anders vandaag.")] = "",
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Controleert bestanden en zet ze als levering in de inbox."""
    from demad.intake.deliveries.packing import make_delivery
    from demad.reference.cities import city_of

    if history not in ("cut", "full"):
        raise UsageRefused("D-406", "--history kent alleen cut en full.", "Kies een van de twee.")
    where = root_of(root)
    first, last = day_of(since, "--since"), day_of(as_of, "--as-of")
    if first > last:
        raise UsageRefused("D-403", "--since ligt na --as-of.", "Verbeter de periode.")
    delivery = make_delivery(
        where,
        city_of(city, where),
        files,
        since=first,
        as_of=last,
        full_history=history == "full",
        made_on=day_of(made_on, "--made-on") if made_on else datetime.now().date(),
    )
    rows = {file.dataset: file.rows for file in delivery.files}
    told = ", ".join(f"{name} {count} rijen" for name, count in rows.items())
    typer.echo(json.dumps({"levering": delivery.id, "rijen": rows}) if as_json else f"Levering {delivery.id}: {told}")
    next_step("demad run")


@commands.command()
def accept(
    delivery: Annotated[str, typer.Argument(help="Naam van de levering.")],
    reason: Annotated[str, typer.Option("--reason", help="Waarom ze toch klopt.")],
    root: Root = None,
) -> None:
    """Laat een levering toe die wacht."""
    from demad.intake.deliveries.reception import accept as let_in
    from demad.reporting.words import words
    from demad.store import root_lock

    where = root_of(root)
    with root_lock(where):
        outcome = let_in(where, delivery, reason=reason)
    state = words(f"delivery.{outcome.state}")
    typer.echo(f"{outcome.city}: levering {outcome.delivery} {state} {outcome.code}".rstrip())
    next_step("demad run")
    raise SystemExit(outcome.exit_status)
