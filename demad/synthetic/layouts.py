"""File format of each city: type, encoding, dates, Booleans, empty cells, title, total.

Headers, ignored columns and stop-reason words come from the city's own file in ``demad/cities``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """The export format of one city.

    Parameters
    ----------
    suffix
        ``csv``, ``xlsx`` or ``parquet``.
    separator, encoding
        Date format; empty: a real date (XLSX, Parquet).
    day
        Words for a Boolean; empty ``yes``: a real Boolean (Parquet).
    yes, no
        Text of an empty cell.
    empty
        Whether there are title rows above the header, and a row of totals below the data.
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
