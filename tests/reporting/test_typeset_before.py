"""A PDF that would be the same is not typeset again; whatever changes in it, it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from demad.reporting import typeset
from demad.reporting.blocks import Page
from demad.reporting.council import council_page
from demad.reporting.edition import Edition
from demad.reporting.pdf import council_pdf
from demad.reporting.typeset_before import TypesetBefore


def test_the_second_pdf_of_the_same_page_has_the_bytes_of_the_first_and_typst_is_not_asked(
    made: Edition, pages: dict[str, Page], font_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    page, before = council_page(pages["gent"], made.contact), TypesetBefore(tmp_path / "gent", "abc")
    first = council_pdf(page, made.look, font_folder, before)
    assert first == council_pdf(page, made.look, font_folder)

    def never(*_: object) -> bytes:
        raise AssertionError

    monkeypatch.setattr(typeset, "_typeset", never)
    assert council_pdf(page, made.look, font_folder, before) == first
    others = [
        (replace(page, label="another"), made.look, before),
        (page, replace(made.look, colour="#333333"), before),
        (page, made.look, TypesetBefore(before.folder, "abd")),
    ]
    for changed, look, place in others:
        with pytest.raises(AssertionError):
            council_pdf(changed, look, font_folder, place)


def make(content: bytes, made: list[bytes]) -> bytes:
    made.append(content)
    return content


def test_one_pdf_of_a_kind_is_kept_and_a_damaged_one_is_made_again(tmp_path: Path):
    before, made = TypesetBefore(tmp_path / "gent", "abc"), list[bytes]()
    for data in (b"one", b"two", b"two"):
        assert before.typeset("city.typ", {"data.json": data}, lambda data=data: make(data, made)) == data
    before.typeset("council.typ", {"data.json": b"two"}, lambda: make(b"council", made))
    assert made == [b"one", b"two", b"council"]
    kept = sorted(before.folder.iterdir())
    assert [path.read_bytes() for path in kept] == [b"two", b"council"]
    kept[0].write_bytes(b"tw")
    assert before.typeset("city.typ", {"data.json": b"two"}, lambda: make(b"two", made)) == b"two"
    assert made[-1] == b"two"
    assert len(list(before.folder.iterdir())) == 2


@pytest.mark.parametrize("what", ["folder", "link", "poison", "no room"])
def test_what_lies_in_the_place_of_a_kept_pdf_is_never_shown_and_stops_no_report(tmp_path: Path, what: str):
    before, made = TypesetBefore(tmp_path / "gent", "abc"), list[bytes]()
    before.typeset("city.typ", {"data.json": b"one"}, lambda: make(b"one", made))
    (kept,) = before.folder.iterdir()
    kept.unlink()
    if what == "folder":
        kept.mkdir()
    elif what == "link":
        kept.symlink_to(tmp_path / "nowhere")
    elif what == "poison":
        kept.write_bytes(b"another report")
    else:
        before.folder.rmdir()
        before.folder.write_bytes(b"")
    assert before.typeset("city.typ", {"data.json": b"one"}, lambda: make(b"one", made)) == b"one"
    assert len(made) == 2
    if what != "no room":
        assert [path.read_bytes() for path in before.folder.iterdir()] == [b"one"]


def test_a_source_more_or_under_another_name_is_another_pdf(tmp_path: Path):
    before, made = TypesetBefore(tmp_path, "abc"), list[bytes]()
    for sources in ({"a": b"1"}, {"b": b"1"}, {"a": b"1", "b": b"1"}, {"a": b"2", "b": b"1"}):
        before.typeset("city.typ", sources, lambda: make(b"", made))
    assert len(made) == 4
