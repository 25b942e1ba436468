"""What each code means in Stad in Cijfers (Swing): its table of subjects (`domain.md` section 6.1), in Dutch.

Not here: the figures. Columns that Swing fills in itself stay empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import polars as pl

from demad.catalogue import CATALOGUE, Indicator
from demad.exports.about import About

NUMERATOR, DENOMINATOR = "_t", "_n"
COLUMNS = (
    "Indicator code", "Name", "Description", "More information", "Unit", "Source", "Base indicator", "Seq no",
    "Aggregation indicator", "Formula", "Data type", "Periode type", "Geo type", "Visible", "Start period",
    "End period", "Forecast period", "Threshold value", "Threshold indicator", "Aggregate geoitems",
    "Aggregate periods", "Footnote", "Free textfield (owner_controller)", "provisional period",
)  # fmt: skip
_LONGEST_NAME = 100
_COUNTS = ("persons", "spells")
_TIMES = {"share": 100, "per 1000": 1000, "% a month": 100}
_PLAIN_SHARE = "Wilson"
_UNITS = {
    "persons": "personen", "spells": "periodes", "share": "p", "fraction": "p", "months": "maanden",
    "per 1000": "promille", "% a month": "p", "ratio": "ratio", "days": "dagen",
}  # fmt: skip
_BEGINS = {
    "persons": "[aantal]", "spells": "[aantal]", "share": "[percentage]", "fraction": "[percentage]",
    "months": "[gemiddelde]", "per 1000": "[promille]", "% a month": "[percentage]", "ratio": "[ratio]",
    "days": "[aantal]",
}  # fmt: skip
_YES, _NO = "Ja", "Nee"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the files hold: the indicators with a numerator, with a denominator, that are a formula; their codes.

    ``spans``: first and last period by indicator. ``exact``: figures of the trusted zone, which nothing hides.
    """

    codes: Mapping[str, str]
    numerators: AbstractSet[str]
    denominators: AbstractSet[str]
    formulas: AbstractSet[str]
    spans: Mapping[str, tuple[str, str]]
    exact: bool = False


def is_formula(entry: Indicator) -> bool:
    """Whether a figure is its numerator over its denominator: a rate, or a share with the interval of one."""
    return entry.unit in _TIMES and (entry.unit != "share" or entry.interval == _PLAIN_SHARE)


def subjects(loaded: Loaded, about: About) -> pl.DataFrame:
    """A row a code, numerators and denominators after the figures; columns of COLUMNS, all text."""
    entries = [entry for entry in CATALOGUE if entry.id in loaded.codes and entry.id in loaded.spans]
    rows = [_figure(entry, loaded, about) for entry in entries]
    rows += [_count(entry, NUMERATOR, loaded, about) for entry in entries if entry.id in loaded.numerators]
    rows += [_count(entry, DENOMINATOR, loaded, about) for entry in entries if entry.id in loaded.denominators]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def _figure(entry: Indicator, loaded: Loaded, about: About) -> dict[str, str]:
    code, formula, counted = loaded.codes[entry.id], entry.id in loaded.formulas, entry.unit in _COUNTS
    numerator, denominator = code + NUMERATOR, code + DENOMINATOR
    first, last = ("", "") if formula else loaded.spans[entry.id]
    guarded = entry.id in loaded.numerators and not (loaded.exact or _of_nobody(entry))
    return {
        **_common(entry, loaded, about),
        "Indicator code": code,
        "Name": entry.label.lower()[:_LONGEST_NAME],
        "Description": f"{_begin(entry)} {_lower(entry.label)}{_when(entry)}. {entry.population}",
        "Unit": _UNITS[entry.unit],
        "Base indicator": denominator if formula and entry.unit == "share" else "",
        "Aggregation indicator": denominator if formula else "",
        "Formula": f"{numerator} / {denominator} * {_TIMES[entry.unit]}" if formula else "",
        "Data type": "Numeric" if counted else "Percentage (sum)" if formula else "Mean",
        "Periode type": "Pending" if counted else "Stock",
        "Start period": first,
        "End period": last,
        "Threshold value": str(about.threshold) if guarded else "",
        "Threshold indicator": numerator if guarded else "",
        "Aggregate geoitems": _YES if counted or formula else _NO,
    }


def _count(entry: Indicator, suffix: str, loaded: Loaded, about: About) -> dict[str, str]:
    """The row of a numerator or a denominator."""
    code = loaded.codes[entry.id] + suffix
    first, last = loaded.spans[entry.id]
    role, what = ("teller", entry.numerator) if suffix == NUMERATOR else ("noemer", entry.denominator)
    guarded = suffix == NUMERATOR and not (loaded.exact or _of_nobody(entry))
    return {
        **_common(entry, loaded, about),
        "Indicator code": code,
        "Name": f"{role} van {entry.label.lower()}"[:_LONGEST_NAME],
        "Description": f"[aantal] {_lower(what)}. Dit is de {role} van {_lower(entry.label)}{_when(entry)}.",
        "Unit": "aantal",
        "Data type": "Numeric",
        "Periode type": "Pending",
        "Start period": first,
        "End period": last,
        "Threshold value": str(about.threshold) if guarded else "",
        "Threshold indicator": code if guarded else "",
        "Aggregate geoitems": _YES,
    }


def _common(entry: Indicator, loaded: Loaded, about: About) -> dict[str, str]:
    """What the rows of one indicator share."""
    return {
        **dict.fromkeys(COLUMNS, ""),
        "More information": f"{entry.id}, versie {entry.version}: {entry.formula}",
        "Source": f"DEMaD, {about.publisher}".rstrip(", "),
        "Geo type": "gemeente",
        "Visible": _YES,
        "Aggregate periods": _NO,
        "Footnote": _footnote(entry, loaded, about),
        "Free textfield (owner_controller)": "DEMaD_",
    }


def _footnote(entry: Indicator, loaded: Loaded, about: About) -> str:
    if _of_nobody(entry):
        return "Deze kwaliteitsmaat gaat over bestanden, niet over mensen."
    if loaded.exact:
        return "Vertrouwelijk: exacte cijfers met kleine aantallen, alleen voor de stad zelf."
    exact = ", behalve het aantal mensen per maand" if about.exact_stock else ""
    rounded = f"Aantallen zijn afgerond op {about.base}{exact}."
    return f"{rounded} Aantallen onder {about.threshold} tonen we niet."


def _begin(entry: Indicator) -> str:
    return "[mediaan]" if entry.id.endswith("_median") else _BEGINS[entry.unit]


def _when(entry: Indicator) -> str:
    """A figure of one month is that of the last month of the year or quarter, not of a day."""
    return ", in de laatste maand van het jaar of kwartaal" if entry.window == 1 else ""


def _of_nobody(entry: Indicator) -> bool:
    return entry.theme == "data quality"


def _lower(text: str) -> str:
    """A begin in lower case, but for a word in capitals such as GPMI."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"
