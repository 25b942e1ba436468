"""What a disk says, as a refusal with a code: nothing that was committed is touched by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EBUSY, EDQUOT, ENOSPC, EPERM, EROFS, EXDEV

from demad.errors import DemadError, StorageFailed

# Polars, SQLite and shutil pass on what the disk said as text alone.
_FULL = ("No space left on device", "Disk quota exceeded", "database or disk is full", "(os error 28)")
_CLOSED = ("Read-only file system", "attempt to write a readonly database", "unable to open database file")


@contextmanager
def refusing_storage() -> Iterator[None]:
    """Turn what a disk says into a refusal with a code; nothing that was committed is touched.

    Raises
    ------
    StorageFailed
        D-360 the disk is full, D-361 the folder may not be written.
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
    """The refusal for what a disk said, directly or through a library; None for any other error."""
    number, said = getattr(fault, "errno", None), str(fault)  # a mounted folder has no other name: EBUSY, EXDEV
    if number in (ENOSPC, EDQUOT) or any(words in said for words in _FULL):
        return StorageFailed("D-360", "De schijf is vol; wat er was, is gebleven.", "Maak plaats en probeer opnieuw.")
    if number in (EROFS, EACCES, EPERM, EBUSY, EXDEV) or any(words in said for words in _CLOSED):
        return StorageFailed(
            "D-361",
            "In de gegevensmap kan niet geschreven worden.",
            "Controleer de rechten, en dat preview en publication geen eigen schijf zijn.",
        )
    return None
