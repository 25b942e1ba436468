"""Check a delivery: content rules, plausibility, comparison with the previous delivery."""
