"""Every refusal DEMaD can give: a stable code, what happened, what to do, an exit status.

A message names table, column, count and city; it never shows a value from a row.
"""

from __future__ import annotations


class DemadError(Exception):
    """A refusal a person can act on.

    Parameters
    ----------
    code
        Stable, like ``D-017``: the operations guide lists them all.
    what
        What happened, in Dutch, without a value from any row.
    todo
        What to do about it, in Dutch.
    """

    exit_status = 1

    def __init__(self, code: str, what: str, todo: str) -> None:
        super().__init__(f"{code}: {what} {todo}")
        self.code = code
        self.what = what
        self.todo = todo

    def __reduce__(self) -> tuple[type[DemadError], tuple[str, str, str]]:
        """As it was made, so that it can come from another process."""
        return type(self), (self.code, self.what, self.todo)


class UsageRefused(DemadError):
    """The command was asked something it cannot do."""

    exit_status = 2


class DeliveryRefused(DemadError):
    """A delivery or file does not satisfy the contract."""

    exit_status = 3


class DeliveryWaits(DeliveryRefused):
    """A delivery is not complete, or not readable, yet: no decision is made about it, and it is looked at again."""


class InputMissing(DemadError):
    """A file or folder is not there or cannot be read."""

    exit_status = 5


class PrivacyRefused(DemadError):
    """An identifier was found where only pseudonyms may be."""

    exit_status = 6


class StorageFailed(DemadError):
    """The disk or what is stored on it fails: no delivery is to blame, so none is refused for it."""


class Busy(DemadError):
    """Another run holds the lock."""

    exit_status = 75
