"""Which dataset is in force per city: the newest ``as_of``, then the newest ``made_on``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from demad.intake.checking.finding import Finding
from demad.intake.checking.quality import filled_cells, own_counts
from demad.intake.deliveries.ledger import DeliveryState
from demad.intake.deliveries.manifest import COMMON, Delivery
from demad.intake.reading.dictionary_encoding import as_text_rows
from demad.records.erased_persons import without_erased
from demad.records.pseudonym_keys import key_ids_in
from demad.store import Store
from demad.tables.counts import QUALITY
from demad.tables.observation import Observation


@dataclass(frozen=True, slots=True)
class DatasetInForce:
    """The delivery that a dataset in force comes from.

    ``common_key``: identifier of the key that made its pseudonyms, where cities share that key; else empty.
    """

    delivery: str
    since: date
    as_of: date
    made_on: date
    full_history: bool
    common_key: str = ""


@dataclass(frozen=True, slots=True)
class InForce:
    """The datasets in force of one city."""

    city: str
    datasets: Mapping[str, DatasetInForce]
    version: str

    @property
    def observation(self) -> Observation | None:
        """Observation window of the leefloon delivery in force."""
        leefloon = self.datasets.get("leefloon")
        return Observation(leefloon.since, leefloon.as_of, leefloon.full_history) if leefloon else None


def in_force(root: Path, city: str) -> InForce | None:
    """Return what is in force for a city; None if nothing was ever accepted."""
    store = Store(root)
    version = store.current(f"accepted/{city}")
    if version is None:
        return None
    written = store.facts(f"accepted/{city}")["datasets"]
    return InForce(city, {name: _dataset(facts) for name, facts in written.items()}, version)


def days_to_made(root: Path, city: str) -> int | None:
    """Days from ``as_of`` to the day the leefloon delivery in force was made; None if there is none."""
    current = in_force(root, city)
    dataset = current.datasets.get("leefloon") if current else None
    return (dataset.made_on - dataset.as_of).days if dataset else None


def inputs_hash(root: Path, city: str) -> str | None:
    """Hash that changes if and only if what is in force for the city changes."""
    return Store(root).current(f"accepted/{city}")


def current_frames(root: Path, city: str) -> dict[str, pl.DataFrame]:
    """Accepted rows of every dataset in force."""
    return {name: frame for name, frame in Store(root).tables(f"accepted/{city}").items() if name != "quality"}


def quality(root: Path, city: str) -> pl.DataFrame:
    """QUALITY rows of the datasets in force."""
    store = Store(root)
    return store.read(f"accepted/{city}", "quality") if store.current(f"accepted/{city}") else QUALITY.empty()


def accept_into(
    root: Path,
    delivery: Delivery,
    frames: Mapping[str, pl.DataFrame],
    findings: Sequence[Finding],
) -> DeliveryState:
    """Put the datasets of a delivery in force if they are newer; return ``accepted`` or ``superseded``.

    A dataset that the delivery does not contain keeps its version in force.
    """
    frames = {dataset: without_erased(root, delivery.city, frame) for dataset, frame in frames.items()}
    store, name = Store(root), f"accepted/{delivery.city}"
    before = store.facts(name).get("datasets", {})
    facts = _facts(delivery, frames)
    newer = [
        dataset
        for dataset in frames
        if dataset not in before
        or (facts["as_of"], facts["made_on"]) >= (before[dataset]["as_of"], before[dataset]["made_on"])
    ]
    if not newer:
        return DeliveryState.SUPERSEDED
    if all(before.get(dataset) == facts for dataset in newer):
        return DeliveryState.ACCEPTED  # already in force: an earlier process died before it recorded this
    old = current_frames(root, delivery.city)
    kept = {key: frame for key, frame in old.items() if key not in newer}
    known = quality(root, delivery.city).filter(~pl.col("dataset").is_in(newer))
    counted = _counted({**kept, **{dataset: frames[dataset] for dataset in newer}}, delivery, newer)
    checks = pl.concat([known, _quality(delivery, findings, newer), counted]).unique(
        QUALITY.key, keep="last", maintain_order=True
    )
    store.commit(
        name,
        {**kept, **{dataset: as_text_rows(frames[dataset]) for dataset in newer}, "quality": QUALITY.check(checks)},
        {"datasets": {**before, **dict.fromkeys(newer, facts)}},
    )
    return DeliveryState.ACCEPTED


def _facts(delivery: Delivery, frames: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """What is kept of a delivery beside each dataset that it puts in force."""
    common = _common_key(delivery, frames)
    return {
        "delivery": delivery.id,
        "since": delivery.since.isoformat(),
        "as_of": delivery.as_of.isoformat(),
        "made_on": delivery.made_on.isoformat(),
        "full_history": delivery.full_history,
        "content": delivery.content,
        **({"common_key": common} if common else {}),
    }


def _common_key(delivery: Delivery, frames: Mapping[str, pl.DataFrame]) -> str:
    """The key that a delivery says cities share, if every one of its pseudonyms carries it; else empty."""
    if delivery.scope != COMMON or not delivery.key_id:
        return ""
    ids = {key for frame in frames.values() if "persoon" in frame.columns for key in key_ids_in(frame["persoon"])}
    return delivery.key_id if ids == {delivery.key_id} else ""


def _counted(datasets: Mapping[str, pl.DataFrame], delivery: Delivery, newer: list[str]) -> pl.DataFrame:
    """QUALITY rows outside the suites: empty cells and the city's own counts."""
    now = Observation(delivery.since, delivery.as_of, delivery.full_history)
    rows = [row for row in filled_cells(datasets) if row[0] in newer]
    if "leefloon" in newer:
        rows += own_counts(datasets, now)
    return pl.DataFrame([(delivery.city, delivery.id, *row) for row in rows], schema=QUALITY.schema, orient="row")


def _quality(delivery: Delivery, findings: Sequence[Finding], datasets: list[str]) -> pl.DataFrame:
    rows = [
        {
            "city": delivery.city,
            "delivery": delivery.id,
            "dataset": finding.dataset,
            "check": finding.check,
            "rows": finding.rows,
            "failed": finding.failed,
        }
        for finding in findings
        if finding.dataset in datasets
    ]
    return pl.DataFrame(rows, schema=QUALITY.schema)


def _dataset(facts: Mapping[str, str | bool]) -> DatasetInForce:
    return DatasetInForce(
        str(facts["delivery"]),
        date.fromisoformat(str(facts["since"])),
        date.fromisoformat(str(facts["as_of"])),
        date.fromisoformat(str(facts["made_on"])),
        bool(facts["full_history"]),
        str(facts.get("common_key", "")),
    )
