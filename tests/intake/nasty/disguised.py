"""Files that are something else than they are called, each with the code it must get."""

from __future__ import annotations

import gzip
import pickle  # noqa: TID251  # written here so that we can show it is never read

from tests.intake.nasty.making import TEXT, Nasty, archive, parquet, workbook

_KINDS = {
    "a web page": b"<!DOCTYPE html><html><table><tr><td>nis</td></tr></table></html>",
    "a web page after a mark": b"\xef\xbb\xbf\r\n<html>nis;persoon</html>",
    "XML": b'<?xml version="1.0"?><leefloon nis="44021"/>',
    "PDF": b"%PDF-1.7\nnis;persoon\n",
    "an image": b"\x89PNG\r\n\x1a\n" + b"x" * 99,
    "rich text": b"{\\rtf1 nis;persoon}",
    "a program": b"MZ\x90\x00" + b"x" * 99,
    "a Linux program": b"\x7fELF\x02\x01" + b"x" * 99,
    "a database": b"SQLite format 3\x00" + b"x" * 99,
}
DISGUISED = {f"{name} called csv": Nasty("D-121", lambda content=content: content) for name, content in _KINDS.items()}
DISGUISED |= {
    "gzip called csv": Nasty("D-121", lambda: gzip.compress(TEXT.encode())),
    "a ZIP called csv": Nasty("D-121", lambda: archive(("leefloon.csv", TEXT.encode()))),
    "a workbook called csv": Nasty("D-121", workbook),
    "a Parquet called csv": Nasty("D-121", parquet),
    "an old workbook called csv": Nasty("D-117", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000),
    "a pickle called csv": Nasty("D-103", lambda: pickle.dumps({"nis": 44021})),
    "a pickle of text called csv": Nasty("D-109", lambda: pickle.dumps(["nis", "persoon"], protocol=0)),
    "JSON called csv": Nasty("D-109", lambda: b'[{"nis": "44021", "persoon": "p1-gent-0001"}]'),
}
DISGUISED |= {
    f"a {suffix} file": Nasty("D-101", TEXT.encode, f"leefloon{suffix}")
    for suffix in (
        ".xls",
        ".xlsm",
        ".xlsb",
        ".ods",
        ".json",
        ".pkl",
        ".py",
        ".html",
        ".gz",
        ".7z",
        ".exe",
        ".csv.exe",
        "",
    )
}
