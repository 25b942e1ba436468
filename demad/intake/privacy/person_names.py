"""Detect a column of personal names with a list of common Flemish first and family names. Counts only."""

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


def listed_names() -> frozenset[str]:
    """Every listed first and family name, in lower case."""
    return frozenset(_LISTED)


def names_in(texts: pl.Series) -> pl.Series:
    """The distinct texts that are a person's name.

    A text is a name if every word is a listed name or a particle and at least one word is a listed name. Other words or
    digits make it something else (``p1-jan-0001`` is a pseudonym, not a name).
    """
    wordy = texts.filter(texts.str.contains(r"^[A-Za-z][\p{L} .,;'_-]{2,60}$")).unique().to_frame("text")
    split = wordy.with_columns(
        word=pl.col("text").str.to_lowercase().str.replace_all(r"[ .,;_-]+", " ").str.strip_chars().str.split(" ")
    )
    listed = pl.element().is_in(_LISTED)
    return split.filter(
        pl.col("word").list.eval(listed).list.any()
        & pl.col("word").list.eval(listed | pl.element().is_in(_PARTICLES)).list.all()
    )["text"]


def fill_a_column(different: int, rows: int, height: int) -> bool:
    """Whether a column is a column of names: at least 3 different names, in at least 5 % of the rows."""
    return different >= _DIFFERENT and rows >= _SHARE * height
