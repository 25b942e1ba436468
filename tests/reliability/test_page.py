"""Nobody but the person in front of it starts or stops anything on Dagster's page, and no other site reads it.

The attacks are what a browser sends when another site tells it to: a name that is pointed at 127.0.0.1 (rebinding), a
link or picture (GET), a form (POST of a simple type), a script (POST with its Origin), a websocket, a frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from assets.home import variables
from demad.store import private_folder
from tests.reliability.pages import asked, free_port, started, told

NAME = "demad.stad.example"
LOCATION = 'repositoryLocationName: "demad", repositoryName: "__repository__"'
SENSORS = '{ sensorsOrError(repositorySelector: {repositoryName: "__repository__", repositoryLocationName: "demad"}) \
{ ... on Sensors { results { name sensorState { id selectorId status } } } ... on PythonError { message } } }'
SCHEMA = "{ version }"
pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="no /proc that says who works for a root")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a page on which runs can be started and stopped."""
    root, port = private_folder(tmp_path_factory.mktemp("page") / "root"), free_port()
    command = ["assets.page", "--workspace", "workspace.yaml", "--port", str(port), "--operate"]
    with started(root, command, port, DEMAD_WEB_NAME=NAME, **variables(root)):
        yield port


def stop(port: int) -> str:
    """The mutation that stops the sensor of the inbox, so that no delivery is seen any more."""
    found = told(port, SENSORS)[1]["data"]["sensorsOrError"]["results"]
    state = next(sensor["sensorState"] for sensor in found if sensor["name"] == "postbus")
    return f'mutation {{ stopSensor(id: "{state["id"]}") {{ __typename }} }}'


def status(port: int) -> str:
    found = told(port, SENSORS)[1]["data"]["sensorsOrError"]["results"]
    return next(sensor["sensorState"]["status"] for sensor in found if sensor["name"] == "postbus")


def mutation_by_get(port: int, mutation: str) -> int:
    return asked(port, "GET", f"/graphql?query={quote(mutation)}")[0]


def mutation_by_get_of_another_path(port: int, mutation: str) -> int:
    return asked(port, "GET", f"/graphql/?query={quote(mutation)}")[0]


def form(port: int, mutation: str) -> int:
    return asked(port, "POST", f"/graphql?query={quote(mutation)}", "a=b", Content_Type="text/plain")[0]


def form_of_another_site(port: int, mutation: str) -> int:
    site = {"Origin": "https://attacker.example", "Content_Type": "application/x-www-form-urlencoded"}
    return asked(port, "POST", f"/graphql?query={quote(mutation)}", "a=b", **site)[0]


def script_of_another_site(port: int, mutation: str) -> int:
    return told(port, mutation, Origin="https://attacker.example")[0]


def script_without_an_origin(port: int, mutation: str) -> int:
    return told(port, mutation, Origin="null")[0]


def script_of_another_port(port: int, mutation: str) -> int:
    return told(port, mutation, Origin="http://127.0.0.1:1")[0]


def another_site_that_sends_no_origin(port: int, mutation: str) -> int:
    return told(port, mutation, Sec_Fetch_Site="cross-site")[0]


def rebound_name(port: int, mutation: str) -> int:
    return told(port, mutation, Host=f"attacker.example:{port}", Origin=f"http://attacker.example:{port}")[0]


ATTACKS = (
    mutation_by_get, mutation_by_get_of_another_path, form, form_of_another_site, script_of_another_site,
    script_without_an_origin, script_of_another_port, another_site_that_sends_no_origin, rebound_name,
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_an_attack_from_another_site_stops_nothing(page, attack):
    assert attack(page, stop(page)) in (403, 405, 421)
    assert status(page) == "RUNNING"


@pytest.mark.parametrize("path", ["/", "/graphql", "/server_info", "/runs", "/download_debug/x", "/logs/x"])
@pytest.mark.parametrize(
    "host", ["attacker.example", "127.0.0.1", "127.0.0.1:1", "localhost:3000.attacker.example", ""]
)
def test_a_name_that_is_not_ours_reads_nothing(page, path, host):
    assert asked(page, "GET", path, Host=host)[0] in (400, 421)


def test_a_name_behind_the_proxy_reads_and_its_own_script_may_ask(page):
    assert asked(page, "GET", "/server_info", Host=NAME)[0] == 200
    assert told(page, SCHEMA, Host=NAME, Origin=f"https://{NAME}")[0] == 200


@pytest.mark.parametrize("path", ["/report_asset_materialization/aantallen", "/report_asset_check/aantallen"])
def test_nobody_reports_that_something_was_made(page, path):
    own = {"Origin": f"http://127.0.0.1:{page}", "Content_Type": "application/json"}
    assert asked(page, "POST", path, "{}", **own)[0] == 403


@pytest.mark.parametrize("origin", ["https://attacker.example", "null", ""])
def test_no_other_site_opens_a_websocket(page, origin):
    asks = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13"}
    key = {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec_WebSocket_Protocol": "graphql-ws"}
    assert asked(page, "GET", "/graphql", **asks, **key, **({"Origin": origin} if origin else {}))[0] == 403


def test_no_page_stands_in_a_frame(page):
    assert asked(page, "GET", "/runs", Sec_Fetch_Dest="iframe")[0] == 403


def test_the_person_in_front_of_it_stops_and_starts(page):
    assert told(page, stop(page))[1]["data"]["stopSensor"]["__typename"] != "UnauthorizedError"
    assert status(page) == "STOPPED"
    begin = f'mutation {{ startSensor(sensorSelector: {{{LOCATION}, sensorName: "postbus"}}) {{ __typename }} }}'
    assert told(page, begin)[0] == 200
    assert status(page) == "RUNNING"


@pytest.mark.slow
def test_without_the_wall_these_attacks_would_work(tmp_path):
    """The reason for the wall: the same page of Dagster, as Dagster starts it, stops the sensor at each of these."""
    root, port = private_folder(tmp_path / "root"), free_port()
    command = ["dagster_webserver", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(port)]
    with started(root, command, port, **variables(root)):
        assert asked(port, "GET", "/server_info", Host="attacker.example")[0] == 200
        assert mutation_by_get(port, stop(port)) == 200
        assert status(port) == "STOPPED"
