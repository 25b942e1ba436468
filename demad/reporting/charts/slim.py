"""The same drawing in fewer bytes: what matplotlib writes that nobody sees goes out.

A release holds hundreds of drawings inside its pages; half of what matplotlib writes is names of groups, white space,
frames without ink and digits beyond what a screen can show.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as Tree

_SVG = "http://www.w3.org/2000/svg"
_LINK = "http://www.w3.org/1999/xlink"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_FAMILY = re.compile(r"font-family:([^;]+);?")
_NOTHING = "fill:none"
_COUNTED = re.compile(r"(?![xy]tick)[\w.]+_\d+")
"""Names that matplotlib gives by counting go; the marks of an axis keep theirs: no figure is written there."""
_DIGITS = 2

Tree.register_namespace("", _SVG)
Tree.register_namespace("xlink", _LINK)


def slimmed(svg: str) -> str:
    """The drawing without empty groups, invisible frames, names nobody refers to and needless digits.

    What matplotlib says of all lines and of the font of all texts is said once, at the top, where it cannot reach
    beyond the drawing.
    """
    top = Tree.fromstring(svg)  # noqa: S314 - our own drawing
    families = {found[1] for style in _styles(top) if (found := _FAMILY.search(style))}
    family = families.pop() if len(families) == 1 else ""
    _drop_defaults(top)
    _slim(top, family)
    top.attrib |= {"stroke-linejoin": "round", "stroke-linecap": "butt"}
    if family:
        top.set("font-family", family)
    return Tree.tostring(top, encoding="unicode", short_empty_elements=True).replace(" />", "/>")


def _styles(top: Tree.Element) -> list[str]:
    return [_tight(part.get("style", "")) for part in top.iter()]


def _drop_defaults(top: Tree.Element) -> None:
    """The style sheet of a drawing would reach every other drawing of the page."""
    for holder in list(top.iter(f"{{{_SVG}}}defs")):
        for style in holder.findall(f"{{{_SVG}}}style"):
            holder.remove(style)


def _slim(element: Tree.Element, family: str) -> None:
    element.tail = None
    if not (element.text or "").strip():
        element.text = None
    kept: list[Tree.Element] = []
    for child in list(element):
        _slim(child, family)
        kept += _worth(child)
    for child in list(element):
        element.remove(child)
    element.extend(kept)
    _slim_attributes(element, family)


def _worth(child: Tree.Element) -> list[Tree.Element]:
    """The child, its children where it only groups them, or nothing where it draws nothing."""
    kind = child.tag.removeprefix(f"{{{_SVG}}}")
    if kind in ("g", "defs") and not len(child):
        return []
    if kind == "g" and not child.attrib:
        return list(child)
    if kind == "path" and child.get("style") == _NOTHING and "id" not in child.attrib:
        return []
    return [child]


def _slim_attributes(element: Tree.Element, family: str) -> None:
    given = element.attrib
    if element.tag == f"{{{_SVG}}}g" and _COUNTED.fullmatch(given.get("id", "")):
        given.pop("id", None)
    if given.get("transform", "").startswith("rotate(-0 "):
        del given["transform"]
    if "style" in given:
        given["style"] = _tight(given["style"]).replace(f"font-family:{family};", "")
    for name in ("d", "x", "y", "width", "height", "transform"):
        if name in given and not given[name].endswith("pt"):
            given[name] = _NUMBER.sub(_short, given[name])
    if "d" in given:
        given["d"] = re.sub(r"\s*([A-Za-z])\s*", r"\1", given["d"]).strip()


def _tight(style: str) -> str:
    return re.sub(r"\s*([:;])\s*", r"\1", style).strip("; ")


def _short(found: re.Match[str]) -> str:
    written = f"{float(found[0]):.{_DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if written in ("-0", "") else written
