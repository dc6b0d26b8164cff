"""A run that is told to end (a hook's time limit, a closed terminal) takes what it started with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

RUN = """
import multiprocessing, pathlib, sys, tempfile, time
from prodlint.__main__ import end_with_children
from prodlint.facts.engine_process import Running
end_with_children()
home = pathlib.Path(tempfile.mkdtemp())
(home / "copy.py").write_text("of the app")
engine = Running([sys.executable, "-c", "import time; time.sleep(60)"], home, 60)
worker = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
worker.start()
print(engine.process.pid, worker.pid, home, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without a signal")
def test_what_was_started_ends_too() -> None:
    run = subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    *words, home = run.stdout.readline().split()
    started = [int(word) for word in words]
    assert len(started) == 2
    assert (Path(home) / "copy.py").exists()
    assert all(_runs(pid) for pid in started)
    run.send_signal(signal.SIGTERM)
    assert run.wait(20) == -signal.SIGTERM
    until = time.monotonic() + 20
    while any(_runs(pid) for pid in started) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(_runs(pid) for pid in started)
    assert not Path(home).exists()


def _runs(pid: int) -> bool:
    """Does a process run that is not only waited for?"""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.strip().startswith("Z")
