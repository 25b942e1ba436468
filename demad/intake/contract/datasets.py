"""The six datasets that a city delivers: their columns, codes and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from demad.reference.codes import CODES
from demad.tables.schema import Column, Table


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the contract: kind of value, codes, whether it is required, and its meaning.

    ``coded``: the list of its codes in `demad/reference/codes.toml`, where that does not have the name of the column.
    """

    kind: str
    meaning: str
    required: bool = False
    codes: tuple[str, ...] = ()
    example: str = ""
    coded: str = ""


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
        """Columns that must be in the file and may not be empty."""
        return tuple(name for name, field in self.fields.items() if field.required)


_NIS = Field("nis", "NIS-code van de stad", required=True, example="44021")
_PERSON = Field("pseudonym", "pseudoniem, begint met een letter", required=True, example="p1-voorbeeld-0001")
_BIRTH = Field("integer", "geboortejaar", required=True, example="1994")
_SEX = Field("code", "geslacht", codes=tuple(CODES["geslacht"]), example="V")

DATASETS: dict[str, Dataset] = {
    "leefloon": Dataset(
        "leefloon",
        {
            "nis": _NIS,
            "persoon": _PERSON,
            "wet": Field("code", "RMI leefloon, RMH equivalent leefloon", True, tuple(CODES["wet"]), "RMI"),
            "begin": Field("date", "eerste dag van het recht", required=True, example="2026-01-01"),
            "einde": Field("date", "laatste dag van het recht; leeg: loopt nog", example="2026-06-30"),
            "categorie": Field(
                "code", "1 samenwonend, 2 alleenstaand, 3 gezinslast", True, tuple(CODES["categorie"]), "2"
            ),
            "geboortejaar": _BIRTH,
            "geslacht": _SEX,
            "nationaliteit": Field("code", "nationaliteitsgroep", codes=tuple(CODES["nationaliteit"]), example="BE"),
            "student": Field("boolean", "studeert met een leefloon", example="nee"),
            "gpmi": Field(
                "code",
                "soort GPMI",
                codes=tuple(CODES["gpmi"]),
                example="algemeen",
            ),
            "schorsing": Field("boolean", "betaling geschorst, recht loopt door", example="nee"),
            "stopreden": Field("stop_reason", "waarom het recht stopte", codes=tuple(CODES["stopreden"]), example="W1"),
            "eerste_begin": Field("date", "eerste begin ooit bij dit OCMW", example="2025-03-01"),
            "herkomst": Field(
                "code",
                "waar de persoon vandaan kwam",
                codes=tuple(CODES["herkomst"]),
                example="werk",
            ),
            "beslist_op": Field(
                "date",
                "dag waarop deze rij in het systeem kwam; een latere wijziging is een rij apart",
                example="2026-01-12",
            ),
            "gpmi_begin": Field("date", "dag waarop het GPMI getekend werd", example="2026-02-09"),
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
                codes=tuple(CODES["zorgvorm"]),
                example="verblijf",
            ),
            "gevolgd_tot": Field("date", "tot wanneer gevolgd; leeg: tot de peildatum", example=""),
            "einde_gevolgd": Field("code", "waarom niet langer", codes=tuple(CODES["einde_gevolgd"]), example=""),
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
                codes=tuple(CODES["soort"]),
                example="art60",
            ),
            "begin": Field("date", "eerste dag", required=True, example="2025-10-01"),
            "einde": Field("date", "laatste dag; leeg: loopt nog", example="2026-09-30"),
        },
    ),
    "aanvragen": Dataset(
        "aanvragen",
        {
            "nis": _NIS,
            "persoon": _PERSON,
            "aangevraagd_op": Field("date", "dag van de aanvraag", required=True, example="2026-01-05"),
            "soort": Field(
                "code",
                "wat gevraagd werd; leeg: een leefloon",
                codes=tuple(CODES["soort_aanvraag"]),
                example="leefloon",
                coded="soort_aanvraag",
            ),
            "beslist_op": Field("date", "dag van de beslissing; leeg: nog niet beslist", example="2026-01-29"),
            "uitkomst": Field("code", "wat beslist werd", codes=tuple(CODES["uitkomst"]), example="toegekend"),
            "weigering": Field("code", "waarom geweigerd", codes=tuple(CODES["weigering"]), example=""),
        },
    ),
    "bevolking": Dataset(
        "bevolking",
        {
            "nis": _NIS,
            "jaar": Field("integer", "1 januari van dit jaar", required=True, example="2025"),
            "leeftijd_van": Field("integer", "jongste leeftijd", required=True, example="18"),
            "leeftijd_tot": Field("integer", "oudste leeftijd", required=True, example="24"),
            "geslacht": Field("code", "geslacht", required=True, codes=tuple(CODES["geslacht"]), example="V"),
            "aantal": Field("integer", "inwoners", required=True, example="14250"),
        },
    ),
    "controle": Dataset(
        "controle",
        {
            "nis": _NIS,
            "maand": Field("month", "maand, 2025-09", required=True, example="2025-09"),
            "wet": Field("code", "RMI of RMH", required=True, codes=tuple(CODES["wet"]), example="RMI"),
            "personen": Field("integer", "eigen telling", required=True, example="812"),
        },
    ),
}
