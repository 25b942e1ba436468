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
from demad.intake.checking.copies import Order
from demad.intake.contract.conform import conform
from demad.intake.contract.datasets import DATASETS
from demad.intake.deliveries.manifest import DeliveredFile, Delivery, SetAside, read_manifest, write_manifest
from demad.intake.reading.dictionary_encoding import as_text_rows
from demad.intake.reading.table import Reading
from demad.reference.cities import City
from demad.store import file_hash, private_folder

_ROW_GROUP = 100_000


def check_files(
    paths: Iterable[Path],
    city: City,
    *,
    as_of: date,
    order: Order = Order(),  # noqa: B008  # frozen
) -> list[Checked]:
    """Read, guard, type and judge files, as the receiver will."""
    read = read_datasets([Given(path, path.name) for path in paths], city)
    return check([entry for entries in read for entry in entries], city, as_of=as_of, order=order)


def make_delivery(
    root: Path,
    city: City,
    paths: Iterable[Path],
    *,
    since: date,
    as_of: date,
    full_history: bool,
    made_on: date,
    order: Order = Order(),  # noqa: B008  # frozen
) -> Delivery:
    """Check files and put them as one delivery in `<root>/inbox/<city>/`.

    Only contract columns and codes travel. Rows that break a rule travel too, so that the receiver counts
    what the city counted; but not those with something that is no day where a day or nothing should be: as a code of
    the contract that would be nothing, and the right would run. The manifest says how many they are.

    Returns
    -------
    The delivery; making the same one again changes nothing.

    Raises
    ------
    DeliveryRefused
        D-223 without leefloon, D-302 where a suite refuses; nothing is left in the inbox then.
    """
    checked = check_files(paths, city, as_of=as_of, order=order)
    return deliver_checked(root, city, checked, since=since, as_of=as_of, full_history=full_history, made_on=made_on)


def deliver_checked(
    root: Path,
    city: City,
    checked: Sequence[Checked],
    *,
    since: date,
    as_of: date,
    full_history: bool,
    made_on: date,
) -> Delivery:
    """The same of what was checked."""
    refuse_broken(checked)
    return put_delivery(
        root,
        city,
        {part.dataset: _readable(part) for part in checked},
        since=since,
        as_of=as_of,
        full_history=full_history,
        made_on=made_on,
        set_aside=tuple(
            SetAside(part.dataset, column, rows.len())
            for part in checked
            for column, rows in part.conformed.unreadable.items()
        ),
    )


def _readable(part: Checked) -> pl.DataFrame:
    """Every typed row but those with something that is no day."""
    rows, unreadable = part.conformed.frame, part.unreadable
    return rows.filter(~pl.col("rij").is_in(unreadable.implode())) if unreadable.len() else rows


def refuse_broken(checked: Iterable[Checked]) -> None:
    """Raise D-302 for the rule that most rows break, of the datasets that a suite refuses."""
    refused = [part for part in checked if part.refused]
    if not refused:
        return
    broken = [finding for part in refused for finding in part.findings if finding["state"] == "refused"]
    if not broken:
        raise DeliveryRefused(
            "D-302", f"Van {refused[0].dataset} blijft geen enkele rij over.", "Verbeter wat demad check opsomt."
        )
    worst = max(broken, key=lambda finding: int(str(finding["failed"])))
    raise DeliveryRefused(
        "D-302",
        f"In {worst['dataset']} breken {worst['failed']} van {worst['rows']} rijen de regel {worst['name']}; "
        f"de grens is {worst['limit']} rijen. {worst['why']}",
        f"{worst['todo']} Voer daarna demad check opnieuw uit.",
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
    set_aside: tuple[SetAside, ...] = (),
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
            set_aside=set_aside,
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
