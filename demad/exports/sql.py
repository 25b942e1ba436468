"""Scripts that load the figures in a database, PostgreSQL or DuckDB: the rows stand in the script itself.

So a script works from any folder, and wherever it is moved to. Both get the same tables and the same view, with what
each column means in Dutch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePath

import polars as pl

from demad.catalogue import CATALOGUE
from demad.exports.datapackage import meanings
from demad.store.typed_path import typed
from demad.tables.figures import FIGURE_KEY, INDICATOR_VALUE

_TYPES = {pl.String: "text", pl.Float64: "double precision", pl.Int64: "bigint"}
_INDICATORS = {
    "id": "code in de catalogus",
    "label": "naam van de indicator",
    "unit": "eenheid",
    "direction": "1: hoger is gunstig, -1: lager is gunstig, 0: geen oordeel",
    "version": "versie van de definitie",
}
_HEADERS = {
    "city": "stad",
    "period": "periode",
    "variant": "reeks",
    "indicator": "indicator",
    "breakdown": "uitsplitsing",
    "group": "groep",
    "value": "waarde",
    "low": "ondergrens",
    "high": "bovengrens",
    "numerator": "teller",
    "denominator": "noemer",
    "status": "status",
    "definition": "definitie",
}
_VIEW = "demad_overzicht"
_AT_ONCE = 5_000  # rows of one statement for DuckDB


def postgres_script(table: pl.DataFrame) -> bytes:
    """A script for psql: the indicators, the figures and a view of both, in one transaction."""
    lines = [
        "BEGIN;",
        "-- Cijfers van DEMaD. Laden: psql -d uw_databank -f dit_bestand",
        f"DROP VIEW IF EXISTS {_VIEW};",
        "DROP TABLE IF EXISTS demad_cijfers, demad_indicatoren;",
        "CREATE TABLE demad_indicatoren (id text PRIMARY KEY, label text, unit text, direction integer, version text);",
        _table(),
        _copy("demad_indicatoren", _indicators()),
        _copy("demad_cijfers", table),
        *_view_and_comments(),
        "COMMIT;",
    ]
    return ("\n".join(lines) + "\n").encode()


def duckdb_script(table: pl.DataFrame) -> bytes:
    """A script for DuckDB: the same tables and view, in one transaction."""
    rows = ",\n".join(f"  ({', '.join(map(_literal, row))})" for row in _indicators().iter_rows())
    lines = [
        "-- Cijfers van DEMaD. Laden: duckdb demad.duckdb < dit_bestand",
        "BEGIN;",
        f"DROP VIEW IF EXISTS {_VIEW};",
        "CREATE OR REPLACE TABLE demad_indicatoren (id text PRIMARY KEY, label text, unit text, direction integer,",
        "  version text);",
        f"INSERT INTO demad_indicatoren VALUES\n{rows};",
        _table().replace("CREATE TABLE", "CREATE OR REPLACE TABLE"),
        *map(_insert, table.iter_slices(_AT_ONCE)),
        *_view_and_comments(),
        "COMMIT;",
    ]
    return ("\n".join(lines) + "\n").encode()


def how_to_load(to: str, out: PurePath) -> str:
    """What to do with an export of this format, in Dutch."""
    steps = {
        "csv": f"Power BI: Gegevens ophalen, Tekst/CSV, {out}; Excel: Gegevens, Uit tekst/CSV",
        "parquet": f"Power BI: Gegevens ophalen, Parquet, {out}; polars: pl.read_parquet",
        "xlsx": f"open {out} in Excel; Power BI: Gegevens ophalen, Excel-werkmap",
        "draaitabel": f"open {out} in Excel; kies bovenaan een tijdvak en een groep",
        "swing": f"laad de bestanden in {out} op in de beheeromgeving van Stad in Cijfers (Swing)",
        "postgres": f"psql -d uw_databank -f {typed(out)}; Power BI: Gegevens ophalen, PostgreSQL, {_VIEW}",
        "duckdb": f"duckdb demad.duckdb < {typed(out / 'laden.sql')}; view {_VIEW}",
        "orba": f"geef elk bestand in {out} aan wie ORBA vult; doelen staan onder [orba] in het stadsbestand",
        "jsonstat": f"zet de map {out / 'api'} op een webserver; index.json noemt elk bestand",
        "datapackage": f"lees {out / 'datapackage.json'} met frictionless, of zet de map op een open-dataportaal",
    }
    return steps.get(to, f"open {out}")


def _indicators() -> pl.DataFrame:
    return pl.DataFrame(
        [(entry.id, entry.label, entry.unit, entry.direction, entry.version) for entry in CATALOGUE],
        schema=[*_INDICATORS],
        orient="row",
    )


def _table() -> str:
    fields = [f"{_name(name)} {_TYPES[dtype.base_type()]}" for name, dtype in INDICATOR_VALUE.schema.items()]  # pyright: ignore[reportArgumentType]
    return f"CREATE TABLE demad_cijfers ({', '.join(fields)}, PRIMARY KEY ({_names(FIGURE_KEY)}));"


def _view_and_comments() -> Iterator[str]:
    """The view with Dutch headers, and what every table, view and column means."""
    columns = ", ".join(f"c.{_name(name)} AS {_name(header)}" for name, header in _HEADERS.items())
    rows = 'demad_cijfers c LEFT JOIN demad_indicatoren i ON i.id = c."indicator"'
    yield f"CREATE VIEW {_VIEW} AS"
    yield f"  SELECT {columns}, i.label AS naam, i.unit AS eenheid FROM {rows};"  # noqa: S608  # our own names
    yield "COMMENT ON TABLE demad_cijfers IS 'De cijfers van DEMaD, één per rij.';"
    yield "COMMENT ON TABLE demad_indicatoren IS 'De indicatoren: naam, eenheid en richting.';"
    yield f"COMMENT ON VIEW {_VIEW} IS 'De cijfers met Nederlandse koppen en de naam van elke indicator.';"
    for table, said in (("demad_cijfers", meanings()), ("demad_indicatoren", _INDICATORS)):
        for name, meaning in said.items():
            yield f"COMMENT ON COLUMN {table}.{_name(name)} IS {_literal(meaning)};"


def _copy(name: str, table: pl.DataFrame) -> str:
    r"""COPY with its rows: text as Postgres reads it, ``\N`` for what is not there."""
    rows = table.with_columns(
        pl.col(pl.String).str.replace_all("\\", "\\\\", literal=True).str.replace_all("[\t\n\r]", " ")
    )
    text = rows.write_csv(separator="\t", include_header=False, null_value="\\N", quote_style="never")
    return f"COPY {name} ({_names(table.columns)}) FROM stdin;\n{text}\\."


def _insert(rows: pl.DataFrame) -> str:
    """Rows as one JSON text, a list per column: DuckDB reads that ten times as fast as a row of values each."""
    types = {pl.String: "VARCHAR", pl.Float64: "DOUBLE", pl.Int64: "BIGINT"}
    shape = json.dumps({name: [types[dtype.base_type()]] for name, dtype in rows.schema.items()})  # pyright: ignore[reportArgumentType]
    lists = json.dumps(rows.to_dict(as_series=False), ensure_ascii=False, separators=(",", ":"))
    columns = ", ".join(f"unnest(rijen.{_name(name)})" for name in rows.columns)
    source = f"(SELECT from_json({_literal(lists)}, {_literal(shape)}) AS rijen)"
    return f"INSERT INTO demad_cijfers SELECT {columns} FROM {source};"  # noqa: S608  # our own names


def _names(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(map(_name, names))


def _name(name: str) -> str:
    return f'"{name}"'


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
