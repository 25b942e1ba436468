"""Strict reader and writer of `delivery.json`, the manifest of a delivery, which is written last."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from demad import __version__
from demad.errors import DeliveryRefused, DeliveryWaits
from demad.intake.contract.datasets import DATASETS
from demad.store import open_plain, write_atomic

FORMAT = "demad-delivery/1"
NAME = "delivery.json"
COMMON = "common"
"""The ``scope`` of a delivery whose pseudonyms were made with a key that cities share."""
_OTHER_FORMAT = re.compile(r"demad-delivery/\d{1,9}")
_PROGRAM = re.compile(r"[0-9A-Za-z.+-]{1,40}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_LETTER = r'[^\x00-\x1f\x7f/\\:*?"<>|\ud800-\udfff]'  # allowed in a file name on every system
_FILE = re.compile(rf"(?!\.){_LETTER}{{1,120}}")
_SIZE_LIMIT = 65_536
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REQUIRED = ("format", "city", "nis", "since", "as_of", "made_on", "files")
_OPTIONAL = ("scope", "history", "key_id", "approval", "set_aside", "made_with", "key_change")
_NEARLY = 0.75  # similarity of two names above which one is a misspelling of the other


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file of a delivery, as the manifest describes it."""

    dataset: str
    name: str
    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """Rows that the city set aside because this column holds no date. They are not delivered, but they are counted."""

    dataset: str
    column: str
    rows: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """The contents of a manifest: complete from ``since`` to ``as_of``, files in order of recording."""

    id: str
    city: str
    nis: str
    since: date
    as_of: date
    full_history: bool
    made_on: date
    scope: str
    key_id: str
    approval: str
    files: tuple[DeliveredFile, ...]
    set_aside: tuple[SetAside, ...] = ()
    made_with: str = ""
    """Version of DEMaD that made it; empty if other software did. It is no part of the content."""
    key_change: str = ""  # sha256 of `sleutelwissel.json` in the same folder

    @property
    def left_out(self) -> dict[str, dict[str, int]]:
        """Rows that were set aside, per dataset and column."""
        found: dict[str, dict[str, int]] = {}
        for part in self.set_aside:
            found.setdefault(part.dataset, {})[part.column] = part.rows
        return found

    @property
    def content(self) -> str:
        """Hash of the whole contents; deliveries with equal hashes are the same delivery."""
        return hashlib.sha256(json.dumps(_written(self), sort_keys=True).encode()).hexdigest()


def read_manifest(folder: Path) -> Delivery:
    """Read and check `delivery.json` of a delivery folder.

    Raises
    ------
    DeliveryWaits
        D-220: not there, D-222: not complete (no JSON), D-232: not readable by this user.
    DeliveryRefused
        D-221: other city, D-222: no file, too large or an invalid field, D-233: of a version that is not understood.
    """
    written = _object(_content(folder / NAME))
    _refuse_other_format(written)
    try:
        delivery = _parsed(folder.name, written)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _wrong() from None
    _same_as_folder(delivery, folder)
    return delivery


def _content(path: Path) -> bytes:
    try:
        with open_plain(path) as source:
            content = source.read(_SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise DeliveryWaits("D-220", "De levering heeft geen delivery.json.", "Maak ze met demad deliver.") from None
    except PermissionError:
        raise DeliveryWaits("D-232", "delivery.json is niet leesbaar.", "Geef DEMaD rechten om te lezen.") from None
    except OSError:
        raise _wrong("is geen gewoon bestand") from None
    if len(content) > _SIZE_LIMIT:
        raise _wrong()
    return content


def _object(content: bytes) -> dict[str, Any]:
    """The object in the file; what is no JSON may still be growing."""
    try:
        written = json.loads(content.decode("utf-8"), object_pairs_hook=_once_each)
    except _NameTwice:
        raise _wrong() from None
    except (ValueError, RecursionError):
        raise DeliveryWaits("D-222", "delivery.json is onvolledig of fout.", "Maak ze met demad deliver.") from None
    if not isinstance(written, dict):
        raise _wrong()
    return written


def _wrong(how: str = "is onvolledig of fout") -> DeliveryRefused:
    return DeliveryRefused("D-222", f"delivery.json {how}.", "Maak ze met demad deliver.")


def _refuse_other_format(written: dict[str, Any]) -> None:
    found = written.get("format")
    if isinstance(found, str) and found != FORMAT and _OTHER_FORMAT.fullmatch(found):
        raise DeliveryRefused(
            "D-233",
            f"Deze levering is gemaakt met {_made_with(written) or 'een andere versie van DEMaD'}, in een vorm "
            f"({found}) die hier niet gelezen wordt.",
            f"Gebruik aan beide kanten dezelfde versie: hier staat {__version__}.",
        )


def _made_with(written: dict[str, Any]) -> str:
    version = str(written.get("made_with") or "")
    return f"DEMaD {version}" if _PROGRAM.fullmatch(version) else ""


def write_manifest(folder: Path, delivery: Delivery) -> None:
    """Write `delivery.json`, the last file of a delivery: a folder without it is not a delivery."""
    told = {**_written(delivery), "made_with": __version__}
    text = json.dumps(told, indent=2, ensure_ascii=False)
    write_atomic(folder / NAME, (text + "\n").encode())


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Build an object; refuse a name that occurs twice, because it is ambiguous."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise _NameTwice
    return dict(pairs)


class _NameTwice(ValueError):
    """An object has a name twice."""


def _refuse_misspelt(written: dict[str, Any]) -> None:
    """Raise if a name misspells an optional field, which would be ignored; other unknown names are allowed."""
    absent = [name for name in _OPTIONAL if name not in written]
    unknown = [name for name in written if name not in (*_OPTIONAL, *_REQUIRED)]
    if any(difflib.get_close_matches(name.lower(), absent, n=1, cutoff=_NEARLY) for name in unknown):
        raise ValueError


def _parsed(name: str, written: dict[str, Any]) -> Delivery:
    _refuse_misspelt(written)
    if written["format"] != FORMAT or written.get("history", "cut") not in ("cut", "full"):
        raise ValueError
    if written.get("scope", "city") not in ("city", COMMON):
        raise ValueError
    files = tuple(
        DeliveredFile(
            str(f["dataset"]), str(f["name"]), str(f["sha256"]).lower(), _whole(f["bytes"]), _whole(f["rows"])
        )
        for f in written["files"]
    )
    if not files or any(f.dataset not in DATASETS or not _FILE.fullmatch(f.name) for f in files):
        raise ValueError
    return Delivery(
        id=name,
        city=str(written["city"]),
        nis=str(written["nis"]),
        since=date.fromisoformat(written["since"]),
        as_of=date.fromisoformat(written["as_of"]),
        full_history=written.get("history", "cut") == "full",
        made_on=date.fromisoformat(written["made_on"]),
        scope=written.get("scope", "city"),
        key_id=str(written.get("key_id") or ""),
        approval=str(written.get("approval") or ""),
        files=files,
        set_aside=tuple(_set_aside(part) for part in written.get("set_aside", ())),
        made_with=_made_with(written).removeprefix("DEMaD "),
        key_change=_hash(str(written.get("key_change", ""))),
    )


def _set_aside(written: dict[str, Any]) -> SetAside:
    part = SetAside(str(written["dataset"]), str(written["column"]), _whole(written["rows"]))
    fields = DATASETS[part.dataset].fields
    if part.column not in fields or fields[part.column].kind != "date" or fields[part.column].required:
        raise ValueError
    return part


def _hash(value: str) -> str:
    if value == "" or _SHA256.fullmatch(value):
        return value
    raise ValueError


def _whole(value: object) -> int:
    """A count; JSON numbers such as 1e309 and NaN, and Booleans, are refused."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError


def _same_as_folder(delivery: Delivery, folder: Path) -> None:
    if delivery.city != folder.parent.name:
        raise DeliveryRefused(
            "D-221", "De levering is van een andere stad dan de map.", "Zet ze in de map van haar eigen stad."
        )
    if not _ID.fullmatch(delivery.id):
        raise DeliveryRefused("D-222", "De naam van de levering kan niet.", "Gebruik letters, cijfers en streepjes.")
    if delivery.since > delivery.as_of:
        raise DeliveryRefused("D-222", "since ligt na as_of.", "Verbeter de periode van de levering.")


def _written(delivery: Delivery) -> dict[str, object]:
    return {
        "format": FORMAT,
        "city": delivery.city,
        "nis": delivery.nis,
        "scope": delivery.scope,
        "since": delivery.since.isoformat(),
        "as_of": delivery.as_of.isoformat(),
        "history": "full" if delivery.full_history else "cut",
        "made_on": delivery.made_on.isoformat(),
        **({"key_id": delivery.key_id} if delivery.key_id else {}),
        **({"approval": delivery.approval} if delivery.approval else {}),
        **({"key_change": delivery.key_change} if delivery.key_change else {}),
        **({"set_aside": [asdict(part) for part in delivery.set_aside]} if delivery.set_aside else {}),
        "files": [asdict(file) for file in delivery.files],
    }
