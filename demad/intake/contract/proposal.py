"""`demad init`: reads one file as it comes and writes what a city's own file could hold. Changes nothing."""

from __future__ import annotations

from pathlib import Path

from demad.errors import UsageRefused
from demad.intake.contract.alias_matching import as_toml, likely_dataset, likely_names, propose
from demad.intake.contract.datasets import DATASETS
from demad.intake.privacy.guard import guard
from demad.intake.reading.isolated import read_files
from demad.reference.cities import City, load_cities


def proposals(path: Path, city: City, root: Path, *, dataset: str = "") -> str:
    """The proposal for every table in a file, as TOML.

    Raises
    ------
    UsageRefused
        D-405: a dataset that is none.
    DemadError
        As `isolated.read_files` and `guard.guard`: what the guard refuses is never shown.
    """
    if dataset and dataset not in DATASETS:
        raise UsageRefused("D-405", "Deze dataset kennen we niet.", f"Kies uit: {', '.join(DATASETS)}.")
    cities = list(load_cities(root).values())
    texts = []
    for reading in read_files([path], known=likely_names(cities))[0]:
        guard(reading, file_name=path.name, ignored=city.ignore)
        meant = dataset or likely_dataset(reading, [city, *cities])
        seen = f"# Gelezen als: {', '.join(reading.notes)}\n"
        texts.append(seen + as_toml(propose(reading, meant, city, cities), city))
    return "\n".join(texts)
