"""What Stad in Cijfers (Swing) takes, written from `docs/domain.md` section 6.1 alone: nothing of demad is imported.

It reads the files as an uploader gives them, and says in words what Swing or the two who check would refuse.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping

PLACE = ["period", "geolevel", "geoitem"]
LEVELS = {"gemeente", "gemeente2024", "gemeente2018"}
MISSING = {-99999.0, -99998.0, -99997.0, -99996.0}
TABLE = [
    *["Indicator code", "Name", "Description", "More information", "Unit", "Source", "Base indicator", "Seq no"],
    *["Aggregation indicator", "Formula", "Data type", "Periode type", "Geo type", "Visible", "Start period"],
    *["End period", "Forecast period", "Threshold value", "Threshold indicator", "Aggregate geoitems"],
    *["Aggregate periods", "Footnote", "Free textfield (owner_controller)", "provisional period"],
]
_CODE = re.compile(r"(v|vp|vs|kubus)\d{4}_[a-z0-9_]+")
_PERIOD = re.compile(r"\d{4}(Q[1-4]|M(0[1-9]|1[0-2]))?")
_BEGINS = ("[aantal]", "[percentage]", "[promille]", "[ratio]", "[mediaan]", "[gemiddelde]")
_NUMBERED = {"[aantal]": "Numeric"}


def table(content: bytes) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of a CSV as Swing reads it."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8")), delimiter=";")
    rows = list(reader)
    return list(reader.fieldnames or []), rows


def mistakes(uploads: Mapping[str, bytes], subjects: bytes) -> list[str]:
    """Everything that is wrong in the files that are uploaded and in the table of subjects."""
    found = [f"{name}: {wrong}" for name, content in uploads.items() for wrong in _upload(content)]
    loaded = [code for content in uploads.values() for code in table(content)[0][3:]]
    found += [f"{code} is loaded twice" for code in sorted({code for code in loaded if loaded.count(code) > 1})]
    return found + list(_subjects(subjects, set(loaded)))


def _upload(content: bytes) -> Iterator[str]:
    header, rows = table(content)
    if header[:3] != PLACE:
        yield f"begins with {header[:3]}"
        return
    if len(header) >= 60 or len(rows) >= 1_000_000:
        yield f"{len(header)} columns, {len(rows)} rows"
    yield from (f"{code} is no code" for code in header[3:] if not _CODE.fullmatch(code) or len(f"dna_{code}") > 46)
    keys = [tuple(row[name] for name in PLACE) for row in rows]
    if len(set(keys)) < len(keys):
        yield "an area twice in a period"
    yield from (f"period {period}" for period in {key[0] for key in keys} if not _PERIOD.fullmatch(period))
    yield from (f"level {level}" for level in {key[1] for key in keys} - LEVELS)
    yield from (f"area {item}" for item in {key[2] for key in keys} if not re.fullmatch(r"\d{5}", item))
    areas = {level: {key[2] for key in keys if key[1] == level} for level in {key[1] for key in keys}}
    for period in {key[0] for key in keys}:
        for level, there in areas.items():
            if there - {key[2] for key in keys if key[:2] == (period, level)}:
                yield f"not every area of {level} in {period}"
    for row in rows:
        yield from (f"{code} {row[code]!r}" for code in header[3:] if not _number(row[code]))


def _number(cell: str) -> bool:
    try:
        number = float(cell)
    except ValueError:
        return False
    return number > -90_000 or number in MISSING


def _subjects(content: bytes, loaded: set[str]) -> Iterator[str]:
    header, rows = table(content)
    if header != TABLE:
        yield f"columns {header}"
        return
    known = {row["Indicator code"]: row for row in rows}
    if len(known) < len(rows) or len({row["Name"] for row in rows}) < len(rows):
        yield "a code or a name twice"
    yield from (f"{code} has no subject" for code in sorted(loaded - known.keys()))
    for code, row in known.items():
        yield from (f"{code}: {wrong}" for wrong in _subject(row, known, loaded))


def _subject(row: Mapping[str, str], known: Mapping[str, Mapping[str, str]], loaded: set[str]) -> Iterator[str]:
    code, name, formula = row["Indicator code"], row["Name"], row["Formula"]
    if name != name.lower() or not 0 < len(name) <= 100:
        yield f"name {name}"
    begin = next((begin for begin in _BEGINS if row["Description"].startswith(f"{begin} ")), "")
    if not begin or (begin == "[aantal]" and row["Data type"] == "Percentage (sum)"):
        yield f"description {row['Description']}"
    if row["Data type"] not in ("Numeric", "Percentage (sum)", "Mean"):
        yield f"data type {row['Data type']}"
    if row["Periode type"] not in ("Stock", "Pending"):
        yield f"period type {row['Periode type']}"
    if not all(row[need] for need in ("Unit", "Source", "Geo type", "Visible", "Footnote", "More information")):
        yield "an empty cell"
    if not row["Free textfield (owner_controller)"].partition("_")[0]:
        yield "no owner"
    if bool(formula) == (code in loaded):
        yield "is loaded and has a formula, or neither"
    for period in (row["Start period"], row["End period"]):
        if (period and formula) or (not formula and not _PERIOD.fullmatch(period)):
            yield f"period {period!r}"
    for role in ("Base indicator", "Aggregation indicator", "Threshold indicator"):
        if row[role] and row[role] not in known:
            yield f"{role} {row[role]} is no subject"
    if formula:
        parts = re.fullmatch(r"(\w+) / (\w+) \* (100|1000)", formula)
        if not parts or not {parts[1], parts[2]} <= loaded or row["Aggregation indicator"] != parts[2]:
            yield f"formula {formula}"
        elif row["Threshold indicator"] not in ("", parts[1]):
            yield "the threshold of a rate is on its numerator"
    if row["Data type"] == "Mean" and row["Aggregate geoitems"] != "Nee":
        yield "what cannot be summed is summed over areas"
    value, on = row["Threshold value"], row["Threshold indicator"]
    if bool(value) != bool(on) or (value and not value.isdigit()):
        yield f"threshold {value} on {on}"
