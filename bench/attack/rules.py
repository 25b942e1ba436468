"""A linear rule between counts of a city: least <= sum of coefficient x count <= most."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from bench.attack.statements import COUNT

FAR = 10**9
RULE = ["rule", *COUNT, "coefficient"]


def rule_of(
    rows: pl.DataFrame,
    name: str,
    by: Iterable[str],
    coefficient: int,
    least: pl.Expr | int,
    most: pl.Expr | int,
    size: pl.Expr | int,
) -> pl.DataFrame:
    """One side of a rule: the same coefficient for every row, between the same ends.

    ``by``: columns that tell one rule of this name from another. ``size``: of how many counts the rule speaks; where
    one is missing, nothing is known.
    """
    label = pl.concat_str(pl.lit(name), *(pl.col(one) for one in by), separator="|")
    ends = [pl.lit(end, pl.Int64) if isinstance(end, int) else end.cast(pl.Int64) for end in (least, most)]
    of = pl.lit(size, pl.Int64) if isinstance(size, int) else size.cast(pl.Int64)
    return rows.with_columns(
        rule=label, coefficient=pl.lit(coefficient, pl.Int64), least=ends[0], most=ends[1], size=of
    ).select(*RULE, "least", "most", "size")
