"""How a city that ships bundles is registered at the centre: the table ``[bundle]`` of its file. Not here: bundles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEY = re.compile(r"ed25519:[0-9a-f]{64}")
SECRET = re.compile(r"[0-9a-f]{16}")
AGREEMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{2,59}")
NAMES = ("key", "next_key", "protection", "secret", "agreement")
EXACT, PROTECTED = "exact", "protected"


@dataclass(frozen=True, slots=True)
class Sender:
    """A city that ships its tables instead of rows.

    Parameters
    ----------
    keys
        Public keys that may sign, the one in use first and then the one that comes after it.
    exact
        Whether its tables are exact, which needs a processor agreement; else the city protects them itself.
    secret
        Identifier of the secret with which the city rounds; empty where its tables are exact.
    agreement
        Reference of the processor agreement; empty where the city protects its tables.
    """

    keys: tuple[str, ...]
    exact: bool
    secret: str
    agreement: str

    @property
    def protection(self) -> str:
        """``exact`` or ``protected``."""
        return EXACT if self.exact else PROTECTED


def sender_of(described: Mapping[str, Any]) -> Sender | None:
    """The sender that a city file describes; None where the city delivers rows."""
    if not (given := described.get("bundle")):
        return None
    keys = tuple(given[name] for name in ("key", "next_key") if name in given)
    exact = given["protection"] == EXACT
    return Sender(keys, exact, "" if exact else given["secret"], given["agreement"] if exact else "")


def wrong_sender(value: object) -> str:
    """What is wrong with a table ``[bundle]``, in Dutch; empty if nothing is."""
    if not isinstance(value, Mapping):
        return "Schrijf er een tabel van: [bundle] op een eigen lijn."
    if unknown := sorted(value.keys() - set(NAMES)):
        return f'Onder [bundle] kan "{unknown[0]}" niet: kies uit {", ".join(NAMES)}.'
    keys = [value.get("key"), value.get("next_key", value.get("key"))]
    if not all(isinstance(key, str) and KEY.fullmatch(key) for key in keys):
        return "Zet onder [bundle] key (en bij een wissel next_key): wat demad bundle keygen toont, ed25519:…."
    if value.get("protection") not in (EXACT, PROTECTED):
        return 'Zet onder [bundle]: protection = "protected" of "exact".'
    name, shape = ("agreement", AGREEMENT) if value["protection"] == EXACT else ("secret", SECRET)
    if not (isinstance(value.get(name), str) and shape.fullmatch(value[name])):
        needed = {
            "agreement": "agreement: het kenmerk van de verwerkersovereenkomst (letters, cijfers, spatie, ./_-).",
            "secret": "secret: het kenmerk van het geheim, 16 tekens, dat demad bundle keygen toont.",
        }
        return f'Bij protection = "{value["protection"]}" hoort {needed[name]}'
    return ""
