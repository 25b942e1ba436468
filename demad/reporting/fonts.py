"""Source Sans 3: subset to Latin once, then kept. Three weights for charts and PDF, one variable font for the pages.

Never a system font.
"""

from __future__ import annotations

import base64
import hashlib
import io
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from demad.store import write_atomic

WEIGHTS = (400, 600, 700)
FAMILY = "Source Sans 3"
_STYLES = {400: "Regular", 600: "SemiBold", 700: "Bold"}
_LATIN = range(0x20, 0x250)
_MARKS = (
    0x2013,
    0x2014,
    0x2018,
    0x2019,
    0x201C,
    0x201D,
    0x2022,
    0x2026,
    0x20AC,
    0x2192,
    0x2212,
    0x25B2,
    0x25BC,
    0x25C6,
    0x25CA,
    0x25CB,
    0x25CF,
)


def fonts(folder: Path) -> dict[int, Path]:
    """TrueType files of the three weights below ``folder``; made the first time (about three seconds).

    They lie in a folder named by what they hold, alone: Typst takes every font it finds there.
    """
    home = folder / _subset_name()
    paths = {weight: home / f"source-sans-3-{weight}.ttf" for weight in WEIGHTS}
    if not all(path.exists() for path in paths.values()):
        home.mkdir(parents=True, exist_ok=True)
        _make(paths)
    return paths


@lru_cache(maxsize=4)
def font_faces(folder: Path) -> str:
    """CSS that carries every weight inside the page: one variable font is a third smaller than three weights."""
    path = next(iter(fonts(folder).values())).parent.parent / _web_name()
    if not path.exists():
        write_atomic(path, _variable())
    content = base64.b64encode(path.read_bytes()).decode()
    return (
        f"@font-face{{font-family:'{FAMILY}';font-weight:{WEIGHTS[0]} {WEIGHTS[-1]};font-display:swap;"
        f"src:url(data:font/woff2;base64,{content}) format('woff2')}}"
    )


@lru_cache(maxsize=4)
def characters(folder: Path) -> frozenset[str]:
    """What the three weights can write, and the ends of lines."""
    from fontTools.ttLib import TTFont

    covered = []
    for path in fonts(folder).values():
        with TTFont(path) as font:
            covered.append(set(font.getBestCmap() or {}))
    return frozenset({"\n", "\t", "\r", *map(chr, set.intersection(*covered))})


def _subset_name() -> str:
    return hashlib.sha256(repr((WEIGHTS, _LATIN, _MARKS)).encode()).hexdigest()[:12]


def _web_name() -> str:
    return f"source-sans-3-{_subset_name()}.woff2"


def _make(paths: dict[int, Path]) -> None:
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    kept = _subset()
    for weight, path in paths.items():
        kept.seek(0)
        one = instancer.instantiateVariableFont(TTFont(kept, recalcTimestamp=False), {"wght": weight})
        for number, text in {1: FAMILY, 2: _STYLES[weight], 4: f"{FAMILY} {_STYLES[weight]}"}.items():
            one["name"].setName(text, number, 3, 1, 0x409)
        for number in (16, 17, 25):
            one["name"].removeNames(nameID=number)
        made = io.BytesIO()
        one.save(made)
        write_atomic(path, made.getvalue())  # another process may be making the same font


def _variable() -> bytes:
    """The weights between the lightest and the boldest as one woff2."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    weights = (WEIGHTS[0], WEIGHTS[-1])
    font = instancer.instantiateVariableFont(TTFont(_subset(), recalcTimestamp=False), {"wght": weights})
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def _subset() -> io.BytesIO:
    """The variable font with Latin and the marks we use."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    with as_file(files("fontpkg_source_sans_3") / "files" / "SourceSans3[wght].ttf") as source:
        small = TTFont(source, recalcTimestamp=False)
        options = subset.Options()
        options.layout_features = ["kern", "liga", "tnum"]
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[*_LATIN, *_MARKS])
        cutter.subset(small)
        kept = io.BytesIO()
        small.save(kept)
    kept.seek(0)
    return kept
