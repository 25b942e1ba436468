"""Derive spells, exits and follow-up from decisions, per person. Not here: counting."""
