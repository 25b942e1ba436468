"""Random deliveries: small enough to shrink, odd enough to hit every rule of methods.md section 1.1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from demad.reference.stop_reasons import STOP_REASONS
from tests.naive import City

EDGE = date(2014, 11, 20)  # the first days lie before any `since`
LAST = date(2019, 3, 31)
HERKOMST = ("eerste", "werk", "einde_werkloosheid", "andere_uitkering", "ander_ocmw", "jeugdhulp", "andere", None)
ZORGVORMEN = ("verblijf", "pleegzorg", "autonoom_wonen", "kleinschalig", "context", "ander", None)
SOORTEN = ("art60", "art61", "opleiding", "installatiepremie", "referentieadres", "begeleiding")
AGE_BANDS = ((0, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 120))
EARLIER = (date(2016, 2, 29), date(2018, 6, 15), date(2018, 10, 31))
COPIES = 22  # more than the 20 at risk that the steady start of a full history asks for

days = st.integers(0, (LAST - EDGE).days).map(lambda number: EDGE + timedelta(days=number))
firsts = st.integers(0, 51).map(lambda number: date(2014 + (number + 11) // 12, (number + 11) % 12 + 1, 1))
waits = st.integers(-40, 260)
begins = st.one_of(firsts, days)
lengths = st.one_of(st.integers(-3, 70), st.integers(0, 14).map(lambda months: months * 30), st.integers(300, 1400))


@st.composite
def decisions(draw: st.DrawFn) -> list[dict]:
    """The rows of one person: runs, gaps, overlaps, corrections and annulments, both laws."""
    rows: list[dict] = []
    year, sex = draw(st.integers(1948, 2003)), draw(st.sampled_from(("M", "V", "X", None)))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(begins)
        if rows and draw(st.booleans()):
            before = draw(st.sampled_from(rows))
            follows = (before["einde"] or before["begin"]) + timedelta(days=draw(st.sampled_from((1, 2, 20, 40, 75))))
            start = draw(st.sampled_from((before["begin"], follows)))
        end = None if draw(st.integers(0, 7)) == 0 else start + timedelta(days=draw(lengths))
        after = (end or start) + timedelta(days=30)
        rows.append(
            {
                "wet": draw(st.sampled_from(("RMI", "RMI", "RMI", "RMH"))),
                "begin": start,
                "einde": end,
                "categorie": draw(st.sampled_from((1, 2, 3))),
                "geboortejaar": year,
                "geslacht": sex,
                "nationaliteit": draw(st.sampled_from(("BE", "EU", "NEU", None))),
                "student": draw(st.sampled_from((True, False, None))),
                "gpmi": draw(st.sampled_from(("geen", "algemeen", "studie", "studie_werk", "vrijgesteld", None))),
                "schorsing": draw(st.sampled_from((True, False, None))),
                "stopreden": draw(st.sampled_from((*STOP_REASONS, None))),
                "eerste_begin": draw(st.sampled_from((None, start, start - timedelta(days=400)))),
                "herkomst": draw(st.sampled_from(HERKOMST)),
                "beslist_op": start + timedelta(days=draw(st.one_of(st.sampled_from((0, 20, 45)), waits))),
                "gpmi_begin": draw(st.sampled_from((None, start, start + timedelta(days=draw(waits)), after))),
            }
        )
    return rows


@st.composite
def leavers(draw: st.DrawFn) -> dict:
    """A young person who leaves youth care; some are followed shorter than the delivery reaches."""
    left = draw(days)
    until = draw(st.one_of(st.none(), st.integers(0, 900).map(lambda number: left + timedelta(days=number))))
    return {
        "geboortejaar": left.year - draw(st.integers(16, 21)),
        "einde_jeugdhulp": left,
        "geslacht": draw(st.sampled_from(("M", "V", "X", None))),
        "zorgvorm": draw(st.sampled_from(ZORGVORMEN)),
        "gevolgd_tot": until,
        "einde_gevolgd": draw(st.sampled_from(("verhuis", "overlijden", None))) if until else None,
    }


@st.composite
def supports(draw: st.DrawFn) -> dict:
    """Support of another kind than leefloon."""
    start = draw(begins)
    end = draw(st.one_of(st.none(), st.integers(-2, 400).map(lambda number: start + timedelta(days=number))))
    return {"soort": draw(st.sampled_from(SOORTEN)), "begin": start, "einde": end}


@st.composite
def applications(draw: st.DrawFn) -> dict:
    """An application; some are not decided, decided before they were made, or have an outcome without a day."""
    asked = draw(begins)
    waited = draw(st.one_of(st.none(), st.integers(-2, 120), st.sampled_from((0, 29, 30, 31, 90, 91))))
    return {
        "aangevraagd_op": asked,
        "soort": draw(st.sampled_from((None, "leefloon", "leefloon", "equivalent", "steun", "andere"))),
        "beslist_op": None if waited is None else asked + timedelta(days=waited),
        "uitkomst": draw(st.sampled_from(("toegekend", "toegekend", "geweigerd", "ingetrokken", "lopend", None))),
        "weigering": None,
    }


@st.composite
def inhabitants(draw: st.DrawFn) -> list[dict]:
    """A few years of population; often some bands or a sex are missing, and now and then a row comes twice."""
    years = draw(st.lists(st.integers(2015, 2019), min_size=1, max_size=3, unique=True))
    missing = draw(st.sampled_from((0, 0, 1, 5)))
    rows = [
        {"jaar": year, "leeftijd_van": low, "leeftijd_tot": high, "geslacht": sex, "aantal": draw(st.integers(0, 2000))}
        for year in years
        for low, high in AGE_BANDS
        for sex in ("M", "V")
        if not missing or draw(st.integers(0, 9)) >= missing
    ]
    if rows and draw(st.booleans()):
        rows.append(draw(st.sampled_from(rows)) | {"aantal": draw(st.integers(0, 2000))})
    return rows


@st.composite
def own_counts(draw: st.DrawFn) -> dict:
    """A month that the city counted itself, in or out of the window, now and then twice."""
    month = draw(st.integers(2014 * 12 + 10, 2019 * 12 + 3))
    return {
        "maand": f"{month // 12}-{month % 12 + 1:02}",
        "wet": draw(st.sampled_from(("RMI", "RMI", "RMH"))),
        "personen": draw(st.one_of(st.integers(0, 6), st.integers(40, 60))),
    }


@dataclass(frozen=True, slots=True)
class Draft:
    """A city before its people are copied: small to print when a test fails.

    ``asked``: the applications of each of ``people``, in their order; None: the city delivers none. ``untold``: of so
    many rows one does not tell when it was recorded; 0: all do.
    """

    since: date
    as_of: date
    full_history: bool
    people: list[tuple[list[dict], dict | None, list[dict], int]]
    backwards: bool
    with_jeugdhulp: bool
    with_steun: bool
    bevolking: list[dict] | None
    controle: list[dict] | None
    before: tuple[date, int] | None
    made_after: int | None
    asked: list[list[dict]] | None = None
    untold: int = 0

    def city(self, slug: str = "gent") -> City:
        """What the city delivers: every person as often as it is copied, under its own name."""
        leefloon: list[dict] = []
        jeugdhulp: list[dict] = []
        steun: list[dict] = []
        aanvragen: list[dict] = []
        for number, (rows, leaver, other, copies) in enumerate(self.people):
            for copy in range(copies):
                name = {"persoon": f"p1-random-{number}-{copy}"}
                leefloon += [name | row for row in rows]
                jeugdhulp += [name | leaver] if leaver else []
                steun += [name | row for row in other]
                aanvragen += [name | row for row in self.asked[number]] if self.asked else []
        if self.untold:
            leefloon = [
                row if number % self.untold else {**row, "beslist_op": None} for number, row in enumerate(leefloon)
            ]
        return City(
            slug=slug,
            since=self.since,
            as_of=self.as_of,
            full_history=self.full_history,
            leefloon=leefloon[::-1] if self.backwards else leefloon,
            jeugdhulp=jeugdhulp if self.with_jeugdhulp else None,
            steun=steun if self.with_steun else None,
            bevolking=self.bevolking,
            controle=self.controle,
            before=self._before(slug, leefloon),
            made_on=None if self.made_after is None else self.as_of + timedelta(days=self.made_after),
            aanvragen=None if self.asked is None else aanvragen,
        )

    def _before(self, slug: str, leefloon: list[dict]) -> City | None:
        """An earlier delivery: it reached less far and missed the rows that were recorded last."""
        if self.before is None:
            return None
        as_of, missed = self.before
        rows = leefloon[: max(len(leefloon) - missed, 0)]
        return City(slug, self.since, as_of, self.full_history, rows, jeugdhulp=None, steun=None)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """One city: its window starts and ends on any day, its history is cut or full."""
    people = [
        (
            draw(decisions()),
            draw(st.one_of(st.none(), leavers())),
            draw(st.lists(supports(), max_size=2)),
            draw(st.sampled_from((1, 1, 2, COPIES))),
        )
        for _ in range(draw(st.integers(1, 5)))
    ]
    return Draft(
        since=draw(st.sampled_from((date(2015, 1, 1), date(2015, 1, 2), date(2015, 2, 17), date(2015, 12, 31)))),
        as_of=draw(st.sampled_from((date(2018, 12, 31), date(2019, 3, 31), date(2018, 11, 29), date(2016, 2, 29)))),
        full_history=draw(st.booleans()),
        people=people,
        backwards=draw(st.booleans()),
        with_jeugdhulp=draw(st.sampled_from((False, True, True))),
        with_steun=draw(st.sampled_from((False, True, True))),
        bevolking=draw(st.one_of(st.none(), inhabitants(), inhabitants())),
        controle=draw(st.one_of(st.none(), st.lists(own_counts(), max_size=6))),
        before=draw(st.one_of(st.none(), st.tuples(st.sampled_from(EARLIER), st.integers(0, 4)))),
        made_after=draw(st.one_of(st.none(), st.integers(0, 40))),
        asked=draw(
            st.one_of(st.none(), *[st.tuples(*[st.lists(applications(), max_size=3)] * len(people))] * 2).map(
                lambda each: None if each is None else list(each)
            )
        ),
        untold=draw(st.sampled_from((0, 0, 30, 3))),
    )
