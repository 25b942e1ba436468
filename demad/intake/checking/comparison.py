"""Compare a delivery with the one in force: counts and shares per line, with the limits of what is normal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from demad.intake.checking.caseload import compare_with_city_counts, persons_by_month
from demad.intake.checking.states import FindingState
from demad.reference.stop_reasons import STOP_REASONS
from demad.tables.months import month_label
from demad.tables.observation import Observation

JUDGED_FROM = 100  # persons: below this number a change may be chance
# Written rules, as (warning above, held above): relative change of rows and of persons, relative change of persons
# in one settled month, change of a share, share of the pseudonyms that disappeared, relative gap to own counts.
COUNT_LIMITS, STOCK_LIMITS, SHARE_LIMITS = (0.15, 0.40), (0.05, 0.20), (0.10, 0.25)
GONE_LIMITS, CONTROL_LIMITS = (0.20, 0.50), (0.02, 0.10)
_NEVER = 1.0
_MONTHS = 12
_SHARES = ("categorie", "geslacht", "nationaliteit", "wet")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of both deliveries; ``state``: good, warning or held. Shares are fractions.

    ``kind`` names the rule: rows, persons, stock, share, overlap or control.
    """

    kind: str
    subject: str
    group: str
    before: float | None
    now: float | None
    state: FindingState
    share: bool = False

    @property
    def change(self) -> float | None:
        """Relative change of a count; difference of a share."""
        if self.before is None or self.now is None:
            return None
        if self.share:
            return self.now - self.before
        return self.now / self.before - 1 if self.before else None


def compare(
    datasets: Mapping[str, pl.DataFrame],
    old: Mapping[str, pl.DataFrame],
    *,
    now: Observation,
    before: Observation | None,
    new_key: bool = False,
    kept: float | None = None,
) -> list[Line]:
    """Return every line in the order shown: size, months, shares, pseudonyms, own counts.

    Parameters
    ----------
    datasets, old
        Typed and accepted rows by dataset; ``old`` is empty if nothing was accepted before.
    now, before
        Observation windows of the two deliveries.
    new_key
        Whether the key of the pseudonyms is known to have changed: then they are not compared.
    kept
        Share of the persons of ``old`` who are in the delivery, as the change of key tells; None: it does not.
    """
    lines = []
    stretch = max(1.0, _months(now) / _months(before)) if before else 1.0
    for name, frame in datasets.items():
        lines += _sizes(name, frame, old.get(name), stretch)
    new, earlier = datasets.get("leefloon"), old.get("leefloon")
    if new is not None and earlier is not None and before is not None:
        lines += _stock(new, earlier, now, before)
        for column in _SHARES:
            lines += _shares(column, new[column], earlier[column], *SHARE_LIMITS)
            lines += _empty(column, new[column], earlier[column])
        lines += _shares("stopreden", _reasons(new), _reasons(earlier), SHARE_LIMITS[0], _NEVER)
        lines += _overlap(new, earlier, new_key=new_key, kept=kept)
    if new is not None and "controle" in datasets:
        lines += _control(datasets["controle"], new, now)
    return lines


def _months(seen: Observation) -> int:
    return max(1, seen.last_month - seen.first_month + 1)


def _sizes(name: str, frame: pl.DataFrame, old: pl.DataFrame | None, stretch: float) -> Iterator[Line]:
    """Compare rows and persons; a delivery with ``stretch`` times as many months may have that many times more."""
    if "persoon" not in frame.columns:
        yield Line("rows", name, "rijen", None if old is None else old.height, frame.height, FindingState.GOOD)
        return
    persons = None if old is None else old["persoon"].n_unique()
    judged = persons is not None and persons >= JUDGED_FROM
    counts = ("rows", "rijen", None if old is None else old.height, frame.height)
    for kind, group, was, now in (counts, ("persons", "personen", persons, frame["persoon"].n_unique())):
        moved = max(1 - now / was, now / (was * stretch) - 1) if judged and was else 0.0
        yield Line(kind, name, group, was, now, _state(moved, *COUNT_LIMITS))


def _stock(new: pl.DataFrame, old: pl.DataFrame, now: Observation, before: Observation) -> Iterator[Line]:
    """Compare persons with a leefloon per month, over the last twelve months that both deliveries cover."""
    last = min(now.last_month, before.last_month)
    first = max(now.first_month, before.first_month, last - _MONTHS + 1)
    counts = [
        dict(persons_by_month(rows, seen).group_by("month").agg(pl.col("counted").sum()).iter_rows())
        for rows, seen in ((old, before), (new, now))
    ]
    for month in range(first, last + 1):
        was, became = (counted.get(month, 0) for counted in counts)
        settled = month <= before.settled_month  # the newest months of a delivery are still incomplete
        state = _state(abs(became / was - 1), *STOCK_LIMITS) if was >= JUDGED_FROM and settled else FindingState.GOOD
        yield Line("stock", "leefloon per maand", month_label(month), was, became, state)


def _shares(subject: str, new: pl.Series, old: pl.Series, warning: float, held: float) -> Iterator[Line]:
    shares = [dict(column.drop_nulls().value_counts(normalize=True).iter_rows()) for column in (old, new)]
    enough = min(new.drop_nulls().len(), old.drop_nulls().len()) >= JUDGED_FROM
    for group in sorted(shares[0].keys() | shares[1].keys()):
        was, became = (share.get(group, 0.0) for share in shares)
        state = _state(abs(became - was), warning, held) if enough else FindingState.GOOD
        yield Line("share", f"aandeel {subject}", str(group), was, became, state, share=True)


def _empty(subject: str, new: pl.Series, old: pl.Series) -> Iterator[Line]:
    was, became = (column.null_count() / max(1, column.len()) for column in (old, new))
    moved = min(new.len(), old.len()) >= JUDGED_FROM and abs(became - was) > SHARE_LIMITS[0]
    yield Line(
        "share",
        f"aandeel {subject}",
        "leeg",
        was,
        became,
        FindingState.WARNING if moved else FindingState.GOOD,
        share=True,
    )


def _reasons(rows: pl.DataFrame) -> pl.Series:
    """Group of the stop reason of every ended decision; an empty reason is unknown."""
    groups = {code: group for code, (_, group) in STOP_REASONS.items()}
    ended = rows.filter(pl.col("einde").is_not_null())
    return ended["stopreden"].cast(pl.String).fill_null("U0").replace_strict(groups, return_dtype=pl.String)


def _overlap(new: pl.DataFrame, old: pl.DataFrame, *, new_key: bool, kept: float | None) -> Iterator[Line]:
    if new_key and kept is None:
        return
    before, now = (rows.select(pl.col("persoon").unique().cast(pl.String)) for rows in (old, new))
    if not new_key or kept is None:
        kept = before.join(now, on="persoon", how="semi").height / max(1, before.height)
    state = _state(1 - kept, *GONE_LIMITS) if before.height >= JUDGED_FROM else FindingState.GOOD
    yield Line("overlap", "pseudoniemen", "nog aanwezig", 1.0, kept, state, share=True)


def _control(own: pl.DataFrame, rows: pl.DataFrame, now: Observation) -> Iterator[Line]:
    """Compare the city's own counts with ours, per law, summed over all months."""
    compared = compare_with_city_counts(own, rows, now)
    total, counted = int(compared["personen"].sum()), int(compared["counted"].sum())
    if not total:
        return
    apart = compared.select((pl.col("personen") - pl.col("counted")).abs().sum()).item() / total
    state = _state(apart, *CONTROL_LIMITS) if total >= JUDGED_FROM else FindingState.GOOD
    yield Line("control", "eigen telling", "persoon-maanden", total, counted, state)


def _state(size: float, warning: float, held: float) -> FindingState:
    if size > held:
        return FindingState.HELD
    return FindingState.WARNING if size > warning else FindingState.GOOD
