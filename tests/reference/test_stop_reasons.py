"""The harmonised stop reasons."""

from __future__ import annotations

from demad.reference.stop_reasons import REASON_GROUPS, STOP_REASONS


def test_every_group_has_a_code_and_every_code_a_known_group() -> None:
    assert {group for _, group in STOP_REASONS.values()} == set(REASON_GROUPS)


def test_codes_stand_in_the_group_of_their_letter() -> None:
    by_letter = {
        "W": "work",
        "A": "temporary_activation",
        "O": "training",
        "V": "other_benefit",
        "G": "other_means",
        "M": "moved",
        "S": "conditions",
        "E": "own_choice",
        "U": "unknown",
    }
    for code, (label, group) in STOP_REASONS.items():
        assert label
        assert group == by_letter.get(code[0], group)
    assert [STOP_REASONS[code][1] for code in ("X1", "X2", "X3")] == ["death", "admin", "admin"]
