"""What it costs that `sustainable_from_entry_24m` lets all exits to work return alike (`methods.md` 1.6 (d)).

``python -m bench.from_entry --people N --since YEAR`` sets it, on exact counts of synthetic cities and of all of them
together, against the sum in which exits return as those of their own band of duration (0-6, 7-12, 13-24 months) do.
In these cities return does not depend on the duration, so that difference is chance. The second one is not: with the
same exits, it lets 40 % return of who left within six months, 30 % within a year and 20 % later.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np
import polars as pl

from bench.towns import counted
from demad.estimators.survival import kaplan_meier
from demad.quantities import exact
from demad.synthetic import extracts

_BANDS = {"0-6": slice(0, 6), "7-12": slice(6, 12), "13-24": slice(12, 24)}
_STAYS = {"0-6": 0.6, "7-12": 0.7, "13-24": 0.8, "25+": 0.8, "unknown": 0.7}
_YEARS, _STEPS, _MONTHS, _ENOUGH = 3, 24, 12, 30


def both(tables: Mapping[str, pl.DataFrame], city: str, year: int) -> tuple[float, float, float, int] | None:
    """As published, by band, and their difference under `_STAYS`, for the three years to ``year``.

    Last the fewest exits to work in a band.

    None where a curve has a month without anybody at risk.
    """
    years = [str(one) for one in range(year - _YEARS + 1, year + 1)]
    mine = {"city": city, "variant": "main"}
    spells = tables["durations"].filter(pl.col("period").str.slice(0, 4).is_in(years), breakdown="total", **mine)
    n, d, own = _summed(spells, "k", _STEPS, ("n", "d", "d_work"))
    returns = tables["returns"].filter(pl.col("period").str.slice(0, 4).is_in(years), **mine)
    curves = {"all": _summed(returns.filter(breakdown="total"), "m", _MONTHS, ("n_work", "d_work"))}
    for band in _STAYS:
        of_band = returns.filter(breakdown="prior_duration", group=band)
        curves[band] = _summed(of_band, "m", _MONTHS, ("n_work", "d_work"))
    if not (n.all() and all(curves[name][0].all() for name in ("all", *_BANDS))):
        return None
    stays = {name: float(kaplan_meier(*curves[name]).value[-1]) for name in ("all", *_BANDS)}
    before = np.concatenate([[1.0], kaplan_meier(n, d).value[:-1]])
    left = before * own / n
    by_band, dependent = (
        sum(left[steps].sum() * away[band] for band, steps in _BANDS.items()) for away in (stays, _STAYS)
    )
    exits = {band: int(curves[band][0][0]) for band in _STAYS}
    of_all = sum(exits[band] * share for band, share in _STAYS.items()) / sum(exits.values())
    return left.sum() * stays["all"], by_band, left.sum() * of_all - dependent, min(exits[band] for band in _BANDS)


def _summed(rows: pl.DataFrame, step: str, steps: int, columns: tuple[str, ...]) -> list[np.ndarray]:
    every = pl.DataFrame({step: range(1, steps + 1)}, schema={step: pl.Int32})
    sums = every.join(rows.group_by(step).agg(pl.col(columns).sum()), on=step, how="left").sort(step).fill_null(0)
    return [sums[name].to_numpy() for name in columns]


def _told(people: int, since: int, seed: int) -> Iterator[str]:
    cities = [counted(slug, frames, date(since, 1, 1)) for slug, frames in extracts(people=people, seed=seed)]
    tables = exact(cities)
    last = int(tables["returns"]["period"].str.slice(0, 4).max()) - 1
    apart = []
    for city in sorted(set(tables["span"]["city"])):
        for year in range(since + _YEARS, last + 1):
            if (found := both(tables, city, year)) is None:
                yield f"{city} {year}: a band without exits to work at risk in some month"
                continue
            product, by_band, dependent, fewest = found
            apart.append((product - by_band, fewest, city, dependent))
            yield f"{city} {year}: {product:.3f}, by band {by_band:.3f}, fewest exits in a band {fewest}"
    for name, pooled in (("all together", True), ("cities", False)):
        chosen = [one for one in apart if (one[2] == "all") == pooled]
        worst = max(abs(one[0]) for one in chosen)
        few = sum(one[1] < _ENOUGH for one in chosen)
        mean = np.mean([one[0] for one in chosen])
        yield f"{name}: {len(chosen)} windows, mean {mean:+.4f}, worst {worst:.4f}; {few} with a band under {_ENOUGH}"
        off = [one[3] for one in chosen]
        yield f"  where return depends on duration: mean {np.mean(off):+.4f}, from {min(off):+.4f} to {max(off):+.4f}"


def main() -> None:
    """Print every window, and how far the two are apart."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--people", type=int, default=8000)
    reader.add_argument("--since", type=int, default=2017)
    reader.add_argument("--seed", type=int, default=7)
    chosen = reader.parse_args()
    for line in _told(chosen.people, chosen.since, chosen.seed):
        print(line)


if __name__ == "__main__":
    main()
