"""A mail server and a webhook on loopback that keep what they are given."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer

_ANSWERS = {b"EHLO": b"250 sink", b"HELO": b"250 sink", b"DATA": b"354 go on", b"QUIT": b"221 bye"}


class _Mail(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """Speak just enough SMTP."""
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            word = line.strip()[:4].upper()
            self.wfile.write(_ANSWERS.get(word, b"250 fine") + b"\r\n")
            if word == b"DATA":
                lines = iter(self.rfile.readline, b".\r\n")
                kept = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
                self.server.kept.append(message_from_bytes(kept, policy=policy.default))  # pyright: ignore
                self.wfile.write(b"250 kept\r\n")
            if word == b"QUIT":
                return


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Keep the body."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.kept.append(json.loads(body))  # pyright: ignore
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def mail_sink() -> Iterator[tuple[int, list[EmailMessage]]]:
    """Port of a mail server, and the messages it got."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Mail) as server:
        yield from _serving(server)


@contextmanager
def hook_sink() -> Iterator[tuple[int, list[dict]]]:
    """Port of a webhook, and the bodies it got."""
    with HTTPServer(("127.0.0.1", 0), _Hook) as server:
        yield from _serving(server)


def _serving(server: socketserver.TCPServer) -> Iterator[tuple[int, list]]:
    server.kept = []  # pyright: ignore
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1], server.kept  # pyright: ignore
    finally:
        server.shutdown()
        thread.join()
