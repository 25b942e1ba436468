"""What the owner of an installation may set, from ``<root>/demad.toml``. Not here: anything per city."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from demad.errors import UsageRefused
from demad.reference.toml_files import read_toml, refuse_unknown_keys


@dataclass(frozen=True, slots=True)
class Privacy:
    """The table ``[privacy]``: what may be published; every setting can only become stricter.

    Parameters
    ----------
    base
        What counts are rounded to; 5 or a multiple of it. Offsets modulo a multiple keep what was rounded to 5 before:
        a count that was printed rounded to 5 is told nothing more by the same count rounded to 10.
    threshold
        Smallest rounded count that is shown; only upwards from 10, and never below twice the base.
    least_denominator
        Fewest people a share or duration may be about; only upwards from 30.
    exact
        What is published exactly: ``["stock"]``, the monthly number of people of a city, or nothing.
    """

    base: int = 5
    threshold: int = 10
    least_denominator: int = 30
    exact: tuple[str, ...] = ("stock",)


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
    licence
        Under which licence the published figures may be used again.
    colour, colour_in_dark
        The colour of the city in every chart and table, on white and on dark paper: #rrggbb.
    language
        Language of the reports: nl or en.
    privacy
        The table ``[privacy]``; the larger of its ``threshold`` and ``publish_threshold`` holds.

    The table ``[notify]`` of the same file is read by ``demad.notify``.
    """

    publish_threshold: int = 10
    circle_threshold: int = 5
    publisher: str = "Kenniscentrum Vlaamse Steden"
    contact: str = "Kenniscentrum Vlaamse Steden"
    logo: str = ""
    licence: str = "Modellicentie voor gratis hergebruik, Vlaanderen"
    colour: str = "#0b4f8a"
    colour_in_dark: str = "#7cb8ec"
    language: str = "nl"
    privacy: Privacy = Privacy()


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
    privacy = _checked(Privacy, given.pop("privacy", {}), where="demad.toml [privacy]")
    if "exact" in privacy:
        privacy["exact"] = tuple(privacy["exact"])
    return Settings(**_checked(Settings, given, where="demad.toml"), privacy=Privacy(**privacy))


def _checked(kind: type[Settings] | type[Privacy], given: Any, *, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise UsageRefused("D-441", f"{where} moet een tabel zijn.", "Verbeter het bestand.")
    known = {field.name: field.default for field in fields(kind) if field.name != "privacy"}
    refuse_unknown_keys(given, list(known), where=where)
    for name, value in given.items():
        _refuse_wrong_value(name, value, known[name])
    return given


def _refuse_wrong_value(name: str, value: Any, default: Any) -> None:
    if name == "exact":
        if not isinstance(value, list) or not set(value) <= set(default):
            raise UsageRefused("D-441", 'demad.toml: exact is ["stock"] of [].', "Verbeter het bestand.")
        return
    if type(value) is not type(default):
        kind = "een geheel getal" if isinstance(default, int) else "tekst"
        raise UsageRefused("D-441", f"demad.toml: {name} moet {kind} zijn.", "Verbeter het bestand.")
    if name == "base" and value % default:
        raise UsageRefused("D-441", "demad.toml: base is een veelvoud van 5.", "Kies 5, 10, 15 of 20.")
    if isinstance(default, int) and value < default:
        todo = "Een drempel kan alleen strenger worden, niet losser."
        raise UsageRefused("D-441", f"demad.toml: {name} kan niet onder {default}.", todo)
