"""Whoever draws the reports, their files have the same bytes; what is not drawn elsewhere is drawn here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from demad.errors import StorageFailed, UsageRefused
from demad.publishing import common_stages, drawn
from demad.publishing.shards import software
from demad.publishing.typeset_files import TYPESET
from demad.reference.settings import Counting
from demad.reporting.edition import Edition
from tests.pipeline.test_executors import choose, cluster

CITIES = ["aalst", "turnhout"]


def edition_of(root: Path) -> Edition:
    return common_stages._edition(root)  # pyright: ignore[reportPrivateUsage]


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def draw(root: Path, cities: list[str]) -> dict[str, bytes]:
    """The reports of cities, drawn where the settings say; nothing fails."""
    made = edition_of(root)
    assert drawn.draw_cities(root, made, cities) == []
    return files(drawn.staging_folder(root, made))


def cities_of(made: dict[str, bytes]) -> dict[str, bytes]:
    return {name: found for name, found in made.items() if name.split("/")[0] in CITIES}


def of_city(made: dict[str, bytes], slug: str) -> dict[str, bytes]:
    return {name.removeprefix(f"{slug}/"): found for name, found in made.items() if name.startswith(f"{slug}/")}


def test_another_process_draws_a_report_and_the_pages_around_of_the_same_bytes(root, monkeypatch):
    """One city in the daily lane; the preview of the settled root was drawn here, two cities being too few."""
    here = files(root / "preview")
    shutil.rmtree(root / TYPESET)  # or it would find the PDFs that were typeset here
    monkeypatch.setattr(drawn, "LEAST", 1)
    monkeypatch.setattr(drawn, "cores", lambda: 2)
    monkeypatch.setattr(drawn, "write_city_pages", lambda *_, **__: [])  # what others did not draw is not there
    made = draw(root, ["turnhout"])
    assert of_city(made, "turnhout") == of_city(here, "turnhout")
    told = {"signalen.json", "signalen.xml"}
    assert {"index.html", "turnhout.pdf", "raad.pdf", "turnhout.xlsx"} | told == of_city(made, "turnhout").keys()
    around = {name for name in here if "/" not in name and name.endswith(".html")} - {"index.html"}
    around |= {f"cijfer/{name}" for name in of_city(here, "cijfer")}
    assert len(around) > 100
    assert {name: made.get(name) for name in around} == {name: here[name] for name in around}
    assert made.keys() == around | {f"turnhout/{name}" for name in of_city(made, "turnhout")}


def test_pages_around_that_are_there_are_not_drawn_again_and_of_another_site_never(root, plain_site, monkeypatch):
    folder = drawn.staging_folder(root, edition_of(root))
    drawn.draw_around(str(root), "another", software())
    with pytest.raises(UsageRefused, match="D-460"):
        drawn.draw_around(str(root), folder.name, "of another version")
    assert files(folder) == {}
    (folder / "vergelijken.html").write_bytes(b"whole")
    drawn.draw_around(str(root), folder.name, software())
    assert files(folder) == {"vergelijken.html": b"whole"}


def test_what_processes_did_not_draw_is_drawn_here(root, plain_site, monkeypatch):
    def stopped(*_: object) -> None:
        raise StorageFailed("D-461", "Gestopt.", "Kijk na.")

    monkeypatch.setattr(drawn, "LEAST", 1)
    monkeypatch.setattr(drawn, "cores", lambda: 2)
    monkeypatch.setattr(drawn, "done_elsewhere", stopped)
    assert draw(root, CITIES).keys() == {"aalst/index.html", "turnhout/index.html"}


def test_a_report_of_other_figures_or_by_other_software_is_not_drawn(root, plain_site):
    made = edition_of(root)
    folder = drawn.staging_folder(root, made)
    drawn.draw_city(str(root), "aalst", "another", software())
    with pytest.raises(UsageRefused, match="D-460"):
        drawn.draw_city(str(root), "aalst", folder.name, "of another version")
    assert files(folder) == {}
    drawn.draw_city(str(root), "aalst", folder.name, software())
    assert files(folder).keys() == {"aalst/index.html"}


def test_one_core_draws_alone_and_so_are_few_reports_drawn(monkeypatch):
    def place(number: int, **chosen: str) -> str | None:
        found = drawn._place(Counting(**chosen), number)  # pyright: ignore[reportPrivateUsage]
        return found and found.executor

    monkeypatch.setattr(drawn, "cores", lambda: 2)
    assert [place(drawn.LEAST - 1), place(drawn.LEAST)] == [None, "processes"]
    assert place(13, reports="here") is None
    assert place(13, executor="dask", address="tls://node:8786", reports="here") == "dask"
    monkeypatch.setattr(drawn, "cores", lambda: 1)
    assert place(13) is None


@pytest.mark.slow
def test_here_in_processes_and_on_dask_the_bytes_are_the_same(root, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(drawn, "LEAST", 1)
    monkeypatch.setattr(drawn, "cores", lambda: 2)
    here = {f"{city}/{name}": found for city in CITIES for name, found in files(root / "preview" / city).items()}
    shutil.rmtree(root / TYPESET)
    monkeypatch.setattr(drawn, "write_city_pages", lambda *_, **__: [])
    assert cities_of(draw(root, CITIES)) == here
    with cluster(tmp_path / "cluster", "tcp") as nodes:
        choose(root, "dask", nodes.address)
        assert cities_of(draw(root, CITIES)) == here
