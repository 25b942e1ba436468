"""The example of a proxy: a login, TLS, one name, and no writing by a link, before anything reaches Dagster's page."""

from __future__ import annotations

import base64
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.reliability.pages import free_port

EXAMPLE = Path(__file__).parents[2] / "deploy" / "Caddyfile"
NAME, USER, PASSWORD = "demad.stad.example", "an", "een lang wachtwoord"
HASHED = "$2b$04$abcdefghijklmnopqrstuuwG4.GTCiXwe0e2M24udTtKusOQ91T1K"  # of PASSWORD, at the least cost
needed = [name for name in ("caddy", "openssl") if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(bool(needed), reason=f"not installed: {', '.join(needed)}")


@dataclass
class Proxy:
    """A proxy that runs, and what it let through to the page behind it."""

    port: int
    certificate: Path
    passed: list[tuple[str, str, str]] = field(default_factory=list)

    def ask(self, method: str, path: str, *, host: str = NAME, user: str = USER, password: str = PASSWORD) -> int:
        """The status of an answer; over TLS, with the certificate of the city."""
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        trusted.check_hostname = False
        login = base64.b64encode(f"{user}:{password}".encode()).decode() if user else ""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", "Content-Length: 0"]
        lines += [f"Authorization: Basic {login}"] if login else []
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as plain:
            name = host if host == NAME else NAME
            with trusted.wrap_socket(plain, server_hostname=name) as line:
                line.sendall("\r\n".join([*lines, "", ""]).encode())
                return int(line.recv(65536).split()[1])


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("proxy")
    certificate, key = folder / "web.crt", folder / "web.key"
    subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    (folder / "users").write_text(f"{USER} {HASHED}\n", encoding="utf-8")
    found = Proxy(free_port(), certificate)
    behind = ThreadingHTTPServer(("127.0.0.1", 0), _page(found))
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    config = _config(folder, found.port, behind.server_address[1])
    own = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "PATH": "/usr/bin:/bin"}
    with (folder / "caddy.log").open("wb") as log:
        running = subprocess.Popen(
            ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"], env=own, stdout=log, stderr=log
        )
    try:
        _wait(found.port, folder / "caddy.log")
        yield found
    finally:
        running.terminate()
        running.wait()
        behind.shutdown()
        behind.server_close()


def _config(folder: Path, port: int, behind: int) -> Path:
    """The example itself, with the ports and files of this test."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for given, ours in (
        ("admin off", "admin off\n\tauto_https disable_redirects"),
        (f"{NAME} {{", f"{NAME}:{port} {{"),
        (":443 {", f":{port} {{"),
        ("127.0.0.1:3000", f"127.0.0.1:{behind}"),
        ("/etc/demad-web/web", f"{folder}/web"),
        ("/etc/demad-web/users", f"{folder}/users"),
        ("/var/log/caddy", str(folder)),
    ):
        assert given in text, given
        text = text.replace(given, ours)
    (config := folder / "Caddyfile").write_text(text, encoding="utf-8")
    return config


def _page(found: Proxy) -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.passed.append((self.command, self.path, self.headers["Host"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - the name that the library asks for

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    return Page


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + 240
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        else:
            return


def test_who_logs_in_reaches_the_page_under_the_name_that_it_knows(proxy):
    assert proxy.ask("GET", "/runs") == 200
    assert proxy.passed[-1] == ("GET", "/runs", NAME)
    assert proxy.ask("POST", "/graphql") == 200


@pytest.mark.parametrize(("user", "password"), [("", ""), (USER, "raad"), ("iemand", PASSWORD)])
def test_without_a_login_nothing_reaches_the_page(proxy, user, password):
    before = len(proxy.passed)
    assert proxy.ask("GET", "/runs", user=user, password=password) == 401
    assert len(proxy.passed) == before


@pytest.mark.parametrize("host", ["attacker.example", "127.0.0.1", f"{NAME}.attacker.example"])
def test_another_name_reaches_nothing(proxy, host):
    before = len(proxy.passed)
    assert proxy.ask("GET", "/runs", host=host) == 421
    assert len(proxy.passed) == before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/graphql?query=mutation", 405),
        ("GET", "/graphql/?query=mutation", 405),
        ("GET", "/graphql?a=b&query=mutation", 405),
        ("HEAD", "/graphql?query=mutation", 405),
        ("POST", "/report_asset_materialization/x", 403),
    ],
)
def test_a_link_changes_nothing(proxy, method, path, status):
    before = len(proxy.passed)
    assert proxy.ask(method, path) == status
    assert len(proxy.passed) == before
