"""Rows -> corrections -> covered months -> spells (methods.md section 1.1), for one person at a time.

Not here: any counting (tables.py, leavers.py) and any estimate (figures.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from demad.tables.terms import SETTLEMENT_LAG

LAWS = {"main": ("RMI",), "wide": ("RMI", "RMH"), "gap0": ("RMI",), "gap3": ("RMI",)}
GPMI = ("algemeen", "studie", "studie_werk")
LOOK_BACK = 24


@dataclass(frozen=True, slots=True)
class City:
    """What one city delivered: rows with the Dutch columns of the contract, in order of recording.

    ``jeugdhulp``, ``steun``, ``aanvragen``, ``bevolking`` and ``controle`` are None when the city delivered none;
    ``before`` is the delivery that was in force until this one. ``since`` and ``as_of`` are inclusive.
    """

    slug: str
    since: date
    as_of: date
    full_history: bool
    leefloon: list[dict]
    jeugdhulp: list[dict] | None
    steun: list[dict] | None
    bevolking: list[dict] | None = None
    controle: list[dict] | None = None
    before: City | None = None
    made_on: date | None = None
    aanvragen: list[dict] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """W, M and O of section 1.1, in month numbers."""

    first: int
    last: int
    full_history: bool

    @property
    def settled(self) -> int:
        """M - L."""
        return self.last - SETTLEMENT_LAG

    def last_transition(self, gap: int) -> int:
        """O = M - L - gap - 1."""
        return self.settled - gap - 1

    def hides_the_start_of(self, first_month: int, gap: int) -> bool:
        """Left-censored: cut history and s <= W + gap."""
        return not self.full_history and first_month <= self.first + gap


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision that stands after corrections; ``einde`` is None while it runs."""

    law: str
    begin: date
    einde: date | None
    until: date
    row: dict

    def months(self) -> range:
        """Every calendar month with at least one day of right."""
        return range(month_of(self.begin), month_of(self.until) + 1)


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is known of a covered month."""

    strata: dict[str, str]
    gpmi: bool
    gpmi_begin: date | None
    student: bool
    eerste_begin: date | None
    herkomst: str | None


@dataclass(frozen=True, slots=True)
class Spell:
    """One maximal run of covered months; ``ending`` is one of the ten reasons, admin or law_change."""

    first: int
    last: int
    covered: frozenset[int]
    left_censored: bool
    ending: str
    at_start: Attributes
    next_first: int | None

    @property
    def duration(self) -> int:
        """D: bridged months included."""
        return self.last - self.first + 1


def month_of(day: date) -> int:
    """Year * 12 + month - 1."""
    return day.year * 12 + day.month - 1


def year_of(month: int) -> str:
    """``2026``."""
    return str(month // 12)


def quarter_of(month: int) -> str:
    """``2026Q1``."""
    return f"{month // 12}Q{month % 12 // 3 + 1}"


def window_of(city: City) -> Window:
    """W and M: the first and the last month that the delivery holds whole."""
    first = month_of(city.since) if city.since.day == 1 else month_of(city.since) + 1
    ends_its_month = (city.as_of + timedelta(days=1)).day == 1
    last = month_of(city.as_of) if ends_its_month else month_of(city.as_of) - 1
    return Window(first, last, city.full_history)


def rows_by_person(rows: list[dict]) -> dict[str, list[dict]]:
    """The rows of each person, still in order of recording."""
    people: dict[str, list[dict]] = {}
    for row in rows:
        people.setdefault(row["persoon"], []).append(row)
    return people


def decisions_of(rows: list[dict], city: City) -> list[Decision]:
    """What stands of one person's rows: corrections first, then what has no day of right goes."""
    last_recorded = {}
    for row in rows:
        last_recorded[row["wet"], row["begin"]] = row
    standing = []
    for row in last_recorded.values():
        begin, einde = row["begin"], row["einde"]
        if begin > city.as_of or (einde is not None and einde < begin):
            continue
        if not city.full_history and einde is not None and einde < city.since:
            continue
        if einde is not None:
            einde = min(einde, city.as_of)
        standing.append(Decision(row["wet"], begin, einde, einde or city.as_of, row))
    return standing


def of_laws(decisions: list[Decision], laws: tuple[str, ...]) -> list[Decision]:
    """The decisions that make a series."""
    return [decision for decision in decisions if decision.law in laws]


def covered_months(decisions: list[Decision]) -> set[int]:
    """Months with at least one day of right."""
    return {month for decision in decisions for month in decision.months()}


def attributes(decisions: list[Decision], month: int) -> Attributes:
    """Of the decision valid on the 15th, else of the latest that covers a day of the month."""
    fifteenth = date(month // 12, month % 12 + 1, 15)
    in_month = [decision for decision in decisions if month in decision.months()]
    on_day = [decision for decision in in_month if decision.begin <= fifteenth <= decision.until]
    row = max(on_day or in_month, key=_latest_begin).row
    return Attributes(
        strata={
            "age": age_band(month // 12 - row["geboortejaar"]),
            "household": str(row["categorie"]),
            "nationality": row["nationaliteit"] or "unknown",
            "sex": row["geslacht"] or "unknown",
            "student": {True: "yes", False: "no", None: "unknown"}[row["student"]],
        },
        gpmi=row["gpmi"] in GPMI,
        gpmi_begin=row.get("gpmi_begin"),
        student=row["student"] is True,
        eerste_begin=row["eerste_begin"],
        herkomst=row["herkomst"],
    )


def _latest_begin(decision: Decision) -> tuple:
    return decision.begin, decision.einde or date.max, decision.law == "RMI"


def _latest_einde(decision: Decision) -> tuple:
    return decision.einde or date.max, decision.begin, decision.law == "RMI"


def age_band(age: int) -> str:
    """The seven bands."""
    for band, upper in (("<18", 17), ("18-24", 24), ("25-34", 34), ("35-44", 44), ("45-54", 54), ("55-64", 64)):
        if age <= upper:
            return band
    return "65+"


def reason_group(stopreden: str | None) -> str:
    """The ten groups and admin; empty = U0."""
    code = stopreden or "U0"
    if code in ("X2", "X3"):
        return "admin"
    if code == "X1":
        return "death"
    by_letter = {
        "W": "work",
        "A": "temporary_activation",
        "O": "training",
        "V": "other_benefit",
        "G": "other_means",
        "M": "moved",
        "S": "conditions",
        "E": "own_choice",
        "U": "unknown",
    }
    return by_letter[code[0]]


def runs(months: set[int], gap: int) -> list[list[int]]:
    """Covered months in maximal runs that bridge at most ``gap`` uncovered months."""
    found: list[list[int]] = []
    for month in sorted(months):
        if found and month - found[-1][-1] - 1 <= gap:
            found[-1].append(month)
        else:
            found.append([month])
    return found


def spells_of(decisions: list[Decision], variant: str, gap: int, window: Window) -> list[Spell]:
    """The spells of one person in one series."""
    series = of_laws(decisions, LAWS[variant])
    other_law = covered_months(of_laws(decisions, ("RMH",))) if variant != "wide" else set()
    found = runs(covered_months(series), gap)
    spells = []
    for place, months in enumerate(found):
        spells.append(
            Spell(
                first=months[0],
                last=months[-1],
                covered=frozenset(months),
                left_censored=window.hides_the_start_of(months[0], gap),
                ending=_ending(series, months[-1], other_law),
                at_start=attributes(series, months[0]),
                next_first=found[place + 1][0] if place + 1 < len(found) else None,
            )
        )
    return spells


def _ending(series: list[Decision], last: int, other_law: set[int]) -> str:
    if last + 1 in other_law:
        return "law_change"
    closing = max((decision for decision in series if last in decision.months()), key=_latest_einde)
    return reason_group(closing.row["stopreden"])
