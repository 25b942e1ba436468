"""What the published tables say of one city, ready to be looked up: newest figures, courses, groups, other cities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from demad.catalogue import CATALOGUE, indicator
from demad.reporting.blocks import Point, Source
from demad.reporting.edition import CityCard, Edition
from demad.reporting.words import words
from demad.tables.figures import BENCHMARK, PUBLISHED_VALUE
from demad.tables.terms import Status

Row = Mapping[str, Any]
LENGTHS = {"M": 7, "Q": 6, "Y": 4}
_WHO = ("age", "household")
_KEY = ["indicator", "period", "breakdown", "group"]


@dataclass(frozen=True, slots=True)
class Readings:
    """The main series of one city: published rows with what the comparison says of each, by indicator and breakdown.

    ``totals``: BENCHMARK rows of all cities, totals of the main series only.
    """

    edition: Edition
    card: CityCard
    rows: Mapping[tuple[str, str], tuple[Row, ...]]
    totals: pl.DataFrame
    kept: dict[tuple[str, str], dict[str, Row]] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The city's slug."""
        return self.card.slug

    @property
    def name(self) -> str:
        """The city's name."""
        return self.card.name

    def all(self, id: str, breakdown: str = "total") -> tuple[Row, ...]:
        """Every row of an indicator, by period."""
        return self.rows.get((id, breakdown), ())

    def latest(self, id: str) -> Row | None:
        """The newest settled row of an indicator, as a manager reads it: year totals for flows."""
        rows = [row for row in self.all(id) if row["status"] != "provisional"]
        if indicator(id).unit == "spells":
            rows = [row for row in rows if len(row["period"]) == LENGTHS["Y"]]
        return max(rows, key=lambda row: row["period"], default=None)

    def at(self, id: str, period: str) -> Row | None:
        """The total of one period."""
        return next((row for row in self.all(id) if row["period"] == period), None)

    def course(self, id: str, kind: str) -> tuple[Row, ...]:
        """Totals over time; ``kind`` M, Q or Y: months, quarters or years."""
        return tuple(row for row in self.all(id) if len(row["period"]) == LENGTHS[kind])

    def groups(self, id: str, breakdown: str, period: str | None = None) -> dict[str, Row]:
        """The rows of one period by group: the newest settled one unless asked otherwise."""
        rows = [row for row in self.all(id, breakdown) if row["status"] != "provisional"]
        wanted = period or max((row["period"] for row in rows), default=None)
        return {row["group"]: row for row in rows if row["period"] == wanted}

    def beside(self, id: str, period: str) -> list[Point]:
        """Every city's value of one period, by name; this city emphasised."""
        rows = self._of_all(id, period)
        return [
            Point(
                card.name,
                *(rows.get(card.slug, {}).get(name) for name in ("value", "low", "high")),
                emphasised=card.slug == self.slug,
                instead=_instead(rows.get(card.slug)),
            )
            for card in self.cards()
            if card.state != "missing"
        ]

    def cards(self) -> list[CityCard]:
        """The cities by name."""
        return sorted(self.edition.cities, key=lambda card: card.name)

    def of(self, id: str, period: str, city: str) -> Row | None:
        """The total of another city."""
        return self._of_all(id, period).get(city)

    def totals_at(self, id: str, period: str) -> list[Row]:
        """The totals of every city in one period."""
        return list(self._of_all(id, period).values())

    def table(self, name: str, **wanted: str) -> list[Row]:
        """Rows of one of the tables beside the figures, all cities unless asked otherwise."""
        found = self.edition.tables.get(name)
        return [] if found is None or found.is_empty() else list(found.filter(**wanted).iter_rows(named=True))

    def peers(self) -> list[Row]:
        """The cities that are most like this one in who their people are, nearest first.

        None where too little is shown of who its own people are: nobody could see in what they are alike.
        """
        if not shown(row for breakdown in _WHO for row in self.all("caseload_stock", breakdown)):
            return []
        return sorted(self.table("peers", city=self.slug), key=lambda row: row["place"])

    def delivered(self, id: str) -> bool:
        """Whether the city delivered what an indicator rests on; true where it is not known."""
        known = {one.dataset for one in self.card.delivered}
        optional = [name for name in indicator(id).source if name not in ("leefloon", "bevolking")]
        return not known or all(name in known for name in optional)

    def source(self, row: Row) -> Source:
        """Where a row of this city comes from."""
        return Source(row["indicator"], self.slug, row["period"], row["breakdown"], row["group"])

    def _of_all(self, id: str, period: str) -> dict[str, Row]:
        if (id, period) not in self.kept:
            found = self.totals.filter(indicator=id, period=period)
            self.kept[id, period] = {row["city"]: row for row in found.iter_rows(named=True)}
        return self.kept[id, period]


def _instead(row: Row | None) -> str:
    """What stands in a chart where a figure cannot be computed, which is not that it is hidden."""
    return words("remark.not_computable") if row and row["status"] == Status.NOT_COMPUTABLE else ""


def readings(edition: Edition, slug: str) -> Readings:
    """Read everything that is published of one city."""
    known = [entry.id for entry in CATALOGUE]
    judged = [name for name in BENCHMARK.columns if name not in PUBLISHED_VALUE.columns]
    own = edition.published.filter(pl.col("indicator").is_in(known), variant="main", city=slug)
    beside = edition.compared.filter(variant="main", city=slug).select(*_KEY, *judged)
    both = own.join(beside, on=_KEY, how="left").sort(_KEY)
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in both.iter_rows(named=True):
        rows.setdefault((row["indicator"], row["breakdown"]), []).append(row)
    totals = edition.compared.filter(variant="main", breakdown="total")
    return Readings(edition, edition.card(slug), {key: tuple(found) for key, found in rows.items()}, totals)


def shown(rows: Iterable[Row]) -> list[Row]:
    """The rows with a value that is shown."""
    return [row for row in rows if row["value"] is not None]
