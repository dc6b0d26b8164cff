"""Symfony's rules for paths: which roles `access_control` of `security.yaml` asks for before an action runs.

Knows: the list under `security.access_control`, that its first rule that fits a request counts, methods, `allow_if`; roles that whoever signs in has.
Does not know: configuration in PHP or XML, rules for an environment (`when@test`), paths by patterns with more than names and choices, hosts, IPs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from prodlint import regex as re
from prodlint.model import Block
from prodlint.patterns.ties.roles import is_of_all

KIND = "symfony-security"
_FOR_ALL = frozenset(("PUBLIC_ACCESS", "IS_AUTHENTICATED_ANONYMOUSLY"))
OF_ALL = " authenticated of_everybody "  # customers, by a role of theirs
_SIGNED = re.compile(r"IS_AUTHENTICATED\w*|IS_REMEMBERED|ROLE_USER")
# names, and choices between names: what else a pattern may hold is not run here
_PLAIN = re.compile(r"\^?(?:[\w/.-]|\((?:\?:)?[\w/|-]*\))*\$?")
_KEY = re.compile(r"security\.access_control\.(\d+)\.(path|roles?|methods?|allow_if|route|host|ips?|port|attributes)(?:\.\d+)?")
_BEFORE = re.compile(r"(?:app/)?config/(?:packages/)?security\.ya?ml$")


class Rule(NamedTuple):
    """One line of the list; form is None where its path is not read, or where it asks for more than a path."""

    form: re.Pattern[str] | None
    methods: frozenset[str]
    said: str


class PathRoles:
    """`asks(methods, path, file)`: what the configuration asks for a path, as words that stand around an action."""

    def __init__(self, blocks: Iterable[tuple[str, Block]]) -> None:
        """blocks: (path, block) of every file."""
        self._rules = {_BEFORE.sub("", path): _rules(block) for path, block in blocks if block.kind == KIND}

    def asks(self, methods: tuple[str, ...], path: str, file: str) -> str:
        roots = [root for root in self._rules if file.startswith(root)]
        for rule in self._rules[max(roots, key=len)] if roots and path else ():
            if rule.form is None:
                return ""
            if rule.form.search(path) is None:
                continue
            if rule.methods and not methods:
                return ""
            if not rule.methods or rule.methods.issuperset(methods):
                return rule.said
            if rule.methods.intersection(methods):
                return ""
        return ""


def _rules(block: Block) -> list[Rule]:
    listed: dict[int, dict[str, list[str]]] = {}
    for entry in block.entries:
        found = _KEY.fullmatch(entry.key)
        if found is not None and entry.kind != "block":
            listed.setdefault(int(found.group(1)), {}).setdefault(found.group(2).rstrip("s"), []).append(entry.value)
    return [_rule(keys) for _, keys in sorted(listed.items())]


def _rule(keys: dict[str, list[str]]) -> Rule:
    path = next(iter(keys.get("path", ())), "")
    readable = _PLAIN.fullmatch(path) is not None and not keys.keys() & {"route", "host", "ip", "port", "attribute"}
    return Rule(re.compile(path) if readable else None, frozenset(word.upper() for word in keys.get("method", ())), _said(keys))


def _said(keys: dict[str, list[str]]) -> str:
    roles = [role for value in keys.get("role", ()) for role in re.findall(r"\w+", value)]
    if "allow_if" in keys:
        return " hasPermission "
    if not roles or any(role in _FOR_ALL for role in roles):
        return " permitAll "
    if any(_SIGNED.fullmatch(role) or is_of_all(role) for role in roles):
        return OF_ALL if any(is_of_all(role) and role != "ROLE_USER" for role in roles) else " authenticated "
    return f" hasRole({', '.join(roles)}) "
