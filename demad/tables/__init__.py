"""Every table of the pipeline: columns, dtypes, key and null rules. No computing."""
