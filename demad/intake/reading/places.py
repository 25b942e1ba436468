"""Add the location of a problem to a refusal: file, sheet, archive member."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from demad.errors import DemadError
from demad.intake.privacy.identifiers import kinds_in


@contextmanager
def within(where: str) -> Iterator[None]:
    """Attach a location to a refusal raised inside; a name that contains an identifier is left out."""
    try:
        yield
    except DemadError as refusal:
        if where and not any(True for _ in kinds_in(where)):
            refusal.add_note(where)
        raise


@contextmanager
def locate_refusals(where: str) -> Iterator[None]:
    """Put the location at the beginning of the text of a refusal raised inside, outermost first."""
    try:
        with within(where):
            yield
    except DemadError as refusal:
        raise located(refusal) from None


def located(refusal: DemadError) -> DemadError:
    """The same refusal with the location at the beginning of its text."""
    where = ", ".join(reversed(places_of(refusal)))
    return type(refusal)(refusal.code, f"{where}: {refusal.what}", refusal.todo) if where else refusal


def places_of(refusal: DemadError) -> list[str]:
    """The locations attached to a refusal, innermost first."""
    return list(getattr(refusal, "__notes__", []))
