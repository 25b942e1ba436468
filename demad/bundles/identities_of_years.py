"""What must hold of the counts that stand by calendar year, so that a bundle with impossible ones is refused.

Each rule is the name of a table, what does not hold in Dutch, and the rows of which it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

Tables = Mapping[str, pl.DataFrame]
Rules = Iterator[tuple[str, str, pl.DataFrame]]
_TOTAL = {"variant": "main", "breakdown": "total"}


def exact_rules_of_years(tables: Tables) -> Rules:
    """Of the additive tables of one city: people of years beside months, quarters and the years before."""
    yield "year_persons", "de personen van een jaar passen niet bij de maanden", _broken_years(tables)
    yield "gpmi_year", "de personen van een jaar passen niet bij de maanden", _broken_gpmi(tables)
    yield "ten_years", "de personen van een jaar passen niet bij de jaren ervoor", _broken_decades(tables)
    yield "years_on", "de banden zijn samen niet de stand van december", _broken_bands(tables)
    yield "long_stay", "de personen van een jaar passen niet bij de maanden", _broken_stayers(tables)
    yield "after_exit_status", "de vertrekken van een jaar zijn niet die van de kwartalen", _broken_exits(tables)


def rounded_rules_of_years(tables: Tables, base: int) -> Rules:
    """Of protected tables the same, as far as rounding to a base leaves it."""
    years = tables["years"].filter(**_TOTAL)
    agreed = tables["gpmi_years"].join(years, on=["city", "year"], how="left").fill_null(0)
    more = pl.col("with_gpmi") > pl.col("persons") + base
    yield "gpmi_years", "een deel is groter dan het geheel", agreed.filter(more)
    yield "years_on", "een deel is groter dan het geheel", _rounded_bands(tables, base)


def _broken_years(tables: Tables) -> pl.DataFrame:
    cell = ["variant", "breakdown", "group", "year"]
    months = tables["stock"].with_columns(year=pl.col("month") // 12).filter(breakdown="total")
    of_year = months.group_by(cell).agg(most=pl.col("stock").max(), together=pl.col("stock").sum())
    both = tables["year_persons"].filter(breakdown="total").join(of_year, on=cell, how="left").fill_null(0)
    return both.filter(~pl.col("persons").is_between(pl.col("most"), pl.col("together")))


def _broken_gpmi(tables: Tables) -> pl.DataFrame:
    """Years with more people with a GPMI than people, or fewer than in one of their months."""
    total = {"variant": "main", "breakdown": "total"}
    months = tables["stock"].filter(**total).group_by(year=pl.col("month") // 12).agg(most=pl.col("gpmi").max())
    persons = tables["year_persons"].filter(**total).select("year", "persons")
    both = persons.join(tables["gpmi_year"], on="year", how="full", coalesce=True).join(months, on="year", how="left")
    found = both.with_columns(pl.col("persons", "with_gpmi", "most").fill_null(0))
    return found.filter(~pl.col("with_gpmi").is_between(pl.col("most"), pl.col("persons")))


def _broken_decades(tables: Tables) -> pl.DataFrame:
    """Windows of years with fewer people than their last year."""
    years = tables["year_persons"].filter(variant="main", breakdown="total").select("year", of_year="persons")
    return tables["ten_years"].join(years, on="year", how="left").filter(pl.col("persons") < pl.col("of_year"))


def _broken_bands(tables: Tables) -> pl.DataFrame:
    """Decembers whose bands of months on benefit are together not the stock."""
    bands = tables["years_on"].group_by("year").agg(together=pl.col("persons").sum())
    stock = tables["stock"].filter(pl.col("month") % 12 == 11, variant="main", breakdown="total")
    beside = bands.join(stock.select("stock", year=pl.col("month") // 12), on="year", how="left")
    return beside.filter(pl.col("together") != pl.col("stock").fill_null(0))


def _broken_stayers(tables: Tables) -> pl.DataFrame:
    """Years whose people over two years in January are not those of the stock of that month."""
    january = tables["stock"].filter(pl.col("month") % 12 == 0, variant="main", breakdown="total")
    there = january.select("elapsed_over_24", year=pl.col("month") // 12)
    both = tables["long_stay"].join(there, on="year", how="left").fill_null(0)
    return both.filter(pl.col("stayers") != pl.col("elapsed_over_24"))


def _broken_exits(tables: Tables) -> pl.DataFrame:
    """Years whose exits that are followed are not those of their quarters."""
    exits = tables["return_risk"].filter(**_TOTAL).group_by(period=pl.col("period").str.slice(0, 4))
    beside = tables["after_exit_status"].join(exits.agg(of=pl.col("exits").sum()), on="period", how="left")
    return beside.fill_null(0).filter(pl.col("exits") != pl.col("of"))


def _rounded_bands(tables: Tables, base: int) -> pl.DataFrame:
    """Bands of a December with more people than its stock."""
    stock = tables["stocks"].filter(pl.col("month") % 12 == 11, variant="main", breakdown="total")
    december = stock.select("city", "stock", year=pl.col("month") // 12)
    beside = tables["years_on"].join(december, on=["city", "year"], how="left").fill_null(0)
    return beside.filter(pl.col("persons") > pl.col("stock") + base)
