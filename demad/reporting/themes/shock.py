"""The banner where inflow or its origin moved so much that figures of duration, outflow and return mix two worlds."""

from __future__ import annotations

from demad.benchmark.change import counts_differ
from demad.reporting.blocks import Note, Source
from demad.reporting.edition import Edition
from demad.reporting.words import number, period_words, words
from demad.tables.terms import PUBLISHED_GROUPS

_POINTS, _SHARE = 0.10, 0.25
THEMES = ("duration", "outflow", "sustainability", "re-inflow")
"""Themes of the catalogue whose figures a shock of the inflow bends."""


def shocks(edition: Edition, city: str) -> tuple[Note, ...]:
    """One note where the newest quarter differs that much from the same quarter a year before, else nothing.

    Inflow by a quarter or more, and by more than rounding; or the share of one known origin by 10 points or more
    (`methods.md` section 2.5), also if everybody whose registration changed had that origin. Where a count is not shown
    nothing is said of it.
    """
    rows = edition.series("inflow_count", city, kind="Q")
    totals = {row["period"]: row for row in rows.iter_rows(named=True) if row["status"] != "provisional"}
    newest = max(totals, default="")
    earlier = f"{int(newest[:4]) - 1}{newest[4:]}" if newest else ""
    pair = [totals.get(period, {}).get("value") for period in (newest, earlier)]
    if None in pair or 0 in pair:
        return ()
    now, before = float(pair[0]), float(pair[1])  # pyright: ignore[reportArgumentType]
    said, sources = [], [Source("inflow_count", city, period) for period in (newest, earlier)]
    when = {"period": period_words(newest)}
    if abs(now - before) >= _SHARE * before and counts_differ(now, before):
        said.append(words("shock.inflow", **when, value=number(now), before=number(before)))
    if moved := _moved(edition, city, (newest, earlier), (now, before)):
        origin, shares = moved
        said.append(
            words(
                f"shock.origin_{origin}",
                **when,
                value=number(shares[0] * 100),
                before=number(shares[1] * 100),
            )
        )
        sources += [Source("inflow_count", city, period, "origin", origin) for period in (newest, earlier)]
    if not said:
        return ()
    return (Note(" ".join((words("shock.first"), *said, words("shock.read"))), tuple(sources)),)


def _moved(
    edition: Edition, city: str, periods: tuple[str, str], totals: tuple[float, float]
) -> tuple[str, tuple[float, float]] | None:
    """The known origin whose share moved most, where that is enough and better registration alone does not make it."""
    shares: dict[str, tuple[float, float]] = {}
    for origin in PUBLISHED_GROUPS["origin"]:
        rows = edition.series("inflow_count", city, breakdown="origin", group=origin)
        counts = {row["period"]: row["value"] for row in rows.iter_rows(named=True)}
        now, before = (counts.get(period) for period in periods)
        if now is not None and before is not None:
            shares[origin] = now / totals[0], before / totals[1]
    now, before = shares.pop("unknown", (0.0, 0.0))
    registered = abs(now - before)
    found = ((abs(pair[0] - pair[1]), origin, pair) for origin, pair in shares.items())
    best = max(found, default=None)
    return (best[1], best[2]) if best and best[0] - registered >= _POINTS else None
