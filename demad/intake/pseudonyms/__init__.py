"""At the source: national numbers become pseudonyms under a key that only the city has. Runs at the city."""
