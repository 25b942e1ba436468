"""What a program asked of the disk, in order, as `strace` saw it; the model of the disk is filled from it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.disk import Disk, File, Folder

_CALLS = (
    "open,openat,write,pwrite64,writev,ftruncate,lseek,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,"
    "mkdir,mkdirat,rmdir,close,fcntl,dup,dup2,sendfile,copy_file_range"
)
_LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)(?:<[^>]*>)?(?: .*)?$")
_SPLIT = re.compile(r"^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")
_WORD = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_TARGET = re.compile(r"^(\d+)<([^>]*)>")


def can_record() -> bool:
    """Whether this machine has what it takes."""
    return shutil.which("strace") is not None


def record(module: str, *arguments: str, log: Path, cwd: Path) -> None:
    """Run a module of ours and note every call that touches a file."""
    program = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    trace = ["strace", "-f", "-qq", "-y", "-xx", "-s", "1000000", "-o", str(log), "-e", f"trace={_CALLS}"]
    subprocess.run([*trace, *program], check=True, cwd=cwd, stdout=subprocess.DEVNULL)


@dataclass(slots=True)
class Tape:
    """Plays a log on a disk, call by call."""

    root: str
    disk: Disk = field(default_factory=Disk)
    done: int = 0
    _open: dict[int, list] = field(default_factory=dict)

    def play(self, log: Path) -> Iterator[str]:
        """After every call that changed something: its name. ``done`` is what the program had said by then."""
        for name, given, result in _calls(log):
            if result >= 0 and self._changed(name, given, result):
                yield name

    def _changed(self, name: str, given: str, result: int) -> bool:
        if name in ("open", "openat"):
            return self._opened(given, result)
        if name in ("mkdir", "mkdirat", "unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2"):
            return self._named(name, given)
        number = int(given.split("<", maxsplit=1)[0].split(",", maxsplit=1)[0])
        if name == "close":
            self._open.pop(number, None)
        elif name in ("write", "writev", "pwrite64") and number == 1:
            self._said(_bytes(given))
        elif number in self._open:
            return self._on_file(name, given, number, result)
        elif name in ("fsync", "fdatasync") and (path := self._inside(_path(given))) is not None:
            self.disk.sync(path)
            return True
        return False

    def _said(self, text: bytes) -> None:
        found = re.findall(rb"DONE (\d+)", text)
        self.done = int(found[-1]) if found else self.done

    def _opened(self, given: str, result: int) -> bool:
        path = self._inside(_named(given)[0])
        if path is None or "O_DIRECTORY" in given:
            return False
        node = self.disk.tree.get(path)
        if node is None and "O_CREAT" in given:
            self.disk.make(path, node := File())
            self._open[result] = [node, 0, "O_APPEND" in given]
            return True
        if isinstance(node, File):
            if "O_TRUNC" in given:
                node.now = b""
            self._open[result] = [node, 0, "O_APPEND" in given]
        return "O_TRUNC" in given

    def _named(self, name: str, given: str) -> bool:
        paths = [self._inside(path) for path in _named(given)]
        if paths[0] is None:
            return False
        if name.startswith("mkdir"):
            self.disk.make(paths[0], Folder())
        elif name.startswith("rename"):
            assert paths[1] is not None, "moved out of the root"
            self.disk.move(paths[0], paths[1])
        else:
            self.disk.remove(paths[0])
        return True

    def _on_file(self, name: str, given: str, number: int, result: int) -> bool:
        opened = self._open[number]
        node: File = opened[0]
        if name in ("dup", "dup2") or (name == "fcntl" and "F_DUPFD" in given):
            self._open[result] = opened
        elif name == "lseek":
            opened[1] = result
        elif name == "ftruncate":
            node.now = node.now[: int(given.rsplit(",", 1)[1])]
            return True
        elif name in ("fsync", "fdatasync"):
            node.sure = node.now
            return True
        elif name in ("write", "writev", "sendfile"):
            self._write(opened, self._sent(given, result) if name == "sendfile" else _bytes(given)[:result])
            return result > 0
        else:
            assert name == "fcntl", name
        return False

    def _write(self, opened: list, content: bytes) -> None:
        node, place, appending = opened
        place = len(node.now) if appending else place
        node.now = node.now[:place] + content + node.now[place + len(content) :]
        opened[1] = place + len(content)

    def _sent(self, given: str, result: int) -> bytes:
        source = int(given.split(", ")[1].split("<", maxsplit=1)[0])
        start = int(found[1]) if (found := re.search(r"\[(\d+)\]", given)) else 0
        return self._open[source][0].now[start : start + result]

    def _inside(self, path: str) -> str | None:
        if path == self.root:
            return ""
        return path[len(self.root) + 1 :] if path.startswith(f"{self.root}/") else None


def _calls(log: Path) -> Iterator[tuple[str, str, int]]:
    halves: dict[str, str] = {}
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if half := _SPLIT.match(line):
            halves[half[1]] = f"{half[1]} {half[2]}({half[3]}"
            continue
        if rest := _RESUMED.match(line):
            line = halves.pop(rest[1]) + rest[2]  # noqa: PLW2901
        if found := _LINE.match(line):
            yield found[1], found[2], int(found[3])


def _bytes(given: str) -> bytes:
    return b"".join(bytes.fromhex(word.replace("\\x", "")) for word in _WORD.findall(given))


def _path(given: str) -> str:
    found = _TARGET.match(given)
    return _plain(found[2]) if found else ""


def _plain(text: str) -> str:
    return re.sub(r"\\x([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), text)


def _named(given: str) -> list[str]:
    """Absolute paths in a call: names are relative to the folder that stands before them."""
    paths = []
    for found in re.finditer(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:\\x[0-9a-f]{2})*)"', given):
        name = bytes.fromhex(found[2].replace("\\x", "")).decode()
        paths.append(name if name.startswith("/") else f"{_plain(found[1] or '')}/{name}")
    return paths
