"""Great Expectations and our own expressions read the same suite: they must count the same rows, rule by rule."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from demad.intake.checking.derived import with_derived
from demad.intake.checking.validation import great_expectations_counts, own_counts, validate
from demad.intake.contract.datasets import DATASETS

AS_OF = date(2022, 12, 31)


def cells(dataset: str, name: str, count: int, chance: random.Random) -> list[object]:
    """Cells of a column: mostly likely values, some far outside what a rule allows, some empty."""
    field = DATASETS[dataset].fields[name]
    kinds = {
        "date": lambda: date(1960, 1, 1) + timedelta(days=chance.randrange(30_000)),
        "integer": lambda: chance.choice([0, 1, 5, 17, 40, 1850, 1899, 1990, 2002, 2021, 2022, 2023, 2100, -3]),
        "boolean": lambda: chance.random() < 0.5,
        "month": lambda: f"{chance.randrange(2015, 2025)}-{chance.randrange(1, 13):02d}",
        "nis": lambda: "44021",
        "pseudonym": lambda: f"p1-person-{chance.randrange(count)}",
        "stop_reason": lambda: chance.choice(field.codes),
        "code": lambda: chance.choice(field.codes),
    }
    return [None if chance.random() < 0.15 else kinds[field.kind]() for _ in range(count)]


def dirty(dataset: str, seed: int, count: int = 200) -> pl.DataFrame:
    chance = random.Random(seed)  # noqa: S311
    schema = DATASETS[dataset].table.schema
    columns = {"rij": list(range(1, count + 1))}
    columns |= {name: cells(dataset, name, count, chance) for name in DATASETS[dataset].fields}
    return pl.DataFrame(columns, schema=schema)


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("seed", range(3))
def test_both_count_the_same_rows_for_every_rule(dataset, seed):
    frame = with_derived(dirty(dataset, seed), dataset, as_of=AS_OF)
    ours = own_counts(frame, dataset, as_of=AS_OF)
    assert great_expectations_counts(frame, dataset, as_of=AS_OF) == ours
    assert sum(ours.values()) > 0


def test_a_file_of_mostly_impossible_years_is_refused_for_that_rule_alone():
    frame = pl.DataFrame(
        {
            "rij": range(1, 101),
            "nis": "44021",
            "persoon": [f"p1-person-{n}" for n in range(100)],
            "geboortejaar": [1700 if n < 90 else 2002 for n in range(100)],
            "einde_jeugdhulp": date(2021, 6, 30),
        }
    )
    table = DATASETS["jeugdhulp"].table
    frame = frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None).alias(name)).cast(dtype)
        for name, dtype in table.schema.items()
    )
    verdict = validate(frame, "jeugdhulp", as_of=AS_OF)
    assert verdict.refused
    assert {check.columns for check in verdict.checks if check.state == "refused"} == {("geboortejaar",)}


def people(*rows: tuple) -> pl.DataFrame:
    """Leefloon rows of (person, begin, end); everything else is plain."""
    given = pl.DataFrame(
        [
            {
                "rij": n,
                "nis": "44021",
                "persoon": who,
                "wet": "RMI",
                "begin": begin,
                "einde": end,
                "categorie": "2",
                "geboortejaar": 1990,
            }
            for n, (who, begin, end) in enumerate(rows, start=1)
        ],
        schema_overrides={"rij": pl.UInt32, "einde": pl.Date, "geboortejaar": pl.Int32},
    )
    return pl.concat([DATASETS["leefloon"].table.empty(), given], how="diagonal")


def seen(*rows: tuple) -> list[tuple]:
    return with_derived(people(*rows), "leefloon", as_of=AS_OF).select("herhaald", "overlapt", "kort_gat").rows()


def test_a_row_sees_whether_it_returns_overlaps_or_follows_shortly():
    first = ("p1-person-1", date(2020, 1, 1), date(2020, 6, 30))
    assert seen(first) == [(False, None, None)]
    assert seen(first, first) == [(True, None, None), (True, None, None)]  # the last one stands, and has no neighbour
    assert seen(first, ("p1-person-1", date(2020, 6, 30), None))[1] == (False, True, False)  # one day twice
    assert seen(first, ("p1-person-1", date(2020, 7, 1), None))[1] == (False, False, False)  # the next day: no gap
    assert seen(first, ("p1-person-1", date(2020, 7, 2), None))[1] == (False, False, True)  # one day between
    assert seen(first, ("p1-person-1", date(2020, 7, 31), None))[1] == (False, False, True)  # thirty days between
    assert seen(first, ("p1-person-1", date(2020, 8, 1), None))[1] == (False, False, False)
    assert seen(first, ("p1-person-2", date(2020, 3, 1), None))[1] == (False, None, None)  # somebody else
    annulled = ("p1-person-1", date(2020, 1, 1), date(2019, 12, 31))
    assert seen(first, annulled, ("p1-person-1", date(2020, 3, 1), None))[2] == (False, None, None)


def neighbours(rows: list[dict]) -> list[tuple]:
    """The same, row by row, as the rule reads: the last of each person, law and begin stands, if it has a day."""
    key = [(row["persoon"], row["wet"], row["begin"]) for row in rows]
    end = [row["einde"] or date(9999, 12, 31) for row in rows]
    stands = [
        row["begin"] is not None and end[n] >= row["begin"] and key[n] not in key[n + 1 :] for n, row in enumerate(rows)
    ]
    seen = []
    for n, row in enumerate(rows):
        before = [
            end[m]
            for m, other in enumerate(rows)
            if stands[m] and stands[n] and key[m][:2] == key[n][:2] and other["begin"] < row["begin"]
        ]
        days = (row["begin"] - max(before)).days if before else None
        told = (None, None) if days is None else (days <= 0, 2 <= days <= 31)
        seen.append((key.count(key[n]) > 1, *told))
    return seen


@pytest.mark.parametrize("seed", range(40))
def test_neighbours_are_those_that_a_person_would_find(seed):
    chance = random.Random(seed)  # noqa: S311
    days = [None, *(date(2020, 1, 1) + timedelta(days=chance.randrange(90)) for _ in range(12))]
    rows = [
        {
            "persoon": chance.choice([None, "p1-person-1", "p1-person-2"]),
            "wet": chance.choice(["RMI", "RMH"]),
            "begin": chance.choice(days),
            "einde": chance.choice(days),
        }
        for _ in range(chance.randrange(30))
    ]
    table = DATASETS["leefloon"].table
    given = pl.DataFrame(rows, schema={name: table.schema[name] for name in ("persoon", "wet", "begin", "einde")})
    frame = pl.concat([table.empty(), given], how="diagonal").with_columns(rij=pl.int_range(pl.len(), dtype=pl.UInt32))
    found = with_derived(frame, "leefloon", as_of=AS_OF).select("herhaald", "overlapt", "kort_gat")
    assert found.rows() == neighbours(rows)


@pytest.mark.parametrize(
    ("change", "column", "state"),
    [
        ({"geboortejaar": 2010}, "leeftijdsgroep", "refused"),
        ({"geboortejaar": 1930}, "leeftijdsgroep", "warning"),
        ({"stopreden": "W1", "einde": None}, "reden_zonder_einde", "refused"),
        ({"einde": date(2031, 1, 1)}, "peildatum", "warning"),
    ],
)
def test_the_checks_of_the_domain_have_their_severity(change, column, state):
    rows = people(*[(f"p1-person-{n}", date(2020, 1, 1), date(2021, 1, 1)) for n in range(300)])
    changed = rows.with_columns(pl.lit(value).cast(rows.schema[name]).alias(name) for name, value in change.items())
    found = {
        check.columns[0]: check.state for check in validate(changed, "leefloon", as_of=AS_OF).checks if check.failed
    }
    assert found.pop("een_geboortejaar") == "warning"  # everybody was born in one year
    found.pop("herhaald", None)
    assert found == {column: state}


def test_chunks_count_as_the_whole(monkeypatch):
    frame = with_derived(dirty("leefloon", 7, 1_000), "leefloon", as_of=AS_OF)
    whole = dict(great_expectations_counts(frame, "leefloon", as_of=AS_OF))
    monkeypatch.setattr("demad.intake.checking.validation._CHUNK", 130)
    assert dict(great_expectations_counts(frame, "leefloon", as_of=AS_OF)) == whole


def test_no_pseudonym_enters_pandas(monkeypatch):
    given = []
    to_pandas = pl.DataFrame.to_pandas
    monkeypatch.setattr(pl.DataFrame, "to_pandas", lambda frame: (given.append(frame), to_pandas(frame))[1])
    validate(people(("p1-person-1", date(2020, 1, 1), None)), "leefloon", as_of=AS_OF)
    assert given[0]["persoon"].to_list() == [1]


def test_a_decision_before_its_application_is_set_aside_and_odd_outcomes_are_told():
    names = ("aangevraagd_op", "beslist_op", "uitkomst", "weigering")
    rows = [
        *[(date(2020, 1, day), date(2020, 2, 1), "toegekend", None) for day in range(1, 29)],
        (date(2020, 3, 2), date(2020, 3, 1), "toegekend", None),
        *[(date(2020, 4, day), None, "geweigerd", None) for day in range(1, 7)],
        (date(2020, 5, 1), date(2020, 5, 9), "toegekend", "middelen"),
    ]
    person = {"nis": "44021", "persoon": "p1-gent-0001", "soort": "leefloon"}
    frame = pl.DataFrame(
        [{"rij": n, **person, **dict(zip(names, row, strict=True))} for n, row in enumerate(rows)],
        schema=DATASETS["aanvragen"].table.schema,
    )
    verdict = validate(frame, "aanvragen", as_of=AS_OF)
    assert verdict.accepted.height == frame.height - 1
    assert sorted(check.failed for check in verdict.checks if check.failed) == [1, 1, 6]


def test_a_day_of_a_gpmi_that_is_odd_is_told_and_the_row_counts():
    days = [None, date(2020, 1, 9), date(2031, 1, 1), date(2020, 2, 1)]
    rows = people(*[(f"p1-person-{n}", date(2020, 1, 1), None) for n in range(4)]).with_columns(
        gpmi_begin=pl.Series(days, dtype=pl.Date),
        gpmi=pl.Series(["algemeen", "algemeen", "studie", None]).cast(DATASETS["leefloon"].table.schema["gpmi"]),
    )
    unreadable = {"gpmi_begin": rows["rij"].head(1)}
    verdict = validate(rows, "leefloon", as_of=AS_OF, unreadable=unreadable)
    told = {check.name: (check.failed, check.state) for check in verdict.checks if "gpmi_begin" in check.name}
    assert told == {
        "gpmi_begin is geen datum": (1, "warning"),
        "gpmi_begin na de peildatum": (1, "warning"),
        "gpmi_begin zonder soort GPMI": (1, "warning"),
    }
    assert verdict.accepted.height == 4
