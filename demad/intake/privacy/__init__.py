"""Find identifiers and names that must not be in a delivery."""
