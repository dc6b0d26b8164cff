"""`python -m prodlint` and the `prodlint` command: `--version` is answered before anything heavy is imported.

Knows: which exit code an end nobody foresaw has. Does not know: any verb.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from types import FrameType


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
    end_with_children()
    gc.set_threshold(100_000, 50, 100)  # hardly anything here dies in a cycle: what is looked for every 700 objects costs a tenth of a run
    from prodlint.cli import cli

    try:
        cli(prog_name="prodlint")
    except Exception:
        import traceback

        traceback.print_exc()
        print("prodlint: an error of prodlint's own; nothing can be said about the project", file=sys.stderr)
        sys.exit(2)


def end_with_children() -> None:
    """What a hook's time limit or a closed terminal ends (SIGTERM, SIGHUP) ends with the engine and the workers that it started."""
    own = os.getpid()

    def ended(number: int, frame: FrameType | None) -> None:
        if os.getpid() == own:  # not in a worker, which was forked and inherits this
            if (engines := sys.modules.get("prodlint.facts.engine_process")) is not None:
                engines.end_all()
            if (processes := sys.modules.get("multiprocessing")) is not None:
                for child in processes.active_children():
                    child.kill()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, ended)


if __name__ == "__main__":
    main()
