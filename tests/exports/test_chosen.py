"""Which figures `demad export` writes: those of a release as it was printed, never a preview in its place unasked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from demad.disclosure.published import PublishedFigures
from demad.errors import DemadError, StorageFailed, UsageRefused
from demad.exports.figures import export_figures
from demad.publishing.exported import chosen
from demad.records import audit_trail
from demad.store import file_hash
from tests.figures import count, figure, published, share


def _release(root: Path, name: str, figures: PublishedFigures) -> Path:
    folder = root / "publication" / name
    folder.mkdir(parents=True)
    export_figures(figures, to="parquet", out=folder / "cijfers.parquet")
    told = {"version": "0.2.0", "files": {"cijfers.parquet": file_hash(folder / "cijfers.parquet")}}
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    audit_trail.record(root, "released", {"release": name, "manifest": "", "rows": 0})
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    _release(tmp_path, "2025-r1", published(share(50, 200)))
    _release(tmp_path, "2025-r2", published(share(60, 200), count(40), figure(period="2024Q4", status="suppressed")))
    return tmp_path


@pytest.mark.parametrize(("asked", "name"), [("", "2025-r2"), ("latest", "2025-r2"), ("2025-r1", "2025-r1")])
def test_an_export_holds_what_the_release_shows(root: Path, asked: str, name: str):
    found, shown = chosen(root, release=asked), root / "publication" / name / "cijfers.parquet"
    assert found.release == found.about.label == name
    assert isinstance(found.figures, PublishedFigures)
    export_figures(found.figures, to="parquet", out=root / "again.parquet")
    assert (root / "again.parquet").read_bytes() == shown.read_bytes()


def test_a_release_that_is_not_in_force_is_refused_with_those_that_are(root: Path):
    audit_trail.record(root, "withdrawn", {"release": "2025-r2", "reason": "fout", "shown": "2025-r1", "notice": ""})
    with pytest.raises(UsageRefused, match=r"2025-r1, preview") as refused:
        chosen(root, release="2025-r2")
    assert refused.value.code == "D-760"
    assert chosen(root).release == "2025-r1"


def test_where_every_release_was_withdrawn_the_last_run_is_not_written_in_its_place(root: Path):
    for name in ("2025-r1", "2025-r2"):
        audit_trail.record(root, "withdrawn", {"release": name, "reason": "fout", "shown": "", "notice": ""})
    for asked in ("", "latest"):
        with pytest.raises(UsageRefused, match="preview") as refused:
            chosen(root, release=asked)
        assert refused.value.code == "D-760"


def test_figures_that_were_changed_since_are_refused(root: Path):
    figures = root / "publication" / "2025-r2" / "cijfers.parquet"
    export_figures(published(share(55, 200)), to="parquet", out=figures)
    with pytest.raises(StorageFailed) as refused:
        chosen(root)
    assert refused.value.code == "D-761"


def test_exact_figures_are_of_no_release(root: Path):
    with pytest.raises(UsageRefused) as refused:
        chosen(root, zone="trusted", release="latest")
    assert refused.value.code == "D-407"


def test_without_a_release_and_when_asked_it_is_the_last_run(root: Path, tmp_path: Path):
    for where, asked, code in (
        (root, "preview", "D-352"),
        (tmp_path / "new", "", "D-352"),
        (tmp_path, "2024-r1", "D-760"),
    ):
        with pytest.raises(DemadError) as refused:  # nothing ran here
            chosen(where, release=asked)
        assert refused.value.code == code
