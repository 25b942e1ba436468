"""A month of nights: what cities put in their inbox, and what a careful reader of the rules expects of each night."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from demad.reference.cities import load_cities
from demad.reference.population import estimated_population
from tests.deliveries import put
from tests.naive import City

SINCE = date(2019, 1, 1)
CITIES = ("aalst", "brugge", "genk", "gent", "hasselt", "kortrijk")
_COLUMNS = ("persoon", "wet", "begin", "einde", "categorie", "geboortejaar", "geslacht", "stopreden")
_ABSENT = ("nationaliteit", "student", "gpmi", "schorsing", "eerste_begin", "herkomst")
_PEOPLE = {"hasselt": 140}  # enough rows that half of them are missed
_INSZ = "85073003328"  # valid by its check digits; of nobody we know


@dataclass(frozen=True, slots=True)
class Given:
    """One delivery: of whom, up to when, and what is the matter with it."""

    city: str
    as_of: date
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Night:
    """What comes in, what the digest must say of it, and the codes of what is left to do."""

    given: tuple[Given, ...] = ()
    told: tuple[str, ...] = ()
    to_do: tuple[str, ...] = ()
    accepted_by_name: str = ""
    missed: bool = False


def month_end(number: int) -> date:
    """Last day of month 0 (January 2022), 1, ..."""
    first_of_next = date(2022 + (number + 1) // 12, (number + 1) % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def all_of(number: int, *cities: str) -> tuple[Given, ...]:
    return tuple(Given(city, month_end(number)) for city in cities or CITIES)


def fine(*cities: str) -> tuple[str, ...]:
    return tuple(f"{city}: 1 aanvaard" for city in sorted(cities))


A, B, K, G, H, R = CITIES
NIGHTS = (
    Night(all_of(6), fine(*CITIES)),
    Night(),
    Night(all_of(7, G), fine(G)),
    Night((Given(A, month_end(6), "duplicate"),), (f"{A}: 1 is al gekend",)),
    Night((Given(B, month_end(7), "another hash"),), (f"{B}: 1 geweigerd (D-225)",), ("D-225",)),
    Night((), (), ("D-225",)),
    Night(all_of(7, B), fine(B)),
    Night((Given(H, month_end(7), "half"),), (f"{H}: 1 wacht op toelating (D-240)",), ("D-240",)),
    Night((), fine(H), accepted_by_name=H),
    Night((Given(H, month_end(7), "correction"),), fine(H)),
    Night(),
    Night((Given(G, month_end(7), "correction"),), fine(G)),
    Night((Given(K, month_end(5), "older"),), (f"{K}: 1 ouder dan wat in gebruik is",)),
    Night((Given(R, month_end(7), "national number"),), (f"{R}: 1 geweigerd (D-200)",), ("D-200",)),
    Night(all_of(7, R), fine(R)),
    Night(missed=True, to_do=("D-474",)),
    Night(all_of(8, A), fine(A)),
    Night((*all_of(8, B), Given(K, month_end(8), "another hash")), (*fine(B), f"{K}: 1 geweigerd (D-225)"), ("D-225",)),
    Night((), (), ("D-225",)),
    Night(all_of(8, K, G), fine(K, G)),
    Night((Given(A, month_end(8), "nobody's"),), ("onbekende map: 1 geweigerd (D-224)",), ("D-224",)),
    Night((Given(A, month_end(8), "not finished"),), (), ("D-224",)),
    Night(all_of(9, A), fine(A), ("D-224",)),
    Night(all_of(9, B, K, G), fine(B, K, G), ("D-224",)),
    Night(all_of(10, A), fine(A), ("D-224",)),
    Night(all_of(11, A, B, K, G), fine(A, B, K, G), ("D-224", "D-473", "D-473")),
    Night((), (), ("D-224", "D-473", "D-473")),
    Night(all_of(11, H), fine(H), ("D-224", "D-473")),
    Night(all_of(11, R), fine(R), ("D-224",)),
    Night((Given(B, month_end(11), "correction"),), fine(B), ("D-224",)),
)


def rows_of(given: Given) -> list[dict]:
    """The whole extract of a city as it stood: later decisions are not there, running ones have no end."""
    chance = random.Random(given.city)  # noqa: S311
    rows = []
    for number in range(_PEOPLE.get(given.city, 40)):
        begin = date(2019, 1, 1) + timedelta(days=30 * chance.randrange(45))
        traits = {"categorie": chance.randrange(1, 4), "geboortejaar": chance.randrange(1960, 2000)}
        traits["geslacht"] = chance.choice("MV")
        for _ in range(chance.randrange(1, 4)):
            end = begin + timedelta(days=30 * chance.randrange(1, 16) - 1)
            rows.append(
                {
                    **dict.fromkeys(_ABSENT),
                    **traits,
                    "persoon": f"p1-{given.city}-{number:04d}",
                    "wet": "RMI",
                    "begin": begin,
                    "einde": end if end <= given.as_of else None,
                    "stopreden": chance.choice(("W1", "G1", "E1", "X2")) if end <= given.as_of else None,
                }
            )
            begin = end + timedelta(days=30 * chance.randrange(1, 12))
    there = [row for row in rows if row["begin"] <= given.as_of]
    return {"half": there[: len(there) // 2], "correction": there[:-2]}.get(given.matter, there)


def place(root: Path, given: Given, number: int, made_on: date) -> None:
    """Put it in the inbox; a duplicate has another name and nothing else that is new."""
    rows = rows_of(given)
    if given.matter == "national number":
        rows = [{**row, "persoon": _INSZ if position == 3 else row["persoon"]} for position, row in enumerate(rows)]
    nis = load_cities(root)[given.city].nis
    lines = [";".join(["nis", *_COLUMNS]), *(";".join([nis, *map(_cell, row.values())]) for row in map(_ordered, rows))]
    folder = put(
        root,
        {"leefloon.csv": "\n".join(lines) + "\n"},
        city="niemand" if given.matter == "nobody's" else given.city,
        name=f"nacht-{number:02d}",
        nis=nis,
        since=SINCE.isoformat(),
        as_of=given.as_of.isoformat(),
        made_on=made_on.isoformat(),
        rewrite=_other_hash if given.matter == "another hash" else lambda manifest: None,
    )
    if given.matter == "not finished":
        (folder / "delivery.json").unlink()


@dataclass(slots=True)
class World:
    """What is in force by the rules: the newest delivery of each city, and the one before it."""

    in_force: dict[str, City] = field(default_factory=dict)

    def take(self, given: Given, made_on: date) -> None:
        """Put a delivery in force."""
        self.in_force[given.city] = City(
            slug=given.city,
            since=SINCE,
            as_of=given.as_of,
            full_history=False,
            leefloon=rows_of(given),
            jeugdhulp=None,
            steun=None,
            bevolking=estimated_population(load_cities(None)[given.city].nis).to_dicts(),
            before=self.in_force.get(given.city),
            made_on=made_on,
        )


def _ordered(row: dict) -> dict:
    return {name: row[name] for name in _COLUMNS}


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _other_hash(manifest: dict) -> None:
    manifest["files"][0]["sha256"] = "0" * 64
