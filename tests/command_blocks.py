"""Every block of commands on our pages, with the test that runs it or the reason why none does.

A block is named by its page and how its first line begins. `tests/test_command_blocks.py` holds that none is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"(?ms)^ *```(?:bash|sh|console|powershell|bat|sql)\n(.*?)^ *```")

_PAGES = "tests/pipeline/test_pages.py"
_GUIDE = "tests/test_guide.py::test_every_command_of_the_guide_runs_in_an_empty_folder"
_SERVER = "tests/server/test_page.py"
_HERE = "tests/shipping/test_blocks.py"
_TAG = f"{_HERE}::test_a_tag_is_signed_and_verified_as_the_page_on_security_says"
_LOCKS = f"{_HERE}::test_both_locks_are_refreshed_as_the_decision_says"
_BUNDLE = f"{_PAGES}::test_a_city_that_keeps_its_rows_makes_a_bundle_as_the_page_says"
_EXPORTS = f"{_PAGES}::test_the_commands_of_the_pages_on_exports_run"

RUN: Mapping[tuple[str, str], str] = {
    ("README.md", "python3 bootstrap.py demo"): f"{_HERE}::test_a_stranger_types_the_two_commands_of_the_readme",
    ("README.md", "demad template"): f"{_PAGES}::test_the_path_of_the_readme_runs_from_template_to_release",
    ("SECURITY.md", "git checkout"): f"{_HERE}::test_a_version_is_built_again_as_the_page_on_security_says",
    ("SECURITY.md", "echo 'maintainer"): _TAG,
    ("SECURITY.md", "git -c gpg.format=ssh"): _TAG,
    ("docs/gids-dataspecialist.md", "demad template"): _GUIDE,
    ("docs/gids-dataspecialist.md", "demad synth"): _GUIDE,
    ("docs/gids-dataspecialist.md", "demad keygen --city gent"): _GUIDE,
    ("docs/gids-dataspecialist.md", "demad keygen --city aalst"): _GUIDE,
    ("docs/gids-dataspecialist.md", "demad check --as-of 2026-09-30 leefloon"): _GUIDE,
    ("docs/gids-dataspecialist.md", "demad check --as-of 2026-09-30 --show"): _GUIDE,
    ("docs/gids-dataspecialist.md", "demad deliver --city gent --since 2015-01-01 --as-of 2026-09-30 leefloon"): _GUIDE,
    ("docs/gids-dataspecialist.md", "demad deliver --city gent --since 2015-01-01 --as-of 2026-09-30 --key"): _GUIDE,
    ("docs/elders.md", "demad export --to draaitabel"): _EXPORTS,
    ("docs/elders.md", "demad export --to postgres"): _EXPORTS,
    ("docs/elders.md", "demad export --to duckdb"): _EXPORTS,
    ("docs/elders.md", "frictionless validate"): _EXPORTS,
    ("docs/swing.md", "demad export --to swing"): _EXPORTS,
    ("docs/installeren.md", "python3 -m venv"): "tests/shipping/test_installed.py::test_the_bare_wheel_is_small",
    ("docs/cluster.md", "/opt/demad/.venv/bin/pip"): f"{_HERE}::test_a_worker_gets_dask_as_the_page_on_clusters_says",
    ("docs/cluster.md", "openssl req"): f"{_HERE}::test_the_certificates_of_a_cluster_are_made_as_the_page_says",
    ("docs/cluster.md", "install -m 0600"): f"{_HERE}::test_the_services_of_a_cluster_are_put_where_the_page_says",
    ("docs/beheer.md", "BRON="): f"{_SERVER}::installed",
    ("docs/beheer.md", "apt-get update"): f"{_SERVER}::installed",
    ("docs/beheer.md", "git -c advice"): f"{_SERVER}::installed",
    ("docs/beheer.md", "systemctl enable --now postgresql"): f"{_SERVER}::installed",
    ("docs/beheer.md", 'echo "$PUBLIEKE_SLEUTEL"'): f"{_SERVER}::installed",
    ("docs/beheer.md", "cp -r /opt/demad"): f"{_SERVER}::installed",
    ("docs/beheer.md", "sleep 60"): f"{_SERVER}::installed",
    ("docs/beheer.md", "NIEUW="): f"{_SERVER}::test_a_new_version_and_back_keep_every_figure",
    ("docs/beheer.md", "systemctl stop demad-web"): f"{_SERVER}::test_a_new_version_and_back_keep_every_figure",
    ("docs/beheer.md", "systemctl disable --now"): f"{_SERVER}::test_after_the_last_chapter_nothing_of_it_is_left",
    ("docs/beheer.md", "demad bundle keygen"): _BUNDLE,
    ("docs/decisions/0010-refresh-the-lock.md", "uv pip compile"): _LOCKS,
}  # fmt: skip

NOT_RUN: Mapping[tuple[str, str], str] = {
    ("CONTRIBUTING.md", "python3 bootstrap.py lint"): "demo is typed for the README, and lint is the first part of CI",
    ("docs/beheer.md", "apt-get install --yes caddy"): "wants a name and a certificate of a city's network; "
    "tests/server/test_proxy.py starts Caddy with the same file and asks it for pages",
}  # fmt: skip


def blocks(page: str) -> list[str]:
    """Every block of commands on a page, in order."""
    return _BLOCK.findall((TOP / page).read_text(encoding="utf-8"))


def block(page: str, begins: str) -> str:
    """The one block of a page that begins so."""
    (found,) = [one for one in blocks(page) if one.strip().startswith(begins)]
    return found


def pages() -> list[str]:
    """Every page that may hold commands."""
    found = [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md"), *(TOP / "bench").glob("*.md")]
    return sorted(page.relative_to(TOP).as_posix() for page in found)
