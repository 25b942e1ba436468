"""Recipients and quiet rules of alerts: the table `[notify]` of `<root>/demad.toml`. Not here: sending."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from demad.errors import UsageRefused
from demad.notify.signals import EVERYBODY
from demad.reference.cities import load_cities
from demad.reference.toml_files import read_toml, refuse_unknown_keys

_SECURITY = ("starttls", "tls", "none")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Recipients and options of messages; an empty address means no message.

    Parameters
    ----------
    email_to, email_from
        Recipients, separated by commas, and the sender.
    smtp_host, smtp_port, smtp_security
        The mail server; ``starttls`` (the default), ``tls`` or ``none``.
    smtp_user, smtp_password_file
        User name, and the file that holds the password: never the password itself.
    webhook_url
        Gets ``{"text": …}``; https, or http on this machine.
    repeat_days
        Number of days after which an alert that persists is sent again.
    late_hours
        Number of hours after the last run at which a nightly run counts as missed.
    digest
        ``news``: a morning message only if there is news; ``always`` or ``never``.
    signals
        Slugs of cities separated by commas, or ``all``: their early warnings come by message after a release.
    """

    email_to: str = ""
    email_from: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password_file: str = ""
    webhook_url: str = ""
    repeat_days: int = 7
    late_hours: int = 25
    digest: str = "news"
    signals: str = ""


def load_addresses(root: Path) -> Addresses:
    """The addresses of a root; empty if it has no ``[notify]``.

    Raises
    ------
    UsageRefused
        D-440: unknown key, D-443: invalid TOML, D-470: invalid value.
    """
    path = root / "demad.toml"
    given = read_toml(path).get("notify", {}) if path.is_file() else {}
    if not isinstance(given, dict):
        raise _wrong("notify")
    refuse_unknown_keys(given, [field.name for field in fields(Addresses)], where="demad.toml [notify]")
    for field in fields(Addresses):
        if type(given.get(field.name, field.default)) is not type(field.default):
            raise _wrong(field.name)
    return _checked(Addresses(**given), {*load_cities(root), EVERYBODY})


def _checked(found: Addresses, cities: set[str]) -> Addresses:
    wrong: dict[str, Any] = {
        "smtp_security": found.smtp_security not in _SECURITY,
        "digest": found.digest not in ("news", "always", "never"),
        "webhook_url": bool(found.webhook_url) and not _safe(found.webhook_url),
        "email_to": any("\n" in text or "\r" in text for text in (found.email_to, found.email_from)),
        "email_from": bool(found.smtp_host) and not (found.email_to and found.email_from),
        "repeat_days": found.repeat_days < 1,
        "late_hours": found.late_hours < 1,
        "signals": not {name.strip() for name in found.signals.split(",") if name.strip()} <= cities,
    }
    for name, refused in wrong.items():
        if refused:
            raise _wrong(name)
    return found


def _safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _wrong(name: str) -> UsageRefused:
    return UsageRefused("D-470", f"demad.toml: {name} in [notify] kan niet.", "Zie de tabel in docs/beheer.md.")
