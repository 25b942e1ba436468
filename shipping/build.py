"""Everything of a version, the same bytes each time: ``python -m shipping.build --out FOLDER``.

The wheel, `demad.cdx.json` (the parts), `NOTICES.txt` (licences) and `SHA256SUMS`. The time in them is that of the
commit, or `SOURCE_DATE_EPOCH`; nothing of the machine is in them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from demad.store import file_hash
from shipping.lock import TOP
from shipping.notices import notices
from shipping.sbom import sbom


def build(out: Path, *, source: Path = TOP) -> list[Path]:
    """Make every file of a version from a checkout; return them."""
    out.mkdir(parents=True, exist_ok=True)
    os.environ["SOURCE_DATE_EPOCH"] = _epoch(source)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out.resolve())]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (out / "demad.cdx.json").write_text(json.dumps(sbom(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "NOTICES.txt").write_text(notices(), encoding="utf-8")
    made = sorted(path for path in out.iterdir() if path.name != "SHA256SUMS")
    sums = "".join(f"{file_hash(path)}  {path.name}\n" for path in made)
    (out / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return made


def _epoch(source: Path) -> str:
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return given
    told = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=source, capture_output=True, text=True, check=True)
    return told.stdout.strip()


def main() -> None:
    """Build, and say what was made."""
    parser = argparse.ArgumentParser(prog="python -m shipping.build")
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    build(out)
    sys.stdout.write((out / "SHA256SUMS").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
