"""The checks of the assets, as Dagster shows them; what they judge is in `demad/publishing/examination.py`."""

from collections.abc import Iterable, Sequence

import dagster as dg

from demad.errors import DemadError
from demad.intake.contract.datasets import DATASETS
from demad.publishing.examination import Finding

# A check that blocks stops its city or the night; the others report, and the run goes on.
_CHECKS = {
    "extract": {f"suite_{dataset}": (True, f"De inhoudelijke regels voor {dataset}.") for dataset in DATASETS},
    "tables": {"stand_sluit_aan": (True, "Lopend min overbrugd is de stand, in elke maand.")},
    "protected": {"verwerkt": (False, "De levering in gebruik is helemaal verwerkt.")},
    "disclosure": {
        "poort_oordeelde": (True, "De poort heeft elk aantal beoordeeld dat iemand zou kunnen terugrekenen."),
        "niets_te_klein": (True, "Geen getoond aantal ligt onder de drempel, geen aandeel gaat over te weinig mensen."),
        "elke_stad_toont_iets": (False, "Hoeveel er per stad verborgen is; van geen enkele stad is dat alles."),
    },
    "reports": {
        "elke_stad_haar_pagina": (False, "Elke stad met cijfers heeft haar pagina."),
        "grootte": (False, "Geen pagina is te groot om zonder wachten te openen."),
        "pdf_en_werkmap": (False, "Naast elke pagina staan de PDF en de werkmap."),
    },
}


def check_specs(asset: str) -> list[dg.AssetCheckSpec]:
    """The checks of an asset."""
    return [
        dg.AssetCheckSpec(name=name, asset=asset, blocking=blocking, description=description)
        for name, (blocking, description) in _CHECKS[asset].items()
    ]


def check_results(asset: str, findings: Iterable[Finding]) -> list[dg.AssetCheckResult]:
    """What an asset returns of its checks when it is made by hand."""
    return [
        dg.AssetCheckResult(
            asset_key=asset,
            check_name=found.name,
            passed=found.holds,
            severity=_severity(asset, found),
            metadata=dict(found.counts),
        )
        for found in findings
    ]


def evaluations(
    asset: str, findings: Iterable[Finding], *, city: str | None = None, code: str = ""
) -> list[dg.AssetCheckEvaluation]:
    """What the nightly run records of the checks of an asset, or of one city of it.

    Parameters
    ----------
    code
        Of a check that fails without stopping the run: the run then ends as failed, with this code.
    """
    return [
        dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(asset),
            check_name=found.name,
            passed=found.holds,
            severity=_severity(asset, found),
            blocking=_CHECKS[asset][found.name][0],
            partition=city,
            metadata={**found.counts, **({"code": code} if code and not found.holds else {})},
        )
        for found in findings
    ]


def refuse_broken(asset: str, findings: Sequence[Finding]) -> None:
    """Raise D-413 if a check that blocks does not hold."""
    broken = [found.name for found in findings if _CHECKS[asset][found.name][0] and not found.holds]
    if broken:
        raise DemadError("D-413", f"Een controle van {asset} klopt niet: {', '.join(broken)}.", "Meld dit.")


def _severity(asset: str, found: Finding) -> dg.AssetCheckSeverity:
    """A check that only describes warns; the others are errors."""
    blocking = _CHECKS[asset][found.name][0] or found.name in ("verwerkt", "elke_stad_haar_pagina")
    return dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN
