"""A verdict in words: the codes of `benchmark.verdict`, said the same on every page, chart and file."""

from __future__ import annotations

from demad.catalogue import indicator
from demad.reporting.readings import Row
from demad.reporting.words import figure, number, words

_STANDING = ("clear", "apart", "nearly", "maybe", "chance")


def said(row: Row) -> str:
    """The whole verdict, to stand after a colon; empty where an indicator has none."""
    verdict = row["verdict"]
    if verdict == "none":
        return ""
    return words(f"verdict.{verdict}", reason=reason(row))


def short(row: Row) -> str:
    """The verdict in a few words, to stand by itself; empty where an indicator has none."""
    return words(f"verdict_short.{row['verdict']}")


def rest(row: Row) -> str:
    """What follows the few words: the rest of the verdict, and what it was held against."""
    kind = row["verdict"].partition("_")[0]
    if kind == "unsaid":
        return reason(row)
    parts = [words(f"verdict_tail.{kind}")] if kind in _STANDING else []
    if row["similar_people"] in ("kept", "small"):
        parts.append(words(f"verdict_tail.{row['similar_people']}"))
    if row["bound_low"] is not None and kind in ("clear", "apart", "nearly", "maybe"):
        unit = indicator(row["indicator"]).unit
        low, high = (figure(row[name], unit) for name in ("bound_low", "bound_high"))
        parts.append(words("verdict_tail.bounds", low=low, high=high))
    if kind in ("clear", "apart") and not row["mark"]:
        parts.append(words("verdict_tail.neutral"))
    return parts[0] + "".join(f". {part.removesuffix('.')}" for part in parts[1:]) if parts else ""


def reason(row: Row) -> str:
    """Why nothing can be said; empty where something can."""
    why = row["reason"]
    if not why:
        return ""
    if why == "unknown_reasons":
        if row["unknown"] is None:
            return words("unsaid.unknown_reasons_few")
        return words("unsaid.unknown_reasons", unknown=number(row["unknown"] * 100))
    return words(f"unsaid.{why}")


def css_class(row: Row) -> str:
    """The class that draws the mark of a verdict."""
    return row["mark"] or "unmarked"


def is_open(row: Row) -> bool:
    """Whether the dot of a city is drawn open: nothing can be said of it."""
    return row["verdict"] == "unsaid"


def sided(row: Row | None) -> str:
    """The side, higher or lower, where the difference is real and matters; empty otherwise."""
    kind, _, side = (row["verdict"] if row else "").partition("_")
    return side if kind in ("clear", "apart") else ""
