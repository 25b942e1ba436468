"""Convert a simulation to the datasets of the contract, with Dutch columns and codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from demad.reference.cities import City
from demad.reference.population import estimated_population
from demad.synthetic.applications import KINDS, MEAN_DAYS, OUTCOMES, REFUSALS, draw_applications
from demad.synthetic.care_leavers import ENDINGS, FORMS, NEVER, CareLeavers
from demad.synthetic.curves import FIRST, LAST, RMI
from demad.synthetic.decisions import AS_OF_DAY, GPMI, Decisions, first_day_number
from demad.synthetic.lives import Lives
from demad.synthetic.persons import CODE, CODES, NATIONALITIES, ORIGINS, RUNNING, SEXES
from demad.synthetic.profiles import Profile
from demad.synthetic.registration import OPEN, Rows

LAWS = ("RMI", "RMH")
# Share of the inhabitants of the present municipality that lived in a merged one.
OLD_NIS_SHARES = {"hasselt": {"71022": 0.92, "73040": 0.08}, "antwerpen": {"11007": 0.02}}
MERGED_ON = first_day_number(np.array(2025 * 12))
WITHOUT_FIRST_BEGIN = ("genk", "roeselare", "turnhout")
STOP_WORDS = (*CODES, "U0")
SUPPORTS = ("art60", "art61", "opleiding", "installatiepremie", "referentieadres", "begeleiding")
_BASE32 = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Registered:
    """Everything simulated for one city, before conversion to frames."""

    city: City
    profile: Profile
    leavers: CareLeavers
    lives: Lives
    decisions: Decisions
    rows: Rows
    pseudonyms: pl.Series
    nis_before_merger: pl.Series


def pseudonyms(slug: str, n: int, rng: np.random.Generator) -> pl.Series:
    """``n`` pseudonyms ``p1-<city>-<26 characters of base32>``."""
    drawn = _BASE32[rng.integers(0, 32, size=(n, 26), dtype=np.uint8)]
    text = drawn.view("S26").ravel().astype("U26") if n else np.zeros(0, dtype="U26")
    return f"p1-{slug}-" + pl.Series("persoon", text, dtype=pl.String)


def nis_before_merger(city: City, n: int, rng: np.random.Generator) -> pl.Series:
    """NIS code of each person's municipality up to 2024; the city's own code without a merger."""
    shares = OLD_NIS_SHARES.get(city.slug, {})
    codes = [*shares, city.nis]
    return _labels(codes, rng.choice(len(codes), size=n, p=[*shares.values(), 1 - sum(shares.values())]))


def leefloon(known: Registered, rng: np.random.Generator) -> pl.DataFrame:
    """One row per recorded decision, in order of recording."""
    rows, lives = known.rows, known.lives
    spells = lives.spells[rows.spell]
    person, who = spells["person"], lives.persons
    nationality = np.where(rng.random(len(who)) < 0.02, -1, who["nationality"])
    sex = np.where(rng.random(len(who)) < 0.003, -1, who["sex"])
    return pl.DataFrame(
        {
            "nis": _nis(known, person, rows.begin),
            "persoon": known.pseudonyms.gather(person),
            "wet": _labels(LAWS, spells["law"]),
            "begin": _days(rows.begin),
            "einde": _days(rows.end),
            "categorie": pl.Series(rows.household, dtype=pl.Int8),
            "geboortejaar": pl.Series(who["birth"][person], dtype=pl.Int32),
            "geslacht": _labels(SEXES, sex[person]),
            "nationaliteit": _labels(NATIONALITIES, nationality[person]),
            "student": pl.Series(rows.student),
            "gpmi": _labels(GPMI, rows.gpmi),
            "schorsing": pl.Series(rows.suspended),
            "stopreden": _labels(STOP_WORDS, rows.reason),
            "eerste_begin": _days(_first_begins(known)[person]),
            "herkomst": _labels(ORIGINS, _origins(known, rng)[rows.spell]),
        }
    )


def jeugdhulp(known: Registered) -> pl.DataFrame:
    """One row per young person who left youth care, in order of leaving."""
    leavers = known.leavers
    n = len(leavers.left)
    next_month = first_day_number(leavers.left + 1)
    left = np.minimum(first_day_number(leavers.left) + leavers.left_day, next_month) - 1
    followed = leavers.followed < NEVER
    until = first_day_number(np.where(followed, leavers.followed, LAST)) + 14
    return pl.DataFrame(
        {
            "nis": _nis(known, np.arange(n), left),
            "persoon": known.pseudonyms.head(n),
            "geboortejaar": pl.Series(leavers.persons["birth"], dtype=pl.Int32),
            "einde_jeugdhulp": _days(left),
            "geslacht": _labels(SEXES, leavers.persons["sex"]),
            "zorgvorm": _labels(FORMS, leavers.form),
            "gevolgd_tot": _days(np.where(followed, until, OPEN)),
            "einde_gevolgd": _labels(ENDINGS, np.where(followed, leavers.ending, -1)),
        }
    )


def steun(known: Registered, rng: np.random.Generator) -> pl.DataFrame:
    """Other support: art. 60 and 61 contracts, and support during a leefloon or after youth care."""
    spells = known.lives.spells[known.lives.spells["end"] >= FIRST]
    parts = [_contracts(spells)]
    for kind, share, longest in ((2, 0.08, 12), (3, 0.04, 0), (4, 0.05, 18), (5, 0.15, 30)):
        chosen = spells[(rng.random(len(spells)) < share) & (spells["start"] >= FIRST)]
        parts.append(_support(kind, chosen["person"], chosen["start"], longest, rng))
    leavers = known.leavers
    clock = np.maximum(leavers.left, (leavers.persons["birth"] + 18) * 12)
    for kind, share, longest in ((3, 0.08, 0), (4, 0.05, 12), (5, 0.22, 18)):
        chosen = np.flatnonzero((rng.random(len(clock)) < share) & (leavers.followed == NEVER))
        parts.append(_support(kind, chosen, clock[chosen] + rng.integers(0, 10, len(chosen)), longest, rng))
    person, kind, begin, end = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((kind, person, begin))
    order = order[begin[order] <= AS_OF_DAY]
    return pl.DataFrame(
        {
            "nis": _nis(known, person[order], begin[order]),
            "persoon": known.pseudonyms.gather(person[order]),
            "soort": _labels(SUPPORTS, kind[order]),
            "begin": _days(begin[order]),
            "einde": _days(np.where(end[order] > AS_OF_DAY, OPEN, end[order])),
        }
    ).unique(["persoon", "soort", "begin"], keep="first", maintain_order=True)


def aanvragen(known: Registered, rng: np.random.Generator) -> pl.DataFrame:
    """Applications, in order of application; no rows for a city that does not register them."""
    if known.city.slug not in MEAN_DAYS:
        return pl.DataFrame()
    drawn = draw_applications(known, rng)
    return pl.DataFrame(
        {
            "nis": _nis(known, drawn["person"], drawn["applied"]),
            "persoon": known.pseudonyms.gather(drawn["person"]),
            "aangevraagd_op": _days(drawn["applied"]),
            "soort": _labels(KINDS, drawn["kind"]),
            "beslist_op": _days(np.where(drawn["decided"] > AS_OF_DAY, OPEN, drawn["decided"])),
            "uitkomst": _labels(OUTCOMES, drawn["outcome"]),
            "weigering": _labels(REFUSALS, drawn["refusal"]),
        }
    )


def bevolking(city: City) -> pl.DataFrame:
    """Inhabitants on 1 January by age band and sex (the shipped estimates)."""
    return estimated_population(city.nis)


def controle(known: Registered, rng: np.random.Generator) -> pl.DataFrame:
    """The city's own count of persons per month and law, with an error of less than one per cent."""
    rows = known.rows[np.flatnonzero(~known.rows.superseded & ~known.rows.annuls)]
    end = np.minimum(rows.end, AS_OF_DAY)
    spells = known.lives.spells[rows.spell]
    frames = []
    for law in (RMI, 1 - RMI):
        chosen = (spells["law"] == law) & (end >= rows.begin) & (rows.begin <= AS_OF_DAY)
        counts = _persons_by_month(spells["person"][chosen], rows.begin[chosen], end[chosen])
        noise = np.clip(rng.normal(0, 0.003, len(counts)), -0.008, 0.008)
        counts = np.rint(counts * (1 + noise)).astype(np.int64)
        months = np.arange(FIRST, LAST + 1)
        frames.append(
            pl.DataFrame(
                {
                    "nis": known.city.nis,
                    "maand": [f"{month // 12}-{month % 12 + 1:02d}" for month in months],
                    "wet": LAWS[law],
                    "personen": counts,
                }
            )
        )
    return pl.concat(frames).sort("maand", pl.col("wet") == "RMH")


def _persons_by_month(person: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Distinct persons with at least one day of right in each month from ``FIRST`` to ``LAST``."""
    span = LAST + 1 - FIRST
    first, last = np.maximum(_month(begin), FIRST) - FIRST, _month(end) - FIRST
    offset = person.astype(np.int64) * span
    seen = np.zeros((int(person.max(initial=0)) + 1) * span + 1, dtype=np.int16)
    np.add.at(seen, offset + first, 1)
    np.add.at(seen, offset + last + 1, -1)
    covered = np.cumsum(seen, dtype=np.int16)[:-1] > 0
    return covered.reshape(-1, span).sum(axis=0)


def _month(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _contracts(spells: np.ndarray) -> tuple[np.ndarray, ...]:
    chosen = spells[(spells["contract"] > 0) & (spells["reason"] != RUNNING)]
    chosen = chosen[np.isin(chosen["reason"], (CODE["A60"], CODE["A61"]))]
    begin = first_day_number(chosen["end"] + 1)
    days = (chosen["contract"] * 30.44).astype(np.int32)
    return chosen["person"], (chosen["reason"] == CODE["A61"]).astype(np.int8), begin, begin + days


def _support(
    kind: int, person: np.ndarray, month: np.ndarray, longest: int, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    begin = first_day_number(np.minimum(month, LAST)) + rng.integers(0, 28, len(person)).astype(np.int32)
    days = rng.integers(1, longest * 30, len(person)).astype(np.int32) if longest else np.int32(0)
    return person, np.full(len(person), kind, dtype=np.int8), begin, begin + days


def _first_begins(known: Registered) -> np.ndarray:
    """First day ever per person; ``OPEN`` if the city does not register it."""
    first = np.full(len(known.lives.persons), OPEN, dtype=np.int32)
    if known.city.slug in WITHOUT_FIRST_BEGIN:
        return first
    spells, decisions = known.lives.spells, known.decisions
    np.minimum.at(first, spells["person"], first_day_number(spells["start"]))
    month_start = first_day_number(spells["start"])[decisions.spell]
    opening = decisions.opens & (decisions.begin - month_start < 31) & (decisions.begin >= month_start)
    person = spells["person"][decisions.spell]
    opening &= month_start == first[person]
    first[person[opening]] = decisions.begin[opening]
    return first


def _origins(known: Registered, rng: np.random.Generator) -> np.ndarray:
    """Origin per spell; often empty before 2026, nearly always filled from then on."""
    spells = known.lives.spells
    share = np.where(spells["start"] >= 2026 * 12, 0.93, known.profile.origin_known)
    return np.where(rng.random(len(spells)) < share, spells["origin"], -1)


def _nis(known: Registered, person: np.ndarray, day: np.ndarray) -> pl.Series:
    if not known.city.old_nis:
        return pl.Series("nis", [known.city.nis], dtype=pl.String).new_from_index(0, len(person))
    old = known.nis_before_merger.gather(person)
    return old.zip_with(pl.Series(day < MERGED_ON), pl.Series([known.city.nis], dtype=pl.String))


def _labels(words: Sequence[str], places: np.ndarray) -> pl.Series:
    """Words by position; null for a negative position."""
    return pl.Series([*words, None], dtype=pl.String).gather(np.where(places < 0, len(words), places))


def _days(days: np.ndarray) -> pl.Series:
    """Days since 1970 as dates; null for ``OPEN``."""
    series = pl.Series(days, dtype=pl.Int32)
    return series.set(series == OPEN, None).cast(pl.Date)
