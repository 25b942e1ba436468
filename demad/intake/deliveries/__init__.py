"""Deliveries: manifest, ledger, packing at the city, reception, and which datasets are in force."""
