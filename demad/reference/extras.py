"""What the bare wheel leaves out: for which commands, which packages bring it, and how it is installed here.

The packages themselves stand in `pyproject.toml`, each with its reason; a test holds both against each other.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from demad.errors import UsageRefused


@dataclass(frozen=True, slots=True)
class Extra:
    """Something that can be installed beside the wheel.

    Parameters
    ----------
    brings
        In Dutch, as the object of a sentence.
    modules
        What is imported, per package.
    takes
        Other extras that it needs.
    commands
        Commands that need it; the others run without.
    """

    brings: str
    modules: Mapping[str, str]
    takes: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


_NUMBERS = {"numpy": "numpy", "scipy": "scipy"}
_SEALS = {"cryptography": "cryptography"}

EXTRAS = {
    "rules": Extra(
        "de regels door Great Expectations",
        {"great-expectations": "great_expectations", "pandas": "pandas", "pyarrow": "pyarrow"},
        commands=("accept",),
    ),
    "bundle": Extra("bundels: tellingen in plaats van rijen", _NUMBERS | _SEALS, ("rules",), ("bundle",)),
    "report": Extra(
        "cijfers, rapporten en exports",
        _NUMBERS
        | _SEALS
        | {
            "babel": "babel",
            "typst": "typst",
            "pikepdf": "pikepdf",
            "fonttools": "fontTools",
            "brotli": "brotli",
            "fontpkg-source-sans-3": "fontpkg_source_sans_3",
        },
        commands=("synth", "report", "export", "project", "signoff", "release"),
    ),
    "server": Extra(
        "de nachtelijke run en de pagina van Dagster",
        {"dagster": "dagster", "dagster-webserver": "dagster_webserver", "pyyaml": "yaml"},
        ("report", "rules"),
        ("demo", "run", "adopt", "ui", "prune"),
    ),
    "postgres": Extra(
        "de geschiedenis van Dagster in PostgreSQL",
        {"dagster-postgres": "dagster_postgres", "sqlalchemy": "sqlalchemy"},
    ),
    "cluster": Extra("tellen op een rekencluster", {"distributed": "distributed"} | _NUMBERS),
    "impact": Extra(
        "een stad vóór en na een eigen maatregel", {"statsmodels": "statsmodels"}, ("report",), ("impact",)
    ),
}
"""By the name that people install: ``demad[report]``."""


def missing(extra: str) -> list[str]:
    """The packages of an extra, and of those that it takes, that are not here."""
    asked = EXTRAS[extra]
    own = [package for package, module in asked.modules.items() if find_spec(module) is None]
    return list(dict.fromkeys([*own, *(package for other in asked.takes for package in missing(other))]))


def need(extra: str) -> None:
    """Refuse where an extra is not here.

    Raises
    ------
    UsageRefused
        D-465, with the line that installs it.
    """
    if absent := missing(extra):
        raise UsageRefused(
            "D-465",
            f"Dit vraagt demad[{extra}] ({EXTRAS[extra].brings}), en dat is hier niet geïnstalleerd.",
            f"Voer dit uit: {install_line(extra, absent)}",
        )


def extra_of(command: str) -> str:
    """The extra that a command needs; empty if it needs none."""
    return next((name for name, extra in EXTRAS.items() if command in extra.commands), "")


def bringing(module: str) -> str:
    """The first extra that brings a module; empty for any other module."""
    top = module.partition(".")[0]
    return next((name for name, extra in EXTRAS.items() if top in extra.modules.values()), "")


def install_line(extra: str, absent: list[str]) -> str:
    """The command that installs an extra for this Python; by package where demad itself is not installed but copied."""
    from importlib import metadata  # only where something is missing

    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    try:
        metadata.distribution("demad")
    except metadata.PackageNotFoundError:
        return f"{python} -m pip install {' '.join(absent)}"
    return f'{python} -m pip install "demad[{extra}]"'
