"""``python -m demad`` is the `demad` command."""

from demad.cli import main

main()
