"""Synthetic extracts of each city as frames. Not here: file formats (``files``)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import polars as pl

from demad.reference.cities import City, load_cities
from demad.synthetic import frames
from demad.synthetic.care_leavers import draw_care_leavers
from demad.synthetic.decisions import cut
from demad.synthetic.lives import simulate
from demad.synthetic.profiles import DEFAULT_PEOPLE, PROFILES, TOTAL_STOCK, Profile
from demad.synthetic.registration import register

MERGED_MONTHS = {"hasselt": 2025 * 12}


def extracts(
    *,
    people: int = DEFAULT_PEOPLE,
    seed: int = 2026,
    cities: Collection[str] | None = None,
    equal_performance: bool = False,
) -> Iterator[tuple[str, dict[str, pl.DataFrame]]]:
    """Yield the datasets of each city, from January 2015 to 30 September 2026.

    Each city has its own random stream: its rows do not depend on the other cities.

    Parameters
    ----------
    people
        Persons with a leefloon per month at the end of 2025, in all thirteen cities together.
    seed
        Equal seed and people give equal rows.
    cities
        Slugs; None: all.
    equal_performance
        Switch off the true differences in performance (``Profile.equal``); level and case mix stay.

    Yields
    ------
    Slug and {``leefloon``, ``jeugdhulp``, ``steun``, ``aanvragen``, ``bevolking``, ``controle``: frame} with the
    columns and codes of the contract, dates as ``Date``, rows in order of recording.
    A dataset without rows is left out; some cities register no applications.
    """
    known = load_cities(None)
    streams = np.random.SeedSequence(seed).spawn(len(PROFILES))
    for (slug, profile), stream in zip(PROFILES.items(), streams, strict=True):
        if cities is None or slug in cities:
            performing = profile.equal() if equal_performance else profile
            registered = register_city(known[slug], performing, people / TOTAL_STOCK, stream)
            yield slug, _datasets(registered, *(np.random.default_rng(part) for part in stream.spawn(2)))


def register_city(city: City, profile: Profile, scale: float, stream: np.random.SeedSequence) -> frames.Registered:
    """Simulate one city: the true history and what was recorded of it."""
    rng = np.random.default_rng(stream)
    leavers = draw_care_leavers(profile, scale, rng)
    lives = simulate(profile, scale, leavers, rng)
    decisions = cut(lives, profile.gaps, rng, merged_on=MERGED_MONTHS.get(city.slug))
    rows = register(decisions, lives, profile, rng)
    n = len(lives.persons)
    return frames.Registered(
        city=city,
        profile=profile,
        leavers=leavers,
        lives=lives,
        decisions=decisions,
        rows=rows,
        pseudonyms=frames.pseudonyms(city.slug, n, rng),
        nis_before_merger=frames.nis_before_merger(city, n, rng),
    )


def _datasets(
    registered: frames.Registered, rng: np.random.Generator, rng_of_applications: np.random.Generator
) -> dict[str, pl.DataFrame]:
    made = {
        "leefloon": frames.leefloon(registered, rng),
        "jeugdhulp": frames.jeugdhulp(registered),
        "steun": frames.steun(registered, rng),
        "aanvragen": frames.aanvragen(registered, rng_of_applications),
        "bevolking": frames.bevolking(registered.city),
        "controle": frames.controle(registered, rng),
    }
    return {name: frame for name, frame in made.items() if frame.height}  # a city delivers no empty file
