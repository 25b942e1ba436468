"""Files of a city at the source: rows with national numbers of nobody, in the city's own words."""

from __future__ import annotations

from pathlib import Path

from demad.intake.pseudonyms.keys import Key
from demad.synthetic.numbers import number

HEADER = "INSZ;NIS;Regime;Begindatum;Einddatum;Cat.;Geboortedatum;Naam"


def nobody(place: int, *, bis: int = 0) -> str:
    """A valid number that was never given: serial 000 or 999."""
    return number(1960 + place % 60, place // 60 % 12 + 1 + bis, place % 27 + 1, 999 * (place % 2))


def dotted(digits: str) -> str:
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"


def row(place: int, **changed: str) -> str:
    year = 1960 + place % 60
    cells = {
        "INSZ": dotted(nobody(place)),
        "NIS": "44021",
        "Regime": "leefloon",
        "Begindatum": f"0{place % 9 + 1}/03/2020",
        "Einddatum": "",
        "Cat.": "alleenstaande",
        "Geboortedatum": f"{place % 27 + 1:02d}/{place // 60 % 12 + 1:02d}/{year}",
        "Naam": f"Peeters {place}",
    }
    return ";".join((cells | changed).values())


def leefloon(n: int = 40, *rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *map(row, range(n)), *rows]) + "\n"


def key(*, city: str = "gent", nis: str = "44021", domain: str = "samen", master: bytes = bytes(range(32))) -> Key:
    return Key(city, nis, domain, "goedkeuring 1", master)


def written(path: Path, given: Key) -> Path:
    """The file of a key, as `make_key` writes one."""
    path.write_text(
        f'formaat = "demad-sleutel/1"\nstad = "{given.city}"\nnis = "{given.nis}"\ndomein = "{given.domain}"\n'
        f'goedkeuring = "{given.approval}"\nnummer = "{given.id}"\nsleutel = "{given.master.hex()}"\n',
        encoding="utf-8",
    )
    path.chmod(0o400)
    return path
