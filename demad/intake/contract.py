"""The five datasets a city delivers: columns, codes, and how a delivered file becomes one of them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.sheet import Reading, plain
from demad.intake.values import as_boolean, as_code, as_date, as_integer, as_month, as_text
from demad.reference.cities import City
from demad.reference.stop_reasons import STOP_REASONS
from demad.tables.schema import Column, Table

PSEUDONYM = r"^[A-Za-z][A-Za-z0-9_-]{7,63}$"


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the contract: kind of value, codes, whether it must be there, and what it means."""

    kind: str
    meaning: str
    required: bool = False
    codes: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset of the contract."""

    name: str
    fields: Mapping[str, Field]

    @property
    def table(self) -> Table:
        """The typed table: ``rij`` (order of recording) and the contract's columns; empty cells are null."""
        dtypes = {"date": pl.Date, "integer": pl.Int32, "boolean": pl.Boolean}
        columns = {
            name: Column(dtypes.get(field.kind, pl.String), field.meaning, nullable=True)
            for name, field in self.fields.items()
        }
        return Table(self.name.upper(), ("rij",), {"rij": Column(pl.UInt32, "order of recording"), **columns})

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that must be in the file and filled in."""
        return tuple(name for name, field in self.fields.items() if field.required)


_NIS = Field("nis", "NIS-code van de stad", required=True, example="44021")
_PERSON = Field("pseudonym", "pseudoniem, begint met een letter", required=True, example="p1-voorbeeld-0001")
_BIRTH = Field("integer", "geboortejaar", required=True, example="1994")
_SEX = Field("code", "geslacht", codes=("M", "V", "X"), example="V")

DATASETS: dict[str, Dataset] = {
    "leefloon": Dataset(
        "leefloon",
        {
            "nis": _NIS,
            "persoon": _PERSON,
            "wet": Field("code", "RMI leefloon, RMH equivalent leefloon", True, ("RMI", "RMH"), "RMI"),
            "begin": Field("date", "eerste dag van het recht", required=True, example="2026-01-01"),
            "einde": Field("date", "laatste dag van het recht; leeg: loopt nog", example="2026-06-30"),
            "categorie": Field("code", "1 samenwonend, 2 alleenstaand, 3 gezinslast", True, ("1", "2", "3"), "2"),
            "geboortejaar": _BIRTH,
            "geslacht": _SEX,
            "nationaliteit": Field("code", "nationaliteitsgroep", codes=("BE", "EU", "NEU"), example="BE"),
            "student": Field("boolean", "studeert met een leefloon", example="nee"),
            "gpmi": Field(
                "code",
                "soort GPMI",
                codes=("geen", "algemeen", "studie", "studie_werk", "vrijgesteld"),
                example="algemeen",
            ),
            "schorsing": Field("boolean", "betaling geschorst, recht loopt door", example="nee"),
            "stopreden": Field("stop_reason", "waarom het recht stopte", codes=tuple(STOP_REASONS), example="W1"),
            "eerste_begin": Field("date", "eerste begin ooit bij dit OCMW", example="2025-03-01"),
            "herkomst": Field(
                "code",
                "waar de persoon vandaan kwam",
                codes=(
                    "eerste",
                    "werk",
                    "einde_werkloosheid",
                    "andere_uitkering",
                    "ander_ocmw",
                    "jeugdhulp",
                    "andere",
                ),
                example="werk",
            ),
        },
    ),
    "jeugdhulp": Dataset(
        "jeugdhulp",
        {
            "nis": _NIS,
            "persoon": _PERSON,
            "geboortejaar": Field("integer", "geboortejaar", required=True, example="2007"),
            "einde_jeugdhulp": Field("date", "laatste dag van de jeugdhulp", required=True, example="2025-08-31"),
            "geslacht": _SEX,
            "zorgvorm": Field(
                "code",
                "laatste vorm van hulp",
                codes=("verblijf", "pleegzorg", "autonoom_wonen", "kleinschalig", "context", "ander"),
                example="verblijf",
            ),
            "gevolgd_tot": Field("date", "tot wanneer gevolgd; leeg: tot de peildatum", example=""),
            "einde_gevolgd": Field("code", "waarom niet langer", codes=("verhuis", "overlijden"), example=""),
        },
    ),
    "steun": Dataset(
        "steun",
        {
            "nis": _NIS,
            "persoon": _PERSON,
            "soort": Field(
                "code",
                "soort steun",
                required=True,
                codes=("art60", "art61", "opleiding", "installatiepremie", "referentieadres", "begeleiding"),
                example="art60",
            ),
            "begin": Field("date", "eerste dag", required=True, example="2025-10-01"),
            "einde": Field("date", "laatste dag; leeg: loopt nog", example="2026-09-30"),
        },
    ),
    "bevolking": Dataset(
        "bevolking",
        {
            "nis": _NIS,
            "jaar": Field("integer", "1 januari van dit jaar", required=True, example="2025"),
            "leeftijd_van": Field("integer", "jongste leeftijd", required=True, example="18"),
            "leeftijd_tot": Field("integer", "oudste leeftijd", required=True, example="24"),
            "geslacht": Field("code", "geslacht", required=True, codes=("M", "V", "X"), example="V"),
            "aantal": Field("integer", "inwoners", required=True, example="14250"),
        },
    ),
    "controle": Dataset(
        "controle",
        {
            "nis": _NIS,
            "maand": Field("month", "maand, 2025-09", required=True, example="2025-09"),
            "wet": Field("code", "RMI of RMH", required=True, codes=("RMI", "RMH"), example="RMI"),
            "personen": Field("integer", "eigen telling", required=True, example="812"),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Conformed:
    """A dataset in the types of the contract, every row of the file, and what was odd: counts and rows."""

    dataset: str
    frame: pl.DataFrame
    flaws: Mapping[str, int]
    odd: Mapping[str, pl.Series]


def known_names(city: City | None = None) -> set[str]:
    """Every column name and alias a header may hold."""
    names = {name for dataset in DATASETS.values() for name in dataset.fields}
    if city:
        names |= {header for aliases in city.aliases.values() for header in aliases}
    return names


def columns_of(reading: Reading, dataset: str, city: City) -> dict[str, str]:
    """Delivered column by contract column; ignored columns are left out.

    Raises
    ------
    DeliveryRefused
        D-150 an unknown column (with the likeliest meant), D-151 a required one missing, D-152 one twice.
    """
    fields = DATASETS[dataset].fields
    names = {plain(name): name for name in fields}
    names |= {plain(header): column for header, column in city.aliases.get(dataset, {}).items()}
    ignored = {plain(name) for name in city.ignore}
    found: dict[str, str] = {}
    for place, header in enumerate(reading.columns, start=1):
        if plain(header) in ignored or header == "rij":
            continue
        column = names.get(plain(header))
        if column is None:
            near = difflib.get_close_matches(plain(header), names, n=1, cutoff=0.6)
            hint = f"Bedoelde je {names[near[0]]}?" if near else "Verwijder de kolom of zet ze onder ignore."
            raise DeliveryRefused("D-150", f"Kolom {place} van {dataset} kennen we niet.", hint)
        if column in found:
            raise DeliveryRefused("D-152", f"Kolom {column} komt twee keer voor.", "Hou één van de twee.")
        found[column] = header
    missing = [name for name in DATASETS[dataset].required if name not in found]
    if missing:
        raise DeliveryRefused(
            "D-151",
            f"In {dataset} ontbreekt: {', '.join(missing)}.",
            f"Vergelijk met demad template {dataset}.",
        )
    return found


def conform(reading: Reading, dataset: str, city: City) -> Conformed:
    """Give a reading the columns, types and codes of a dataset.

    A cell that cannot be understood becomes null and is counted by column; whether its row is set aside or
    the file refused is for the suite to say. An unknown stop reason becomes ``U0``, which counts as unknown.

    Raises
    ------
    DeliveryRefused
        As `columns_of`; D-153 where most rows are of another city.
    """
    found = columns_of(reading, dataset, city)
    fields = DATASETS[dataset].fields
    picked = reading.frame.select(pl.col(header).alias(column) for column, header in found.items())
    typed, odd = [], {}
    for name, field in fields.items():
        if name not in found:
            typed.append(pl.lit(None, dtype=DATASETS[dataset].table.schema[name]).alias(name))
            continue
        typed.append(_typed(picked, name, field, city).alias(name))
    frame = picked.select(typed).with_row_index("rij", offset=1)
    for name in found:
        _note(odd, f"{name}_niet_begrepen", _filled(picked[name]) & frame[name].is_null())
    if "stopreden" in found:
        _note(odd, "stopreden_onbekend", _unmapped(picked["stopreden"], city))
    flaws = {name: rows.len() for name, rows in odd.items()}
    if flaws.get("nis_niet_begrepen", 0) * 2 > frame.height:
        raise DeliveryRefused(
            "D-153", f"De NIS-codes zijn niet die van {city.name}.", "Lever het bestand bij je eigen stad."
        )
    return Conformed(dataset, DATASETS[dataset].table.check(frame), flaws, odd)


def template(dataset: str) -> pl.DataFrame:
    """An extract with one made-up row: what the columns are called and look like."""
    return pl.DataFrame({name: [field.example] for name, field in DATASETS[dataset].fields.items()})


def _typed(picked: pl.DataFrame, name: str, field: Field, city: City) -> pl.Expr:
    dtype = picked.schema[name]
    if field.kind == "date":
        return as_date(name, dtype)
    if field.kind == "integer":
        return as_integer(name, dtype)
    if field.kind == "boolean":
        return as_boolean(name, dtype)
    text = as_text(name, dtype)
    if field.kind == "nis":
        return as_code(text, {city.nis: city.nis, **dict.fromkeys(city.old_nis, city.nis)})
    if field.kind == "pseudonym":
        return pl.when(text.str.contains(PSEUDONYM)).then(text)
    if field.kind == "month":
        return as_month(name, dtype)
    if field.kind == "stop_reason":
        return as_code(text.str.to_lowercase(), stop_words(city), otherwise="U0")
    return as_code(text.str.to_lowercase(), {code.lower(): code for code in field.codes})


def stop_words(city: City) -> dict[str, str]:
    """Code by every word (lower case) that stands for a stop reason: codes, their labels, the city's own."""
    words = {label.lower(): code for code, (label, _) in STOP_REASONS.items()}
    words |= {code.lower(): code for code in STOP_REASONS}
    return words | {word.lower(): code for word, code in city.stop_reasons.items()}


def _filled(column: pl.Series) -> pl.Series:
    if column.dtype != pl.String:
        return column.is_not_null()
    return column.to_frame("cell").select(as_text("cell", pl.String()).is_not_null()).to_series()


def _note(odd: dict[str, pl.Series], name: str, where: pl.Series) -> None:
    """Remember the row numbers (from 1) where something is odd, if anywhere."""
    rows = where.arg_true() + 1
    if rows.len():
        odd[name] = rows


def _unmapped(column: pl.Series, city: City) -> pl.Series:
    text = column.to_frame("cell").select(as_text("cell", column.dtype).str.to_lowercase()).to_series()
    return text.is_not_null() & ~text.is_in(list(stop_words(city)))
