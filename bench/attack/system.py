"""Published editions as a system: their counts, what is printed of them, and the rules between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from bench.attack.chains import Chains, chains_of
from bench.attack.followed import connected_sums
from bench.attack.hidden import HiddenShares, hidden_shares
from bench.attack.identities import identities
from bench.attack.pooled import POOL, Edition, pooled_rules
from bench.attack.propagation import Bounds, Rules, rules_of
from bench.attack.statements import CELL, COUNT, counts_of, periods
from bench.attack.vocabulary import BASE

FAR = 10**6
_CHAIN = ["city", "series", "breakdown", "group", "unit", "count"]
_VINTAGE = "#"
NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class System:
    """What an attacker makes of published figures.

    ``counts``: `COUNT`, `CELL` and the number of the cell. ``cells``: the cells in order. ``low``, ``high``: of every
    rounded count, in units of the base, as printed or hidden by itself. ``sums``: rules between rounded counts.
    ``shares``: those that are hidden though their whole is shown. ``exact``: counts printed as they are, and their
    number: no multiple of the base.
    """

    counts: pl.DataFrame
    cells: pl.DataFrame
    low: np.ndarray
    high: np.ndarray
    chains: tuple[Chains, ...]
    sums: Rules
    rules: Rules
    shares: HiddenShares
    exact: tuple[np.ndarray, np.ndarray] = (NOBODY, NOBODY)

    @property
    def cell(self) -> np.ndarray:
        """The cell of every count."""
        return self.counts["cell"].to_numpy()


def system_of(
    figures: pl.DataFrame,
    *,
    later: Sequence[pl.DataFrame] = (),
    again: bool = False,
) -> System:
    """Read what was published.

    Parameters
    ----------
    figures
        Every published figure, as in ``cijfers.csv``.
    later
        Later editions, whose counts were corrected since: other counts under the same offsets.
    again
        The later editions are of the very same counts, rounded anew under another secret.
    """
    editions = [_edition(frame, number) for number, frame in enumerate([figures, *later])]
    own = pl.concat([edition.own for edition in editions])
    counts, cells = _with_cells(counts_of(own), again=again)
    low, high = _printed(counts, own)
    exact = pl.concat([edition.exact for edition in editions])
    rules = identities(counts.select(COUNT), exact)
    rules = pl.concat([rules, _the_same(counts)]) if again else rules
    sums = pl.concat(
        [
            _ordered(rules, counts),
            *(pooled_rules(counts, edition, edition.cities) for edition in editions),
            *(_connected(counts, edition) for edition in editions),
        ]
    )
    return System(
        counts,
        cells,
        low,
        high,
        _chains(counts, own),
        numbered(sums, np.arange(counts.height)),
        numbered(rules, counts["cell"].to_numpy()),
        hidden_shares(editions, counts),
        _exact(counts, own),
    )


def with_other_pool(system: System, pool: pl.DataFrame, cities: Sequence[str]) -> System:
    """The same counts, and what an edition with other cities says of all its cities: only that is new."""
    beside = pooled_rules(system.counts, Edition.read(pool, ""), cities)
    return replace(system, sums=numbered(beside, np.arange(system.counts.height)))


def start(system: System) -> Bounds:
    """Bounds of the true counts when nothing is known yet but what is printed as it is."""
    shape, cells = (system.counts.height, BASE), system.cells.height
    alive, broken = np.ones((cells, BASE), dtype=bool), np.zeros(cells, dtype=bool)
    low, high = np.zeros(shape, dtype=np.int64), np.full(shape, FAR)
    counts, printed = system.exact
    low[counts] = high[counts] = printed[:, None]
    return Bounds(low, high, alive, system.cell, broken)


def _connected(counts: pl.DataFrame, edition: Edition) -> pl.DataFrame:
    marked = periods(edition.figures.filter(pl.col("city") != POOL)).with_columns(pl.col("city") + edition.mark)
    return connected_sums(counts, marked, edition.exact, BASE)


def _edition(figures: pl.DataFrame, number: int) -> Edition:
    return Edition.read(figures, f"{_VINTAGE}{number}" if number else "")


def _with_cells(counts: pl.DataFrame, *, again: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Number the cells; an edition of the same city has the same ones, unless another secret made it."""
    town = pl.col("city") if again else pl.col("city").str.split(_VINTAGE).list.first()
    placed = counts.with_columns(town=town)
    key = ["town", *CELL[1:]]
    cells = placed.select(key).unique(maintain_order=True).with_row_index("cell")
    return (
        placed.join(cells, on=key, maintain_order="left").with_columns(pl.col("cell").cast(pl.Int64)),
        cells.drop("cell"),
    )


def _the_same(counts: pl.DataFrame) -> pl.DataFrame:
    """A count of a later edition is the one of the first."""
    key = [name for name in COUNT if name != "city"]
    rows = counts.with_row_index("id").select(
        *key, id=pl.col("id").cast(pl.Int64), edition="city", town=pl.col("city").str.split(_VINTAGE).list.first()
    )
    first = pl.col("edition") == pl.col("town")
    named = rows.with_columns(
        rule=pl.concat_str(pl.lit("again"), "town", *key, separator="|"),
        coefficient=pl.when(first).then(1).otherwise(-1).cast(pl.Int64),
        least=pl.lit(0, pl.Int64),
        most=pl.lit(0, pl.Int64),
    )
    return named.filter(pl.len().over("rule") == 2).select("rule", "id", "coefficient", "least", "most")


def _exact(counts: pl.DataFrame, own: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Counts of which the number itself is printed: it is no multiple of the base."""
    odd = own.filter(pl.col("first") == pl.col("last"), pl.col("rounded") % BASE != 0).with_columns(period="last")
    placed = counts.with_row_index("id").join(odd.select(*COUNT, "rounded"), on=COUNT)
    return placed["id"].to_numpy().astype(np.int64), placed["rounded"].to_numpy()


def _printed(counts: pl.DataFrame, own: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What is printed of single counts."""
    single = own.filter(pl.col("first") == pl.col("last")).with_columns(period="last")
    beside = counts.join(single.select(*COUNT, "rounded", "most"), on=COUNT, how="left", maintain_order="left")
    as_rounded = beside.with_columns(pl.when(pl.col("rounded") % BASE == 0).then("rounded").alias("rounded"))
    printed = as_rounded["rounded"] // BASE
    high = printed.fill_null(beside["most"].cast(pl.Int64)).fill_null(FAR)
    return printed.fill_null(0).to_numpy().copy(), high.to_numpy().copy()


def _chains(counts: pl.DataFrame, own: pl.DataFrame) -> tuple[Chains, ...]:
    wide = own.filter(pl.col("first") < pl.col("last")).select(_CHAIN).unique(maintain_order=True)
    names = wide.with_row_index("chain").with_columns(pl.col("chain").cast(pl.Int64))
    of_count = counts.join(names, on=_CHAIN, how="left", maintain_order="left")["chain"].fill_null(-1).to_numpy()
    told = own.filter(pl.col("rounded").is_not_null() | pl.col("most").is_not_null())
    windows = told.join(names, on=_CHAIN, maintain_order="left")
    printed = pl.col("rounded") // BASE
    window = windows.select(
        "chain",
        "first",
        "last",
        least=printed.fill_null(0),
        most=printed.fill_null(pl.col("most").cast(pl.Int64)),
    )
    return chains_of(of_count, counts["period"].to_numpy(), window.to_numpy().astype(np.int64))


def _ordered(rules: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """Under one offset a part rounds to no more than its whole, and equal counts round equally."""
    cells = counts.select(id=pl.int_range(pl.len(), dtype=pl.Int64), cell="cell")
    placed = rules.join(cells, on="id", maintain_order="left")
    pairs = (pl.len().over("rule") == 2) & (pl.col("cell").n_unique().over("rule") == 1) & (pl.col("least") == 0)
    one_each = pl.col("coefficient").sum().over("rule") == 0
    return placed.filter(pairs & one_each).drop("cell")


def numbered(rules: pl.DataFrame, cell: np.ndarray) -> Rules:
    _, first, rule = np.unique(rules["rule"].hash().to_numpy(), return_index=True, return_inverse=True)
    ends = (rules["least"].to_numpy()[first], rules["most"].to_numpy()[first])
    return rules_of(rule, rules["id"].to_numpy(), rules["coefficient"].to_numpy(), ends, cell)


__all__ = ["FAR", "POOL", "System", "start", "system_of"]
