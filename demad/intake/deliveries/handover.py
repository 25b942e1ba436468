"""Under which key a delivery was made, and whether everybody who was erased under an earlier key is known under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from demad.errors import DeliveryRefused
from demad.intake.deliveries.in_force import current_frames
from demad.intake.deliveries.key_change import NAME, KeyChange, read_change
from demad.intake.deliveries.manifest import COMMON, Delivery
from demad.records.erased_persons import carry_over, key_was_changed, not_carried_over
from demad.records.pseudonym_keys import key_ids_in
from demad.reference.several import several
from demad.store import file_hash

_PERSON = "persoon"


@dataclass(frozen=True, slots=True)
class Handover:
    """From the key of what is in force to the key of a delivery.

    Parameters
    ----------
    before, after
        Identifiers of the keys; empty for a tool of the city's own.
    announced
        Whether the change is known, so that pseudonyms that are gone say nothing.
    kept
        Share of the persons in force who are in the delivery, from the sample of the change; None: not known.
    carried
        Hash of the old and of the new pseudonym of each erased person.
    missing
        Hashes of erased persons of whom no pseudonym under the new key is known.
    """

    city: str
    before: str = ""
    after: str = ""
    announced: bool = False
    kept: float | None = None
    carried: tuple[tuple[str, str], ...] = ()
    missing: frozenset[str] = frozenset()
    outdated: bool = False

    def hold_if_somebody_is_missing(self) -> None:
        """Raise if an erased person could return under the new key.

        Raises
        ------
        DeliveryRefused
            D-246.
        """
        if not self.missing:
            return
        why = "sindsdien is er iemand gewist" if self.outdated else "ze komen niet voor in de bestanden van de stad"
        raise DeliveryRefused(
            "D-246",
            f"De sleutel van de pseudoniemen is veranderd, en van "
            f"{several(len(self.missing), 'gewiste persoon', 'gewiste personen')} kennen we het "
            f"nieuwe pseudoniem niet{f': {why}' if self.carried or self.announced else ''}.",
            "Laat de stad de wissel opnieuw maken: demad erase --list geeft haar de lijst, demad pseudonymise --rekey "
            "OUDE.sleutel --erased LIJST maakt de wissel. Is een persoon ook bij de stad weg, laat dan toe met demad "
            "accept en een reden.",
        )

    def settle(self, root: Path) -> None:
        """Carry erased persons over and record the change, before the delivery becomes visible. Idempotent."""
        if self.before != self.after or self.carried or self.missing:
            carry_over(root, self.city, before=self.before, after=self.after, carried=self.carried, left=self.missing)


def handover_of(root: Path, folder: Path, delivery: Delivery, frames: Mapping[str, pl.DataFrame]) -> Handover:
    """The hand-over that a delivery asks for; changes nothing.

    Raises
    ------
    DeliveryRefused
        D-270: a dataset that stays in force is under another key. D-271: pseudonyms of two keys in one delivery. D-272:
        the change of key is of another city or delivery, or was replaced. D-503: a key that cities share is named, but
        another one made the pseudonyms. As `read_change`.
    StorageFailed
        D-355.
    """
    change = _announced(folder, delivery)
    ids = _ids(frames)
    if not ids:
        return Handover(delivery.city)
    if len(ids) > 1:
        raise DeliveryRefused(
            "D-271",
            "In één levering staan pseudoniemen van twee sleutels: wie leefloon en wie jeugdhulp kreeg, is dan niet "
            "meer samen te leggen.",
            "Pseudonimiseer alle bestanden samen, met één sleutel.",
        )
    after = ids.pop()
    _refuse_other_domain(delivery, after)
    if change is not None and change.after != after:
        raise _not_of_this()
    current = current_frames(root, delivery.city)
    _refuse_left_behind({name: frame for name, frame in current.items() if name not in frames}, after)
    ids_before = sorted(_ids(current))
    before = ids_before[0] if ids_before else (change.before if change else after)
    missing = not_carried_over(root, delivery.city, after, key_before=before)
    carried = tuple(pair for pair in change.carried if pair[0] in missing) if change else ()
    missing -= {old for old, _ in carried}
    via = change.before if change else ""
    known = before != after and (
        key_was_changed(root, delivery.city, before, after)
        or (change is not None and key_was_changed(root, delivery.city, before, via))
    )
    kept = change.share_kept(current["leefloon"][_PERSON]) if change and "leefloon" in current else None
    outdated = change is not None and bool(missing - change.asked)
    return Handover(delivery.city, before, after, known, kept, carried, frozenset(missing), outdated)


def forget_change(folder: Path) -> None:
    """Destroy the change of key of a delivery that was accepted: it is applied once."""
    (folder / NAME).unlink(missing_ok=True)


def _announced(folder: Path, delivery: Delivery) -> KeyChange | None:
    if not delivery.key_change:
        return None
    path = folder / NAME
    if path.is_symlink() or not path.is_file() or file_hash(path) != delivery.key_change:
        raise _not_of_this()
    change = read_change(path)
    if change.city != delivery.city:
        raise _not_of_this()
    return change


def _not_of_this() -> DeliveryRefused:
    return DeliveryRefused(
        "D-272", "De sleutelwissel hoort niet bij deze levering.", "Lever opnieuw met de wissel die erbij gemaakt is."
    )


def _ids(frames: Mapping[str, pl.DataFrame]) -> set[str]:
    return {key for frame in frames.values() if _PERSON in frame.columns for key in key_ids_in(frame[_PERSON])}


def _refuse_other_domain(delivery: Delivery, after: str) -> None:
    """Cities are linked by what their pseudonyms say, never by what a manifest says alone."""
    if delivery.scope == COMMON and after and delivery.key_id != after:
        raise DeliveryRefused(
            "D-503",
            f"De levering noemt de gemeenschappelijke sleutel {delivery.key_id or '(geen)'}, maar de pseudoniemen zijn "
            f"met sleutel {after} gemaakt.",
            "Lever opnieuw met demad deliver --key en de gemeenschappelijke sleutel.",
        )


def _refuse_left_behind(staying: Mapping[str, pl.DataFrame], after: str) -> None:
    behind = sorted(name for name, frame in staying.items() if _ids({name: frame}) - {after})
    if behind:
        raise DeliveryRefused(
            "D-270",
            f"De sleutel van de pseudoniemen is veranderd, maar {', '.join(behind)} staat niet in de levering en "
            "blijft dus onder de oude sleutel: personen zijn dan niet meer samen te leggen.",
            "Lever alle bestanden met personen opnieuw onder de nieuwe sleutel.",
        )
