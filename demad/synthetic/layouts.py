"""How each city's files look in real life: kind, encoding, days, yes and no, empty cells, title, total.

Headers, ignored columns and stop-reason words come from the city's own file in ``demad/cities``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """The habits of one city's export.

    Parameters
    ----------
    suffix
        ``csv``, ``xlsx`` or ``parquet``.
    separator, encoding
        Of a CSV file.
    day
        Format of a day; empty: a real date (XLSX, Parquet).
    yes, no
        Words for a boolean; empty ``yes``: a real boolean (Parquet).
    empty
        What stands in an empty cell.
    title, total
        Whether rows with a title stand above the header, and a row with totals below the data.
    """

    suffix: str = "csv"
    separator: str = ";"
    encoding: str = "utf-8"
    day: str = "%Y-%m-%d"
    yes: str = "ja"
    no: str = "nee"
    empty: str = ""
    title: bool = False
    total: bool = False


PLAIN = Layout()
LAYOUTS = {
    "aalst": Layout(separator=","),
    "antwerpen": Layout(encoding="utf-8-sig"),
    "brugge": Layout(suffix="xlsx", day="", title=True, total=True),
    "genk": Layout(encoding="cp1252", day="%-d-%-m-%Y", empty="NULL", yes="1", no="0"),
    "gent": Layout(encoding="cp1252", day="%d/%m/%Y", yes="j", no="n"),
    "hasselt": Layout(suffix="xlsx", day="%d/%m/%Y"),
    "kortrijk": Layout(empty="NULL", yes="true", no="false"),
    "leuven": Layout(suffix="parquet", day="", yes=""),
    "mechelen": Layout(empty="n.v.t.", yes="J", no="N"),
    "oostende": Layout(separator="\t", encoding="utf-16"),
    "roeselare": Layout(suffix="xlsx", day="", title=True, yes="1", no="0"),
    "sint-niklaas": Layout(encoding="cp1252", day="%d/%m/%Y", yes="Ja", no="Nee"),
    "turnhout": Layout(encoding="utf-8-sig", empty="-", total=True),
}
