"""A disk that can lose power: which of the things a program asked for are sure, and every state it may wake up in.

A file's bytes are sure after `fsync` of the file; a name is sure after `fsync` of a folder it stands in. What is
not sure may be there or not, in any mixture, and unsure bytes may be cut off anywhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True, eq=False)
class File:
    """Bytes as programs see them, and as they certainly are on disk."""

    now: bytes = b""
    sure: bytes = b""


@dataclass(slots=True, eq=False)
class Folder:
    """A place for names."""


@dataclass(slots=True)
class Change:
    """One name made, moved or removed; sure once one of its folders was synced."""

    apply: Callable[[dict[str, File | Folder]], None]
    folders: tuple[Folder | File | None, ...]
    sure: bool = False


@dataclass(slots=True)
class Disk:
    """What was asked of a disk so far, under one folder (the empty name)."""

    tree: dict[str, File | Folder] = field(default_factory=lambda: {"": Folder()})
    changes: list[Change] = field(default_factory=list)

    def make(self, path: str, node: File | Folder) -> None:
        """A new file or folder."""
        self._change(lambda tree: _put(tree, path, node), path)

    def move(self, path: str, target: str) -> None:
        """A rename, over what is there."""
        self._change(lambda tree: _move(tree, path, target), path, target)

    def remove(self, path: str) -> None:
        """A file or an empty folder goes."""
        self._change(lambda tree: _drop(tree, path), path)

    def sync(self, path: str) -> None:
        """`fsync` of a file or folder."""
        node = self.tree[path]
        if isinstance(node, File):
            node.sure = node.now
        for change in self.changes:
            change.sure = change.sure or node in change.folders

    def after_power_loss(self, chance: random.Random, mixtures: int) -> Iterator[dict[str, bytes | None]]:
        """States of the disk when the power comes back: path to bytes, None for a folder.

        First all names with all bytes (a killed process), then all names with only sure bytes, only sure names
        with all bytes, only what is sure, and then random mixtures.
        """
        for names in (True, False):
            for content in (True, False):
                yield self._state(lambda _, names=names: names, lambda file, c=content: file.now if c else file.sure)
        for _ in range(mixtures):
            yield self._state(lambda _: chance.random() < 0.5, lambda file: _torn(file, chance))

    def _change(self, apply: Callable[[dict[str, File | Folder]], None], *paths: str) -> None:
        self.changes.append(Change(apply, tuple(self.tree.get(_parent(path)) for path in paths)))
        apply(self.tree)

    def _state(self, kept: Callable[[Change], bool], content: Callable[[File], bytes]) -> dict[str, bytes | None]:
        tree: dict[str, File | Folder] = {"": Folder()}
        for change in self.changes:
            if change.sure or kept(change):
                change.apply(tree)
        seen: dict[int, bytes] = {}
        return {
            path: seen.setdefault(id(node), content(node)) if isinstance(node, File) else None
            for path, node in tree.items()
            if path
        }


def lay_out(state: dict[str, bytes | None], root: Path) -> None:
    """Put a state on a real disk."""
    root.mkdir(parents=True)
    for path in sorted(state):
        content = state[path]
        (root / path).mkdir() if content is None else (root / path).write_bytes(content)


def _torn(file: File, chance: random.Random) -> bytes:
    if file.now == file.sure or chance.random() < 0.3:
        return file.sure
    if not file.now.startswith(file.sure):
        return file.now
    return file.now[: chance.randint(len(file.sure), len(file.now))]


def _put(tree: dict[str, File | Folder], path: str, node: File | Folder) -> None:
    if isinstance(tree.get(_parent(path)), Folder):
        tree[path] = node


def _move(tree: dict[str, File | Folder], path: str, target: str) -> None:
    if path not in tree or not isinstance(tree.get(_parent(target)), Folder):
        return
    inside = [name for name in tree if name == path or name.startswith(f"{path}/")]
    for name in [name for name in tree if name == target or name.startswith(f"{target}/")]:
        del tree[name]
    for name in inside:
        tree[target + name[len(path) :]] = tree.pop(name)


def _drop(tree: dict[str, File | Folder], path: str) -> None:
    if not any(name.startswith(f"{path}/") for name in tree):
        tree.pop(path, None)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]
