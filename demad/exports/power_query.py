"""A query for Power BI and Excel that loads `cijfers.csv` with the right type of every column, whatever the locale."""

from __future__ import annotations

from pathlib import PureWindowsPath

import polars as pl

from demad.exports.about import About
from demad.tables.figures import PUBLISHED_VALUE

FILE = "cijfers.pq"
_PLACE = PureWindowsPath(r"C:\DEMaD\cijfers.csv")
_TYPES = {pl.String: "type text", pl.Float64: "type number", pl.Int64: "Int64.Type"}


def power_query(about: About) -> bytes:
    """`cijfers.pq`, to paste in the advanced editor; it reads from the web where the site has an address."""
    columns = ",\n".join(
        f'        {{"{name}", {_TYPES[dtype.base_type()]}}}'  # pyright: ignore[reportArgumentType]
        for name, dtype in PUBLISHED_VALUE.schema.items()
    )
    if about.address:
        source = f"Web.Contents({m_text(about.address.rstrip('/') + '/cijfers.csv')})"
    else:
        source = f"File.Contents({m_text(str(_PLACE))})"
    width = len(PUBLISHED_VALUE.schema)
    lines = [
        "// DEMaD in Power BI of Excel: Gegevens ophalen, Lege query, Geavanceerde editor; plak dit.",
        "// Zet bij Bron waar cijfers.csv staat. en-US: het bestand heeft een punt voor de decimalen.",
        "let",
        f'    Bron = Csv.Document({source}, [Delimiter = ",", Columns = {width}, Encoding = 65001]),',
        "    Koppen = Table.PromoteHeaders(Bron, [PromoteAllScalars = true]),",
        '    Leeg = Table.ReplaceValue(Koppen, "", null, Replacer.ReplaceValue, Table.ColumnNames(Koppen)),',
        "    Typen = Table.TransformColumnTypes(Leeg, {",
        columns,
        '    }, "en-US")',
        "in",
        "    Typen",
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


def m_text(text: str) -> str:
    """A text as the language of Power Query writes it: a quote twice, ``#(`` as itself, a backslash as it is."""
    return '"' + text.replace("#(", "#(#)(").replace('"', '""') + '"'
