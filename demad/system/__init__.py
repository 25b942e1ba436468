"""Functions of the operating system: locks, forks with limits, flushing folders, the user name and who is behind it.

One module per system, with the same names; this package chooses. No other code asks which system it runs on.
"""

from __future__ import annotations

import os

from demad.system.limits import DISK_FULL, Limits
from demad.system.persons import Behind

if os.name == "posix":
    from demad.system.posix import (
        FORKS,
        OUT_OF_TIME,
        RIGHTS,
        alone_on_the_network,
        behind,
        exchanged,
        in_fork,
        limit_self,
        lock_after,
        locked_now,
        owner,
        sync_folder,
        user,
    )
else:
    from demad.system.windows import (
        FORKS,
        OUT_OF_TIME,
        RIGHTS,
        alone_on_the_network,
        behind,
        exchanged,
        in_fork,
        limit_self,
        lock_after,
        locked_now,
        owner,
        sync_folder,
        user,
    )

__all__ = [
    "DISK_FULL",
    "FORKS",
    "OUT_OF_TIME",
    "RIGHTS",
    "Behind",
    "Limits",
    "alone_on_the_network",
    "behind",
    "exchanged",
    "in_fork",
    "limit_self",
    "lock_after",
    "locked_now",
    "owner",
    "sync_folder",
    "user",
]
