"""The Dagster graph: wiring only. All the thinking is in `demad`."""
