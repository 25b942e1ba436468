"""From decisions to spells, exits and what follows them: person by person. Not here: counting them."""
