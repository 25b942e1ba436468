"""Text files that were changed on their way: read where it is certain, and told; else refused with line and cells."""

import csv
import io
import random

import pytest

from demad.errors import DemadError
from tests.intake.clothes import COLUMNS, csv_text, lines, notes, read, taken, truth
from tests.lanes import sampled

TRUTH = truth()
CELLS = lines(TRUTH)
TEXT = csv_text(CELLS)
HEADER, *ROWS = TEXT.splitlines()


def joined(*texts: str) -> str:
    return "\n".join(texts) + "\n"


def wrapped(text: str, after: str = "") -> str:
    target = io.StringIO()
    csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator=f"{after}\n").writerows(
        [line] for line in text.splitlines()
    )
    return target.getvalue()


def pandas(text: str, first: int = 0) -> str:
    head, *rows = text.splitlines()
    return joined(f";{head}", *(f"{n};{row}" for n, row in enumerate(rows, start=first)))


READ = {
    "a separator at the end of the rows": (joined(HEADER, *(f"{row};" for row in ROWS)), "lege cellen aan het einde"),
    "three of them": (joined(HEADER, *(f"{row};;;" for row in ROWS)), "lege cellen aan het einde"),
    "some of the rows end with one": (
        joined(HEADER, *(row + ";" * (n % 5 == 3) for n, row in enumerate(ROWS))),
        "lege cellen aan het einde",
    ),
    "only the last row ends with one": (joined(HEADER, *ROWS[:-1], ROWS[-1] + ";"), "lege cellen aan het einde"),
    "the header and the rows end with one": (joined(*(f"{line};" for line in TEXT.splitlines())), ""),
    "two files with their marks": (
        "\ufeff" + joined(HEADER, *ROWS[:30]) + "\ufeff" + joined(HEADER, *ROWS[30:]),
        "1 keer een BOM midden",
    ),
    "two files, the second without header": (
        "\ufeff" + joined(HEADER, *ROWS[:30]) + "\ufeff" + joined(*ROWS[30:]),
        "1 keer een BOM midden",
    ),
    "two files without a newline between": (
        "\ufeff" + joined(HEADER, *ROWS[:30]).rstrip() + "\ufeff" + joined(*ROWS[30:]),
        "1 keer een BOM midden",
    ),
    "two files without marks": (joined(HEADER, *ROWS[:30], HEADER, *ROWS[30:]), "1 herhaalde kopregel"),
    "three files with capitals in a header": (
        joined(HEADER, *ROWS[:20], HEADER.upper(), *ROWS[20:40], HEADER, *ROWS[40:]),
        "2 herhaalde kopregels",
    ),
    "two files with titles": (
        joined("Uittreksel van 2025", "", HEADER, *ROWS[:30], "Uittreksel van 2026", "", HEADER, *ROWS[30:]),
        "1 titelregel",
    ),
    "two files with a hint": (joined("sep=;", HEADER, *ROWS[:30], "sep=;", HEADER, *ROWS[30:]), "1 herhaalde kopregel"),
    "each line one quoted cell": (wrapped(TEXT), "als één cel tussen aanhalingstekens"),
    "each line one quoted cell, with empty ones behind": (wrapped(TEXT, ";;;"), "als één cel tussen aanhalingstekens"),
    "each line one quoted cell, in Windows-1252": (
        wrapped(TEXT.replace("M1", "beëindigd")).encode("cp1252"),
        "als één cel tussen aanhalingstekens",
    ),
    "a column that numbers the rows from 0": (pandas(TEXT), "kolom 1 (A) zonder naam overgeslagen"),
    "a column that numbers the rows from 1": (pandas(TEXT, 1), "kolom 1 (A) zonder naam overgeslagen"),
    "row names of R": (
        joined(HEADER, *(f'"{n}";{row}' for n, row in enumerate(ROWS, start=1))),
        "kolom 1 (A) zonder naam overgeslagen",
    ),
    "a number of the row at the end": (
        joined(f"{HEADER};", *(f"{row};{n}" for n, row in enumerate(ROWS, start=1))),
        "zonder naam overgeslagen",
    ),
    "codes kept as text for Excel": (TEXT.replace("44021;", '="44021";'), ""),
    "codes kept as text for Excel, quoted": (TEXT.replace("44021;", '"=""44021""";'), ""),
    "codes with a point": (TEXT.replace("44021;", "44.021;"), ""),
    "codes with an apostrophe": (TEXT.replace("44021;", "'44021;"), ""),
    "two carriage returns": (TEXT.replace("\n", "\r\r\n"), ""),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), "UTF-16 zonder BOM"),
    "UTF-16 the other way without a mark": (TEXT.encode("utf-16-be"), "UTF-16 zonder BOM"),
    "blanks of no width": (TEXT.replace("44021", "44021\u200b").replace(";RM", ";\u00a0RM"), ""),
}


@pytest.mark.parametrize("case", READ)
def test_what_is_certain_is_read_and_told(case):
    content, told = READ[case]
    rows = taken(content)
    expected = TRUTH
    if "1252" in case:  # a word that nobody knows is an unknown reason
        expected = [(*row[:9], "U0" if row[9] == "M1" else row[9]) for row in TRUTH]
    assert rows == expected
    assert any(told in note for note in notes(content))


REFUSED = {
    "a row with a cell too many": (
        joined(HEADER, *ROWS[:9], ROWS[9] + ";x", *ROWS[10:]),
        "D-104",
        "Op lijn 11 vinden we 11",
    ),
    "a row with a separator in a cell": (
        joined(HEADER, *ROWS[:9], ROWS[9].replace("RM", "R;M"), *ROWS[10:]),
        "D-104",
        "Op lijn 11 vinden we 11",
    ),
    "a row that stops": (joined(HEADER, *ROWS[:9], ROWS[9][:20], *ROWS[10:]), "D-104", "Op lijn 11 vinden we 3"),
    "a row that stops in a quoted file": (
        joined(
            HEADER,
            *(row.replace("RM", '"RM').replace(";", '";', 3).replace('";', ";", 2) for row in ROWS[:9]),
            ROWS[9][:30],
            *ROWS[10:],
        ),
        "D-104",
        "Op lijn 11 vinden we",
    ),
    "a cut at the end": (TEXT[:-25], "D-104", "Op lijn 61 vinden we"),
    "a quote that nobody closes": (
        joined(HEADER, *ROWS[:9], ROWS[9].replace("RM", '"RM'), *ROWS[10:]),
        "D-104",
        "lijn 11",
    ),
    "columns in another order further on": (
        joined(HEADER, *ROWS[:9], ";".join(reversed(COLUMNS)), *ROWS[10:]),
        "D-122",
        "Op lijn 11",
    ),
    "a column without a name": (joined(f"{HEADER};", *(f"{row};zie team" for row in ROWS)), "D-111", "Kolom 11 (K)"),
    "a column without a name in the middle": (
        joined(HEADER.replace("wet", ""), *ROWS),
        "D-111",
        "Kolom 3 (C)",
    ),
    "another separator": (TEXT.replace(";", "^"), "D-109", "gebruikt ^ als scheidingsteken"),
    "blanks for separators": (TEXT.replace(";", "   "), "D-109", "gebruikt spaties"),
    "NULs": (TEXT.encode().replace(b"RMI", b"R\0I", 1), "D-103", "op lijn 2 staan NUL-tekens"),
    "NULs at the end": (TEXT.encode() + b"\0" * 512, "D-103", "op lijn 62 staan NUL-tekens"),
    "UTF-32": (TEXT.encode("utf-32"), "D-103", "NUL-tekens"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_certain_is_refused_with_its_place(case):
    content, code, told = REFUSED[case]
    with pytest.raises(DemadError) as refusal:
        read(content)
    assert refusal.value.code == code
    assert told in refusal.value.what


WORDS = "beëindigd één café België coördinatie"


def with_words(count: int = len(ROWS)) -> str:
    return joined(HEADER, *(row + WORDS.split()[n % 5] if n < count else row for n, row in enumerate(ROWS)))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (with_words().encode().replace("ë".encode(), b"\xeb", 1), 2),
        (with_words(11).encode() + with_words().encode("cp1252"), 63),
        (with_words(1).encode() + b"44021;caf\xe9\n", 62),
        ("\ufeff".encode() + with_words().encode().replace("é".encode(), b"\x82", 1), 3),
        (with_words().encode().replace("é".encode(), b"\xe9\xe9", 2), 3),
    ],
)
def test_utf8_with_some_other_bytes_is_refused_with_line_and_byte(content, line):
    with pytest.raises(DemadError) as refusal:
        read(content)
    assert refusal.value.code == "D-105"
    assert f"lijn {line}" in refusal.value.what
    assert "(0x" in refusal.value.what


@pytest.mark.parametrize("word", [*WORDS.split(), "CAFÉ", "Brüssel", "Turnhoutsebaan 12 – één"])
def test_letters_of_an_old_mac_are_refused(word):
    content = joined(HEADER, *(row + word for row in ROWS)).encode("mac_roman")
    with pytest.raises(DemadError) as refusal:
        read(content)
    assert refusal.value.code == "D-105"


@pytest.mark.parametrize("word", [*WORDS.split(), "foto’s", "“tussen” – en …", "€ 12", "5°", "ÉÉN", "cœur"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16", "utf-16-le", "utf-8-sig"])
def test_letters_of_a_windows_program_are_read_as_they_are(word, encoding):
    content = joined(HEADER, *(row + word for row in ROWS)).encode(encoding)
    (table,) = read(content)
    assert table.flaws.get("stopreden_onbekend", 0) > 0


def test_where_blocks_end_changes_nothing_of_what_is_told(monkeypatch):
    from demad.intake.reading import csv_files

    chance = random.Random(5)  # noqa: S311
    for case in sampled(chance.sample([*READ], 14), every=3):
        content = READ[case][0]
        whole = notes(content), taken(content)
        for size in (7, 200, 3_000):
            with monkeypatch.context() as small:
                small.setattr(csv_files, "BLOCK", size)
                small.setattr(csv_files, "TOP", 400)
                assert (notes(content), taken(content)) == whole, (case, size)
