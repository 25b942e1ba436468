"""Keep personal data out of Dagster's event log: an unexpected error is replaced by a code before Dagster sees it."""

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from demad.errors import DemadError
from demad.store import storage_refusal


def redacted(step: Callable[..., Any]) -> Callable[..., Any]:
    """Run a step; an error of another type becomes D-901 without its text, because the text may contain a cell.

    Raised outside the ``except``, so that it has no cause and no context. A step that yields events does so here too.
    """
    if inspect.isgeneratorfunction(step):
        return _redacted_events(step)

    @functools.wraps(step)
    def guarded(*arguments: Any, **options: Any) -> Any:
        try:
            return step(*arguments, **options)
        except Exception as fault:
            known = refusal_of(fault, step)
        raise known from None

    return guarded


def refusal_of(fault: Exception, step: Callable[..., Any]) -> DemadError:
    """An error that may be shown: our own as it is, one of the disk by its code, any other as D-901."""
    if isinstance(fault, DemadError):
        return fault
    return storage_refusal(fault) or DemadError(
        "D-901", f"Onverwachte fout ({type(fault).__name__}) in {step.__name__}.", "Meld dit."
    )


def _redacted_events(step: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    @functools.wraps(step)
    def guarded(*arguments: Any, **options: Any) -> Iterator[Any]:
        try:
            yield from step(*arguments, **options)
        except Exception as fault:
            known = refusal_of(fault, step)
        else:
            return
        raise known from None

    return guarded
