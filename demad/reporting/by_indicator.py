"""The rows of the main series an indicator at a time: a report asks for them a thousand times."""

from __future__ import annotations

import polars as pl


class ByIndicator:
    """Rows of the main series by indicator; where they lie together, as figures do, nothing is copied or searched.

    Parameters
    ----------
    rows
        A table with ``variant`` and ``indicator``, in any order.
    """

    def __init__(self, rows: pl.DataFrame) -> None:
        self._rows, self._runs = rows, dict[str, list[tuple[int, int]]]()
        begins = pl.struct("variant", "indicator").rle_id()
        runs = rows.select("variant", "indicator", run=begins).with_row_index("begin")
        first = pl.col("begin", "variant", "indicator").first()
        for _, begin, variant, id, length in runs.group_by("run", maintain_order=True).agg(first, pl.len()).iter_rows():
            if variant == "main":
                self._runs.setdefault(id, []).append((begin, length))

    def rows(self, id: str) -> pl.DataFrame:
        """The rows of one indicator in their order; none if there are none."""
        parts = [self._rows.slice(begin, length) for begin, length in self._runs.get(id, ())]
        return parts[0] if len(parts) == 1 else pl.concat([self._rows.clear(), *parts])
