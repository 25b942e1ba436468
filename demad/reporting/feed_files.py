"""Names of the files with the early warnings of a city, apart: who only looks for them imports nothing else."""

FEED, FILE = "signalen.xml", "signalen.json"
