"""Previews and releases as sites, and whether what they show is up to date."""
