"""Random extracts, random damage of these kinds: every accepted cell is that of the source, or its row is set aside.

Kinds that no content can reveal are listed in `UNSEEN`: for those `demad check` shows the range of the days and the
share of the first of the month (`test_days`).
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from demad.errors import DemadError
from demad.intake.reading.dictionary_encoding import as_text_columns
from tests.intake.clothes import COLUMNS, Row, accepted, csv_text, lines, read, truth, workbook

BRUSSELS, UTC = ZoneInfo("Europe/Brussels"), ZoneInfo("UTC")
UNSEEN = (
    "day and month swapped everywhere, where every day is 12 or less",
    "day and month swapped in some rows, written like the others, where every day is 12 or less",
    "every day moved by the same number of days",
    "an end of another row",
    "an end that was emptied, or rows that were left out",
)
FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%d 00:00:00")
BAD_DAYS = ("30/02/2026", "2025-02-29", "#REF!", "#N/A", "#DIV/0!", "#VERW!", "30/05/23", "lopend", "00/00/0000", "?",
            "########", "31-11-2024", "2025-13-45")  # fmt: skip
BAD_CODES = ("#N/A", "#NAAM?", "9", "onzin", "X9", "-1")
Text = tuple[str, bytes | str]
Damage = Callable[[list[Row], random.Random], Text]


def _cells(rows: list[Row], chance: random.Random) -> list[list[str]]:
    form = chance.choice(FORMS)
    return lines(rows, lambda day: day.strftime(form) if day else "")


def bad_days(rows: list[Row], chance: random.Random) -> Text:
    """Cells of days that are none."""
    cells = _cells(rows, chance)
    for place in chance.sample(range(len(rows)), chance.randrange(1, len(rows) // 5)):
        cells[place][chance.choice([4, 4, 3])] = chance.choice(BAD_DAYS)
    return "leefloon.csv", csv_text(cells)


def bad_codes(rows: list[Row], chance: random.Random) -> Text:
    """Cells of codes that are none."""
    cells = _cells(rows, chance)
    for place in chance.sample(range(len(rows)), chance.randrange(1, len(rows) // 5)):
        cells[place][chance.choice([0, 1, 2, 5, 6, 7, 8])] = chance.choice(BAD_CODES)
    return "leefloon.csv", csv_text(cells)


def zones(rows: list[Row], chance: random.Random) -> Text:
    """Days as moments with a zone, or without one as UTC shows them."""
    zone, naive = ZoneInfo(chance.choice(["UTC", "America/New_York", "Asia/Tokyo"])), chance.random() < 0.3

    def written(day: date | None) -> str:
        if day is None:
            return ""
        moment = datetime(day.year, day.month, day.day, tzinfo=BRUSSELS).astimezone(UTC if naive else zone)
        return moment.strftime("%Y-%m-%d %H:%M:%S") if naive else moment.isoformat()

    return "leefloon.csv", csv_text(lines(rows, written))


def swapped(rows: list[Row], chance: random.Random) -> Text:
    """A file that a program with American settings opened: texts with the month first, or half of the days swapped."""
    if chance.random() < 0.5:
        share = chance.choice([1.0, 1.0, 0.5, 0.3])
        forms = lambda day: "%m/%d/%Y" if chance.random() < share else "%d/%m/%Y"  # noqa: E731
        return "leefloon.csv", csv_text(lines(rows, lambda day: day.strftime(forms(day)) if day else ""))

    def half(cell: object) -> object:
        if not isinstance(cell, date):
            return cell
        return date(cell.year, cell.day, cell.month) if cell.day <= 12 else cell.strftime("%d/%m/%Y")

    return "leefloon.xlsx", workbook([[half(cell) for cell in row] for row in rows])


def from_1904(rows: list[Row], chance: random.Random) -> Text:
    """A workbook that counts from 1904, its days numbers in some or all cells."""
    content, target = workbook(rows, date_1904=True), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            text = old.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                text = re.sub(rb' s="1"', lambda found: b"" if chance.random() < 0.7 else found[0], text)
            new.writestr(entry.filename, text)
    return "leefloon.xlsx", target.getvalue()


def errors_in_workbook(rows: list[Row], chance: random.Random) -> Text:
    """Errors of Excel in cells of a workbook."""
    content, target = workbook(rows), io.BytesIO()
    count = chance.randrange(1, len(rows) // 5)
    wrong = {f"{chance.choice('EEEDCF')}{row}" for row in chance.sample(range(2, len(rows) + 2), count)}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            text = old.read(entry).decode() if entry.filename.endswith("sheet1.xml") else old.read(entry)
            if isinstance(text, str):
                for cell in sorted(wrong):
                    error = chance.choice(["#REF!", "#VALUE!", "#N/A", "#CALC!"])
                    put = f'<c r="{cell}" t="e"><v>{error}</v></c>'
                    text = re.sub(rf'<c r="{cell}"[^>]*>.*?</c>', put, text)
            new.writestr(entry.filename, text)
    return "leefloon.xlsx", target.getvalue()


def one_byte(rows: list[Row], chance: random.Random) -> Text:
    """UTF-8 in which letters of another encoding stand, or an encoding of another machine."""
    cells = [[*row[:9], "beëindigd" if row[9] else ""] for row in _cells(rows, chance)]
    text = csv_text(cells)
    if chance.random() < 0.4:
        return "leefloon.csv", text.encode(chance.choice(["mac_roman", "cp850", "utf-16-le", "cp1252"]))
    content = text.encode()
    places = [found.start() for found in re.finditer("ë".encode(), content)]
    for place in sorted(chance.sample(places, min(len(places) - 1, chance.randrange(1, 4))), reverse=True):
        content = content[:place] + b"\xeb" + content[place + 2 :]
    return "leefloon.csv", content


def glued(rows: list[Row], chance: random.Random) -> Text:
    """Two files under each other, with mark, header, both or neither; sometimes with columns in another order."""
    cells, at = _cells(rows, chance), chance.randrange(1, len(rows))
    mark, again = chance.choice(["\ufeff", ""]), chance.random() < 0.6
    order = chance.sample(range(len(COLUMNS)), len(COLUMNS)) if again and chance.random() < 0.3 else range(len(COLUMNS))
    second = [[row[place] for place in order] for row in cells[at:]]
    header = [COLUMNS[place] for place in order]
    below = csv_text(second, header) if again else "\n".join(";".join(row) for row in second) + "\n"
    first = csv_text(cells[:at])
    return "leefloon.csv", mark + (first.rstrip("\n") if mark and chance.random() < 0.3 else first) + mark + below


def separators(rows: list[Row], chance: random.Random) -> Text:
    """Separators too many or too few, at the end of lines or within."""
    text = csv_text(_cells(rows, chance)).splitlines()
    kind = chance.choice(["end", "some", "within", "cut", "wrapped"])
    if kind == "wrapped":
        return "leefloon.csv", "\n".join(f'"{line}"' for line in text) + "\n"
    for place in range(1, len(text)):
        if kind == "end" or (kind == "some" and chance.random() < 0.2):
            text[place] += ";" * chance.randrange(1, 4)
        elif kind == "within" and chance.random() < 0.05:
            text[place] = text[place].replace(";", ";;", 1)
        elif kind == "cut" and chance.random() < 0.05:
            text[place] = text[place][: chance.randrange(1, len(text[place]))]
    return "leefloon.csv", "\n".join(text) + "\n"


DAMAGES: tuple[Damage, ...] = (
    bad_days, bad_codes, zones, swapped, from_1904, errors_in_workbook, one_byte, glued, separators,
)  # fmt: skip


def as_source(row: Row) -> tuple:
    """A row of the source as the contract types it; a word that nobody knows is an unknown reason."""
    nis, who, law, begin, end, kind, born, sex, student, _ = row
    return nis, who, law, begin, end, kind, int(born), sex, student == "ja"


def differences(seed: int) -> tuple[str, list]:
    """What became of one damaged extract, and the accepted rows that are none of the source."""
    chance = random.Random(seed)  # noqa: S311
    rows = truth(chance.choice([40, 60, 150]), seed=seed)
    damage = chance.choice(DAMAGES)
    name, content = damage(rows, chance)
    try:
        (table,) = read(content, name)
    except DemadError as refusal:
        return f"{damage.__name__} refused {refusal.code}", []
    taken = accepted(table)
    source = {row[1]: as_source(row) for row in rows}
    optional = {"geslacht": "geslacht_niet_begrepen", "student": "student_niet_begrepen"}
    wrong = []
    lost = Counter({name: table.flaws.get(flaw, 0) for name, flaw in optional.items()})
    for found in as_text_columns(taken).select(COLUMNS[:9]).iter_rows():
        expected = source.get(found[1])
        cells = [] if expected is None else zip(COLUMNS, found, expected, strict=False)
        apart = [column for column, cell, right in cells if cell != right]
        for column in apart:
            if column in lost and found[COLUMNS.index(column)] is None:  # counted as not understood
                lost[column] -= 1
                apart = [one for one in apart if one != column]
        if expected is None or apart or min(lost.values()) < 0:
            wrong.append((apart, found, expected))
    aside = table.frame.height - taken.height
    if taken.height + aside != len(rows):
        wrong.append(("rows", table.frame.height, len(rows)))
    return f"{damage.__name__} read{', rows set aside' if aside else ''}", wrong


def tried(seeds: range) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    for seed in seeds:
        outcome, wrong = differences(seed)
        outcomes[outcome] += 1
        assert not wrong, (seed, outcome, wrong[:3])
    return outcomes


def test_no_difference_is_silent_in_fifty_damaged_extracts():
    outcomes = tried(range(50))
    assert len({outcome.split()[0] for outcome in outcomes}) == len(DAMAGES)


@pytest.mark.slow
def test_no_difference_is_silent_in_two_thousand_damaged_extracts():
    outcomes = tried(range(1_000, 3_000))
    print(*(f"{outcome}: {count}" for outcome, count in sorted(outcomes.items())), sep="\n")
    print("no content reveals:", *UNSEEN, sep="\n- ")
