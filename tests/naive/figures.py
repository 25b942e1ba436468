"""The indicators, from the additive tables (methods.md 1.3 to 1.8, 2.1 and section 6).

A figure is a dict of value, low, high, numerator, denominator and status under the key (variant, indicator,
city, period, breakdown, group). Every group of the fixed lists has its row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from fractions import Fraction
from functools import partial

from demad.tables.terms import STATUSES, STRATA
from tests.naive import after_exit, caseload, connected, flows, lasting, long_stay, risks, ten_years, tracking, years_on
from tests.naive.case_mix_ratio import exits_to_expected, first_year_to_expected, returns_to_expected
from tests.naive.elsewhere import anywhere, count_elsewhere, protected_elsewhere
from tests.naive.estimate import ABSENT, Estimate, count, share
from tests.naive.history import City
from tests.naive.periods import TOTAL, windows, year_windows
from tests.naive.pool import Pool, pools
from tests.naive.quality import data_quality
from tests.naive.told import is_untold, tells_no_projects, tells_no_reasons
from tests.naive.year_persons import whole_years

SERIES = ("main", "wide")
AFTER_EXIT = ("reason", "prior_duration")
Found = Iterator[tuple[tuple, Estimate, int]]


def figures(
    cities: list[City],
    counted: list[dict] | None = None,
    keys: list[bytes] | None = None,
    *,
    shared: Collection[str] = (),
) -> dict[tuple, dict]:
    """Every figure of every city and of `all`; ``counted`` are their tables, if they are there already.

    ``keys`` are the secrets of the cities: then the figures are those of protected tables. ``shared`` are the slugs of
    cities with one pseudonym key.
    """
    found: dict[tuple, dict] = {}
    each = pools(cities, counted, keys)
    for key, estimate, min_n in in_any_city(cities, each, keys, shared):
        found[key] = _figure(estimate, min_n)
    for pool in each:
        silent = {
            "no_reasons": tells_no_reasons(pool.tables["FLOWS"]),
            "no_projects": tells_no_projects(pool.tables["STOCKS"]),
        }
        for key, estimate, min_n in _figures_of(pool):
            found[key] = _figure(ABSENT if is_untold(key, **silent) else estimate, min_n)
    for city in cities:
        for key, estimate, min_n in data_quality(city):
            found[key] = _figure(estimate, min_n)
    return found


def in_any_city(cities: list[City], each: list[Pool], keys: list[bytes] | None, shared: Collection[str]) -> Found:
    """Returns in any city of the domain; without one the figures are there, without a value."""
    counted = count_elsewhere([city for city in cities if city.slug in shared])
    if keys is not None:
        counted = protected_elsewhere(counted, {city.slug: key for city, key in zip(cities, keys, strict=True)})
    domain = [(pool, counted) for pool in each if pool.slug in shared]
    for pool in each:
        yield from anywhere(pool, domain if pool.slug == "all" else [one for one in domain if one[0] is pool])


def _figures_of(pool: Pool) -> Found:
    for variant in SERIES:
        yield from caseload.monthly(pool, variant)
        yield from caseload.yearly(pool, variant)
        yield from flows.counts(pool, variant)
        yield from flows.of_twelve_months(pool, variant)
        for indicator, estimator, width, breakdowns in RISK_INDICATORS:
            yield from _windowed(pool, variant, indicator, estimator, width, breakdowns)
        yield from _in_calendar_years(pool, variant)
        yield from _leavers(pool, variant)
        yield from lasting.lasting(pool, variant)
    yield from caseload.with_gpmi(pool)
    yield from tracking.after_start(pool)
    yield from years_on.of_five_years(pool)
    yield from _soon_a_gpmi(pool)
    yield from ten_years.unstable(pool)
    yield from after_exit.after_exit(pool)
    yield from long_stay.long_stay(pool)
    yield from connected.connected(pool)
    yield from _after_art60(pool)
    yield from _leavers_of_main(pool)
    yield from _applications(pool)
    for variant in ("gap0", "gap3"):
        yield from _windowed(pool, variant, "still_on_12m", risks.still_on, 24, ())
        yield from _windowed(pool, variant, "return_12m", risks.returned, 36, ())
        yield from flows.outflow_of_sensitivity(pool, variant)


RISK_INDICATORS: tuple[tuple[str, Callable, int, tuple], ...] = (
    ("still_on_12m", risks.still_on, 24, tuple(STRATA)),
    ("still_on_24m", partial(risks.still_on, horizon=24), 36, tuple(STRATA)),
    ("duration_median", risks.duration_median, 24, tuple(STRATA)),
    ("duration_rmst24", risks.mean_of_two_years, 24, tuple(STRATA)),
    ("cif_work_12m", partial(risks.left_for, "d_work"), 24, tuple(STRATA)),
    ("cif_activation_12m", partial(risks.left_for, "d_activation"), 24, tuple(STRATA)),
    ("cif_other_benefit_12m", partial(risks.left_for, "d_other_benefit"), 24, tuple(STRATA)),
    ("cif_moved_12m", partial(risks.left_for, "d_moved"), 24, ()),
    ("return_6m", partial(risks.returned, horizon=6), 24, (*STRATA, *AFTER_EXIT)),
    ("return_12m", risks.returned, 36, (*STRATA, *AFTER_EXIT)),
    ("return_24m", partial(risks.returned, horizon=24), 48, (*STRATA, *AFTER_EXIT)),
    ("sustainable_work_6m", partial(risks.sustainable_work, horizon=6), 24, ()),
    ("sustainable_work_12m", partial(risks.sustainable_work, horizon=12), 36, ()),
    ("sustainable_work_24m", partial(risks.sustainable_work, horizon=24), 48, ()),
    ("sustainable_activation_12m", risks.sustainable_activation, 36, tuple(STRATA)),
)


def _figure(estimate: Estimate, min_n: int) -> dict:
    """The status: what has no value says so; else, of several reasons, the one that stands later in the list."""
    reasons = ["ok", *estimate.reservations]
    if (estimate.n or 0) < min_n:
        reasons.append("low_n")
    if "not_computable" in reasons:
        value, low, high, reasons = None, None, None, ["not_computable"]
    else:
        value, low, high = estimate.value, estimate.low, estimate.high
    return {
        "value": value,
        "low": low,
        "high": high,
        "numerator": estimate.numerator,
        "denominator": estimate.denominator,
        "status": max(reasons, key=STATUSES.index),
    }


def _windowed(pool: Pool, variant: str, indicator: str, estimator: Callable, width: int, breakdowns: tuple) -> Found:
    """Windows that end with a quarter on or before O; groups in windows that end in December."""
    last = min(pool.last_transition(variant), pool.last_transition("main"))
    for window, label, cell in windows(pool, pool.window.first, last, width, *breakdowns):
        yield (variant, indicator, pool.slug, label, *cell), estimator(pool, (variant, *cell), window), 30


def _in_calendar_years(pool: Pool, variant: str) -> Found:
    """Tables that are counted per calendar year have figures for whole calendar years."""
    first, last = pool.window.first, pool.last_transition(variant)
    for window, label in year_windows(first, last, 1):
        for indicator, column in (("outflow_oe", "d"), ("outflow_work_oe", "d_work")):
            key = (variant, indicator, pool.slug, label, *TOTAL)
            yield key, exits_to_expected(pool, variant, window, column), 10
        for indicator, estimator in (
            ("outflow_first_year_oe", first_year_to_expected),
            ("return_oe", returns_to_expected),
        ):
            yield (variant, indicator, pool.slug, label, *TOTAL), estimator(pool, variant, window), 10
    for window, label in year_windows(first, last, 2):
        estimate = risks.activated(pool, (variant,), window) if pool.has_supports else ABSENT
        yield (variant, "activation_cif_12m", pool.slug, label, *TOTAL), estimate, 30
    for window, label in year_windows(first, last, 5):
        estimate = risks.leaver_still_on(pool, (variant,), window) if pool.has_leavers else ABSENT
        yield (variant, "careleaver_still_on_24m", pool.slug, label, *TOTAL), estimate, 30
        for indicator, estimator in (
            ("careleaver_return_12m", risks.leaver_returned),
            ("careleaver_lasting_24m", risks.leaver_gone_for_good),
        ):
            estimate = estimator(pool, (variant,), window) if pool.has_leavers else ABSENT
            yield (variant, indicator, pool.slug, label, *TOTAL), estimate, 30


def _after_art60(pool: Pool) -> Found:
    for window, label in year_windows(pool.window.first, pool.last_transition("main"), 3):
        estimate = risks.returned_after_art60(pool, (), window) if pool.has_supports else ABSENT
        yield ("main", "art60_return_12m", pool.slug, label, *TOTAL), estimate, 30


def _soon_a_gpmi(pool: Pool) -> Found:
    """Calendar years whose starts are all known, and of which everybody is seen for three months."""
    first = pool.window.first + (0 if pool.window.full_history else 2)
    for year in whole_years(first, pool.last_transition("main") - 3):
        steps = [pool.with_projects["GPMI_STARTS"].get((str(year), k), {}) for k in range(4)]
        counts = {name: [row.get(name, 0) for row in steps] for name in ("n", "d_gpmi", "d")}
        yield ("main", "gpmi_start_3m", pool.slug, str(year), *TOTAL), risks.soon_a_gpmi(pool, counts), 30


def _applications(pool: Pool) -> Found:
    """Of a city without applications the figures are there, without a value."""
    for window, label in year_windows(pool.window.first, pool.window.settled, 1):
        year = label[:4]
        known, refused = (pool.count("APPLICATIONS", (year, 0), name) for name in ("known", "refused"))
        made = {
            "application_within_30d": (risks.decided_in_time(pool, window), 30),
            "application_days_median": (risks.days_to_an_end(pool, window), 30),
            "application_refused_share": (_refused(pool, min(refused, known), known), 50),
        }
        for indicator, (estimate, min_n) in made.items():
            key = ("main", indicator, pool.slug, label, *TOTAL)
            yield key, estimate if pool.has_applications else ABSENT, min_n


def _refused(pool: Pool, refused: int, known: int) -> Estimate:
    rounded = pool.rounding.of(1)
    added = 2 * rounded * (1 + Fraction(refused, known) ** 2) / known**2 if known else 0
    return share(refused, known, added=added)


def _leavers(pool: Pool, variant: str) -> Found:
    support = {"main": "leefloon", "wide": "leefloon_or_equivalent"}[variant]
    for months in (0, 12):
        indicator = f"careleaver_leefloon_{months}m"
        yield from _taken_up(pool, variant, indicator, support, months, ("age", "sex", "zorgvorm"))


def _leavers_of_main(pool: Pool) -> Found:
    yield from _taken_up(pool, "main", "careleaver_any_support_6m", "any", 6, ("age", "zorgvorm"))
    yield from _taken_up(pool, "main", "careleaver_gpmi_6m", "gpmi", 6, ())
    yield from _steps(pool)
    for year in whole_years(pool.window.first, pool.window.settled):
        for cell in [TOTAL, *(_groups(pool, "age", "zorgvorm") if pool.has_leavers else [])]:
            leavers = pool.count("TAKE_UP", ("leefloon", *_detailed(pool, cell), str(year), 0), "n")
            estimate = count(leavers) if pool.has_leavers else ABSENT
            yield ("main", "careleaver_count", pool.slug, str(year), *cell), estimate, 10


def _steps(pool: Pool) -> Found:
    """The cascade: a step is at least the next one, and who is still on are at most who got a leefloon."""
    has = {"known": pool.has_supports and pool.has_applications, "applied": pool.has_applications, "kept": True}
    for window, label in year_windows(pool.window.first, pool.last_transition("main"), 3):

        def reached(support: str, months: int = 12, window: range = window) -> Estimate:
            known = pool.has_leavers and has.get(support, True)
            return risks.taken_up(pool, (support, *TOTAL), window, months) if known else ABSENT

        granted = reached("leefloon")
        applied = _within(reached("applied"), granted, max)
        known = _within(_within(reached("known"), granted, max), applied, max)
        steps = {"known": known, "applied": applied, "kept": _within(reached("kept", 24), granted, min)}
        for name, estimate in steps.items():
            yield ("main", f"careleaver_{name}_12m", pool.slug, label, *TOTAL), estimate, 30


def _within(step: Estimate, other: Estimate, pick: Callable) -> Estimate:
    """At least or at most a step of the same people, the ends too; an end that is lacking is that of the other."""
    if "not_computable" in (*step.reservations, *other.reservations) or step.denominator != other.denominator:
        return step
    moved = {}
    for name in ("value", "low", "high"):
        known = [end for end in (getattr(step, name), getattr(other, name)) if end is not None]
        moved[name] = pick(known) if known else None
    return step._replace(**moved)


def _taken_up(pool: Pool, variant: str, indicator: str, support: str, months: int, breakdowns: tuple) -> Found:
    """Three calendar years of leavers; a city that delivered none says so, in the total only."""
    known = pool.has_leavers and (pool.has_supports or support != "any")
    for window, label in year_windows(pool.window.first, pool.last_transition(variant), 3):
        for cell in [TOTAL, *(_groups(pool, *breakdowns) if known else [])]:
            estimate = risks.taken_up(pool, (support, *_detailed(pool, cell)), window, months) if known else ABSENT
            yield (variant, indicator, pool.slug, label, *cell), estimate, 30


def _groups(pool: Pool, *breakdowns: str) -> list[tuple[str, str]]:
    """Of care leavers: no ages where counts are protected, and the forms of care apart for all cities together."""
    if not pool.is_protected:
        return pool.groups(*breakdowns)
    found = pool.groups(*(name for name in breakdowns if name not in ("age", "zorgvorm")))
    forms = pool.groups("zorgvorm_detail" if pool.slug == "all" else "zorgvorm") if "zorgvorm" in breakdowns else []
    return found + [("zorgvorm", group) for _, group in forms]


def _detailed(pool: Pool, cell: tuple[str, str]) -> tuple[str, str]:
    """Where the counts of a published cell stand: those of a form of care of all cities under a name of their own."""
    return ("zorgvorm_detail", cell[1]) if pool.is_protected and pool.slug == "all" and cell[0] == "zorgvorm" else cell
