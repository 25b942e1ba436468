"""Which definitions made the figures of a root, what others would change, and the word that lets them in.

A new version of DEMaD may count differently. Then the figures stay as they are, the new ones are computed beside
them in the shadow, and a person who saw the difference lets them in. Going back is the same with the old version.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from demad import __version__
from demad.errors import DemadError
from demad.records import audit_trail
from demad.reference.fingerprint import definitions_hash
from demad.store import Store, private_folder, write_atomic

_NAME = "definitions.json"
_KEY = ("variant", "indicator", "city", "period", "breakdown", "group")


@dataclass(frozen=True, slots=True)
class Adopted:
    """The definitions that a person (or the first run) let in."""

    definitions: str
    version: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What new definitions do to one indicator: figures with another value, new ones, gone ones, the largest change."""

    indicator: str
    changed: int
    new: int
    gone: int
    largest: float | None


def adopted(root: Path) -> Adopted | None:
    """The definitions of this root; None before its first run, or where the file is not one of ours."""
    try:
        return Adopted(**json.loads((root / "store" / _NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def waits_for_a_word(root: Path) -> bool:
    """Whether this version counts differently from the one that made the figures, and nobody let it in yet."""
    known = adopted(root)
    return known is not None and known.definitions != definitions_hash()


def adopt(root: Path, reason: str) -> None:
    """Let the definitions of this version in; what rests on others is out of date from here on."""
    before = adopted(root)
    facts = {"from": before.definitions if before else "", "to": definitions_hash(), "version": __version__}
    audit_trail.record(root, "adopted", facts)
    made = Adopted(definitions_hash(), __version__, datetime.now(UTC).isoformat(timespec="seconds"), reason)
    write_atomic(private_folder(root / "store") / _NAME, json.dumps(asdict(made), ensure_ascii=False).encode())


def shadow_of(root: Path) -> Path:
    """Where the figures of other definitions are computed; it may go at any time."""
    return root / "work" / "shadow"


def differences(root: Path) -> Sequence[Difference]:
    """What the definitions in the shadow would change in the published figures, by indicator; most changed first."""
    now, then = _published(root), _published(shadow_of(root))
    beside = now.join(then, on=_KEY, how="full", suffix="_then", coalesce=True)
    there, comes = pl.col("there").is_not_null(), pl.col("there_then").is_not_null()
    same = pl.col("value").eq_missing(pl.col("value_then")) & pl.col("status").eq_missing(pl.col("status_then"))
    counted = beside.group_by("indicator").agg(
        changed=(there & comes & ~same).sum(),
        new=(~there & comes).sum(),
        gone=(there & ~comes).sum(),
        largest=(pl.col("value_then") - pl.col("value")).abs().max(),
    )
    other = counted.filter(pl.col("changed") + pl.col("new") + pl.col("gone") > 0)
    return [Difference(*row) for row in other.sort("changed", "indicator", descending=[True, False]).iter_rows()]


def _published(root: Path) -> pl.DataFrame:
    schema = {**dict.fromkeys(_KEY, pl.String), "value": pl.Float64, "status": pl.String}
    try:
        shown = Store(root).read("disclosure", "published").select(list(schema))
    except DemadError:
        shown = pl.DataFrame(schema=schema)
    return shown.with_columns(there=pl.lit(value=True))
