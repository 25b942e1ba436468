"""Receipts: what became of a delivery, for the city that made it. Counts, codes and texts; never a cell.

In `<root>/receipts/<city>/`, a page and a JSON file for each delivery: its last decision. Not here: the decision.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from demad import __version__
from demad.intake.checking.states import FindingState
from demad.intake.deliveries.ledger import DeliveryState, Outcome
from demad.intake.pages import drawn
from demad.reference.cities import City
from demad.store import private_folder, write_atomic

FOLDER = "receipts"
_FORMAT = "demad-receipt/1"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_SAID = {
    DeliveryState.ACCEPTED: ("Aanvaard: deze levering is in gebruik.", "good"),
    DeliveryState.SUPERSEDED: ("Aanvaard, maar er was al een nieuwere levering: die blijft in gebruik.", "good"),
    DeliveryState.KNOWN: ("Deze levering hadden we al; er verandert niets.", "good"),
    DeliveryState.HELD: ("Aangehouden: iemand kijkt ze eerst na. Uw cijfers veranderen nog niet.", "held"),
    DeliveryState.REFUSED: ("Geweigerd: er is niets van gebruikt. Uw cijfers veranderen niet.", "refused"),
    DeliveryState.INCOMPLETE: ("Wacht: er is nog niets beslist. We kijken opnieuw.", "held"),
}
_FINDINGS = {
    FindingState.REFUSED: "geweigerd",
    FindingState.SET_ASIDE: "opzijgezet",
    FindingState.WARNING: "let op",
    FindingState.HELD: "aangehouden",
}


def write_receipt(root: Path, city: City, outcome: Outcome, at: datetime, *, earlier: str = "") -> None:
    """Write the receipt of a decision over that of an earlier one.

    Parameters
    ----------
    at
        When it was decided (UTC).
    earlier
        When this delivery was decided on before (ISO 8601, UTC); empty if it was not.
    """
    told = {
        "format": _FORMAT,
        "at": at.isoformat(timespec="seconds"),
        "earlier": earlier,
        "city": city.slug,
        "delivery": outcome.delivery,
        "state": outcome.state,
        "code": outcome.code,
        "what": outcome.what,
        "todo": outcome.todo,
        "as_of": outcome.as_of,
        "made_on": outcome.made_on,
        "content": outcome.content,
        "made_with": outcome.made_with,
        "received_with": __version__,
        "findings": [asdict(finding) for finding in outcome.findings if finding.state in _FINDINGS and finding.failed],
    }
    said, look = _SAID[DeliveryState(outcome.state)]
    page = drawn(
        "receipt.html.j2",
        city=city.name,
        said=said,
        look=look,
        day=_day(told["at"]),
        earlier=_day(earlier) if earlier else "",
        older=_is_older(outcome.made_with),
        states=_FINDINGS,
        **{name: told[name] for name in ("delivery", "code", "what", "todo", "as_of", "made_with", "received_with")},
        findings=told["findings"],
    )
    folder = private_folder(root / FOLDER / city.slug)
    stem = receipt_name(outcome.delivery)
    write_atomic(folder / f"{stem}.html", page.encode())
    write_atomic(folder / f"{stem}.json", (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())


def receipt_name(delivery: str) -> str:
    """File name, without its end, of the receipt of a delivery whose name may be anything."""
    if _NAME.fullmatch(delivery):
        return delivery
    return f"levering-{hashlib.sha256(delivery.encode()).hexdigest()[:12]}"


def _day(at: object) -> str:
    return datetime.fromisoformat(str(at)).strftime("%d/%m/%Y om %H:%M UTC")


def _is_older(version: str) -> bool:
    """Whether a version is older than ours; what is not two or three numbers is not compared."""
    numbers = [re.findall(r"\d+", one) for one in (version, __version__)]
    if not version or any(len(found) < 2 for found in numbers):
        return False
    theirs, ours = ([int(number) for number in found[:3]] for found in numbers)
    return theirs < ours
