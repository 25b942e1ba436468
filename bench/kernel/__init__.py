"""The kernel against its peers: the same tables by DuckDB, polars and pandas, from the same decisions."""
