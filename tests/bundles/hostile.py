"""What the tests of hostile bundles have in common: the rules of the centre, and how a refusal must look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from demad.bundles.contents import as_texts
from demad.bundles.manifest import NAME, Manifest
from demad.bundles.receipt import received
from demad.errors import DemadError
from demad.reference.senders import EXACT
from tests.bundles.conftest import ROUNDING, TODAY, Tables, manifest_of, registered

RULES = {"today": TODAY, "base": 10, "exact_stock": True}
Texts = dict[str, bytes]
Rows = Callable[[pl.DataFrame], pl.DataFrame]


def whole(nobody: Tables) -> Texts:
    texts = as_texts(nobody, ROUNDING[EXACT])
    return {NAME: manifest_of(texts, EXACT).written(), **texts}


def says(**changed: object) -> Callable[[Manifest], Manifest]:
    return lambda manifest: replace(manifest, **changed)


def refused(content: bytes, code: str, mode: str = EXACT, **rules: object) -> None:
    """The bundle is refused with this code, and the refusal says nothing that was in it."""
    with pytest.raises(DemadError) as refusal:
        received(content, registered(mode), **{**RULES, **rules})
    assert refusal.value.code.startswith(code), refusal.value
    assert not any(word in str(refusal.value) for word in ("Peeters", "85073003328", "-5", "NaN", "atlantis", "passwd"))
