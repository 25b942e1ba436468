"""Text files that should never have been sent, each with the code it must get."""

from __future__ import annotations

import random

from tests.deliveries import GOOD, HEADER
from tests.intake.nasty.making import TEXT, Nasty, rows

TEXTS = {
    "empty": Nasty("D-102", lambda: b""),
    "one newline": Nasty("D-102", lambda: b"\n"),
    "white space": Nasty("D-102", lambda: b" \t\r\n" * 50),
    "a mark and nothing else": Nasty("D-102", lambda: b"\xef\xbb\xbf"),
    "a UTF-16 mark and nothing else": Nasty("D-102", lambda: b"\xff\xfe"),
    "a hundred NULs": Nasty("D-103", lambda: b"\0" * 100),
    "NULs at the end": Nasty("D-103", lambda: TEXT.encode() + b"\0" * 512),
    "a NUL within": Nasty("D-103", lambda: TEXT.encode().replace(b"RMI", b"R\0I", 1)),
    "random bytes": Nasty("D-105", lambda: random.Random(1).randbytes(5_000).replace(b"\0", b"\x81")),  # noqa: S311
    "a header and no row": Nasty("D-102", rows),
    "a header and blank lines": Nasty("D-102", lambda: rows(*[""] * 20)),
    "a header and totals": Nasty("D-102", lambda: rows("Totaal;40;;;;;;", "Eindtotaal;40;;;;;;")),
    "no header": Nasty("D-109", lambda: "\n".join(GOOD).encode()),
    "another table": Nasty("D-109", lambda: b"a;b;c\n1;2;3\n"),
    "a header after line 25": Nasty("D-109", ("Titel\n" * 30 + TEXT).encode),
    "a column twice": Nasty("D-110", lambda: rows(*[row + ";RMI" for row in GOOD], header=HEADER + ";wet")),
    "a column twice in capitals": Nasty("D-110", lambda: rows(*[r + ";RMI" for r in GOOD], header=HEADER + "; WET ")),
    "a column under two names": Nasty(
        "D-152", lambda: rows(*[row + ";W1" for row in GOOD], header=HEADER + ";Stopreden omschrijving")
    ),
    "content without a header": Nasty("D-111", lambda: rows(*[row + ";x" for row in GOOD], header=HEADER + ";")),
    "a column we do not know": Nasty("D-150", lambda: rows(*[r + ";x" for r in GOOD], header=HEADER + ";inkomen")),
    "a drifted name": Nasty("D-150", lambda: TEXT.replace("geboortejaar", "geb_jaar_kind").encode()),
    "501 columns": Nasty("D-113", lambda: rows(header=HEADER + "".join(f";k{n}" for n in range(501)))),
    "a million columns": Nasty("D-113", lambda: rows(*GOOD, header=HEADER + ";k" * 500_000)),
    "a line of two million letters": Nasty("D-114", lambda: b"nis;" + b"x" * 2_000_000 + b"\n" + TEXT.encode()),
    "a cell of forty thousand letters": Nasty("D-114", lambda: rows(GOOD[0].replace("W1", "x" * 40_000), *GOOD[1:])),
    "a quote that never closes": Nasty("D-104", lambda: rows('"' + GOOD[0], *GOOD[1:])),
    "a quote in the header that never closes": Nasty("D-104", ('"' + TEXT).encode),
    "a row with more cells": Nasty("D-104", lambda: rows(*GOOD[:9], GOOD[9] + ";1;2", *GOOD[10:])),
    "a row with fewer cells": Nasty("D-104", lambda: rows(*GOOD[:9], "44021;p1-gent-0009;RMI", *GOOD[10:])),
    "cut in a row": Nasty("D-104", lambda: TEXT.encode()[:-30]),
    "UTF-8 read as Windows-1252": Nasty("D-105", lambda: rows(*[r.replace("W1", "beÃ«indigd") for r in GOOD])),
    "letters of an old DOS program": Nasty("D-105", lambda: TEXT.replace("W1", "beëindigd").encode("cp850")),
    "a letter that was lost": Nasty("D-105", lambda: TEXT.replace("W1", "be\ufffdindigd").encode()),
    "control characters": Nasty("D-105", lambda: TEXT.replace("W1", "be\u0085indigd").encode()),
    "half a UTF-16 letter": Nasty("D-105", lambda: TEXT.encode("utf-16")[:-1]),
    "half a UTF-16 pair": Nasty("D-105", lambda: b"\xff\xfe" + TEXT.encode("utf-16-le") + b"\x00\xd8"),
    "a mark of UTF-8 before other bytes": Nasty("D-105", lambda: b"\xef\xbb\xbf" + b"caf\xe9;" + TEXT.encode()),
}
