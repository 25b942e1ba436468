"""Deliveries with a word planted in every column of every dataset, and the many ways in which they go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from demad.intake.contract.datasets import DATASETS

CANARY = "zqkanarie"
_ROWS = 60
_INSZ = "85073003328"  # valid by its check digits; of nobody we know
_GOOD: dict[str, dict[str, str]] = {
    "leefloon": {
        "nis": "44021",
        "wet": "RMI",
        "begin": "2020-03-01",
        "einde": "2021-06-30",
        "categorie": "2",
        "geboortejaar": "1990",
        "stopreden": f"{CANARY} stopt",
    },
    "jeugdhulp": {"nis": "44021", "geboortejaar": "2002", "einde_jeugdhulp": "2021-06-30"},
    "steun": {"nis": "44021", "soort": "opleiding", "begin": "2020-06-01", "einde": "2020-12-31"},
    "aanvragen": {"nis": "44021", "aangevraagd_op": "2020-02-03", "beslist_op": "2020-02-28", "uitkomst": "toegekend"},
    "bevolking": {"nis": "44021", "jaar": "2021", "geslacht": "M", "aantal": "100"},
    "controle": {"nis": "44021", "wet": "RMI", "personen": str(_ROWS)},
}


@dataclass(frozen=True, slots=True)
class Case:
    """What is delivered: files by name, and what is changed in the manifest."""

    files: dict[str, str]
    rewrite: Callable[[dict], None] = lambda manifest: None
    changed: tuple[tuple[str, str], ...] = ()


def token(dataset: str, column: str) -> str:
    """A word that says where it was planted."""
    return f"{CANARY}{dataset}{column}".replace("_", "")


def rows(dataset: str, **planted: str) -> list[dict[str, str]]:
    """Good rows; a pseudonym holds the word wherever the dataset has one."""
    good = dict.fromkeys(DATASETS[dataset].fields, "") | _GOOD[dataset]
    made = []
    for number in range(15 if dataset == "controle" else _ROWS):  # the months in which everybody is there
        line = dict(good)
        if "persoon" in line:
            line["persoon"] = f"p1-{CANARY}-{number:05d}"
        if dataset == "bevolking":
            line |= {"leeftijd_van": str(number), "leeftijd_tot": str(number)}
        if dataset == "controle":
            line |= {"maand": f"202{(number + 2) // 12}-{(number + 2) % 12 + 1:02d}"}
        made.append(line | planted)
    return made


def text(lines: list[dict[str, str]]) -> str:
    """The lines as a CSV."""
    names = list(lines[0])
    return "\n".join([";".join(names), *(";".join(line[name] for name in names) for line in lines)]) + "\n"


def once_in_every_column(dataset: str) -> str:
    """Good rows, and one for each column with the word in it: it is set aside, or it is another word."""
    lines = rows(dataset)
    columns = DATASETS[dataset].fields
    spoilt = [line | {name: token(dataset, name)} for name, line in zip(columns, lines, strict=False)]
    return text([*lines, *lines, *lines, *lines, *spoilt] if dataset == "leefloon" else [*lines, *spoilt[:2]])


def failures() -> dict[str, Case]:
    """Every way a delivery is refused, by a name."""
    found: dict[str, Case] = {}
    for dataset, contract in DATASETS.items():
        others = {} if dataset == "leefloon" else {"leefloon.csv": text(rows("leefloon"))}

        def case(content: str, *, name: str = f"{dataset}.csv", others: dict[str, str] = others) -> Case:
            return Case({**others, name: content})

        found[f"{dataset}: unknown column"] = case(text(rows(dataset, **{f"{CANARY}kolom": CANARY})))
        found[f"{dataset}: missing column"] = case(
            text([{name: cell for name, cell in line.items() if name != "nis"} for line in rows(dataset)])
        )
        found[f"{dataset}: national number"] = case(text(rows(dataset, nis=_INSZ)) + CANARY)
        found[f"{dataset}: broken Parquet"] = case(f"PAR1{CANARY}PAR1", name=f"{dataset}.parquet")
        found[f"{dataset}: broken workbook"] = case(f"PK\x03\x04{CANARY}", name=f"{dataset}.xlsx")
        found[f"{dataset}: uneven lines"] = case(text(rows(dataset)) + f"{CANARY};{CANARY}" * 40)
        found[f"{dataset}: another hash"] = Case(case(text(rows(dataset))).files, rewrite=_other_hash)
        found[f"{dataset}: another row count"] = Case(case(text(rows(dataset))).files, rewrite=_other_rows)
        for column, field in contract.fields.items():
            if field.required and column != "persoon":
                found[f"{dataset}: nonsense in {column}"] = case(
                    text(rows(dataset, **{column: token(dataset, column)}))
                )
    people = text(rows("leefloon"))
    found["e-mail address"] = Case({"leefloon.csv": text(rows("leefloon", herkomst=f"{CANARY}@stad.be"))})
    found["a name for a pseudonym"] = Case({"leefloon.csv": text(rows("leefloon", persoon=f"Kanarie {CANARY}"))})
    found["nonsense in the manifest"] = Case({"leefloon.csv": people}, changed=(("as_of", CANARY),))
    found["another format"] = Case({"leefloon.csv": people}, changed=(("format", CANARY),))
    found["another city"] = Case({"leefloon.csv": people}, rewrite=_other_city)
    return found


def _other_hash(manifest: dict) -> None:
    manifest["files"][-1]["sha256"] = "0" * 64


def _other_city(manifest: dict) -> None:
    manifest["city"] = CANARY


def _other_rows(manifest: dict) -> None:
    manifest["files"][-1]["rows"] += 1
