"""Commands for the pipeline: run it, approve new definitions, show its graph."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from demad.cli.options import Json, Root, graph, next_step, report_outcomes, report_progress, root_of

commands = typer.Typer()


@commands.command()
def run(root: Root = None, as_json: Json = False) -> None:
    """Neemt nieuwe leveringen in en brengt alles bij, tot en met de preview."""
    from demad.operations.unchanged import unchanged

    where = root_of(root)
    result = unchanged(where) or graph().run(where, report_progress)
    if as_json:
        typer.echo(json.dumps(asdict(result), ensure_ascii=False, default=str))
    else:
        report_outcomes(result)
    next_step(f"open {where / 'preview' / 'index.html'}" if not result.exit_status else "demad status")
    raise SystemExit(result.exit_status)


@commands.command()
def adopt(
    reason: Annotated[str, typer.Option("--reason", help="Waarom ze in mogen; zonder: alleen het verschil.")] = "",
    root: Root = None,
) -> None:
    """Toont wat een nieuwe versie aan de cijfers verandert, en laat haar met --reason toe."""
    found = graph().adopt_definitions(root_of(root), reason.strip(), report_progress)
    if reason.strip():
        report_outcomes(found)
        raise SystemExit(found.exit_status)
    for entry in found:
        typer.echo(" ".join(f"{name}={value}" for name, value in asdict(entry).items()))
    next_step('demad adopt --reason "…"' if found else "niets: deze versie rekent zoals de cijfers gemaakt zijn")


@commands.command()
def ui(
    root: Root = None,
    port: Annotated[
        int | None, typer.Option(help="Poort op deze machine; anders 3000, met --operate 3001.", min=1, max=65_535)
    ] = None,
    operate: Annotated[
        bool, typer.Option("--operate", help="Ook runs starten en stoppen; zonder is de pagina alleen om te kijken.")
    ] = False,
) -> None:
    """Start de webpagina en de bewaker van Dagster, alleen op deze machine en alleen om te kijken."""
    chosen = port or (3001 if operate else 3000)
    typer.echo(f"http://127.0.0.1:{chosen}")
    next_step("stop met Ctrl+C")
    raise SystemExit(graph().serve(root_of(root), chosen, operate=operate))
