"""A root through its years, and what must be true of it: who was erased stays away, what was released stays known."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from demad.errors import DeliveryRefused, UsageRefused
from demad.intake.deliveries.handover import Handover, handover_of
from demad.intake.deliveries.key_change import write_change
from demad.intake.deliveries.manifest import Delivery
from demad.intake.pseudonyms.keys import Key
from demad.intake.pseudonyms.people import Change
from demad.intake.pseudonyms.sources import sources
from demad.intake.pseudonyms.tables import pseudonymised
from demad.intake.reading.table import Reading
from demad.operations.backup import backup
from demad.operations.erasure import erase
from demad.operations.restore import restore
from demad.publishing.withdrawal import withdraw
from demad.records import audit_trail
from demad.records.erased_persons import checked_lines, erased_hash, hashes_of, without_erased
from demad.records.pseudonym_keys import key_ids_in
from demad.reference.cities import city_of
from demad.releases.agreement import disagreements, refuse_disagreement
from demad.releases.files import MANIFEST
from demad.releases.ledger import ever_released, released_figures, remember, rows
from demad.releases.withdrawals import in_force, withdrawals
from demad.store import Store, file_hash, private_folder, write_atomic
from tests.figures import figure, published
from tests.pseudonyms.people import nobody

DAY = date(2026, 9, 30)
NUMBERS = [nobody(place) for place in range(6)]


def key_of(turn: int) -> Key:
    """The key of the city after so many changes."""
    return Key("gent", "44021", "leefloon", "", bytes([turn]) * 32)


PEOPLE = [key_of(0).pseudonyms()(number) for number in NUMBERS]


class Years:
    """A root and what must be true of it: who was erased, and what was released, under which name and manifest."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.root, self.chance = folder, folder / "root", random.Random(seed)  # noqa: S311
        self.turn, self.gone = 0, set[str]()  # changes of key, and the numbers of who was erased
        self.released: dict[str, str] = {}
        self.withdrawn: set[str] = set()
        self.printed: set[tuple[str, float]] = set()
        self.backups: list[Path] = []
        self.deliver()

    @property
    def erased(self) -> set[str]:
        """Pseudonyms of who was erased, under every key there ever was."""
        return {key_of(turn).pseudonyms()(number) for turn in range(self.turn + 1) for number in self.gone}

    @erased.setter
    def erased(self, people: set[str]) -> None:
        self.gone = {number for number, person in zip(NUMBERS, PEOPLE, strict=True) if person in people}

    def deliver(self) -> None:
        """Accept a delivery in which everybody is, as a city delivers that keeps no list.

        It is decided on as a real one is: held while somebody who was erased is not known under its key. Then the city
        makes the change of key again, with the list as it is now.
        """
        people = pl.DataFrame({"persoon": [key_of(self.turn).pseudonyms()(number) for number in NUMBERS]})
        handover = self.handover(people, None)
        if handover.missing:
            with pytest.raises(DeliveryRefused, match="gewiste perso"):
                handover.hold_if_somebody_is_missing()
            handover = self.handover(people, self.change())
        handover.hold_if_somebody_is_missing()
        handover.settle(self.root)
        frame = without_erased(self.root, "gent", people)
        Store(self.root).commit("accepted/gent", {"leefloon": frame}, {"made": self.chance.random(), "datasets": {}})

    def handover(self, people: pl.DataFrame, change: dict | None) -> Handover:
        """From the key of what is in force to that of a delivery, with or without a change of key."""
        folder = private_folder(self.folder / "delivery")
        if change:
            write_change(folder / "sleutelwissel.json", change)
        announced = file_hash(folder / "sleutelwissel.json") if change else ""
        delivery = Delivery("x", "gent", "44021", DAY, DAY, False, DAY, "city", "", "", files=(), key_change=announced)
        return handover_of(self.root, folder, delivery, {"leefloon": people})

    def change(self) -> dict:
        """What the city tells of a change to its present key, from any earlier key that people were erased under."""
        listed = hashes_of(self.root, "gent")
        frame = pl.DataFrame({"INSZ": NUMBERS, "nis": "44021", "wet": "RMI", "begin": "2020-01-01", "categorie": "2"})
        frame = frame.with_columns(einde=pl.lit(None, pl.String))
        files = sources(["leefloon.csv"], [[Reading(frame, ())]], city_of("gent"))
        olds = tuple(key_of(turn) for turn in reversed(range(self.turn)))
        _, told = pseudonymised(files, city_of("gent"), key_of(self.turn), Change(olds, frozenset(listed)))
        return told["change"]

    def change_key(self) -> None:
        """The city has another key from now on; what it delivers next is under that key."""
        self.turn += 1

    def erase(self) -> None:
        """Erase one more person, under the key of what is in force: under another key it is refused."""
        number = self.chance.choice(NUMBERS)
        if Store(self.root).current("accepted/gent") is None:
            return
        in_force = Store(self.root).read("accepted/gent", "leefloon")["persoon"]
        keys = key_ids_in(in_force) or {key_of(self.turn).id}
        for turn in range(self.turn + 1):
            if key_of(turn).id in keys:
                erase(self.root, "gent", key_of(turn).pseudonyms()(number))
                self.gone.add(number)
            else:
                with pytest.raises(UsageRefused, match="D-459"):
                    erase(self.root, "gent", key_of(turn).pseudonyms()(number))

    def back_up(self) -> None:
        """Write one more backup."""
        self.backups.append(self.folder / f"backup-{len(self.backups)}.tar.gz")
        backup(self.root, self.backups[-1])

    def restore(self) -> None:
        """Restore any backup there is."""
        if self.backups:
            restore(self.root, self.chance.choice(self.backups), replace=True)

    def release(self) -> None:
        """Release one figure, in the order of `publishing.release`: ledger, trail, pages."""
        audit_trail.refuse_broken(self.root)
        refuse_disagreement(self.root)
        name, value = f"2025Q4-r{len(self.released) + 1}", float(len(self.released))
        frame = published(figure(value=value / 100, low=0.0, high=1.0, numerator=10, denominator=100)).frame
        staged = private_folder(self.folder / f"staged-{name}")
        frame.write_parquet(staged / "cijfers.parquet")
        files = {"cijfers.parquet": file_hash(staged / "cijfers.parquet")}
        write_atomic(staged / MANIFEST, json.dumps({"files": files, "name": name}).encode())
        remember(self.root, name, frame, recorded=self.released)
        facts = {"release": name, "manifest": file_hash(staged / MANIFEST), "rows": rows(self.root)}
        audit_trail.record(self.root, "released", facts)
        staged.rename(private_folder(self.root / "publication") / name)
        self.released[name] = facts["manifest"]
        self.printed.add((name, value / 100))

    def printed_by(self, release: str) -> float:
        """The value that a release printed."""
        return next(value for name, value in self.printed if name == release)

    def withdraw(self) -> None:
        """Withdraw any release that is in force."""
        if standing := in_force(self.root):
            name = self.chance.choice(standing)
            withdraw(self.root, name, "Fout geteld.")
            self.withdrawn.add(name)

    def judge(self) -> None:
        """Whether all of it is true."""
        assert set(withdrawals(self.root)) == self.withdrawn
        assert in_force(self.root) == [name for name in self.released if name not in self.withdrawn]
        last = {self.printed_by(name) for name in in_force(self.root)[-1:]}
        assert set(released_figures(self.root)["value"].to_list()) == last
        if Store(self.root).current("accepted/gent") is not None:  # else a restore brought rows of an older key
            people = Store(self.root).read("accepted/gent", "leefloon")["persoon"].to_list()
            assert not self.erased & set(people)
        stored = b"".join(path.read_bytes() for path in (self.root / "store").rglob("*.parquet"))
        assert not any(person.encode() in stored for person in self.erased)
        kept = {(name, value) for name, value in ever_released(self.root).select("release", "value").iter_rows()}
        assert kept == self.printed
        for name, manifest in self.released.items():
            assert file_hash(self.root / "publication" / name / MANIFEST) == manifest
        assert list(disagreements(self.root, every_file=True)) == []
        assert audit_trail.verify(self.root).holds
        listed = {json.loads(line)["hash"] for line in checked_lines(self.root)}
        assert listed <= {erased_hash("gent", person) for person in self.erased}
        assert all(
            listed & {erased_hash("gent", key_of(turn).pseudonyms()(number)) for turn in range(self.turn + 1)}
            for number in self.gone
        )
