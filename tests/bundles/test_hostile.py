"""Bundles of somebody who has the key of a city and means harm, or whose program is wrong: every one is refused.

The daily lane takes half or a third of the variants that need a whole city, the long lane all of them.
"""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from demad.bundles.container import packed
from demad.bundles.contents import as_texts, entry_of
from demad.bundles.keys import key_id, public_text
from demad.bundles.manifest import NAME, Manifest, Rounding
from demad.bundles.receipt import content_of, received
from demad.errors import DemadError
from demad.reference.senders import EXACT, PROTECTED
from demad.tables.counts import LONG_STAY, TEN_YEARS, YEARS_ON
from demad.tables.risk_counts import CARE_LEAVER_RETURN_RISK
from demad.tables.schema import Table
from tests.bundles.conftest import KEY, OTHER_KEY, ROUNDING, TODAY, Tables, bundle, manifest_of, registered, written
from tests.lanes import sampled

RULES = {"today": TODAY, "base": 10, "exact_stock": True}
Texts = dict[str, bytes]
Rows = Callable[[pl.DataFrame], pl.DataFrame]


# --- the zip ---------------------------------------------------------------------------------------------------------


def signed(build: Callable[[zipfile.ZipFile], None], *, before: bytes = b"", after: bytes = b"") -> bytes:
    """A zip of any shape, with a valid signature."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        build(archive)
        archive.comment = after + b"demad-bundle/1 ed25519 " + key_id(public_text(KEY)).encode() + b" " + b"0" * 128
    unsigned = before + made.getvalue()[:-128]
    return unsigned + KEY.sign(unsigned).hex().encode()


@contextmanager
def unwarned() -> Iterator[None]:
    with pytest.warns(UserWarning, match="Duplicate name"):
        yield


def put(archive: zipfile.ZipFile, texts: Mapping[str, bytes], **odd: object) -> None:
    for name, content in texts.items():
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        for field, value in odd.items():
            setattr(info, field, value)
        archive.writestr(info, content)


def whole(nobody: Tables) -> Texts:
    texts = as_texts(nobody, ROUNDING[EXACT])
    return {NAME: manifest_of(texts, EXACT).written(), **texts}


def with_bomb(nobody: Tables) -> bytes:
    return packed({**whole(nobody), "stock.csv": b"0" * 15_000_000}, KEY)


def many_bombs(nobody: Tables) -> bytes:
    return packed({f"{number}.csv": bytes(range(256)) * 4_000 for number in range(45)}, KEY)


def lying_size(nobody: Tables) -> bytes:
    """The directory says 100 bytes; the stream gives ten million."""
    content = signed(lambda archive: put(archive, {"stock.csv": b"0" * 10_000_000}))
    place = content.rfind(b"PK\x01\x02")
    unsigned = content[: place + 24] + (100).to_bytes(4, "little") + content[place + 28 : -128]
    return unsigned + KEY.sign(unsigned).hex().encode()


def twice(nobody: Tables) -> bytes:
    with unwarned():
        return signed(lambda archive: [put(archive, whole(nobody)), put(archive, {"stock.csv": b"variant\n"})])


def in_folder(name: str) -> Callable[[Tables], bytes]:
    return lambda nobody: packed({**whole(nobody), name: b"x\n"}, KEY)


def with_nul(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, {"stock.csv": b"x"}, filename="stock.csv\0.exe"))


def as_link(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), external_attr=(stat.S_IFLNK | 0o777) << 16))


def as_device(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), external_attr=(stat.S_IFCHR | 0o777) << 16))


def stored(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), compress_type=zipfile.ZIP_STORED))


def bzipped(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), compress_type=zipfile.ZIP_BZIP2))


def with_extra(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), extra=b"\xfe\xca\x04\x00abcd"))


def with_comment(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), comment=b"85073003328"))


def with_prefix(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody)), before=b"85073003328 ")


def with_longer_comment(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody)), after=b"85073003328 ")


def nested(nobody: Tables) -> bytes:
    return packed({**whole(nobody), "stock.csv": packed(whole(nobody), KEY)}, KEY)


def no_zip(nobody: Tables) -> bytes:
    unsigned = b"niets" + b"demad-bundle/1 ed25519 " + key_id(public_text(KEY)).encode() + b" "
    return unsigned + KEY.sign(unsigned).hex().encode()


def too_large(nobody: Tables) -> bytes:
    return bytes(6 * 2**20) + bundle(nobody)


def seventy(nobody: Tables) -> bytes:
    return packed({f"t{number}.csv": b"x\n" for number in range(70)}, KEY)


def without_manifest(nobody: Tables) -> bytes:
    return packed({name: text for name, text in whole(nobody).items() if name != NAME}, KEY)


def patched(change: Callable[[bytearray, int, int], None]) -> Callable[[Tables], bytes]:
    """A good bundle with some bytes changed and signed again; gets the place of the directory and of its end."""

    def make(nobody: Tables) -> bytes:
        content = bytearray(bundle(nobody)[:-128])
        change(content, content.find(b"PK\1\2"), content.find(b"PK\5\6"))
        return bytes(content) + KEY.sign(bytes(content)).hex().encode()

    return make


def byte(place: int, value: int, *, of: str) -> Callable[[Tables], bytes]:
    """A good bundle with one byte changed: of the first local header, the directory, or its end."""

    def change(content: bytearray, directory: int, end: int) -> None:
        content[{"local": 0, "directory": directory, "end": end}[of] + place] = value

    return patched(change)


def over_one_another(content: bytearray, directory: int, end: int) -> None:
    """The second entry of the directory points at the bytes of the first."""
    second = content.find(b"PK\1\2", directory + 4)
    content[second + 42 : second + 46] = (0).to_bytes(4, "little")


def of_64_bits(content: bytearray, directory: int, end: int) -> None:
    """The size of the first file says: see the field of 64 bits, which is not there."""
    content[directory + 24 : directory + 28] = b"\xff" * 4


def after_the_stream(nobody: Tables) -> bytes:
    """A number of a person behind the end of a packed stream, inside the size that the headers announce."""

    def hide(archive: zipfile.ZipFile) -> None:
        put(archive, whole(nobody), external_attr=(stat.S_IFREG | 0o600) << 16)
        file, info, hidden = archive.fp, archive.filelist[-1], b"85073003328"
        assert file
        file.seek(archive.start_dir)
        file.write(hidden)
        info.compress_size += len(hidden)
        file.seek(info.header_offset + 18)
        file.write(info.compress_size.to_bytes(4, "little"))
        archive.start_dir += len(hidden)
        file.seek(archive.start_dir)

    return signed(hide)


def a_good_one_of_the_same_make(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), external_attr=(stat.S_IFREG | 0o600) << 16))


def test_what_the_variants_below_are_made_from_is_taken(nobody: Tables):
    for make in (patched(lambda *_: None), a_good_one_of_the_same_make):
        assert received(make(nobody), registered(EXACT), **RULES).manifest.city == "turnhout"


ZIPS: Mapping[str, tuple[Callable[[Tables], bytes], str]] = {
    "a bomb": (with_bomb, "D-624"),
    "many bombs": (many_bombs, "D-624"),
    "a size that lies": (lying_size, "D-624"),
    "a name twice": (twice, "D-624"),
    "a path that climbs": (in_folder("../../etc/passwd.csv"), "D-631"),
    "an absolute path": (in_folder("/etc/passwd"), "D-631"),
    "a path of Windows": (in_folder("C:\\demad.csv"), "D-631"),
    "a folder": (in_folder("tables/"), "D-624"),
    "a name with a NUL": (with_nul, "D-624"),
    "a name in other letters": (in_folder("stоck.csv"), "D-624"),
    "a symbolic link": (as_link, "D-624"),
    "a device": (as_device, "D-624"),
    "not packed": (stored, "D-624"),
    "packed otherwise": (bzipped, "D-624"),
    "hidden bytes in a header": (with_extra, "D-624"),
    "a number in the comment of a file": (with_comment, "D-624"),
    "bytes before the zip": (with_prefix, "D-62"),
    "a longer comment": (with_longer_comment, "D-624"),
    "a zip in the zip": (nested, "D-631"),
    "no zip at all": (no_zip, "D-624"),
    "six megabytes": (too_large, "D-622"),
    "seventy files": (seventy, "D-624"),
    "no manifest": (without_manifest, "D-625"),
    "empty": (lambda _: b"", "D-622"),
    "entries over one another": (patched(over_one_another), "D-624"),
    "bytes behind the end of a stream": (after_the_stream, "D-624"),
    "another name before the file than in the directory": (byte(30, ord("n"), of="local"), "D-624"),
    "another check sum before the file": (byte(14, 1, of="local"), "D-624"),
    "another size before the file": (byte(22, 1, of="local"), "D-624"),
    "bits in the hour of a file": (byte(10, 0x85, of="local"), "D-624"),
    "bits in the hour in the directory": (byte(12, 0x85, of="directory"), "D-624"),
    "bits in an attribute": (byte(36, 0x85, of="directory"), "D-624"),
    "a password": (byte(8, 1, of="directory"), "D-624"),
    "a size that follows the file": (byte(8, 8, of="directory"), "D-624"),
    "a name in UTF-8 by flag": (byte(9, 8, of="directory"), "D-624"),
    "a part of several": (byte(4, 1, of="end"), "D-624"),
    "more files than are listed": (byte(10, 99, of="end"), "D-624"),
    "a size of 64 bits": (
        patched(lambda content, at, _: content.__setitem__(slice(at + 24, at + 28), b"\xff" * 4)),
        "D-624",
    ),
}


@pytest.mark.parametrize("name", list(ZIPS))
def test_a_zip_that_is_odd_is_refused_before_it_is_unpacked(name: str, nobody: Tables):
    made, code = ZIPS[name]
    refused(made(nobody), code)


# --- the manifest ----------------------------------------------------------------------------------------------------


def says(**changed: object) -> Callable[[Manifest], Manifest]:
    return lambda manifest: replace(manifest, **changed)


def source(**changed: object) -> Callable[[Manifest], Manifest]:
    return lambda manifest: replace(manifest, sources={"leefloon": replace(manifest.sources["leefloon"], **changed)})


def versions(**changed: str) -> Callable[[Manifest], Manifest]:
    def rewrite(manifest: Manifest) -> Manifest:
        known = manifest.definitions
        return replace(manifest, definitions=replace(known, versions={**known.versions, **changed}))

    return rewrite


def decides(name: str) -> Callable[[Manifest], Manifest]:
    return lambda manifest: replace(manifest, definitions=replace(manifest.definitions, **{name: "0" * 20}))


MANIFESTS: Mapping[str, tuple[Callable[[Manifest], Manifest], str]] = {
    "another city": (says(city="gent"), "D-626"),
    "another city and its code": (says(city="gent", nis="44021"), "D-626"),
    "a city that is none": (says(city="atlantis"), "D-626"),
    "another code": (says(nis="44021"), "D-626"),
    "a city that is a path": (says(city="../gent"), "D-625"),
    "a number of a person as city": (says(city="85073003328"), "D-625"),
    "number nought": (says(sequence=0), "D-625"),
    "a number that is text": (says(sequence="1"), "D-625"),
    "a number that is true": (says(sequence=True), "D-625"),
    "a hash that is none": (says(earlier={1: "x"}), "D-625"),
    "four hundred and one before it": (says(earlier=dict.fromkeys(range(1, 402), "0" * 64), sequence=402), "D-625"),
    "no source": (says(sources={}), "D-630"),
    "a source of an unknown dataset": (
        lambda m: replace(m, sources={**m.sources, "namen": m.sources["leefloon"]}),
        "D-625",
    ),
    "a delivery with a name": (source(delivery="Jan Peeters"), "D-625"),
    "made tomorrow week": (says(made_on=TODAY + timedelta(days=7)), "D-630"),
    "valid for a century": (says(valid_until=TODAY + timedelta(days=36_500)), "D-630"),
    "a city in look-alike letters": (says(city="turnhоut"), "D-625"),
    "a version of words": (says(software="Jan Peeters"), "D-625"),
    "number ten thousand million": (says(sequence=10**10), "D-625"),
    "an indicator with another version of the future": (versions(outflow_rate="99.0"), "D-632"),
    "valid until yesterday": (says(valid_until=TODAY - timedelta(days=1)), "D-630"),
    "counted before it was delivered": (source(made_on=TODAY + timedelta(days=1)), "D-630"),
    "until a day of the next century": (source(as_of=TODAY + timedelta(days=36_500)), "D-630"),
    "another last day than its window": (source(as_of=TODAY - timedelta(days=40)), "D-628"),
    "another version of an indicator": (versions(caseload_stock="9"), "D-632"),
    "an indicator that we lack": (versions(number_of_names="1"), "D-632"),
    "another version of protection": (versions(protection_version="1"), "D-632"),
    "other columns": (decides("layout"), "D-632"),
    "other rules": (decides("decides"), "D-632"),
    "another agreement": (says(rounding=Rounding(EXACT, agreement="VO-2027/1")), "D-634"),
    "an agreement that is a name": (says(rounding=Rounding(EXACT, agreement="<script>")), "D-625"),
    "a file too many": (lambda m: replace(m, files={**m.files, "namen.csv": entry_of(b"x\n")}), "D-631"),
    "a file too few": (lambda m: replace(m, files={k: v for k, v in m.files.items() if k != "flow.csv"}), "D-631"),
    "another hash": (lambda m: replace(m, files={**m.files, "flow.csv": entry_of(b"x\n")}), "D-631"),
}


@pytest.mark.parametrize("name", sampled(list(MANIFESTS), 2))
def test_a_manifest_that_says_something_else_is_refused(name: str, nobody: Tables):
    rewrite, code = MANIFESTS[name]
    refused(bundle(nobody, rewrite=rewrite), code)


def test_the_refusal_of_other_definitions_names_them(nobody: Tables):
    with pytest.raises(DemadError, match="caseload_stock, cif_work_12m"):
        received(bundle(nobody, rewrite=versions(caseload_stock="9", cif_work_12m="9")), registered(EXACT), **RULES)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace(b'"city"', b'"city": "gent", "city"', 1),
        lambda text: text + b" ",
        lambda text: text.replace(b'"sequence": 1', b'"sequence": 1.0'),
        lambda text: text.replace(b'"sequence": 1', b'"sequence": NaN'),
        lambda text: text[:-2] + b', "namen": ["Jan"]}\n',
        lambda text: b"[" * 1_500,
        lambda text: b"\xff\xfe" + text,
        lambda text: text.replace(b"demad-bundle/1", b"demad-bundle/2"),
        lambda text: json.dumps(json.loads(text)).encode(),
    ],
    ids=[
        "a name twice",
        "a blank",
        "a float",
        "NaN",
        "a field more",
        "deep",
        "a BOM",
        "another format",
        "other blanks",
    ],
)
def test_a_manifest_that_we_would_not_write_is_refused(spoil: Callable[[bytes], bytes], nobody: Tables):
    texts = whole(nobody)
    refused(packed({**texts, NAME: spoil(texts[NAME])}, KEY), "D-625")


# --- the tables ------------------------------------------------------------------------------------------------------


def text_of(name: str, change: Callable[[bytes], bytes]) -> Callable[[Texts], Texts]:
    return lambda texts: {**texts, f"{name}.csv": change(texts[f"{name}.csv"])}


def cell(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(text: bytes) -> bytes:
        assert old in text, old
        return text.replace(old, new, 1)

    return change


def last_cell(new: bytes) -> Callable[[bytes], bytes]:
    return lambda text: text.rstrip(b"\n").rpartition(b",")[0] + b"," + new + b"\n"


TEXTS: Mapping[str, tuple[Callable[[Texts], Texts], str]] = {
    "a count that is negative": (text_of("stock", last_cell(b"-5")), "D-627"),
    "a count that is NaN": (text_of("stock", last_cell(b"NaN")), "D-627"),
    "a count that is infinite": (text_of("stock", last_cell(b"inf")), "D-627"),
    "a count that is half": (text_of("stock", last_cell(b"0.5")), "D-627"),
    "a count written otherwise": (text_of("stock", last_cell(b"007")), "D-627"),
    "a count with a plus": (text_of("stock", last_cell(b"+7")), "D-627"),
    "a count in powers of ten": (text_of("stock", last_cell(b"1e2")), "D-627"),
    "a count beyond every number": (text_of("stock", last_cell(b"1e400")), "D-627"),
    "a count in digits of another script": (text_of("stock", last_cell("٧".encode())), "D-627"),
    "a quote that never closes": (text_of("stock", cell(b"\nmain,", b'\n"main,')), "D-627"),
    "a line end in a cell": (text_of("stock", cell(b"\nmain,", b'\n"ma\nin",')), "D-627"),
    "another kind of comma": (text_of("stock", lambda text: text.replace(b",", b";")), "D-627"),
    "a count of 99 digits": (text_of("stock", last_cell(b"9" * 99)), "D-627"),
    "more people than the country": (text_of("stock", last_cell(b"10000001")), "D-627"),
    "an empty cell": (text_of("stock", last_cell(b"")), "D-627"),
    "a formula": (text_of("stock", last_cell(b"=1+1")), "D-627"),
    "a quoted cell": (text_of("stock", last_cell(b'"1"')), "D-627"),
    "a column more": (text_of("stock", lambda text: text.replace(b"\n", b",1\n")), "D-627"),
    "a column of persons": (text_of("stock", cell(b"variant,", b"persoon,")), "D-627"),
    "a header twice": (text_of("stock", cell(b"gpmi", b"stock")), "D-627"),
    "a row twice": (text_of("stock", lambda text: text + text.splitlines(keepends=True)[-1]), "D-627"),
    "rows in another order": (
        text_of("stock", lambda text: b"".join([(rows := text.splitlines(keepends=True))[0], *rows[:0:-1]])),
        "D-627",
    ),
    "lines of Windows": (text_of("stock", lambda text: text.replace(b"\n", b"\r\n")), "D-627"),
    "a NUL": (text_of("stock", lambda text: text + b"\0\n"), "D-627"),
    "letters with accents": (text_of("stock", cell(b"household", b"h\xc3\xb6usehold")), "D-627"),
    "no line end": (text_of("stock", lambda text: text[:-1]), "D-627"),
    "a series that is none": (text_of("stock", cell(b"\nmain,", b"\nlain,")), "D-628"),
    "a month before the window": (text_of("stock", cell(b",24294,", b",24000,")), "D-628"),
    "a reason of a check in free words": (text_of("quality", cell(b"control", b"Jan Peeters")), "D-628"),
    "a number of a person as check": (text_of("quality", cell(b"control", b"85073003328")), "D-628"),
    "a delivery with a name": (text_of("quality", cell(b"2026-09-30-0123456789ab", b"0-gent")), "D-628"),
    "two windows": (text_of("span", lambda text: text + text.splitlines(keepends=True)[-1]), "D-628"),
    "no window": (text_of("span", lambda text: text.splitlines(keepends=True)[0]), "D-628"),
    "a window that ends before it begins": (text_of("span", cell(b"24294", b"24900")), "D-628"),
}


@pytest.mark.parametrize("name", sampled(list(TEXTS), 3))
def test_a_table_that_we_would_not_write_is_refused(name: str, counts: Tables):
    change, code = TEXTS[name]
    refused(bundle(counts, texts=change), code)


def more(table: str, column: str, *, where: pl.Expr | None = None, by: int = 1) -> Callable[[Tables], Tables]:
    """One count of a table becomes another one: the first row of those meant."""
    chosen = pl.lit(value=True) if where is None else where

    def change(tables: Tables) -> Tables:
        rows = tables[table].with_row_index("place")
        first = rows.filter(chosen)["place"].min()
        value = pl.when(pl.col("place") == first).then(pl.col(column) + by).otherwise(pl.col(column))
        return {**tables, table: rows.with_columns(value.alias(column)).drop("place")}

    return change


def one_row(table: Table, **given: str | int) -> Callable[[Tables], Tables]:
    """A table of this one row; what is not given is 0."""

    def change(tables: Tables) -> Tables:
        row = {"city": tables["span"]["city"].item(), **dict.fromkeys(table.counts, 0), **given}
        return {**tables, table.name.lower(): pl.DataFrame([row], schema=table.schema)}

    return change


TOTAL = pl.col("breakdown") == "total"


def coded(table: str, column: str, value: str | int) -> Callable[[Tables], Tables]:
    """Every row of a table has this code."""

    def change(tables: Tables) -> Tables:
        rows = tables[table].with_columns(pl.lit(value).cast(tables[table].schema[column]).alias(column))
        return {**tables, table: rows.unique([name for name in rows.columns if name in KEYS])}

    return change


KEYS = ("city", "variant", "breakdown", "group", "period", "month", "year", "k", "m", "support", "origin", "band")
CODES: Mapping[str, Callable[[Tables], Tables]] = {
    "a breakdown by name": coded("stock", "breakdown", "name"),
    "a person as group": coded("stock", "group", "Jan Peeters"),
    "a group of another breakdown": coded("stock", "group", "BE"),
    "a step that does not exist": coded("return_risk", "m", 37),
    "a step between the bands": coded("spell_risk", "k", 99),
    "a quarter that does not exist": coded("return_risk", "period", "2024Q9"),
    "a year of another century": coded("return_risk", "period", "1924"),
    "a support that is none": coded("care_leaver_risk", "support", "jan"),
    "an origin that is none": coded("origin_inflow", "origin", "jan"),
    "a band that is none": coded("case_mix_risk", "band", "1-100"),
    "inhabitants of another century": coded("population", "year", 1890),
}


@pytest.mark.parametrize("name", sampled(list(CODES), 3))
def test_a_key_that_is_in_no_list_is_refused(name: str, counts: Tables):
    refused(bundle(CODES[name](counts)), "D-628")


COUNTS: Mapping[str, Callable[[Tables], Tables]] = {
    "a month with one person more": more("stock", "stock", where=TOTAL),
    "a group with one person more": more("stock", "stock", where=~TOTAL & (pl.col("variant") == "main")),
    "more projects than people": more("stock", "gpmi", by=2_000),
    "longer for more than shorter": more("stock", "elapsed_over_60", by=2_000),
    "one running spell more": more("flow", "active", where=TOTAL),
    "one exit more": more("flow", "out_work", where=TOTAL),
    "one new person more": more("flow", "in_new", where=TOTAL & (pl.col("month") > 24_300)),
    "an origin more": more("origin_inflow", "inflow"),
    "more exits than are at risk": more("spell_risk", "d_work", by=2_000),
    "one exit more in the risks": more("spell_risk", "d_work", where=TOTAL),
    "one return more": more("return_risk", "d_return", where=TOTAL),
    "one exit more in the returns": more("return_risk", "exits", where=TOTAL & (pl.col("m") == 1)),
    "more to work than left": more("return_risk", "exits_work", by=2_000),
    "one care leaver more": more("care_leaver_risk", "n"),
    "more exits than people in a stratum": more("case_mix_risk", "d", by=2_000),
    "more returns than people in a stratum": more("case_mix_return", "d_return", by=2_000),
    "more activated than at risk": more("activation_risk", "d_activation", by=2_000),
    "one more after art. 60": more("after_art60_risk", "n"),
    "fewer people in a year than in a month": lambda tables: {
        **tables,
        "year_persons": tables["year_persons"].with_columns(
            persons=pl.when(TOTAL).then(pl.lit(1, pl.Int64)).otherwise("persons")
        ),
    },
    "more with a GPMI in a year than people": more("gpmi_year", "with_gpmi", by=2_000),
    "fewer with a GPMI in a year than in a month": lambda tables: {
        **tables,
        "gpmi_year": tables["gpmi_year"].with_columns(with_gpmi=pl.lit(1, pl.Int64)),
    },
    "somebody tracked twice": more("tracking", "back"),
    "somebody who started twice": more("gpmi_start_risk", "n"),
    "more care leavers who came back than were out": one_row(
        CARE_LEAVER_RETURN_RISK, variant="main", period="2025", m=1, n=1, d_return=2
    ),
    "more who came back in ten years than people": one_row(TEN_YEARS, year=2025, persons=9_000, returned=9_001),
    "fewer people in ten years than in one": one_row(TEN_YEARS, year=2025, persons=1),
    "more people in the bands of five years than in December": one_row(YEARS_ON, year=2025, band="1-6", persons=9_000),
    "more who leave after two years than who are there": one_row(LONG_STAY, year=2025, stayers=1, out=2),
    "more over two years than in the stock of January": one_row(LONG_STAY, year=2025, stayers=9_000),
    "more without a leefloon in art. 60 than in it": more("art60_months", "apart", by=2_000),
    "somebody with two kinds of support after an exit": more("after_exit_status", "art60"),
    "more exits with a status than exits": lambda tables: {
        **tables,
        "after_exit_status": tables["after_exit_status"].with_columns(pl.col("exits", "nothing") + 1),
    },
    "more rows wrong than rows": more("quality", "failed", by=100),
}


@pytest.mark.parametrize("name", sampled(list(COUNTS), 3))
def test_exact_counts_that_cannot_be_are_refused(name: str, counts: Tables):
    refused(bundle(COUNTS[name](counts)), "D-629")


FINE: Mapping[str, tuple[Callable[[Tables], Tables], str]] = {
    "a count that is not rounded": (more("flows", "inflow"), "D-601"),
    "a group that is not rounded": (more("stocks", "stock", where=~TOTAL), "D-601"),
    "a small stock that is exact": (
        lambda tables: {
            **tables,
            "stocks": tables["stocks"].with_columns(pl.when(TOTAL).then(7).otherwise("stock").alias("stock")),
        },
        "D-601",
    ),
    "a part that is more than the whole": (more("flows", "in_new", by=2_000), "D-629"),
    "more exits to work than exits": (more("durations", "d_work", by=2_000), "D-629"),
    "a cohort that grows": (more("returns", "n", where=pl.col("m") > 3, by=2_000), "D-629"),
    "groups that are not the total": (
        more("stocks", "stock", where=~TOTAL & (pl.col("variant") == "main"), by=100),
        "D-629",
    ),
}


@pytest.mark.parametrize("name", sampled(list(FINE), 3))
def test_protected_counts_that_cannot_be_are_refused(name: str, leaving: Mapping[str, Tables]):
    change, code = FINE[name]
    refused(bundle(change(leaving[PROTECTED]), PROTECTED), code, PROTECTED)


# --- the agreement with the centre -----------------------------------------------------------------------------------


def test_what_was_not_agreed_is_refused(leaving: Mapping[str, Tables], nobody: Tables):
    protected = bundle(leaving[PROTECTED], PROTECTED)
    refused(protected, "D-634", EXACT)
    refused(bundle(nobody), "D-634", PROTECTED)
    refused(protected, "D-634", PROTECTED, base=20)
    refused(protected, "D-634", PROTECTED, exact_stock=False)
    finer = replace(ROUNDING[PROTECTED], base=5)
    refused(bundle(leaving[PROTECTED], PROTECTED, rewrite=says(rounding=finer)), "D-625", PROTECTED, base=5)
    other = replace(ROUNDING[PROTECTED], secret="0" * 16)
    refused(bundle(leaving[PROTECTED], PROTECTED, rewrite=says(rounding=other)), "D-635", PROTECTED)


def test_a_city_that_is_not_registered_or_left_sends_nothing(nobody: Tables):
    content, cities = bundle(nobody), registered(EXACT)
    with pytest.raises(DemadError, match="D-633"):
        received(content, {slug: replace(city, sender=None) for slug, city in cities.items()}, **RULES)
    gone = {**cities, "turnhout": replace(cities["turnhout"], last_day=TODAY)}
    with pytest.raises(DemadError, match="D-626"):
        received(content, gone, **RULES)


def test_one_city_cannot_send_for_another(nobody: Tables):
    cities = registered(EXACT)
    aalst = replace(cities["aalst"], sender=registered(EXACT, OTHER_KEY)["turnhout"].sender)
    with pytest.raises(DemadError, match="D-626"):
        received(bundle(nobody, key=OTHER_KEY), {**cities, "aalst": aalst}, **RULES)


def test_a_link_or_a_folder_is_not_read_as_a_bundle(tmp_path: Path, nobody: Tables):
    real = written(tmp_path, bundle(nobody))
    (tmp_path / "link.zip").symlink_to(real)
    for name in ("link.zip", "nergens.zip", "."):
        with pytest.raises(DemadError, match="D-636"):
            content_of(tmp_path / name)
    with pytest.raises(DemadError, match="D-622"):
        content_of(written(tmp_path, bytes(6 * 2**20), "groot.zip"))


def refused(content: bytes, code: str, mode: str = EXACT, **rules: object) -> None:
    """The bundle is refused with this code, and the refusal says nothing that was in it."""
    with pytest.raises(DemadError) as refusal:
        received(content, registered(mode), **{**RULES, **rules})
    assert refusal.value.code.startswith(code), refusal.value
    assert not any(word in str(refusal.value) for word in ("Peeters", "85073003328", "-5", "NaN", "atlantis", "passwd"))
