"""Where the data folders are."""

from __future__ import annotations

from demad.reference.places import checkout, data_folder


def test_shipped_data_lies_in_the_package() -> None:
    assert (data_folder("cities") / "gent.toml").is_file()
    assert (data_folder("reference") / "stop_reasons.toml").is_file()


def test_other_folders_lie_at_the_top_of_a_checkout() -> None:
    root = checkout()
    assert root is not None
    assert data_folder("expectations") == root / "expectations"
