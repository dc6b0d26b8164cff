"""PHP: functions and scripts that do one thing or another, as the client names it: `switch ($request->action) { case 'delete': ...`,
`if ($_GET['mode'] == 'edit') { ... } elseif ...`. What is checked for one of these things says nothing of the others.

Knows: the branches of such a switch or chain, and for which names each runs. Does not know: branches without braces; tables of functions by name;
what `in_array($action, [...])` and `!=` let through, which is read for every name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from prodlint import regex as re
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.ties.flow import Reading

_NAMES_ACTION = re.compile(
    r"(?i)(?:action|mode|task|command|cmd|operation|do|op|act|what|step|case|func|function|request_?type|route)\b['\"\])]*\s*$"
    r"|\$_(?:GET|POST|REQUEST)\s*\[|\$request->|\bINPUT_(?:GET|POST)\b"
)
_EQUAL = frozenset(("==", "==="))
MAX_NAMES, MAX_READ = 80, 400_000  # names of one function; tokens that are read for all of them together

Span = tuple[int, int]


class Branch(NamedTuple):
    """Tokens that run for some names alone: for these, or where there are none, for all that the other branches of the chain do not name."""

    first: int
    last: int
    names: frozenset[str]
    others: frozenset[str]

    def runs(self, name: str) -> bool:
        return name in self.names if self.names else name not in self.others


def by_action(function: Function, whole: Reading, read: Callable[[tuple[Span, ...]], Reading]) -> Reading:
    """What a function says, with a part for each thing that it does. read: what it says without the tokens of some branches."""
    branches = _branches(function)
    names = sorted({name for each in branches for name in each.names})
    names += [""] if any(not each.names for each in branches) else []
    size = sum(each.last - each.first for each in branches)
    if not 2 < len(names) + 1 <= MAX_NAMES or len(names) * (function.last - function.first - size) > MAX_READ:
        return whole
    parts, told = [], set()
    for name in names:
        own = [each for each in branches if each.runs(name)]
        said = read(tuple((each.first, each.last) for each in branches if each not in own))
        # what stands in a branch of several names is told for the first of them
        said.placed = ()  # told once, of the whole
        said.lookups = [each for each in said.lookups if each.at not in told and _within(own, each.at)]
        told |= {each.at for each in said.lookups}
        parts += [said] if said.lookups else []
    parts.append(replace(whole, lookups=[each for each in whole.lookups if each.at not in told and not _within(branches, each.at)]))
    loose = {name for part in parts for name, _ in part.loose()}
    every = [replace(each, tied=each.tied or each.ids <= part.tied) for part in parts for each in part.lookups]
    return replace(whole, lookups=every, tied=whole.tied - loose, parts=tuple(parts))


def _within(branches: Iterable[Branch], at: int) -> bool:
    return any(each.first <= at < each.last for each in branches)


def _branches(function: Function) -> list[Branch]:
    """The branches for what is named most."""
    found: dict[str, list[Branch]] = {}
    code, at = function.code, function.first
    while at < min(function.last, len(code)) - 1:
        chain = None
        if code.texts[at] in ("switch", "if") and code.texts[at + 1] == "(" and code.mate[at + 1] > 0:
            chain = _switch(code, at) if code.texts[at] == "switch" else _chain(code, at)
        if chain is not None:
            found.setdefault(chain[0], []).extend(chain[1])
            at = chain[2]
        else:
            at += 1
    return max(found.values(), key=lambda each: len({name for branch in each for name in branch.names}), default=[])


def _switch(code: Code, at: int) -> tuple[str, list[Branch], int] | None:
    close = code.mate[at + 1]
    subject, brace = code.source(at + 2, close), close + 1
    if code.texts[brace : brace + 1] != ["{"] or code.mate[brace] < 0 or _NAMES_ACTION.search(subject) is None:
        return None
    starts = list(_labels(code, brace + 1, code.mate[brace]))
    every = frozenset(name for _, _, name in starts if name)
    branches, names = [], set()
    for number, (first, behind, name) in enumerate(starts):
        names.add(name)
        end = starts[number + 1][0] if number + 1 < len(starts) else code.mate[brace]
        if end > behind:  # one label above another runs the same
            branches.append(Branch(first, end, frozenset(names - {""}) if "" not in names else frozenset(), every - names))
            names = set()
    return _of(subject), branches, code.mate[brace]


def _labels(code: Code, first: int, last: int) -> Iterator[tuple[int, int, str]]:
    """(first token, the one behind it, name or "") of the labels of a switch."""
    at = first
    while at < last:
        text = code.texts[at]
        if text == "case" and code.kinds[at + 1] == "s" and code.texts[at + 2] in (":", ";"):
            yield at, at + 3, code.texts[at + 1].strip("'\"")
        elif text == "default" and code.texts[at + 1] in (":", ";"):
            yield at, at + 2, ""
        at = code.mate[at] + 1 if text in ("(", "[", "{") and code.mate[at] > at else at + 1


def _chain(code: Code, at: int) -> tuple[str, list[Branch], int] | None:
    """`if ($action == 'a') { ... } elseif ($action == 'b') { ... } else { ... }`."""
    subject, found, known = "", [], set()
    while True:
        opened = at + 1 if code.texts[at] in ("if", "elseif") else at + 2 if code.texts[at : at + 2] == ["else", "if"] else at
        brace = code.mate[opened] + 1 if opened > at and code.texts[opened] == "(" and code.mate[opened] > 0 else at + 1
        if code.texts[brace : brace + 1] != ["{"] or code.mate[brace] < 0:
            break
        names: frozenset[str] = frozenset()
        if opened > at:
            of, names = _compared(code, opened + 1, code.mate[opened])
            if not names or (subject and of != subject):
                break
            subject = of
        found.append((brace + 1, code.mate[brace], names))
        known |= names
        at = code.mate[brace] + 1
        if not names or code.texts[at : at + 1] not in (["elseif"], ["else"]):
            break
    if not subject:
        return None
    return subject, [Branch(first, last, names, frozenset(known)) for first, last, names in found], found[-1][1]


def _compared(code: Code, first: int, last: int) -> tuple[str, frozenset[str]]:
    """(what a condition compares, the names that it is compared with); nothing where it compares more than one, or denies something."""
    names, subjects = set(), set()
    if "!" in code.texts[first:last]:
        return "", frozenset()
    for at in range(first + 1, last - 1):
        if code.texts[at] in _EQUAL and "s" in (code.kinds[at + 1], code.kinds[at - 1]):
            behind = code.kinds[at + 1] == "s"
            said = code.source(_begins(code, first, at), at) if behind else code.source(at + 1, _ends(code, at + 1, last))
            if _NAMES_ACTION.search(said) is not None:
                names.add(code.texts[at + 1 if behind else at - 1].strip("'\""))
                subjects.add(_of(said))
    return (subjects.pop(), frozenset(names)) if len(subjects) == 1 else ("", frozenset())


_JOINS = frozenset(("&&", "||", "and", "or", "(", "?", ","))


def _begins(code: Code, first: int, sign: int) -> int:
    at = sign
    while at > first and code.texts[at - 1] not in _JOINS:
        at = code.mate[at - 1] if code.texts[at - 1] in (")", "]") and code.mate[at - 1] >= first else at - 1
    return at


def _ends(code: Code, at: int, last: int) -> int:
    while at < last and code.texts[at] not in (*_JOINS, ")"):
        at = code.mate[at] + 1 if code.texts[at] == "[" and code.mate[at] > at else at + 1
    return at


def _of(subject: str) -> str:
    return re.sub(r"\W+", "", subject).lower()
