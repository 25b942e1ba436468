"""Commands for steering: what changed after a local measure, and how many files are to come."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from demad.cli.options import CityName, Json, Root, as_file, month_of, next_step, root_of, with_folder

commands = typer.Typer()


@commands.command()
def impact(
    city: CityName,
    indicator: Annotated[
        str, typer.Option("--indicator", help="Bijvoorbeeld outflow_count, outflow_work_oe of inflow_count.")
    ],
    start: Annotated[str, typer.Option("--from", help="Eerste maand van de maatregel, bijvoorbeeld 2025-07.")],
    controls: Annotated[
        str, typer.Option("--controls", help="Steden om mee te vergelijken, met komma's; anders alle andere.")
    ] = "",
    effect: Annotated[
        int, typer.Option("--effect", min=1, max=100, help="Kleinste verschil dat u wilt kunnen zien, in %.")
    ] = 20,
    phase_in: Annotated[
        int, typer.Option("--phase-in", min=0, max=8, help="Zoveel kwartalen na het begin tellen niet mee.")
    ] = 0,
    language: Annotated[str, typer.Option("--lang", help="Taal van de nota: nl of en.")] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Bestand van de nota; anders nota-STAD-INDICATOR-MAAND.html hier.", callback=as_file
        ),
    ] = None,
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Legt een stad naast de andere, vóór en na een eigen maatregel, en schrijft er een nota van één bladzijde over."""
    from demad.publishing.effect import noted_effect
    from demad.store import write_atomic

    where, month = root_of(root), month_of(start, "--from")
    asked = [part for part in (one.strip() for one in controls.split(",")) if part]
    noted = noted_effect(
        where,
        city,
        indicator,
        month,
        controls=asked,
        phase_in=phase_in,
        least=effect / 100,
        language=language,
    )
    note = out or Path(f"nota-{noted.effect.city}-{indicator}-{month:%Y-%m}.html")
    write_atomic(with_folder(note), noted.page.encode())
    typer.echo(json.dumps(asdict(noted.effect), ensure_ascii=False) if as_json else noted.said)
    next_step(f"open {note}, en lees eerst wat ze niet zegt")


@commands.command()
def project(
    city: CityName,
    scenario: Annotated[
        str, typer.Option("--scenario", help="basis, laatste-kwartaal, beste-kwart of een golf, zoals golf-2026-07.")
    ] = "basis",
    people: Annotated[
        int, typer.Option("--people", min=0, max=100_000, help="Over hoeveel mensen van deze stad de golf gaat.")
    ] = 0,
    files: Annotated[
        int | None,
        typer.Option("--files-per-worker", min=1, max=1_000, help="Dossiers per medewerker; anders het stadsbestand."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Schrijf de maanden ook naar dit CSV-bestand.", callback=as_file)
    ] = None,
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Rekent het aantal mensen met een leefloon twaalf maanden vooruit in een scenario; geen voorspelling."""
    from demad.publishing.projected import projected
    from demad.store import write_atomic

    found = projected(root_of(root), city, scenario, people=people, files=files)
    if out:
        write_atomic(with_folder(out), found.rows.write_csv().encode())
    typer.echo(json.dumps(found.rows.to_dicts(), ensure_ascii=False) if as_json else found.said)
    next_step("vergelijk met een ander --scenario" if not out else f"open {out}")
