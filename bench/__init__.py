"""Measurements that take minutes: run by hand, never a timed test."""
