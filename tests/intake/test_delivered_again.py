"""A delivery that differs in anything is another one; the same again is the same, unless another came since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from demad.cli import app
from demad.errors import DemadError
from demad.intake.contract.conform import conform
from demad.intake.deliveries.in_force import current_frames, in_force
from demad.intake.deliveries.packing import AtSource, put_delivery
from demad.intake.deliveries.reception import take_in
from demad.intake.reading.table import Reading
from demad.reference.cities import city_of
from tests.deliveries import GOOD, HEADER, YOUTH
from tests.pseudonyms.people import key, nobody, written

SUPPORT = "nis;persoon;soort;begin;einde\n" + "\n".join(
    f"44021;p1-gent-{n:04d};{{}};2020-01-01;2020-03-31" for n in range(20)
)
ONE, TWO = date(2023, 2, 5), date(2023, 2, 9)


def typed(text: str, dataset: str) -> pl.DataFrame:
    table = pl.read_csv(text.encode(), separator=";", infer_schema=False)
    return conform(Reading(table, ()), dataset, city_of("gent")).frame


def delivered(
    root: Path,
    *,
    support: str = "art60",
    made_on: date = ONE,
    full: bool = False,
    since: date = date(2019, 1, 1),
    source: AtSource = AtSource(),  # noqa: B008  # frozen
) -> str:
    """Three datasets of one city, of which the first two are always the same; the name that the delivery got."""
    frames = {
        "leefloon": typed("\n".join([HEADER, *GOOD]), "leefloon"),
        "jeugdhulp": typed(YOUTH, "jeugdhulp"),
        "steun": typed(SUPPORT.format(*[support] * 20), "steun"),
    }
    return put_delivery(
        root, city_of("gent"), frames, since=since, as_of=date(2023, 1, 31), full_history=full, made_on=made_on,
        source=source,
    ).id  # fmt: skip


CHANGES: dict[str, Callable[[Path], str]] = {
    "a third file": lambda root: delivered(root, support="opleiding"),
    "the first day": lambda root: delivered(root, since=date(2019, 2, 1)),
    "the history": lambda root: delivered(root, full=True),
    "a key that cities share": lambda root: delivered(root, source=AtSource("fsvb", "protocol 3", common=True)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_delivery_of_which_anything_changed_is_another_one(tmp_path: Path, change: str):
    first = delivered(tmp_path)
    other = CHANGES[change](tmp_path)
    assert other != first
    assert CHANGES[change](tmp_path) == other
    assert delivered(tmp_path) == first
    assert sorted(path.name for path in (tmp_path / "inbox" / "gent").iterdir()) == sorted([first, other])


def test_a_third_file_that_was_mended_comes_in_force_and_the_one_before_may_come_back(tmp_path: Path):
    def in_use() -> set[str]:
        assert [outcome.state for outcome in take_in(tmp_path)] == ["accepted"]
        return set(current_frames(tmp_path, "gent")["steun"]["soort"].cast(pl.String))

    first = delivered(tmp_path)
    before = in_use()
    assert delivered(tmp_path, made_on=TWO) == first  # the same, made again: nothing happens
    assert take_in(tmp_path) == []
    delivered(tmp_path, support="opleiding", made_on=TWO)
    assert in_use() != before
    assert delivered(tmp_path, made_on=date(2023, 2, 10)) != first
    assert in_use() == before


def test_a_city_that_leaves_the_shared_key_is_heard_though_its_rows_are_the_same(tmp_path: Path):
    delivered(tmp_path, source=AtSource("fsvb", "protocol 3", common=True))
    delivered(tmp_path, made_on=TWO)
    assert {str(outcome.state) for outcome in take_in(tmp_path)} == {"accepted"}
    now = in_force(tmp_path, "gent")
    assert now is not None
    assert now.datasets["leefloon"].made_on == TWO


def test_a_key_of_the_city_itself_is_never_said_to_be_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    rows = "\n".join(f"{nobody(n)};44021;RMI;2020-03-0{n % 9 + 1};;2" for n in range(40))
    (tmp_path / "gent.csv").write_text(f"rijksregisternummer;nis;wet;begin;einde;categorie\n{rows}\n", encoding="utf-8")
    written(tmp_path / "eigen.sleutel", key(domain="leefloon"))
    asked = ["deliver", "--city", "gent", "--since", "2015-01-01", "--as-of", "2026-09-30", "--common", "gent.csv"]
    told = CliRunner().invoke(app, [*asked, "--key", "eigen.sleutel", "--root", str(tmp_path / "root")])
    assert isinstance(told.exception, DemadError)
    assert told.exception.code == "D-498"
    assert not (tmp_path / "root" / "inbox").exists()
