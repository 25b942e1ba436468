"""Releases that stay put: what was ever shown, what changed and why, and who signed off. No pages."""
