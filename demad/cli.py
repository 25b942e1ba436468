"""The `demad` command. No logic: it reads options, calls one function, says what happened and what comes next."""

from __future__ import annotations

import json
import os
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from demad.errors import DemadError, UsageRefused

app = typer.Typer(
    help="DEMaD: hoe lang leven mensen van een leefloon, hoe raken ze eruit, en blijven ze weg?",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)

Root = Annotated[Path | None, typer.Option("--root", help="Map met alle gegevens (anders DEMAD_ROOT of ./var).")]
Json = Annotated[bool, typer.Option("--json", help="Antwoord als JSON, voor machines.")]

CityName = Annotated[str, typer.Option("--city", "--stad", help="Stad, bijvoorbeeld gent.")]
Files = Annotated[list[Path], typer.Argument(help="Bestanden: CSV, XLSX of Parquet.")]


def main() -> None:
    """Run the command; a refusal becomes its text and exit status, anything else is our bug (1)."""
    os.umask(0o077)
    try:
        app()
    except DemadError as refusal:
        typer.echo(f"{refusal.code}: {refusal.what}\n{refusal.todo}", err=True)
        raise SystemExit(refusal.exit_status) from None
    except Exception as fault:
        from demad.store import storage_refusal

        if os.environ.get("DEMAD_DEBUG"):
            raise
        if refusal := storage_refusal(fault):
            typer.echo(f"{refusal.code}: {refusal.what}\n{refusal.todo}", err=True)
            raise SystemExit(refusal.exit_status) from None
        typer.echo(
            f"D-902: Onverwachte fout ({type(fault).__name__}).\nMeld dit; zet DEMAD_DEBUG=1 voor meer.",
            err=True,
        )
        raise SystemExit(1) from None


def _root(given: Path | None) -> Path:
    return (given or Path(os.environ.get("DEMAD_ROOT") or "var")).resolve()


def _date(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageRefused("D-403", f"{name} is geen datum.", "Gebruik 2026-09-30.") from None


def _tell(line: str) -> None:
    if sys.stderr.isatty():
        typer.echo(f"  {line}", err=True)


def _next(step: str) -> None:
    typer.echo(f"Volgende stap: {step}", err=True)


def _graph() -> Any:
    """The one place where the library reaches for the graph; only a checkout has it."""
    from demad.reference.places import checkout

    top = checkout()
    if top is None:
        raise UsageRefused("D-404", "Dit commando heeft de volledige map van DEMaD nodig.", "Gebruik een checkout.")
    if str(top) not in sys.path:
        sys.path.insert(0, str(top))
    from assets import run

    return run


@app.command()
def demo(
    root: Root = None,
    people: Annotated[int, typer.Option(help="Mensen met een leefloon per maand, samen.", min=13)] = 24_000,
    seed: Annotated[int, typer.Option(help="Startgetal van het toeval.")] = 2026,
    open_: Annotated[bool, typer.Option("--open", help="Open de index daarna.")] = False,
) -> None:
    """Maakt synthetische steden en doorloopt alles: levering, benchmark, rapporten, release."""
    from demad import publication
    from demad.intake.delivery import put_extracts
    from demad.reference.cities import load_cities
    from demad.synthetic import extracts
    from demad.synthetic.curves import AS_OF, SINCE

    where, graph = _root(root), _graph()
    cities = load_cities(where)
    for slug, frames in extracts(people=people, seed=seed):
        _tell(f"{slug}: {frames['leefloon'].height} beslissingen")
        put_extracts(where, cities[slug], frames, since=SINCE, as_of=AS_OF, made_on=AS_OF + timedelta(days=5))
    result = graph.adopt_definitions(where, "demo", _tell)
    _report_outcomes(result)
    period = publication.newest_quarter(where)
    released = publication.release(where, period) if period else None
    typer.echo(f"Rapporten: {where / 'preview' / 'index.html'}")
    if released:
        typer.echo(f"Release:   {released / 'index.html'}")
    if open_:
        typer.launch(str((released or where / "preview") / "index.html"))
    _next("open de index in een browser, of demad ui")
    raise SystemExit(result.exit_status)


@app.command()
def synth(
    out: Annotated[Path, typer.Option("--out", help="Map voor de extracten.")],
    people: Annotated[int, typer.Option(min=13)] = 24_000,
    seed: int = 2026,
    messy: Annotated[bool, typer.Option("--messy", help="In de formaten van het echte leven.")] = False,
    root: Root = None,
) -> None:
    """Maakt alleen de synthetische extracten."""
    from demad.synthetic import write_extracts

    written = write_extracts(out, people=people, seed=seed, messy=messy)
    typer.echo(f"{len(written)} bestanden in {out}")
    _next(f"demad check --city gent --as-of 2026-09-30 {out / 'gent'}/leefloon.*")


@app.command()
def template(
    dataset: Annotated[str, typer.Argument(help="leefloon, jeugdhulp, steun, bevolking of controle.")],
    out: Annotated[Path | None, typer.Option("--out", help="CSV of XLSX; anders naar het scherm.")] = None,
    root: Root = None,
) -> None:
    """Een leeg extract: de kolommen, wat ze betekenen en één voorbeeldrij."""
    from demad.intake.datasets import DATASETS
    from demad.intake.datasets import template as example

    if dataset not in DATASETS:
        raise UsageRefused("D-405", "Deze dataset kennen we niet.", f"Kies uit: {', '.join(DATASETS)}.")
    rows = example(dataset)
    if out is None:
        typer.echo(rows.write_csv(separator=";"), nl=False)
    elif out.suffix.lower() == ".xlsx":
        rows.write_excel(out, worksheet=dataset)
    else:
        rows.write_csv(out, separator=";", include_bom=True)
    for name, field in DATASETS[dataset].fields.items():
        needed = "verplicht" if field.required else "mag leeg"
        typer.echo(f"{name}: {field.meaning} ({needed})", err=True)
    _next("vul het sjabloon en controleer het met demad check")


_STATES = {"refused": "geweigerd", "set_aside": "opzijgezet", "warning": "let op", "held": "aangehouden"}


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="Een extract zoals uw software het maakt.")],
    city: CityName,
    dataset: Annotated[str, typer.Option("--dataset", help="Anders zoeken we het zelf uit.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Bestand voor het voorstel; anders naar het scherm.")
    ] = None,
    root: Root = None,
) -> None:
    """Stelt kolomnamen en stopredenen voor bij een bestand; u kijkt na en zet ze in cities/<stad>.toml."""
    from demad.intake.proposal import proposals
    from demad.reference.cities import city_of

    where = _root(root)
    given = city_of(city, where)
    text = proposals(file, given, where, dataset=dataset)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        typer.echo(str(out))
    _next(f"kijk het voorstel na en zet het in {where / 'cities' / given.slug}.toml; daarna demad check")


@app.command()
def check(
    files: Files,
    city: Annotated[str, typer.Option("--city", "--stad", help="Stad; anders die van de NIS-codes.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", help="Peildatum; anders vandaag.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Waarschuwingen geven status 4.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Schrijf het resultaat als webpagina.")] = None,
    fix_list: Annotated[Path | None, typer.Option("--fix-list", help="CSV met rijnummers per regel.")] = None,
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Leest, bewaakt en controleert bestanden, en vergelijkt met wat in gebruik is. Verandert niets."""
    from demad.intake import inspection as looking
    from demad.intake.check_page import check_page
    from demad.reference.cities import city_of

    where = _root(root)
    day = _date(as_of, "--as-of") if as_of else datetime.now().date()
    seen = looking.inspect(files, city_of(city, where) if city else None, as_of=day, root=where)
    if html:
        html.write_text(check_page(seen), encoding="utf-8")
    if fix_list:
        looking.fix_list(seen).write_csv(fix_list, separator=";", include_bom=True)
    if as_json:
        typer.echo(json.dumps(looking.as_facts(seen), ensure_ascii=False, indent=2))
    else:
        _tell_inspection(seen)
    for path in (html, fix_list):
        if path:
            typer.echo(str(path), err=True)
    if seen.refusal:
        raise seen.refusal
    slug = seen.city.slug if seen.city else "STAD"
    _next(f"demad deliver --city {slug} --since BEGIN --as-of PEILDATUM en dezelfde bestanden")
    raise SystemExit(4 if strict and seen.verdict == "warning" else 0)


def _tell_inspection(seen: Any) -> None:
    from demad.intake.inspection import VERDICTS

    if seen.city:
        typer.echo(f"Stad: {seen.city.name} ({seen.city.nis})")
    for part in seen.checked:
        typer.echo(f"{part.dataset}: {part.conformed.frame.height} rijen, {', '.join(part.notes)}")
    for finding in seen.findings:
        count = f"{finding['failed']} van {finding['rows']} rijen"
        typer.echo(f"- {finding['where']}: {count}, {_STATES[str(finding['state'])]}")
        typer.echo(f"  {finding['why']} {finding['todo']}")
    for line in seen.lines:
        if line.state != "good":
            typer.echo(f"- {line.subject} {line.group}: {_STATES[line.state]}, anders dan in {seen.compared_with}")
    typer.echo(VERDICTS[seen.verdict])


@app.command()
def deliver(
    files: Files,
    city: CityName,
    since: Annotated[str, typer.Option("--since", help="Volledig vanaf deze dag.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Volledig tot en met deze dag.")],
    history: Annotated[str, typer.Option("--history", help="cut of full.")] = "cut",
    made_on: Annotated[str, typer.Option("--made-on", help="Gemaakt op; anders vandaag.")] = "",
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Controleert bestanden en zet ze als levering in de inbox."""
    from demad.intake.delivery import make_delivery
    from demad.reference.cities import city_of

    if history not in ("cut", "full"):
        raise UsageRefused("D-406", "--history kent alleen cut en full.", "Kies een van de twee.")
    where = _root(root)
    first, last = _date(since, "--since"), _date(as_of, "--as-of")
    if first > last:
        raise UsageRefused("D-403", "--since ligt na --as-of.", "Verbeter de periode.")
    delivery = make_delivery(
        where,
        city_of(city, where),
        files,
        since=first,
        as_of=last,
        full_history=history == "full",
        made_on=_date(made_on, "--made-on") if made_on else datetime.now().date(),
    )
    rows = {file.dataset: file.rows for file in delivery.files}
    told = ", ".join(f"{name} {count} rijen" for name, count in rows.items())
    typer.echo(json.dumps({"levering": delivery.id, "rijen": rows}) if as_json else f"Levering {delivery.id}: {told}")
    _next("demad run")


@app.command()
def accept(
    delivery: Annotated[str, typer.Argument(help="Naam van de levering.")],
    reason: Annotated[str, typer.Option("--reason", help="Waarom ze toch klopt.")],
    root: Root = None,
) -> None:
    """Laat een levering toe die wacht."""
    from demad.intake.reception import accept as let_in
    from demad.reporting.words import words
    from demad.store import root_lock

    where = _root(root)
    with root_lock(where):
        outcome = let_in(where, delivery, reason=reason)
    state = words(f"delivery.{outcome.state}")
    typer.echo(f"{outcome.city}: levering {outcome.delivery} {state} {outcome.code}".rstrip())
    _next("demad run")
    raise SystemExit(outcome.exit_status)


@app.command()
def run(root: Root = None, as_json: Json = False) -> None:
    """Neemt nieuwe leveringen in en brengt alles bij, tot en met de preview."""
    where = _root(root)
    result = _graph().run(where, _tell)
    if as_json:
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(result), ensure_ascii=False, default=str))
    else:
        _report_outcomes(result)
    _next(f"open {where / 'preview' / 'index.html'}" if not result.exit_status else "demad status")
    raise SystemExit(result.exit_status)


def _report_outcomes(result: Any) -> None:
    from demad.reporting.words import words

    for outcome in result.outcomes:
        said = f"{outcome.code} {outcome.what} {outcome.todo}".strip()
        state = words(f"delivery.{outcome.state}")
        typer.echo(f"{outcome.city}: levering {outcome.delivery} {state}{': ' if said else ''}{said}")
    if result.waits:
        typer.echo("D-481: deze versie rekent anders: de cijfers wachten op een woord. Zie demad adopt.")
    elif not result.benchmark:
        typer.echo("Niets nieuws: alles is bij.")
    else:
        typer.echo(f"Herberekend: {', '.join(result.cities) or 'geen stad, wel de benchmark'}.")
    if result.failed:
        typer.echo(f"Niet gelukt: {', '.join(result.failed)}.", err=True)


@app.command()
def adopt(
    reason: Annotated[str, typer.Option("--reason", help="Waarom ze in mogen; zonder: alleen het verschil.")] = "",
    root: Root = None,
) -> None:
    """Toont wat een nieuwe versie aan de cijfers verandert, en laat haar met --reason toe."""
    from dataclasses import asdict

    found = _graph().adopt_definitions(_root(root), reason.strip(), _tell)
    if reason.strip():
        _report_outcomes(found)
        raise SystemExit(found.exit_status)
    for entry in found:
        typer.echo(" ".join(f"{name}={value}" for name, value in asdict(entry).items()))
    _next('demad adopt --reason "…"' if found else "niets: deze versie rekent zoals de cijfers gemaakt zijn")


@app.command()
def release(
    period: Annotated[str, typer.Option("--period", help="2026Q2, 2026 of 2026-06.")],
    reason: Annotated[str, typer.Option("--reason", help="Herzie wat al vrijgegeven was, om deze reden.")] = "",
    root: Root = None,
) -> None:
    """Bevriest een referentieperiode in de map publication; wat vrijgegeven was, blijft, tenzij met een reden."""
    from demad import publication
    from demad.store import root_lock

    where = _root(root)
    with root_lock(where):
        folder = publication.release(where, period, reason)
        late = publication.not_signed_off(where, period)
    typer.echo(str(folder))
    if late:
        typer.echo(f"Nog niet afgetekend: {', '.join(late)}.", err=True)
    _next(f"open {folder / 'index.html'}")


@app.command()
def signoff(
    city: CityName,
    period: Annotated[str, typer.Option("--period", help="De periode die vrijgegeven wordt, bijvoorbeeld 2026Q2.")],
    text: Annotated[Path | None, typer.Option("--text", help="Tekstbestand met de toelichting van de stad.")] = None,
    root: Root = None,
) -> None:
    """Een stad tekent haar preview af, met haar eigen toelichting als ze dat wil."""
    from demad import publication
    from demad.reference.cities import city_of
    from demad.store import root_lock

    where = _root(root)
    if text is not None and not text.is_file():
        raise UsageRefused("D-453", "Het tekstbestand is er niet.", "Controleer de naam.")
    said = text.read_text(encoding="utf-8", errors="replace") if text else ""
    with root_lock(where):
        signed = publication.sign_off(where, period, city_of(city, where).slug, said)
    typer.echo(f"{signed.city} heeft {period} afgetekend{', met toelichting' if signed.words else ''}.")
    _next(f"demad release --period {period}")


@app.command()
def report(
    city: CityName,
    root: Root = None,
    formats: Annotated[str, typer.Option("--format", help="Met komma's: html,pdf,xlsx.")] = "html,pdf,xlsx",
    language: Annotated[str, typer.Option("--lang", help="Taal: nl, of en (in preview/en).")] = "",
    open_: Annotated[bool, typer.Option("--open", help="Open het rapport daarna.")] = False,
) -> None:
    """Maakt het rapport van een stad opnieuw uit de tabellen."""
    from demad import publication
    from demad.reference.cities import city_of
    from demad.reference.settings import load_settings
    from demad.reporting.site import FORMATS
    from demad.store import root_lock
    from demad.translation import translate_preview

    asked = [part.strip().lower() for part in formats.split(",") if part.strip()]
    unknown = [part for part in asked if part not in FORMATS]
    if unknown or not asked:
        name = unknown[0] if unknown else formats
        raise UsageRefused("D-500", f"Het formaat {name} kennen we niet.", f"Kies uit: {', '.join(FORMATS)}.")

    where = _root(root)
    slug = city_of(city, where).slug
    folder = where / "preview"
    with root_lock(where):
        if language and language != load_settings(where).language:
            folder, failed = translate_preview(where, language, [slug], asked)
        else:
            failed = publication.render_preview(where, [slug], asked)
    shown = {"html": "index.html", "pdf": f"{slug}.pdf", "xlsx": f"{slug}.xlsx"}
    page = folder / slug / shown["html" if "html" in asked else asked[0]]
    if failed or not page.exists():
        raise UsageRefused(
            "D-411", f"Voor {slug} is er nog geen rapport.", "Lever eerst gegevens en voer demad run uit."
        )
    typer.echo(str(page))
    if open_:
        typer.launch(str(page))
    _next(f"open {page}")


@app.command()
def export(
    to: Annotated[
        str, typer.Option("--to", help="csv, parquet, xlsx, postgres (bestand); swing, duckdb, datapackage (map).")
    ],
    out: Annotated[Path, typer.Option("--out", help="Bestand of map.")],
    zone: Annotated[str, typer.Option("--zone", help="trusted of published.")] = "published",
    root: Root = None,
) -> None:
    """Schrijft de cijfers weg, volledig (trusted) of zoals gepubliceerd."""
    from demad import __version__
    from demad.exports.formats import export_as
    from demad.reference.cities import load_cities
    from demad.reference.settings import load_settings
    from demad.store import Store

    sources = {"trusted": ("indicators", "values"), "published": ("disclosure", "published")}
    if zone not in sources:
        raise UsageRefused("D-407", "Deze zone kennen we niet.", "Kies trusted of published.")
    where = _root(root)
    values, settings = Store(where).read(*sources[zone]), load_settings(where)
    about = {"publisher": settings.publisher, "contact": settings.contact, "licence": settings.licence}
    nis = {slug: one.nis for slug, one in load_cities(where).items()}
    export_as(values, to=to, out=out, nis=nis, about={"version": __version__, **about})
    typer.echo(f"{values.height} cijfers in {out}")
    if zone == "trusted":
        typer.echo("Vertrouwelijk: dit bestand bevat kleine aantallen.", err=True)
    _next("lees het in met Excel, Power BI of Stad in Cijfers")


@app.command()
def explain(
    indicator: Annotated[str, typer.Argument(help="Code van de indicator, bijvoorbeeld return_12m.")],
    root: Root = None,
    as_json: Json = False,
) -> None:
    """Legt een indicator uit: definitie, formule, teller en noemer, voorbeeld, bron."""
    from dataclasses import asdict

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
        "Venster": f"{entry.window} maanden",
        "Uitsplitsingen": ", ".join(entry.breakdowns),
        "Voorbeeld": entry.worked_example,
        "Pijl": TREND_RULE,
        "Bron": ", ".join(entry.source),
        "Versie": entry.version,
    }
    for name, text in lines.items():
        typer.echo(f"{name}: {text}")


@app.command()
def status(root: Root = None, as_json: Json = False) -> None:
    """Leveringen en hun ouderdom, de laatste beslissingen, en wat wacht."""
    from demad.audit import verify
    from demad.intake.ledger import Ledger
    from demad.intake.reception import waiting
    from demad.notify import state_of
    from demad.notify.alert import city_labels
    from demad.reporting.words import words
    from demad.standing import city_cards

    where = _root(root)
    cards = city_cards(where)
    queue = waiting(where)
    if as_json:
        cities = [
            {"city": c.slug, "state": c.state, "as_of": str(c.as_of or ""), "age_days": c.age_days} for c in cards
        ]
        state = {"cities": cities, "waiting": queue, "health": state_of(where)}
        typer.echo(json.dumps(state, ensure_ascii=False, indent=2))
        return
    for card in cards:
        typer.echo(f"{card.slug:14} {words(f'city.{card.state}'):18} {card.as_of or '-'!s:10} {card.note}")
    refused = [entry for entry in Ledger(where).outcomes() if entry.code][-5:]
    labels = city_labels(where, (entry.city for entry in refused))
    for outcome in refused:
        state = words(f"delivery.{outcome.state}")
        typer.echo(f"{labels[outcome.city]}: {outcome.delivery} {state}, {outcome.code} {outcome.what}")
    typer.echo(f"Wacht in de inbox: {len(queue)}")
    chain = verify(where)
    typer.echo(f"Auditspoor: {chain.entries} regels, {'sluit' if chain.holds else 'KLOPT NIET MEER'}")
    for alert in state_of(where)["alerts"]:
        typer.echo(f"! {alert['code']} {alert['about']} {alert['what']}".replace("  ", " "))
    _next("demad run" if queue else "niets te doen")


@app.command()
def doctor(root: Root = None) -> None:
    """Kijkt of deze machine en map in orde zijn."""
    from demad.doctor import examine

    found = examine(where := _root(root))
    typer.echo(f"Python {sys.version.split()[0]}, map {where}")
    for finding in found:
        typer.echo(f"{'goed' if finding.good else 'FOUT'}  {finding.what}", err=not finding.good)
        if not finding.good:
            typer.echo(f"      {finding.todo}", err=True)
    wrong = [finding for finding in found if not finding.good]
    _next("demad status" if not wrong else "herstel wat hierboven fout staat")
    raise SystemExit(1 if wrong else 0)


@app.command()
def digest(root: Root = None, as_json: Json = False) -> None:
    """Het ochtendbericht: wat binnenkwam, wat geweigerd is en wat te doen; verstuurt wat nieuw is."""
    from demad.notify import morning

    told = morning(_root(root))
    if as_json:
        alerts = [{"code": alert.code, "about": alert.about} for alert in told.alerts]
        typer.echo(json.dumps({"alerts": alerts, "undelivered": told.undelivered}, ensure_ascii=False, indent=2))
    else:
        typer.echo(told.text, nl=False)
    _next("niet verstuurd: " + ", ".join(told.undelivered) if told.undelivered else "demad status")
    raise SystemExit(1 if told.undelivered else 0)


@app.command()
def erase(
    city: CityName,
    pseudonym: Annotated[str, typer.Option("--pseudonym", help="Zoals de stad het levert.")],
    root: Root = None,
) -> None:
    """Wist een persoon: alle rijen, ook in latere leveringen; vrijgegeven cijfers blijven."""
    from demad.erasure import erase as remove
    from demad.reference.cities import city_of
    from demad.store import root_lock

    where = _root(root)
    with root_lock(where):
        gone = remove(where, city_of(city, where).slug, pseudonym)
    typer.echo(f"Weg: {gone.rows} rijen en de bestanden van {gone.deliveries} leveringen.")
    if gone.waiting:
        typer.echo(f"Wachten nog, met de persoon erin: {', '.join(gone.waiting)}.", err=True)
    typer.echo("Oude back-ups bevatten de persoon tot ze vervangen zijn.", err=True)
    _next("demad run, en daarna een nieuwe demad backup")


@app.command()
def prune(
    root: Root = None,
    days: Annotated[int, typer.Option(help="Zo lang blijft wat niet meer in gebruik is.", min=1)] = 90,
) -> None:
    """Ruimt oude versies, leveringen en runs op; wat in gebruik of vrijgegeven is, blijft."""
    from demad.prune import prune as remove_old
    from demad.store import root_lock

    where = _root(root)
    with root_lock(where):
        gone = remove_old(where, days=days)
    runs = _graph().prune_runs(where, days) if (where / "dagster").exists() else 0
    typer.echo(f"Weg: {gone.versions} versies, {gone.deliveries} leveringen, {gone.leftovers} resten, {runs} runs.")
    _next("demad status")


@app.command()
def backup(
    out: Annotated[Path, typer.Option("--out", help="Nieuw bestand, bijvoorbeeld /backup/demad.tar.gz.")],
    root: Root = None,
) -> None:
    """Schrijft alles wat niet opnieuw te maken is in één bestand, met de hash van elk onderdeel."""
    from demad.backup import backup as write
    from demad.store import root_lock

    where = _root(root)
    with root_lock(where):
        made = write(where, out)
    typer.echo(f"{made.files} bestanden, {made.bytes / 2**20:.1f} MiB, in {out}")
    typer.echo("Vertrouwelijk: dit bestand bevat gegevens van personen.", err=True)
    _next("zet het op een andere machine en oefen demad restore")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="Bestand van demad backup.")],
    root: Root = None,
    replace: Annotated[bool, typer.Option("--replace", help="Vervang wat er in de map staat.")] = False,
) -> None:
    """Controleert een back-up en zet hem terug, als geheel."""
    from demad.restore import restore as put_back
    from demad.store import root_lock

    where = _root(root)
    with root_lock(where):
        found = put_back(where, file, replace=replace)
    typer.echo(f"{found.files} bestanden teruggezet in {where}")
    _next("demad run")


@app.command()
def ui(
    root: Root = None,
    port: Annotated[int, typer.Option(help="Poort op deze machine.")] = 3000,
) -> None:
    """Start de webpagina van Dagster, alleen op deze machine."""
    typer.echo(f"http://127.0.0.1:{port}")
    _next("stop met Ctrl+C")
    raise SystemExit(_graph().serve(_root(root), port))
