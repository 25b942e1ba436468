"""Previews and releases as static sites, and whether stored results are up to date."""
