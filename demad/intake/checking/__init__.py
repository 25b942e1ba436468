"""Judge what was read: content rules, plausibility, comparison with the previous delivery."""
