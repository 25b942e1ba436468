"""The colours of a report in light and in dark, and how far two of them lie apart. Nothing is said by colour alone."""

from __future__ import annotations

from collections.abc import Mapping

from demad.reporting.edition import Look

LIGHT = {
    "paper": "#ffffff",
    "ink": "#16222f",
    "muted": "#3d4b5a",
    "city": "#0b4f8a",
    "attention": "#a8470b",
    "others": "#7f8c99",
    "band": "#d3e2f0",
    "grid": "#e3e8ec",
    "soft": "#f2f6f9",
}
DARK = {
    "paper": "#141b22",
    "ink": "#eef2f5",
    "muted": "#b9c4ce",
    "city": "#7cb8ec",
    "attention": "#f0a868",
    "others": "#8795a3",
    "band": "#263c50",
    "grid": "#33404c",
    "soft": "#1c2630",
}
_BAND_SHARE = 0.82


def palette(look: Look, *, dark: bool = False) -> dict[str, str]:
    """Colours by name, with the installation's own colour and the tint that belongs to it."""
    base, own = (DARK, look.colour_in_dark) if dark else (LIGHT, look.colour)
    if own == base["city"]:
        return dict(base)
    return {**base, "city": own, "band": mixed(own, base["paper"], _BAND_SHARE)}


def variables(colours: Mapping[str, str]) -> str:
    """The colours as CSS variables."""
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


def mixed(one: str, other: str, share: float) -> str:
    """``share`` of the other colour through the one."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG computes it: 1 (the same) to 21 (black on white)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    shares = [part / 255 for part in _parts(colour)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
