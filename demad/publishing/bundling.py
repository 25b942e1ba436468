"""Make the bundle of a city from its deliveries, at the city; and take one, at the centre. Not here: its format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from demad import __version__
from demad.bundles.container import packed
from demad.bundles.contents import as_texts, entry_of, shipped_name
from demad.bundles.definitions import definitions_here
from demad.bundles.in_force import bundle_in_force, put_in_force, tables_in_force
from demad.bundles.jumps import hold_jump
from demad.bundles.keys import key_file, key_id, key_in, public_text
from demad.bundles.manifest import LEAST_BASE, NAME, Manifest, Rounding, Source, valid_until
from demad.bundles.ratchet import made_before, record_made, record_taken, refuse_backward, taken
from demad.bundles.receipt import Bundle, content_of, received
from demad.disclosure.gate import gate
from demad.errors import DemadError, InputMissing, PrivacyRefused, UsageRefused
from demad.intake.deliveries.in_force import in_force
from demad.protection import offsets_known_elsewhere, pool
from demad.publishing.city_stages import delivery_stages
from demad.publishing.figures import policy, protected_tables
from demad.publishing.shards import forget_parts
from demad.records import audit_trail
from demad.records.secrets import known_ids, record_id, secret_of
from demad.reference.cities import City, load_cities
from demad.reference.senders import AGREEMENT, EXACT, PROTECTED, Sender
from demad.store import Store, write_atomic

REFUSED = "bundle_refused"


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that was made: its manifest, its size in bytes, and its hash."""

    manifest: Manifest
    bytes: int
    sha256: str


def make_bundle(root: Path, city: City, out: Path, *, agreement: str, today: date) -> Made:
    """Count the deliveries in force of a city and write its tables as a signed bundle.

    Of the stages in between the valid decisions are stored, as a night does. The number of the bundle and its hash are
    in the trail before the file is there.

    Parameters
    ----------
    agreement
        Reference of the processor agreement under which counts leave the city exactly; empty: they are rounded here.

    Raises
    ------
    UsageRefused
        D-621: no key. D-642: the file exists, or the agreement is no reference. D-647: rounded to less than 10.
    InputMissing
        D-410: no delivery is in force.
    """
    if out.exists():
        raise UsageRefused(
            "D-642", f"{out.name} is er al: een bundel wordt nooit overschreven.", "Kies met --out een nieuwe naam."
        )
    if agreement and not AGREEMENT.fullmatch(agreement):
        raise UsageRefused(
            "D-642", "Dit kenmerk van een overeenkomst kan niet.", "Gebruik letters, cijfers, spaties en ./_-."
        )
    key, current = key_in(key_file(root, city.slug)), in_force(root, city.slug)
    if current is None:
        raise InputMissing("D-410", f"Voor {city.slug} is geen levering in gebruik.", "Lever eerst met demad deliver.")
    counted = _counted(root, city.slug)
    tables, rounding = _leaving(root, city.slug, counted, agreement)
    texts = as_texts(tables, rounding)
    before = made_before(root, city.slug)
    manifest = Manifest(
        city=city.slug,
        nis=city.nis,
        sequence=max(before, default=0) + 1,
        earlier=before,
        made_on=today,
        valid_until=valid_until(today),
        software=__version__,
        definitions=definitions_here(),
        rounding=rounding,
        sources={
            name: Source(shipped_name(one.delivery), one.since, one.as_of, one.made_on, one.full_history)
            for name, one in current.datasets.items()
        },
        files={name: entry_of(content) for name, content in texts.items()},
    )
    content = packed({NAME: manifest.written(), **texts}, key)
    made = Made(manifest, len(content), entry_of(content).sha256)
    _judge_own(root, content, city, public_text(key), rounding, today)
    record_made(root, manifest, sha256=made.sha256, key=key_id(public_text(key)))
    write_atomic(out, content)
    return made


def _counted(root: Path, city: str) -> dict[str, pl.DataFrame]:
    """The additive tables of the deliveries in force; they are counted from the decisions that are stored first."""
    for stage, tables in delivery_stages(root, city):
        if stage == "periods":
            Store(root).commit(f"periods/{city}", tables, {})
        elif stage == "tables":
            forget_parts(root, city)
            return tables
    raise AssertionError


def judged(root: Path, path: Path, *, today: date) -> Bundle:
    """Judge the file of a bundle as `take` does, beside those that were taken; changes nothing.

    Raises
    ------
    DemadError
        As `receipt.received` and `ratchet.refuse_backward`.
    """
    bundle = _received(root, path, today)
    manifest = bundle.manifest
    _ = refuse_backward(taken(root, manifest.city), manifest, sha256=bundle.sha256, key=key_id(bundle.key))
    return bundle


def take(root: Path, path: Path, *, today: date, reason: str = "") -> Bundle:
    """Put a bundle in force if it is newer than what was taken; one that was taken last is taken again.

    The trail has it before it is in force, so that a process that dies in between leaves a bundle that is simply taken
    again. What is refused leaves its hash and its code in the trail, and nothing else.

    Parameters
    ----------
    reason
        Why a bundle with other counts than before is right; empty: such a one waits.

    Raises
    ------
    DemadError
        As `judged`; D-640: it tells another story than the one in force.
    """
    try:
        bundle = _received(root, path, today)
        manifest = bundle.manifest
        key = key_id(bundle.key)
        again = refuse_backward(taken(root, manifest.city), manifest, sha256=bundle.sha256, key=key)
        _refuse_second_secret(root, manifest)
        if not again and not reason and bundle_in_force(root, manifest.city):
            hold_jump(bundle.tables, tables_in_force(root, manifest.city))
    except DemadError as refusal:
        if path.is_file() and not path.is_symlink():
            facts = {"code": refusal.code, "bytes": path.stat().st_size}
            audit_trail.record(root, REFUSED, facts)
        raise
    if not again:
        record_taken(root, manifest, sha256=bundle.sha256, key=key, reason=reason)
    if manifest.rounding.secret and manifest.city not in known_ids(root):
        record_id(root, manifest.city, manifest.rounding.secret)
    put_in_force(root, bundle)
    return bundle


def _received(root: Path, path: Path, today: date) -> Bundle:
    rules = policy(root)
    return received(content_of(path), load_cities(root), today=today, base=rules.base, exact_stock=rules.exact_stock)


def _leaving(
    root: Path, city: str, counted: Mapping[str, pl.DataFrame], agreement: str
) -> tuple[dict[str, pl.DataFrame], Rounding]:
    """The tables as they leave the city, and how they were protected."""
    if agreement:
        return dict(counted), Rounding(EXACT, agreement=agreement)
    rules, secret = policy(root), secret_of(root, city)
    if rules.base < LEAST_BASE:
        raise UsageRefused(
            "D-647",
            f"Een bundel verbergt niets en wordt daarom afgerond op {LEAST_BASE}, niet op {rules.base}.",
            f"Zet in demad.toml, bij de stad en bij het centrum, onder [privacy]: base = {LEAST_BASE}.",
        )
    rounded = protected_tables(root, city, counted)
    whole = pool([rounded])
    barred = gate(whole, None, offsets_known_elsewhere(whole, {city: secret})).groups.rename({"year": "period"})
    return {**rounded.tables, "barred": barred}, Rounding(PROTECTED, rules.base, rules.exact_stock, secret.id)


def _judge_own(root: Path, content: bytes, city: City, public: str, rounding: Rounding, today: date) -> None:
    """Judge our own bundle as the centre will, so that what it would refuse never leaves."""
    sender = Sender((public,), rounding.mode == EXACT, rounding.secret, rounding.agreement)
    own, rules = replace(city, sender=sender), policy(root)
    _ = received(content, {city.slug: own}, today=today, base=rules.base, exact_stock=rules.exact_stock)


def _refuse_second_secret(root: Path, manifest: Manifest) -> None:
    """Refuse a bundle that is rounded with another secret than earlier figures of the city."""
    known = known_ids(root).get(manifest.city)
    if manifest.rounding.secret and known not in (None, manifest.rounding.secret):
        raise PrivacyRefused(
            "D-635",
            "De bundel is afgerond met een ander geheim dan vroegere cijfers van deze stad.",
            "Neem hem niet aan: één aantal, afgerond met twee geheimen, verraadt zich. Verhuis het geheim met demad "
            "bundle secret en vraag een nieuwe bundel.",
        )
