"""Approve new definitions: which ones the current figures use, and what other definitions would change.

A new version of DEMaD may count differently. Then the current figures stay, the new ones are computed in the shadow
root, and a person approves them after comparing. Going back to the old version works the same way.
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
    """The definitions that a person (or the first run) approved."""

    definitions: str
    version: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Effect of new definitions on one indicator: numbers of changed, new and removed figures, the largest change."""

    indicator: str
    changed: int
    new: int
    gone: int
    largest: float | None


def adopted(root: Path) -> Adopted | None:
    """The approved definitions of this root; None before its first run, or if the file cannot be read."""
    try:
        return Adopted(**json.loads((root / "store" / _NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def definitions_need_approval(root: Path) -> bool:
    """Whether this version has other definitions than the figures in force, and nobody has approved them."""
    known = adopted(root)
    return known is not None and known.definitions != definitions_hash()


def adopt(root: Path, reason: str) -> None:
    """Approve the definitions of this version; results of other definitions are out of date from now on."""
    before = adopted(root)
    facts = {"from": before.definitions if before else "", "to": definitions_hash(), "version": __version__}
    audit_trail.record(root, "adopted", facts)
    made = Adopted(definitions_hash(), __version__, datetime.now(UTC).isoformat(timespec="seconds"), reason)
    write_atomic(private_folder(root / "store") / _NAME, json.dumps(asdict(made), ensure_ascii=False).encode())


def shadow_of(root: Path) -> Path:
    """The shadow root, for figures of other definitions; it may be deleted at any time."""
    return root / "work" / "shadow"


def differences(root: Path) -> Sequence[Difference]:
    """Changes of the published figures under the definitions in the shadow, by indicator, most changed first."""
    now, then = _published(root), _published(shadow_of(root))
    joined = now.join(then, on=_KEY, how="full", suffix="_then", coalesce=True)
    there, comes = pl.col("there").is_not_null(), pl.col("there_then").is_not_null()
    same = pl.col("value").eq_missing(pl.col("value_then")) & pl.col("status").eq_missing(pl.col("status_then"))
    counted = joined.group_by("indicator").agg(
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
