"""The figures that `demad export` writes: of a release as it was made, of the last run, or exact."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad import __version__
from demad.disclosure import PublishedFigures, policy_of, published_from
from demad.errors import StorageFailed, UsageRefused
from demad.exports.about import About
from demad.publishing.figures import stored, stored_exact
from demad.publishing.site import about_of
from demad.reference.settings import load_settings
from demad.releases.files import FIGURES, manifest_of, whole_figures
from demad.releases.withdrawals import LATEST, in_force, latest_in_force, manifests, withdrawals
from demad.reporting.look import look_of
from demad.tables.figures import PUBLISHED_VALUE
from demad.tables.kinds import ExactFigures

PREVIEW = "preview"
ZONES = ("trusted", "published")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Figures to export, the release they are of (empty: the last run), and what the files say of them."""

    figures: PublishedFigures | ExactFigures
    release: str
    about: About


def chosen(root: Path, *, zone: str = "published", release: str = "") -> Chosen:
    """Read the figures to export.

    Parameters
    ----------
    zone
        ``published``, or ``trusted``: exact, of the last run.
    release
        A release, ``latest``, or ``preview``: the last run. Empty: the latest release; the last run if there never was
        one. Where all were withdrawn the last run must be asked for: it may hold what was withdrawn.

    Raises
    ------
    UsageRefused
        D-407: no such zone, or a release with exact figures. D-760: no such release in force.
    StorageFailed
        D-761: the figures of the release are not those that were released.
    InputMissing
        D-352: there are no figures.
    """
    if zone not in ZONES:
        raise UsageRefused("D-407", "Deze zone kennen we niet.", "Kies trusted of published.")
    if zone == "trusted" and release not in ("", PREVIEW):
        raise UsageRefused("D-407", "Exacte cijfers worden nooit vrijgegeven.", "Laat --release weg bij trusted.")
    if zone == "trusted":
        return Chosen(stored_exact(root), "", _about(root, "", __version__))
    standing = in_force(root)
    name = latest_in_force(root) if release in ("", LATEST) else release
    none_ever = not name and not release and not withdrawals(root)
    if release == PREVIEW or none_ever:
        return Chosen(stored(root), "", _about(root, "", __version__))
    if name not in standing:
        known = ", ".join([*standing, PREVIEW])
        raise UsageRefused("D-760", "Deze release is er niet, of ze is ingetrokken.", f"Kies uit: {known}.")
    figures, version = _released(root, name)
    return Chosen(figures, name, _about(root, name, version))


def _released(root: Path, name: str) -> tuple[PublishedFigures, str]:
    """The figures of a release as they were printed, and the version of the software that made it."""
    folder, known = root / "publication" / name, manifests(root)[name]
    told = manifest_of(folder, known)
    if told is None or not whole_figures(folder, known):
        raise StorageFailed(
            "D-761",
            f"De cijfers van release {name} zijn weg of gewijzigd.",
            "Kijk met demad doctor na wat er is, en zet een back-up terug.",
        )
    figures = pl.read_parquet(folder / FIGURES, columns=list(PUBLISHED_VALUE.columns))
    return published_from(figures), str(told["version"])


def _about(root: Path, release: str, version: str) -> About:
    settings = load_settings(root)
    look, policy = look_of(root, settings), policy_of(settings)
    return about_of(look, policy, contact=settings.contact, version=version, label=release)
