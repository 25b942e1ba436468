"""Count many cities ahead of their stages, several at a time, where `demad.toml` says so.

The stages of a city come one after another, and most cities are one shard: with processes or a cluster, their periods
and counts are made for all of them first. The stages then find what they would have counted, and judge, protect and
store it as ever. No task needs the secret of a city.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from demad.bundles.in_force import bundle_in_force
from demad.errors import DemadError
from demad.publishing.city_stages import extracted, periods_of
from demad.publishing.executors import counting_in, done_elsewhere
from demad.publishing.freshness import is_current, keep
from demad.publishing.shards import count_part, is_counted, refuse_other, shards_of, software, without_text


def count_ahead(root: Path, cities: Iterable[str]) -> int:
    """Count the cities that deliver rows, and return how many; none if each is counted in its own stages.

    What is refused of a city is refused again, and told, in its own stages.

    Raises
    ------
    StorageFailed
        D-461: processes or the cluster stopped twice; what was counted is kept.
    UsageRefused
        D-460: a worker has other software. D-462: Dask is not installed.
    """
    counting = counting_in(root)
    rows = [] if counting.executor == "here" else [city for city in cities if bundle_in_force(root, city) is None]
    if len(rows) < 2:  # one city hands out its own shards
        return 0
    done_elsewhere(counting, count_city_ahead, [(str(root), city, software()) for city in rows])
    return len(rows)


def count_city_ahead(root: str, city: str, asked: str) -> None:
    """Make and store the periods of a city, and count it if it is one shard; the task of an executor.

    The shards of a larger city are handed out when its turn comes.

    Raises
    ------
    UsageRefused
        D-460: this worker has other software than who asks.
    """
    refuse_other(asked)
    try:
        with without_text(count_city_ahead.__name__):
            _count(Path(root), city)
    except DemadError:  # the stages of this city meet it too, and tell it
        return


def _count(root: Path, city: str) -> None:
    name = f"periods/{city}"
    if not (is_current(root, name) and shards_of(root, city)):
        keep(root, name, periods_of(root, city, extracted(root, city)))
    if shards_of(root, city) == 1 and not is_counted(root, city, 0):
        count_part(root, city, 0)
