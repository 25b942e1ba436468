"""The documentation as a site, with one command: ``python -m shipping.site --out FOLDER`` (asks for ``demad[docs]``).

The pages are those of the repository; the definitions come from the catalogue, the library from its docstrings, and
formulas become MathML, so that the site asks nothing of another server. Zensical builds it strictly: a warning, or a
link that leads nowhere, stops it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from shipping.library import library_pages
from shipping.lock import TOP
from shipping.site_definitions import definitions

CONFIG = "docs/site.toml"
_PAGES = ("*.md", "docs/**/*.md", "bench/*.md", "tests/oracles/*.md")
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
_BLOCK = re.compile(r"^```math\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"\$`([^`]+)`\$")
_CODE = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)


def build_site(out: Path) -> Path:
    """Build the site in a folder that is replaced; return its first page.

    Raises
    ------
    SystemExit
        A page has a warning, or a link leads nowhere.
    """
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        stage(place / "pages")
        shutil.copy(TOP / CONFIG, place / "zensical.toml")
        command = [sys.executable, "-m", "zensical", "build", "--strict"]
        done = subprocess.run(
            command, cwd=place, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        if done.returncode or "Warning" in said:
            sys.exit(said)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(place / "site", out)
    return out / "index.html"


def stage(folder: Path) -> None:
    """Lay the pages out as in the repository, with what they link to and what is generated."""
    pages = {page for pattern in _PAGES for page in TOP.glob(pattern)}
    for page in sorted(pages):
        text = page.read_text(encoding="utf-8")
        for target in _targets(page, text):
            if target not in pages:
                _copied(target, folder)
        _written(folder / page.relative_to(TOP), with_formulas(text))
    _written(folder / "docs" / "definities.md", definitions())
    for name, text in library_pages(TOP).items():
        _written(folder / "docs" / "library" / name, text)


def with_formulas(text: str) -> str:
    """The page with its formulas as MathML."""
    from latex2mathml.converter import convert  # pyright: ignore[reportMissingImports]

    text = _BLOCK.sub(lambda found: f"<p>{convert(found[1].strip(), display='block')}</p>", text)
    parts = _CODE.split(text)
    return "".join(
        part if part.startswith("```") else _INLINE.sub(lambda found: convert(found[1]), part) for part in parts
    )


def _targets(page: Path, text: str) -> list[Path]:
    """Files of the repository that a page links to; a picture is one."""
    found = [(page.parent / link).resolve() for link in _LINK.findall(_CODE.sub("", text)) if "://" not in link]
    return [path for path in found if path.is_file() and path.is_relative_to(TOP)]


def _copied(path: Path, folder: Path) -> None:
    target = folder / path.relative_to(TOP)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, target)


def _written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Build, and say where it is."""
    parser = argparse.ArgumentParser(prog="python -m shipping.site")
    parser.add_argument("--out", type=Path, required=True)
    print(build_site(parser.parse_args().out))


if __name__ == "__main__":
    main()
