"""The figures in every format that somebody asked for: one file, or a folder where a format takes several."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from demad.disclosure import PublishedFigures
from demad.errors import UsageRefused
from demad.exports.about import About, Areas
from demad.exports.datapackage import FIGURES, datapackage
from demad.exports.figures import PLAIN, export_figures, rows_of
from demad.exports.jsonstat import jsonstat_files
from demad.exports.left_over import remove_left_over
from demad.exports.orba import orba_files, remove_stale
from demad.exports.pivot import pivot_workbook
from demad.exports.sql import duckdb_script, postgres_script
from demad.exports.swing import swing_files
from demad.store import private_folder, refuse_as_file, refuse_as_folder, write_atomic
from demad.tables.kinds import ExactFigures

FORMATS = ("csv", "parquet", "xlsx", "swing", "postgres", "duckdb", "datapackage", "jsonstat", "orba", "draaitabel")
FOLDERS = ("swing", "duckdb", "datapackage", "jsonstat", "orba")
_ENDINGS = {"csv": ".csv", "parquet": ".parquet", "xlsx": ".xlsx", "draaitabel": ".xlsx", "postgres": ".sql"}
_MADE = datetime(2000, 1, 1)


def export_as(
    figures: PublishedFigures | ExactFigures,
    *,
    to: str,
    out: Path,
    areas: Areas,
    about: About,
) -> list[Path]:
    """Write figures as ``to`` and return the files; the same figures give the same bytes.

    Parameters
    ----------
    figures
        Published, or exact for the trusted zone.
    out
        A file for csv, parquet, xlsx, draaitabel and postgres; a folder for the others.
    areas
        Codes of the cities, for Swing.
    about
        What the files say of themselves.

    Raises
    ------
    UsageRefused
        D-500: a format we do not write. D-463: ``out`` is a folder where a file is written, or the other way round, or
        its name ends as that of another format does.
        D-531: for a pivot, too many figures. D-762: for ORBA, no city has targets, or a target is wrong.
    InputMissing
        D-530: for a pivot, no figure has a value.
    """
    if to not in FORMATS:
        raise UsageRefused("D-500", f"Het formaat {to} kennen we niet.", f"Kies uit: {', '.join(FORMATS)}.")
    (refuse_as_folder if to in FOLDERS else refuse_as_file)(out)
    _refuse_other_ending(to, out)
    if to in ("csv", "parquet"):
        export_figures(figures, to=to, out=out)
        return [out]
    table = rows_of(figures)
    makers: dict[str, Callable[[], dict[str, bytes]]] = {
        "xlsx": lambda: {"": _workbook(table)},
        "draaitabel": lambda: {"": pivot_workbook(table, areas, about)},
        "postgres": lambda: {"": postgres_script(table)},
        "swing": lambda: swing_files(figures, areas, about),
        "duckdb": lambda: {"laden.sql": duckdb_script(table)},
        "orba": lambda: orba_files(figures, areas.targets),
        "jsonstat": lambda: jsonstat_files(figures, areas, about),
        "datapackage": lambda: packaged(figures, areas, about),
    }
    files = {out / name if name else out: content for name, content in makers[to]().items()}
    for path, content in files.items():
        private_folder(path.parent)
        write_atomic(path, content)
    if to == "orba":
        remove_stale(out, areas.now, keep=files)
    remove_left_over(to, out, keep=files)
    return list(files)


def _refuse_other_ending(to: str, out: Path) -> None:
    """Refuse a file whose name says another format than what is written: no program would open it."""
    own = _ENDINGS.get(to)
    if own and out.suffix.lower() in {*_ENDINGS.values()} - {own}:
        raise UsageRefused("D-463", f"Met --to {to} eindigt de naam op {own}.", "Geef een andere naam.")


def packaged(figures: PublishedFigures | ExactFigures, areas: Areas, about: About) -> dict[str, bytes]:
    """`cijfers.csv`, the files for Swing, and the data package that describes them, by path."""
    files = {
        FIGURES: rows_of(figures).write_csv().encode(),
        **{f"swing/{name}": content for name, content in swing_files(figures, areas, about).items()},
    }
    return {**files, "datapackage.json": datapackage(files, about)}


def _workbook(table: pl.DataFrame) -> bytes:
    """One sheet, one table from A1; texts stay texts, whatever sign they begin with."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": "DEMaD: cijfers", "created": _MADE})
        table.write_excel(book, "cijfers", table_name="cijfers", dtype_formats=PLAIN, autofit=True, freeze_panes=(1, 0))
    return buffer.getvalue()
