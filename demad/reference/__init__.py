"""What is known beforehand: cities, stop reasons, population, policy events, settings. Data with a source."""
