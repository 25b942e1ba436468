"""Pages for a city's own use, from `reports/`: counts and shares, never a cell. Every text is escaped there."""

from __future__ import annotations

from demad.reference.places import data_folder


def drawn(template: str, **told: object) -> str:
    """One page, self-contained: no scripts and no external files."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # not for a command that draws nothing

    pages = Environment(
        loader=FileSystemLoader(data_folder("reports")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template(template).render(**told)
