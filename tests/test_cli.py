"""The command as a city uses it: Dutch, one code per refusal, and an exit status a script can read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = "nis;persoon;wet;begin;einde;categorie;geboortejaar\n" + "\n".join(
    f"44021;p1-gent-{n:04d};RMI;2020-01-01;2021-06-30;2;1990" for n in range(40)
)


def demad(*arguments: object, root: Path) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "demad", *map(str, arguments), "--root", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    path = tmp_path / "leefloon.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["deliver", "--city", "atlantis", "--since", "2020-01-01", "--as-of", "2022-12-31", "{}"], 2, "D-400"),
        (["deliver", "--city", "gent", "--since", "gisteren", "--as-of", "2022-12-31", "{}"], 2, "D-403"),
        (["deliver", "--city", "gent", "--since", "2023-01-01", "--as-of", "2022-12-31", "{}"], 2, "D-403"),
        (["check", "--city", "gent", "nergens.csv"], 5, "D-100"),
        (["check", "--city", "aalst", "--as-of", "2022-12-31", "{}"], 3, "D-153"),
        (["release", "--period", "volgend jaar"], 2, "D-450"),
        (["release", "--period", "2026Q2\n"], 2, "D-450"),
        (["report", "--city", "gent"], 5, "D-352"),
        (["explain", "geluk"], 2, "D-420"),
        (["accept", "niets", "--reason", "daarom"], 2, "D-250"),
    ],
)
def test_a_refusal_says_its_code_and_what_to_do(arguments, status, code, extract, tmp_path):
    done = demad(*(str(extract) if word == "{}" else word for word in arguments), root=tmp_path / "root")
    assert (done[0], done[2].startswith(f"{code}: ")) == (status, True), done
    assert len(done[2].strip().splitlines()) == 2
    said = done[1].strip()  # the verdict is what check is asked for: it goes where figures go
    assert "Wordt geweigerd" in said if code == "D-153" else said == ""


@pytest.mark.slow
def test_from_a_file_to_a_report_and_its_figures(extract, tmp_path):
    root, out = tmp_path / "root", tmp_path / "cijfers.csv"
    assert demad("check", "--city", "gent", "--as-of", "2022-12-31", extract, root=root)[0] == 0
    delivered = demad("deliver", "--city", "gent", "--since", "2019-01-01", "--as-of", "2022-12-31", extract, root=root)
    assert delivered[0] == 0
    assert demad("run", root=root)[0] == 0
    assert (root / "preview" / "gent" / "index.html").exists()
    assert demad("export", "--to", "csv", "--out", out, root=root)[0] == 0
    assert out.read_text(encoding="utf-8").startswith("variant,indicator,city,period,breakdown,group,value")
    assert "Niets nieuws" in demad("run", root=root)[1]


def test_a_template_is_accepted_by_its_own_check(tmp_path):
    for name in ("leefloon", "jeugdhulp", "steun", "aanvragen", "bevolking", "controle"):
        path = tmp_path / f"{name}.csv"
        assert demad("template", name, "--out", path, root=tmp_path)[0] == 0
        assert path.stat().st_size


def test_health_says_whether_somebody_must_act_under_both_names(tmp_path):
    told = demad("status", "--health", root=tmp_path)
    assert (told[0], json.loads(told[1])["ok"]) == (0, True)
    assert demad("health", root=tmp_path)[0] == 0


def test_commands_that_need_the_graph_are_not_shown_without_it(tmp_path):
    program = (
        "import importlib.util as u, sys; found = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'dagster' else found(name, *rest)\n"
        "from demad.cli import main; main()"
    )

    def told(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    shown = told("--help").stdout
    assert "status" in shown
    assert not any(f" {name} " in shown for name in ("demo", "run", "adopt", "ui"))
    refused = told("run", "--root", str(tmp_path))
    assert (refused.returncode, refused.stderr.startswith("D-404: ")) == (2, True)
