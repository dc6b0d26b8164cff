"""One process of the semgrep engine: started so that nothing of the user's machine or tree changes its answer, ended with its children.

Knows: what of the environment reaches it, how long it may take, what a whole answer is. Does not know: rules, files, what the answer says.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class Failed(Exception):
    """The engine gave no usable answer; the text says why."""


def start(command: Sequence[str], home: Path, timeout: float) -> dict[str, Any]:
    """The JSON of one run. Raises Failed for anything that is not a whole answer."""
    with open(home / "out", "w+b") as stdout, open(home / "err", "w+b") as stderr:
        try:
            process = subprocess.Popen(
                command, cwd=home, env=_environment(home), stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=os.name != "nt"
            )
        except OSError as error:
            raise Failed(f"could not be started: {error.strerror}") from error
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failed(f"no answer in {timeout:.0f} s") from None
        finally:
            _end(process)
        stdout.seek(0)
        try:
            answer = json.load(stdout)
            whole = isinstance(answer["results"], list) and isinstance(answer["errors"], list)
            if not whole or (code not in (0, 1) and not (code in (2, 3, 7) and answer["errors"])):
                raise ValueError
            return answer
        except (ValueError, KeyError, TypeError, RecursionError):
            stderr.seek(0)
            lines = [line for line in stderr.read()[-4000:].decode("utf-8", "replace").splitlines() if line.strip()]
            last = "".join(char for char in (lines or [""])[-1] if char.isprintable())[:200]
            raise Failed(f"exit {code}{': ' + last if last else ''}") from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process with its children, where it still runs."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            if os.name == "nt":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _environment(home: Path) -> dict[str, str]:
    """Only what the engine needs: nothing of the user's settings, tokens or proxies reaches it, and it writes nothing outside its folder."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "TMPDIR": str(home),
        "XDG_CONFIG_HOME": str(home),
        "XDG_CACHE_HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_LOG_FILE": str(home / "log"),
        "SEMGREP_SETTINGS_FILE": str(home / "settings.yml"),
    }
