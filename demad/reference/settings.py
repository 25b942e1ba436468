"""What the owner of an installation may set, from ``<root>/demad.toml``. Not here: anything per city."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from demad.errors import UsageRefused
from demad.reference.toml_files import read_toml, refuse_unknown_keys


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one installation.

    Parameters
    ----------
    publish_threshold
        Smallest count that may be published outside the circle of cities; only upwards from 10.
    circle_threshold
        Smallest count a peer city may see; only upwards from 5.
    publisher
        Who publishes, as it stands on every report.
    contact
        Where a reader can ask a question.
    logo
        PNG or SVG file, relative to the root folder; empty: none.

    The table ``[notify]`` of the same file is read by ``demad.notify``.
    """

    publish_threshold: int = 10
    circle_threshold: int = 5
    publisher: str = "Kenniscentrum Vlaamse Steden"
    contact: str = "Kenniscentrum Vlaamse Steden"
    logo: str = ""


def load_settings(root: Path | None = None) -> Settings:
    """Settings of this root folder; the defaults where it has no ``demad.toml``.

    Raises
    ------
    UsageRefused
        D-440 unknown key, D-441 wrong type or a lowered threshold, D-443 no TOML.
    """
    path = None if root is None else root / "demad.toml"
    if path is None or not path.is_file():
        return Settings()
    given = {name: value for name, value in read_toml(path).items() if name != "notify"}
    refuse_unknown_keys(given, [field.name for field in fields(Settings)], where="demad.toml")
    for field in fields(Settings):
        _refuse_wrong_value(field.name, given.get(field.name, field.default), field.default)
    return Settings(**given)


def _refuse_wrong_value(name: str, value: Any, default: Any) -> None:
    if type(value) is not type(default):
        kind = "een geheel getal" if isinstance(default, int) else "tekst"
        raise UsageRefused("D-441", f"demad.toml: {name} moet {kind} zijn.", "Verbeter het bestand.")
    if isinstance(default, int) and value < default:
        todo = "Een drempel kan alleen strenger worden, niet losser."
        raise UsageRefused("D-441", f"demad.toml: {name} kan niet onder {default}.", todo)
