"""Permanent records: audit trail, erased persons, secrets of cities."""
