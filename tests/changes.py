"""The usual changes, really made in a copy: what the README says they touch. ``python -m tests.changes`` rewrites it.

Each change is a list of edits, as a developer would make them; files and lines are counted from the copy.
"""
# ruff: noqa: E501  # an edit is a line as it stands in its file

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
README = TOP / "README.md"
BEGIN, END = "<!-- wijzigingen: begin -->", "<!-- wijzigingen: einde -->"
_PARTS = ("demad", "assets", "expectations", "reports", "tests", "docs", "bench", "pyproject.toml", "workspace.yaml")


@dataclass(frozen=True, slots=True)
class Edit:
    """Text that comes after (or in the place of) the first line that holds ``where``; a whole file where that is empty.

    A ``where`` that begins with ^ is how the line begins.
    """

    file: str
    text: str
    where: str = ""
    instead: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A usual change: its name in the README, what is edited, and the tests that must then be good.

    ``in_root``: settings of an installation, no code. ``freeze``: whether ``tests.freeze`` writes something too.
    """

    name: str
    edits: Sequence[Edit] | Callable[[Path], Sequence[Edit]]
    tests: tuple[str, ...] = ()
    in_root: bool = False
    freeze: bool = False


_INDICATOR = """
[[indicator]]
id = "working_age_share"
label = "Aandeel van 18 tot 64 jaar"
theme = "volume"
unit = "share"
direction = 0
min_n = 50
window = 1
population = "Iedereen met een leefloon in de maand."
formula = "mensen van 18 tot 64 / iedereen"
numerator = "personen van 18 tot 64 jaar"
denominator = "personen met een leefloon"
interval = "Wilson"
source = ["leefloon"]
breakdowns = []
worked_example = "Van 1.000 mensen zijn er 900 tussen 18 en 64: 90%."
version = "1"

[indicator.en]
label = "Share aged 18 to 64"
population = "Everybody with a living wage in the month."
formula = "people of 18 to 64 / everybody"
numerator = "people of 18 to 64 years"
denominator = "people with a living wage"
interval = "Wilson"
worked_example = "Of 1,000 people 900 are between 18 and 64: 90%."
"""
_NEW_INDICATOR = (
    Edit("demad/reference/catalogue.toml", _INDICATOR, "700 of the 1,000 people have a GPMI"),
    Edit("demad/indicators/shares.py", '    columns += ["working_age"]', 'columns = ["stock", "young", "student"'),
    Edit(
        "demad/indicators/shares.py",
        '            adults = share(counts["working_age"], counts["stock"], (once, of_stock), provisional=late)\n'
        '            shown["working_age_share"] = adults',
        'shown["student_share"] = share(',
    ),
    Edit(
        "tests/indicators/test_worked_examples.py",
        '    "working_age_share": Example(tables(stock=[{"month": MARCH_2019, "stock": 1000}, '
        '{"month": MARCH_2019, "breakdown": "age", "group": "25-34", "stock": 900}]), 0.9, "90%", "2019-03"),',
        '"gpmi_share": Example(',
    ),
    Edit(
        "tests/naive/caseload.py",
        '        adults = _share(pool, variant, month, TOTAL, "working_age", "stock", reservations)\n'
        '        yield (variant, "working_age_share", *end), adults, 50',
        'yield (variant, "student_share", *end), students, 50',
    ),
    Edit(
        "docs/methods.md",
        "| working_age_share | Aandeel van 18 tot 64 jaar | stock 18-64 / stock | share | stock | month | 0 | 50 | – | L |",
        "| gpmi_share |",
    ),
)
_NEW_CITY = (Edit("cities/vilvoorde.toml", 'name = "Vilvoorde"\nnis = "23088"\n'),)
_RENAMED = (Edit("cities/roeselare.toml", '[aliases.leefloon]\n"Start recht" = "begin"\n'),)
_STRICTER = (Edit("demad.toml", "[privacy]\nthreshold = 20\n"),)
_COLUMN = (
    Edit("demad/intake/contract/datasets.py", '            "mantelzorg": Field("boolean", "zorgt voor iemand thuis", example="nee"),', '"student": Field('),
    Edit("demad/tables/terms.py", 'CARERS = ("carer", "no_carer", "unknown")', 'YES_NO = ("yes", "no", "unknown")'),
    Edit("demad/tables/terms.py", '    "carer": CARERS,', '    "student": YES_NO,'),
    Edit("demad/tables/people.py", "CARER = pl.Enum(CARERS)", "CARE_FORM = pl.Enum(CARE_FORMS)"),
    Edit("demad/tables/people.py", "from demad.tables.terms import CARERS", "from demad.tables.schema import"),
    Edit("demad/tables/people.py", '        "carer": Column(CARER, "unknown where empty"),', '"student": Column(YES_NO_UNKNOWN, "unknown where empty")'),
    Edit("demad/tables/people.py", '        "carer": Column(CARER, "idem"),', '"student": Column(YES_NO_UNKNOWN, "idem")'),
    Edit("demad/tables/people.py", '        "carer": Column(CARER, "frozen at start"),', '"student": Column(YES_NO_UNKNOWN, "frozen at start")'),
    Edit("demad/histories/periods.py", "from demad.tables.people import CARER", "from demad.tables.observation import"),
    Edit(
        "demad/histories/periods.py",
        '        _yes_no("mantelzorg").cast(pl.String).replace({"yes": "carer", "no": "no_carer"}).cast(CARER).alias("carer"),',
        '_yes_no("student").alias("student")',
    ),
    Edit("demad/synthetic/frames.py", '            "mantelzorg": pl.Series(rows.household == 3),', '"student": pl.Series(rows.student)'),
    Edit("demad/reference/catalogue.toml", 'breakdowns = ["age", "household", "nationality", "sex", "student", "carer"]', "breakdowns = [", instead=True),
    # The first four indicators of the catalogue take their breakdowns together: each gets a new version.
    *[Edit("demad/reference/catalogue.toml", 'version = "3"', '^version = "2"', instead=True)] * 4,
    *(
        Edit(f"reports/words.{language}.toml", text, where)
        for language, of, carer, no_carer, carers, others in (
            ("nl", "Mantelzorger", "Mantelzorger", "Geen mantelzorger", "mantelzorgers", "wie geen mantelzorger is"),
            ("en", "Carer", "Carer", "Not a carer", "carers", "people who are no carers"),
        )
        for text, where in (
            (f'carer = "{of}"', "[breakdown]"),
            (f'carer = "{carer}"\nno_carer = "{no_carer}"', "[group]"),
            (f'carer = "{carers}"\nno_carer = "{others}"', "[group_spoken]"),
        )
    ),
    Edit("tests/naive/history.py", '            "carer": {True: "carer", False: "no_carer", None: "unknown"}[row["mantelzorg"]],', '"student": {True: "yes"'),
    Edit("tests/strategies.py", '                "mantelzorg": draw(st.sampled_from((True, False, None))),', '"student": draw('),
    Edit("tests/test_spells.py", '            "carer": "unknown",', '"student": "no",'),
    Edit("tests/test_synthetic.py", '        *["nationaliteit", "student", "mantelzorg", "gpmi", "schorsing", "stopreden", "eerste_begin", "herkomst"],', '*["nationaliteit", "student"', instead=True),
    Edit("docs/contract.md", "| mantelzorg | no | boolean | cares for somebody at home |", "| student | no | boolean"),
)  # fmt: skip


def _french(copy: Path) -> Sequence[Edit]:
    """A translator begins from the English: the words, the definitions, and how numbers are written."""
    words = (copy / "reports" / "words.en.toml").read_text(encoding="utf-8")
    catalogue = (copy / "demad" / "reference" / "catalogue.toml").read_text(encoding="utf-8")
    blocks = re.sub(
        r"(\[indicator\.en\]\n(?:[a-z_]+ = .*\n)+)",
        lambda block: block[1] + "\n" + block[1].replace("[indicator.en]", "[indicator.fr]"),
        catalogue,
    )
    return (
        Edit("reports/words.fr.toml", words.replace('\nlanguage = "en"\n', '\nlanguage = "fr"\n')),
        Edit("demad/reference/catalogue.toml", blocks),
        Edit("demad/reporting/words.py", 'LOCALES = {"nl": "nl_BE", "en": "en_GB", "fr": "fr_BE"}', "LOCALES = {", instead=True),
        Edit("tests/reporting/test_english.py", '    assert set(LOCALES) == {"nl", "en", "fr"}', "assert set(LOCALES)", instead=True),
        Edit("tests/reporting/test_english.py", '    with pytest.raises(UsageRefused) as refused, speaking("de"):', 'speaking("fr")', instead=True),
    )  # fmt: skip


CHANGES = {
    "indicator": Change(
        "indicator uit bestaande tellingen",
        _NEW_INDICATOR,
        ("tests/test_completeness.py", "tests/indicators/test_worked_examples.py", "tests/exports/test_swing.py"),
        freeze=True,
    ),
    "city": Change("een veertiende stad", _NEW_CITY, in_root=True),
    "renamed": Change("een stad hernoemt een kolom", _RENAMED, in_root=True),
    "column": Change("een nieuwe kolom, als uitsplitsing", _COLUMN, ("tests/test_completeness.py",), freeze=True),
    "language": Change("een nieuwe taal", _french, ("tests/reporting/test_english.py",)),
    "stricter": Change("strengere bescherming", _STRICTER, in_root=True),
}


def copied(folder: Path) -> Path:
    """A copy of the checkout, without what is made."""
    for name in _PARTS:
        source = TOP / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "var"))
        else:
            shutil.copy(source, folder / name)
    return folder


def make(change: Change, copy: Path, root: Path) -> list[tuple[str, int]]:
    """Make a change in a copy, or in a root; the files that it touched, each with how many lines are new or other."""
    edits = change.edits(copy) if callable(change.edits) else change.edits
    top = root if change.in_root else copy
    before = {edit.file: _text(top / edit.file) for edit in edits}
    for edit in edits:
        path = top / edit.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_edited(_text(path), edit), encoding="utf-8")
    return [(file, _lines(text, _text(top / file))) for file, text in before.items()]


def table(touched: dict[str, list[tuple[str, int]]]) -> str:
    """The Markdown table of all changes."""
    rows = []
    for key, files in touched.items():
        change = CHANGES[key]
        where = "gegevensmap: " if change.in_root else ""
        named = ", ".join(f"{_named(file, change)} {_about(lines)}" for file, lines in files)
        after = "; daarna `python -m tests.freeze`" if change.freeze else ""
        total = sum(lines for _, lines in files)
        rows.append(f"| {change.name} | {len(files)} | {_about(total)} | {where}{named}{after} |")
    return "\n".join(["| wijziging | bestanden | lijnen | waar, en hoeveel lijnen |", "|---|---|---|---|", *rows])


def _about(lines: int) -> str:
    """Hundreds of lines as hundreds: whoever adds a sentence need not write the table again."""
    return str(lines) if lines < 100 else f"± {round(lines, -2)}"


def _named(file: str, change: Change) -> str:
    return f"`{file}`" if change.in_root or (TOP / file).exists() else f"{Path(file).name} (nieuw)"


def in_readme() -> str:
    """The table as the README has it now."""
    return README.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip()


def touched_by_all(folder: Path) -> dict[str, list[tuple[str, int]]]:
    """Every change in a copy of its own: only of the files that it edits."""
    found = {}
    for key, change in CHANGES.items():
        copy = folder / key
        for name in _edited_files(change):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            if (TOP / name).exists() and not change.in_root:
                shutil.copy(TOP / name, copy / name)
        found[key] = make(change, copy, copy)
    return found


def _edited_files(change: Change) -> set[str]:
    return {edit.file for edit in (change.edits(TOP) if callable(change.edits) else change.edits)} | (
        {"reports/words.en.toml"} if callable(change.edits) else set()
    )


def _edited(text: str, edit: Edit) -> str:
    if not edit.where:
        return edit.text
    lines = text.splitlines()
    at = next((place for place, line in enumerate(lines) if _found(edit.where, line)), None)
    if at is None:
        raise LookupError(f"{edit.file}: no line holds {edit.where}")
    lines[at : at + 1] = [edit.text] if edit.instead else [lines[at], edit.text]
    return "\n".join(lines) + "\n"


def _found(where: str, line: str) -> bool:
    return line.startswith(where[1:]) if where.startswith("^") else where in line


def _lines(before: str, after: str) -> int:
    changed = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return sum(line.startswith("+") and not line.startswith("+++") and line != "+" for line in changed)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def main() -> None:
    """Put the table into the README."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        made = table(touched_by_all(Path(folder)))
    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{made}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
