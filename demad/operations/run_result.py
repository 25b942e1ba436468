"""What a run decided and made. Without slow imports: `demad run` with nothing new needs no more than this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demad.intake.deliveries.ledger import Outcome


@dataclass(frozen=True, slots=True)
class RunResult:
    """Result of a run: decisions on deliveries, recomputed cities, and failed stages with their codes."""

    outcomes: tuple[Outcome, ...]
    cities: tuple[str, ...]
    failed: tuple[str, ...]
    benchmark: bool
    waits: bool = False  # figures of other definitions are in the shadow and need approval

    @property
    def exit_status(self) -> int:
        """The worst of 6, 3 and 0; 1 if one of our stages failed."""
        worst = [outcome.exit_status for outcome in self.outcomes] + [1 if self.failed else 0]
        return next((status for status in (6, 3, 1) if status in worst), 0)
