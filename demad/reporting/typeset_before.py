"""PDFs that were typeset before, kept by what they are made of: one that would be the same is not typeset again.

What decides the bytes is in the name of the file: our software, and every source and program. A kept file is what the
preview shows and nothing else. Not here: making a PDF.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from demad.errors import StorageFailed
from demad.store import private_folder, write_atomic


@dataclass(frozen=True, slots=True)
class TypesetBefore:
    """The PDFs of one city, at most one of each template; ``software``: hash of ours."""

    folder: Path
    software: str

    def typeset(self, template: str, sources: Mapping[str, bytes], make: Callable[[], bytes]) -> bytes:
        """The kept PDF of these sources, else what ``make`` gives, kept in place of the one before.

        A kept file that is damaged, or cannot be read, is made again; a PDF that cannot be kept is a PDF all the same.

        Parameters
        ----------
        sources
            Everything that decides the PDF besides our software, by name: template, data, charts, fonts, programs.
        """
        name = f"{Path(template).stem}-{self._key(template, sources)}"
        for path in self.folder.glob(f"{name}-*.pdf"):
            with suppress(OSError):
                content = path.read_bytes()
                if path.name == f"{name}-{_hash(content)}.pdf":
                    return content
        made = make()
        with suppress(OSError, StorageFailed):
            self._keep(template, f"{name}-{_hash(made)}.pdf", made)
        return made

    def _keep(self, template: str, name: str, made: bytes) -> None:
        """In place of what was kept of the template, even where that is no file."""
        for path in self.folder.glob(f"{Path(template).stem}-*.pdf"):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        write_atomic(private_folder(self.folder) / name, made)

    def _key(self, template: str, sources: Mapping[str, bytes]) -> str:
        each = [f"{name} {hashlib.sha256(content).hexdigest()}" for name, content in sorted(sources.items())]
        return _hash("\n".join([self.software, template, *each]).encode())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
