"""What a disk says, as a refusal with a code: nothing that was committed is touched by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EDQUOT, ENOSPC, EPERM, EROFS

from demad.errors import StorageFailed


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
    except OSError as fault:
        refusal = storage_refusal(fault)
        if refusal is None:
            raise
    else:
        return
    raise refusal from None


def storage_refusal(fault: OSError) -> StorageFailed | None:
    """The refusal for an error of the disk; None for any other error."""
    if fault.errno in (ENOSPC, EDQUOT):
        return StorageFailed("D-360", "De schijf is vol; wat er was, is gebleven.", "Maak plaats en probeer opnieuw.")
    if fault.errno in (EROFS, EACCES, EPERM):
        return StorageFailed("D-361", "In de gegevensmap kan niet geschreven worden.", "Controleer de rechten.")
    return None
