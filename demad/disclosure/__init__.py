"""The only door to published values: what is too small to show is gone from here on, everywhere."""
