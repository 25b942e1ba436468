"""Common options of the commands, output of messages, and access to the Dagster graph."""

from __future__ import annotations

import os
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from demad.errors import UsageRefused
from demad.store.destinations import refuse_as_file, refuse_as_folder
from demad.store.format import refuse_newer

Root = Annotated[Path | None, typer.Option("--root", help="Map met alle gegevens (anders DEMAD_ROOT of ./var).")]
Json = Annotated[bool, typer.Option("--json", help="Antwoord als JSON, voor machines.")]
CityName = Annotated[str, typer.Option("--city", "--stad", help="Stad, bijvoorbeeld gent.")]
Files = Annotated[list[Path], typer.Argument(help="Bestanden: CSV, XLSX of Parquet.")]


def as_file(path: Path | None) -> Path | None:
    """An option with a file that is written; D-463 where that cannot be a file."""
    if path is not None:
        refuse_as_file(path)
    return path


def as_folder(path: Path | None) -> Path | None:
    """An option with a folder that is written in; D-463 where that cannot be a folder."""
    if path is not None:
        refuse_as_folder(path)
    return path


def with_folder(path: Path) -> Path:
    """A file to write, once its folder is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def root_of(given: Path | None) -> Path:
    """The root folder: the option, else the environment variable, else ``./var``.

    D-463 if it cannot be a folder, D-362 if a newer version wrote it.
    """
    root = (given or Path(os.environ.get("DEMAD_ROOT") or "var")).resolve()
    refuse_as_folder(root)
    refuse_newer(root)
    return root


def day_of(text: str, name: str) -> date:
    """Parse the date of an option; UsageRefused (D-403) with the name of the option if it is invalid."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageRefused("D-403", f"{name} is geen datum.", "Gebruik 2026-09-30.") from None


def month_of(text: str, name: str) -> date:
    """Parse the month of an option as its first day; UsageRefused (D-403) with the name of the option if it is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise UsageRefused("D-403", f"{name} is geen maand.", "Gebruik 2026-09.") from None


def report_progress(line: str) -> None:
    """Print progress to the terminal."""
    if sys.stderr.isatty():
        typer.echo(f"  {line}", err=True)


def next_step(step: str) -> None:
    """Print the next step after this command."""
    typer.echo(f"Volgende stap: {step}", err=True)


def graph_is_there() -> bool:
    """Whether this is a checkout, with Dagster installed."""
    from demad.reference.places import checkout

    return checkout() is not None and find_spec("dagster") is not None


def graph() -> Any:
    """Import the graph, the only place where the library does so; UsageRefused (D-404) without a checkout."""
    from demad.reference.places import checkout

    top = checkout()
    if top is None or not graph_is_there():
        raise UsageRefused(
            "D-404",
            "Dit commando heeft de volledige map van DEMaD nodig, met Dagster.",
            "Gebruik een checkout en python3 bootstrap.py.",
        )
    if str(top) not in sys.path:
        sys.path.insert(0, str(top))
    from assets import run

    return run


def report_outcomes(result: Any) -> None:
    """Print the decision on each delivery, and what a run recomputed."""
    for outcome in result.outcomes:
        from demad.reporting.words import words

        said = f"{outcome.code} {outcome.what} {outcome.todo}".strip()
        state = words(f"delivery.{outcome.state}")
        typer.echo(f"{outcome.city}: levering {outcome.delivery} {state}{': ' if said else ''}{said}")
    if result.waits:
        typer.echo("D-481: deze versie rekent anders: de cijfers wachten op een woord. Zie demad adopt.")
    elif not result.benchmark:
        typer.echo("Niets nieuws: alles is bij.")
    else:
        typer.echo(f"Herberekend: {', '.join(result.cities) or 'geen stad, wel de benchmark'}.")
    if result.failed:
        typer.echo(f"Niet gelukt: {', '.join(result.failed)}.", err=True)
