"""Notify the responsible person, by e-mail and webhook, of what needs action. Codes and counts only."""
