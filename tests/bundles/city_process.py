"""A city in a process of its own: it makes one bundle of each kind, and some cities two."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bundles.cities import ship

AGREEMENT = "VO-2026/3"
KINDS = {"rounded": "", "exact": AGREEMENT}
"""The agreement that goes with each kind."""


def newest(slug: str) -> int:
    """The number of the last bundle of a city."""
    return 2 if slug < "c" else 1


def main() -> None:
    """Make the bundles of one city, each kind in a root of its own."""
    slug, (homes, out), kinds = sys.argv[1], map(Path, sys.argv[2:4]), sys.argv[4:]
    for kind in kinds:
        for number in range(1, newest(slug) + 1):
            ship(homes / kind / slug, slug, out / f"{slug}-{kind}-{number}.zip", KINDS[kind])


if __name__ == "__main__":
    main()
