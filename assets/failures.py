"""What failed in a run, from its event log: cities and stages with their codes. Never the text of an error."""

import re

import dagster as dg

CODE = re.compile(r"\bD-\d{3}\b")
_STAGES = {"cijfers": "benchmark", "bescherming": "benchmark", "vergelijking": "benchmark", "overzicht": "site"}
_SUMS_UP = "besluit"


def failures_of(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """Steps that failed, and cities and reports that failed without stopping a step, in order."""
    types = {dg.DagsterEventType.ASSET_CHECK_EVALUATION, dg.DagsterEventType.STEP_FAILURE}
    events = [entry.dagster_event for entry in instance.all_logs(run_id, of_type=types) if entry.dagster_event]
    return list(dict.fromkeys(told for event in events if (told := _failure(event))))


def codes_of(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """The codes in what made a run fail as a whole; empty if it did not, or by an error that we do not know."""
    events = [entry.dagster_event for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_FAILURE)]
    return sorted({code for event in events if event for code in CODE.findall(str(event.event_specific_data))})


def _failure(event: dg.DagsterEvent) -> str:
    """Name and codes; empty if nothing failed."""
    if event.is_step_failure:
        name = str(event.step_key)
        codes = sorted(set(CODE.findall(str(event.step_failure_data.error))))
        return "" if name == _SUMS_UP else " ".join([_STAGES.get(name, name), *codes])
    found = event.asset_check_evaluation_data
    code = found.metadata.get("code")
    return "" if found.passed or code is None else f"{found.partition or event.step_key} {code.value}"
