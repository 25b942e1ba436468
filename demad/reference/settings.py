"""Settings of an installation, from ``<root>/demad.toml``. Not here: settings per city."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from demad.errors import UsageRefused
from demad.reference.toml_files import read_toml, refuse_unknown_keys

LICENCES = {
    "Modellicentie voor gratis hergebruik, Vlaanderen": (
        "https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0"
    ),
}
"""The web address of each licence that is known."""
_PERIOD = re.compile(r"\d{4}(Q[1-4]|-(0[1-9]|1[0-2]))?")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_EXECUTORS = ("here", "processes", "dask")
_PLACES = ("processes", "here")
_KEY_ID = re.compile(r"[a-z2-7]{4}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Privacy:
    """The table ``[privacy]``: rules for publication. Every setting can only be made stricter.

    Parameters
    ----------
    base
        Base of the rounding; 5 or a multiple of it. A multiple keeps the offsets consistent: if a count was published
        rounded to 5, the same count rounded to 10 reveals nothing more.
    threshold
        Smallest rounded count that is shown; at least 10 and at least twice the base.
    least_denominator
        Smallest denominator of a published share or duration; at least 30.
    exact
        Counts that are published exactly: ``["stock"]``, the monthly number of persons of a city, or none.
    """

    base: int = 5
    threshold: int = 10
    least_denominator: int = 30
    exact: tuple[str, ...] = ("stock",)


@dataclass(frozen=True, slots=True)
class Releasing:
    """The table ``[release]``: who may release.

    Parameters
    ----------
    second_pair
        Whether a release is prepared by one person and made visible by another.
    """

    second_pair: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """A table ``[[calendar]]``: a release that is announced.

    Parameters
    ----------
    period
        Of the release: 2026Q3, 2026 or 2026-06.
    day
        On which it appears.
    """

    period: str
    day: date


@dataclass(frozen=True, slots=True)
class Counting:
    """The table ``[counting]``: where deliveries are read, shards of a city are counted and reports are drawn.

    Parameters
    ----------
    executor
        ``here``: in the process of the run; ``processes``: two processes; ``dask``: the cluster at ``address``.
    address
        Of the Dask scheduler; ``tls://`` unless it is on this machine.
    reports
        Where there is no cluster. ``processes``: two processes draw six reports or more, and one makes the exact
        figures and the outlook of six cities or more while the run makes what may be shown; ``here``: the process of
        the run does all, in less memory.
    deliveries
        ``processes``: two processes read the deliveries of two cities or more, where they have many rows; ``here``: the
        process of the run reads all.
    """

    executor: str = "here"
    address: str = ""
    reports: str = "processes"
    deliveries: str = "processes"


@dataclass(frozen=True, slots=True)
class CommonKey:
    """The table ``[common_key]``: the pseudonym key that cities share, and on what ground; empty: none is used.

    Parameters
    ----------
    id
        Identifier of the key, the four letters of ``demad keygen --common``. Cities that deliver under it are linked.
    approval
        Reference of the approval: which deliberation or protocol allows that.
    """

    id: str = ""
    approval: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one installation.

    The table ``[notify]`` of the same file is read by ``demad.notify``.

    Parameters
    ----------
    publisher
        Publisher, as printed on every report.
    contact
        Where readers can ask questions.
    logo
        PNG or SVG file, relative to the root folder; empty: no logo.
    licence, licence_address
        Licence of the published figures, and its web address; of the licences of LICENCES it need not be given.
    address
        Web address where `publication/latest/` can be read; empty: not on the web.
    doi
        DOI of the published figures, as 10.1234/abc; empty: none.
    colour, colour_in_dark
        The colour of the city in every chart and table, on white and on dark background: #rrggbb.
    language
        Language of the reports: nl or en.
    processes
        Number of processes of the nightly run. 1: everything in one process, the fastest on one machine; with more,
        as many cities are in memory at the same time.
    privacy, counting, release, common_key
        The tables ``[privacy]``, ``[counting]``, ``[release]`` and ``[common_key]``.
    calendar
        The tables ``[[calendar]]``, by day.
    """

    publisher: str = "Kenniscentrum Vlaamse Steden"
    contact: str = "Kenniscentrum Vlaamse Steden"
    logo: str = ""
    licence: str = "Modellicentie voor gratis hergebruik, Vlaanderen"
    licence_address: str = ""
    address: str = ""
    doi: str = ""
    colour: str = "#0b4f8a"
    colour_in_dark: str = "#7cb8ec"
    language: str = "nl"
    processes: int = 1
    privacy: Privacy = Privacy()
    release: Releasing = Releasing()
    counting: Counting = Counting()
    common_key: CommonKey = CommonKey()
    calendar: tuple[Planned, ...] = ()


def load_settings(root: Path | None = None) -> Settings:
    """Settings of this root folder; the defaults if it has no ``demad.toml``.

    Raises
    ------
    UsageRefused
        D-440: unknown key, D-441: wrong type or a lowered threshold, D-443: invalid TOML.
    """
    path = None if root is None else root / "demad.toml"
    if path is None or not path.is_file():
        return Settings()
    given = {name: value for name, value in read_toml(path).items() if name != "notify"}
    _refuse_moved(given)
    privacy = _checked(Privacy, given.pop("privacy", {}), where="demad.toml [privacy]")
    if "exact" in privacy:
        privacy["exact"] = tuple(privacy["exact"])
    counting = Counting(**_checked(Counting, given.pop("counting", {}), where="demad.toml [counting]"))
    _refuse_open(counting)
    releasing = Releasing(**_checked(Releasing, given.pop("release", {}), where="demad.toml [release]"))
    common = CommonKey(**_checked(CommonKey, given.pop("common_key", {}), where="demad.toml [common_key]"))
    _refuse_unapproved(common)
    calendar = _calendar(given.pop("calendar", []))
    plain = _checked(Settings, given, where="demad.toml")
    _refuse_no_address(plain)
    return Settings(
        **plain,
        privacy=Privacy(**privacy),
        counting=counting,
        release=releasing,
        common_key=common,
        calendar=calendar,
    )


def _calendar(given: Any) -> tuple[Planned, ...]:
    """The planned releases by day; D-441 for what is none."""
    listed = given if isinstance(given, list) else [given]
    if not all(_is_planned(one) for one in listed):
        todo = 'Schrijf [[calendar]] met period = "2026Q3" en day = 2026-12-15.'
        raise UsageRefused("D-441", "demad.toml: een release in [[calendar]] is niet te lezen.", todo)
    return tuple(sorted((Planned(**one) for one in listed), key=lambda one: (one.day, one.period)))


def _is_planned(one: Any) -> bool:
    if not isinstance(one, dict) or one.keys() != {"period", "day"}:
        return False
    return type(one["day"]) is date and _PERIOD.fullmatch(str(one["period"])) is not None


def _refuse_no_address(plain: dict[str, Any]) -> None:
    """Raise D-441 for what is no web address, or no DOI."""
    for name in ("licence_address", "address"):
        if (given := plain.get(name)) and not (
            urlsplit(given).scheme in ("http", "https") and urlsplit(given).hostname
        ):
            raise UsageRefused("D-441", f"demad.toml: {name} is geen webadres.", "Begin met https://.")
    if (doi := plain.get("doi")) and not _DOI.fullmatch(doi):
        raise UsageRefused("D-441", "demad.toml: doi is geen DOI.", "Schrijf ze als 10.1234/abc, zonder https.")


def _refuse_open(counting: Counting) -> None:
    """Raise D-441 for a place that is not known, or a cluster that is reached without TLS."""
    if counting.executor not in _EXECUTORS:
        raise UsageRefused("D-441", f"demad.toml: executor is {', '.join(_EXECUTORS)}.", "Kies een van deze.")
    for name, given in (("reports", counting.reports), ("deliveries", counting.deliveries)):
        if given not in _PLACES:
            raise UsageRefused("D-441", f"demad.toml: {name} is {', '.join(_PLACES)}.", "Kies een van deze.")
    host = urlsplit(counting.address).hostname
    if counting.executor == "dask" and not counting.address.startswith("tls://") and host not in _LOOPBACK:
        raise UsageRefused("D-441", "demad.toml: address begint met tls://.", "Alleen 127.0.0.1 mag zonder TLS.")


def _refuse_unapproved(common: CommonKey) -> None:
    """Raise D-441 for what is no identifier of a key, or for one that nobody approved."""
    if common.id and not _KEY_ID.fullmatch(common.id):
        todo = "Neem de vier letters die demad keygen --common toonde."
        raise UsageRefused("D-441", "demad.toml: id onder [common_key] is geen nummer van een sleutel.", todo)
    if bool(common.id) != bool(common.approval.strip()):
        todo = "Zet de verwijzing naar de goedkeuring in approval."
        raise UsageRefused("D-441", "demad.toml: [common_key] vraagt id en approval samen.", todo)


def _refuse_moved(given: dict[str, Any]) -> None:
    """Raise D-440 for a key of an earlier version, with what takes its place."""
    places = {"publish_threshold": "Zet ze als threshold onder [privacy].", "circle_threshold": "Laat ze weg."}
    for name, todo in places.items():
        if name in given:
            raise UsageRefused("D-440", f'demad.toml: de sleutel "{name}" bestaat niet meer.', todo)


_TABLES = ("privacy", "counting", "release", "common_key", "calendar")


def _checked(
    kind: type[Settings] | type[Privacy] | type[Counting] | type[Releasing] | type[CommonKey],
    given: Any,
    *,
    where: str,
) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise UsageRefused("D-441", f"{where} moet een tabel zijn.", "Verbeter het bestand.")
    known = {field.name: field.default for field in fields(kind) if field.name not in _TABLES}
    refuse_unknown_keys(given, list(known), where=where)
    for name, value in given.items():
        _refuse_wrong_value(name, value, known[name])
    return given


def _refuse_wrong_value(name: str, value: Any, default: Any) -> None:
    if name == "exact":
        if not isinstance(value, list) or not set(value) <= set(default):
            raise UsageRefused("D-441", 'demad.toml: exact is ["stock"] of [].', "Verbeter het bestand.")
        return
    if type(value) is not type(default):
        kind = (
            "true of false"
            if isinstance(default, bool)
            else "een geheel getal"
            if isinstance(default, int)
            else "tekst"
        )
        raise UsageRefused("D-441", f"demad.toml: {name} moet {kind} zijn.", "Verbeter het bestand.")
    if name == "base" and value % default:
        raise UsageRefused("D-441", "demad.toml: base is een veelvoud van 5.", "Kies 5, 10, 15 of 20.")
    if isinstance(default, int) and value < default:
        todo = "Kies 1 of meer." if name == "processes" else "Een drempel kan alleen strenger worden, niet losser."
        raise UsageRefused("D-441", f"demad.toml: {name} kan niet onder {default}.", todo)
