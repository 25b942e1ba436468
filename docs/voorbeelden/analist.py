# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---
# %% [markdown]
# # Een analist met een eigen uitdraai
#
# Nodig: het wiel van DEMaD en een CSV, verder niets. Open dit bestand in Jupyter (met jupytext) of in VS Code, of voer
# het uit met `python analist.py`. Het leest `leefloon.csv` in deze map; uw eigen uitdraai mag andere koppen en woorden
# hebben, als ze in `var/cities/gent.toml` staan (`demad init --city gent --write leefloon.csv`).
#
# Wat hier uitkomt, is van uw eigen stad en niet beschermd: kleine aantallen blijven binnen.

# %%
from datetime import date
from pathlib import Path

import polars as pl

from demad.catalogue import indicator
from demad.histories.periods import resolve_periods
from demad.histories.segments import covered, decided
from demad.histories.spells import build_spells
from demad.intake.deliveries.packing import check_files
from demad.intake.reading.dictionary_encoding import as_text_columns
from demad.reference.cities import city_of
from demad.tables.observation import Observation

UITDRAAI = Path("leefloon.csv")
BEGIN, PEILDATUM = date(2022, 1, 1), date(2026, 9, 30)
stad = city_of("gent", Path("var"))

# %% [markdown]
# ## 1. Lezen en nakijken, zoals de ontvanger het doet

# %%
(leefloon,) = check_files([UITDRAAI], stad, as_of=PEILDATUM)
for regel in leefloon.findings:
    if regel.failed:
        print(f"{regel.name}: {regel.failed} van {regel.rows} rijen. {regel.why}")
rijen = as_text_columns(leefloon.verdict.accepted)
print(f"{rijen.height} rijen tellen mee, {leefloon.verdict.set_aside.height} liggen opzij")

# %% [markdown]
# ## 2. Van beslissingen naar maanden en periodes
#
# Overlappingen en correcties worden opgelost; daarna is elke maand met een dag recht een maand met een leefloon.

# %%
venster = Observation(BEGIN, PEILDATUM, full_history=False)
beslissingen, weg = resolve_periods(rijen, venster)
op_lijn = decided(beslissingen, venster)
maanden = covered(op_lijn)
periodes = build_spells(maanden, op_lijn, venster)

# %% [markdown]
# ## 3. Hoeveel mensen hebben een leefloon?
#
# Een stuk loopt van `start` tot en met `end`, in maanden sinds het jaar 0.


# %%
def mensen_in(jaar: int, maand: int) -> int:
    """Mensen met een leefloon in een maand."""
    nummer = jaar * 12 + maand - 1
    return maanden["main"].filter(pl.col("start") <= nummer, pl.col("end") >= nummer)["person"].n_unique()


stand = pl.DataFrame({"maand": [f"{jaar}-12" for jaar in range(2022, 2026)]}).with_columns(
    mensen=pl.Series([mensen_in(jaar, 12) for jaar in range(2022, 2026)])
)
print(stand)

# %% [markdown]
# ## 4. Waarom stopt een leefloon?

# %%
print(indicator("outflow_count").population)
gestopt = (
    periodes.filter(pl.col("exited"), variant="main")
    .group_by("reason")
    .len("periodes")
    .sort("periodes", descending=True)
)
print(gestopt)
