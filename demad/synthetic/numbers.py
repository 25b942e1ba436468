"""National numbers for synthetic persons that were never given to anyone: with serial 000 (women) or 999 (men).

The register gives serials 001 to 998, so no number of a real person can be drawn.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping

import polars as pl

from demad.errors import UsageRefused

_SERIALS = {"M": 999, "V": 0}
_BIS, _BIS_WITHOUT_SEX = 40, 20
_SOME_YEAR = 1980


def number(year: int, month: int, day: int, serial: int) -> str:
    """Eleven digits with their check digits; ``month`` is raised by 20 or 40 for a BIS number."""
    nine = f"{year % 100:02d}{month:02d}{day:02d}{serial:03d}"
    check = 97 - int(("2" if year >= 2000 else "") + nine) % 97
    return f"{nine}{check:02d}"


def numbers(people: Iterable[tuple[str, int, str | None]]) -> dict[str, str]:
    """A national number per person, in order; a BIS number without sex for whoever has none.

    Parameters
    ----------
    people
        Pseudonym, year of birth, and M, V, X or None.

    Raises
    ------
    UsageRefused
        D-413: more persons of one year of birth than there are numbers.
    """
    given: Counter[tuple[int, str]] = Counter()
    found = {}
    for person, year, sex in people:
        kind = sex if sex in _SERIALS else ""
        place = given[year, kind]
        given[year, kind] += 1
        days = [(month, day) for month in range(1, 13) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
        turn, at = divmod(place, len(days))
        raised = (0, _BIS) if kind else (_BIS_WITHOUT_SEX,)
        serials = [_SERIALS[kind]] if kind else [0, 999]
        ways = [(more, serial) for more in raised for serial in serials]
        if turn >= len(ways):
            raise UsageRefused("D-413", "Zoveel nagemaakte nummers bestaan er niet.", "Kies een lagere --people.")
        month, day = days[at * 47 % len(days)] if len(days) % 47 else days[at]
        found[person] = number(year, month + ways[turn][0], day, ways[turn][1])
    return found


def numbers_of(datasets: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """A number for every person of a city's extracts, by pseudonym."""
    known: dict[str, tuple[int, str | None]] = {}
    for name in ("steun", "aanvragen"):  # of people without a row elsewhere no year is told
        if name in datasets:
            known |= dict.fromkeys(datasets[name]["persoon"].drop_nulls().unique().sort(), (_SOME_YEAR, None))
    for name in ("jeugdhulp", "leefloon"):
        if name in datasets:
            rows = datasets[name].select("persoon", "geboortejaar", "geslacht").drop_nulls(["persoon", "geboortejaar"])
            known |= {person: (year, sex) for person, year, sex in rows.iter_rows()}
    return numbers((person, year, sex) for person, (year, sex) in sorted(known.items()))


def with_numbers(frame: pl.DataFrame, known: Mapping[str, str]) -> pl.DataFrame:
    """The same rows as at the source: ``INSZ`` in place of the pseudonym; a dataset without persons is unchanged."""
    if "persoon" not in frame.columns:
        return frame
    insz = pl.col("persoon").replace_strict(dict(known), default=None, return_dtype=pl.String)
    return frame.with_columns(insz).rename({"persoon": "INSZ"})
