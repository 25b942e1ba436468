"""The three lanes of the suite: what each leaves out, how many random examples it takes, and what runs first.

The daily lane (`bootstrap.py test`) runs what every submission must pass. The fast lane (`--fast`) is for the loop
while writing: it leaves out the files of `LONG`. The long lane (`--all`) adds the tests marked slow, draws new random
examples, and looks at all of what the daily lane takes a sample from. CONTRIBUTING.md says what stands where and why.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from hypothesis import Phase, settings

Case = TypeVar("Case")
TOP = Path(__file__).resolve().parent.parent


class Lane(StrEnum):
    """Which part of the suite runs."""

    FAST = "fast"
    DAILY = "daily"
    LONG = "long"


LONG = (
    "tests/test_cli.py",
    "tests/reporting/test_browser.py",
    "tests/pipeline/test_partners.py",
    "tests/pipeline/test_run.py",
    "tests/test_engines_agree.py",
    "tests/pipeline/test_one_night.py",
    "tests/pipeline/test_old_root.py",
    "tests/pipeline/test_canary.py",
    "tests/pipeline/test_corrections.py",
    "tests/pipeline/test_executors.py",
    "tests/pipeline/test_adoption.py",
    "tests/pipeline/test_graph.py",
    "tests/intake/test_nasty.py",
    "tests/intake/test_init.py",
    "tests/reporting/test_compare_page.py",
    "tests/test_metamorphic.py",
    "tests/golden/test_definitions.py",
    "tests/pipeline/test_kept_backups.py",
    "tests/pseudonyms/test_pseudonymise.py",
    "tests/pseudonyms/test_secrets.py",
    "tests/pseudonyms/test_rekey.py",
    "tests/pipeline/test_prune.py",
    "tests/pipeline/test_backup.py",
    "tests/test_guide.py",
    "tests/reporting/test_tracing.py",
    "tests/reporting/test_pdf.py",
    "tests/reporting/test_hostile.py",
    "tests/reporting/test_same_bytes.py",
    "tests/reporting/test_words.py",
    "tests/reporting/test_contradictions.py",
    "tests/reporting/test_one_minute.py",
    "tests/reporting/test_english.py",
    "tests/reporting/test_site.py",
    "tests/reporting/test_figure_pages.py",
    "tests/reporting/test_excel_csv.py",
    "tests/reporting/test_tracing_workbook.py",
    "tests/intake/test_refusals.py",
    "tests/intake/test_ends.py",
    "tests/intake/test_matrix.py",
    "tests/intake/test_text_files.py",
    "tests/intake/test_cell_damage.py",
    "tests/intake/test_damage.py",
    "tests/intake/test_days.py",
    "tests/intake/test_validation.py",
    "tests/intake/test_guard.py",
    "tests/intake/test_words.py",
    "tests/intake/test_copies.py",
    "tests/intake/test_again.py",
    "tests/intake/test_inspection.py",
    "tests/intake/test_silent.py",
    "tests/indicators/test_worked_examples.py",
    "tests/indicators/test_yardsticks.py",
    "tests/indicators/test_protected_figures.py",
    "tests/indicators/test_identities.py",
    "tests/test_protection_agrees.py",
    "tests/attack/test_small_world.py",
    "tests/pipeline/test_by_hand.py",
    "tests/pipeline/test_doctor.py",
    "tests/intake/test_blocks.py",
    "tests/reliability/test_subsets.py",
    "tests/reliability/test_killed.py",
    "tests/reliability/test_read_only.py",
    "tests/reliability/test_listening.py",
    "tests/reliability/test_locks.py",
    "tests/reliability/test_full_disk.py",
    "tests/reliability/test_power_loss.py",
    "tests/reliability/test_names.py",
    "tests/test_changes.py",
    "tests/fuzz/test_targets.py",
    "tests/intake/test_sandbox.py",
    "tests/releases/test_withdrawal.py",
    "tests/releases/test_second_pair.py",
    "tests/test_flags.py",
    "tests/disclosure/test_what_adds_up.py",
    "tests/test_synthetic.py",
    "tests/intake/test_template.py",
    "tests/protection/test_worked_out.py",
    "tests/releases/test_erase.py",
    "tests/bundles/test_centre.py",
    "tests/bundles/test_hostile.py",
    "tests/bundles/test_ratchet.py",
)
"""Files that take most, about the longest first: they start first, so that no process waits for one at the end.

The fast lane leaves them out. `bootstrap.py test -n 2 --cost` measures what each file takes.
"""

TOGETHER = ("tests/reporting/",)
"""Folders whose files one process runs: they share an edition, its pages and the charts that were drawn."""

EXAMPLES = {Lane.FAST: 0.25, Lane.DAILY: 1.0, Lane.LONG: 20.0}
_WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target)

_chosen = Lane.DAILY


def choose(lane: Lane) -> None:
    """Take a lane, before any test is collected.

    The fast and the daily lane take the same examples each time: a red build is about the change. They do not shrink a
    failing example, which can take five minutes: the long lane does, and draws other examples every time.
    """
    global _chosen  # noqa: PLW0603
    _chosen = lane
    for each in (Lane.FAST, Lane.DAILY):
        settings.register_profile(each, derandomize=True, phases=_WITHOUT_SHRINKING)
    settings.register_profile(Lane.LONG, derandomize=False)
    settings.load_profile(lane)


def examples(daily: int) -> int:
    """How many random examples a test takes in this lane, where the daily lane takes so many."""
    return max(2, round(daily * EXAMPLES[_chosen]))


def sampled(cases: Sequence[Case], every: int) -> list[Case]:
    """All cases in the long lane, else one in ``every``, the first among them."""
    return list(cases if _chosen is Lane.LONG else cases[::every])


def place(path: Path) -> int:
    """When a file starts: the place of a long one, after those every other file."""
    name = path.relative_to(TOP).as_posix() if path.is_relative_to(TOP) else ""
    return LONG.index(name) if name in LONG else len(LONG)


def together(path: Path) -> str:
    """What one process runs: a file, or all of a folder of ``TOGETHER``."""
    name = path.relative_to(TOP).as_posix() if path.is_relative_to(TOP) else path.name
    return next((folder for folder in TOGETHER if name.startswith(folder)), name)


def left_out(path: Path, lane: Lane, named: Collection[Path]) -> bool:
    """Whether a lane leaves a file out: the fast one does with long files that are not asked for by name."""
    return lane is Lane.FAST and place(path) < len(LONG) and path not in named
