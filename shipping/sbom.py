"""The parts of a server as CycloneDX 1.6: ``python -m shipping.sbom --out FILE``. The same lock, the same bytes."""

from __future__ import annotations

import argparse
import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demad import __version__
from shipping.lock import SERVER, Pinned, licence_of, pinned

_SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # the namespace of URLs
_OURS = f"pkg:pypi/demad@{__version__}"


def sbom(lock: Path = SERVER) -> dict[str, Any]:
    """The bill of materials: DEMaD, and every package of the lock with its hashes and the licence that it states."""
    parts = [_component(one) for one in pinned(lock)]
    at = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    serial = uuid.uuid5(_SPACE, _OURS + lock.read_text(encoding="utf-8"))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": at.isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "bom-ref": _OURS,
                "name": "demad",
                "version": __version__,
                "purl": _OURS,
                "licenses": [{"license": {"id": "EUPL-1.2"}}],
            },
        },
        "components": parts,
        "dependencies": [{"ref": _OURS, "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def _component(one: Pinned) -> dict[str, Any]:
    purl = f"pkg:pypi/{one.name.lower().replace('_', '-')}@{one.version}"
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": one.name,
        "version": one.version,
        "purl": purl,
        # A hash in CycloneDX is of one file; a lock has one of each wheel, so they go with the place they are used in.
        "properties": [{"name": "demad:sha256", "value": value} for value in one.hashes],
    }
    if one.condition:
        found["properties"].insert(0, {"name": "demad:condition", "value": one.condition})
    if licence := licence_of(one.name):
        found["licenses"] = [{"license": {"name": licence}}]
    return found


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(prog="python -m shipping.sbom")
    parser.add_argument("--out", type=Path, required=True)
    parser.parse_args().out.write_text(json.dumps(sbom(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
