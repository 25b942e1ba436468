"""In which month a GPMI was signed: many random people, as the second engine counts them from methods.md."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demad.counting.gpmi_start import count_gpmi_start
from demad.histories.periods import resolve_periods
from demad.histories.segments import covered, decided
from demad.histories.spells import build_spells
from tests.naive import City
from tests.naive.gpmi_start import GPMI_START_COLUMNS
from tests.naive.gpmi_start import count_gpmi_start as count_one_by_one
from tests.naive.history import LAWS, decisions_of, of_laws, rows_by_person, spells_of
from tests.naive.history import window_of as months_of
from tests.naive.tables import Counts
from tests.strategies import decisions
from tests.test_engines_agree import typed, window_of


@given(people=st.lists(decisions(), min_size=30, max_size=60), full=st.booleans())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_first_month_with_a_gpmi_is_that_of_the_second_engine(people, full):
    rows = [{"persoon": f"p1-{n:04}", "nis": "44021", **row} for n, own in enumerate(people) for row in own]
    city = City("gent", date(2015, 1, 1), date(2018, 12, 31), full, rows, None, None)
    expected = Counts(GPMI_START_COLUMNS)
    for own in rows_by_person(rows).values():
        standing = decisions_of(own, city)
        spells = list(spells_of(standing, "main", 1, months_of(city)))
        count_one_by_one(expected, "gent", spells, of_laws(standing, LAWS["main"]), months_of(city))
    window = window_of(city)
    in_force = decided(resolve_periods(typed("leefloon", rows), window)[0], window)
    segments = covered(in_force)
    spells = build_spells(segments, in_force, window)
    found = count_gpmi_start(spells, segments["main"], window, city="gent")
    assert {row[:3]: row[3:] for row in found.rows() if any(row[3:])} == {
        key: tuple(counts[name] for name in GPMI_START_COLUMNS) for key, counts in expected.rows.items()
    }
