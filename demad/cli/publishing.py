"""Commands for releases, sign-off, reports, exports and explanations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from demad.cli.options import CityName, Json, Root, next_step, root_of
from demad.errors import UsageRefused
from demad.reference.several import several

commands = typer.Typer()
_NAMED = 13
"""So many files of an export are named: one for each city."""


@commands.command()
def release(
    period: Annotated[str, typer.Option("--period", help="2026Q2, 2026 of 2026-06.")] = "",
    reason: Annotated[
        str,
        typer.Option(
            "--reason", help="Waarom vrijgegeven cijfers nu anders zijn, of een release weggaat; voor lezers."
        ),
    ] = "",
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Bevestig wat iemand anders voorbereidde (second_pair in demad.toml).")
    ] = False,
    withdraw: Annotated[
        str, typer.Option("--withdraw", help="Trek een release in, bijvoorbeeld 2026Q2-r2; geef ook --reason.")
    ] = "",
    root: Root = None,
) -> None:
    """Geeft een periode vrij in de map publication, met wat sinds de vorige keer veranderde; of trekt ze in."""
    if [bool(period), confirm, bool(withdraw)].count(True) != 1:
        raise UsageRefused("D-455", "Wat moet er gebeuren?", "Geef één van --period, --confirm of --withdraw.")
    where = root_of(root)
    if withdraw:
        _withdraw(where, withdraw, reason)
    elif confirm:
        _confirm(where)
    else:
        _release(where, period, reason)


def _release(where: Path, period: str, reason: str) -> None:
    from demad.operations.restore import whole_root
    from demad.publishing.release import not_signed_off
    from demad.publishing.release import release as publish_period
    from demad.releases.withdrawals import shown_by_latest

    with whole_root(where):
        folder = publish_period(where, period, reason)
        visible = folder.parent == where / "publication"
        late = not_signed_off(where, period) if visible else []
        shown = shown_by_latest(where)
    typer.echo(str(folder))
    if visible and shown != folder.name:
        typer.echo(f"latest blijft {shown} tonen: die is van een latere periode.", err=True)
    if late:
        typer.echo(f"Nog niet afgetekend: {', '.join(late)}.", err=True)
    if visible:
        next_step(f"open {folder / 'index.html'}")
    else:
        typer.echo("Voorbereid, nog niet zichtbaar: iemand anders moet ze bevestigen.", err=True)
        next_step(f"bekijk {folder / 'index.html'}, en laat iemand anders demad release --confirm doen")


def _confirm(where: Path) -> None:
    from demad.operations.restore import whole_root
    from demad.publishing.release import confirm

    with whole_root(where):
        folder = confirm(where)
    typer.echo(str(folder))
    next_step(f"open {folder / 'index.html'}")


def _withdraw(where: Path, release: str, reason: str) -> None:
    from demad.operations.restore import whole_root
    from demad.publishing.withdrawal import withdraw
    from demad.releases.ledger import damaged_figures

    with whole_root(where):
        shown = withdraw(where, release, reason)
        damaged = damaged_figures(where)
    typer.echo(str(where / "publication" / release / "index.html"))
    typer.echo(f"{release} is ingetrokken; latest toont nu {shown or 'waarom er niets is'}.")
    if damaged:
        typer.echo(
            f"D-761: De cijfers van release {', '.join(damaged)} zijn weg of gewijzigd.\n"
            "Kijk met demad doctor na wat er is, en zet een back-up terug.",
            err=True,
        )
    next_step("kijk de site na, en zeg het aan wie de cijfers gebruikt")


@commands.command()
def signoff(
    city: CityName,
    period: Annotated[str, typer.Option("--period", help="De periode die vrijgegeven wordt, bijvoorbeeld 2026Q2.")],
    text: Annotated[Path | None, typer.Option("--text", help="Tekstbestand met de toelichting van de stad.")] = None,
    root: Root = None,
) -> None:
    """Een stad tekent haar preview af, met haar eigen toelichting als ze dat wil."""
    from demad.operations.restore import whole_root
    from demad.publishing.release import sign_off
    from demad.reference.cities import city_of

    where = root_of(root)
    if text is not None and not text.is_file():
        raise UsageRefused("D-453", "Het tekstbestand is er niet.", "Controleer de naam.")
    said = text.read_text(encoding="utf-8", errors="replace") if text else ""
    with whole_root(where):
        signed = sign_off(where, period, city_of(city, where).slug, said)
    typer.echo(f"{signed.city} heeft {period} afgetekend{', met toelichting' if signed.words else ''}.")
    next_step(f"demad release --period {period}")


def _formats(text: str) -> list[str]:
    """The formats asked for, separated by commas; charts come beside the report, not in its place.

    Raises
    ------
    UsageRefused
        D-500: nothing, or a format that is not known.
    """
    from demad.reporting.site import FORMATS, ON_DEMAND

    known = (*FORMATS, *ON_DEMAND)
    asked = [part.strip().lower() for part in text.split(",") if part.strip()]
    unknown = [part for part in asked if part not in known]
    if unknown or not asked:
        name = unknown[0] if unknown else text
        raise UsageRefused("D-500", f"Het formaat {name} kennen we niet.", f"Kies uit: {', '.join(known)}.")
    return [*FORMATS, *asked] if set(asked) <= set(ON_DEMAND) else asked


@commands.command()
def report(
    city: CityName,
    root: Root = None,
    formats: Annotated[
        str, typer.Option("--format", help="Met komma's: html,pdf,xlsx; png: ook alle grafieken, in grafieken.zip.")
    ] = "html,pdf,xlsx",
    language: Annotated[str, typer.Option("--lang", help="Taal: nl, of en (in preview/en).")] = "",
    open_: Annotated[bool, typer.Option("--open", help="Open het rapport daarna.")] = False,
) -> None:
    """Maakt het rapport van een stad opnieuw uit de tabellen."""
    from demad.operations.restore import whole_root
    from demad.publishing.site import render_preview
    from demad.publishing.translation import translate_preview
    from demad.reference.cities import city_of
    from demad.reference.settings import load_settings
    from demad.reporting.site import CHARTS

    asked = _formats(formats)
    where = root_of(root)
    given = city_of(city, where)
    slug, folder = given.slug, where / "preview"
    _refuse_no_pages(given)
    with whole_root(where):
        if language and language != load_settings(where).language:
            folder, failed = translate_preview(where, language, [slug], asked)
        else:
            failed = render_preview(where, [slug], asked)
    shown = {"html": "index.html", "pdf": f"{slug}.pdf", "xlsx": f"{slug}.xlsx"}
    page = folder / slug / shown["html" if "html" in asked else asked[0]]
    if failed or not page.exists():
        raise UsageRefused(
            "D-411", f"Voor {slug} is er nog geen rapport.", "Lever eerst gegevens en voer demad run uit."
        )
    typer.echo(str(page))
    if "png" in asked:
        typer.echo(str(folder / slug / CHARTS))
    if open_:
        typer.launch(str(page))
    next_step(f"open {page}")


def _refuse_no_pages(city: Any) -> None:
    """Refuse a report of a city that wants none; D-411."""
    if not city.pages:
        raise UsageRefused(
            "D-411",
            f"{city.name} krijgt geen rapport: in haar stadsbestand staat pages = false.",
            "Haar cijfers staan in demad export; haal pages weg voor een rapport.",
        )


@commands.command()
def export(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="csv, parquet, xlsx, draaitabel, postgres (bestand);"
            " swing, duckdb, datapackage, jsonstat, orba (map).",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Bestand of map.")],
    zone: Annotated[str, typer.Option("--zone", help="trusted of published.")] = "published",
    release: Annotated[
        str,
        typer.Option(
            "--release", help="2026Q2-r1, latest (standaard zodra er ooit een release was) of preview: de laatste run."
        ),
    ] = "",
    root: Root = None,
) -> None:
    """Schrijft de cijfers weg: zoals de laatste release ze toont, of volledig (trusted)."""
    from demad.exports.formats import export_as
    from demad.exports.sql import how_to_load
    from demad.publishing.exported import chosen
    from demad.publishing.site import areas_of

    where = root_of(root)
    found = chosen(where, zone=zone, release=release)
    written = export_as(found.figures, to=to, out=out, areas=areas_of(where), about=found.about)
    source = f", zoals in {found.release}" if found.release else ""
    typer.echo(f"{_written(to, written, out, found.figures.frame.height)}{source}")
    if zone == "trusted":
        typer.echo("Vertrouwelijk: dit bestand bevat kleine aantallen.", err=True)
    elif not found.release:
        typer.echo("Voorlopig: dit zijn de cijfers van de laatste run, niet van een release.", err=True)
    next_step(how_to_load(to, out))


def _written(to: str, files: Sequence[Path], out: Path, figures: int) -> str:
    """What was written, in Dutch: so many figures in a file, or the files of a folder, the first by name.

    A pivot holds only the figures that are shown, of one series: their number is not that of the release.
    """
    if to == "draaitabel":
        return f"een draaitabel in {out}"
    if list(files) == [out]:
        return f"{several(figures, 'cijfer', 'cijfers')} in {out}"
    names = [path.relative_to(out).as_posix() for path in files]
    more = f" en {len(names) - _NAMED} andere" if len(names) > _NAMED else ""
    return f"{several(len(names), 'bestand', 'bestanden')} in {out}: {', '.join(names[:_NAMED])}{more}"


@commands.command()
def explain(
    indicator: Annotated[str, typer.Argument(help="Code van de indicator, bijvoorbeeld return_12m.")],
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Legt een indicator uit: definitie, formule, teller en noemer, voorbeeld, bron."""
    from demad.catalogue import TREND_RULE
    from demad.catalogue import indicator as find

    entry = find(indicator)
    if as_json:
        typer.echo(json.dumps(asdict(entry), ensure_ascii=False, indent=2))
        return
    lines = {
        "Wat": entry.label,
        "Wie telt mee": entry.population,
        "Formule": entry.formula,
        "Teller": entry.numerator,
        "Noemer": entry.denominator,
        "Onzekerheid": entry.interval,
        "Venster": several(entry.window, "maand", "maanden"),
        "Uitsplitsingen": ", ".join(entry.breakdowns) or "geen",
        "Voorbeeld": entry.worked_example,
        "Pijl": TREND_RULE,
        "Bron": ", ".join(entry.source),
        "Versie": entry.version,
    }
    for name, text in lines.items():
        typer.echo(f"{name}: {text}")
