"""What readers see of a release that was withdrawn: a page in its place, and a word on what is shown instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from demad.reporting.edition import Look
from demad.reporting.html import render
from demad.reporting.words import LOCALES, day, speaking, words

LEADING = "nl"
"""The language that every notice is in; that of the installation comes after it."""
_BODY = '<main id="inhoud">'


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says: the release, when and why it was withdrawn, and what is shown since; empty: nothing."""

    release: str
    on: date
    reason: str
    shown: str


@dataclass(frozen=True, slots=True)
class _Cover:
    """What the head and foot of a page need."""

    look: Look
    label: str
    contact: str


def notice_page(notice: Notice, look: Look, contact: str, font_folder: Path, *, up: str) -> str:
    """The page in place of one of the pages of a withdrawn release.

    Parameters
    ----------
    up
        How the page reaches the folder of the release: empty, or ``../`` for each folder that it is deeper.
    """
    with speaking(LEADING):
        return render(
            "withdrawn.html.j2",
            _Cover(look, words("withdrawn.label"), contact),
            font_folder,
            parts=[_part(notice, language) for language in dict.fromkeys((LEADING, look.language))],
            latest=f"{up}../latest/index.html" if notice.shown else "",
        )


def with_word(page: str, notices: Iterable[Notice], *, up: str) -> str:
    """A page of the release that is shown instead, with a word on top about each one that was withdrawn after it.

    The word is in the language of the page. A page without the mark that every page of ours has is returned as it is.
    """
    spoken = re.search(r'<html lang="(\w\w)', page)
    with speaking(spoken[1] if spoken and spoken[1] in LOCALES else LEADING):
        said = "".join(_word(notice, up) for notice in notices)
    return page.replace(_BODY, f"{_BODY}\n{said}", 1)


def _word(notice: Notice, up: str) -> str:
    text = escape(words("withdrawn.word", release=notice.release, day=day(notice.on)))
    address, why = escape(f"{up}../{notice.release}/index.html"), escape(words("withdrawn.word_why"))
    return f'<p class="note">{text} <a href="{address}">{why}</a></p>\n'


def _part(notice: Notice, language: str) -> dict[str, str]:
    """The words of a notice in one language."""
    filled = {"release": notice.release, "day": day(notice.on), "shown": notice.shown}
    with speaking(language):
        filled["day"] = day(notice.on)
        said = {key: words(f"withdrawn.{key}", **filled) for key in ("title", "on", "why", "now", "used", "used_text")}
        said |= {key: words(f"withdrawn.{key}") for key in ("latest", "kept", "kept_text")}
        said["now_text"] = words("withdrawn.now_other" if notice.shown else "withdrawn.now_none", **filled)
        return {**said, "reason": notice.reason, "language": words("page.language")}
