"""One process of the semgrep engine: started so that nothing of the user's machine or tree changes its answer, ended with its children.

Knows: what of the environment reaches it, how long it may take, what a whole answer is. Does not know: rules, files, what the answer says.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# what runs now, each in a group of its own, which no signal for this process reaches, and its folder
_STARTED: dict[subprocess.Popen[bytes], Path] = {}


class Failed(Exception):
    """The engine gave no usable answer; the text says why."""


class Running:
    """A process that was started, and has not been asked for its answer yet."""

    def __init__(self, command: Sequence[str], home: Path, timeout: float, program: Path | None = None) -> None:
        """home: where it runs and what it may write to; program: what is run, where the command begins with another name. Raises Failed where it
        could not be started."""
        self.until = time.monotonic() + timeout
        self.timeout = timeout
        self.stdout, self.stderr = open(home / "out", "w+b"), open(home / "err", "w+b")  # noqa: SIM115  # closed by `end`
        try:
            self.process = subprocess.Popen(
                command,
                executable=program,
                cwd=home,
                env=_environment(home),
                stdin=subprocess.DEVNULL,
                stdout=self.stdout,
                stderr=self.stderr,
                start_new_session=os.name != "nt",
            )
        except OSError as error:
            self._close()
            raise Failed(f"could not be started: {error.strerror}") from error
        _STARTED[self.process] = home

    def answer(self) -> dict[str, Any]:
        """The JSON of the run. Raises Failed for anything that is not a whole answer."""
        try:
            code = self.process.wait(max(0.0, self.until - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise Failed(f"no answer in {self.timeout:.0f} s") from None
        finally:
            _end(self.process)
        self.stdout.seek(0)
        try:
            answer = json.load(self.stdout)
            whole = isinstance(answer["results"], list) and isinstance(answer["errors"], list)
            if not whole or (code not in (0, 1) and not (code in (2, 3, 7) and answer["errors"])):
                raise ValueError
            return answer
        except (ValueError, KeyError, TypeError, RecursionError):
            self.stderr.seek(0)
            lines = [line for line in self.stderr.read()[-4000:].decode("utf-8", "replace").splitlines() if line.strip()]
            last = "".join(char for char in (lines or [""])[-1] if char.isprintable())[:200]
            raise Failed(f"exit {code}{': ' + last if last else ''}") from None

    def end(self) -> None:
        """Ends what still runs."""
        _end(self.process)
        self._close()

    def _close(self) -> None:
        self.stdout.close()
        self.stderr.close()


def end_all() -> None:
    """Ends every engine that runs, and takes away the copies that it was given of the files: for a process that is told to end itself."""
    for process, home in tuple(_STARTED.items()):
        _end(process)
        shutil.rmtree(home, ignore_errors=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process with its children, where it still runs."""
    _STARTED.pop(process, None)
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
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_LOG_FILE": str(home / "log"),
        "SEMGREP_SETTINGS_FILE": str(home / "settings.yml"),
    }
