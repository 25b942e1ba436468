"""Turn errors of the Dagster database into refusals with a code. The figures are not in that database."""

import shutil
from errno import ENOSPC
from pathlib import Path

from demad.errors import StorageFailed
from demad.store import storage_refusal

_LIBRARIES = ("psycopg2", "sqlite3", "sqlalchemy.exc")
_LITTLE = 64 * 2**20  # bytes; SQLite reports a full disk as an "I/O error"


def database_refusal(fault: BaseException, root: Path) -> StorageFailed | None:
    """D-478 for an error of the database, raised directly or by Dagster; None for any other error."""
    found = next((cause for cause in _causes(fault) if type(cause).__module__.startswith(_LIBRARIES)), None)
    if found is None:
        return None
    if "disk I/O error" in str(found) and shutil.disk_usage(root).free < _LITTLE:
        return storage_refusal(OSError(ENOSPC, ""))
    return storage_refusal(found) or StorageFailed(
        "D-478",
        "De database van Dagster antwoordt niet; de cijfers zelf zijn veilig.",
        "Start PostgreSQL en voer demad run uit; zie ook demad doctor.",
    )


def _causes(fault: BaseException | None) -> list[BaseException]:
    """An error and its causes, each once."""
    found: list[BaseException] = []
    while fault is not None and fault not in found:
        found.append(fault)
        fault = fault.__cause__ or fault.__context__
    return found
