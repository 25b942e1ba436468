"""Everything a report may know: published figures, their comparison, and the state of each city's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import polars as pl

from demad.catalogue import indicator
from demad.disclosure import Policy, PublishedFigures
from demad.errors import PrivacyRefused
from demad.reporting.blocks import Point
from demad.reporting.by_indicator import ByIndicator


@dataclass(frozen=True, slots=True)
class Delivered:
    """The delivery that a dataset in force comes from. Its counts of rows are of people: they stay inside."""

    dataset: str
    delivery: str
    since: date
    as_of: date
    made_on: date


@dataclass(frozen=True, slots=True)
class Shipped:
    """A bundle in place of deliveries: its number, and the agreement under which its counts are exact.

    Without agreement the city rounded every count itself.
    """

    sequence: int
    agreement: str = ""


class CityState(StrEnum):
    """How the data of a city are: in force and fresh, old, gone, damaged, or with a last delivery in trouble."""

    CURRENT = "current"
    STALE = "stale"
    REFUSED = "refused"
    HELD = "held"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class CityCard:
    """One city as every report names it: current, stale, refused, held, missing or damaged."""

    slug: str
    name: str
    state: CityState
    as_of: date | None
    age_days: int | None
    note: str = ""
    series_break: str = ""
    delivered: tuple[Delivered, ...] = ()
    shipped: Shipped | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A published figure that changed in a numbered revision, with its reason (Dutch)."""

    city: str
    indicator: str
    period: str
    before: float | None
    after: float | None
    reason: str
    breakdown: str = "total"
    group: str = "total"
    variant: str = "main"
    withdrawn: str = ""  # the release that showed ``before``, if it was withdrawn since


@dataclass(frozen=True, slots=True)
class Look:
    """How an installation presents itself: publisher, licence, logo (a data address), colours, language.

    ``licence_address``, ``address`` (of the published site) and ``doi`` may be empty.
    ``calendar``: period and day of the releases that are planned.
    """

    publisher: str = "Kenniscentrum Vlaamse Steden"
    licence: str = "Modellicentie voor gratis hergebruik, Vlaanderen"
    logo: str = ""
    colour: str = "#0b4f8a"
    colour_in_dark: str = "#7cb8ec"
    language: str = "nl"
    licence_address: str = ""
    address: str = ""
    doi: str = ""
    calendar: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """One release or preview: published figures, and what is made of them. No other figure comes in.

    ``compared`` is BENCHMARK; ``tables`` holds FUNNEL, RANK, PEER, WHAT_IF, REASON_BOUNDS and NOWCAST by name.
    ``revisions``: published figures that changed since an earlier release. ``retracted``: figures of a release that was
    withdrawn and that are otherwise now; readers may have taken them over. ``explanations``: a city's own
    words (plain text, paragraphs apart by an empty line), by slug. ``signed``: the cities that
    signed these figures off.
    """

    figures: PublishedFigures
    compared: pl.DataFrame
    cities: tuple[CityCard, ...]
    label: str
    provisional: bool
    software: str
    inputs: Mapping[str, str]
    policy: Policy
    contact: str
    version: str
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    revisions: tuple[Revision, ...] = ()
    retracted: tuple[Revision, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)
    signed: frozenset[str] = frozenset()
    look: Look = field(default_factory=Look)
    _published: ByIndicator = field(init=False, repr=False, compare=False)
    _compared: ByIndicator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Let no figure in that was not published (D-601), whatever a caller without types hands over."""
        if not isinstance(self.figures, PublishedFigures):
            raise PrivacyRefused("D-601", "Deze cijfers kwamen niet door de bescherming.", "Meld dit.")
        object.__setattr__(self, "_published", ByIndicator(self.figures.frame))
        object.__setattr__(self, "_compared", ByIndicator(self.compared))

    @property
    def threshold(self) -> int:
        """Smallest rounded count that is shown."""
        return self.policy.threshold

    @property
    def published(self) -> pl.DataFrame:
        """PUBLISHED_VALUE, as printed."""
        return self.figures.frame

    def published_of(self, id: str) -> pl.DataFrame:
        """PUBLISHED_VALUE of one indicator, main series."""
        return self._published.rows(id)

    def compared_of(self, id: str) -> pl.DataFrame:
        """BENCHMARK of one indicator, main series."""
        return self._compared.rows(id)

    def card(self, slug: str) -> CityCard:
        """The card of one city."""
        return next(card for card in self.cities if card.slug == slug)

    def series(
        self, id: str, city: str, *, kind: str = "", breakdown: str = "total", group: str = "total"
    ) -> pl.DataFrame:
        """Figures of the main series over time; ``kind`` M, Q or Y keeps months, quarters or years."""
        rows = self.published_of(id).filter(city=city, breakdown=breakdown, group=group).sort("period")
        length = {"M": 7, "Q": 6, "Y": 4}.get(kind)
        return rows.filter(pl.col("period").str.len_chars() == length) if length else rows

    def latest(self, id: str, city: str) -> dict[str, Any] | None:
        """The newest comparison row of an indicator, as a manager reads it: year totals for flows."""
        rows = self.compared_of(id).filter(city=city, breakdown="total")
        if indicator(id).unit == "spells":
            rows = rows.filter(pl.col("period").str.len_chars() == 4)
        settled = rows.filter(pl.col("status") != "provisional").sort("period")
        return settled.row(-1, named=True) if settled.height else None

    def groups(self, id: str, city: str, breakdown: str) -> pl.DataFrame:
        """The newest figures by group."""
        rows = self.published_of(id).filter(city=city, breakdown=breakdown)
        newest = rows["period"].max()
        return rows.filter(pl.col("period") == newest) if newest is not None else rows

    def beside(self, id: str, period: str, slug: str) -> list[Point]:
        """Every city's value of one period, by name; the asked city emphasised."""
        rows = (
            self.compared_of(id).filter(period=period, breakdown="total").rows_by_key("city", named=True, unique=True)
        )
        return [
            Point(
                card.name,
                *(rows.get(card.slug, {}).get(name) for name in ("value", "low", "high")),
                emphasised=card.slug == slug,
            )
            for card in sorted(self.cities, key=lambda card: card.name)
            if card.state not in (CityState.MISSING, CityState.DAMAGED)
        ]
