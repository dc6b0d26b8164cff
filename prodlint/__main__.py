"""`python -m prodlint` and the `prodlint` command: `--version` is answered before anything heavy is imported."""

from __future__ import annotations

import sys


def main() -> None:
    if sys.argv[1:] == ["--version"]:
        from prodlint import __version__

        print(f"prodlint {__version__}")
        return
    from prodlint.cli import cli

    cli(prog_name="prodlint")


if __name__ == "__main__":
    main()
