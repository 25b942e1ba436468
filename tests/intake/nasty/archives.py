"""Archives that should never have been sent, each with the code it must get."""

from __future__ import annotations

import pickle  # noqa: TID251  # written here so that we can show it is never read

from tests.intake.nasty.making import TEXT, Nasty, archive, flagged, link

_CSV = ("leefloon.csv", TEXT.encode())
_TRICKS = {
    "that leads up": "../leefloon.csv",
    "that leads to the root": "/etc/leefloon.csv",
    "of a Windows disk": "C:leefloon.csv",
    "with a backslash": "..\\leefloon.csv",
    "with a control character": "leef\x01loon.csv",
    "of three hundred letters": "x" * 300 + ".csv",
}
ARCHIVES = {
    "an empty ZIP": Nasty("D-102", archive, "leefloon.zip"),
    "text called ZIP": Nasty("D-103", TEXT.encode, "leefloon.zip"),
    "a ZIP with a program": Nasty("D-116", lambda: archive(_CSV, ("setup.exe", b"MZ")), "leefloon.zip"),
    "a ZIP in a ZIP": Nasty("D-116", lambda: archive(("in.zip", archive(_CSV))), "leefloon.zip"),
    "a ZIP with a pickle": Nasty("D-116", lambda: archive(_CSV, ("x.pkl", pickle.dumps(1))), "leefloon.zip"),
    "a ZIP with a link": Nasty("D-116", lambda: archive((link(), b"/etc/passwd")), "leefloon.zip"),
    "a ZIP with a password": Nasty("D-117", lambda: flagged(archive(_CSV)), "leefloon.zip"),
    "a ZIP that unpacks to much more": Nasty(
        "D-106", lambda: archive(("leefloon.csv", b"0" * 300_000_000)), "leefloon.zip"
    ),
    "a ZIP of two hundred and one files": Nasty(
        "D-106", lambda: archive(*((f"leefloon{n}.csv", TEXT.encode()) for n in range(201))), "leefloon.zip"
    ),
    "a ZIP with a byte changed": Nasty("D-103", lambda: _flipped(archive(_CSV)), "leefloon.zip"),
    "a ZIP with an empty file": Nasty("D-102", lambda: archive(("leefloon.csv", b"")), "leefloon.zip"),
    "a ZIP with a web page called csv": Nasty("D-121", lambda: archive(("leefloon.csv", b"<html>")), "leefloon.zip"),
    "a ZIP cut in half": Nasty("D-103", lambda: (whole := archive(_CSV))[: len(whole) // 2], "leefloon.zip"),
}
ARCHIVES |= {
    f"a ZIP with a name {kind}": Nasty("D-116", lambda name=name: archive((name, TEXT.encode())), "leefloon.zip")
    for kind, name in _TRICKS.items()
}


def _flipped(content: bytes) -> bytes:
    place = content.index(b"leefloon.csv") + 40
    return content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
