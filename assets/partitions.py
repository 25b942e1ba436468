"""One partition per city."""

import dagster as dg

from assets.root import data_root
from demad.reference.cities import load_cities

CITY_SLUGS = list(load_cities(data_root()))
CITIES = dg.StaticPartitionsDefinition(CITY_SLUGS)
