"""Make a delivery at the city: write checked files as canonical Parquet, and `delivery.json` last."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from demad.errors import DeliveryRefused, DemadError
from demad.intake.checking.check import Checked, Given, check, read_datasets
from demad.intake.checking.copies import Order
from demad.intake.checking.states import FindingState
from demad.intake.contract.conform import conform
from demad.intake.contract.datasets import DATASETS
from demad.intake.deliveries import key_change
from demad.intake.deliveries.manifest import COMMON, DeliveredFile, Delivery, SetAside, read_manifest, write_manifest
from demad.intake.reading.dictionary_encoding import as_text_rows
from demad.intake.reading.table import Reading
from demad.reference.cities import City
from demad.reference.several import several
from demad.store import file_hash, private_folder

_ROW_GROUP = 100_000


@dataclass(frozen=True, slots=True)
class AtSource:
    """What the city says of its pseudonyms: key, approval of a domain that links, and a change of key.

    ``common``: whether other cities have the same key.
    """

    key_id: str = ""
    approval: str = ""
    common: bool = False
    key_change: Mapping[str, Any] | None = None


def check_files(
    paths: Iterable[Path],
    city: City,
    *,
    as_of: date,
    order: Order = Order(),  # noqa: B008  # frozen
) -> list[Checked]:
    """Read, guard, type and check files, exactly as the receiver will."""
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
    """Check files and write them as one delivery in `<root>/inbox/<city>/`.

    Only contract columns and codes are delivered. Rows that break a rule are delivered too, so that the receiver gets
    the same counts as the city. Exception: rows with text that is not a date in an optional date column. As an empty
    cell it would mean that the right still runs. The manifest gives the number of those rows.

    Returns
    -------
    The delivery; making the same one again writes its manifest anew, so that one that was refused is judged again.

    Raises
    ------
    DeliveryRefused
        D-223: no leefloon. D-302: a suite refuses. The inbox is left unchanged.
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
    source: AtSource = AtSource(),  # frozen
) -> Delivery:
    """Make the delivery from files that were checked already."""
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
        source=source,
    )


def _readable(part: Checked) -> pl.DataFrame:
    """Every typed row without an unreadable date."""
    rows, unreadable = part.conformed.frame, part.unreadable
    return rows.filter(~pl.col("rij").is_in(unreadable.implode())) if unreadable.len() else rows


def refuse_rows_of_sender(city: City) -> None:
    """Refuse rows of a city that is registered here as one that ships bundles.

    Raises
    ------
    DeliveryRefused
        D-234.
    """
    if city.sender is not None:
        raise DeliveryRefused(
            "D-234",
            "Deze stad stuurt bundels: haar rijen horen bij haar te blijven.",
            "Levert ze toch weer rijen, haal dan [bundle] uit het stadsbestand.",
        )


def refuse_broken(checked: Iterable[Checked]) -> None:
    """If a suite refuses a dataset, raise D-302 for the rule that most rows break."""
    refused = [part for part in checked if part.refused]
    if not refused:
        return
    broken = [finding for part in refused for finding in part.findings if finding.state is FindingState.REFUSED]
    if not broken:
        raise DeliveryRefused(
            "D-302", f"Van {refused[0].dataset} blijft geen enkele rij over.", "Verbeter wat demad check opsomt."
        )
    worst = max(broken, key=lambda finding: finding.failed)
    raise DeliveryRefused(
        "D-302",
        f"In {worst.dataset} breken {worst.failed} van {several(worst.rows, 'rij', 'rijen')} de regel {worst.name}; "
        f"de grens is {several(worst.limit, 'rij', 'rijen')}. {worst.why}",
        f"{worst.todo} Voer daarna demad check opnieuw uit.",
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
    """Deliver extracts that are already in memory, converted to contract types; the receiver checks them."""
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
    source: AtSource = AtSource(),  # frozen
) -> Delivery:
    """Write typed frames as a delivery: data files first, `delivery.json` last."""
    if "leefloon" not in frames:
        raise DeliveryRefused("D-223", "Een levering zonder leefloon kan niet.", "Voeg het extract leefloon toe.")
    inbox = private_folder(root / "inbox" / city.slug)
    stage = private_folder(inbox / ".bezig")
    try:
        files = tuple(_write(stage, name, frames[name]) for name in DATASETS if name in frames)
        change = _write_change(stage, source)
        delivery = Delivery(
            id="-".join([as_of.isoformat(), _short(files), *([change[:6]] if change else [])]),
            city=city.slug,
            nis=city.nis,
            since=since,
            as_of=as_of,
            full_history=full_history,
            made_on=made_on,
            scope=COMMON if source.common else "city",
            key_id=source.key_id,
            approval=source.approval,
            files=files,
            set_aside=set_aside,
            key_change=change,
        )
        return _placed(stage, inbox, delivery)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _placed(stage: Path, inbox: Path, delivery: Delivery) -> Delivery:
    """The delivery under its name in the inbox; where it is there already, that one."""
    delivery, is_there = _named(inbox, delivery)
    target = inbox / delivery.id
    if is_there:
        return _again(target)
    write_manifest(stage, delivery)
    stage.rename(target)
    return delivery


def _again(target: Path) -> Delivery:
    """The delivery that is there already, with its manifest written anew."""
    delivery = read_manifest(target)
    write_manifest(target, delivery)
    return delivery


def _named(inbox: Path, delivery: Delivery) -> tuple[Delivery, bool]:
    """The delivery under a name that no other one has, and whether it is there already.

    The name holds the hashes of two files alone, so another delivery may have it: it is the same one only if all that
    it says is the same. When it was made does not matter, unless another was made since: then it takes its place again.
    """
    same, newest = _as_said(delivery), _newest(inbox)
    for suffix in ("", f"-{same[:6]}"):
        target = inbox / f"{delivery.id}{suffix}"
        if not target.exists():
            return replace(delivery, id=target.name), False
        known = read_manifest(target)
        if _as_said(known) == same and known.made_on in (newest, delivery.made_on):
            return known, True
    last = replace(delivery, id=f"{delivery.id}-{delivery.content[:12]}")
    return last, (inbox / last.id).exists()


def _as_said(delivery: Delivery) -> str:
    """All that a delivery says but its name and the day it was made."""
    return replace(delivery, id="", made_on=date.min, made_with="").content


def _newest(inbox: Path) -> date:
    """The last day on which a delivery that lies in the inbox was made; one that cannot be read is passed over."""
    made = [date.min]
    for path in inbox.glob("[!.]*/delivery.json"):
        with suppress(DemadError):
            made.append(read_manifest(path.parent).made_on)
    return max(made)


def canonical(frame: pl.DataFrame) -> bytes:
    """Serialise a typed table to Parquet: the same rows give the same bytes, whatever file they came from.

    Parquet stores no value for a null; Arrow would store the bytes underneath. A fixed row group size makes the bytes
    independent of the number of threads, although codes are converted to text during writing.
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


def _write_change(stage: Path, source: AtSource) -> str:
    """Write the change of key, if there is one; return its hash."""
    if source.key_change is None:
        return ""
    key_change.write_change(stage / key_change.NAME, source.key_change)
    return file_hash(stage / key_change.NAME)


def _short(files: tuple[DeliveredFile, ...]) -> str:
    return "".join(file.sha256[:6] for file in files[:2])
