"""Reference data: cities, stop reasons, population, policy events, settings. Each with a source."""
