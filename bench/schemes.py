"""Ways to protect that are measured beside each other: which counts share an offset, and how parts of a stock round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import polars as pl

from bench.attack.vocabulary import RESTS
from demad.protection import ProtectedTables, protect, sealed
from demad.protection.offsets import offset
from demad.quantities import form
from demad.records.secrets import Secret, seeded
from demad.tables.months import quarter_label
from demad.tables.terms import FOLDED

_YOUNG = ("<18", "18-24")
_OF_PEOPLE = ("stocks", "years", "art60")
_THRESHOLD = 10


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to protect.

    Parameters
    ----------
    keys
        ``one`` offset for all counts of a cell, ``two`` (people apart from events), or one a ``table``.
    rests
        Whether what is nearly the whole exact stock becomes the stock less a rounded rest, nothing under 10.
    strict
        Whether figures that cannot be computed print no counts, every figure of the wide series is hidden that rests
        on a few people more or less than main, and the gate goes on until what it hides is hidden.
    care_base
        The base of the counts of care leavers.
    """

    keys: str = "one"
    rests: bool = False
    strict: bool = False
    care_base: int = 5


BUILT = Scheme()


def secret_of(seed: str, family: str) -> Secret:
    """The secret of one city for one family of counts."""
    return seeded(f"{seed}|{family}" if family else seed)


def protected(tables: Mapping[str, pl.DataFrame], seed: str, scheme: Scheme) -> ProtectedTables:
    """Protect one city's tables under a scheme; ``seed`` gives its secrets."""
    if scheme == BUILT:
        return protect(tables, secret_of(seed, ""))
    by_family = {family: protect(tables, secret_of(seed, family)) for family in _families(scheme)}
    made = {name: by_family[_family(name, scheme)][name] for name in protect_names(by_family)}
    if scheme.care_base != 5:
        made["take_up"] = protect(tables, secret_of(seed, ""), base=scheme.care_base)["take_up"]
    if scheme.rests:
        made["stocks"] = _with_rests(made["stocks"], tables, secret_of(seed, _family("stocks", scheme)))
    return sealed(made, 5)


def protect_names(by_family: Mapping[str, ProtectedTables]) -> list[str]:
    """The names of all tables."""
    return list(next(iter(by_family.values())).tables)


def _families(scheme: Scheme) -> tuple[str, ...]:
    if scheme.keys == "one":
        return ("",)
    if scheme.keys == "two":
        return ("people", "events")
    return (*_OF_PEOPLE, "flows", "durations", "returns", "take_up", "activation", "after_art60", "after_care", "case_mix")


def _family(table: str, scheme: Scheme) -> str:
    if scheme.keys == "one":
        return ""
    if scheme.keys == "two":
        return "people" if table in _OF_PEOPLE else "events"
    return table if table in _families(scheme) else "stocks"


@contextmanager
def allowed(scheme: Scheme) -> Iterator[None]:
    """Let tables pass that another scheme than the built one makes: functions of exact stocks, or a larger base."""
    if scheme == BUILT:
        yield
        return
    with patch("demad.protection.protected._refuse_fine_counts", lambda *_: None):
        yield


def _with_rests(stocks: pl.DataFrame, tables: Mapping[str, pl.DataFrame], secret: Secret) -> pl.DataFrame:
    exact = form(tables, folds=FOLDED, young=_YOUNG, monthly=False, detail=False)["stocks"]
    total = exact.filter(breakdown="total", variant="main").select("city", "variant", "breakdown", "group", "month", "stock", *RESTS)
    quarters = total["month"].to_list()
    of_cell = pl.Series([offset(secret, f"total|total|{quarter_label(month)}", 5) for month in quarters], dtype=pl.Int64)
    rest = [((pl.col("stock") - pl.col(part) + of_cell) // 5 * 5).alias(part) for part in RESTS]
    turned = total.with_columns(rest).with_columns(
        (pl.col("stock") - pl.when(pl.col(part) < _THRESHOLD).then(0).otherwise(part)).alias(f"{part}_new") for part in RESTS
    )
    key = ["city", "variant", "breakdown", "group", "month"]
    beside = stocks.join(turned.select(*key, *(f"{part}_new" for part in RESTS)), on=key, how="left", maintain_order="left")
    return beside.with_columns(pl.coalesce(f"{part}_new", part).alias(part) for part in RESTS).select(stocks.columns)
