"""Known faults of the packages of a server: ``python -m shipping.advisories``; skipped with a reason where it cannot.

`pip-audit` asks an advisory service. It is no dependency: `pip install pip-audit` beside the environment, where wanted.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from shipping.lock import SERVER

_UNREACHABLE = ("ConnectionError", "ConnectTimeout", "Max retries", "ServiceError", "HTTPError", "SSLError")


def audit() -> tuple[int, str]:
    """Exit status and text: 1 with what is known, 0 with nothing known, 0 with the reason why it was skipped."""
    program = shutil.which("pip-audit")
    if program is None:
        return 0, "overgeslagen: pip-audit is niet geïnstalleerd (pip install pip-audit)\n"
    asked = [program, "--requirement", str(SERVER), "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode and "Found" not in said and any(word in said for word in _UNREACHABLE):
        return 0, "overgeslagen: de dienst met bekende fouten is niet bereikbaar\n"
    return done.returncode, said


if __name__ == "__main__":
    status, text = audit()
    sys.stdout.write(text)
    sys.exit(status)
