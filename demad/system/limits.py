"""Limits of a job, and the exit status of a job that could not write. Used by both implementations."""

from __future__ import annotations

from dataclasses import dataclass

DISK_FULL = 73  # exit status of a job that could not write


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a job: bytes of memory, bytes per file it writes, seconds of work on one core."""

    memory: int
    written: int
    seconds: int

    @property
    def elapsed(self) -> int:
        """Seconds after which even a job that does nothing is ended: on a busy machine, work takes longer."""
        return self.seconds * 4
