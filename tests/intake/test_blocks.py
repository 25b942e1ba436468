"""A file that is read in blocks, its texts coded, is the file: nothing depends on where a block ends."""

import io
import random
from datetime import date

import polars as pl
import pytest

from demad.errors import DemadError
from demad.intake.checking.derived import with_derived
from demad.intake.contract.alias_matching import propose
from demad.intake.contract.city_detection import city_within
from demad.intake.contract.columns import known_names
from demad.intake.contract.conform import conform
from demad.intake.contract.datasets import DATASETS
from demad.intake.deliveries.packing import canonical
from demad.intake.privacy.guard import guard
from demad.intake.reading import csv_files
from demad.intake.reading.characters import pieces
from demad.intake.reading.csv_files import read_text
from demad.intake.reading.dictionary_encoding import Coder, as_text_columns, coded, put_together, taken_apart, texts_of
from demad.intake.reading.isolated import read_files
from demad.intake.reading.table import Reading, plain
from demad.reference.cities import city_of, load_cities
from demad.synthetic import extracts
from tests import lanes

KNOWN = {"nis", "persoon", "wet"}
CELLS = ("", "aa", "RMI", "44021", "é", '"a\nb"', '"x;y"', '"q""q"', '""', '"\n\n"')
LINES = ("", " ", "Totaal;5", "Bron: een zin", "a;b", "a;b;c;d", ";;")


def extract(chance: random.Random) -> bytes:
    lines = ["nis;persoon;wet"]
    for _ in range(chance.randrange(60)):
        odd = chance.random() < 0.03
        lines.append(chance.choice(LINES) if odd else ";".join(chance.choice(CELLS) for _ in range(3)))
    newline = chance.choice(["\n", "\n", "\r\n"])
    text = newline.join(lines) + chance.choice(["", newline, newline * 3])
    return text.encode(chance.choice(["utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"]))


def seen(content: bytes) -> object:
    try:
        reading = read_text(io.BytesIO(content), KNOWN)
    except DemadError as refusal:
        return refusal.code
    return as_text_columns(reading.frame).to_dict(as_series=False), reading.notes, reading.numbers.to_list()


def test_where_a_block_ends_changes_nothing(monkeypatch):
    outcomes = set()
    for seed in [31, *lanes.sampled(range(100), every=5)]:  # 31 ends in D-102, which few do
        content = extract(random.Random(seed))  # noqa: S311
        whole = seen(content)
        outcomes.add(whole if isinstance(whole, str) else "read")
        for size in (1, 7, 40, 100):
            with monkeypatch.context() as small:
                small.setattr(csv_files, "BLOCK", size)
                small.setattr(csv_files, "TOP", 60)
                assert seen(content) == whole, (seed, size)
    assert outcomes == {"read", "D-102", "D-104"}


def test_rows_may_begin_with_an_empty_line_or_a_total():
    for above in ("", "Totaal", "Totaal;2", "  "):
        rows = f"nis;persoon;wet\n{above}\n44021;p1-gent-0001;RMI\n"
        assert read_text(io.BytesIO(rows.encode()), KNOWN).numbers.to_list() == [3]


@pytest.mark.parametrize("name", ["*", "^ni.$", "^.*$", "place", "first", "c0", "rij", "text", "literal"])
def test_a_column_may_be_called_anything(name, tmp_path):
    rows = "".join(f"44021;p1-gent-000{n};RMI;;\n" for n in range(4)) + "Totaal;4;;;\n"
    texts = {"leefloon.csv": f"nis;persoon;wet;{name};x\n{rows}".encode()}
    frame = pl.DataFrame({"nis": ["44021"] * 4, "persoon": [f"p1-gent-000{n}" for n in range(4)], name: [None] * 4})
    (tmp_path / "leefloon.csv").write_bytes(texts["leefloon.csv"])
    frame.write_parquet(tmp_path / "leefloon.parquet")
    files = [tmp_path / "leefloon.csv", tmp_path / "leefloon.parquet"]
    for (reading,) in read_files(files, known=KNOWN):
        assert name in reading.columns
        assert reading.frame.height == 4
        guard(reading, file_name="leefloon.csv")
        assert propose(reading, "leefloon", city_of("gent"), [city_of("gent")])
        assert city_within([reading], load_cities(None)).slug == "gent"


def test_a_piece_of_a_file_ends_where_a_line_does_unless_that_is_far():
    content = b"44021;p1;RMI\n" * 1_000 + b"x" * 200_000 + b"\nlast"
    for codec, size in (("utf-8", 100), ("utf-8", 40_000), ("utf-8-sig", 100)):
        mark = b"\xef\xbb\xbf" if codec == "utf-8-sig" else b""
        found = list(pieces(io.BytesIO(mark + content), codec, size))
        assert b"".join(found) == content
        apart = [piece for piece in found if not piece.endswith(b"\n")]
        assert apart[-1].endswith(b"last")
        assert all(b"x" in piece for piece in apart[:-1])


def test_a_quote_that_nobody_closes_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr("demad.intake.reading.records._RECORD_LIMIT", 1_000)
    monkeypatch.setattr(csv_files, "TOP", 60)
    monkeypatch.setattr(csv_files, "BLOCK", 100)
    content = b'nis;persoon;wet\n44021;"p1;RMI\n' + b"44021;p1-gent-0001;RMI\n" * 1_000
    assert seen(content) == "D-114"


@pytest.fixture(params=["few", "many"])
def texts(request, monkeypatch):
    """Columns as codes of few texts, and the same as codes of many."""
    if request.param == "many":
        monkeypatch.setattr("demad.intake.reading.dictionary_encoding._ENUM", 0)
    return {"few": "Enum", "many": "Cate"}[request.param]


def test_columns_of_which_texts_return_are_coded_and_come_back_as_they_were(texts):
    frame = pl.DataFrame({"few": ["x", "y", None, "x"] * 10, "many": [str(n) for n in range(40)], "n": range(40)})
    coder = Coder(frame)
    assert set(coder.dtypes) <= {"few"}
    for block in (frame.head(25), frame.tail(15)):
        coder.add(coder.coded(block))
    whole = coder.frame()
    assert [str(dtype)[:4] for dtype in whole.dtypes] == [texts, "Stri", "Int6"]
    assert as_text_columns(whole).equals(frame)
    back = put_together(*taken_apart(whole))
    assert [str(dtype)[:4] for dtype in back.dtypes] == [texts, "Stri", "Int6"]
    assert as_text_columns(back).equals(frame)
    seen = texts_of(whole["few"])
    assert seen.each.to_list() == ["x", "y", None]
    assert seen.spread(seen.each == "x").to_list() == [True, False, None, True] * 10
    assert seen.places(seen.each == "y").to_list() == list(range(1, 40, 4))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda numbers, texts, counts: (numbers.with_columns(few=pl.lit(7, pl.UInt8)), texts, counts),
        lambda numbers, texts, counts: (numbers, pl.concat([texts, texts]), counts),
        lambda numbers, texts, counts: (numbers, texts.head(1), counts),
        lambda numbers, texts, counts: (numbers, pl.Series(["x", "x"]), counts),
        lambda numbers, texts, counts: (numbers, pl.Series(["x", None]), counts),
        lambda numbers, texts, counts: (numbers, texts, counts[1:]),
    ],
)
def test_codes_that_do_not_belong_to_their_texts_are_refused(spoil, texts):
    frame = coded(pl.Series("few", ["x", "y"] * 10)).to_frame()
    assert str(frame.dtypes[0])[:4] == texts
    with pytest.raises((ValueError, TypeError, pl.exceptions.PolarsError)):
        put_together(*spoil(*taken_apart(frame)))


def test_a_delivery_has_the_same_bytes_whatever_its_codes_were(monkeypatch):
    city = city_of("gent")
    frame = dict(extracts(people=3_000, seed=1, cities=["gent"]))["gent"]["leefloon"]
    content = frame.write_csv(separator=";").encode()
    known = {plain(name) for name in known_names(city)}
    made = set()
    for codes, block in ((1 << 16, 1 << 24), (0, 1 << 24), (1 << 16, 50_000), (200, 50_000)):
        monkeypatch.setattr("demad.intake.reading.dictionary_encoding._ENUM", codes)
        monkeypatch.setattr(csv_files, "BLOCK", block)
        monkeypatch.setattr(csv_files, "TOP", 1_000)
        reading = read_text(io.BytesIO(content), known)
        guard(reading, file_name="leefloon.csv")
        typed = conform(reading, "leefloon", city).frame
        made.add(canonical(typed))
        assert as_text_columns(typed).schema == DATASETS["leefloon"].table.schema
        seen = with_derived(typed, "leefloon", as_of=date(2026, 9, 30))
        made.add(canonical(seen.select("overlapt", "kort_gat", "herhaald", "leeftijdsgroep")))
    plainly = conform(Reading(frame, ()), "leefloon", city).frame
    assert canonical(plainly) in made
    assert len(made) == 2
