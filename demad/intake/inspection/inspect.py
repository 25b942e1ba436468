"""The full inspection of `demad check`: what was read, all findings, the comparison, one verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import polars as pl

from demad.errors import DeliveryRefused, DemadError, PrivacyRefused
from demad.intake.checking.check import Checked, Given, check, guarded
from demad.intake.checking.comparison import Line, compare
from demad.intake.checking.copies import Order
from demad.intake.checking.derived import with_derived
from demad.intake.checking.finding import Finding
from demad.intake.checking.plausibility import hold_if_unlikely
from demad.intake.checking.rights import Rights, rights_of
from demad.intake.checking.rules import rejected, rules_of
from demad.intake.checking.states import FindingState
from demad.intake.checking.validation import judged_by_great_expectations
from demad.intake.contract.city_detection import city_within
from demad.intake.contract.columns import known_names
from demad.intake.contract.datasets import DATASETS
from demad.intake.deliveries.in_force import current_frames, in_force
from demad.intake.deliveries.packing import refuse_broken
from demad.intake.privacy.guard import guard
from demad.intake.reading.isolated import read_files
from demad.intake.reading.table import Reading
from demad.reference.cities import City, load_cities
from demad.tables.observation import Observation

Table = tuple[str, Reading]
"""The dataset of a table, and its reading."""

VERDICTS = {
    FindingState.GOOD: "Goed: u kunt leveren.",
    FindingState.WARNING: "Goed met opmerkingen: u kunt leveren; de cijfers worden beter als u ze oplost.",
    FindingState.HELD: "Wordt aangehouden: ongewoon anders dan wat in gebruik is. Verbeter, of laat toe met een reden.",
    FindingState.REFUSED: "Wordt geweigerd: verbeter eerst wat hieronder staat.",
}


@dataclass(frozen=True, slots=True)
class Inspection:
    """The result of `demad check`.

    Parameters
    ----------
    verdict
        good, warning, held or refused: the worst of all findings.
    refusal
        The refusal that a delivery would get, by a reader, a suite or the comparison; None if it would pass.
    city
        None if it was not given and the files do not show it.
    rights, rights_before
        The rights in these files and in the delivery in force; None without leefloon.
    """

    city: City | None
    as_of: date
    files: tuple[str, ...]
    checked: tuple[Checked, ...]
    lines: tuple[Line, ...]
    compared_with: str
    verdict: FindingState
    refusal: DemadError | None
    rights: Rights | None = None
    rights_before: Rights | None = None

    @property
    def findings(self) -> list[Finding]:
        """Findings that are not good, as counts, most serious first.

        A required cell that was not understood is reported once: by the rule that it must be filled.
        """
        order = (FindingState.REFUSED, FindingState.SET_ASIDE, FindingState.WARNING)
        told = {f"{name}_niet_begrepen" for part in self.checked for name in DATASETS[part.dataset].required}
        every = (finding for part in self.checked for finding in part.findings)
        found = [finding for finding in every if finding.state is not FindingState.GOOD and finding.check not in told]
        return sorted(found, key=lambda finding: order.index(finding.state))


def inspect(
    files: Sequence[Path],
    city: City | None,
    *,
    as_of: date,
    root: Path,
    order: Order = Order(),  # noqa: B008  # frozen
) -> Inspection:
    """Read, guard, check and compare files with what is in force. Changes nothing; raises only for a missing file.

    The verdict: *refused* if a reader, the guard or a suite refuses; *held* if the comparison exceeds a limit of
    `comparison`; *warning* if a rule warns, rows are set aside or a line of the comparison exceeds its warning limit;
    else *good*.

    Parameters
    ----------
    city
        None: detect the city from the NIS codes in the files.
    """
    names = tuple(path.name for path in files)
    try:
        city, tables = _tables(files, city, load_cities(root))
        checked = tuple(check(tables, city, as_of=as_of, order=order))
    except (DeliveryRefused, PrivacyRefused) as refusal:
        return Inspection(city, as_of, names, (), (), "", FindingState.REFUSED, refusal)
    frames = {part.dataset: part.verdict.accepted for part in checked}
    current = in_force(root, city.slug)
    old = current_frames(root, city.slug) if current else {}
    before = current.observation if current else None
    now = Observation(before.since if before else _since(frames), as_of, full_history=False)
    lines = tuple(compare(frames, old, now=now, before=before))
    refusal = _refusal(checked, lines)
    rights = rights_of(frames["leefloon"], as_of=as_of) if "leefloon" in frames else None
    rights_before = rights_of(old["leefloon"], as_of=before.as_of) if before else None
    compared = current.datasets["leefloon"].delivery if current and before else ""
    verdict = _verdict(checked, lines, refusal)
    return Inspection(city, as_of, names, checked, lines, compared, verdict, refusal, rights, rights_before)


def _tables(files: Sequence[Path], city: City | None, cities: Mapping[str, City]) -> tuple[City, list[Table]]:
    """Return the city and every table, guarded; a file of an unknown city is guarded before that is reported."""
    given = [Given(path, path.name) for path in files]
    known = known_names(city) if city else known_names(*cities.values())
    read = read_files(files, known=known)
    if city is None:
        try:
            city = city_within((reading for readings in read for reading in readings), cities)
        except DeliveryRefused:
            for file, readings in zip(given, read, strict=True):
                for reading in readings:
                    guard(reading, file_name=file.label)
            raise
    return city, [table for tables in guarded(given, read, city) for table in tables]


def as_facts(inspection: Inspection) -> dict[str, object]:
    """The inspection as plain data, for other programs."""
    refusal = inspection.refusal
    return {
        "oordeel": inspection.verdict,
        "regels": "great_expectations" if judged_by_great_expectations() else "demad",
        "stad": inspection.city.slug if inspection.city else None,
        "weigering": {"code": refusal.code, "wat": refusal.what, "doen": refusal.todo} if refusal else None,
        "gezien": {part.dataset: part.notes for part in inspection.checked},
        "tellen_mee": {part.dataset: part.verdict.accepted.height for part in inspection.checked},
        "rechten": asdict(inspection.rights) if inspection.rights else None,
        "rechten_vorige": asdict(inspection.rights_before) if inspection.rights_before else None,
        "kolommen": {part.dataset: [asdict(one) for one in part.conformed.seen] for part in inspection.checked},
        "bevindingen": [asdict(finding) for finding in inspection.findings],
        "vergeleken_met": inspection.compared_with,
        "vergelijking": [asdict(line) for line in inspection.lines],
    }


def fix_list(inspection: Inspection) -> pl.DataFrame:
    """Row numbers per broken rule, as Excel numbers them in the delivered file; never a value.

    Columns: bestand (and sheet), dataset, regel, rij, wat te doen.
    """
    parts = []
    for part in inspection.checked:
        unreadable = part.conformed.unreadable
        frame = with_derived(part.conformed.frame, part.dataset, as_of=inspection.as_of, unreadable=unreadable)
        parameters = {"as_of": inspection.as_of, "as_of_year": inspection.as_of.year}
        for rule in rules_of(part.dataset):
            if rule.severity != "info":
                rows = frame.filter(rejected(rule, parameters))["rij"]
                parts.append(_fixes(part, rule.name, rows, rule.todo))
        for name, rows in sorted(part.conformed.odd.items()):
            said = f"{name.removesuffix('_niet_begrepen').removesuffix('_onbekend')} niet begrepen"
            parts.append(_fixes(part, said, rows, "Verbeter de cel of vul het stadsbestand aan."))
    schema = {"bestand": pl.String, "dataset": pl.String, "regel": pl.String, "rij": pl.UInt32, "todo": pl.String}
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _fixes(part: Checked, rule: str, rows: pl.Series, todo: str) -> pl.DataFrame:
    wanted = pl.DataFrame({"rij": rows.cast(pl.UInt32)})
    return part.places.join(wanted, on="rij", how="semi", maintain_order="left").select(
        pl.col("bestand").cast(pl.String),
        dataset=pl.lit(part.dataset),
        regel=pl.lit(rule),
        rij="lijn",
        todo=pl.lit(todo),
    )


def _since(frames: dict[str, pl.DataFrame]) -> date:
    first = frames["leefloon"]["begin"].min() if "leefloon" in frames else None
    return first if isinstance(first, date) else date(2000, 1, 1)


def _refusal(checked: Sequence[Checked], lines: Sequence[Line]) -> DemadError | None:
    try:
        refuse_broken(checked)
        hold_if_unlikely(lines)
    except DeliveryRefused as refusal:
        return refusal
    return None


def _verdict(checked: Sequence[Checked], lines: Sequence[Line], refusal: DemadError | None) -> FindingState:
    if any(part.refused for part in checked):
        return FindingState.REFUSED
    if refusal is not None:
        return FindingState.HELD
    odd = any(finding.state is not FindingState.GOOD for part in checked for finding in part.findings)
    return (
        FindingState.WARNING if odd or any(line.state is not FindingState.GOOD for line in lines) else FindingState.GOOD
    )
