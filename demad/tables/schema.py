"""Schema of a table: named, typed columns and a key. Not here: the tables themselves."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from demad.errors import DemadError


@dataclass(frozen=True, slots=True)
class Column:
    """One column: polars dtype, whether it may be null, and its meaning."""

    dtype: pl.DataType | type[pl.DataType]
    meaning: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A named set of columns, of which ``key`` identifies a row."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, Column]

    @property
    def schema(self) -> pl.Schema:
        """Column names and dtypes, in order."""
        return pl.Schema({name: column.dtype for name, column in self.columns.items()})

    @property
    def counts(self) -> tuple[str, ...]:
        """The names of the columns outside the key, in order."""
        return tuple(name for name in self.columns if name not in self.key)

    def empty(self) -> pl.DataFrame:
        """An empty frame with this schema."""
        return pl.DataFrame(schema=self.schema)

    def check(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return ``frame`` with columns in order; raise D-900 if a column is missing, extra, mistyped or has nulls."""
        self._same_columns(frame)
        holes = [name for name, column in self.columns.items() if not column.nullable and frame[name].null_count()]
        if holes:
            raise DemadError("D-900", f"Tabel {self.name}: lege cellen in {', '.join(holes)}.", "Meld dit.")
        ordered = list(self.columns)
        return frame if frame.columns == ordered else frame.select(ordered)

    def _same_columns(self, frame: pl.DataFrame) -> None:
        wanted = {name: column.dtype for name, column in self.columns.items()}
        given = dict(frame.schema)
        wrong = sorted(
            name
            for name in wanted.keys() | given.keys()
            if name not in wanted or name not in given or given[name] != wanted[name]
        )
        if wrong:
            raise DemadError("D-900", f"Tabel {self.name}: kolommen wijken af: {', '.join(wrong)}.", "Meld dit.")
