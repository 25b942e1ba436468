"""Well-formed files with rows that cannot be, or may not be sent, each with the code it must get."""

from __future__ import annotations

import polars as pl

from tests.deliveries import GOOD, HEADER
from tests.intake.nasty.making import COLUMNS, FRAME, NUMBER, TEXT, Nasty, archive, every, parquet, rows, workbook

CONTENTS = {
    "rows of another city": Nasty("D-153", every(lambda row: row.replace("44021", "11002"))),
    "rows of no city": Nasty("D-153", every(lambda row: row.replace("44021", "99999"))),
    "laws we do not know": Nasty("D-302", every(lambda row: row.replace("RMI", "LL"))),
    "days in the American order": Nasty("D-302", every(lambda row: row.replace("2020-", "13/31/2020 "))),
    "years of two digits": Nasty("D-302", every(lambda row: row.replace("2020-0", "01/02/2").replace("-01;", ";"))),
    "days that do not exist": Nasty("D-302", every(lambda row: row.replace("-01;", "-32;"))),
    "rights that begin in the future": Nasty("D-302", every(lambda row: row.replace("2020", "2091"))),
    "rights that end before they begin": Nasty("D-302", every(lambda row: row.replace("2021-06-30", "2011-06-30"))),
    "categories we do not know": Nasty("D-302", every(lambda row: row.replace(";2;1990", ";7;1990"))),
    "years before 1900": Nasty("D-302", every(lambda row: row.replace("1990", "1790"))),
    "pseudonyms that are formulas": Nasty("D-302", every(lambda row: row.replace("p1-gent", "=HYPERLINK(A1)&"))),
    "pseudonyms that are too short": Nasty("D-302", every(lambda row: row.replace("p1-gent-00", "p"))),
    "pseudonyms that are names": Nasty(
        "D-200",
        lambda: rows(
            *[
                r.replace(r.split(";")[1], n)
                for r, n in zip(GOOD, ["Jan Peeters", "An Claes", "Luc Maes"] * 13, strict=False)
            ]
        ),
    ),
    "a national number": Nasty("D-200", lambda: rows(GOOD[0].replace("p1-gent-0000", NUMBER), *GOOD[1:])),
    "a national number in a sentence": Nasty(
        "D-200", lambda: rows(GOOD[0].replace("W1", f"dossier {NUMBER} oud"), *GOOD[1:])
    ),
    "a national number in a workbook": Nasty(
        "D-200", lambda: workbook(change=lambda _, s: s.write_number(5, 1, int(NUMBER))), "leefloon.xlsx"
    ),
    "a national number on another sheet": Nasty(
        "D-200", lambda: workbook(change=lambda book, _: book.add_worksheet("oud").write(0, 0, NUMBER)), "leefloon.xlsx"
    ),
    "a national number as the name of a sheet": Nasty(
        "D-201", lambda: workbook(change=lambda book, _: book.add_worksheet(NUMBER)), "leefloon.xlsx"
    ),
    "a national number in a Parquet": Nasty(
        "D-200", lambda: parquet(FRAME.with_columns(pl.lit(int(NUMBER)).alias("geboortejaar"))), "leefloon.parquet"
    ),
    "a national number in what describes a Parquet": Nasty(
        "D-201", lambda: parquet(FRAME, metadata={"maker": f"export {NUMBER}"}), "leefloon.parquet"
    ),
    "a national number in a header": Nasty(
        "D-201", lambda: rows(*[r + ";" for r in GOOD], header=f"{HEADER};{NUMBER}")
    ),
    "a national number in the name of the file": Nasty("D-201", TEXT.encode, f"leefloon {NUMBER}.csv"),
    "a national number in the name of a member": Nasty(
        "D-201", lambda: archive((f"leefloon-{NUMBER}.csv", TEXT.encode())), "leefloon.zip"
    ),
    "an e-mail address": Nasty("D-200", lambda: rows(GOOD[0].replace("W1", "jan@gent.be"), *GOOD[1:])),
    "a phone number": Nasty("D-200", lambda: rows(GOOD[0].replace("W1", "0478 12 34 56"), *GOOD[1:])),
    "an account": Nasty("D-200", lambda: rows(GOOD[0].replace("W1", "BE71 0961 2345 6769"), *GOOD[1:])),
    "a header called INSZ": Nasty("D-202", lambda: rows(*[r + ";x" for r in GOOD], header=HEADER + ";INSZ-nr")),
}
CONTENTS |= {
    f"no column {name}": Nasty("D-151", lambda name=name: FRAME.drop(name).write_csv(separator=";").encode())
    for name in COLUMNS
    if name not in ("einde", "stopreden")
}
