"""THE list of indicators: what each one is called, counts, and may be compared on. Not here: computing them.

A change of a definition changes its ``version``; the version travels with every figure.
"""

from __future__ import annotations

from dataclasses import dataclass

from demad.errors import UsageRefused
from demad.tables.terms import STRATA

STRATA_NAMES = tuple(STRATA)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One definition (`methods.md` section 6).

    ``direction``: +1 higher is better, -1 lower is better, 0 no judgement. ``min_n``: the denominator
    from which a value gets a judgement. ``window``: months that end with the period.
    """

    id: str
    label: str
    theme: str
    unit: str
    direction: int
    min_n: int
    window: int
    population: str
    formula: str
    numerator: str
    denominator: str
    interval: str
    source: tuple[str, ...]
    breakdowns: tuple[str, ...]
    worked_example: str
    version: str = "1"


CATALOGUE: tuple[Indicator, ...] = (
    Indicator(
        id="caseload_stock",
        label="Mensen met een leefloon",
        theme="volume",
        unit="persons",
        direction=0,
        min_n=10,
        window=1,
        population="Iedereen met minstens één dag recht op leefloon in de maand.",
        formula="aantal personen met een gedekte maand",
        numerator="personen met minstens één dag recht in de maand",
        denominator="geen",
        interval="geen: een volledige telling",
        source=("leefloon",),
        breakdowns=STRATA_NAMES,
        worked_example=(
            "Drie mensen: één heel maart, één tot 1 maart, één vanaf 31 maart. In maart tellen we 3 mensen."
        ),
    ),
    Indicator(
        id="caseload_change_yoy",
        label="Evolutie op jaarbasis",
        theme="volume",
        unit="fraction",
        direction=0,
        min_n=50,
        window=12,
        population="Iedereen met een leefloon in de maand en in dezelfde maand een jaar eerder.",
        formula="aantal nu / aantal een jaar eerder - 1",
        numerator="personen in de maand",
        denominator="personen in dezelfde maand een jaar eerder",
        interval="geen: twee volledige tellingen van deels dezelfde mensen",
        source=("leefloon",),
        breakdowns=STRATA_NAMES,
        worked_example="In maart 2024 waren er 200 mensen, in maart 2025 zijn er 210: 210 / 200 - 1 = 5%.",
    ),
    Indicator(
        id="inflow_count",
        label="Instroom",
        theme="inflow",
        unit="spells",
        direction=0,
        min_n=10,
        window=12,
        population="Periodes met een bekend begin.",
        formula="periodes die beginnen: nieuw + terugkeer + niet te bepalen",
        numerator="periodes waarvan de eerste gedekte maand in het tijdvak valt",
        denominator="geen",
        interval="geen: een volledige telling",
        source=("leefloon",),
        breakdowns=STRATA_NAMES,
        worked_example=("Iemand krijgt leefloon van januari tot maart en opnieuw vanaf juni: twee keer instroom."),
    ),
    Indicator(
        id="outflow_count",
        label="Uitstroom",
        theme="outflow",
        unit="spells",
        direction=0,
        min_n=10,
        window=12,
        population=("Periodes die eindigen met een van de tien redenen; omzettingen en administratieve stops niet."),
        formula="periodes waarvan de laatste gedekte maand in het tijdvak valt",
        numerator="periodes die eindigen",
        denominator="geen",
        interval="geen: een volledige telling",
        source=("leefloon",),
        breakdowns=(*STRATA_NAMES, "reason"),
        worked_example=("Een beslissing eindigt op 31 maart en er volgt niets in april en mei: uitstroom van maart."),
    ),
    Indicator(
        id="duration_median",
        label="De helft is weg na",
        theme="duration",
        unit="months",
        direction=-1,
        min_n=30,
        window=24,
        population="Periodes met een bekend begin, zoals waargenomen in de laatste 24 maanden.",
        formula="kleinste k met S(k) <= 0,5 (Kaplan-Meier op de risicotabel van het tijdvak)",
        numerator="vertrekken tot en met die maand",
        denominator="periodes die één maand duurden en konden vertrekken",
        interval="log-log (Greenwood), dezelfde regel op de twee banden",
        source=("leefloon",),
        breakdowns=STRATA_NAMES,
        worked_example=(
            "Tien starters; na 1, 2, 3, 4 en 5 maanden vertrekt telkens één. S(5) = 0,5: de helft is weg na 5 maanden."
        ),
    ),
    Indicator(
        id="still_on_12m",
        label="Nog leefloon na een jaar",
        theme="duration",
        unit="share",
        direction=-1,
        min_n=30,
        window=24,
        population="Periodes met een bekend begin, zoals waargenomen in de laatste 24 maanden.",
        formula=(
            "S(12) = product over k = 1..12 van (1 - vertrekken na k maanden / mensen die na k maanden "
            "konden vertrekken)"
        ),
        numerator="vertrekken na 1 tot en met 12 maanden",
        denominator="periodes die één maand duurden en konden vertrekken",
        interval="log-log (Greenwood)",
        source=("leefloon",),
        breakdowns=STRATA_NAMES,
        worked_example=(
            "Vier starters; één vertrekt na 2 maanden, één is nog bezig na 6, twee blijven langer: S(12) = 3/4."
        ),
    ),
    Indicator(
        id="cif_work_12m",
        label="Aan het werk binnen een jaar",
        theme="outflow",
        unit="share",
        direction=1,
        min_n=30,
        window=24,
        population="Periodes met een bekend begin, zoals waargenomen in de laatste 24 maanden.",
        formula=(
            "F_werk(12) = som over k = 1..12 van S(k-1) x vertrekken naar werk na k / risicogroep na k (Aalen-Johansen)"
        ),
        numerator="vertrekken naar werk na 1 tot en met 12 maanden",
        denominator="periodes die één maand duurden en konden vertrekken",
        interval="log-log op de delta-variantie",
        source=("leefloon",),
        breakdowns=STRATA_NAMES,
        worked_example=("Vier starters; na 1 maand gaat één werken, na 2 maanden verhuist één: F_werk(12) = 1/4."),
    ),
    Indicator(
        id="sustainable_activation_12m",
        label="Duurzame uitstroom naar activering",
        theme="sustainability",
        unit="share",
        direction=1,
        min_n=30,
        window=36,
        population="Vertrekken van de laatste 36 maanden, behalve overlijden en verhuis.",
        formula="(vertrekken naar activering / alle vertrekken) x (1 - F_terug(12) bij activering)",
        numerator="vertrekken naar werk, tijdelijke tewerkstelling of opleiding",
        denominator="alle vertrekken behalve overlijden en verhuis",
        interval="log-log op de delta-variantie van het product",
        source=("leefloon",),
        breakdowns=STRATA_NAMES,
        worked_example=(
            "Van 10 vertrekken gaan er 4 naar werk; één van die vier is na 3 maanden terug: 4/10 x 3/4 = 30%."
        ),
    ),
    Indicator(
        id="return_12m",
        label="Opnieuw een leefloon binnen 12 maanden",
        theme="re-inflow",
        unit="share",
        direction=-1,
        min_n=30,
        window=36,
        population=(
            "Vertrekken van de laatste 36 maanden, behalve overlijden en verhuis, zolang ze gevolgd konden worden."
        ),
        formula=("F_terug(12) = 1 - product over m = 1..12 van (1 - terugkeer in maand m / wie nog weg en gevolgd is)"),
        numerator="terugkeer in maand 1 tot en met 12",
        denominator="vertrekken met minstens één maand opvolging",
        interval="log-log (Greenwood)",
        source=("leefloon",),
        breakdowns=(*STRATA_NAMES, "reason", "prior_duration"),
        worked_example=(
            "Laatste gedekte maand maart, volgende periode begint in juni: terug in maand 3. Eén op vier:"
            " F_terug(12) = 25%."
        ),
    ),
    Indicator(
        id="careleaver_leefloon_12m",
        label="Leefloon binnen een jaar na de jeugdhulp",
        theme="youth-care leavers",
        unit="share",
        direction=0,
        min_n=30,
        window=36,
        population="Jongeren die de jeugdhulp verlieten in de laatste drie kalenderjaren.",
        formula=(
            "F_leefloon(12), Aalen-Johansen met verhuis en overlijden als concurrerende uitkomst, maand 0 meegeteld"
        ),
        numerator="eerste maand met leefloon in maand 0 tot en met 12",
        denominator="jongeren die vanaf maand 0 gevolgd konden worden",
        interval="log-log op de delta-variantie",
        source=("jeugdhulp", "leefloon"),
        breakdowns=("age", "sex", "zorgvorm"),
        worked_example=(
            "Vier jongeren: één heeft al leefloon bij vertrek, één na 5 maanden, twee niet: F_leefloon(12) = 50%."
        ),
    ),
)


def indicator(id: str) -> Indicator:
    """The indicator with this id; D-420 with the nearest name when there is none."""
    for candidate in CATALOGUE:
        if candidate.id == id:
            return candidate
    names = ", ".join(candidate.id for candidate in CATALOGUE)
    raise UsageRefused("D-420", "Deze indicator bestaat niet.", f"Kies uit: {names}.")
