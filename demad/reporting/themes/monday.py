"""Questions for Monday: chosen by written rules from the figures of the city, never by a rank (`docs/reports.md` 8)."""

from __future__ import annotations

from demad.benchmark.change import counts_differ
from demad.benchmark.groups import extremes
from demad.reporting import verdicts
from demad.reporting.blocks import Questions, Sentence
from demad.reporting.readings import Readings, Row
from demad.reporting.themes.headline import findings
from demad.reporting.words import catalogue_words, group_spoken, has_words, number, period_words, words

_MANY_UNKNOWN = 0.1
_OF_MONDAY, _MOST = 3, 6


def monday(r: Readings) -> Questions:
    """The first three."""
    return Questions(tuple(asked(r)[:_OF_MONDAY]), title=words("question.title"))


def later(r: Readings) -> Questions:
    """What is left of six, for a talk of the team; the first of them is always the same."""
    return Questions((Sentence(words("question.recognise")), *asked(r)[_OF_MONDAY:_MOST]))


def asked(r: Readings) -> list[Sentence]:
    """Every question of this city, the most urgent first.

    A difference that needs attention; a wave of people whose unemployment benefit ended; reasons that are not
    registered; the group that stays longest; the other differences; a city that is alike; youth care.
    """
    about = [(row["mark"], one) for id, row in findings(r) for one in _about(r, id, row)]
    urgent = [one for mark, one in about if mark.startswith("bad")]
    rest = [one for mark, one in about if not mark.startswith("bad")]
    found = urgent[:1] + _wave(r) + _reasons(r) + _groups(r) + urgent[1:] + rest + _peers(r) + _leavers(r)
    return list(dict.fromkeys(found))


def _about(r: Readings, id: str, row: Row) -> list[Sentence]:
    """The question that belongs to a difference, if there is one."""
    if id == "outflow_unknown_share" and verdicts.sided(row) == "higher":
        return _reasons(r)
    key = f"question.{id}_{verdicts.sided(row)}"
    return [Sentence(words(key))] if has_words(key) else []


def _wave(r: Readings) -> list[Sentence]:
    """More people after the end of unemployment than a year before, by more than rounding."""
    rows = r.groups("inflow_count", "origin")
    now = rows.get("unemployment_ended")
    if now is None or now["value"] is None:
        return []
    earlier = f"{int(now['period'][:4]) - 1}{now['period'][4:]}"
    before = r.groups("inflow_count", "origin", earlier).get("unemployment_ended")
    known = before["value"] if before and before["value"] is not None else 0
    if now["value"] <= known or not counts_differ(now["value"], known):
        return []
    said = words("question.wave", period=period_words(now["period"]), value=number(now["value"]))
    return [Sentence(said, (r.source(now),))]


def _reasons(r: Readings) -> list[Sentence]:
    row = r.latest("outflow_unknown_share")
    if row is None or row["value"] is None or row["value"] < _MANY_UNKNOWN:
        return []
    return [Sentence(words("question.unknown", value=number(row["value"] * 100)), (r.source(row),))]


def _groups(r: Readings) -> list[Sentence]:
    """The group that stays longest, where it differs from the one that stays shortest beyond chance."""
    rows = [
        row for breakdown in ("age", "household", "nationality") for row in r.groups("still_on_12m", breakdown).values()
    ]
    furthest = extremes(rows)
    if furthest is None:
        return []
    most = furthest[0]
    group, label = group_spoken(most["breakdown"], most["group"]), catalogue_words("still_on_12m", "label")
    return [Sentence(words("question.group", label=label, group=group), (r.source(most),))]


def _peers(r: Readings) -> list[Sentence]:
    found = r.peers()
    if not found:
        return []
    return [Sentence(words("question.peer", peer=r.edition.card(found[0]["peer"]).name, city=r.name))]


def _leavers(r: Readings) -> list[Sentence]:
    row = r.latest("careleaver_count")
    return [Sentence(words("question.leavers"))] if row and row["value"] else []
