"""A city in a process of its own: it makes one bundle of each kind, and some cities two."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bundles.cities import ship

AGREEMENT = "VO-2026/3"


def newest(slug: str) -> int:
    """The number of the last bundle of a city."""
    return 2 if slug < "c" else 1


def main() -> None:
    """Make the bundles of one city: of the rounded kind in one root, of the exact kind in another."""
    slug, rounded, exact, out = sys.argv[1], *map(Path, sys.argv[2:5])
    for root, kind, agreement in ((rounded, "rounded", ""), (exact, "exact", AGREEMENT)):
        for number in range(1, newest(slug) + 1):
            ship(root, slug, out / f"{slug}-{kind}-{number}.zip", agreement)


if __name__ == "__main__":
    main()
