"""How an installation presents itself: from its settings to what every page wears. Refused where it cannot be read."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from demad.errors import UsageRefused
from demad.reference.settings import LICENCES, Settings
from demad.reporting.edition import Look
from demad.reporting.palette import DARK, LIGHT, contrast
from demad.reporting.words import LOCALES

_KINDS = {".png": ("image/png", b"\x89PNG"), ".svg": ("image/svg+xml", b"<")}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LEAST_CONTRAST = 4.5
_LARGEST_LOGO = 200_000


def look_of(root: Path, settings: Settings, *, language: str = "") -> Look:
    """What every page of this installation wears.

    Raises
    ------
    UsageRefused
        D-513: a colour that is none, or that cannot be read on its paper. D-514: the logo is not there, too
        large, or no PNG or SVG. D-512: no such language.
    """
    _refuse_pale(settings.colour, LIGHT["paper"], "colour")
    _refuse_pale(settings.colour_in_dark, DARK["paper"], "colour_in_dark")
    spoken = language or settings.language
    if spoken not in LOCALES:
        raise UsageRefused("D-512", "In deze taal is er geen rapport.", f"Kies uit: {', '.join(LOCALES)}.")
    return Look(
        publisher=settings.publisher,
        licence=settings.licence,
        logo=_logo(root, settings.logo),
        colour=settings.colour.lower(),
        colour_in_dark=settings.colour_in_dark.lower(),
        language=spoken,
        licence_address=settings.licence_address or LICENCES.get(settings.licence, ""),
        address=settings.address,
        doi=settings.doi,
        calendar=tuple((one.period, one.day) for one in settings.calendar),
    )


def _refuse_pale(colour: str, paper: str, name: str) -> None:
    if not _COLOUR.fullmatch(colour):
        raise UsageRefused("D-513", f"demad.toml: {name} is geen kleur.", "Schrijf ze als #0b4f8a.")
    if contrast(colour, paper) < _LEAST_CONTRAST:
        what = f"demad.toml: {name} heeft te weinig contrast met het papier."
        raise UsageRefused("D-513", what, "Kies een kleur met een contrast van minstens 4,5.")


def _logo(root: Path, name: str) -> str:
    """The logo as a data address, so that a page carries it; an image in a page cannot run anything."""
    if not name:
        return ""
    path = (root / name).resolve()
    kind, begins = _KINDS.get(path.suffix.lower(), ("", b""))
    if not kind or not path.is_file() or not path.is_relative_to(root.resolve()):
        raise UsageRefused("D-514", "demad.toml: het logo is er niet.", "Zet een PNG of SVG in de gegevensmap.")
    content = path.read_bytes()
    if len(content) > _LARGEST_LOGO or not content.lstrip().startswith(begins):
        raise UsageRefused(
            "D-514", "demad.toml: het logo is te groot of geen PNG of SVG.", "Kies een bestand onder 200 kB."
        )
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
