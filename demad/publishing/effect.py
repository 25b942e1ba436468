"""The effect of a local measure from what a root has stored: the sums and the note. Not here: the statistics."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from demad.errors import UsageRefused
from demad.impact import Effect, measured_effect, panel_of
from demad.protection import pool, sealed
from demad.publishing.figures import cities_with, policy, stored
from demad.publishing.sources import PROTECTED
from demad.reference.cities import breaks_of, city_of, load_cities
from demad.reference.places import cache_folder
from demad.reference.settings import load_settings
from demad.reporting.effect_note import NoteFrame, effect_note, said_of
from demad.reporting.look import look_of
from demad.store import Store


@dataclass(frozen=True, slots=True)
class Noted:
    """A measured effect, the finding in words, and the note as an HTML page."""

    effect: Effect
    said: str
    page: str


def noted_effect(
    root: Path,
    city: str,
    indicator: str,
    start: date,
    *,
    controls: Collection[str] = (),
    phase_in: int = 0,
    least: float = 0.2,
    language: str = "",
) -> Noted:
    """What changed in a city after a measure, from the published and protected figures of the last run.

    Parameters
    ----------
    start
        First day of the first month of the measure.
    controls
        Slugs of the cities to compare with; empty: all others.
    phase_in, least
        As `measured_effect` takes them.
    language
        Of the note; empty: that of the installation.

    Raises
    ------
    UsageRefused
        D-400: a city is not known. D-411: nothing was computed yet. D-740 to D-745: as in `demad.impact`. D-512: no
        such language.
    """
    slug, others = city_of(city, root).slug, [city_of(one, root).slug for one in controls]
    store, rules, cities = Store(root), policy(root), cities_with(root, PROTECTED)
    if not cities:
        raise UsageRefused(
            "D-411", f"Voor {slug} is er nog geen rapport.", "Lever eerst gegevens en voer demad run uit."
        )
    tables = pool(sealed(store.tables(f"{PROTECTED}/{one}"), rules.base) for one in cities)
    panel = panel_of(stored(root), tables, rules, indicator)
    effect = measured_effect(panel, slug, start, controls=others, phase_in=phase_in, least=least)
    settings = load_settings(root)
    frame = NoteFrame(
        look=look_of(root, settings, language=language),
        contact=settings.contact,
        names={name: one.name for name, one in load_cities(root).items()},
        start=start,
        breaks=breaks_of(root),
        base=rules.base,
    )
    return Noted(effect, said_of(effect, frame), effect_note(effect, frame, cache_folder() / "fonts"))
