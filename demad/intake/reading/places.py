"""Where in what was given something was refused: file, sheet, member of an archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from demad.errors import DemadError
from demad.intake.privacy.identifiers import kinds_in


@contextmanager
def within(where: str) -> Iterator[None]:
    """A refusal that passes remembers where it was; a name that holds an identifier of a person is not repeated."""
    try:
        yield
    except DemadError as refusal:
        if where and not any(True for _ in kinds_in(where)):
            refusal.add_note(where)
        raise


@contextmanager
def told_within(where: str) -> Iterator[None]:
    """A refusal that passes says where it was, the largest first."""
    try:
        with within(where):
            yield
    except DemadError as refusal:
        raise located(refusal) from None


def located(refusal: DemadError) -> DemadError:
    """The same refusal, its text beginning with where it was."""
    where = ", ".join(reversed(places_of(refusal)))
    return type(refusal)(refusal.code, f"{where}: {refusal.what}", refusal.todo) if where else refusal


def places_of(refusal: DemadError) -> list[str]:
    """Where a refusal was, the smallest first."""
    return list(getattr(refusal, "__notes__", []))
