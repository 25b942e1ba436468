"""The Dagster graph: only wiring. All logic is in `demad`."""
