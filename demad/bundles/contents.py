"""Which tables a bundle has, as text and back, and what must hold of them. Not here: the file and the manifest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import cast

import polars as pl

from demad.bundles import tables_csv
from demad.bundles.codes import refuse_codes, refuse_span
from demad.bundles.identities import refuse_contradictions, refuse_rounded_contradictions
from demad.bundles.manifest import DELIVERY, Entry, Manifest, Rounding
from demad.errors import DeliveryRefused, PrivacyRefused
from demad.protection import sealed
from demad.reference.senders import EXACT
from demad.tables.columns import CELL
from demad.tables.counts import COUNT_TABLES, SPAN
from demad.tables.quantities import QUANTITIES
from demad.tables.schema import Column, Table
from demad.tables.terms import GROUPS, PUBLISHED_GROUPS

BARRED = Table(
    "BARRED",
    ("city", "breakdown", "group", "period"),
    {
        "city": CELL["city"],
        "breakdown": Column(pl.String, "as of published quantities, or causes"),
        "group": CELL["group"],
        "period": Column(pl.String, "year, or quarter of causes"),
    },
)
"""Groups that the gate hides at the city: it knows there which offsets others can find."""

READ_ME = "leesmij.txt"
_TEXT = """Bundel van DEMaD: {what}.

Dit zijn tellingen per stad: kleine tabellen met gehele getallen, zonder rijen van personen, zonder pseudoniemen en
zonder het geheim waarmee afgerond is. manifest.json zegt wie de bundel maakte, waaruit, met welke definities en met
welke bescherming. Elke tabel staat in een csv; wat een kolom betekent, staat in docs/methods.md, 1.9 en 3.6.
{care}
"""
_SAID = {
    True: ("exacte tellingen", "VERTROUWELIJK: kleine aantallen zijn niet beschermd. Alleen voor de verwerker."),
    False: (
        "afgeronde tellingen",
        "De stad heeft elk aantal zelf afgerond op {base}, met een geheim dat bij haar bleef.",
    ),
}
_EXACT_STOCK = " Het aantal mensen per maand is exact, waar het minstens {least} is."
_REVISION = "revision_"


def tables_of(rounding: Rounding) -> tuple[Table, ...]:
    """The tables of a bundle: exact ones as they are counted, protected ones as they are published."""
    return COUNT_TABLES if rounding.mode == EXACT else (*QUANTITIES, BARRED)


def as_texts(tables: Mapping[str, pl.DataFrame], rounding: Rounding) -> dict[str, bytes]:
    """The files of a bundle by name, without the manifest."""
    made = {READ_ME: read_me(rounding).encode()}
    ours = {**tables, "quality": shipped_quality(tables["quality"], rounding)}
    for table in tables_of(rounding):
        made[f"{table.name.lower()}.csv"] = tables_csv.written(table, ours[table.name.lower()])
    return made


def read_me(rounding: Rounding) -> str:
    """What is in a bundle, in Dutch, for whom opens it at the city."""
    what, care = _SAID[rounding.mode == EXACT]
    if rounding.mode != EXACT and rounding.exact_stock:
        care += _EXACT_STOCK
    return _TEXT.format(what=what, care=care.format(base=rounding.base, least=2 * rounding.base))


def entry_of(content: bytes) -> Entry:
    """What the manifest says of a file."""
    return Entry(hashlib.sha256(content).hexdigest(), max(0, content.count(b"\n") - 1))


def shipped_quality(quality: pl.DataFrame, rounding: Rounding) -> pl.DataFrame:
    """QUALITY as it leaves the city.

    Protected bundles have only the rows that published figures rest on. A revision names the people of a month: it is
    shipped where that number is published as it is. A delivery that has a name of its own gets one from its hash.
    """
    named = quality.with_columns(pl.col("delivery").map_batches(_shipped_names, return_dtype=pl.String))
    if rounding.mode == EXACT:
        return named
    check, rows = pl.col("check"), pl.col("rows")
    public = pl.lit(rounding.exact_stock) & (rows >= 2 * rounding.base)
    shown = check.str.starts_with("filled_") | (check == "control") | (check.str.starts_with(_REVISION) & public)
    return named.filter(shown)


def shipped_name(delivery: str) -> str:
    """The name of a delivery outside its city: that of `demad deliver`, or one from its hash."""
    if re.fullmatch(DELIVERY, delivery):
        return delivery
    return f"1970-01-01-{hashlib.sha256(delivery.encode()).hexdigest()[:12]}"


def read_tables(texts: Mapping[str, bytes], manifest: Manifest) -> dict[str, pl.DataFrame]:
    """The tables of a bundle by name, each checked by itself and beside the others.

    Raises
    ------
    DeliveryRefused
        D-627: not as we write them. D-628: a code that cannot be. D-629: counts that cannot be.
    PrivacyRefused
        D-601: counts that should be rounded and are not.
    """
    wanted = tables_of(manifest.rounding)
    span = tables_csv.read(SPAN, texts["span.csv"], manifest.city)
    refuse_span(span)
    groups = GROUPS if manifest.exact else {**PUBLISHED_GROUPS, "causes": ("moved",)}
    made = {}
    for table in wanted:
        name = table.name.lower()
        made[name] = frame = tables_csv.read(table, texts[f"{name}.csv"], manifest.city)
        if table is not SPAN:
            refuse_codes(table, frame, span, groups)
    if span["as_of"].item() != manifest.as_of:
        raise DeliveryRefused("D-628", "Het venster van de bundel kan niet.", "Maak de bundel met demad bundle make.")
    if manifest.exact:
        refuse_contradictions(made)
    else:
        _refuse_fine(made, manifest.rounding)
        refuse_rounded_contradictions(made, manifest.rounding.base)
    return made


def _refuse_fine(tables: Mapping[str, pl.DataFrame], rounding: Rounding) -> None:
    """Raise D-601 if a count is not rounded; also the total stock, where that is not exact."""
    _ = sealed({name: frame for name, frame in tables.items() if name != "barred"}, rounding.base)
    total = tables["stocks"].filter(breakdown="total")["stock"]
    fine = total.filter(total % rounding.base != 0)
    if fine.len() and (not rounding.exact_stock or cast(int, fine.min()) < 2 * rounding.base):
        raise PrivacyRefused("D-601", "De tabel STOCKS bevat aantallen die niet afgerond zijn.", "Meld dit.")


def _shipped_names(names: pl.Series) -> pl.Series:
    return names.replace_strict({name: shipped_name(name) for name in names.unique()}, return_dtype=pl.String)
