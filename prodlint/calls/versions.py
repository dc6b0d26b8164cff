"""The versions of packages that a project runs on, as far as its files say.

Knows: pins of requirements and lock files, dependencies in pyproject.toml (PEP 621, PEP 735, Poetry). Does not know: what changed in which version.

A version is told by a lock file first, then by a specifier: `==7.4` and `~=7.4` and `<8` are all before 8, `>=8` is not. Where nothing is said the
newest release is assumed, which is what an installation would get.
"""

from __future__ import annotations

from collections.abc import Mapping

from prodlint import regex as re
from prodlint.model import FileFacts

Version = tuple[int, ...]
_SPEC = re.compile(r"(===?|~=|\^|~|>=|<=|<|>)\s*v?(\d+(?:\.\d+)*)")
_NAMED = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*([^;]*)")
_LISTS = re.compile(r"^(?:project\.(?:dependencies|optional-dependencies\.[^.]+)|dependency-groups\.[^.]+)\.\d+$")
_POETRY = re.compile(r"^tool\.poetry\.(?:group\.[^.]+\.)?(?:dev-)?dependencies\.([\w-]+)(?:\.version)?$")
_TOP = 9_999


def versions(files: Mapping[str, FileFacts]) -> dict[str, Version]:
    """Normalised package name -> the newest version that the project's own files allow; a lock file outranks everything else."""
    locked: dict[str, Version] = {}
    asked: dict[str, Version] = {}
    for facts in files.values():
        if facts.aside:
            continue
        for fact in facts.facts:
            if fact.kind == "pin":
                _note(locked if fact.data.get("source") == "lock" else asked, fact.name, fact.data.get("spec", ""))
        for block in facts.blocks:
            if block.kind == "pyproject":
                for entry in block.entries:
                    if _LISTS.match(entry.key) and (found := _NAMED.match(entry.value)):
                        _note(asked, _normal(found.group(1)), found.group(2))
                    elif found := _POETRY.match(entry.key):
                        _note(asked, _normal(found.group(1)), entry.value if entry.value[:1] in "<>=~^" else f"=={entry.value}")
    return asked | locked


def _note(known: dict[str, Version], name: str, spec: str) -> None:
    """Keeps the oldest of several answers: the app runs at least in that environment."""
    version = newest(spec)
    if version is not None and (name not in known or version < known[name]):
        known[name] = version


def newest(spec: str) -> Version | None:
    """The newest version that a specifier allows, as numbers that compare; None where it sets no upper bound and no exact version."""
    best: Version | None = None
    for sign, text in _SPEC.findall(spec):
        numbers = tuple(int(part) for part in text.split("."))
        if sign in ("==", "===", "<="):
            top = (*numbers, _TOP) if "*" in spec else numbers
        elif sign == "<":
            top = _below(numbers)
        elif sign == "^":
            top = (numbers[0], _TOP) if numbers[0] else (*numbers[:2], _TOP)
        elif sign == "~=":
            top = (*numbers[:-1], _TOP) if len(numbers) > 1 else numbers
        elif sign == "~":
            top = (*numbers[:2], _TOP)
        else:
            continue
        best = top if best is None or top < best else best
    return best


def _below(numbers: Version) -> Version:
    """The last version before this one."""
    kept = list(numbers)
    while kept and kept[-1] == 0:
        kept.pop()
    if not kept:
        return (0,)
    kept[-1] -= 1
    return (*kept, _TOP)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def before(version: Version | None, mark: str) -> bool:
    """Is a version known, and older than the mark ("8", "2.7")?"""
    return version is not None and version < tuple(int(part) for part in mark.split("."))
