"""Send a text by e-mail and webhook. A channel that fails gives an alert with a code and never stops a run."""

from __future__ import annotations

import http.client
import json
import smtplib
import ssl
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from demad.notify.addresses import Addresses
from demad.notify.alert import Alert

_PATIENCE = 15  # seconds
_NO_EMAIL = Alert("D-471", "De e-mail kon niet verstuurd worden.", "Kijk de mailserver na in demad.toml.")
_NO_WEBHOOK = Alert("D-472", "De webhook antwoordt niet.", "Kijk webhook_url na in demad.toml.")


def send(addresses: Addresses, subject: str, text: str) -> list[Alert]:
    """Send to every configured channel; return an alert for each that failed."""
    failed = []
    if addresses.smtp_host and not _tried(_email, addresses, subject, text):
        failed.append(_NO_EMAIL)
    if addresses.webhook_url and not _tried(_webhook, addresses, subject, text):
        failed.append(_NO_WEBHOOK)
    return failed


def _tried(channel: Callable[[Addresses, str, str], None], addresses: Addresses, subject: str, text: str) -> bool:
    try:
        channel(addresses, subject, text)
    except (OSError, ValueError, smtplib.SMTPException, http.client.HTTPException):
        return False
    return True


def _email(addresses: Addresses, subject: str, text: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = addresses.email_from, addresses.email_to, subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    trusted = ssl.create_default_context()
    if addresses.smtp_security == "tls":
        server = smtplib.SMTP_SSL(addresses.smtp_host, addresses.smtp_port, timeout=_PATIENCE, context=trusted)
    else:
        server = smtplib.SMTP(addresses.smtp_host, addresses.smtp_port, timeout=_PATIENCE)
    with server:
        if addresses.smtp_security == "starttls":
            server.starttls(context=trusted)
        if addresses.smtp_user:
            password = Path(addresses.smtp_password_file).read_text(encoding="utf-8").strip()
            server.login(addresses.smtp_user, password)
        server.send_message(message)


def _webhook(addresses: Addresses, subject: str, text: str) -> None:
    request = urllib.request.Request(  # noqa: S310 - only https, or http on this machine (addresses.py)
        addresses.webhook_url,
        data=json.dumps({"text": f"{subject}\n{text}"}, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
        method="POST",
    )
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=_PATIENCE):
        pass


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """Refuse redirects: only the address in demad.toml is used."""
