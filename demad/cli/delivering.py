"""Commands for deliveries: init, check, deliver, accept."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from demad.cli.options import CityName, Files, Json, Root, day_of, next_step, root_of
from demad.errors import UsageRefused

commands = typer.Typer()


Orders = Annotated[
    list[str] | None,
    typer.Option("--order", help="Volgorde van bladen of bestanden, oudste eerst; herhaal, of met komma's."),
]


@commands.command()
def init(
    files: Annotated[list[Path], typer.Argument(help="Extracten zoals uw software ze maakt.")],
    city: CityName,
    dataset: Annotated[str, typer.Option("--dataset", help="Anders zoeken we het zelf uit.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Bestand voor het voorstel; anders naar het scherm.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Toon het verschil en zet het in het stadsbestand.")] = False,
    root: Root = None,
) -> None:
    """Stelt het stadsbestand voor uit bestanden: kolomnamen, eigen woorden en stopredenen."""
    from demad.intake.contract.proposal import proposal_text, proposed_file
    from demad.reference.cities import city_of

    where = root_of(root)
    given = city_of(city, where)
    if not write:
        text = proposal_text(files, given, where, dataset=dataset)
        if out is None:
            typer.echo(text, nl=False)
        else:
            out.write_text(text, encoding="utf-8")
            typer.echo(str(out))
        next_step(f"kijk het voorstel na; --write zet het in {where / 'cities' / given.slug}.toml")
        return
    proposed = proposed_file(files, given, where, dataset=dataset)
    typer.echo(proposed.difference or "Er is niets nieuws voor te stellen.")
    for note in proposed.notes:
        typer.echo(note, err=True)
    proposed.write()
    typer.echo(str(proposed.path))
    next_step("kijk na wat in commentaar staat; daarna demad check met dezelfde bestanden")


@commands.command()
def check(
    files: Files,
    city: Annotated[str, typer.Option("--city", "--stad", help="Stad; anders die van de NIS-codes.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", help="Peildatum; anders vandaag.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Waarschuwingen geven status 4.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Schrijf het resultaat als webpagina.")] = None,
    fix_list: Annotated[Path | None, typer.Option("--fix-list", help="CSV met rijnummers per regel.")] = None,
    show_reading: Annotated[bool, typer.Option("--show-reading", help="Toon per kolom hoe ze gelezen is.")] = False,
    orders: Orders = None,
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Leest, bewaakt en controleert bestanden, en vergelijkt met wat in gebruik is. Verandert niets."""
    from demad.intake.checking.states import FindingState
    from demad.intake.inspection import inspect as looking
    from demad.intake.inspection.page import check_page
    from demad.intake.inspection.screen import screen
    from demad.reference.cities import city_of

    where = root_of(root)
    day = day_of(as_of, "--as-of") if as_of else datetime.now().date()
    chosen = city_of(city, where) if city else None
    seen = looking.inspect(files, chosen, as_of=day, root=where, order=order_of(orders))
    if html:
        html.write_text(check_page(seen), encoding="utf-8")
    if fix_list:
        looking.fix_list(seen).write_csv(fix_list, separator=";", include_bom=True)
    if as_json:
        typer.echo(json.dumps(looking.as_facts(seen), ensure_ascii=False, indent=2, default=str))
    else:
        typer.echo("\n".join(screen(seen, reading=show_reading)))
    for path in (html, fix_list):
        if path:
            typer.echo(str(path), err=True)
    if seen.refusal:
        raise seen.refusal
    slug = seen.city.slug if seen.city else "STAD"
    next_step(f"demad deliver --city {slug} --since BEGIN --as-of {day.isoformat()} en dezelfde bestanden")
    raise SystemExit(4 if strict and seen.verdict is FindingState.WARNING else 0)


@commands.command()
def deliver(
    files: Files,
    city: CityName,
    since: Annotated[str, typer.Option("--since", help="Volledig vanaf deze dag.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Volledig tot en met deze dag.")],
    history: Annotated[str, typer.Option("--history", help="cut of full.")] = "cut",
    made_on: Annotated[str, typer.Option("--made-on", help="Gemaakt op; anders vandaag.")] = "",
    orders: Orders = None,
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Controleert bestanden en zet ze als levering in de inbox."""
    from demad.intake.deliveries.packing import check_files, deliver_checked
    from demad.intake.inspection.screen import delivered_lines
    from demad.reference.cities import city_of

    if history not in ("cut", "full"):
        raise UsageRefused("D-406", "--history kent alleen cut en full.", "Kies een van de twee.")
    where = root_of(root)
    first, last = day_of(since, "--since"), day_of(as_of, "--as-of")
    if first > last:
        raise UsageRefused("D-403", "--since ligt na --as-of.", "Verbeter de periode.")
    given = city_of(city, where)
    checked = check_files(files, given, as_of=last, order=order_of(orders))
    delivery = deliver_checked(
        where,
        given,
        checked,
        since=first,
        as_of=last,
        full_history=history == "full",
        made_on=day_of(made_on, "--made-on") if made_on else datetime.now().date(),
    )
    rows = {file.dataset: file.rows for file in delivery.files}
    if as_json:
        typer.echo(json.dumps({"levering": delivery.id, "rijen": rows}))
    else:
        typer.echo("\n".join(delivered_lines(delivery, checked)))
    next_step("demad run")


@commands.command()
def accept(
    delivery: Annotated[str, typer.Argument(help="Naam van de levering.")],
    reason: Annotated[str, typer.Option("--reason", help="Waarom ze toch klopt.")],
    root: Root = None,
) -> None:
    """Laat een levering toe die wacht."""
    from demad.intake.deliveries.reception import accept as let_in
    from demad.operations.restore import whole_root
    from demad.reporting.words import words

    where = root_of(root)
    with whole_root(where):
        outcome = let_in(where, delivery, reason=reason)
    state = words(f"delivery.{outcome.state}")
    typer.echo(f"{outcome.city}: levering {outcome.delivery} {state} {outcome.code}".rstrip())
    next_step("demad run")
    raise SystemExit(outcome.exit_status)


def order_of(orders: list[str] | None) -> Any:
    """The order of recording given by the options."""
    from demad.intake.checking.copies import Order

    return Order(tuple(name for given in orders or () for name in given.split(",") if name.strip()))
