"""Commands for deliveries: init, check, deliver, accept. Not here: pseudonyms."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from demad.cli.options import (
    CityName,
    Files,
    Json,
    Root,
    as_file,
    day_of,
    graph_is_there,
    next_step,
    root_of,
    with_folder,
)
from demad.cli.pseudonymising import (
    CHECK_FIRST,
    SAME_COMMAND,
    ErasedList,
    KeyFile,
    OldKeys,
    change_lines,
    telling_of_the_key,
    told_of_the_key,
)
from demad.errors import PrivacyRefused, UsageRefused
from demad.reference.several import several
from demad.store.typed_path import typed

commands = typer.Typer()


Orders = Annotated[
    list[str] | None,
    typer.Option("--order", help="Volgorde van bladen of bestanden, oudste eerst; herhaal, of met komma's."),
]

ChangeFile = Annotated[
    Path | None, typer.Option("--key-change", help="De sleutelwissel.json van demad pseudonymise --rekey.")
]
CommonKey = Annotated[
    bool, typer.Option("--common", help="De pseudoniemen zijn al gemaakt, met een sleutel die steden delen.")
]
Page = Annotated[Path | None, typer.Option("--html", help="Schrijf het resultaat als webpagina.", callback=as_file)]
FixList = Annotated[Path | None, typer.Option("--fix-list", help="CSV met rijnummers per regel.", callback=as_file)]


@commands.command()
def init(
    files: Annotated[list[Path], typer.Argument(help="Extracten zoals uw software ze maakt.")],
    city: CityName,
    dataset: Annotated[str, typer.Option("--dataset", help="Anders zoeken we het zelf uit.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Bestand voor het voorstel; anders naar het scherm.", callback=as_file)
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Toon het verschil en zet het in het stadsbestand.")] = False,
    key: KeyFile = None,
    root: Root = None,
) -> None:
    """Stelt het stadsbestand voor uit bestanden: kolomnamen, eigen woorden en stopredenen."""
    from demad.intake.contract.proposal import as_delivered, proposal_text, proposed_file
    from demad.intake.pseudonyms.reading import read_to_propose
    from demad.reference.cities import city_of

    where = root_of(root)
    given = city_of(city, where)
    read = partial(read_to_propose, city=given, root=where, key=key) if key else as_delivered
    telling = nullcontext() if key else telling_of_the_key(given.slug, then=SAME_COMMAND)
    if not write:
        with telling:
            text = proposal_text(files, given, where, dataset=dataset, read=read)
        if out is None:
            typer.echo(text, nl=False)
        else:
            with_folder(out).write_text(text, encoding="utf-8")
            typer.echo(str(out))
        next_step(f"kijk het voorstel na; --write zet het in {where / 'cities' / given.slug}.toml")
        return
    with telling:
        proposed = proposed_file(files, given, where, dataset=dataset, read=read)
    typer.echo(proposed.difference or "Er is niets nieuws voor te stellen.")
    for note in proposed.notes:
        typer.echo(note, err=True)
    proposed.write()
    typer.echo(str(proposed.path))
    then = f"demad deliver --key {typed(key)}" if key else "demad check"
    next_step(f"kijk na wat in commentaar staat; daarna {then} met dezelfde bestanden")


@commands.command()
def check(
    files: Files,
    city: Annotated[str, typer.Option("--city", "--stad", help="Stad; anders die van de NIS-codes.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", help="Peildatum; anders vandaag.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Waarschuwingen geven status 4.")] = False,
    html: Page = None,
    fix_list: FixList = None,
    show_reading: Annotated[bool, typer.Option("--show-reading", help="Toon per kolom hoe ze gelezen is.")] = False,
    orders: Orders = None,
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Leest, bewaakt en controleert bestanden, en vergelijkt met wat in gebruik is. Verandert niets."""
    from demad.intake.checking.states import FindingState
    from demad.intake.inspection import inspect as looking
    from demad.intake.inspection.screen import screen
    from demad.reference.cities import city_of

    where = root_of(root)
    day = day_of(as_of, "--as-of") if as_of else datetime.now().date()
    chosen = city_of(city, where) if city else None
    seen = looking.inspect(files, chosen, as_of=day, root=where, order=order_of(orders))
    if isinstance(seen.refusal, PrivacyRefused):
        slug = seen.city.slug if seen.city else ""
        seen = replace(seen, refusal=told_of_the_key(seen.refusal, slug, then=CHECK_FIRST))
    if as_json:
        typer.echo(json.dumps(looking.as_facts(seen), ensure_ascii=False, indent=2, default=str))
    else:
        typer.echo("\n".join(screen(seen, reading=show_reading)))
    _write_findings(seen, html, fix_list)
    if seen.refusal:
        raise seen.refusal
    slug = seen.city.slug if seen.city else "STAD"
    next_step(f"demad deliver --city {slug} --since BEGIN --as-of {day.isoformat()} en dezelfde bestanden")
    raise SystemExit(4 if strict and seen.verdict is FindingState.WARNING else 0)


def _write_findings(seen: Any, html: Path | None, fix_list: Path | None) -> None:
    """Write the page and the list of rows that were asked for, and say where they are."""
    from demad.intake.inspection.inspect import fix_list as rows_to_fix
    from demad.intake.inspection.page import check_page

    if html:
        with_folder(html).write_text(check_page(seen), encoding="utf-8")
    if fix_list:
        rows_to_fix(seen).write_csv(with_folder(fix_list), separator=";", include_bom=True)
    for path in (html, fix_list):
        if path:
            typer.echo(str(path), err=True)


@commands.command()
def deliver(
    files: Files,
    city: CityName,
    since: Annotated[str, typer.Option("--since", help="Volledig vanaf deze dag.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Volledig tot en met deze dag.")],
    history: Annotated[str, typer.Option("--history", help="cut of full.")] = "cut",
    made_on: Annotated[str, typer.Option("--made-on", help="Gemaakt op; anders vandaag.")] = "",
    orders: Orders = None,
    key: KeyFile = None,
    rekey: OldKeys = None,
    erased: ErasedList = None,
    key_change: ChangeFile = None,
    common: CommonKey = False,
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Controleert bestanden en zet ze als levering in de inbox; met --key worden ze eerst gepseudonimiseerd."""
    from demad.intake.deliveries.packing import deliver_checked, refuse_rows_of_sender
    from demad.intake.inspection.screen import delivered_lines
    from demad.reference.cities import city_of

    first, last = _period(since, as_of, history)
    where = root_of(root)
    given = city_of(city, where)
    refuse_rows_of_sender(given)
    keys = Keys(key, rekey, erased, key_change, common)
    checked, source = checked_at(files, given, where, last, order_of(orders), keys)
    before = {path.name for path in (where / "inbox" / given.slug).glob("[!.]*")}
    delivery = deliver_checked(
        where,
        given,
        checked,
        since=first,
        as_of=last,
        full_history=history == "full",
        made_on=day_of(made_on, "--made-on") if made_on else datetime.now().date(),
        source=source,
    )
    typer.echo(_as_json(delivery) if as_json else "\n".join(delivered_lines(delivery, checked)))
    if delivery.id in before:
        typer.echo("  Deze levering stond er al, met dezelfde inhoud: er verandert niets.", err=True)
    next_step(_after_delivery(where, given.slug, delivery.id))


def _period(since: str, as_of: str, history: str) -> tuple[date, date]:
    """The first and last day of a delivery; D-403 and D-406 where the options are no period."""
    if history not in ("cut", "full"):
        raise UsageRefused("D-406", "--history kent alleen cut en full.", "Kies een van de twee.")
    first, last = day_of(since, "--since"), day_of(as_of, "--as-of")
    if first > last:
        raise UsageRefused("D-403", "--since ligt na --as-of.", "Verbeter de periode.")
    return first, last


def _as_json(delivery: Any) -> str:
    return json.dumps({"levering": delivery.id, "rijen": {file.dataset: file.rows for file in delivery.files}})


def _after_delivery(root: Path, city: str, delivery: str) -> str:
    """What comes next: a bundle where the city keeps its rows, the run, or bringing the folder to who runs it."""
    from demad.bundles.keys import key_file

    if key_file(root, city).exists():
        return f"demad bundle make --city {city} --out {city}.zip"
    if graph_is_there():
        return "demad run"
    return f"bezorg de map {root / 'inbox' / city / delivery} aan wie uw leveringen ontvangt"


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


@dataclass(frozen=True, slots=True)
class Keys:
    """The options about pseudonyms: the key to make them with, earlier keys, and what is said of those that are there.

    ``erased``: list of the erased persons. ``common``: the pseudonyms were made with a key that cities share.
    """

    key: Path | None
    rekey: list[Path] | None
    erased: Path | None
    key_change: Path | None
    common: bool


def checked_at(
    files: list[Path],
    city: Any,
    root: Path,
    as_of: Any,
    order: Any,
    keys: Keys,
) -> tuple[Any, Any]:
    """The checked files, and what to say of their pseudonyms; with a key they are pseudonymised first."""
    from demad.intake.checking.check import check as check_tables
    from demad.intake.deliveries.key_change import told_by
    from demad.intake.deliveries.packing import AtSource, check_files
    from demad.intake.pseudonyms.reading import read_at_source

    if keys.rekey and keys.key is None:
        raise UsageRefused("D-277", "--rekey vraagt ook --key: de nieuwe sleutel.", "Geef beide sleutels.")
    if keys.key is not None:
        keyed = read_at_source(files, city, root, key=keys.key, old_keys=keys.rekey or (), erased=keys.erased)
        if keys.common and not keyed.common:
            raise UsageRefused("D-498", "Deze sleutel is van één stad, niet gemeenschappelijk.", "Laat --common weg.")
        told = f"{several(keyed.persons, 'persoon', 'personen')} onder sleutel {keyed.key_id}"
        for line in (told, *change_lines(keyed.change)):
            typer.echo(line, err=True)
        tables = [table for file in keyed.files for table in file]
        checked = check_tables(tables, city, as_of=as_of, order=order)
        return checked, AtSource(keyed.key_id, keyed.approval, keyed.common, keyed.change)
    with telling_of_the_key(city.slug, then=SAME_COMMAND):
        checked = check_files(files, city, as_of=as_of, order=order)
    change = told_by(keys.key_change) if keys.key_change else None
    return checked, AtSource(_common_key(checked) if keys.common else "", "", keys.common, change)


def _common_key(checked: Any) -> str:
    """Identifier of the one key of all pseudonyms in the files; D-504 where they have none, or several."""
    from demad.records.pseudonym_keys import key_ids_in

    frames = [part.conformed.frame for part in checked]
    ids = {id for frame in frames if "persoon" in frame.columns for id in key_ids_in(frame["persoon"])}
    if len(ids) != 1 or "" in ids:
        raise UsageRefused(
            "D-504",
            "--common vraagt pseudoniemen van één sleutel van DEMaD.",
            "Maak ze met demad pseudonymise --key en de gemeenschappelijke sleutel, of lever met --key.",
        )
    return ids.pop()


def order_of(orders: list[str] | None) -> Any:
    """The order of recording given by the options."""
    from demad.intake.checking.copies import Order

    return Order(tuple(name for given in orders or () for name in given.split(",") if name.strip()))
