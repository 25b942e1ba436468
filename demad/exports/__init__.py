"""Figures in the formats of others: CSV, Parquet. Tables only, no pages."""
