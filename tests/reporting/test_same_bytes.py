"""The same edition gives the same bytes: pages, PDF, charts, workbook; whatever the process and its hash seed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

_SCRIPT = """
import sys
from pathlib import Path
from demad.reporting.site import write_city, write_index
from tests.reporting.editions import edition
made, folder, fonts = edition(), Path(sys.argv[1]), Path(sys.argv[2])
for slug in ("gent", "turnhout"):
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
    top = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path), str(font_folder)], check=True, env=surroundings, cwd=top
    )
    made_here = _hashes(site)
    assert _hashes(tmp_path) == made_here
    assert {Path(name).suffix for name in made_here} == {".csv", ".html", ".pdf", ".xlsx"}
