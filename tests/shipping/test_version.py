"""What goes with a version: the same bytes twice, every part named, a signature that only the maintainer can make."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import demad
from demad.store import file_hash
from shipping.advisories import audit
from shipping.build import build
from shipping.lock import SERVER, TOP, pinned
from shipping.notices import notices
from shipping.sbom import sbom

AT = "1700000000"
CITATION = (TOP / "CITATION.cff").read_text(encoding="utf-8")


def test_the_version_is_the_same_wherever_it_stands():
    project = (TOP / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{demad.__version__}"' in project
    assert f"version: {demad.__version__}" in CITATION


def test_two_builds_in_other_places_at_other_times_by_other_users_are_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", AT)
    wheels = []
    for place, mask in (("one", 0o022), ("another/place", 0o077)):
        before = os.umask(mask)
        try:
            source = tmp_path / place
            for name in ("demad", "expectations", "reports"):
                shutil.copytree(TOP / name, source / name, copy_function=shutil.copy, ignore=_compiled)
            for name in ("pyproject.toml", "README.md", "LICENSE"):
                shutil.copy(TOP / name, source / name)
            wheels += [path for path in build(tmp_path / f"dist-{mask}", source=source) if path.suffix == ".whl"]
        finally:
            os.umask(before)
    assert len(wheels) == 2
    assert file_hash(wheels[0]) == file_hash(wheels[1])


def _compiled(_: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__"]


def test_the_list_of_parts_has_every_package_of_the_lock_with_its_hashes(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", AT)
    made, lock = sbom(), SERVER.read_text(encoding="utf-8")
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", made["serialNumber"])
    assert len(made["components"]) == len(re.findall(r"^[A-Za-z0-9._-]+==", lock, re.MULTILINE))
    listed = [
        entry["value"] for part in made["components"] for entry in part["properties"] if "sha256" in entry["name"]
    ]
    assert sorted(listed) == sorted(re.findall(r"sha256:([0-9a-f]{64})", lock))
    references = [part["bom-ref"] for part in made["components"]]
    assert len(references) == len(set(references))
    assert made["dependencies"][0]["dependsOn"] == references
    assert json.dumps(made) == json.dumps(sbom())


def test_every_package_that_is_installed_states_its_licence():
    text = notices()
    unknown = [line for line in text.splitlines() if line.endswith("not stated") and "not installed" not in line]
    assert unknown == []
    assert {one.name for one in pinned(SERVER)} <= {line.split()[0] for line in text.splitlines() if line.strip()}
    assert "Apache License" in text


def test_without_a_service_the_audit_says_why_it_was_skipped(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert audit() == (0, "overgeslagen: pip-audit is niet geïnstalleerd (pip install pip-audit)\n")


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")
def test_only_a_tag_of_the_maintainer_is_verified(tmp_path):
    keys = {name: _key(tmp_path / name) for name in ("maintainer", "stranger")}
    public = keys["maintainer"].with_suffix(".pub").read_text(encoding="utf-8")
    (signers := tmp_path / "signers").write_text(f"maintainer@demad.example {public}", encoding="utf-8")
    where = tmp_path / "repository"
    _git(where, "init", "--quiet", str(where))
    _git(where, "commit", "--quiet", "--allow-empty", "--message", "first")
    for name, key in keys.items():
        signing = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}")
        _git(where, *signing, "tag", "--sign", f"by-{name}", "--message", name)
    _git(where, "tag", "--annotate", "unsigned", "--message", "unsigned")
    verify = ("-c", f"gpg.ssh.allowedSignersFile={signers}", "verify-tag")
    assert {tag: _git(where, *verify, tag, check=False) for tag in ("by-maintainer", "by-stranger", "unsigned")} == {
        "by-maintainer": 0,
        "by-stranger": 1,
        "unsigned": 1,
    }


def _key(path: Path) -> Path:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", path.name, "-f", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


def _git(where: Path, *arguments: str, check: bool = True) -> int:
    where.mkdir(exist_ok=True)
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(where)}
    who = ["-c", "user.name=Maintainer", "-c", "user.email=maintainer@demad.example"]
    command = ["git", "-C", str(where), *who, *arguments]
    return subprocess.run(command, check=check, capture_output=True, env={**os.environ, **own}).returncode
