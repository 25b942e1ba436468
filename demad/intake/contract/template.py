"""An empty extract to fill in: columns, one example row, explanation of the codes. `demad check` accepts it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import polars as pl
import xlsxwriter

from demad.intake.contract.datasets import DATASETS, Field
from demad.intake.contract.words import KINDS, codes_of
from demad.reference.codes import Code

_WIDTHS = (16, 22, 48, 60)
_FEW = 8  # codes: more are not listed on one line


def example(dataset: str) -> pl.DataFrame:
    """An extract with one example row, which shows the names and the format of the columns."""
    return pl.DataFrame({name: [field.example] for name, field in DATASETS[dataset].fields.items()})


def as_csv(dataset: str) -> bytes:
    """The template as CSV for Excel: a comment line per column precedes the header; the reader skips those lines."""
    rows = example(dataset).write_csv(separator=";")
    return ("\ufeff" + "".join(f"# {line}\n" for line in comments(dataset)) + rows).encode()


def comments(dataset: str) -> Iterator[str]:
    """Per column its meaning and codes, on a line without separators."""
    for name, field in DATASETS[dataset].fields.items():
        yield f"{name} ({_needed(dataset, name)}): {field.meaning}{_codes(name, field)}".replace(";", ",")


def as_workbook(dataset: str) -> bytes:
    """The template as XLSX: a sheet to fill in, and a sheet with columns, codes, meaning and accepted words."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False}) as book:
        sheet, bold = book.add_worksheet(dataset), book.add_format({"bold": True})
        rows = example(dataset)
        sheet.write_row(0, 0, rows.columns, bold)
        sheet.write_row(1, 0, rows.row(0))
        sheet.freeze_panes(1, 0)
        explained = book.add_worksheet("codes")
        for place, width in enumerate(_WIDTHS):
            explained.set_column(place, place, width)
        explained.write_row(0, 0, ("kolom van het extract", "code", "betekenis", "wordt ook begrepen"), bold)
        for row, cells in enumerate(_explained(dataset), start=1):
            explained.write_row(row, 0, cells)
    return target.getvalue()


def _explained(dataset: str) -> Iterator[tuple[str, str, str, str]]:
    for name, field in DATASETS[dataset].fields.items():
        yield (name, "", f"{field.meaning} ({_needed(dataset, name)})", "")
        for code in _of(name, field):
            yield (name, code.code, code.label, ", ".join(code.words))


def _needed(dataset: str, name: str) -> str:
    if (dataset, name) == ("leefloon", "einde"):
        return "kolom verplicht, cel mag leeg"
    return "verplicht" if DATASETS[dataset].fields[name].required else "mag leeg"


def _codes(name: str, field: Field) -> str:
    codes = _of(name, field)
    if len(codes) > _FEW:
        return f"; codes: {', '.join(code.code for code in codes)}"
    return f"; codes: {', '.join(_named(code) for code in codes)}" if codes else ""


def _named(code: Code) -> str:
    return code.code if code.label == code.code else f"{code.code} = {code.label}"


def _of(name: str, field: Field) -> list[Code]:
    return list(codes_of(name, field).values()) if field.kind in KINDS else []
