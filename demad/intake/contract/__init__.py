"""The datasets of the contract, and how a city's columns and words are mapped to them."""
