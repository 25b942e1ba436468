"""Pages of one word, for tests that are about what runs and not about what is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def plainly_drawn(*, around: bool = True) -> Iterator[None]:
    """Inside, a page of a city is one word, and so are the pages around the cities unless ``around`` is false."""
    from demad.publishing import drawn, site

    def write_city(folder: Path, made: object, slug: str, **_: object) -> None:
        (folder / slug).mkdir(parents=True, exist_ok=True)
        (folder / slug / "index.html").write_text(slug, encoding="utf-8")

    def write_index(folder: Path, *_: object, **__: object) -> None:
        (folder / "index.html").write_text("index", encoding="utf-8")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "write_city", write_city)
        patch.setattr(drawn, "LEAST", 1_000)  # another process would draw whole pages
        if around:
            patch.setattr(site, "write_index", write_index)
        yield
