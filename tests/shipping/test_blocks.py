"""The blocks of commands for who installs, builds and maintains, as on the pages; paths of a server are moved."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import demad
from tests.command_blocks import TOP, block

pytestmark = pytest.mark.slow
NOWHERE = "no packages to be had here: {}"


def typed(script: str, folder: Path, **more: str) -> str:
    """Run a block in a folder, stopping at the first fault, as somebody who has nothing of ours set."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DEMAD_ROOT")}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, env={**kept, "PATH": path, **more},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "Could not find a version" in done.stderr or "No matching distribution" in done.stderr:
        pytest.skip(NOWHERE.format(done.stderr.strip().splitlines()[-1]))
    assert done.returncode == 0, (script, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


def cloned(folder: Path) -> Path:
    """A clean clone of what is committed here."""
    subprocess.run(["git", "clone", "--quiet", str(TOP), str(folder)], check=True)
    return folder


def test_a_stranger_types_the_two_commands_of_the_readme(tmp_path: Path):
    demo, test = block("README.md", "python3 bootstrap.py demo").splitlines()
    place = cloned(tmp_path / "een map met spaties" / "demad")
    said = typed(demo, place)
    (page,) = re.findall(r"(?m)^Release: +(.*index\.html)$", said)
    assert Path(page).is_file()
    assert Path(page).is_relative_to(place)
    assert not subprocess.run(["git", "status", "--porcelain"], cwd=place, capture_output=True, check=True).stdout
    # The whole suite has no place in a test of the suite: one file shows that the command runs.
    assert " passed" in typed(f"{test} tests/test_flags.py", place)


def test_both_locks_are_refreshed_as_the_decision_says(tmp_path: Path):
    script = block("docs/decisions/0010-refresh-the-lock.md", "uv pip compile")
    assert script.count("uv pip compile") == 2
    locks = ("requirements.lock", "deploy/requirements.lock")
    (tmp_path / "deploy").mkdir()
    for name in ("pyproject.toml", *locks):
        shutil.copy(TOP / name, tmp_path / name)
    typed(script, tmp_path, PATH=os.pathsep.join([_uv(tmp_path), os.environ["PATH"]]))
    for name in locks:
        made, ours = ((folder / name).read_text(encoding="utf-8") for folder in (tmp_path, TOP))
        assert "://" not in made
        assert _pins(made) == _pins(ours)  # "existing pins stay where they still fit"


def _pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s;]+)", lock))


def _uv(folder: Path) -> str:
    """The folder of uv: of this machine, else installed for this test."""
    if found := shutil.which("uv"):
        return str(Path(found).parent)
    place = folder / "met-uv"
    typed(f'"{sys.executable}" -m venv "{place}"; "{place}/bin/python" -m pip install -q uv', folder)
    return str(place / "bin")


def test_a_version_is_built_again_as_the_page_on_security_says(tmp_path: Path):
    script = block("SECURITY.md", "git checkout")
    place = cloned(tmp_path / "demad")
    (tag,) = re.findall(r"git checkout (\S+)", script)
    subprocess.run(["git", "tag", tag], cwd=place, check=True)
    said = typed(script, place)
    assert re.search(rf"(?m)^[0-9a-f]{{64}}  dist/demad-{re.escape(demad.__version__)}-py3-none-any\.whl$", said)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")
def test_a_tag_is_signed_and_verified_as_the_page_on_security_says(tmp_path: Path):
    home, place = tmp_path / "home", cloned(tmp_path / "demad-v0.2.1")
    (home / ".ssh").mkdir(parents=True)
    key = home / ".ssh" / "id_ed25519"
    typed(f'ssh-keygen -q -t ed25519 -N "" -f "{key}"', tmp_path)
    who = {"GIT_COMMITTER_NAME": "maintainer", "GIT_COMMITTER_EMAIL": "maintainer@demad.example", "HOME": str(home)}
    typed(block("SECURITY.md", "git -c gpg.format=ssh"), place, **who)
    verify = block("SECURITY.md", "echo 'maintainer")
    public = key.with_suffix(".pub").read_text(encoding="utf-8").split()[1]
    verify = verify.replace("AAAA…", public).replace("/etc/demad", str(tmp_path))
    typed(verify.replace("/opt/demad-v0.2.1", str(place)), tmp_path, **who)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_the_certificates_of_a_cluster_are_made_as_the_page_says(tmp_path: Path):
    typed(block("docs/cluster.md", "openssl req"), tmp_path)
    said = typed("openssl verify -CAfile ca.pem cert.pem; openssl x509 -in cert.pem -noout -subject", tmp_path)
    assert "cert.pem: OK" in said
    assert "werker-1" in said


def test_a_worker_gets_dask_as_the_page_on_clusters_says(tmp_path: Path):
    place = tmp_path / "demad"
    typed(f'"{sys.executable}" -m venv "{place}/.venv"', tmp_path)
    typed(block("docs/cluster.md", "/opt/demad/.venv/bin/pip").replace("/opt/demad", str(place)), tmp_path)
    assert typed(
        f'"{place}/.venv/bin/python" -c "import distributed; print(distributed.__version__)"', tmp_path
    ).strip()


def test_the_services_of_a_cluster_are_put_where_the_page_says(tmp_path: Path):
    lines = block("docs/cluster.md", "install -m 0600").splitlines()
    assert lines.pop() == "systemctl daemon-reload"  # nothing runs here: the units are judged in tests/server
    for name in ("systemd/system", "demad"):
        (tmp_path / "etc" / name).mkdir(parents=True)
    script = "\n".join(lines).replace("/opt/demad", str(TOP))
    typed(re.sub(r"(?<=\s)/etc/", f"{tmp_path}/etc/", script), tmp_path)
    units = {path.name for path in (tmp_path / "etc/systemd/system").iterdir()}
    assert {"demad-scheduler.service", "demad-worker@.service", "demad-.service.d"} <= units
    assert stat.S_IMODE((tmp_path / "etc/demad/cluster.env").stat().st_mode) == 0o600
    assert (tmp_path / "etc/systemd/journald@demad.conf").is_file()
