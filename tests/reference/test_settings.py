"""The settings of an installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from demad.errors import UsageRefused
from demad.reference.settings import CommonKey, Counting, Settings, load_settings


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()
    assert load_settings() == Settings()


def test_a_threshold_can_only_become_stricter(tmp_path: Path) -> None:
    (tmp_path / "demad.toml").write_text("[privacy]\nthreshold = 20\n", encoding="utf-8")
    assert load_settings(tmp_path).privacy.threshold == 20
    (tmp_path / "demad.toml").write_text("[privacy]\nthreshold = 9\n", encoding="utf-8")
    with pytest.raises(UsageRefused) as refused:
        load_settings(tmp_path)
    assert refused.value.code == "D-441"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[privacy]\ntreshold = 20\n", "D-440"),
        ("publish_threshold = 20\n", "D-440"),
        ('[privacy]\nthreshold = "20"\n', "D-441"),
        ("[privacy]\nthreshold = true\n", "D-441"),
        ("contact = \n", "D-443"),
        ('[common_key]\nid = "seb3"\n', "D-441"),
        ('[common_key]\nid = "SEB3"\napproval = "protocol 3"\n', "D-441"),
        ('[common_key]\napproval = "protocol 3"\n', "D-441"),
        ("processes = 0\n", "D-441"),
        ('address = "data.stad.example"\n', "D-441"),
        ('licence_address = "ftp://x.example/a"\n', "D-441"),
        ('[[calendar]]\nperiod = "herfst"\nday = 2026-12-15\n', "D-441"),
        ('[[calendar]]\nperiod = "2026Q3"\nday = "binnenkort"\n', "D-441"),
        ('calendar = "2026"\n', "D-441"),
        ('doi = "https://doi.org/10.1234/abc"\n', "D-441"),
        ('[counting]\nexecutor = "threads"\n', "D-441"),
        ('[counting]\nreports = "threads"\n', "D-441"),
        ('[counting]\nadress = "tls://scheduler:8786"\n', "D-440"),
        ('[counting]\nexecutor = "dask"\n', "D-441"),
        ('[counting]\nexecutor = "dask"\naddress = "tcp://10.0.0.5:8786"\n', "D-441"),
        ('[counting]\nexecutor = "dask"\naddress = "tcp://localhost.example:8786"\n', "D-441"),
    ],
)
def test_a_wrong_setting_is_refused_by_code(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "demad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageRefused) as refused:
        load_settings(tmp_path)
    assert refused.value.code == code


@pytest.mark.parametrize("address", ["tls://scheduler.stad.be:8786", "tcp://127.0.0.1:8786", "tcp://[::1]:8786"])
def test_a_cluster_is_reached_over_tls_or_on_this_machine(tmp_path: Path, address: str) -> None:
    text = f'[counting]\nexecutor = "dask"\naddress = "{address}"\n'
    (tmp_path / "demad.toml").write_text(text, encoding="utf-8")
    assert load_settings(tmp_path).counting == Counting("dask", address)


def test_a_key_that_cities_share_is_named_with_its_approval(tmp_path: Path) -> None:
    (tmp_path / "demad.toml").write_text('[common_key]\nid = "seb3"\napproval = "protocol 3"\n', encoding="utf-8")
    assert load_settings(tmp_path).common_key == CommonKey("seb3", "protocol 3")


def test_a_misspelt_setting_names_the_one_meant(tmp_path: Path) -> None:
    (tmp_path / "demad.toml").write_text("[privacy]\ntreshold = 20\n", encoding="utf-8")
    with pytest.raises(UsageRefused, match='Bedoelt u "threshold"'):
        load_settings(tmp_path)
