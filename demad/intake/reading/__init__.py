"""Read delivered files of any common format into tables of text, in a child process with resource limits."""
