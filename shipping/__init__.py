"""What goes with a version: wheel, list of parts, licences, checksums. Only developers and CI run it."""
