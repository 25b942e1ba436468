"""PDFs that were typeset before, kept by what they are made of: one that would be the same is not typeset again.

What decides the bytes is in the name of the file: our software, and every source and program. A kept file is what the
preview shows and nothing else. Not here: making a PDF.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from demad.store import private_folder, write_atomic


@dataclass(frozen=True, slots=True)
class TypesetBefore:
    """The PDFs of one city, at most one of each template; ``software``: hash of ours."""

    folder: Path
    software: str

    def typeset(self, template: str, sources: Mapping[str, bytes], make: Callable[[], bytes]) -> bytes:
        """The kept PDF of these sources, else what ``make`` gives, kept in place of the one before.

        A kept file that is damaged is made again.

        Parameters
        ----------
        sources
            Everything that decides the PDF besides our software, by name: template, data, charts, fonts, programs.
        """
        name = f"{Path(template).stem}-{self._key(template, sources)}"
        for path in self.folder.glob(f"{name}-*.pdf"):
            content = path.read_bytes()
            if path.name == f"{name}-{_hash(content)}.pdf":
                return content
        made = make()
        for path in self.folder.glob(f"{Path(template).stem}-*.pdf"):
            path.unlink(missing_ok=True)
        write_atomic(private_folder(self.folder) / f"{name}-{_hash(made)}.pdf", made)
        return made

    def _key(self, template: str, sources: Mapping[str, bytes]) -> str:
        each = [f"{name} {hashlib.sha256(content).hexdigest()}" for name, content in sorted(sources.items())]
        return _hash("\n".join([self.software, template, *each]).encode())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
