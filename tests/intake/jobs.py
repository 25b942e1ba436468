"""Jobs that misbehave, for `test_sandbox`: run by the sandbox in a process of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from demad.intake.reading.sandbox import serve


def work(job: dict[str, Any]) -> None:
    """Do what the job says."""
    match job["do"]:
        case "loop":
            while True:
                pass
        case "memory":
            Path(job["out"]).write_text(str(len(bytearray(3_000_000_000))), encoding="utf-8")
        case "write":
            Path(job["out"]).write_bytes(b"x" * 50_000_000)
        case "crash":
            os.abort()
        case "tell":
            Path(job["out"]).write_text("\n".join(sorted(os.environ)), encoding="utf-8")


if __name__ == "__main__":
    serve(work)
