"""Move the secret of a city, sealed, to where its counts are rounded from now on.

A count that is rounded under two secrets tells more than one rounding: a city that changes from deliveries to bundles
that it rounds itself, or back, goes on with the secret that it had.
"""

from __future__ import annotations

from pathlib import Path

from demad.errors import PrivacyRefused, UsageRefused
from demad.operations.sealing import seal, unseal
from demad.publishing.sources import rounding_of
from demad.records import audit_trail
from demad.records.secrets import MOVED, Secret, id_of, keep, known_ids, moved_away, record_id, secret_file, secret_of
from demad.store import write_atomic


def export_secret(root: Path, city: str, out: Path, key: bytes) -> str:
    """Write the secret of a city, sealed with a key, to a new file; return its identifier.

    Raises
    ------
    UsageRefused
        D-643: the file exists. D-602, D-603: the secret is missing or differs.
    """
    if out.exists():
        raise UsageRefused("D-643", f"{out.name} bestaat al.", "Kies een nieuw bestand.")
    secret, file = secret_of(root, city), secret_file(root, city)
    audit_trail.record(root, "secret_exported", {"city": city, "secret": secret.id})
    write_atomic(out, seal({file.name: file.read_bytes()}, key))
    return secret.id


def import_secret(root: Path, city: str, sealed: Path, key: bytes) -> str:
    """Keep the secret of a city from a sealed file; return its identifier.

    Raises
    ------
    UsageRefused
        D-368: another key, or damaged. D-643: it is not of this city.
    PrivacyRefused
        D-603: figures of the city were made with another secret here.
    """
    written = unseal(sealed.read_bytes() if sealed.is_file() else b"", key).get(secret_file(root, city).name)
    if written is None:
        raise UsageRefused("D-643", f"{sealed.name} bevat het geheim van {city} niet.", "Kijk de stad na.")
    secret = Secret(bytes.fromhex(written.decode().strip()))
    here = {known_ids(root).get(city), id_of(root, city)} - {None, "", secret.id}
    if here:
        raise PrivacyRefused(
            "D-603",
            f"Het geheim van {city} is een ander dan waarmee vroegere cijfers gemaakt zijn.",
            "Gebruik een nieuwe map, of zet het juiste terug uit de back-up met demad restore.",
        )
    if city in moved_away(root):
        record_id(root, city, secret.id)
    return keep(root, city, secret).id


def forget_secret(root: Path, city: str) -> None:
    """Remove our copy of a secret with which the city itself rounds from now on.

    Raises
    ------
    UsageRefused
        D-644: no bundle is in force that the city rounded with this very secret.
    """
    by_itself, file = rounding_of(root, city), secret_file(root, city)
    if by_itself is None or not file.is_file() or by_itself["secret"] != id_of(root, city):
        raise UsageRefused(
            "D-644",
            f"Van {city} is hier geen bundel in gebruik die ze met dit geheim heeft afgerond.",
            "Neem eerst haar bundel aan; dan pas kan het geheim hier weg.",
        )
    audit_trail.record(root, MOVED, {"city": city, "secret": by_itself["secret"]})
    file.unlink()
