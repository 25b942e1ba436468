"""The `demad` command. No logic: it reads options, calls one function, prints the result and the next step.

One module per group of commands, in the order of ``--help``. Slow libraries are imported inside the command that needs
them. Commands that need the graph are hidden without a checkout or without Dagster.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from io import TextIOWrapper
from typing import Annotated, Any, NoReturn

import typer

from demad import __version__
from demad.cli import bundling, delivering, keeping, pseudonymising, publishing, running, steering, trying, watching
from demad.cli.options import graph_is_there
from demad.errors import DemadError
from demad.reference.extras import bringing, extra_of, need

_GROUPS = (
    ("Uitproberen", trying.commands),
    ("Aan de bron", pseudonymising.commands),
    ("Leveren", delivering.commands),
    ("Berekenen", running.commands),
    ("Rapporteren en vrijgeven", publishing.commands),
    ("Sturen", steering.commands),
    ("Beheren", watching.commands),
    ("Beheren", keeping.commands),
)

app = typer.Typer(
    help="DEMaD: hoe lang leven mensen van een leefloon, hoe raken ze eruit, en blijven ze weg?",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)


def _say_version(asked: bool) -> None:  # noqa: FBT001 - Typer calls it
    if asked:
        typer.echo(f"demad {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    _version: Annotated[
        bool, typer.Option("--version", help="De versie van DEMaD.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """Options of every command."""


def _asking(extra: str, command: Callable[..., Any]) -> Callable[..., Any]:
    """The command, refused at once where its extra is not installed."""

    @wraps(command)
    def asked(*given: Any, **options: Any) -> Any:
        need(extra)
        return command(*given, **options)

    return asked


_ON_THE_GRAPH = ("demo", "run", "adopt", "ui", "prune")
for _panel, _group in _GROUPS:
    for _command in _group.registered_commands:
        _command.rich_help_panel = _panel
        _name = _command.name or getattr(_command.callback, "__name__", "")
        if (_extra := extra_of(_name)) and _name not in _ON_THE_GRAPH and _command.callback:
            _command.callback = _asking(_extra, _command.callback)
        _command.hidden = _command.hidden or (_name in _ON_THE_GRAPH and not graph_is_there())
    app.add_typer(_group)
for _command in bundling.commands.registered_commands:
    if _command.callback:
        _command.callback = _asking("bundle", _command.callback)
app.add_typer(bundling.commands, name="bundle", rich_help_panel="Leveren")


def main() -> None:
    """Run the command; print a refusal and exit with its status; any other error is a bug (1)."""
    given = os.umask(0o077)
    _show_every_letter()
    try:
        status = app(obj=given, standalone_mode=False)
    except DemadError as refusal:
        _end(refusal)
    except ModuleNotFoundError as fault:
        if not (extra := bringing(fault.name or "")) or os.environ.get("DEMAD_DEBUG"):
            raise
        try:
            need(extra)
        except DemadError as refusal:
            _end(refusal)
        raise
    except typer.Abort:
        typer.echo("Afgebroken.", err=True)
        raise SystemExit(1) from None
    except Exception as fault:
        from demad.cli.usage import usage_refusal
        from demad.store import storage_refusal

        if refusal := usage_refusal(fault):
            _end(refusal)
        if type(fault).__name__ == "NoArgsIsHelpError":
            raise SystemExit(2) from None
        if os.environ.get("DEMAD_DEBUG"):
            raise
        if refusal := storage_refusal(fault):
            _end(refusal)
        typer.echo(
            f"D-902: Onverwachte fout ({type(fault).__name__}).\nMeld dit; zet DEMAD_DEBUG=1 voor meer.",
            err=True,
        )
        raise SystemExit(1) from None
    if status:  # of typer.Exit
        raise SystemExit(status)


def _show_every_letter() -> None:
    """A letter that a console does not have (Windows-1252, code page 850) is shown as its code, and is no fault."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _end(refusal: DemadError) -> NoReturn:
    typer.echo(f"{refusal.code}: {refusal.what}\n{refusal.todo}", err=True)
    raise SystemExit(refusal.exit_status) from None
