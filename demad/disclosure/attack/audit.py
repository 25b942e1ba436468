"""The gate: no preview and no release goes out while anybody could find out what it hides."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from demad.disclosure.attack.digits import Leak, leaks
from demad.disclosure.attack.reading import Limits, readable
from demad.disclosure.attack.sums import systems
from demad.disclosure.attack.system import Bound, bounds
from demad.disclosure.attack.windows import overlapping
from demad.disclosure.policy import Policy
from demad.errors import PrivacyRefused


@dataclass(frozen=True, slots=True)
class Audit:
    """What all attackers together found.

    ``attacked``: hidden counts that must stay uncertain, each against every attacker; ``exact``: found to the
    last person; ``narrow``: bounded within fewer values than the threshold; ``leaks``: figures whose digits
    give a hidden count away, alone or with those of windows that overlap.
    """

    tables: int
    attacked: int
    exact: tuple[Bound, ...]
    narrow: tuple[Bound, ...]
    leaks: tuple[Leak, ...]

    @property
    def passed(self) -> bool:
        """Whether nobody found anything."""
        return not (self.exact or self.narrow or self.leaks)


def audit(
    published: pl.DataFrame,
    values: pl.DataFrame,
    policy: Policy,
    earlier: pl.DataFrame | None = None,
) -> Audit:
    """Attack a release as its readers could: from outside, as each city that knows its own counts, as two of them.

    Parameters
    ----------
    published, values
        PUBLISHED_VALUE and the INDICATOR_VALUE behind it.
    earlier
        Figures of earlier releases (key and ``value``): known to everybody for ever.
    """
    limits = Limits(policy.threshold, policy.group_denominator, policy.sensitive)
    before = earlier if earlier is not None else published.clear()
    read = readable(published, values, limits, before).with_columns(limit=pl.lit(policy.threshold))
    found = [bounds(system, float(policy.threshold), coalition=policy.coalition) for system in systems(read)]
    secrets = [bound for table in found for bound in table if bound.secret]
    return Audit(
        tables=len(found),
        attacked=len(secrets),
        exact=tuple(bound for table in found for bound in table if bound.width < 1),
        narrow=tuple(bound for bound in secrets if 1 <= bound.width < policy.threshold),
        leaks=(*leaks(read, policy.threshold), *overlapping(read, policy.threshold)),
    )


def refuse_leaking(found: Audit) -> None:
    """Raise D-600 where an attacker found something.

    Raises
    ------
    PrivacyRefused
        D-600: names the first table, never a value.
    """
    if found.passed:
        return
    tables = [bound.system for bound in (*found.exact, *found.narrow)]
    tables += [f"{leak.variant} {leak.indicator} {leak.period}" for leak in found.leaks]
    n = len(found.exact) + len(found.narrow) + len(found.leaks)
    raise PrivacyRefused(
        "D-600",
        f"De controle op herleidbaarheid vindt {n} verborgen cijfers terug, het eerste in {tables[0]}.",
        "Er is niets getoond of vrijgegeven; meld dit.",
    )
