"""The twin of `limits_posix` for Windows: no fork and no limits of the system, so only the time of a job is limited."""

from __future__ import annotations

from collections.abc import Callable

from demad.intake.limits import Limits

FORKS = False
OUT_OF_TIME = None


def limit_self(limits: Limits) -> None:
    """Nothing: Windows limits a process from outside only; the parent ends it when its time is up."""


def in_fork(work: Callable[[], None], limits: Limits) -> int | None:
    """Never asked for: nothing forks here."""
    raise NotImplementedError
