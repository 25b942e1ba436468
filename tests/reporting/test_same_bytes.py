"""The same edition gives the same bytes: pages, PDF, charts, workbook; whatever the process and its hash seed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import lanes

_SCRIPT = """
import json, sys
from pathlib import Path
from demad.reporting import site
from demad.reporting.site import write_city, write_index
from tests.reporting.editions import edition
made, folder, fonts, shown = edition(), Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
site.indicators_with_page = lambda _: shown
for slug in sys.argv[4:]:
    write_city(folder, made, slug, font_folder=fonts)
write_index(folder, made, font_folder=fonts)
"""


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_another_process_with_another_hash_seed_and_clock_zone_writes_the_same_bytes(
    tmp_path: Path, site: Path, font_folder: Path
):
    surroundings = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
        "POLARS_MAX_THREADS": "1",
    }
    top, slugs = Path(__file__).parents[2], lanes.sampled(("turnhout", "gent"), every=2)
    if "gent" not in slugs:
        shutil.copytree(site / "gent", tmp_path / "gent")
    every = sorted(path.stem for path in (site / "cijfer").glob("*.html"))
    shown = lanes.sampled(every, every=10)
    command = [sys.executable, "-c", _SCRIPT, str(tmp_path), str(font_folder), json.dumps(shown), *slugs]
    subprocess.run(command, check=True, env=surroundings, cwd=top)
    left_out = {f"cijfer/{id}.{kind}" for id in set(every) - set(shown) for kind in ("html", "csv")}
    made_here = {name: found for name, found in _hashes(site).items() if name not in left_out}
    assert _hashes(tmp_path) == made_here
    assert {Path(name).suffix for name in made_here} == {".csv", ".html", ".json", ".pdf", ".xlsx", ".xml"}
