"""Coverage-guided fuzzing of one target: ``python tests/fuzz/run.py reading -max_total_time=1800``.

Needs atheris, which is no dependency of ours: make a venv for it and let it see ours, for example
``python3 -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris`` and then
``PYTHONPATH=.:.venv/lib/python3.11/site-packages /tmp/fuzz/bin/python tests/fuzz/run.py guard``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris  # pyright: ignore[reportMissingImports]

with atheris.instrument_imports(include=["demad.intake"]):  # pyright: ignore[reportAttributeAccessIssue]
    from tests.fuzz.targets import TARGETS, seeds


def main() -> None:
    """Run the target that the first argument names; the other arguments are libFuzzer's."""
    name, *options = sys.argv[1:]
    corpus = Path(tempfile.mkdtemp(prefix=f"corpus-{name}-"))
    for place, seed in enumerate(seeds(name)):
        (corpus / f"{place:03d}").write_bytes(seed)
    atheris.Setup([sys.argv[0], "-timeout=30", "-rss_limit_mb=3000", *options, str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
