"""Ledger, revisions and sign-off of releases. No pages."""
