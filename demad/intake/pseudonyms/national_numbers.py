"""National and BIS numbers in delivered cells: as eleven digits, checked; year of birth and sex; numbers that changed.

Runs only in the child process that pseudonymises: numbers stay in its memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl
from stdnum.be import bis, nn

from demad.errors import DeliveryRefused
from demad.intake.contract.values import as_text

_LENGTH = 11
_SHORTEST = 8  # of people born in the years 2000 a spreadsheet strips up to three zeros
_MARKS = r"[\s._/\-\x{2010}-\x{2015}\x{b7}*,]"
_WHOLE = pl.col("number").cast(pl.Int64)
_MONTHS = (*range(13), *range(20, 33), *range(40, 53))  # raised by 20 or 40 in a BIS number; 0: not known
_BIRTH_UNKNOWN = ("000001", "002001", "004001")
_SAME_PERSON = 6  # numbers of one person; more means that the column of old numbers holds something else


def numbers_in(cells: pl.Series) -> pl.Series:
    """The eleven digits of each cell, without marks and with lost zeros; null where they are no valid number."""
    rows = cells.alias("cell").to_frame()
    text = as_text("cell", rows.schema["cell"]).str.replace(r"^([0-9]{8,11})[.,]0+$", "$1").str.replace_all(_MARKS, "")
    digits = rows.select(number=text)["number"]
    shaped = digits.str.contains(rf"^[0-9]{{{_SHORTEST},{_LENGTH}}}$").fill_null(value=False)
    full = digits.set(~shaped, None).str.zfill(_LENGTH)
    distinct = full.unique().drop_nulls()
    valid = distinct.filter(are_valid(distinct))
    return full.set(~full.is_in(valid.implode()).fill_null(value=False), None)


def are_valid(numbers: pl.Series) -> pl.Series:
    """Whether each text of eleven digits is a national or BIS number; what seems none is judged by the library."""
    month, young = _WHOLE // 10**7 % 100, (_WHOLE // 10**9).le(date.today().year - 2000)
    whole = (_WHOLE > 0) & month.is_in(_MONTHS) & (_checks(0) | (young & _checks(2 * 10**9)))
    judged = numbers.alias("number").to_frame().select(valid=whole)["valid"]
    if judged.all():
        return judged
    last_word = pl.Series([is_valid(number) for number in numbers.filter(~judged)], dtype=pl.Boolean)
    return judged.scatter((~judged).arg_true(), last_word)


def _checks(century: int) -> pl.Expr:
    """Whether the last two digits check the nine before them: as they are, or with a 2 in front for the years 2000."""
    return 97 - (_WHOLE // 100 + century) % 97 == _WHOLE % 100


def is_valid(number: str) -> bool:
    """Whether eleven digits are a national or BIS number, by date and check digits."""
    return nn.is_valid(number) or bis.is_valid(number)


def birth_years(numbers: pl.Series) -> pl.Series:
    """Year of birth in each valid number, Int32; null where it was not known. BIS numbers tell it alike."""
    unknown = pl.col("number").str.slice(0, 6).is_in(_BIRTH_UNKNOWN)
    year = pl.when(~unknown).then(_WHOLE // 10**9 + pl.when(_checks(0)).then(1900).otherwise(2000))
    return numbers.alias("number").to_frame().select(year=year.cast(pl.Int32))["year"]


def sex(number: str) -> str | None:
    """M or V from a valid number; None for a BIS number that was given before the sex was known."""
    found = nn.get_gender(number) if nn.is_valid(number) else bis.get_gender(number)
    return {"M": "M", "F": "V"}.get(found or "")


def first_numbers(changes: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """For every number that changed or was changed into: the first number of that person.

    The first and not the newest, so that a pseudonym stays what it was when a BIS number becomes a national number, and
    who was erased stays erased.

    Parameters
    ----------
    changes
        Pairs of the old and the new number.

    Raises
    ------
    DeliveryRefused
        D-267: more numbers of one person than there can be.
    """
    leader: dict[str, str] = {}

    def found(number: str) -> str:
        path = []
        while (above := leader.setdefault(number, number)) != number:
            path.append(number)
            number = above
        leader.update(dict.fromkeys(path, number))
        return number

    became: set[str] = set()
    for old, new in sorted(set(changes)):
        if old != new:
            leader[found(new)] = found(old)
            became.add(new)
    groups: dict[str, list[str]] = {}
    for number in leader:
        groups.setdefault(found(number), []).append(number)
    if any(len(group) > _SAME_PERSON for group in groups.values()):
        raise DeliveryRefused(
            "D-267",
            f"De kolom met oude nummers geeft één persoon meer dan {_SAME_PERSON} nummers.",
            "Kijk na of die kolom het vroegere nummer van dezelfde persoon bevat, en niet dat van een ander.",
        )
    firsts = {head: min((set(group) - became) or set(group)) for head, group in groups.items()}
    return {number: firsts[found(number)] for number in leader}
