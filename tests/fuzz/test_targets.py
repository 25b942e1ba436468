"""Seeded mutations of well-formed input: a result or a refusal with a code, whatever the bytes."""

import os
import random

import pytest

from tests.fuzz.targets import TARGETS, seeds

COUNT = int(os.environ.get("DEMAD_FUZZ", "150"))


def mutated(content: bytes, chance: random.Random) -> bytes:
    text = bytearray(content)
    for _ in range(chance.randrange(1, 8)):
        place = chance.randrange(len(text) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            text[place : place + chance.randrange(1, 20)] = b""
        elif kind == 1:
            text[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 12)))
        elif kind == 2 and text:
            text[place % len(text)] ^= 1 << chance.randrange(8)
        elif kind == 3:
            text[place:place] = chance.choice([b"\0", b'"', b"\r", b"\xff", b";;", b"@", b"1e309", b"9999-99-99"])
        else:
            text = text[:place] + text[place // 2 :]
    return bytes(text)


@pytest.mark.parametrize("target", TARGETS)
def test_any_bytes_give_a_result_or_a_refusal(target):
    chance = random.Random(2026)  # noqa: S311
    start = seeds(target)
    for _ in range(COUNT):
        TARGETS[target](mutated(chance.choice(start), chance))
