"""Schema of every table of the pipeline: columns, dtypes, keys and nulls. No computing."""
