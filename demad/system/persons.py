"""Who is behind a process, as far as the system can tell. Used by both implementations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Behind:
    """The accounts behind a process, by name.

    Parameters
    ----------
    login
        The account that logged in, which no later change of user changes; empty where the system does not keep it.
    accounts
        Every account that this process or one that started it runs as, and the one that sudo names.
    """

    login: str
    accounts: frozenset[str]
