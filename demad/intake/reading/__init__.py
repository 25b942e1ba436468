"""Bytes of real life become tables of text, in a child process with limits."""
