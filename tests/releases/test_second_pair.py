"""With a second pair of eyes, one person prepares a release and another makes visible exactly what was prepared."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from demad.errors import DemadError
from demad.operations.backup import backup
from demad.operations.restore import restore, whole_root
from demad.publishing import prepared as preparing
from demad.publishing.release import confirm, release, sign_off
from demad.publishing.visible import PREPARED
from demad.publishing.withdrawal import withdraw
from demad.records import audit_trail
from demad.releases.agreement import disagreements
from demad.releases.files import MANIFEST
from demad.releases.ledger import ever_released, remember
from demad.store import file_hash
from demad.system import Behind
from tests.releases.small_root import PERIOD, pages_of_few_words, with_figure

TOP = Path(__file__).parents[2]
POLICY = "[release]\nsecond_pair = true\n"
SERVICE = "demad"
ANNA = {True: Behind("anna", frozenset({"anna", SERVICE})), False: Behind("", frozenset({"anna", SERVICE}))}


@pytest.fixture(autouse=True)
def few_words() -> Iterator[None]:
    with pages_of_few_words():
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Roots: ``empty`` has figures, in ``True`` anna who logged in prepared a release, in ``False`` without a login."""
    folder = tmp_path_factory.mktemp("prepared")
    with_figure(folder / "empty", 100)
    (folder / "empty" / "demad.toml").write_text(POLICY, encoding="utf-8")
    for login in (True, False):
        root = Path(shutil.copytree(folder / "empty", folder / str(login)))
        with pages_of_few_words(), pytest.MonkeyPatch.context() as patched:
            patched.setattr(preparing, "owner", lambda _: SERVICE)
            patched.setattr(preparing, "behind", lambda by=ANNA[login]: by)
            release(root, PERIOD)
    return folder


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A copy of the root with figures."""
    return Path(shutil.copytree(made / "empty", tmp_path / "root"))


@pytest.fixture
def ready(made: Path, tmp_path: Path) -> Path:
    """A copy of the root in which anna, who logged in, prepared a release."""
    return Path(shutil.copytree(made / "True", tmp_path / "ready"))


@pytest.fixture
def be(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Become somebody: ``be("anna")`` logged in; ``be(accounts=("anna", "demad"))`` where the system keeps no login."""
    monkeypatch.setattr(preparing, "owner", lambda _: SERVICE)

    def become(login: str = "", accounts: tuple[str, ...] = (SERVICE,)) -> None:
        monkeypatch.setattr(preparing, "behind", lambda: Behind(login, frozenset(accounts)))

    become("anna")
    return become


def hashes(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): file_hash(path) for path in folder.rglob("*") if path.is_file()}


def refused(act: Callable[[], object]) -> DemadError:
    with pytest.raises(DemadError) as refusal:
        act()
    return refusal.value


def test_what_is_prepared_is_not_visible_until_another_person_confirms_exactly_that(root: Path, be: Callable):
    folder = release(root, PERIOD)
    before = hashes(folder)
    assert folder == root / "work" / PREPARED / f"{PERIOD}-r1"
    assert not (root / "publication").exists()
    assert ever_released(root).is_empty()
    be("bert")
    final = confirm(root)
    assert hashes(final) == hashes(root / "publication" / "latest") == before
    acts = {entry["act"]: entry["facts"] for entry in audit_trail.entries(root)}
    assert acts["prepared"]["manifest"] == acts["released"]["manifest"] == before[MANIFEST]
    assert acts["released"]["prepared_by"]["login"] == "anna"
    assert acts["released"]["confirmed_by"]["login"] == "bert"
    assert ever_released(root).height == 2
    assert list(disagreements(root, every_file=True)) == []
    assert refused(lambda: confirm(root)).code == "D-457"


PEOPLE = {
    "the same login": (True, ("anna",), "D-458"),
    "another login": (True, ("bert",), ""),
    "the same login through another account": (True, ("anna", ("bert", SERVICE)), "D-458"),
    "the service itself": (True, (SERVICE,), "D-458"),
    "root": (True, ("root",), "D-458"),
    "nobody who logged in": (True, ("", ("bert", SERVICE)), "D-458"),
    "without logins, another": (False, ("", ("bert", "root", SERVICE)), ""),
    "without logins, the same": (False, ("", ("anna", "root", SERVICE)), "D-458"),
    "without logins, the same through another": (False, ("", ("anna", "bert", SERVICE)), "D-458"),
    "without logins, the service": (False, ("", ("root", SERVICE)), "D-458"),
    "only now with a login": (False, ("bert",), "D-458"),
}


@pytest.mark.parametrize(("login", "second", "code"), PEOPLE.values(), ids=PEOPLE)
def test_who_may_confirm_what_anna_prepared(
    made: Path, tmp_path: Path, be: Callable, login: bool, second: tuple, code: str
):
    root = Path(shutil.copytree(made / str(login), tmp_path / "root"))
    be(*second)
    if code:
        assert refused(lambda: confirm(root)).code == code
        assert not (root / "publication").exists()
    else:
        assert confirm(root).name == f"{PERIOD}-r1"


def test_nobody_prepares_whom_nobody_knows(root: Path, be: Callable):
    be("", ("root", SERVICE))
    assert refused(lambda: release(root, PERIOD)).code == "D-458"
    assert not (root / "work" / PREPARED).exists()


def new_figures(root: Path) -> None:
    with_figure(root, 110)


def other_settings(root: Path) -> None:
    (root / "demad.toml").write_text(f'contact = "Iemand anders"\n{POLICY}', encoding="utf-8")


def signed_off(root: Path) -> None:
    sign_off(root, PERIOD, "gent", "Wij keken het na.")


def other_bytes(root: Path) -> None:
    (root / "work" / PREPARED / f"{PERIOD}-r1" / "cijfers.csv").write_text("other figures")


def one_more_file(root: Path) -> None:
    (root / "work" / PREPARED / f"{PERIOD}-r1" / "more.html").write_text("figures that nobody saw")


def other_manifest(root: Path) -> None:
    path = root / "work" / PREPARED / f"{PERIOD}-r1" / MANIFEST
    path.write_text(path.read_text(encoding="utf-8").replace('"label"', '"title"'), encoding="utf-8")


def no_folder(root: Path) -> None:
    shutil.rmtree(root / "work")


def released_meanwhile(root: Path) -> None:
    (root / "demad.toml").write_text("", encoding="utf-8")
    release(root, "2025-12")
    (root / "demad.toml").write_text(POLICY, encoding="utf-8")


CHANGES = {
    new_figures: "cijfers",
    other_settings: "de instellingen",
    signed_off: "de aftekeningen",
    other_bytes: "gewijzigd",
    one_more_file: "gewijzigd",
    other_manifest: "gewijzigd",
    no_folder: "geen release voorbereid",
    released_meanwhile: "de releases",
}


@pytest.mark.parametrize(("change", "said"), CHANGES.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_what_changed_since_is_named_and_nothing_is_published(ready: Path, be: Callable, change: Callable, said: str):
    change(ready)
    be("bert")
    refusal = refused(lambda: confirm(ready))
    assert (refusal.code, said in refusal.what) == ("D-457", True)
    assert not (ready / "publication" / f"{PERIOD}-r1").exists()


def test_another_program_does_not_publish_what_this_one_prepared(
    ready: Path, be: Callable, monkeypatch: pytest.MonkeyPatch
):
    be("bert")
    monkeypatch.setattr("demad.publishing.freshness.software_hash", lambda: "another")
    assert "het programma" in refused(lambda: confirm(ready)).what


def test_a_restore_takes_what_was_prepared_away(ready: Path, be: Callable, tmp_path: Path):
    backup(ready, tmp_path / "backup.tar.gz")
    restore(ready, tmp_path / "backup.tar.gz", replace=True)
    be("bert")
    assert refused(lambda: confirm(ready)).code == "D-457"
    be("anna")
    assert release(ready, PERIOD).name == f"{PERIOD}-r1"


def test_prepared_again_takes_the_place_of_the_first(ready: Path, be: Callable):
    with_figure(ready, 110)
    be("bert")
    release(ready, PERIOD)
    assert refused(lambda: confirm(ready)).code == "D-458"
    be("anna")
    assert "110" in (confirm(ready) / "cijfers.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("steps", range(4))
def test_a_confirmation_that_dies_is_finished_by_the_next_command(
    ready: Path, be: Callable, monkeypatch: pytest.MonkeyPatch, steps: int
):
    be("bert")
    done = 0

    def dying(real: Callable) -> Callable:
        def call(*given: object, **more: object) -> object:
            nonlocal done
            done += 1
            if done > steps:
                raise KeyboardInterrupt
            return real(*given, **more)

        return call

    with monkeypatch.context() as patched:
        patched.setattr("demad.publishing.release.remember", dying(remember))
        patched.setattr("demad.publishing.release.audit_trail.record", dying(audit_trail.record))
        patched.setattr(Path, "rename", dying(Path.rename))
        with pytest.raises(KeyboardInterrupt):
            confirm(ready)
    with whole_root(ready):
        if not audit_trail.entries(ready, "released"):
            confirm(ready)
    assert [path.name for path in sorted((ready / "publication").iterdir())] == [f"{PERIOD}-r1", "latest"]
    assert list(disagreements(ready, every_file=True)) == []
    assert len(audit_trail.entries(ready, "released")) == 1


def test_a_recall_does_not_wait_for_a_second_person(ready: Path, be: Callable):
    be("bert")
    confirm(ready)
    assert withdraw(ready, f"{PERIOD}-r1", "Fout geteld.") == ""


def test_the_night_releases_nothing():
    asked = [path.name for path in (TOP / "assets").glob("*.py") if "publishing.release" in path.read_text("utf-8")]
    assert asked == []


# Real processes and accounts. `sudo` here is a copy of setpriv that is set-user-id root: like sudo, it changes the
# account of a process and not the account behind it.

ACCOUNTS = ("games", "news", "backup")  # on every Debian; the last one owns the root
WHO = "import json; from demad.system import behind; b = behind(); print(json.dumps([b.login, sorted(b.accounts)]))"


def _can_become() -> str:
    if os.name == "nt" or os.getuid() != 0 or not shutil.which("setpriv"):
        return "not root, or no setpriv: no second account can be taken"
    if not set(ACCOUNTS) <= {entry.pw_name for entry in pwd.getpwall()}:
        return "the accounts games, news and backup are not on this system"
    return ""


becoming = pytest.mark.skipif(bool(_can_become()), reason=_can_become() or "-")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account can enter; every run of pytest closes its own ones to others."""
    with TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def sudo(folder: Path) -> Iterator[Path]:
    copy = Path(shutil.copy(str(shutil.which("setpriv")), folder / "sudo"))
    copy.chmod(0o4755)
    yield copy
    copy.unlink()  # nobody else becomes root by it


def as_account(name: str, *command: str | Path, login: bool = False, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an account that, with ``login``, logged in; its shell stays while the command runs."""
    uid = pwd.getpwnam(name).pw_uid

    def log_in() -> None:
        if login:
            Path("/proc/self/loginuid").write_text(str(uid))

    shell = ["/bin/sh", "-c", '"$@"; exit $?', "sh", *map(str, command)]
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(TOP), **env}
    return subprocess.run(
        ["setpriv", "--reuid", name, "--regid", str(uid), "--clear-groups", *shell],
        check=False, capture_output=True, text=True, env=given, preexec_fn=log_in, cwd="/",
    )  # fmt: skip


def through(sudo: Path, account: str) -> list[str]:
    return [str(sudo), "--reuid", account, "--clear-groups"]


@becoming
def test_the_person_behind_sudo_is_seen_and_cannot_hide(sudo: Path):
    ask = [*through(sudo, "backup"), sys.executable, "-c", WHO]
    plain = as_account("games", *ask)
    login, accounts = json.loads(plain.stdout or plain.stderr)
    assert login == ""
    assert {"games", "backup"} <= set(accounts)
    assert "news" not in accounts
    forged = as_account("games", *ask, SUDO_UID=str(pwd.getpwnam("news").pw_uid), SUDO_USER="news", USER="news")
    assert {"games", "news"} <= set(json.loads(forged.stdout)[1])
    twice = as_account("games", *through(sudo, "news"), "/bin/sh", "-c", '"$@"; exit $?', "sh", *ask)
    assert {"games", "news"} <= set(json.loads(twice.stdout)[1])


@becoming
def test_who_logged_in_stays_who_it_is_through_sudo(sudo: Path):
    try:
        probe = as_account("games", sys.executable, "-c", WHO, login=True)
    except subprocess.SubprocessError:
        pytest.skip("this kernel lets root set no login")
    assert json.loads(probe.stdout)[0] == "games"
    ask = [*through(sudo, "news"), "setsid", "--wait", sys.executable, "-c", WHO]
    assert json.loads(as_account("games", *ask, login=True).stdout)[0] == "games"


@pytest.mark.slow
@becoming
@pytest.mark.parametrize("login", [False, True])
def test_two_accounts_release_and_one_cannot(sudo: Path, folder: Path, login: bool):
    root = folder / "root"
    with_figure(root, 100)
    (root / "demad.toml").write_text(POLICY, encoding="utf-8")
    subprocess.run(["chown", "-R", "backup", str(root)], check=True)
    demad = [*through(sudo, "backup"), sys.executable, "-W", "ignore", "-m", "demad", "release", "--root", str(root)]

    def run(name: str, *asked: str) -> subprocess.CompletedProcess[str]:
        return as_account(name, *demad, *asked, login=login, XDG_CACHE_HOME=str(root / "work"), HOME=str(root / "work"))

    made = run("games", "--period", PERIOD)
    assert made.returncode == 0, made.stderr
    assert not (root / "publication").exists()
    same = run("games", "--confirm")
    assert (same.returncode, same.stderr[:5]) == (2, "D-458")
    other = run("news", "--confirm")
    assert other.returncode == 0, other.stderr
    assert (root / "publication" / f"{PERIOD}-r1" / "index.html").exists()
    told = audit_trail.entries(root, "released")[-1]["facts"]
    people = [told[who]["login"] if login else told[who]["accounts"] for who in ("prepared_by", "confirmed_by")]
    assert ["games" in people[0], "news" in people[1]] == [True, True]
