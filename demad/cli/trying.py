"""Commands without own data: demo, synthetic extracts, empty template, codes."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from demad.cli.options import (
    Json,
    Root,
    as_file,
    as_folder,
    graph,
    next_step,
    report_outcomes,
    report_progress,
    root_of,
    with_folder,
)
from demad.errors import UsageRefused
from demad.reference.several import several
from demad.store.typed_path import typed_files

commands = typer.Typer()
Seed = Annotated[int, typer.Option(help="Startgetal van het toeval.", min=0, max=2**31 - 1)]
MOST = 10_000_000  # people: a country has fewer, and more do not fit in memory

Statements = Annotated[
    int, typer.Option("--statements", help="Met --numbers: ook de maandstaten van zoveel maanden.", min=0, max=120)
]
Late = Annotated[
    bool, typer.Option("--late", help="Met beslist_op, en zonder wat na 30 september 2026 geregistreerd wordt.")
]
Signed = Annotated[bool, typer.Option("--signed", help="Met gpmi_begin: de dag waarop elk GPMI getekend werd.")]
Movers = Annotated[bool, typer.Option("--common", help="Onder één sleutel, met mensen die tussen de steden verhuizen.")]


@commands.command()
def demo(
    root: Root = None,
    people: Annotated[int, typer.Option(help="Mensen met een leefloon per maand, samen.", min=13, max=MOST)] = 24_000,
    seed: Seed = 2026,
    open_: Annotated[bool, typer.Option("--open", help="Open de index daarna.")] = False,
) -> None:
    """Maakt synthetische steden en doorloopt alles: levering, benchmark, rapporten, release."""
    where, pipeline = root_of(root), graph()  # before what an extra brings: a wheel has no graph (D-404)
    from demad.intake.deliveries.packing import put_extracts
    from demad.publishing.release import newest_quarter_of, release
    from demad.records.secrets import keep, seeded
    from demad.reference.cities import load_cities
    from demad.synthetic import extracts
    from demad.synthetic.curves import AS_OF, SINCE

    cities = load_cities(where)
    for slug, frames in extracts(people=people, seed=seed):
        keep(where, slug, seeded(f"{seed}/{slug}"))
        report_progress(f"{slug}: {several(frames['leefloon'].height, 'beslissing', 'beslissingen')}")
        put_extracts(where, cities[slug], frames, since=SINCE, as_of=AS_OF, made_on=AS_OF + timedelta(days=5))
    result = pipeline.adopt_definitions(where, "demo", report_progress)
    report_outcomes(result)
    period = newest_quarter_of(where)
    released = release(where, period) if period else None
    typer.echo(f"Rapporten: {where / 'preview' / 'index.html'}")
    if released:
        typer.echo(f"Release:   {released / 'index.html'}")
    if open_:
        typer.launch(str((released or where / "preview") / "index.html"))
    next_step("open de index in een browser, of demad ui")
    raise SystemExit(result.exit_status)


@commands.command()
def synth(
    out: Annotated[Path, typer.Option("--out", help="Map voor de extracten.", callback=as_folder)],
    people: Annotated[int, typer.Option(help="Mensen met een leefloon per maand, samen.", min=13, max=MOST)] = 24_000,
    seed: Seed = 2026,
    messy: Annotated[bool, typer.Option("--messy", help="In de formaten van het echte leven.")] = False,
    at_source: Annotated[
        bool, typer.Option("--numbers", help="Zoals bij de bron: met rijksregisternummers, van niemand.")
    ] = False,
    months: Statements = 0,
    late: Late = False,
    signed: Signed = False,
    common: Movers = False,
    root: Root = None,
) -> None:
    """Maakt alleen de synthetische extracten."""
    from demad.synthetic import write_extracts
    from demad.synthetic.movers import SHARED

    if common and (at_source or months):
        raise UsageRefused("D-505", "--common maakt pseudoniemen, geen nummers.", "Laat --numbers en --statements weg.")
    if any(out.glob("*/leefloon.*")):
        raise UsageRefused(
            "D-506", f"In {out} staan al extracten: van twee keer zouden ze dooreen staan.", "Kies een lege map."
        )
    written = write_extracts(
        out,
        people=people,
        seed=seed,
        messy=messy,
        at_source=at_source or months > 0,
        months=months,
        late=late,
        signed=signed,
        common=common,
    )
    typer.echo(f"{several(len(written), 'bestand', 'bestanden')} in {out}")
    if common:
        typer.echo(f'In demad.toml: [common_key] met id = "{SHARED.id}" en approval = "{SHARED.approval}".')
        next_step("demad deliver --common voor minstens vijf steden, daarna demad run")
        return
    if at_source or months:
        next_step("demad keygen --city gent; daarna demad pseudonymise of demad deliver --key")
    else:
        next_step(f"demad check --city gent --as-of 2026-09-30 {typed_files(out / 'gent', 'leefloon.*')}")


@commands.command()
def template(
    dataset: Annotated[str, typer.Argument(help="leefloon, jeugdhulp, steun, aanvragen, bevolking of controle.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="CSV of XLSX; anders naar het scherm.", callback=as_file)
    ] = None,
    root: Root = None,
) -> None:
    """Een leeg extract: de kolommen, wat ze betekenen, hun codes en één voorbeeldrij."""
    from demad.intake.contract import template as empty
    from demad.intake.contract.datasets import DATASETS

    if dataset not in DATASETS:
        raise UsageRefused("D-405", "Deze dataset kennen we niet.", f"Kies uit: {', '.join(DATASETS)}.")
    if out is None:
        typer.echo(empty.example(dataset).write_csv(separator=";"), nl=False)
    elif out.suffix.lower() == ".xlsx":
        with_folder(out).write_bytes(empty.as_workbook(dataset))
    else:
        with_folder(out).write_bytes(empty.as_csv(dataset))
    for line in empty.comments(dataset):
        typer.echo(line, err=True)
    next_step("vul het sjabloon en controleer het met demad check")


@commands.command()
def codes(
    column: Annotated[str, typer.Argument(help="Kolom, bijvoorbeeld categorie; zonder: alle.")] = "",
    city: Annotated[str, typer.Option("--city", "--stad", help="Toon ook de eigen woorden van deze stad.")] = "",
    root: Root = None,
    as_json: Json = False,
) -> None:
    """De codes van een kolom, wat ze betekenen en welke woorden we ervoor kennen."""
    from demad.intake.inspection.codes import code_facts, code_lines
    from demad.reference.cities import city_of

    facts = code_facts(column, city_of(city, root_of(root)) if city else None)
    typer.echo(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else "\n".join(code_lines(facts)))
    next_step("eigen woorden: demad init --city STAD BESTAND stelt ze voor")
