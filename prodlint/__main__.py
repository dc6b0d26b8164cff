"""`python -m prodlint` and the `prodlint` command: `--version` is answered before anything heavy is imported.

Knows: which exit code an end nobody foresaw has. Does not know: any verb.
"""

from __future__ import annotations

import gc
import io
import sys


def main() -> None:
    """Runs the command line and exits: 2 where prodlint itself failed, so that no failure looks like findings or like none."""
    if sys.argv[1:] == ["--version"]:
        from prodlint import __version__

        print(f"prodlint {__version__}")
        return
    if sys.stderr is None:  # closed by whoever started us: the exit code still tells
        sys.stderr = io.StringIO()
    if sys.stdout is None:
        print("prodlint: standard output is closed; --output FILE writes to a file", file=sys.stderr)
        sys.exit(2)
    gc.set_threshold(100_000, 50, 100)  # hardly anything here dies in a cycle: what is looked for every 700 objects costs a tenth of a run
    from prodlint.cli import cli

    try:
        cli(prog_name="prodlint")
    except Exception:
        import traceback

        traceback.print_exc()
        print("prodlint: an error of prodlint's own; nothing can be said about the project", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
