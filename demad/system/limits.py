"""What a job may use, and the status of one that could not write. For the twins that know the system."""

from __future__ import annotations

from dataclasses import dataclass

DISK_FULL = 73  # status of a job that could not write


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may use: bytes of memory, bytes in one file it writes, seconds."""

    memory: int
    written: int
    seconds: int
