"""Write and read backups: one file with everything that cannot be recomputed. Not here: where backups are kept.

A backup is a `tar.gz` whose last member is a manifest with the hash of every file, so that a truncated backup is
refused. It contains personal data, so only this user can read it. The secrets of the cities are encrypted with a key
that is kept elsewhere, so that a stolen backup does not reveal the rounding of a release.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import IO

from demad import __version__
from demad.errors import DemadError, InputMissing, UsageRefused
from demad.operations.encryption import DAMAGED, decrypting, encrypting, is_encrypted
from demad.operations.sealing import SEALED, seal, secret_files
from demad.records import audit_trail
from demad.store import Store, private_folder, refusing_storage, sync_folder
from demad.store.format import FORMAT as ROOT_FORMAT
from demad.store.format import refuse_format

FORMAT = "demad-backup/1"
MANIFEST = "demad-backup.json"
PARTS = ("inbox", "store", "publication", "withdrawn", "audit", "signoff", "erased.jsonl", "cities", "demad.toml")


@dataclass(frozen=True, slots=True)
class Backup:
    """Facts about a backup."""

    files: int
    bytes: int
    manifest: str


def backup(root: Path, out: Path, *, key: bytes | None = None, recipients: Path | None = None) -> Backup:
    """Write a backup of a root atomically; the caller must hold the lock of the root.

    Parameters
    ----------
    key
        Key that encrypts the secrets of the cities; see `sealing.key_in`.
    recipients
        File with the public keys of age that the whole file is encrypted for; None: not encrypted.

    Raises
    ------
    StorageFailed
        D-351: data in force are damaged, and a backup would hide that. D-360, D-361.
    UsageRefused
        D-363: the file exists, or is inside a folder that is backed up. D-369: there are secrets but no key.
        D-494: age is not installed, or the file of recipients is wrong.
    """
    if out.exists() or any((root / part) in out.resolve().parents for part in PARTS):
        raise UsageRefused("D-363", "Deze naam kan niet voor een back-up.", "Kies een nieuw bestand buiten de map.")
    if key is None and secret_files(root):
        raise UsageRefused(
            "D-369",
            "De geheimen van de steden horen in de back-up, en er is geen sleutel om ze te verzegelen.",
            "Geef --key BESTAND (wordt gemaakt als het er niet is) of zet DEMAD_BACKUP_KEY; bewaar het apart.",
        )
    store = Store(root)
    for name in store.every_name():
        store.refuse_damaged(name)
    private_folder(out.resolve().parent)
    with refusing_storage():
        handle, written = tempfile.mkstemp(prefix=".write-", dir=out.resolve().parent)
        try:
            with os.fdopen(handle, "wb") as target:
                made = _written(root, target, key, recipients)
                target.flush()
                os.fsync(target.fileno())
            Path(written).replace(out)
        finally:
            Path(written).unlink(missing_ok=True)
        sync_folder(out.resolve().parent)
    audit_trail.record(root, "backed_up", {"files": made.files, "manifest": made.manifest})
    return made


def _written(root: Path, target: IO[bytes], key: bytes | None, recipients: Path | None) -> Backup:
    if recipients is None:
        return _write(root, target, key)
    with encrypting(target, recipients) as entrance:
        return _write(root, entrance, key)


def _write(root: Path, target: IO[bytes], key: bytes | None) -> Backup:
    listed = []
    with tarfile.open(fileobj=target, mode="w:gz", compresslevel=1) as archive:
        for name, content in _contents(root, key):
            listed.append({"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
            _add(archive, name, content)
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = json.dumps(
            {
                "format": FORMAT,
                "root_format": ROOT_FORMAT,
                "made_with": __version__,
                "made_at": made_at,
                "files": listed,
                "trail": _end_of_trail(root),
            },
            indent=1,
            sort_keys=True,
        ).encode()
        _add(archive, MANIFEST, manifest)
    return Backup(len(listed), sum(entry["bytes"] for entry in listed), hashlib.sha256(manifest).hexdigest())


def _end_of_trail(root: Path) -> dict[str, object]:
    """Number of lines and last hash of the audit trail, so that a trail that is cut later can be seen elsewhere."""
    chain = audit_trail.verify_file(audit_trail.file(root))
    return {"entries": chain.entries, "head": chain.head}


def _contents(root: Path, key: bytes | None) -> Iterator[tuple[str, bytes]]:
    for path in kept_files(root):
        yield path.relative_to(root).as_posix(), path.read_bytes()
    if key is not None:
        yield SEALED, seal(secret_files(root), key)


def kept_files(root: Path) -> Iterator[Path]:
    """Every file of a backup: no staging copies or leftovers, and of the store only current versions."""
    store = Store(root)
    old = {store.folder / name: store.current(name) for name in store.every_name()}
    for part in PARTS:
        found = root / part
        for path in [found] if found.is_file() else sorted(found.rglob("*")):
            inside = path.relative_to(root).parts
            hidden = any(piece.startswith(".") for piece in inside) or inside[:2] == ("store", "staging")
            other_version = path.parent.parent in old and path.parent.name != old[path.parent.parent]
            if path.is_file() and not path.is_symlink() and not hidden and not other_version:
                yield path


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


def read_backup(path: Path, into: Path, identity: Path | None = None) -> Backup:
    """Unpack a backup into an empty folder and check every hash.

    Raises
    ------
    InputMissing
        D-364: the file does not exist.
    DemadError
        D-365: not a backup of DEMaD, damaged or truncated.
    StorageFailed
        D-362: a newer version wrote it.
    UsageRefused
        D-495: encrypted, and ``identity`` does not open it. D-494: age is not installed.
    """
    if not path.is_file():
        raise InputMissing("D-364", "Dit back-upbestand is er niet.", "Controleer de naam en de map.")
    found: dict[str, str] = {}
    manifest, odd = b"", False
    try:
        with _opened(path, identity) as archive:
            for entry in archive:
                content = _content(archive, entry)
                if entry.name == MANIFEST:
                    manifest = content
                elif entry.name in found:
                    raise ValueError
                elif not _is_ours(entry.name, into):
                    odd = True  # refused below, when the manifest has said which version wrote it
                else:
                    _place(into, entry.name, content)
                    found[entry.name] = hashlib.sha256(content).hexdigest()
        written = json.loads(manifest)
        expected = {entry["name"]: entry["sha256"] for entry in written["files"]}
        refuse_format(int(written.get("root_format", 1)), str(written.get("made_with", "?"))[:20], what="Deze back-up")
        if written["format"] != FORMAT or expected != found or odd:
            raise ValueError
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, OSError) as fault:
        with refusing_storage():
            if isinstance(fault, OSError) and fault.errno:
                raise
        raise DemadError(*DAMAGED) from None
    return Backup(len(found), sum(entry["bytes"] for entry in written["files"]), hashlib.sha256(manifest).hexdigest())


@contextmanager
def _opened(path: Path, identity: Path | None) -> Iterator[tarfile.TarFile]:
    if not is_encrypted(path):
        with tarfile.open(path, mode="r:gz") as archive:
            yield archive
        return
    with decrypting(path, identity) as stream, tarfile.open(fileobj=stream, mode="r|gz") as archive:
        yield archive


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    source = archive.extractfile(entry) if entry.isreg() else None
    if source is None:
        raise ValueError
    return source.read()


def _is_ours(name: str, top: PurePath) -> bool:
    """Whether a name leads to a part of a root, and nowhere else; ``top``: the folder where it is put.

    Each piece is a name in the folder above it. On Windows ``C:`` is not: it leads to another drive.
    """
    pieces = name.split("/")
    odd = any(piece in ("", ".", "..") or "\\" in piece or "\0" in piece for piece in pieces)
    inside = all(top.joinpath(piece).parent == top for piece in pieces)
    return inside and not odd and pieces[0] in (*PARTS, SEALED)


def _place(into: Path, name: str, content: bytes) -> None:
    pieces = name.split("/")
    target = private_folder(into.joinpath(*pieces[:-1])) / pieces[-1]
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
