"""What only the operating system can do: locks, forks with limits, folders on disk, who the user is.

One module a system with the same names in each, and this one chooses; nobody else asks which system it is.
"""

from __future__ import annotations

import os

from demad.system.limits import DISK_FULL, Limits

if os.name == "posix":
    from demad.system.posix import (
        FORKS,
        OUT_OF_TIME,
        RIGHTS,
        exchanged,
        in_fork,
        limit_self,
        lock_after,
        locked_now,
        sync_folder,
        user,
    )
else:
    from demad.system.windows import (
        FORKS,
        OUT_OF_TIME,
        RIGHTS,
        exchanged,
        in_fork,
        limit_self,
        lock_after,
        locked_now,
        sync_folder,
        user,
    )

__all__ = [
    "DISK_FULL",
    "FORKS",
    "OUT_OF_TIME",
    "RIGHTS",
    "Limits",
    "exchanged",
    "in_fork",
    "limit_self",
    "lock_after",
    "locked_now",
    "sync_folder",
    "user",
]
