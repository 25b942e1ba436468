"""Read files with national numbers at the source: what comes back is guarded and holds pseudonyms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demad.intake.checking.check import Given, guarded
from demad.intake.contract.columns import known_names
from demad.intake.pseudonyms.headers import NUMBER_HEADERS
from demad.intake.reading.isolated import read_keyed
from demad.intake.reading.table import Reading
from demad.records.erased_persons import hashes_of
from demad.reference.cities import City


@dataclass(frozen=True, slots=True)
class Keyed:
    """Tables that were pseudonymised, per file with their dataset; under which key, and with which change of key.

    Parameters
    ----------
    common
        Whether cities share the key.
    change
        What the receiver must know of a change of key, as `key_change.write` writes it; None without one.
    """

    files: tuple[tuple[tuple[str, Reading], ...], ...]
    key_id: str
    approval: str
    common: bool
    persons: int
    change: Mapping[str, Any] | None = None


def read_at_source(
    paths: Sequence[Path],
    city: City,
    root: Path,
    *,
    key: Path,
    old_keys: Sequence[Path] = (),
    erased: Path | None = None,
) -> Keyed:
    """Read files with national numbers, give every person a pseudonym, and guard the result like a delivery.

    Parameters
    ----------
    key, old_keys
        Files of the key, and of the keys before where it changes, the last one first.
    erased
        List of erased persons of the receiver; default: the list of this root.

    Raises
    ------
    DemadError
        As `read_keyed` and `guarded`.
    """
    asked = _asked(city, root, key)
    asked["old_keys"] = [str(path.resolve()) for path in old_keys]
    asked["erased"] = sorted(hashes_of(erased or root, city.slug)) if old_keys else []
    labels = [path.name for path in paths]
    known = {*known_names(city), *NUMBER_HEADERS}
    read, told = read_keyed(paths, labels=labels, known=known, keyed=asked)
    files = guarded([Given(Path(label), label) for label in map(str, told["labels"])], read, city)
    return Keyed(
        tuple(tuple(tables) for tables in files),
        str(told["key_id"]),
        str(told["approval"]),
        bool(told["common"]),
        int(told["persons"]),
        told.get("change"),
    )


def read_to_propose(
    paths: Sequence[Path], known: Collection[str], city: City, root: Path, *, key: Path
) -> list[tuple[str, list[Reading]]]:
    """The tables of each file with all their columns but those of numbers, names and days of birth.

    Raises
    ------
    DemadError
        As `read_keyed`.
    """
    asked = {**_asked(city, root, key), "proposing": True}
    labels = [path.name for path in paths]
    read, told = read_keyed(paths, labels=labels, known={*known, *NUMBER_HEADERS}, keyed=asked)
    return list(zip(map(str, told["labels"]), read, strict=True))


def _asked(city: City, root: Path, key: Path) -> dict[str, Any]:
    """What the child is asked with one key."""
    places = {"root": str(root.resolve()), "key": str(key.resolve())}
    return {"city": city.slug, **places, "old_keys": [], "erased": []}
