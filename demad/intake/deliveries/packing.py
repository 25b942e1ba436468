"""Makes a delivery at the city: checked files become canonical Parquet, and `delivery.json` comes last."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.checking.check import Checked, Given, check, read_datasets
from demad.intake.contract.conform import conform
from demad.intake.contract.datasets import DATASETS
from demad.intake.deliveries.manifest import DeliveredFile, Delivery, read_manifest, write_manifest
from demad.intake.reading.dictionary_encoding import as_text_rows
from demad.intake.reading.table import Reading
from demad.reference.cities import City
from demad.store import file_hash, private_folder

_ROW_GROUP = 100_000


def check_files(paths: Iterable[Path], city: City, *, as_of: date) -> list[Checked]:
    """Read, guard, type and judge files, as the receiver will."""
    read = read_datasets([Given(path, path.name) for path in paths], city)
    return check([entry for entries in read for entry in entries], city, as_of=as_of)


def make_delivery(
    root: Path,
    city: City,
    paths: Iterable[Path],
    *,
    since: date,
    as_of: date,
    full_history: bool,
    made_on: date,
) -> Delivery:
    """Check files and put them as one delivery in `<root>/inbox/<city>/`.

    Only contract columns and codes travel. Rows that break a rule travel too, so that the receiver counts
    what the city counted.

    Returns
    -------
    The delivery; making the same one again changes nothing.

    Raises
    ------
    DeliveryRefused
        D-223 without leefloon, D-302 where a suite refuses; nothing is left in the inbox then.
    """
    frames = _not_refused(check_files(paths, city, as_of=as_of))
    return put_delivery(root, city, frames, since=since, as_of=as_of, full_history=full_history, made_on=made_on)


def _not_refused(checked: Sequence[Checked]) -> dict[str, pl.DataFrame]:
    """Every typed row by dataset."""
    refused = [part.dataset for part in checked if part.refused]
    if refused:
        raise too_many_broken(refused)
    return {part.dataset: part.conformed.frame for part in checked}


def too_many_broken(datasets: Iterable[str]) -> DeliveryRefused:
    """The refusal of datasets in which more rows break a rule than its limit allows."""
    return DeliveryRefused(
        "D-302",
        f"Te veel rijen van {', '.join(datasets)} voldoen niet.",
        "Verbeter de geweigerde rijen en voer demad check opnieuw uit.",
    )


def put_extracts(
    root: Path,
    city: City,
    extracts: Mapping[str, pl.DataFrame],
    *,
    since: date,
    as_of: date,
    made_on: date,
) -> Delivery:
    """Deliver extracts that are already in memory: given the contract's types, judged by the receiver."""
    frames = {
        name: conform(Reading(extract, ()), name, city).frame for name, extract in extracts.items() if name in DATASETS
    }
    return put_delivery(root, city, frames, since=since, as_of=as_of, full_history=False, made_on=made_on)


def put_delivery(
    root: Path,
    city: City,
    frames: Mapping[str, pl.DataFrame],
    *,
    since: date,
    as_of: date,
    full_history: bool,
    made_on: date,
) -> Delivery:
    """Write typed frames as a delivery: files first, `delivery.json` last."""
    if "leefloon" not in frames:
        raise DeliveryRefused("D-223", "Een levering zonder leefloon kan niet.", "Voeg het extract leefloon toe.")
    inbox = private_folder(root / "inbox" / city.slug)
    stage = private_folder(inbox / ".bezig")
    try:
        files = tuple(_write(stage, name, frames[name]) for name in DATASETS if name in frames)
        delivery = Delivery(
            id=f"{as_of.isoformat()}-{_short(files)}",
            city=city.slug,
            nis=city.nis,
            since=since,
            as_of=as_of,
            full_history=full_history,
            made_on=made_on,
            scope="city",
            key_id="",
            approval="",
            files=files,
        )
        target = inbox / delivery.id
        if target.exists():
            return read_manifest(target)
        write_manifest(stage, delivery)
        stage.rename(target)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return delivery


def canonical(frame: pl.DataFrame) -> bytes:
    """A typed table as it travels: the same rows give the same bytes, from whatever file they came.

    Parquet writes no value for an empty cell; Arrow would write what happens to lie beneath it. Row groups of one
    size make the bytes the same whatever the number of threads, though codes become text only as they are written.
    """
    target = io.BytesIO()
    rows = as_text_rows(frame.drop("rij", strict=False))
    rows.sink_parquet(target, compression="zstd", statistics=False, row_group_size=_ROW_GROUP)
    return target.getvalue()


def _write(stage: Path, dataset: str, frame: pl.DataFrame) -> DeliveredFile:
    path = stage / f"{dataset}.parquet"
    path.write_bytes(canonical(frame))
    path.chmod(0o600)
    return DeliveredFile(dataset, path.name, file_hash(path), path.stat().st_size, frame.height)


def _short(files: tuple[DeliveredFile, ...]) -> str:
    return "".join(file.sha256[:6] for file in files[:2])
