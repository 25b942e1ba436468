"""Tables of somebody who has the key of a city and means harm, or whose program is wrong: every one is refused.

The daily lane takes a third of the variants, the long lane all of them. Not here: zips and manifests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from demad.bundles.receipt import content_of, received
from demad.errors import DemadError
from demad.reference.senders import EXACT, PROTECTED
from demad.tables.counts import LONG_STAY, TEN_YEARS, YEARS_ON
from demad.tables.risk_counts import CARE_LEAVER_RETURN_RISK
from demad.tables.schema import Table
from tests.bundles.conftest import OTHER_KEY, ROUNDING, TODAY, Tables, bundle, registered, written
from tests.bundles.hostile import RULES, Texts, refused, says
from tests.lanes import sampled

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
