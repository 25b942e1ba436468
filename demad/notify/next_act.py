"""What somebody who reads `demad status` does first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_HERE = "Zie demad status; "
_COMMANDS = {"demad accept": 'demad accept LEVERING --reason "…", of vraag een nieuwe', "demad adopt": "demad adopt"}
NOTHING = "niets te doen"


def next_act(alerts: Sequence[Mapping[str, str]], *, to_judge: int, waiting: int) -> str:
    """The next step, in Dutch: what the first alert asks; else what the inbox asks.

    Parameters
    ----------
    alerts
        ``about`` (a city, or empty) and ``todo`` of each, most serious first.
    to_judge
        Deliveries that are there as a whole and undecided.
    waiting
        Deliveries in the inbox that are undecided, whole or not.
    """
    if alerts:
        return _asked(alerts[0]["about"], alerts[0]["todo"])
    if to_judge:
        return "demad run"
    return "wacht tot de stad haar levering afmaakt, of vraag het haar" if waiting else NOTHING


def _asked(about: str, todo: str) -> str:
    """The command that an alert names; of a city what to ask it; else a look at the machine and what is stored."""
    named = next((step for command, step in _COMMANDS.items() if command in todo), "")
    if named or not about or "back-up" in todo:
        return named or "demad doctor"
    act = todo.removeprefix(_HERE)
    return f"{about}: {act[0].lower()}{act[1:].removesuffix('.')}"
