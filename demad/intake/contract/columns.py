"""Map delivered headers to contract columns, by name or by the city's alias."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from types import MappingProxyType

from demad.errors import DeliveryRefused
from demad.intake.contract.city_terms import refuse_unknown_terms
from demad.intake.contract.datasets import DATASETS
from demad.intake.reading.table import Reading, column_letters, plain
from demad.reference.cities import City


def known_names(*cities: City) -> set[str]:
    """Every column name, and every alias of these cities, that a header row may contain."""
    names = {name for dataset in DATASETS.values() for name in dataset.fields}
    return names | {header for city in cities for aliases in city.aliases.values() for header in aliases}


def columns_of(
    reading: Reading, dataset: str, city: City, *, settled: Mapping[str, str | None] = MappingProxyType({})
) -> dict[str, str]:
    """Delivered header per contract column; ignored columns are left out.

    Parameters
    ----------
    settled
        Headers that were decided on before: their column, or None where they are left out.

    Raises
    ------
    DeliveryRefused
        As `refuse_unknown_terms`; D-150: unknown columns (with the nearest known names), D-151: a required column is
        missing, D-152: a column occurs twice, D-157: no column with the end.
    """
    refuse_unknown_terms(city)
    names = _meanings(dataset, city)
    ignored = {plain(name) for name in city.ignore}
    found: dict[str, str] = {}
    unknown: list[int] = []
    for place, header in enumerate(reading.columns, start=1):
        if header in settled:
            column = settled[header]
            if column is None or column not in DATASETS[dataset].fields:
                continue
        elif plain(header) in ignored:
            continue
        else:
            column = names.get(plain(header))
        if column is None:
            unknown.append(place)
            continue
        if column in found:
            where = column_letters(place)
            raise DeliveryRefused(
                "D-152", f"Kolom {column} komt twee keer voor, ook als kolom {where}.", "Hou één van de twee."
            )
        found[column] = header
    if unknown:
        raise _unknown(dataset, unknown, [plain(reading.columns[place - 1]) for place in unknown], names)
    _refuse_missing(dataset, found, city)
    return found


def _refuse_missing(dataset: str, found: Collection[str], city: City) -> None:
    """Refuse a dataset without a required column, and a leefloon without an end that the city did not say is gone."""
    missing = [name for name in DATASETS[dataset].required if name not in found]
    if not missing and dataset == "leefloon" and "einde" not in found and not city.no_end_column:
        raise DeliveryRefused(
            "D-157",
            "In leefloon ontbreekt: einde. Zonder die kolom zou elk recht als lopend tellen.",
            "Voeg ze toe of geef ze een alias. Heeft uw software ze echt niet, zet dan in het stadsbestand onder "
            "[leefloon]: no_end_column = true.",
        )
    if missing:
        raise DeliveryRefused(
            "D-151",
            f"In {dataset} ontbreekt: {', '.join(missing)}.",
            f"Vergelijk met demad template {dataset}.",
        )


def _meanings(dataset: str, city: City) -> dict[str, str]:
    """Contract column per header, normalised by `plain`."""
    fields, aliases = DATASETS[dataset].fields, city.aliases.get(dataset, {})
    return {plain(name): name for name in fields} | {plain(header): column for header, column in aliases.items()}


def _unknown(dataset: str, places: list[int], headers: list[str], names: Mapping[str, str]) -> DeliveryRefused:
    """The refusal of unknown columns, by their positions: a header may contain anything, so it is not shown."""
    near = (difflib.get_close_matches(header, names, n=1, cutoff=0.6) for header in headers)
    meant = dict.fromkeys(names[match[0]] for match in near if match)
    which = ", ".join(f"{place} ({column_letters(place)})" for place in places)
    hint = f"Bedoelt u {' of '.join(meant)}? " if meant else ""
    return DeliveryRefused(
        "D-150",
        f"{'Kolom' if len(places) == 1 else 'Kolommen'} {which} van {dataset} kennen we niet.",
        f"{hint}Hernoem ze, geef ze een alias of zet ze onder ignore in het stadsbestand: demad init stelt het voor.",
    )
