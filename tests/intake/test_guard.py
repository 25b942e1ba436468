"""Identifiers planted anywhere are found, always; what only looks like one is let through."""

import base64
import os
import random
import uuid
from datetime import date, timedelta

import polars as pl
import pytest

from demad.errors import PrivacyRefused
from demad.intake.contract.datasets import DATASETS
from demad.intake.privacy.guard import guard
from demad.intake.privacy.identifiers import is_iban, is_national_number, kinds_in
from demad.intake.reading.table import Reading
from tests.lanes import examples

COUNT = int(os.environ.get("DEMAD_GUARD", "0")) or examples(100)
MILLION = int(os.environ.get("DEMAD_GUARD_ROWS", "60000"))


def national_number(chance: random.Random) -> str:
    """A valid one: both centuries, BIS months (+20, +40), an unknown birthday."""
    born = date(1920, 1, 1) + timedelta(days=chance.randrange(38_000))
    month, day = born.month + chance.choice([0, 0, 20, 40]), born.day
    if chance.random() < 0.05:
        month, day = month - born.month, 0
    base = f"{born.year % 100:02d}{month:02d}{day:02d}{chance.randrange(1, 999):03d}"
    number = int(base) if born.year < 2000 else 2_000_000_000 + int(base)
    return f"{base}{97 - number % 97:02d}"


FORMS = {
    "plain": lambda n: n,
    "official": lambda n: f"{n[:2]}.{n[2:4]}.{n[4:6]}-{n[6:9]}.{n[9:]}",
    "spaces": lambda n: f"{n[:6]} {n[6:9]} {n[9:]}",
    "dashes": lambda n: f"{n[:6]}-{n[6:9]}-{n[9:]}",
    "slashes": lambda n: f"{n[:2]}/{n[2:4]}/{n[4:6]}/{n[6:9]}/{n[9:]}",
    "hard spaces": lambda n: f"{n[:6]}\u00a0{n[6:9]}\u00a0{n[9:]}",
    "long dashes": lambda n: f"{n[:6]}\u2013{n[6:9]}\u2013{n[9:]}",
    "spaced out": lambda n: f"{n[:2]} . {n[2:4]} . {n[4:6]} - {n[6:9]} . {n[9:]}",
    "float": lambda n: f"{n}.0",
    "decimal comma": lambda n: f"{n},00",
    "in text": lambda n: f"zie dossier {n} (oud)",
    "in brackets": lambda n: f"({n})",
    "behind a label": lambda n: f"RRN:{n}",
    "behind letters": lambda n: f"p{n}",
    "before a word": lambda n: f"{n[:6]}-{n[6:9]}-{n[9:]}, stopgezet",
    "quoted": lambda n: f"'{n}'",
    "file separators": lambda n: f"{n[:6]}\x1d{n[6:9]}\x1f{n[9:]}",
    "around blanks": lambda n: f"  {n}\t",
}


def of(column: str, cells: list) -> Reading:
    return Reading(pl.DataFrame({"nis": pl.Series(["44021"] * len(cells)), column: cells}), ())


def refused(reading: Reading, **given: object) -> str:
    with pytest.raises(PrivacyRefused) as refusal:
        guard(reading, **{"file_name": "leefloon.csv", **given})
    assert refusal.value.exit_status == 6
    return refusal.value.code


@pytest.mark.parametrize("form", FORMS)
def test_every_valid_national_number_is_found_in_every_form(form):
    chance = random.Random(form)  # noqa: S311
    missed = []
    for _ in range(max(1, COUNT // len(FORMS)) + 1):
        number = national_number(chance)
        assert is_national_number(number)
        if form == "behind letters" and number[2:6] == "0000":
            continue  # p24000012345 is how programs number people: the contract lets a pseudonym look like that
        try:
            guard(of("stopreden", [None, "W1", FORMS[form](number)]), file_name="leefloon.csv")
        except PrivacyRefused:
            continue
        missed.append(number)
    assert missed == []


def test_a_number_that_a_spreadsheet_made_of_it_is_found():
    chance = random.Random(1)  # noqa: S311
    for _ in range(COUNT):
        number = national_number(chance)
        for cells in ([int(number), 12], [float(number), 12.0]):
            assert refused(of("geboortejaar", cells)) == "D-200"
        if number.startswith("00") and number.lstrip("0")[0] != "0" and len(number.lstrip("0")) > 8:
            assert refused(of("stopreden", [number.lstrip("0"), ""])) == "D-200"
        if number[0] != "0":
            for power in (f"{number[0]},{number[1:]}E+10", f" {number[0]}.{number[1:].rstrip('0')}e10"):
                assert refused(of("stopreden", [power, ""])) == "D-200"


@pytest.mark.parametrize("dataset", DATASETS)
def test_one_in_any_column_of_any_dataset_is_enough(dataset):
    chance = random.Random(2)  # noqa: S311
    for column in DATASETS[dataset].fields:
        frame = pl.DataFrame({name: ["x"] * 50 for name in DATASETS[dataset].fields})
        planted = frame.with_columns(
            pl.when(pl.int_range(pl.len()) == 17).then(pl.lit(national_number(chance))).otherwise(column).alias(column)
        )
        assert refused(Reading(planted, ())) == "D-200"


def test_in_a_header_a_sheet_name_or_a_file_name():
    chance = random.Random(3)  # noqa: S311
    for form in ("plain", "official", "spaces", "dashes", "in text"):
        text = FORMS[form](national_number(chance))
        clean = pl.DataFrame({"nis": ["44021"]})
        assert refused(Reading(clean.rename({"nis": text}), ())) == "D-201"
        assert refused(Reading(clean, (), labels=("Export", text))) == "D-201"
        assert refused(Reading(clean, ()), file_name=f"leefloon {text}.csv") == "D-201"


def test_one_row_in_many():
    chance = random.Random(4)  # noqa: S311
    people = pl.DataFrame({"persoon": pl.int_range(MILLION, eager=True)}).select(
        pl.format("p1-gent-{}", pl.col("persoon").cast(pl.String).str.zfill(7)).alias("persoon")
    )
    number = national_number(chance)
    for place in (0, MILLION // 2, MILLION - 1):
        row = pl.int_range(pl.len()) == place
        planted = people.with_columns(pl.when(row).then(pl.lit(number)).otherwise("persoon").alias("persoon"))
        assert refused(Reading(planted, ())) == "D-200"


def test_accounts_addresses_phones_and_names_are_found():
    chance = random.Random(5)  # noqa: S311
    for _ in range(COUNT // 4):
        bank = f"{chance.randrange(10**10):010d}"
        bank += f"{int(bank) % 97 or 97:02d}"
        account = f"BE{98 - int(bank + '111400') % 97:02d}{bank}"
        assert is_iban(account)
        for text in (account, account.lower(), " ".join(account[n : n + 4] for n in range(0, 16, 4)), f"op {account}."):
            assert refused(of("stopreden", ["W1", text])) == "D-200"
    for text in ("jan.peeters@gent.be", "mail: a@b.co", "0478 12 34 56", "0478/12.34.56", "+32 478 12 34 56",
                 "0032478123456", "0470 123 456", "bel 0478-12-34-56!",
                     "016/12.34.56", "02-5123456", "09 266 77 88", "(02) 512 34 56"):  # fmt: skip
        assert refused(of("stopreden", ["W1", text])) == "D-200"
    assert refused(of("persoon", ["Jan Peeters", "Maria Claes", "An De Smet", "p1-gent-0001"])) == "D-200"


@pytest.mark.parametrize(
    "header",
    ["INSZ", "rrn", "RRnr", "nr_insz", "Rijksregisternummer", "NISS", "Voornaam", "E-mail", "insz-nr", "Geboortedatum"],
)
def test_a_header_that_names_an_identifier_is_refused_also_where_the_city_ignores_it(header):
    assert refused(of(header, ["x", "y"])) == "D-202"
    assert refused(of(header, ["x", "y"]), ignored=(header,)) == "D-202"


def test_an_ignored_column_is_dropped_unread_unless_identifiers_fill_a_share_of_it():
    chance = random.Random(6)  # noqa: S311
    few = ["notitie"] * 997 + [national_number(chance) for _ in range(3)]
    guard(of("opmerking", few), file_name="leefloon.csv", ignored=("Opmerking",))
    guard(of("opmerking", ["Jan Peeters", "An Claes", "Luc Maes"]), file_name="leefloon.csv", ignored=("opmerking",))
    many = ["notitie"] * 97 + [national_number(chance) for _ in range(3)]
    assert refused(of("opmerking", many), ignored=("opmerking",)) == "D-200"
    assert refused(of("opmerking", few)) == "D-200"


def test_a_sheet_that_stands_aside_may_name_who_to_call_but_holds_no_number():
    clean = pl.DataFrame({"nis": ["44021"]})
    told = pl.DataFrame({"c0": ["Vragen?", "data@gent.be", "09 266 77 88"]})
    guard(Reading(clean, (), aside=(told,)), file_name="leefloon.xlsx")
    chance = random.Random(7)  # noqa: S311
    hidden = pl.DataFrame({"c0": ["Vragen?", national_number(chance)]})
    assert refused(Reading(clean, (), aside=(hidden,))) == "D-200"


def harmless(kind: str, chance: random.Random) -> str:
    day = date(1990, 1, 1) + timedelta(days=chance.randrange(15_000))
    words = {
        "hex pseudonym": lambda: f"p{chance.getrandbits(128):032x}",
        "base32 pseudonym": lambda: "p" + "".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=26)),
        "pseudonym with a city": lambda: (
            "p1-antwerpen-"
            + "".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=26))
            + chance.choice(["", "-1"])
        ),
        "pseudonym of a UUID": lambda: f"p-{uuid.UUID(int=chance.getrandbits(128))}",
        "base64 pseudonym": lambda: "p-" + base64.urlsafe_b64encode(chance.randbytes(18)).decode(),
        "numbered pseudonym": lambda: f"p1-gent-{chance.randrange(10**7):07d}",
        "amount": lambda: f"{chance.randrange(3_000)}.{chance.randrange(100):02d}",
        "belgian amount": lambda: (
            f"{chance.randrange(1, 10)}.{chance.randrange(1_000):03d},{chance.randrange(100):02d}"
        ),
        "day": lambda: day.strftime(chance.choice(["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y%m%d"])),
        "dossier": lambda: f"D{day.year}-{chance.randrange(10**6):06d}",
        "year and number": lambda: f"{day.year}/{chance.randrange(10**5):05d}",
    }
    return words[kind]()


KINDS = (
    "pseudonym with a city", "pseudonym of a UUID", "base64 pseudonym", "hex pseudonym", "base32 pseudonym",
    "numbered pseudonym", "amount", "belgian amount", "day", "dossier",
    "year and number",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_city_writes_every_day_alarms_nobody(kind):
    chance = random.Random(kind)  # noqa: S311
    cells = [harmless(kind, chance) for _ in range(COUNT * 5)]
    guard(Reading(pl.DataFrame({"x": cells}), ()), file_name="leefloon.csv")


def test_an_account_of_another_country_is_found_where_it_fills_a_cell():
    for account in (
        "NL91ABNA0417164300",
        "FR1420041010050500013M02606",
        "DE89370400440532013000",
        "MT84MALT011000012345MTLCAST001S",
    ):
        assert is_iban(account)
        assert refused(of("persoon", ["p1-gent-0001", account])) == "D-200"
        assert refused(of("stopreden", ["W1", f"rekening {account} van"])) == "D-200"


@pytest.mark.slow
def test_the_false_alarms_on_a_million_cells_of_each_day():
    chance = random.Random(2026)  # noqa: S311
    alarms = {kind: sum(any(kinds_in(harmless(kind, chance))) for _ in range(125_000)) for kind in KINDS}
    eleven = sum(any(kinds_in(f"{chance.randrange(10**11):011d}")) for _ in range(125_000))
    print(f"false alarms per 125,000 cells: {alarms}; of random numbers of eleven digits: {eleven}")
    assert sum(alarms.values()) == 0
    assert 0 < eleven < 125_000 * 0.005  # 2 x 1/97 of those whose first six digits read as a date
