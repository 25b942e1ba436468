"""Reads every file of a release as anybody can, and looks for what the release hides."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import fastexcel
import polars as pl
import pypdf

from demad.tables.figures import FIGURE_KEY

_NUMBERS = ("value", "low", "high", "numerator", "denominator")
_TEXT = (".html", ".svg", ".json", ".jsonld", ".csv", ".pq", ".css", ".js", ".txt", ".md", ".xml")
_DRAWN = re.compile(r"""\sd=(["']).*?\1""", re.DOTALL)


def files_of(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of a release with its content, and the files inside those that are packed."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.suffix != ".zip":
            yield path, path.read_bytes()
            continue
        with ZipFile(path) as packed:
            for name in packed.namelist():
                yield path / name, packed.read(name)


def words_of(path: Path, content: bytes) -> str:
    """Everything a file says, its metadata and page source included; not where on the page a line is drawn."""
    if path.suffix in _TEXT:
        text = _DRAWN.sub("", unescape(content.decode("utf-8-sig")))
        # A comma between two cells is none within a number.
        return text.replace(",", "\n") if path.suffix == ".csv" and ";" not in text.partition("\n")[0] else text
    if path.suffix == ".pdf":
        reader = pypdf.PdfReader(BytesIO(content))
        alternatives = " ".join(re.findall(r"/Alt ?\((.*?)\)", content.decode("latin-1")))
        return " ".join([*(page.extract_text() for page in reader.pages), str(reader.metadata), alternatives])
    if path.suffix == ".png":
        return content.decode("latin-1")
    if path.suffix == ".xlsx":
        book = fastexcel.read_excel(content)
        sheets = (book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names)
        return " ".join(str(cell) for sheet in sheets for row in sheet.iter_rows() for cell in row if cell is not None)
    if path.suffix == ".parquet":
        return pl.read_parquet(BytesIO(content)).write_csv(separator="|")
    raise ValueError(f"a kind of file nobody reads here: {path.name}")


def spellings(values: pl.DataFrame, published: pl.DataFrame) -> set[str]:
    """How hidden figures look where they are not rounded: four digits or more behind the point or the comma."""
    hidden = values.join(published.filter(status="suppressed").select(FIGURE_KEY), on=FIGURE_KEY, how="semi")
    shown = published.filter(pl.col("value").is_not_null())
    public = {f"{number:.4f}" for name in ("value", "low", "high") for number in shown[name].drop_nulls()}
    found = set()
    for name in ("value", "low", "high"):
        for number in hidden[name].drop_nulls().unique():
            exact = f"{number:.6f}"
            if f"{number:.4f}" not in public and not exact.endswith("000"):
                found |= {exact[:-1], exact[:-1].replace(".", ",")}
    return found


def findings(folder: Path, values: pl.DataFrame, published: pl.DataFrame) -> tuple[list[str], dict[str, int]]:
    """Files in which something hidden was found, and how many files of each kind were read."""
    secret, kinds, found = spellings(values, published), dict[str, int](), list[str]()
    number = re.compile(r"\d+[.,]\d{5}")
    for path, content in files_of(folder):
        kinds[path.suffix] = kinds.get(path.suffix, 0) + 1
        text = words_of(path, content)
        found += [f"{path.name}: {hit}" for hit in sorted(set(number.findall(text)) & secret)]
    found += [f"{path.name}: {key}" for path, frame in tables(folder) for key in left_over(frame, published)]
    return found, kinds


def tables(folder: Path) -> Iterator[tuple[Path, pl.DataFrame]]:
    """The figures as files, each with the columns of the contract; the file for Excel has the rows of the other."""
    texts = dict.fromkeys(("period", "group", "definition"), pl.String)
    plain = pl.read_csv(folder / "cijfers.csv", schema_overrides=texts)
    content = (folder / "cijfers-excel.csv").read_bytes().removeprefix(b"\xef\xbb\xbf")
    excel = pl.read_csv(BytesIO(content), separator=";", decimal_comma=True, infer_schema_length=None)
    yield folder / "cijfers.csv", plain
    yield folder / "cijfers.parquet", pl.read_parquet(folder / "cijfers.parquet")
    numbers = {"value": "Cijfer", "low": "Laag", "high": "Hoog", "numerator": "Teller", "denominator": "Noemer"}
    yield (
        folder / "cijfers-excel.csv",
        plain.select(FIGURE_KEY).with_columns(**{name: excel[said] for name, said in numbers.items()}),
    )


def left_over(frame: pl.DataFrame, published: pl.DataFrame) -> list[str]:
    """Rows that are hidden and still say a number, or that differ from what was published."""
    hidden = published.filter(status="suppressed").select(FIGURE_KEY)
    said = frame.join(hidden, on=FIGURE_KEY, how="semi").filter(
        pl.any_horizontal(pl.col(name).is_not_null() for name in _NUMBERS)
    )
    missing = published.select(FIGURE_KEY).join(frame, on=FIGURE_KEY, how="anti")
    return [" ".join(map(str, row)) for row in pl.concat([said.select(FIGURE_KEY), missing]).head(5).iter_rows()]


def manifest_of(folder: Path) -> dict:
    """The manifest of a release."""
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
