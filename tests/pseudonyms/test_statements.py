"""Federal monthly statements: payments become decisions, whatever was late, recovered or paid twice."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from demad.cli.pseudonymising import SAME_COMMAND, told_of_the_key
from demad.errors import DeliveryRefused, PrivacyRefused
from demad.histories.periods import resolve_periods
from demad.histories.segments import covered, decided, person_numbers
from demad.histories.spells import build_spells
from demad.intake.contract.conform import conform
from demad.intake.pseudonyms.job import keyed_tables
from demad.intake.pseudonyms.statements import decisions
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.isolated import read_files
from demad.intake.reading.monthly_statement import is_statement
from demad.reference.cities import city_of
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.synthetic.numbers import numbers_of
from demad.synthetic.statements import statements
from demad.tables.observation import Observation
from tests.pseudonyms.people import key, nobody, written

WHO = nobody(1)


def line(
    month: str,
    first: str,
    last: str,
    kind: str = "1",
    cents: int = 100_000,
    category: str = "2",
    *,
    law: str = "1",
    sign: str = "+",
    who: str = WHO,
    suffix: str = "00",
) -> str:
    """A line of a statement, field by field."""
    fields = (
        (law, 1), ("44021", 5), (month, 6), ("D12", 11), (suffix, 2), (who, 11), ("REF", 12), (kind, 1), (first, 8),
        (last, 8), ("102", 6), (sign, 1), (f"{cents:08d}", 8), (category, 1), ("PEETERS JAN", 30),
    )  # fmt: skip
    return "".join(text.ljust(length) for text, length in fields) + "\r\n"


def periods(*lines: str) -> list[tuple[str, str, str | None, str]]:
    by_month: dict[str, list[str]] = {}
    for one in lines:
        by_month.setdefault(one[6:12], []).append(one)
    found = decisions(["".join(ones).encode("latin-1") for ones in by_month.values()]).frame
    return found.select("wet", "begin", "einde", "categorie").rows()


JAN = ("202601", "20260101", "20260131")
FEB = ("202602", "20260201", "20260228")
MAR = ("202603", "20260301", "20260331")


def test_months_that_follow_each_other_are_one_decision_that_runs_at_the_end():
    assert periods(line(*JAN), line(*FEB), line(*MAR)) == [("RMI", "2026-01-01", None, "2")]


def test_a_month_without_payment_ends_a_decision():
    other = line(*FEB, who=nobody(2))
    assert periods(line(*JAN), line(*MAR), other)[0] == ("RMI", "2026-01-01", "2026-01-31", "2")
    assert ("RMI", "2026-03-01", None, "2") in periods(line(*JAN), line(*MAR), other)


def test_arrears_pay_days_of_an_earlier_month():
    late = line("202603", "20260201", "20260228", "2")
    assert periods(line(*JAN), late, line("202602", "20260201", "20260228", who=nobody(2)), line(*MAR))[0] == (
        "RMI", "2026-01-01", None, "2",
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "sign"), [("3", "+"), ("3", "-"), ("6", "-"), ("4", "-")])
def test_what_is_recovered_whole_was_no_right_and_what_is_recovered_in_part_was(kind: str, sign: str):
    taken = line("202603", "20260201", "20260228", kind, sign=sign)
    assert periods(line(*JAN), line(*FEB), taken) == [("RMI", "2026-01-01", "2026-01-31", "2")]
    part = line("202603", "20260201", "20260228", kind, 99_000, sign=sign)
    assert periods(line(*JAN), line(*FEB), part) == [("RMI", "2026-01-01", "2026-02-28", "2")]
    some = line("202603", "20260215", "20260228", kind, 50_000, sign=sign)
    assert periods(line(*JAN), line(*FEB), some) == [("RMI", "2026-01-01", "2026-02-14", "2")]


def test_months_that_overlap_count_once_and_the_last_category_holds():
    assert periods(line(*JAN), line("202601", "20260115", "20260131", "2")) == [("RMI", "2026-01-01", None, "2")]
    better = line("202602", "20260115", "20260131", "2", 20_000, "3")
    assert periods(line(*JAN), better) == [
        ("RMI", "2026-01-01", "2026-01-14", "2"),
        ("RMI", "2026-01-15", "2026-01-31", "3"),
    ]
    instead = [line("202602", *JAN[1:], "3"), line("202602", *JAN[1:], "2", category="1")]
    assert periods(line(*JAN), *instead) == [("RMI", "2026-01-01", "2026-01-31", "1")]


def test_laws_stay_apart_and_the_organic_law_and_other_members_of_a_household_are_left_out():
    kept = [line(*JAN), line(*JAN, law="2")]
    left = [line(*JAN, law="6"), line(*JAN, law="2", suffix="01", who=nobody(2))]
    assert sorted(periods(*kept, *left)) == [("RMH", "2026-01-01", None, "2"), ("RMI", "2026-01-01", None, "2")]


def test_a_missing_month_a_month_twice_and_a_damaged_line_are_refused():
    for contents, code in (
        ([line(*JAN), line(*MAR)], "D-278"),
        ([line(*JAN), line(*JAN, who=nobody(2))], "D-279"),
        ([line(*JAN)[:60] + "\r\n"], "D-280"),
        ([line("202601", "20260132", "20260131")], "D-280"),
        ([line("202601", "20260131", "20260101")], "D-280"),
        ([line(*JAN).replace("00100000", "0010000X")], "D-280"),
    ):
        with pytest.raises(DeliveryRefused) as refusal:
            decisions([content.encode() for content in contents])
        assert refusal.value.code == code
        assert WHO not in str(refusal.value)
    assert decisions([line(*JAN).encode(), line(*JAN, law="2").encode()]).frame.height == 2
    with pytest.raises(DeliveryRefused, match=r"D-279.* 1 maand .*2026-01"):
        decisions([line(*JAN, law=law).encode() * n for law, n in (("1", 1), ("2", 1))] + [line(*JAN).encode()])


def test_without_a_key_a_statement_is_refused_by_its_name_and_told_what_to_do(tmp_path: Path):
    """Its lines hold numbers and no header: "no known columns" would send somebody to `demad init`."""
    path = tmp_path / "maandstaat.txt"
    path.write_bytes((line(*JAN) * 3).encode())
    with pytest.raises(PrivacyRefused) as refusal:
        list(read_files([path], known=set()))
    told = told_of_the_key(refusal.value, "gent", then=SAME_COMMAND)
    assert (told.code, told.exit_status) == ("D-203", 6)
    assert "maandstaat" in told.what
    assert "--key" in told.todo
    assert WHO not in f"{told.what} {told.todo}"
    with zipfile.ZipFile(tmp_path / "staten.zip", "w") as archive:
        archive.write(path, "maandstaat.txt")
    with pytest.raises(PrivacyRefused, match="D-203"):
        list(read_files([tmp_path / "staten.zip"], known=set()))
    assert not is_statement(b"nis;persoon;wet;begin\n44021;p1-gent-0001;RMI;2020-01-01\n")


@pytest.mark.parametrize("people", [130, pytest.param(1_300, marks=pytest.mark.slow)])
def test_twenty_four_statements_give_the_stock_of_the_decisions_and_their_spells(tmp_path: Path, people: int):
    """The same months for everybody, so the same stock; the spells differ by what a statement cannot know, by name."""
    city, last = city_of("gent"), AS_OF.year * 12 + AS_OF.month - 1
    first = last - 23
    since = date(first // 12, first % 12 + 1, 1)
    ((_, world),) = extracts(people=people, cities=["gent"])
    known, make = numbers_of(world), key().pseudonyms()
    renamed = world["leefloon"].with_columns(
        pl.col("persoon").replace_strict({person: make(number) for person, number in known.items()})
    )
    numbers = {make(number): number for number in known.values()}
    everything, _ = resolve_periods(renamed, Observation(SINCE, AS_OF, full_history=False))
    suspended = renamed.filter(pl.col("schorsing"))
    unpaid = set(suspended.select("persoon", "begin").iter_rows())
    texts = statements(everything, numbers, city.nis, first=first, last=last, unpaid=unpaid)
    files = [tmp_path / f"maandstaat-{month}.txt" for month in texts]
    for path, content in zip(files, texts.values(), strict=True):
        path.write_bytes(content)
    told = "".join(content.decode() for content in texts.values())
    kinds = [line[48] for line in told.splitlines()]
    assert min(kinds.count(kind) for kind in "123") > 0  # or nothing was late and nothing recovered

    asked = {"city": "gent", "root": str(tmp_path), "old_keys": [], "erased": []}
    asked |= {"key": str(written(tmp_path / "gent.sleutel", key()))}
    job = {"files": list(map(str, files)), "labels": [path.name for path in files], "known": [], "keyed": asked}
    ((reading,),), _ = keyed_tables(job)
    assert not any(number in str(reading.frame.to_dicts()) for number in known.values())
    frame = as_text_columns(conform(reading, "leefloon", city).frame)

    window = Observation(since, AS_OF, full_history=False)
    paid, _ = resolve_periods(frame, window)
    held = pl.DataFrame(list(unpaid), schema={"person": pl.String, "begin": pl.Date}, orient="row")
    granted = everything.join(held, on=["person", "begin"], how="anti")
    granted = granted.filter(pl.col("end").is_null() | (pl.col("end") >= since))
    laid = [decided(rights, window) for rights in (paid, granted)]
    seen = [within(covered(decisions), first, last) for decisions in laid]
    ours, theirs = map(by_month, seen)
    columns = ["series", "person", "month"]
    assert (
        ours.select(columns).sort(columns).equals(theirs.select(columns).sort(columns))
    )  # the stock, person by person
    all_rights = everything.filter(pl.col("end").is_null() | (pl.col("end") >= since))
    whole = by_month(within(covered(decided(all_rights, window)), first, last))
    missing = named(whole, all_rights).join(named(ours, paid), on=columns, how="anti")
    assert set(missing["person"]) <= set(held["person"])  # the first difference: suspended, so not paid

    found, true = (
        build_spells(segments, decisions, window).sort("variant", "person", "start")
        for segments, decisions in zip(seen, laid, strict=True)
    )
    same = ["variant", "person", "start", "end", "left_censored"]
    assert found.select(same).equals(true.select(same))  # every spell of every gap rule begins and ends as it did
    differences = {
        "months suspended, so not paid": missing.height,
        "reasons unknown": found.filter(found["reason"].cast(pl.String) != true["reason"].cast(pl.String)).height,
        "kind of inflow unknown": found.filter(
            found["inflow"].cast(pl.String) != true["inflow"].cast(pl.String)
        ).height,
        "category at the 15th": ours.sort(columns)["household"].ne(theirs.sort(columns)["household"]).sum(),
    }
    stock = ours.filter((pl.col("month") == last) & (pl.col("series") == "main")).height
    print({"stock": stock, "payments": len(kinds), "spells": found.height, **differences})
    assert set(found["reason"].drop_nulls().unique()) <= {"unknown", "law_change"}
    assert differences["category at the 15th"] == 0
    assert paid["birth_year"].null_count() == 0
    assert AS_OF - since > timedelta(days=700)


def within(segments: dict[str, pl.DataFrame], first: int, last: int) -> dict[str, pl.DataFrame]:
    """The part of each segment in a window of months."""
    cut = {"start": pl.col("start").clip(lower_bound=first), "end": pl.col("end").clip(upper_bound=last)}
    return {name: rows.with_columns(**cut).filter(pl.col("start") <= pl.col("end")) for name, rows in segments.items()}


def by_month(segments: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """A row for each covered month of each series."""
    months = pl.int_ranges(pl.col("start"), pl.col("end") + 1, dtype=pl.Int32)
    return pl.concat(
        rows.select(pl.lit(name).alias("series"), "person", "household", month=months).explode("month")
        for name, rows in segments.items()
    )


def named(months: pl.DataFrame, rights: pl.DataFrame) -> pl.DataFrame:
    """Months with the pseudonym of the person in place of its number in this run."""
    numbers = person_numbers(rights)
    who = dict(zip(numbers["number"], numbers["person"], strict=True))
    return months.select("series", pl.col("person").replace_strict(who, return_dtype=pl.String), "month")
