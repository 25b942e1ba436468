"""What it costs that only the year of birth is known: ``python -m bench.leaver_clock --people N --seed N``.

The clock of a care leaver runs from the end of youth care, or from January of the year of turning 18 (`methods.md`
section 1.7). Who leaves before the 18th birthday is then followed too early, by up to eleven months in which no
leefloon is possible. Every month of birth is as likely as another; with F the take-up from the day that it is
possible, the clock tells F(m - shift) where F(m) is meant. F is that of the synthetic cities.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from bench.towns import counted
from demad.estimators.competing_risks import cumulative_incidence
from demad.synthetic import extracts

_SINCE, _YEAR, _ADULT = date(2018, 1, 1), 12, 18


def shifts(leavers: pl.DataFrame) -> np.ndarray:
    """Share of the leavers whose clock begins 0, 1, ... 11 months too early, each month of birth as likely.

    Parameters
    ----------
    leavers
        ``einde_jeugdhulp`` (Date) and ``geboortejaar`` of one row per person.
    """
    left = leavers["einde_jeugdhulp"].dt.year() * _YEAR + leavers["einde_jeugdhulp"].dt.month() - 1
    january = (leavers["geboortejaar"].cast(pl.Int64) + _ADULT).to_numpy() * _YEAR
    clock = np.maximum(left.to_numpy().astype(np.int64), january)
    early = np.clip(january[:, None] + np.arange(_YEAR)[None, :] - clock[:, None], 0, _YEAR - 1)
    return np.bincount(early.ravel(), minlength=_YEAR) / early.size


def taken_up(tables: list[Mapping[str, pl.DataFrame]], support: str) -> np.ndarray:
    """F(0), ... F(12) of a support, of all leavers of these cities together."""
    rows = pl.concat(one["care_leaver_risk"] for one in tables).filter(support=support, breakdown="total")
    d = pl.sum_horizontal("d_event", "d_moved", "d_death")
    steps = rows.group_by("m").agg(pl.col("n", "d_event").sum(), d=d.sum()).sort("m")
    counts = [steps[name].to_numpy().astype(float) for name in ("n", "d", "d_event")]
    return np.array([cumulative_incidence(*counts, horizon=m + 1).value for m in range(_YEAR + 1)])


def told(curve: np.ndarray, shares: np.ndarray, m: int) -> float:
    """What the clock tells of F(m): nobody takes up anything in the months before it is possible."""
    later = [curve[m - shift] if shift <= m else 0.0 for shift in range(len(shares))]
    return float(np.dot(shares, later))


def main() -> None:
    """Print how many leavers are followed too early, and what that takes off their take-up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    frames = dict(extracts(people=given.people, seed=given.seed))
    leavers = pl.concat(one["jeugdhulp"].select("einde_jeugdhulp", "geboortejaar") for one in frames.values())
    shares = shifts(leavers.cast({"einde_jeugdhulp": pl.Date, "geboortejaar": pl.Int32}))
    everybody = np.full(_YEAR, 1 / _YEAR)
    print(
        f"{leavers.height} leavers, {1 - shares[0]:.1%} too early, "
        f"by {np.dot(shares, range(_YEAR)):.2f} months a leaver"
    )
    tables = [counted(slug, one, _SINCE) for slug, one in frames.items()]
    for support in ("leefloon", "any"):
        curve = taken_up(tables, support)
        for m in (6, 12):
            off, worst = curve[m] - told(curve, shares, m), curve[m] - told(curve, everybody, m)
            print(f"{support} within {m} months: {curve[m]:.1%}, {off:.1%} too low; {worst:.1%} if all leave before 18")


if __name__ == "__main__":
    main()
