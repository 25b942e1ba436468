"""Commands for bundles: a city ships its tables of counts instead of rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from demad.cli.options import CityName, Root, as_file, next_step, root_of
from demad.errors import DemadError, UsageRefused
from demad.reference.several import several

if TYPE_CHECKING:
    from demad.bundles.manifest import Manifest
    from demad.bundles.receipt import Bundle

commands = typer.Typer(help="Tellingen in plaats van rijen: een stad houdt haar rijen zelf.", no_args_is_help=True)

BundleFiles = Annotated[list[Path], typer.Argument(help="Bundels, zoals de steden ze maakten.")]


@commands.command()
def keygen(city: CityName, root: Root = None) -> None:
    """Maakt bij de stad het sleutelpaar waarmee ze bundels ondertekent; toont wat het centrum registreert."""
    from demad.bundles.keys import key_file, make_key, public_text, spoken
    from demad.operations.restore import whole_root
    from demad.records.secrets import secret_of
    from demad.reference.cities import city_of

    where = root_of(root)
    slug = city_of(city, where).slug
    with whole_root(where):
        public = public_text(make_key(key_file(where, slug)))
        secret = secret_of(where, slug)
    typer.echo(f'[bundle]\nkey = "{public}"\nprotection = "protected"\nsecret = "{secret.id}"')
    typer.echo(f"Kenmerk van de sleutel, om voor te lezen: {spoken(public)}", err=True)
    typer.echo("Leverde deze stad al aan het centrum, haal dan eerst haar geheim over: demad bundle secret.", err=True)
    next_step(f"het centrum zet dit in cities/{slug}.toml; daarna demad bundle make")


@commands.command()
def make(
    city: CityName,
    out: Annotated[Path, typer.Option("--out", help="Nieuw bestand, bijvoorbeeld gent.zip.", callback=as_file)],
    exact: Annotated[
        bool, typer.Option("--exact", help="Exacte tellingen; alleen onder een verwerkersovereenkomst.")
    ] = False,
    agreement: Annotated[str, typer.Option("--agreement", help="Kenmerk van die overeenkomst.")] = "",
    root: Root = None,
) -> None:
    """Telt de leveringen van de stad en maakt een ondertekende bundel, zonder rijen van personen."""
    from demad.intake.deliveries.reception import take_in
    from demad.operations.restore import whole_root
    from demad.publishing.bundling import make_bundle
    from demad.reference.cities import city_of

    if exact != bool(agreement):
        raise UsageRefused("D-645", "--exact en --agreement horen samen.", "Geef beide, of geen van beide.")
    where = root_of(root)
    given = city_of(city, where)
    with whole_root(where):
        outcomes = take_in(where)
        made = make_bundle(where, given, out, agreement=agreement, today=datetime.now(UTC).date())
    for outcome in outcomes:
        typer.echo(f"levering {outcome.delivery}: {outcome.state} {outcome.code}".rstrip(), err=True)
    size = f"{several(rows_of(made.manifest), 'rij', 'rijen')} tellingen, {made.bytes // 1024} kB"
    typer.echo(f"Bundel {made.manifest.sequence} van {given.slug}: {size}")
    typer.echo(f"{_protection(made.manifest.exact)}; tot {made.manifest.as_of}; sha256 {made.sha256[:16]}")
    next_step(f"stuur {out} naar het centrum: demad bundle take")


@commands.command()
def verify(files: BundleFiles, root: Root = None) -> None:
    """Beoordeelt bundels zoals het centrum ze aanneemt; verandert niets."""
    from demad.publishing.bundling import judged

    where, today = root_of(root), datetime.now(UTC).date()
    _each(files, lambda path: _say(judged(where, path, today=today)))
    next_step("demad bundle take")


@commands.command()
def take(
    files: BundleFiles,
    reason: Annotated[str, typer.Option("--reason", help="Waarom andere tellingen dan vroeger toch kloppen.")] = "",
    root: Root = None,
) -> None:
    """Neemt bundels aan bij het centrum: elke volledig of niet, en nooit terug in de tijd."""
    from demad.operations.restore import whole_root
    from demad.publishing.bundling import take as let_in

    where, today = root_of(root), datetime.now(UTC).date()
    with whole_root(where):
        _each(files, lambda path: _say(let_in(where, path, today=today, reason=reason)))
    next_step("demad run")


@commands.command()
def secret(
    city: CityName,
    export: Annotated[
        Path | None, typer.Option("--export", help="Schrijf het geheim verzegeld weg.", callback=as_file)
    ] = None,
    import_: Annotated[Path | None, typer.Option("--import", help="Neem een verzegeld geheim over.")] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Verwijder het geheim hier: de stad rondt nu zelf af.")
    ] = False,
    key: Annotated[
        Path | None, typer.Option("--key", help="Sleutelbestand van de verzegeling; apart bezorgen.")
    ] = None,
    root: Root = None,
) -> None:
    """Verhuist het geheim waarmee een stad afrondt: één aantal wordt nooit met twee geheimen afgerond."""
    from demad.operations.restore import whole_root
    from demad.operations.sealing import key_in
    from demad.operations.secret_move import export_secret, forget_secret, import_secret
    from demad.reference.cities import city_of

    where = root_of(root)
    slug = city_of(city, where).slug
    if [bool(export), bool(import_), forget].count(True) != 1 or (key is None) != forget:
        raise UsageRefused(
            "D-646", "Kies --export, --import of --forget.", "Geef bij de eerste twee ook --key, bij --forget niet."
        )
    with whole_root(where):
        if forget:
            forget_secret(where, slug)
            typer.echo(f"Het geheim van {slug} is hier weg. Oude back-ups bevatten het tot ze vervangen zijn.")
        elif export and key:
            typer.echo(f"{export_secret(where, slug, export, key_in(key, make=True))} in {export}")
        elif import_ and key:
            typer.echo(f"{import_secret(where, slug, import_, key_in(key))} overgenomen")
    next_step("neem een back-up" if not export else f"bezorg {export} en {key} langs twee wegen; dan --import")


def _each(files: list[Path], act: Callable[[Path], None]) -> None:
    """Do the same with every file; one that is refused stops no other, and the last refusal gives the status."""
    status = 0
    for path in files:
        try:
            act(path)
        except DemadError as refusal:
            typer.echo(f"{path.name}: {refusal.code}: {refusal.what}\n{refusal.todo}", err=True)
            status = refusal.exit_status
    if status:
        raise SystemExit(status)


def _say(bundle: Bundle) -> None:
    manifest = bundle.manifest
    typer.echo(
        f"{manifest.city}: bundel {manifest.sequence}, {_protection(manifest.exact)}, tot {manifest.as_of}, "
        f"{several(rows_of(manifest), 'rij', 'rijen')} tellingen, sha256 {bundle.sha256[:16]}"
    )


def rows_of(manifest: Manifest) -> int:
    """How many rows the tables of a bundle have: the same where it is made and where it is judged."""
    return sum(entry.rows for entry in manifest.files.values())


def _protection(exact: bool) -> str:  # noqa: FBT001
    return "exact, onder verwerkersovereenkomst" if exact else "afgerond door de stad zelf"
