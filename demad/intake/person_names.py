"""Finds a column of people's names: words from a list of common Flemish first and family names. Counts only."""

from __future__ import annotations

import polars as pl

# Common first names (Statbel, first names of the population) and family names of Flanders, without accents.
_FIRST = """
maria marie martine nathalie christine anna rita monique nicole linda an ann anne ingrid sarah sofie katrien
greet hilde leen lieve kristel els ellen elke eva emma julie laura lisa charlotte fatima aicha khadija mohamed
mohammed ahmed ali hassan youssef ibrahim jean marc paul patrick luc michel philippe pierre jan jozef dirk peter
johan guy koen kurt bart tom thomas kevin wim stijn pieter david daniel lucas louis arthur noah liam adam jef
frank geert hans ivan joris karel kris ludo mark nico rik rudi stefaan steven tim werner willy
"""
_FAMILY = """
peeters janssens maes jacobs mertens willems claes goossens wouters desmet pauwels dubois hermans lambert
aerts vermeulen michiels martens devos smets claeys vandenberghe hendrickx janssen dewitte desmedt vandamme
smet verhoeven verstraete cools coppens deprez verbeke bogaert dewilde vermeersch lemmens baert segers
verheyen verschueren vandevelde thijs stevens timmermans vandenbroeck vandenbossche declercq devriendt
vercruysse verlinden lauwers bosmans carlier moens dhondt debacker debruyn wauters vanhove vranckx
"""
_LISTED = sorted({*_FIRST.split(), *_FAMILY.split()})
_PARTICLES = ("van", "de", "den", "der", "ten", "ter", "el", "al", "ben", "le", "la")
_DIFFERENT, _SHARE = 3, 0.05


def rows_with_names(counted: pl.DataFrame, height: int) -> int:
    """Rows that are a person's name, where at least 3 different ones fill 5 % of a column; else 0.

    A cell is a name where every word of it is a listed name or a particle, and one is a listed name: words
    beside it, or digits, make it something else (``p1-jan-0001`` is a pseudonym, not a name).

    Parameters
    ----------
    counted
        ``text`` and ``rows`` of a column.
    height
        Rows of the column.
    """
    words = r"[ .,;_-]+"
    wordy = counted.filter(pl.col("text").str.contains(r"^[A-Za-z][\p{L} .,;'_-]{2,60}$"))
    counted = wordy.group_by("text").agg(pl.col("rows").sum())
    split = counted.with_columns(
        word=pl.col("text").str.to_lowercase().str.replace_all(words, " ").str.strip_chars().str.split(" ")
    )
    listed = pl.element().is_in(_LISTED)
    judged = split.filter(
        pl.col("word").list.eval(listed).list.any()
        & pl.col("word").list.eval(listed | pl.element().is_in(_PARTICLES)).list.all()
    )
    rows = int(judged["rows"].sum())
    return rows if judged.height >= _DIFFERENT and rows >= _SHARE * height else 0
