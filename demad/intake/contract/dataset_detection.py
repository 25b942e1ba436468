"""Which dataset a table holds, from the name of its file or sheet and its headers."""

from __future__ import annotations

from demad.errors import DeliveryRefused
from demad.intake.contract.datasets import DATASETS
from demad.intake.reading.table import Reading, plain
from demad.reference.cities import City

_OF_EVERYBODY = {"nis", "persoon"}


def dataset_of(name: str, reading: Reading, city: City) -> str:
    """Return which dataset a table holds: from the name of its file or sheet, unless its columns contradict that.

    A name of exactly one dataset decides, unless the table has every required column of another dataset but not of the
    named one: then it holds that other dataset. Without such a name the required columns decide.

    Raises
    ------
    DeliveryRefused
        D-154: neither the name nor the columns decide.
    """
    headers = {plain(header) for header in reading.columns}
    share = {dataset: _shown(dataset, headers, city) for dataset in DATASETS}
    named = [dataset for dataset in DATASETS if dataset in plain(name)]
    best = max(share, key=lambda dataset: (share[dataset], dataset in named))
    if len(named) == 1 and (share[best] < 1 or share[named[0]] == 1):
        return named[0]
    if share[best] < 0.5:
        raise no_dataset()
    return best


def no_dataset() -> DeliveryRefused:
    """The refusal of a table of which neither the name nor the columns say what it holds."""
    return DeliveryRefused(
        "D-154",
        "We zien niet welke dataset dit is: te weinig koppen lijken op die van het contract.",
        "Geef het bestand of blad een naam zoals leefloon, en laat demad init de koppen vertalen.",
    )


def _shown(dataset: str, headers: set[str], city: City) -> float:
    """Share of the required columns of a dataset that appear in the header, under any of their names.

    0 where only the columns appear that every dataset of persons has: they say nothing about which one it is.
    """
    meant = {plain(name): name for name in DATASETS[dataset].fields}
    meant |= {plain(header): column for header, column in city.aliases.get(dataset, {}).items()}
    found = {meant[header] for header in headers & meant.keys()}
    required = set(DATASETS[dataset].required)
    return len(found & required) / len(required) if found & required - _OF_EVERYBODY else 0.0
