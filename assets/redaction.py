"""Keep personal data out of Dagster's event log: an unexpected error is replaced by a code before Dagster sees it."""

import functools
from collections.abc import Callable
from typing import Any

from demad.errors import DemadError
from demad.store import storage_refusal


def redacted(step: Callable[..., Any]) -> Callable[..., Any]:
    """Run a step; an error of another type becomes D-901 without its text, because the text may contain a cell.

    Raised outside the ``except``, so that it has no cause and no context.
    """

    @functools.wraps(step)
    def guarded(*arguments: Any, **options: Any) -> Any:
        try:
            return step(*arguments, **options)
        except DemadError as refusal:
            known = refusal
        except Exception as fault:
            known = storage_refusal(fault) or DemadError(
                "D-901", f"Onverwachte fout ({type(fault).__name__}) in {step.__name__}.", "Meld dit."
            )
        raise known from None

    return guarded
