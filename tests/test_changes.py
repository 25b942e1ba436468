"""What the README says of the usual changes is what they touch; slow: each one made in a copy ends in a release."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import changes

RELEASE = """
import sys, pathlib
from datetime import timedelta
from assets.run import adopt_definitions
from demad.intake.deliveries.packing import put_extracts
from demad.publishing.release import release
from demad.reference.cities import load_cities
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE

root, key = pathlib.Path(sys.argv[1]), sys.argv[2]
known = load_cities(root)
for slug, frames in extracts(people=600, seed=3, cities=["roeselare", "turnhout"]):
    to = known["vilvoorde" if key == "city" and slug == "turnhout" else slug]
    own = {name: frame.with_columns(nis=__import__("polars").lit(to.nis)) for name, frame in frames.items()}
    if key == "renamed" and slug == "roeselare":
        own["leefloon"] = own["leefloon"].rename({"begin": "Start recht"})
    put_extracts(root, to, own, since=SINCE, as_of=AS_OF, made_on=AS_OF + timedelta(days=5))
result = adopt_definitions(root, "proef")
assert result.exit_status == 0, result
print(release(root, "2025"))
"""


def test_the_table_of_the_readme_is_what_the_changes_touch(tmp_path: Path):
    assert changes.in_readme() == changes.table(changes.touched_by_all(tmp_path)), "python -m tests.changes"


def _python(copy: Path, *arguments: str) -> str:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        capture_output=True, text=True, check=False, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)},
    )  # fmt: skip
    assert told.returncode == 0, (told.stdout + told.stderr)[-3000:]
    return told.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize("key", changes.CHANGES)
def test_a_usual_change_in_a_copy_is_green_and_ends_in_a_release(key: str, tmp_path: Path):
    change = changes.CHANGES[key]
    copy, root = changes.copied(tmp_path / "copy"), tmp_path / "root"
    changes.make(change, copy, root)
    if change.freeze:
        _python(copy, "-m", "tests.freeze")
    if change.tests:
        _python(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *change.tests)
    if key == "language":
        root.mkdir(exist_ok=True)
        (root / "demad.toml").write_text('language = "fr"\n', encoding="utf-8")
    folder = Path(_python(copy, "-c", RELEASE, str(root), key).splitlines()[-1])
    figures = (folder / "cijfers.csv").read_text(encoding="utf-8")
    swing = "".join((folder / "swing" / f"{name}.csv").read_text(encoding="utf-8") for name in ("data", "controle"))
    shown = {
        "indicator": lambda: "working_age_share" in figures and "working_age_share" in swing,
        "city": (folder / "vilvoorde" / "index.html").exists,
        "renamed": lambda: ",roeselare," in figures,
        "column": lambda: ",carer,no_carer," in figures,
        "language": lambda: 'lang="fr' in (folder / "turnhout" / "index.html").read_text(encoding="utf-8"),
        "stricter": (folder / "manifest.json").exists,
    }
    assert shown[key]()
