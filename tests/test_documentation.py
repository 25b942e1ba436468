"""What we promise on paper is what the code does."""

import re
from pathlib import Path

from typer.main import get_command

from demad.cli import app
from tests import error_codes

TOP = Path(__file__).resolve().parent.parent
PAGES = (TOP / "README.md", *sorted((TOP / "docs").glob("*.md")))


def test_every_error_code_is_in_the_guide_with_its_meaning():
    assert error_codes.in_guide() == error_codes.table()


def test_no_code_is_used_without_a_meaning():
    assert error_codes.mentioned() == set(error_codes.refusals())


def test_every_command_is_in_the_readme_and_none_that_is_not():
    listed = set(re.findall(r"^\| `demad (\w+)` \|", (TOP / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert listed == set(get_command(app).commands)  # pyright: ignore[reportAttributeAccessIssue]


def test_every_page_that_is_linked_exists():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_ci_runs_exactly_the_test_command_of_the_readme():
    command = "python3 bootstrap.py test"
    assert command in (TOP / "README.md").read_text(encoding="utf-8")
    assert (TOP / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith(f"\n{command}")


def test_no_lock_holds_an_address():
    assert "://" not in (TOP / "requirements.lock").read_text(encoding="utf-8")
