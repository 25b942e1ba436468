"""Turn errors of the disk into refusals with a code. Committed data are never affected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EBUSY, EDQUOT, ENOSPC, EPERM, EROFS, EXDEV

from demad.errors import DemadError, StorageFailed

# Polars, SQLite and shutil report an error of the disk only as text.
_FULL = ("No space left on device", "Disk quota exceeded", "database or disk is full", "(os error 28)")
_CLOSED = ("Read-only file system", "attempt to write a readonly database", "unable to open database file")


@contextmanager
def refusing_storage() -> Iterator[None]:
    """Turn an error of the disk into a refusal with a code; committed data are not affected.

    Raises
    ------
    StorageFailed
        D-360: the disk is full, D-361: the folder is not writable.
    """
    try:
        yield
    except DemadError:
        raise
    except Exception as fault:
        refusal = storage_refusal(fault)
        if refusal is None:
            raise
    else:
        return
    raise refusal from None


def storage_refusal(fault: BaseException) -> StorageFailed | None:
    """The refusal for an error of the disk, raised directly or by a library; None for any other error."""
    number, said = getattr(fault, "errno", None), str(fault)  # EBUSY, EXDEV: a mounted folder cannot be renamed
    if number in (ENOSPC, EDQUOT) or any(words in said for words in _FULL):
        return StorageFailed("D-360", "De schijf is vol; wat er was, is gebleven.", "Maak plaats en probeer opnieuw.")
    if number in (EROFS, EACCES, EPERM, EBUSY, EXDEV) or any(words in said for words in _CLOSED):
        return StorageFailed(
            "D-361",
            "In de gegevensmap kan niet geschreven worden.",
            "Controleer de rechten, en dat preview en publication geen eigen schijf zijn.",
        )
    return None
