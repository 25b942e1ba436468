"""Scripts that load the figures in a database: Postgres takes them from the script itself, DuckDB from Parquet."""

from __future__ import annotations

import polars as pl

from demad.catalogue import CATALOGUE
from demad.tables.figures import FIGURE_KEY, INDICATOR_VALUE
from demad.tables.schema import Column

_TYPES = {pl.String: "text", pl.Float64: "double precision", pl.Int64: "bigint"}


def postgres_script(table: pl.DataFrame) -> bytes:
    """A script for psql: the indicators and the figures, in one transaction, with their keys and their meaning."""
    figures = _copy("demad_cijfers", list(table.columns), table)
    indicators = pl.DataFrame(
        [(entry.id, entry.label, entry.unit, entry.direction, entry.version) for entry in CATALOGUE],
        schema=["id", "label", "unit", "direction", "version"],
        orient="row",
    )
    lines = [
        "BEGIN;",
        "DROP TABLE IF EXISTS demad_cijfers, demad_indicatoren;",
        "CREATE TABLE demad_indicatoren (id text PRIMARY KEY, label text, unit text, direction integer, version text);",
        _table(),
        *(
            f"COMMENT ON COLUMN demad_cijfers.{_name(name)} IS {_quoted(column.meaning)};"
            for name, column in _columns()
        ),
        _copy("demad_indicatoren", indicators.columns, indicators),
        figures,
        "COMMIT;",
    ]
    return ("\n".join(lines) + "\n").encode()


def duckdb_script() -> bytes:
    """A script for DuckDB beside `cijfers.parquet`."""
    return (
        b"CREATE OR REPLACE TABLE demad_cijfers AS SELECT * FROM read_parquet('cijfers.parquet');\n"
        b"CREATE UNIQUE INDEX demad_cijfers_sleutel ON demad_cijfers "
        b"(" + ", ".join(_name(name) for name in FIGURE_KEY).encode() + b");\n"
    )


def _columns() -> list[tuple[str, Column]]:
    return list(INDICATOR_VALUE.columns.items())


def _table() -> str:
    fields = [f"{_name(name)} {_TYPES[dtype.base_type()]}" for name, dtype in INDICATOR_VALUE.schema.items()]  # pyright: ignore[reportArgumentType]
    key = ", ".join(_name(name) for name in FIGURE_KEY)
    return f"CREATE TABLE demad_cijfers ({', '.join(fields)}, PRIMARY KEY ({key}));"


def _copy(name: str, columns: list[str], table: pl.DataFrame) -> str:
    """COPY with its rows: text as Postgres reads it, ``\\N`` for what is not there."""
    rows = table.with_columns(
        pl.col(pl.String).str.replace_all("\\", "\\\\", literal=True).str.replace_all("[\t\n\r]", " ")
    )
    text = rows.write_csv(separator="\t", include_header=False, null_value="\\N", quote_style="never")
    return f"COPY {name} ({', '.join(map(_name, columns))}) FROM stdin;\n{text}\\."


def _name(name: str) -> str:
    return f'"{name}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
