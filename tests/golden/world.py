"""A small fixed world: the rows of six cities, and every figure that the product makes of them.

The rows lie in `rows/`, drawn once by ``demad.synthetic`` and frozen, so that a change of the synthetic data changes
no figure. Here they go through everything that decides a figure: typing, content rules, histories, counting,
quantities, rounding, indicators, the gate, hiding and the comparison.
"""

from __future__ import annotations

import io
import lzma
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import polars as pl

from demad.benchmark import compare_cities
from demad.catalogue import CATALOGUE
from demad.counting import count_city, count_shard
from demad.counting.elsewhere import count_elsewhere
from demad.counting.vintage import revisions
from demad.disclosure import PublishedFigures, policy_of, publish
from demad.disclosure.gate import gate, known_counts
from demad.histories.elsewhere import followed_elsewhere
from demad.histories.periods import applications, leavers, resolve_periods, supports
from demad.histories.shards import Shard, in_shards
from demad.indicators import evaluate
from demad.intake.checking.check import check
from demad.intake.checking.copies import Order
from demad.intake.checking.quality import filled_cells, own_counts
from demad.intake.contract.conform import conform
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.intake.reading.table import Reading
from demad.protection import BASE, ProtectedTables, offsets_known_elsewhere, pool, protect, protect_elsewhere
from demad.quantities import exact
from demad.records.secrets import Secret, seeded
from demad.reference.cities import breaks_of, city_of
from demad.reference.population import estimated_population
from demad.reference.settings import Settings
from demad.synthetic import extracts
from demad.synthetic.curves import AS_OF, SINCE
from demad.tables.counts import QUALITY
from demad.tables.figures import RELEASED
from demad.tables.observation import Observation

ROWS = Path(__file__).parent / "rows"
CITIES = ("brugge", "hasselt", "leuven", "mechelen", "oostende", "turnhout")
DATASETS = ("leefloon", "jeugdhulp", "steun", "aanvragen", "bevolking", "controle")
JUDGED, WITHOUT_INHABITANTS = "hasselt", "mechelen"
PEOPLE, SEED = 1500, 15
N_SHARDS = 2
WINDOW = Observation(SINCE, AS_OF, full_history=False)
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class World:
    """What is made of the rows of some cities, each step once."""

    cities: tuple[str, ...] = CITIES

    @classmethod
    def with_tables(cls, other: World) -> World:
        """The same tables, of which nothing was computed yet."""
        made = cls(other.cities)
        made.__dict__.update(tables=other.tables, elsewhere=other.elsewhere)
        return made

    @cached_property
    def accepted(self) -> dict[str, Tables]:
        """The rows of each city that stay."""
        return {city: accepted(city, rows_of(city)) for city in self.cities}

    @cached_property
    def tables(self) -> list[Tables]:
        """The additive tables of each city."""
        return [counted(city, rows) for city, rows in self.accepted.items()]

    @cached_property
    def elsewhere(self) -> pl.DataFrame:
        """ELSEWHERE of all cities, as if the people of one number in every city were one person."""
        parts = []
        for city, rows in self.accepted.items():
            person = pl.col("persoon").cast(pl.String)
            named = rows["leefloon"].with_columns(persoon=pl.format("p1-{}", person.rank("dense")))
            parts.append([Shard(city, WINDOW, resolve_periods(one, WINDOW)[0]) for one in in_shards(named, N_SHARDS)])
        found = [followed_elsewhere(together) for together in zip(*parts, strict=True)]
        return count_elsewhere(pl.concat(found), [(city, WINDOW) for city in self.cities])

    @cached_property
    def exact(self) -> pl.DataFrame:
        """Every exact figure."""
        return evaluate(exact(self.tables, self.elsewhere)).frame

    @cached_property
    def protected(self) -> ProtectedTables:
        """The tables of all cities, rounded under a fixed secret of each."""
        each = (protect(tables, self.secrets[city]) for city, tables in zip(self.cities, self.tables, strict=True))
        return pool(each, protect_elsewhere(self.elsewhere, self.secrets, base=BASE))

    @property
    def secrets(self) -> dict[str, Secret]:
        """The fixed secret of each city."""
        return {city: seeded(f"golden/{city}") for city in self.cities}

    @cached_property
    def published(self) -> PublishedFigures:
        """Every published figure."""
        elsewhere = offsets_known_elsewhere(self.protected, self.secrets)
        barred = gate(self.protected, known_counts(self.protected, RELEASED.empty()), elsewhere)
        return publish(evaluate(self.protected), policy_of(Settings()), barred.groups)

    @cached_property
    def compared(self) -> Tables:
        """The tables of the comparison."""
        return compare_cities(self.published, CATALOGUE, breaks_of(None))


def rows_of(city: str) -> Tables:
    """The frozen rows of a city as it would deliver them: texts."""
    found = {name: _read(name).filter(pl.col("stad") == city).drop("stad") for name in DATASETS}
    return {name: frame for name, frame in found.items() if frame.height}


def accepted(city: str, rows: Mapping[str, pl.DataFrame]) -> Tables:
    """The rows of a city that stay, with texts where codes were."""
    given = {name: frame for name, frame in rows.items() if (name, city) != ("bevolking", WITHOUT_INHABITANTS)}
    return {name: as_text_columns(frame) for name, frame in _accepted(city, given).items()}


def counted(city: str, accepted: Mapping[str, pl.DataFrame]) -> Tables:
    """The additive tables of a city from the rows that stay."""
    parts = zip(*(in_shards(accepted[name], N_SHARDS) for name in ("leefloon", "jeugdhulp", "steun")), strict=True)
    asked: Iterable[pl.DataFrame | None] = [None] * N_SHARDS  # not every city delivers them
    if "aanvragen" in accepted:
        asked = (applications(rows, AS_OF) for rows in in_shards(accepted["aanvragen"], N_SHARDS))
    shards = (
        Shard(city, WINDOW, resolve_periods(decisions, WINDOW)[0], leavers(left, AS_OF), supports(other), of_asked)
        for (decisions, left, other), of_asked in zip(parts, asked, strict=True)
    )
    tables = count_city(
        map(count_shard, shards),
        inhabitants=accepted.get("bevolking", estimated_population(city_of(city).nis)),
        population_estimated="bevolking" not in accepted,
        quality=_quality(city, accepted),
        days_to_made=5,
    )
    revised = _revisions(city, accepted["leefloon"], tables["vintage"])
    return {**tables, "quality": pl.concat([tables["quality"], revised]).sort(QUALITY.key)}


def _accepted(city: str, given: Mapping[str, pl.DataFrame]) -> Tables:
    """The rows that stay; one city goes through the content rules, which take as long for a few rows as for many."""
    readings = [(name, Reading(frame, ())) for name, frame in given.items()]
    if city != JUDGED:
        return {name: conform(reading, name, city_of(city)).frame for name, reading in readings}
    checked = check(readings, city_of(city), as_of=AS_OF, order=Order(of_files=True))
    return {part.dataset: part.verdict.accepted for part in checked}


def _quality(city: str, accepted: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    rows = filled_cells(accepted) + own_counts(accepted, WINDOW)
    return pl.DataFrame([(city, "delivery", *row) for row in rows], schema=QUALITY.schema, orient="row")


def _revisions(city: str, leefloon: pl.DataFrame, vintage: pl.DataFrame) -> pl.DataFrame:
    """What changed since a delivery of three months before that lacked twenty rows."""
    earlier = Observation(SINCE, AS_OF - timedelta(days=92), full_history=False)
    shard = Shard(city, earlier, resolve_periods(leefloon.head(leefloon.height - 20), earlier)[0], None, None)
    before, window = count_shard(shard)["vintage"], range(WINDOW.first_month, earlier.last_month + 1)
    return revisions(vintage, before, window=window, city=city, delivery="delivery")


def _read(dataset: str) -> pl.DataFrame:
    return pl.read_csv(io.BytesIO(lzma.decompress(_file(dataset).read_bytes())), infer_schema=False)


def _file(dataset: str) -> Path:
    return ROWS / f"{dataset}.csv.xz"


def draw() -> None:
    """Draw the world anew and freeze its rows; then every figure is another one."""
    drawn = dict(extracts(people=PEOPLE, seed=SEED, cities=CITIES))
    ROWS.mkdir(exist_ok=True)
    for dataset in DATASETS:
        frames = (
            frames[dataset].cast(pl.String).with_columns(stad=pl.lit(city))
            for city, frames in drawn.items()
            if dataset in frames
        )
        _file(dataset).write_bytes(lzma.compress(_together(frames).write_csv().encode(), preset=9))


def _together(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(list(frames), how="diagonal")
