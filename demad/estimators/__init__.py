"""Statistics on arrays of counts, without knowledge of cities or benefits."""
