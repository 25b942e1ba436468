"""The table of codes in the guide, made from the contract: ``python -m tests.code_table`` rewrites it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from demad.intake.contract.datasets import DATASETS
from demad.intake.contract.words import KINDS, codes_of

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "gids-dataspecialist.md"
BEGIN, END = "<!-- codes: begin -->", "<!-- codes: einde -->"
_SHOWN = 8


def table() -> str:
    """One row for each code of each column, in the order of the contract."""
    return "\n".join(["| kolom | code | betekenis | andere woorden |", "|---|---|---|---|", *_rows()])


def _rows() -> Iterator[str]:
    done: set[str] = set()
    for dataset in DATASETS.values():
        for column, field in dataset.fields.items():
            name = f"`{column}` ({dataset.name})" if field.coded else f"`{column}`"
            if field.kind not in KINDS or name in done:
                continue
            done.add(name)
            for code in codes_of(column, field).values():
                words = ", ".join(code.words[:_SHOWN]) + (" …" if len(code.words) > _SHOWN else "")
                yield f"| {name} | `{code.code}` | {code.label} | {words} |"


def in_guide() -> str:
    """The table as the guide has it now."""
    return GUIDE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip()


def main() -> None:
    """Put the table into the guide."""
    before, rest = GUIDE.read_text(encoding="utf-8").split(BEGIN)
    GUIDE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
