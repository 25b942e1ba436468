"""The figures a release of a period may show: settled, kept as they were released, and past the auditor."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from demad.disclosure.attack.audit import audit
from demad.disclosure.gate import refuse_news
from demad.disclosure.policy import policy_of
from demad.errors import UsageRefused
from demad.reference.settings import load_settings
from demad.releases.changes import Frozen, frozen
from demad.releases.ledger import ever_released, released_figures
from demad.store import Store


def to_release(root: Path, period: str, *, revised: bool) -> Frozen:
    """Take the published figures up to a period, keep or revise what was released, and let the auditor try.

    Raises
    ------
    UsageRefused
        D-450: the period ends later than any settled figure.
    PrivacyRefused
        D-600: with everything that was ever released, something hidden could be found out.
    """
    store = Store(root)
    now = cut_to_period(store.read("disclosure", "published"), period)
    before = released_figures(root)
    found = frozen(now, up_to(before, period) if before.height else before, revised=revised)
    policy = policy_of(load_settings(root))
    ever = ever_released(root)
    refuse_news(audit(found.published, store.read("indicators", "values"), policy, ever), found.published, ever)
    return found


def cut_to_period(published: pl.DataFrame, period: str) -> pl.DataFrame:
    """The figures whose window ends in or before a period.

    Raises
    ------
    UsageRefused
        D-450: the period ends later than any settled figure.
    """
    newest = published.filter(pl.col("status") != "provisional").select(_ends(pl.col("period")).max()).item()
    asked = pl.select(_ends(pl.lit(period))).item()
    if newest is None or asked > newest:
        raise UsageRefused("D-450", "Deze periode is nog niet volledig in de cijfers.", "Kies een vroegere periode.")
    return up_to(published.filter(pl.col("status") != "provisional"), period)


def up_to(published: pl.DataFrame, period: str) -> pl.DataFrame:
    """Figures that end in or before a period."""
    return published.filter(_ends(pl.col("period")) <= pl.select(_ends(pl.lit(period))).item())


def newest_quarter(root: Path) -> str | None:
    """The newest quarter that every city's figures reach; None where there are none."""
    published = Store(root).read("disclosure", "published")
    quarters = published.filter(
        pl.col("city") == "all", pl.col("indicator") == "outflow_count", pl.col("period").str.contains("Q")
    )
    return quarters["period"].max()  # pyright: ignore[reportReturnType]


def _ends(period: pl.Expr) -> pl.Expr:
    """Month number of the last month of a period."""
    year, rest = period.str.slice(0, 4).cast(pl.Int32), period.str.slice(4)
    month = (
        pl.when(rest.str.starts_with("Q"))
        .then(rest.str.slice(1).cast(pl.Int32, strict=False) * 3)
        .when(rest.str.starts_with("-"))
        .then(rest.str.slice(1).cast(pl.Int32, strict=False))
        .otherwise(12)
    )
    return year * 12 + month - 1
