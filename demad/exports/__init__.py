"""Figures in the formats of others: tables, and what describes them. No pages."""
