"""`demad codes`: the codes of a column, their meaning and the words that map to them."""

from __future__ import annotations

from collections.abc import Iterator

from demad.errors import UsageRefused
from demad.intake.contract.datasets import DATASETS, Field
from demad.intake.contract.words import KINDS, codes_of
from demad.reference.cities import City
from demad.reference.toml_files import did_you_mean


def coded_columns() -> dict[str, dict[str, Field]]:
    """Column -> {dataset: field} for columns with codes, in the order of the contract."""
    found: dict[str, dict[str, Field]] = {}
    for dataset in DATASETS.values():
        for name, field in dataset.fields.items():
            if field.kind in KINDS:
                found.setdefault(name, {})[dataset.name] = field
    return found


def code_facts(column: str = "", city: City | None = None) -> list[dict[str, object]]:
    """Per code ``kolom``, ``datasets``, ``code``, ``betekenis``, ``woorden`` (of every city) and ``eigen``.

    ``eigen``: the words of the given city.

    Raises
    ------
    UsageRefused
        D-409: the column does not exist or has no codes.
    """
    columns, wanted = coded_columns(), column.strip().lower()
    if wanted and wanted not in columns:
        raise UsageRefused("D-409", "Die kolom heeft geen codes.", did_you_mean(wanted, columns))
    return [
        fact
        for name, datasets in columns.items()
        if wanted in ("", name)
        for together in _with_the_same_codes(datasets)
        for fact in _facts(name, together, city)
    ]


def _with_the_same_codes(datasets: dict[str, Field]) -> list[dict[str, Field]]:
    """The datasets of a column, those with the same list of codes together."""
    lists: dict[str, dict[str, Field]] = {}
    for dataset, field in datasets.items():
        lists.setdefault(field.coded, {})[dataset] = field
    return list(lists.values())


def _facts(name: str, datasets: dict[str, Field], city: City | None) -> list[dict[str, object]]:
    own = _own_words(name, list(datasets), city)
    return [
        {
            "kolom": name,
            "datasets": list(datasets),
            "code": code.code,
            "betekenis": code.label,
            "woorden": list(code.words),
            "eigen": sorted(word for word, meant in own.items() if meant == code.code),
        }
        for code in codes_of(name, next(iter(datasets.values()))).values()
    ]


def _own_words(column: str, datasets: list[str], city: City | None) -> dict[str, str]:
    if city is None:
        return {}
    own = dict(city.stop_reasons) if column == "stopreden" else {}
    for dataset in datasets:
        own |= city.values.get(dataset, {}).get(column, {})
    return own


def code_lines(facts: list[dict[str, object]]) -> Iterator[str]:
    """The facts as lines of text, column by column."""
    before = ""
    for fact in facts:
        heading = f"{fact['kolom']} ({', '.join(map(str, fact['datasets']))})"  # pyright: ignore[reportArgumentType]
        if heading != before:
            before = heading
            yield heading
        words = [*fact["woorden"], *fact["eigen"]]  # pyright: ignore[reportGeneralTypeIssues]
        yield f"  {fact['code']}: {fact['betekenis']}" + (f"; ook: {', '.join(words)}" if words else "")
