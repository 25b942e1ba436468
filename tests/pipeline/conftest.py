"""Small roots with a few synthetic cities, delivered by the same code as a city uses."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from demad.intake.deliveries.packing import put_extracts
from demad.records.secrets import keep, seeded
from demad.reference.cities import load_cities
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from tests.once import made_once
from tests.pipeline.plainly import plainly_drawn

Deliver = Callable[..., dict[str, Path]]


@pytest.fixture(scope="session")
def deliver() -> Deliver:
    """Puts a delivery of each city in the inbox of a root: ``deliver(root, "aalst", "turnhout", revision=1)``.

    A revision is the same extract without its last few decisions: another delivery, and a plausible one.
    """

    def put(root: Path, *slugs: str, revision: int = 0, days_later: int = 0) -> dict[str, Path]:
        cities = load_cities(root)
        made_on = AS_OF + timedelta(days=5 + days_later)
        placed = {}
        for slug, frames in extracts(people=150, seed=1, cities=slugs):
            keep(root, slug, seeded(f"test/{slug}"))
            given = {**frames, "leefloon": frames["leefloon"].head(frames["leefloon"].height - 3 * revision)}
            made = put_extracts(root, cities[slug], given, since=SINCE, as_of=AS_OF, made_on=made_on)
            placed[slug] = root / "inbox" / slug / made.id
        return placed

    return put


@pytest.fixture(scope="session")
def bytes_with() -> Callable[[Path, Iterable[str]], list[Path]]:
    """Finds the files under a folder that hold any of some words."""

    def find(folder: Path, words: Iterable[str]) -> list[Path]:
        wanted = [word.encode() for word in words]
        files = (path for path in folder.rglob("*") if path.is_file())
        return [path for path in files if any(word in path.read_bytes() for word in wanted)]

    return find


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory, deliver: Deliver) -> Path:
    """A root in which Aalst and Turnhout were delivered and run. Do not write in it: take ``root``.

    Of two processes that share a session one makes it; each then has a copy, so that none copies what another reads.
    """
    made = made_once(tmp_path_factory, "root", lambda where: _settle(where, deliver))
    return Path(shutil.copytree(made, tmp_path_factory.getbasetemp() / "settled" / "root"))


def _settle(where: Path, deliver: Deliver) -> None:
    from assets.run import run

    deliver(where, "aalst", "turnhout")
    assert run(where).exit_status == 0


@pytest.fixture
def plain_pages() -> Iterator[None]:
    """A page of a city is one word: for tests that are about what runs, not about what is drawn."""
    with plainly_drawn(around=False):
        yield


@pytest.fixture
def plain_site() -> Iterator[None]:
    """The pages around the cities are one word too; the files of figures are what they are."""
    with plainly_drawn():
        yield


@pytest.fixture
def root(settled: Path, tmp_path: Path) -> Path:
    """A copy of the settled root, to change."""
    return Path(shutil.copytree(settled, tmp_path / "root"))


@pytest.fixture
def materialized() -> Callable[[Path], Counter[tuple[str, str | None]]]:
    """Counts, from the events of every run under a root, how often each asset and city was made."""
    from dagster import DagsterEventType, DagsterInstance

    def count(where: Path) -> Counter[tuple[str, str | None]]:
        with DagsterInstance.from_config(str(where / "dagster")) as instance:
            made = [
                entry.dagster_event
                for run_id in instance.get_run_ids()
                for entry in instance.all_logs(run_id, of_type=DagsterEventType.ASSET_MATERIALIZATION)
                if entry.dagster_event
            ]
        return Counter((event.asset_key.to_user_string(), event.partition) for event in made if event.asset_key)

    return count
