"""Pure statistics on arrays of counts. Nothing here knows what a city or a leefloon is."""
