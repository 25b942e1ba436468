"""A delivery as a folder: its manifest, its ledger, taking it in, what is in force."""
