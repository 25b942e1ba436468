"""The right person is told once, by mail and webhook, without data; a server that is away stops nothing."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from demad.errors import UsageRefused
from demad.intake.deliveries.ledger import Ledger, Outcome
from demad.notify.addresses import load_addresses
from demad.notify.last_run import remember_run
from demad.notify.morning import after_run, morning, run_failed
from demad.records import audit_trail
from demad.store import Store
from demad.tables.figures import PUBLISHED_VALUE
from demad.tables.outlook import NOWCAST
from tests.notify.sinks import hook_sink, mail_sink

NOW = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
REFUSED = Outcome("gent", "levering-een", "refused", "D-225", 3, "Het bestand is niet wat het zegt.", "Lever opnieuw.")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    remember_run(tmp_path, exit_status=0, failed=[], at=NOW - timedelta(hours=1))
    return tmp_path


def addressed(root: Path, mail: int = 0, hook: int = 0, **more: object) -> None:
    given: dict[str, object] = dict(more)
    if mail:
        given |= {"smtp_host": "127.0.0.1", "smtp_port": mail, "smtp_security": "none"}
        given |= {"email_to": "beheer@stad.example", "email_from": "demad@stad.example"}
    if hook:
        given |= {"webhook_url": f"http://127.0.0.1:{hook}/demad"}
    lines = [f"{name} = {json.dumps(value)}" for name, value in given.items()]
    (root / "demad.toml").write_text("\n".join(["[notify]", *lines]) + "\n", encoding="utf-8")


def test_a_refused_delivery_is_told_once_by_mail_and_webhook(root):
    with mail_sink() as (mail, letters), hook_sink() as (hook, bodies):
        addressed(root, mail, hook)
        Ledger(root).add(REFUSED)
        assert [alert.code for alert in after_run(root, now=NOW).sent] == ["D-225"]
        assert after_run(root, now=NOW + timedelta(hours=1)).sent == ()
        assert [alert.code for alert in after_run(root, now=NOW + timedelta(days=8)).sent] == ["D-474", "D-225"]
    assert [letter["Subject"] for letter in letters] == ["DEMaD: D-225", "DEMaD: D-474"]
    assert letters[0]["To"] == "beheer@stad.example"
    assert bodies[0]["text"].startswith("DEMaD: D-225\nD-225 gent: een levering is geweigerd.")
    assert letters[0].get_content().startswith("D-225 gent: een levering is geweigerd.")


def test_what_is_over_is_told_again_when_it_comes_back(root):
    with hook_sink() as (hook, bodies):
        addressed(root, hook=hook)
        for number, state in enumerate(["refused", "accepted", "refused"]):
            code = "D-225" if state == "refused" else ""
            Ledger(root).add(Outcome("gent", f"levering-{number}", state, code))
            after_run(root, now=NOW + timedelta(minutes=number))
    assert len(bodies) == 2


def test_a_folder_that_is_no_city_is_never_named(root):
    with hook_sink() as (hook, bodies):
        addressed(root, hook=hook)
        Ledger(root).add(Outcome("jan-peeters-85073003328", "levering-een", "refused", "D-224"))
        morning(root, now=NOW)
    assert "onbekende map" in bodies[0]["text"]
    said = json.dumps(bodies) + "".join(path.read_text() for path in (root / "work").glob("ochtend.*"))
    assert "peeters" not in said


def test_a_run_that_failed_is_told_by_its_codes_alone(root):
    with mail_sink() as (mail, letters):
        addressed(root, mail)
        run_failed(root, ["gent D-901 could not parse SECRETCELL"], now=NOW)
    assert "D-901" in letters[0].get_content()
    assert "SECRETCELL" not in letters[0].as_string()


def test_a_server_that_is_away_stops_nothing_and_is_tried_again(root):
    with mail_sink() as (mail, _):
        pass  # the port is closed again
    addressed(root, mail, webhook_url=f"http://127.0.0.1:{mail}/x")
    Ledger(root).add(REFUSED)
    told = morning(root, now=NOW)
    assert told.undelivered == ("D-471", "D-472")
    assert json.loads((root / "work" / "health.json").read_text())["undelivered"] == ["D-471", "D-472"]
    with hook_sink() as (hook, bodies):
        addressed(root, hook=hook)
        morning(root, now=NOW + timedelta(days=1))
    assert "geweigerd (D-225)" in bodies[0]["text"]  # the news of yesterday was never told


def test_a_quiet_morning_sends_nothing_and_always_sends_when_asked(root):
    with hook_sink() as (hook, bodies):
        addressed(root, hook=hook)
        morning(root, now=NOW)
        assert bodies == []
        addressed(root, hook=hook, digest="always")
        morning(root, now=NOW)
    assert bodies[0]["text"].startswith("DEMaD: alles in orde\nDEMaD, 2026-11-03")


def published(**values: float | None) -> dict[str, pl.DataFrame]:
    rows = [
        {
            **dict.fromkeys(PUBLISHED_VALUE.columns),
            "variant": "main",
            "indicator": "caseload_stock",
            "city": "gent",
            "period": f"2026-{name[1:]}",
            "breakdown": "total",
            "group": "total",
            "value": value,
            "status": "ok",
            "definition": "1",
        }
        for name, value in values.items()
    ]
    return {"published": PUBLISHED_VALUE.check(pl.DataFrame(rows, schema=PUBLISHED_VALUE.schema))}


def test_the_page_tells_what_moved_and_by_how_much_and_the_mail_only_how_often(root):
    store = Store(root)
    with hook_sink() as (hook, bodies):
        addressed(root, hook=hook)
        store.commit("disclosure", published(m07=1200.0, m08=1234.0), {})
        morning(root, now=NOW)
        assert "Veranderd in de cijfers:\n- niets" in (root / "work" / "ochtend.txt").read_text()
        store.commit("disclosure", published(m07=1200.0, m08=1240.0, m09=1250.0), {})
        morning(root, now=NOW + timedelta(days=1))
    shown = (root / "work" / "ochtend.html").read_text(encoding="utf-8")
    row = "<td>1 nieuwe perioden, 1 perioden anders</td><td>2026-08</td><td>1.234</td><td>1.240</td>"
    assert row in shown
    assert "- gent: 1 nieuw, 1 anders" in bodies[-1]["text"]
    assert "1.240" not in bodies[-1]["text"]


def nowcast(city: str, **changed: object) -> dict[str, object]:
    bands = {"low_80": 1280.0, "high_80": 1320.0, "low_95": 1270.0, "high_95": 1330.0}
    row = {"city": city, "indicator": "caseload_stock", "period": "2026-09", "told": 1250.0, "value": 1300.0, **bands}
    return {**row, "vintages": 12, "told_by": "delivery", "status": "nowcast", "reason": "", **changed}


def test_the_page_has_the_band_of_each_city_and_the_sentence_and_the_mail_neither(root):
    none = dict.fromkeys(("told", "value", "low_80", "high_80", "low_95", "high_95"))
    rows = [
        nowcast("gent"),
        nowcast("gent", period="2026-08", value=7777.0),
        nowcast("brugge", low_80=None, high_80=None, low_95=None, high_95=None, reason="record"),
        nowcast("aalst", **none, status="not_computable", reason="vintages"),
    ]
    Store(root).commit("benchmark", {"nowcast": NOWCAST.check(pl.DataFrame(rows, schema=NOWCAST.schema))}, {})
    with hook_sink() as (hook, bodies):
        addressed(root, hook=hook, digest="always")
        morning(root, now=NOW)
    shown = (root / "work" / "ochtend.html").read_text(encoding="utf-8")
    assert "verwachten we er 1.300. Met 95 kansen op 100 ligt het tussen 1.270 en 1.330." in shown
    assert "7.777" not in shown
    assert shown.count("<svg") == 1
    assert "Een marge tonen we nu niet" in shown
    assert "daarvoor zijn zes leveringen" in shown
    assert "- 2 van 3 steden hebben een schatting, 1 met een marge" in bodies[-1]["text"]
    assert not re.search(r"1\.?(300|270|330|250)", bodies[-1]["text"])


class Tags(HTMLParser):
    """Counts elements."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """One more."""
        self.seen.append(tag)


def test_nothing_in_the_page_can_become_a_tag(root):
    Ledger(root).add(Outcome("gent", "x", "refused", "D-225", what="<script>alert(7)</script>", todo="<img src=x>"))
    morning(root, now=NOW)
    tags = Tags()
    tags.feed((root / "work" / "ochtend.html").read_text(encoding="utf-8"))
    assert not {"script", "img", "a", "form"} & set(tags.seen)


@pytest.mark.parametrize(
    "given",
    [
        {"webhook_url": "http://elders.example/x"},
        {"smtp_host": "mail.example"},
        {"smtp_host": "mail.example", "email_to": "a@b.example\nBcc: c@d.example", "email_from": "a@b.example"},
        {"smtp_security": "soms"},
        {"digest": "soms"},
        {"repeat_days": 0},
        {"late_hours": "26"},
        {"signals": "nergens"},
    ],
    ids=str,
)
def test_an_address_that_cannot_be_is_refused(tmp_path, given):
    addressed(tmp_path, **given)
    with pytest.raises(UsageRefused) as refusal:
        load_addresses(tmp_path)
    assert refusal.value.code == "D-470"


def test_a_change_of_policy_is_in_the_trail(root):
    addressed(root)
    after_run(root, now=NOW)
    after_run(root, now=NOW)
    assert [entry["act"] for entry in audit_trail.entries(root)] == ["policy"]
    assert audit_trail.verify(root).holds


def test_a_trail_that_was_changed_is_told(root):
    for number in range(3):
        audit_trail.record(root, "released", {"release": f"2026Q2-r{number}"})
    trail = root / "audit" / "trail.jsonl"
    trail.write_text(trail.read_text().replace("2026Q2-r1", "2026Q2-r9"))
    assert "D-475" in [alert.code for alert in morning(root, now=NOW).alerts]


def released(root: Path, name: str, signals: dict[str, list[str]]) -> None:
    """A release with the early warnings of some cities."""
    for city, said in signals.items():
        folder = root / "publication" / name / city
        folder.mkdir(parents=True)
        told = {
            "city": city,
            "said": f"{len(said)} signalen bij 31 cijfers.",
            "signals": [{"said": one} for one in said],
        }
        (folder / "signalen.json").write_text(json.dumps(told), encoding="utf-8")
    audit_trail.record(root, "released", {"release": name, "manifest": "", "rows": 0})


def test_the_signals_of_a_release_come_once_to_who_asked_for_that_city(root):
    with mail_sink() as (mail, letters):
        addressed(root, mail, digest="never", signals="gent, aalst")
        released(root, "2026Q2-r1", {"gent": ["Meer terugkeer."], "genk": ["Minder werk."]})
        for hour in range(2):
            morning(root, now=NOW + timedelta(hours=hour))
        assert [letter["Subject"] for letter in letters] == ["DEMaD: signalen 2026Q2-r1"]
        said = letters[0].get_content().splitlines()
        assert said[2:] == ["gent: 1 signalen bij 31 cijfers.", "- Meer terugkeer."]
        released(root, "2026Q3-r1", {"gent": []})
        morning(root, now=NOW + timedelta(days=1))
    assert [letter["Subject"] for letter in letters][1:] == ["DEMaD: signalen 2026Q3-r1"]


def test_signals_that_could_not_be_sent_are_tried_again_and_nobody_who_did_not_ask_gets_any(root):
    released(root, "2026Q2-r1", {"gent": ["Meer terugkeer."]})
    addressed(root, hook=1, digest="never", signals="all")
    assert morning(root, now=NOW).undelivered == ("D-472",)
    with hook_sink() as (hook, bodies):
        addressed(root, hook=hook, digest="never")
        morning(root, now=NOW + timedelta(hours=1))
        assert bodies == []
        addressed(root, hook=hook, digest="never", signals="all")
        morning(root, now=NOW + timedelta(hours=2))
    assert [body["text"].splitlines()[0] for body in bodies] == ["DEMaD: signalen 2026Q2-r1"]
