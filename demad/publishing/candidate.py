"""What a release is decided from, and what it then says: figures, changes with their reasons, who signed off.

Not here: rendering and publishing it (`release`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from demad.benchmark import compare_cities
from demad.catalogue import CATALOGUE
from demad.errors import UsageRefused
from demad.exports.about import Areas
from demad.publishing.definition_changes import definitions_need_approval
from demad.publishing.figures import stored
from demad.publishing.outlook import outlook
from demad.publishing.site import areas_of, edition
from demad.publishing.sources import rounding_of
from demad.records.secrets import known_ids, secret_of
from demad.reference.cities import City, breaks_of, load_cities, taking_part
from demad.releases import signoff
from demad.releases.changes import changed, since_withdrawn, with_reasons
from demad.releases.figures import cut_to_period, up_to
from demad.releases.ledger import released_figures, withdrawn_figures
from demad.releases.readers import as_readers_have, without_told
from demad.releases.signoff import SignOff
from demad.reporting.edition import Edition, Revision
from demad.reporting.words import period_words, words
from demad.tables.outlook import NOWCAST

_PERIOD = re.compile(r"\d{4}(Q[1-4]|-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a release is decided from: settled figures as a draft, figures released before, sign-offs.

    ``released``: those up to the period, without those that were already gone. ``retracted``: RELEASED, likewise, the
    figures that readers last saw in a release that was withdrawn.
    """

    period: str
    draft: Edition
    released: pl.DataFrame
    retracted: pl.DataFrame
    cities: Mapping[str, City]
    areas: Areas
    signed: Mapping[str, SignOff]

    @property
    def published(self) -> pl.DataFrame:
        """The figures up to the period, as PUBLISHED_VALUE."""
        return self.draft.figures.frame


@dataclass(frozen=True, slots=True)
class Decision:
    """The edition to release, and the released figures that it changes, each with its reason.

    ``retracted``: those that differ from a release that was withdrawn.
    """

    edition: Edition
    revised: Sequence[dict[str, Any]]
    retracted: Sequence[dict[str, Any]]


def candidate_of(root: Path, period: str) -> Candidate:
    """Read what a release of a period is decided from; nothing is written.

    Raises
    ------
    UsageRefused
        D-450: not a period, or it is not yet complete in the figures. D-452: new definitions need approval.
    PrivacyRefused
        D-602, D-603: the secret of a city is missing or differs.
    StorageFailed
        D-356: a sign-off is damaged.
    """
    refuse_no_period(period)
    refuse_new_definitions(root)
    for city in known_ids(root):
        if not rounding_of(root, city):  # else the secret is at the city
            secret_of(root, city)
    figures = cut_to_period(stored(root), period)
    # A nowcast tells the exact stock of months that are not settled: it is for the city until that was attacked.
    ahead = {**outlook(root, figures), "nowcast": NOWCAST.empty()}
    compared = {**compare_cities(figures, CATALOGUE, breaks_of(root)), **ahead}
    partners = taking_part(root)
    # What was released of a city that left stays as it was: it is not revised because the city is gone.
    gone = [slug for slug in load_cities(root) if slug not in partners]
    still = ~pl.col("city").is_in(gone)
    before = up_to(as_readers_have(root, released_figures(root), period).filter(still), period)
    retracted = up_to(withdrawn_figures(root).filter(still), period)
    return Candidate(
        period=period,
        draft=edition(root, figures, compared, label=f"Release {period_words(period)}"),
        released=without_told(root, before, figures.frame),
        retracted=without_told(root, retracted, figures.frame),
        cities=partners,
        areas=areas_of(root),
        signed=signoff.sign_offs(root, period),
    )


def decide(candidate: Candidate, reason: str) -> Decision:
    """What the release says: its figures, each released one that it changes and why, and who did not sign off.

    Parameters
    ----------
    reason
        Why released figures change; if empty, the cities whose figures changed are named.
    """
    names = {slug: city.name for slug, city in candidate.cities.items()}
    different = changed(candidate.published, candidate.released)
    waiting = signoff.late(candidate.signed, candidate.published, candidate.cities)
    cards = tuple(
        replace(card, note=f"{card.note} {words('release.late')}".strip()) if card.slug in waiting else card
        for card in candidate.draft.cities
    )
    revised = with_reasons(different, reason, names)
    retracted = since_withdrawn(candidate.published, candidate.retracted)
    explanations = {city: one.words for city, one in candidate.signed.items() if one.words}
    signed = frozenset(candidate.signed) - set(waiting)
    made = replace(candidate.draft, cities=cards, explanations=explanations, signed=signed)
    return Decision(_with_changes(made, revised, retracted), revised, retracted)


def telling(decided: Decision, told: Sequence[dict[str, Any]]) -> Decision:
    """The decision with the changes that an earlier release told, if there are any."""
    if not told:
        return decided
    revised, retracted = [row for row in told if "withdrawn" not in row], [row for row in told if "withdrawn" in row]
    return Decision(_with_changes(decided.edition, revised, retracted), revised, retracted)


def _with_changes(made: Edition, revised: Sequence[dict[str, Any]], retracted: Sequence[dict[str, Any]]) -> Edition:
    """An edition that tells these rows of `changes.json`."""
    return replace(
        made,
        revisions=tuple(Revision(**row) for row in revised),
        retracted=tuple(Revision(**row) for row in retracted),
    )


def refuse_no_period(period: str) -> None:
    """Refuse what is not written as a period; D-450."""
    if not _PERIOD.fullmatch(period):
        raise UsageRefused("D-450", "Dit is geen periode.", "Gebruik 2026Q2, 2026 of 2026-06.")


def refuse_new_definitions(root: Path) -> None:
    """Refuse where this version counts otherwise than the stored figures and nobody let it; D-452."""
    if definitions_need_approval(root):
        raise UsageRefused(
            "D-452",
            "Deze versie rekent anders dan de cijfers die er staan.",
            "Bekijk het verschil met demad adopt en laat het toe, of zet de vorige versie terug.",
        )
