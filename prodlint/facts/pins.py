"""Which versions of packages a project asks for: requirements files and lock files of Python, read line by line.

Knows: requirements.txt and constraints, poetry.lock, uv.lock, pdm.lock, Pipfile.lock. Does not know: pyproject.toml (`toml_blocks` reads it), what a
version means.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.model import Fact

MAX_PINS = 5_000
_REQUIREMENTS = re.compile(r"(?:^|/)(?:[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in)|requirements/[\w./-]+\.(?:txt|in|pip))$")
_LOCKS = re.compile(r"(?:^|/)(?:poetry|uv|pdm)\.lock$")
_PIPFILE = re.compile(r"(?:^|/)Pipfile\.lock$")
_LINE = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]\n]*\])?\s*((?:(?:[=!<>~]=?=?)\s*[\w.*+!-]+\s*,?\s*)+)")
_NAME = re.compile(r'^name = "([^"]+)"')
_VERSION = re.compile(r'^version = "([^"]+)"')
_PIPFILE_NAME = re.compile(r'^ {8}"([^"]+)": \{')
_PIPFILE_VERSION = re.compile(r'^ {12}"version": "([^"]+)"')


def read(path: str, text: str) -> tuple[Fact, ...]:
    """Facts of kind "pin": the package's normalised name and, in `data`, its specifier ("==7.4.1", ">=7,<8") and whether a lock file says so."""
    if _REQUIREMENTS.search(path):
        found = [(m.group(1), m.group(2), number) for number, line in enumerate(text.splitlines(), 1) if (m := _LINE.match(line))]
        return tuple(_pin(name, re.sub(r"\s", "", spec).rstrip(","), number, "requirements") for name, spec, number in found[:MAX_PINS])
    if _LOCKS.search(path):
        return _pairs(text, _NAME, _VERSION)
    return _pairs(text, _PIPFILE_NAME, _PIPFILE_VERSION) if _PIPFILE.search(path) else ()


def _pairs(text: str, named: re.Pattern[str], versioned: re.Pattern[str]) -> tuple[Fact, ...]:
    """A line that names a package, and the next one that gives its version."""
    out: list[Fact] = []
    name, at = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if found := named.match(line):
            name, at = found.group(1), number
        elif name and (found := versioned.match(line)):
            out.append(_pin(name, f"=={found.group(1).removeprefix('==')}", at, "lock"))
            name = ""
    return tuple(out[:MAX_PINS])


def _pin(name: str, spec: str, line: int, source: str) -> Fact:
    return Fact("pin", normal(name), line, data={"spec": spec, "source": source})


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
