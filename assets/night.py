"""The nightly run: one run with one event log. It takes in, computes the cities that are stale, then the rest.

What a step computes are the functions that the assets call too, and it records what it made as materializations and
checks of those assets, city by city. So a city that was not computed is not shown as computed, and a city that fails
stops no other: the last step names it. Figures of definitions that need approval go to the shadow and are recorded
nowhere.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
import polars as pl

from assets.checks import evaluations, refuse_broken
from assets.executor import executor
from assets.failures import failures_of
from assets.redaction import redacted, refusal_of
from assets.root import data_root
from demad.operations import night
from demad.publishing import beside
from demad.publishing import common_stages as stages
from demad.publishing.ahead import count_ahead
from demad.publishing.city_stages import city_stages
from demad.publishing.examination import Finding, city_findings, processed_finding
from demad.publishing.freshness import keep
from demad.reference.cities import with_pages

AFTER = {"klaar": dg.In(dg.Nothing)}
Tables = Mapping[str, pl.DataFrame]
Events = Iterator[Any]


class NoValuesIOManager(dg.ConfigurableIOManager):
    """Steps hand over no values: everything is in our store, so a step can be another process."""

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Store nothing."""

    def load_input(self, context: dg.InputContext) -> None:
        """Return nothing."""


@dg.logger
def progress(_: dg.InitLoggerContext) -> logging.Logger:
    """The logger to which `demad run` listens."""
    log = logging.getLogger("demad.night")
    log.setLevel(logging.INFO)
    log.propagate = False
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    return log


@dg.op(
    name="leveringen",
    config_schema={"postbus": dg.Field(bool, default_value=True, description="Neem in wat in de postbus ligt.")},
    out={"steden": dg.DynamicOut(dg.Nothing), "nieuw": dg.Out(dg.Nothing, is_required=False)},
    description="Neemt de leveringen in, en zegt welke steden niet bij zijn. Is er niets nieuws, dan stopt het hier.",
)
@redacted
def deliveries(context: dg.OpExecutionContext) -> Events:
    """Take in the deliveries, count ahead where that is asked; a step follows for each stale city, and the rest."""
    begun = night.begin(data_root(), inbox=context.op_config["postbus"])
    for outcome in begun.outcomes:
        context.log.info(f"{outcome.city}: levering {outcome.state} {outcome.code}".rstrip())
    if ahead := count_ahead(night.figures_root(data_root()), begun.cities):
        context.log.info(f"{ahead} steden vooraf geteld")
    for city in begun.cities:
        yield dg.DynamicOutput(None, mapping_key=_key(city), output_name="steden")
    if begun.changed:
        yield dg.Output(None, "nieuw")


@dg.op(
    name="stad",
    ins=AFTER,
    out=dg.Out(dg.Nothing),
    description="Eén stad: van levering tot afgeronde tabellen. Mislukt ze, dan blijven haar vorige cijfers.",
)
def city(context: dg.OpExecutionContext) -> Events:
    """All stages of one city; an error is recorded with its code and stops no other city."""
    slug = _slug(str(context.get_mapping_key()))
    context.log.info(f"{slug}: periodes en tabellen")
    try:
        yield from _of_city(slug)
    except Exception as fault:
        refusal = refusal_of(fault, _of_city)
        context.log.error(f"{slug}: {refusal}")
        yield from evaluations("protected", [processed_finding(holds=False)], city=slug, code=refusal.code)
    yield dg.Output(None)


@dg.op(
    name="bescherming",
    ins={**AFTER, "nieuw": dg.In(dg.Nothing)},
    out=dg.Out(dg.Nothing),
    description="Verbergt wat te klein is en laat de poort oordelen; toont wat getoond mag worden.",
    tags={"dagster/priority": "1"},  # before the exact figures, which another process makes meanwhile
)
@redacted
def protection(context: dg.OpExecutionContext) -> Events:
    """What may be shown; what the checks refuse is not stored."""
    context.log.info("bescherming")
    root = night.figures_root(data_root())
    with beside.made_beside(root):
        tables, findings = stages.disclosure_of(root)
    yield from _made("disclosure", tables, findings)
    yield dg.Output(None)


@dg.op(
    name="cijfers",
    ins={**AFTER, "nieuw": dg.In(dg.Nothing)},
    out=dg.Out(dg.Nothing),
    description="Alle steden samen: elk cijfer, exact, voor wie de gegevens beheert.",
)
@redacted
def figures(context: dg.OpExecutionContext) -> Events:
    """Every figure of all cities: what another process made, or made here."""
    context.log.info("cijfers van alle steden")
    yield from _made("indicators", stages.indicators_of(night.figures_root(data_root())))
    yield dg.Output(None)


@dg.op(
    name="vergelijking",
    ins=AFTER,
    out={"klaar": dg.Out(dg.Nothing), "tonen": dg.Out(dg.Nothing, is_required=False)},
    description="Zet elke stad naast de andere. Wachten de definities op een woord, dan wordt niets getoond.",
)
@redacted
def comparison(context: dg.OpExecutionContext) -> Events:
    """The comparison; pages follow unless the figures went to the shadow."""
    context.log.info("benchmark over alle steden")
    yield from _made("benchmark", stages.benchmark_of(night.figures_root(data_root())))
    yield dg.Output(None, "klaar")
    if not _in_shadow():
        yield dg.Output(None, "tonen")


@dg.op(
    name="rapporten",
    ins=AFTER,
    out=dg.Out(dg.Nothing),
    description="Het rapport van elke stad met cijfers. Een rapport dat mislukt, houdt geen ander tegen.",
)
@redacted
def city_reports(context: dg.OpExecutionContext) -> Events:
    """The reports of the cities."""
    context.log.info("rapporten")
    made = stages.reports_of(data_root(), with_pages(data_root()))
    for slug in made.written:
        yield dg.AssetMaterialization("reports", partition=slug)
    yield from evaluations("reports", made.findings, code="D-451" if made.failed else "")
    yield dg.Output(None)


@dg.op(
    name="overzicht",
    ins=AFTER,
    out=dg.Out(dg.Nothing),
    description="Het overzicht, de definities en de bestanden; daarna vervangt het geheel de preview.",
)
@redacted
def whole_site(context: dg.OpExecutionContext) -> Events:
    """The site; the preview is replaced even if the report of a city failed."""
    context.log.info("overzicht en bestanden")
    failed = stages.show_site(data_root())
    stages.refuse_failed(failed)  # not stored, so the next night writes it again
    yield from _made("site", {})
    yield dg.Output(None)


@dg.op(
    name="besluit",
    ins=AFTER,
    description="Laat de run mislukken als een stad of rapport mislukte, en noemt ze met hun code.",
)
@redacted
def verdict(context: dg.OpExecutionContext) -> None:
    """Fail with the names of what failed without stopping the rest."""
    night.conclude(data_root(), failures_of(context.instance, context.run_id))


@dg.job(
    executor_def=executor,
    resource_defs={"io_manager": NoValuesIOManager()},
    logger_defs={"voortgang": progress},
    config={"loggers": {"voortgang": {"config": {}}}},
    description="De nachtelijke run: neemt leveringen in en brengt alles bij, tot en met preview. Eén run per nacht.",
)
def nightly() -> None:
    """The nightly run; `demad run` executes it too."""
    slugs, changed = deliveries()
    cities = slugs.map(lambda one: city(klaar=one)).collect()
    computed, shown = comparison(klaar=protection(klaar=cities, nieuw=changed))
    exact = figures(klaar=cities, nieuw=changed)
    verdict(klaar=[computed, exact, whole_site(klaar=[exact, city_reports(klaar=shown)])])


def _of_city(slug: str) -> Events:
    """Make, check, store and record the stages of a city; `extract` was stored when it was taken in."""
    for stage, tables in city_stages(night.figures_root(data_root()), slug):
        yield from _made(stage, tables, city_findings(stage, tables), city=slug)
        del tables  # or rows of persons are held while the next stage is made


def _made(stage: str, tables: Tables, findings: Iterable[Finding] = (), *, city: str | None = None) -> Events:
    """Record the checks, store the tables unless a check forbids it, and record the materialization."""
    found, place = list(findings), night.figures_root(data_root())
    if not _in_shadow():
        yield from evaluations(stage, found, city=city)
    refuse_broken(stage, found)
    tags = {}
    if stage != "extract":
        tags = {"dagster/data_version": keep(place, f"{stage}/{city}" if city else stage, tables)}
    if not _in_shadow():
        rows = {name: table.height for name, table in tables.items()}
        yield dg.AssetMaterialization(stage, partition=city, metadata=rows, tags=tags)


def _in_shadow() -> bool:
    return night.figures_root(data_root()) != data_root()


def _key(slug: str) -> str:
    """The name of a city's step: Dagster knows no hyphens, and a slug has no underscores."""
    return slug.replace("-", "_")


def _slug(key: str) -> str:
    return key.replace("_", "-")
