"""Notify the responsible person, by e-mail and webhook, of what needs action. Codes and counts only."""

from demad.notify.last_run import remember_run
from demad.notify.morning import after_run, morning, run_failed, state_of

__all__ = ["after_run", "morning", "remember_run", "run_failed", "state_of"]
