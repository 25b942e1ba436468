"""What we promise on paper is what the code does."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from demad.catalogue import CATALOGUE
from demad.cli import app
from tests import error_codes

TOP = Path(__file__).resolve().parent.parent
_FOLDERS_OF_PAGES = ("docs", "bench", "tests", ".github")
PAGES = sorted([*TOP.glob("*.md"), *(page for name in _FOLDERS_OF_PAGES for page in (TOP / name).rglob("*.md"))])
SOURCES = sorted(
    path
    for name in ("demad", "assets", "tests", "bench")
    for kind in ("*.py", "*.toml")
    for path in (TOP / name).rglob(kind)
    if path != Path(__file__).resolve()
)
SPECIFICATION = ("contract", "methods", "domain", "reports", "reliability", "stack")
_NUMBER = r"\d{1,2}(?:\.\d{1,2})?(?!\d)"
_CITATION = re.compile(rf"({'|'.join(SPECIFICATION)})\.md`{{0,2}}\)?,?((?:\s|,|sections?|and|to|en|{_NUMBER})+)")
_CODE = re.compile(r"```.*?```", re.DOTALL)
_FILE = re.compile(r"`((?:demad|assets|tests|bench|docs|reports|expectations|deploy)/[\w./-]+)`")


def _written(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _anchors(page: Path) -> set[str]:
    """The names that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", _CODE.sub("", _written(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _sections(page: Path) -> set[str]:
    """The numbers of a page's sections; an item of a numbered list counts as part of its section: 0.9."""
    found, current = set(), ""
    for line in _written(page).splitlines():
        if heading := re.match(r"#+ (\d+(?:\.\d+)?)[. ]", line):
            current = heading[1]
            found.add(current)
        elif (item := re.match(r"(\d+)\. ", line)) and "." not in current:
            found.add(f"{current}.{item[1]}")
    return found


def _citations(path: Path) -> Iterator[tuple[str, str]]:
    """(page, section) of every section that a file cites."""
    for page, numbers in _CITATION.findall(_written(path)):
        for number in re.findall(_NUMBER, numbers):
            yield page, number


def test_every_error_code_is_in_the_guide_with_its_meaning():
    assert error_codes.in_guide() == error_codes.table()


def test_no_code_is_used_without_a_meaning():
    assert error_codes.mentioned() == set(error_codes.refusals())


def test_every_command_is_in_the_readme_and_none_that_is_not():
    listed = set(re.findall(r"^\| `demad (\w+)` \|", (TOP / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    commands = get_command(app).commands  # pyright: ignore[reportAttributeAccessIssue]
    assert listed == {name for name, command in commands.items() if not command.hidden}
    assert not [name for name, command in commands.items() if command.hidden]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TOP)))
def test_every_link_of_a_page_leads_somewhere(page: Path):
    for link in re.findall(r"\]\(([^)\s]+)\)", _CODE.sub("", _written(page))):
        if "://" not in link:
            target, _, anchor = link.partition("#")
            there = (page.parent / target).resolve() if target else page
            assert there.exists(), link
            assert not anchor or anchor in _anchors(there), link


def test_every_section_that_is_cited_exists():
    known = {name: _sections(TOP / "docs" / f"{name}.md") for name in SPECIFICATION}
    cited = [(path, *citation) for path in (*SOURCES, *PAGES) for citation in _citations(path)]
    assert len(cited) > 100
    assert not [
        f"{path.relative_to(TOP)}: {name} {number}" for path, name, number in cited if number not in known[name]
    ]


def test_every_file_that_a_page_names_exists():
    named = {(page, name) for page in PAGES for name in _FILE.findall(_written(page))}
    assert not sorted(f"{page.relative_to(TOP)}: {name}" for page, name in named if not (TOP / name).exists())


def test_the_methods_list_every_indicator_of_the_catalogue_and_no_other():
    section = _written(TOP / "docs" / "methods.md").split("\n## 6. ")[1].split("\n## 7. ")[0]
    rows = re.findall(r"^\| ([a-z][a-z0-9_, ]+) \| [^|]+ \| [^|]+ \| [a-z%0-9 ]+ \|", section, re.MULTILINE)
    assert {id for row in rows for id in row.split(", ")} - {"id"} == {entry.id for entry in CATALOGUE}


def test_ci_runs_exactly_the_test_command_of_the_readme():
    command = "python3 bootstrap.py test"
    assert command in (TOP / "README.md").read_text(encoding="utf-8")
    assert (TOP / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith(f"\n{command}")


def test_no_lock_holds_an_address():
    assert "://" not in (TOP / "requirements.lock").read_text(encoding="utf-8")


def test_what_the_workflow_for_windows_runs_is_there():
    text = (TOP / ".github" / "workflows" / "windows.yml").read_text(encoding="utf-8")
    named = re.findall(r"tests/[\w/.]+", text)
    assert len(named) > 4
    assert [name for name in named if not (TOP / name).exists()] == []
