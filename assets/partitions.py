"""One partition per city that takes part."""

import dagster as dg

from assets.root import data_root
from demad.reference.cities import taking_part

CITY_SLUGS = list(taking_part(data_root()))
CITIES = dg.StaticPartitionsDefinition(CITY_SLUGS)
