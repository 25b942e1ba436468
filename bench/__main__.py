"""``python -m bench NAME``: run a measurement of this folder; without a name, list them."""

from __future__ import annotations

import pkgutil
import runpy
import sys

import bench


def main() -> None:
    """Run the module of that name as a program."""
    names = [module.name for module in pkgutil.iter_modules(bench.__path__) if module.name != "__main__"]
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        sys.exit("python -m bench NAME, with one of: " + ", ".join(names))
    name = sys.argv.pop(1)
    runpy.run_module(f"bench.{name}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
