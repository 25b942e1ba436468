"""Detect the city of a file from its NIS codes; for `demad check` without a city."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from demad.errors import DeliveryRefused
from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.values import as_nis
from demad.intake.reading.dictionary_encoding import texts_of
from demad.intake.reading.table import Reading, plain
from demad.reference.cities import City


def city_within(readings: Iterable[Reading], cities: Mapping[str, City]) -> City:
    """Return the city whose NIS codes (old ones included) occur in most rows of the tables.

    Raises
    ------
    DeliveryRefused
        D-156: no known NIS code occurs.
    """
    owner = {code: city.slug for city in cities.values() for code in (city.nis, *city.old_nis)}
    headers = _headers(cities.values())
    rows = dict.fromkeys(cities, 0)
    for reading in readings:
        for header in reading.columns:
            if plain(header) in headers:
                codes = texts_of(reading.frame[header])
                each = codes.each.alias("code").to_frame().select(as_nis("code", codes.each.dtype)).to_series()
                for code, count in codes.spread(each).drop_nulls().value_counts().iter_rows():
                    slug = owner.get(code.removesuffix(".0"))
                    rows |= {slug: rows[slug] + count} if slug else {}
    slug = max(rows, key=lambda name: rows[name], default="")
    if not slug or not rows[slug]:
        raise DeliveryRefused(
            "D-156", "We zien niet van welke stad dit bestand is.", "Kijk de NIS-codes na of geef --city."
        )
    return cities[slug]


def _headers(cities: Iterable[City]) -> set[str]:
    """Every header, normalised by `plain`, that means the NIS code in some city."""
    aliases = (city.aliases.get(dataset, {}) for city in cities for dataset in DATASETS)
    return {"nis"} | {plain(header) for names in aliases for header, column in names.items() if column == "nis"}
