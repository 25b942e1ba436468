"""Power that fails after any file operation, with whatever was not synced there or not, loses nothing that was said."""

from __future__ import annotations

import pytest

from tests.reliability.disk import Disk
from tests.reliability.power_loss import every_prefix
from tests.reliability.recorded import can_record

pytestmark = pytest.mark.skipif(not can_record(), reason="no strace on this machine")


class Forgetful(Disk):
    """A disk on which nothing is ever sure."""

    def sync(self, path: str) -> None:
        """Forget that it was asked."""


@pytest.mark.parametrize("kind", ["store", "audit"])
def test_every_prefix_of_the_recorded_operations_recovers(kind, tmp_path):
    told = every_prefix(kind, 2, tmp_path / kind)
    assert told["states"] > told["operations"] > 10


def test_work_that_is_not_synced_would_be_caught(tmp_path):
    with pytest.raises(AssertionError):
        every_prefix("ledger", 2, tmp_path / "ledger", disk=Forgetful)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "pieces"), [("store", 12), ("ledger", 40), ("audit", 25), ("release", 6)])
def test_every_prefix_of_long_work_recovers(kind, pieces, tmp_path):
    print(kind, every_prefix(kind, pieces, tmp_path / kind))
