"""Deliveries as a city's own software could make them: text files and a manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

HEADER = "nis;persoon;wet;begin;einde;categorie;geboortejaar;stopreden"
GOOD = [f"44021;p1-gent-{n:04d};RMI;2020-0{n % 9 + 1}-01;2021-06-30;2;1990;W1" for n in range(40)]
YOUTH = "nis;persoon;geboortejaar;einde_jeugdhulp\n" + "\n".join(
    f"44021;p1-gent-{n:04d};2002;2021-06-30" for n in range(20)
)


def put(
    root: Path,
    files: dict[str, str],
    *,
    city: str = "gent",
    name: str = "levering-een",
    rewrite: Callable[[dict], None] = lambda manifest: None,
    **changed: str,
) -> Path:
    """A delivery as a city's own software could make it: text files and a manifest."""
    folder = root / "inbox" / city / name
    folder.mkdir(parents=True)
    listed = []
    for file_name, text in files.items():
        content = text.encode()
        (folder / file_name).write_bytes(content)
        listed.append(
            {
                "dataset": file_name.split(".")[0].split("-")[0],
                "name": file_name,
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
                "rows": max(0, len(text.strip().splitlines()) - 1),
            }
        )
    manifest = {
        "format": "demad-delivery/1",
        "city": city,
        "nis": "44021",
        "since": "2019-01-01",
        "as_of": "2022-12-31",
        "made_on": "2023-01-05",
        "files": listed,
        **changed,
    }
    rewrite(manifest)
    (folder / "delivery.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def leefloon(*rows: str, header: str = HEADER) -> dict[str, str]:
    return {"leefloon.csv": "\n".join([header, *rows]) + "\n"}
