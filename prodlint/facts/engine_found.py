"""Where the semgrep engine is on this machine, and which one it is.

Knows: the places where it may stand, what its installation looks like. Does not know: how it is run.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def find() -> Path | None:
    """The engine beside this interpreter, or on PATH (absolute entries only: the analysed tree may be the working directory)."""
    folders = [os.path.dirname(sys.executable), *os.environ.get("PATH", "").split(os.pathsep)]
    names = ("semgrep.exe", "semgrep.cmd") if os.name == "nt" else ("semgrep",)
    for folder in folders:
        for name in names if os.path.isabs(folder) else ():
            program = Path(folder, name)
            if program.is_file() and os.access(program, os.X_OK):
                return program
    return None


def native(engine: Path) -> Path | None:
    """The program to which the script of an installation by pip hands over when it is asked for the native front: run as "osemgrep" it answers
    the same a third sooner on a small app, because no interpreter starts before it."""
    places = list(engine.resolve().parent.parent.glob("lib/python*/site-packages/semgrep/bin/semgrep-core"))
    return places[0] if len(places) == 1 and os.access(places[0], os.X_OK) else None


def identity(engine: Path) -> str:
    """What tells one engine from another without starting it: its place, size and time, and the release installed beside it."""
    real = engine.resolve()
    info = real.stat()
    releases = sorted(each.name for each in real.parent.parent.glob("lib/python*/site-packages/semgrep-*.dist-info"))
    return f"{real}:{info.st_size}:{info.st_mtime_ns}:{releases}"
