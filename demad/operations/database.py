"""Whether the PostgreSQL of Dagster answers, and takes the user and password of its settings. Nothing is written."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from demad.operations.finding import Finding

_PATIENCE = 5  # seconds
_AWAY = "Start PostgreSQL of verbeter het adres; de cijfers zelf zijn veilig."


def answers(given: Mapping[str, str]) -> Finding:
    """Log in with the settings of `dagster.yaml`; without a library for PostgreSQL, only see whether it listens."""
    if not _listens(filled(given, "hostname", "localhost"), filled(given, "port", "5432")):
        return Finding("PostgreSQL bereikbaar", good=False, todo=_AWAY)
    if find_spec("psycopg2") is None:
        todo = "Installeer deploy/requirements.lock: dagster-postgres ontbreekt."
        return Finding("PostgreSQL luistert, het wachtwoord is niet geprobeerd", good=False, todo=todo)
    return _logged_in(given)


def _logged_in(given: Mapping[str, str]) -> Finding:
    import psycopg2

    user, database = filled(given, "username", ""), filled(given, "db_name", "")
    what = f"PostgreSQL laat {user} binnen in {database}"
    try:
        line = psycopg2.connect(
            host=filled(given, "hostname", "localhost"),
            port=filled(given, "port", "5432"),
            user=user,
            password=filled(given, "password", ""),
            dbname=database,
            connect_timeout=_PATIENCE,
        )
    except psycopg2.Error:
        todo = "Controleer gebruiker, wachtwoord en databank in /etc/demad/demad.env."
        return Finding(what, good=False, todo=todo)
    with line.cursor() as asked:
        asked.execute("SELECT has_schema_privilege(current_schema(), 'CREATE')")
        may = (asked.fetchone() or (False,))[0]
    line.close()
    return Finding(what, good=bool(may), todo=f"Maak {user} eigenaar van de databank {database}.")


def _listens(host: str, port: str) -> bool:
    try:
        if host.startswith("/"):
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(_PATIENCE)
                line.connect(str(Path(host) / f".s.PGSQL.{port}"))
        else:
            socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
    except (OSError, ValueError):
        return False
    return True


def filled(given: Mapping[str, str], key: str, default: str) -> str:
    """A value, or the value of the environment variable it names (`hostname: {env: DEMAD_PG_HOST}`)."""
    for name, value in given.items():
        if name.endswith(f".{key}.env"):
            return os.environ.get(value, default)
        if name.endswith(f".{key}"):
            return value
    return default
