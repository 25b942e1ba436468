"""Maintenance of a root: check the machine, back up, restore, prune, erase a person."""
