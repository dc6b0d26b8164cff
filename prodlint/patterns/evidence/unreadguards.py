"""Guards of a project that run before its handlers and that patterns cannot read: told once as unknown, in the place of findings for the rows behind
them.

That most handlers of an app are flagged proves nothing: in one that was written in a hurry they are all right. What makes findings doubtful is
something of the project's own that runs before the handler, refuses by words for permissions, and looks at the very part of the path that selects
the row. A row that is selected by anything else (a body, a part of the path that no guard names) is told as before.

Knows: interceptors and filters of Spring and JAX-RS, aspects, listeners of Symfony; the texts by which they name parts of a path or parameters of
the handler, also in a helper that they are handed; the annotations of the project for which they ask. Does not know: whom a guard lets through; on
which paths it is mounted; guards of libraries; middleware of Laravel (`php/laravel_gates.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from prodlint import regex as re
from prodlint.patterns.text.reader import Function

_CLASS = re.compile(r"\bclass\s+(\w+)")
_BEFORE = re.compile(
    r"\b(?:preHandle\w*|doFilter(?:Internal)?)\s*\(|\bContainerRequestFilter\b|@Aspect\b[\s\S]*@(?:Before|Around)\s*\("
    r"|\bKernelEvents::(?:CONTROLLER|REQUEST)\b|['\"]kernel\.(?:controller|request)['\"]|\b(?:Controller|Request)Event\s+\$"
)
_REFUSES = re.compile(r"\bthrow\b|\breturn\s+false\b|\bsendError\b|\babortWith\b|\bFORBIDDEN\b|\bsetController\(|\bsetResponse\(")
_PERMITS = re.compile(
    r"(?i)permission|privilege|owner|access_?denied|forbidden|authori[sz]ation_?exception|not_?authori[sz]ed|has_?access|is_?member|\b403\b"
)
# where parts of a path are taken out by what they are called
_TAKES = re.compile(r"\bURI_TEMPLATE_VARIABLES_ATTRIBUTE\b|\b(?:get)?[pP]athParameters\b|\bextractUriTemplateVariables\b|\battributes->get\(")
_TAKEN = re.compile(r"(?:\bget(?:First|Value|OrDefault)?\(|->get\(|\[)\s*[\"'](\w+)[\"']")
_SAID = re.compile(r"\"([^\"\n]*)\"")
_TEMPLATE = re.compile(r"(?<![\w-])([\w-]*)/\{(\w+)")  # a part of a path, with what stands before it: a list of open paths says nothing of others
_CONSTANT = re.compile(r"\b[A-Z][A-Z_]+\s*=\s*\"(\w+)\"")
_ROUTES = re.compile(r"@(?:\w*Mapping|Path)\s*\(\s*(?:value\s*=\s*|path\s*=\s*)?\{?\s*\"[^\"]*\"")  # what a controller says of itself
# the annotations that it asks a handler for: `getMethodAnnotation(NeedsRight.class)`, `@annotation(app.NeedsRight)`
_MARKS = re.compile(
    r"[aA]nnotation\w{0,40}(?:<(\w+)>)?\((?:[^();]{0,200}?\b([A-Z]\w*)(?:\.class|::class)|[\w.]{0,200}?\b([A-Z]\w*)\))"
    r"|\b(?!Annotat|AnnotationUtils)([A-Z]\w*)(?:\.\w+){0,6}\.(?:get|find)\w*Annotation\("
)
# of an aspect: the annotation that its advice is handed, `@annotation(needsRight)` with a parameter `NeedsRight needsRight`
_BOUND = re.compile(r"@annotation\(\s*([a-z]\w*)\s*\)")
# an aspect takes what the handler was handed by the names of its parameters
_BY_NAME = re.compile(r"\bgetParameterNames\(|\.parameterNames\b|\bgetParameters\(\)|\bmethod\.parameters\b")
_THROWS = re.compile(r"\bthrow\s+(?:new\b|[A-Z])")  # something of its own, and not on what it caught
# it looks up a row by what it takes, and holds it against something
_FINDS = re.compile(r"\b(?:find|get|exists|load)(?:One|(?:\w{0,40}?By(?:Id|[A-Z]))\w{0,40})\(")
_COMPARES = re.compile(r"\bequals\(|[!=]=(?!\s*null)\s*\w+\.|\bexists\w*By\w*And\w*\(")
_AN_ID = re.compile(r"\"((?:id|\w+(?:Id|_id|Uuid|UUID)))\"")
_NAMED = re.compile(r"@(?:PathVariable|PathParam)\s*\(\s*(?:value\s*=\s*|name\s*=\s*)?\"(\w+)\"")


class Guard(msgspec.Struct, frozen=True):
    """What runs before handlers: where it stands, the parts of a path that it names, the annotations for which it asks (none: for all)."""

    path: str
    line: int
    name: str
    parts: frozenset[str]
    marks: frozenset[str] = frozenset()

    def stands_before(self, function: Function, around: str) -> bool:
        """Does the handler, or its class, bear a mark that the guard asks for, if it asks for any?"""
        said = f"{function.header} {around} {function.owner.header if function.owner is not None else ''}"
        return not self.marks or not self.marks.isdisjoint(re.findall(r"@(\w+)", said))


def found(texts: Iterable[tuple[str, str]]) -> tuple[Guard, ...]:
    """The guards of Spring, JAX-RS and Symfony among (path, text)."""
    known = list(texts)
    helpers = {name.group(1): _parts(text) for _, text in known if _TAKES.search(text) and (name := _CLASS.search(text)) is not None}
    return tuple(guard for path, text in known if (guard := _guard(path, text, helpers)) is not None)


def _guard(path: str, text: str, helpers: dict[str, frozenset[str]]) -> Guard | None:
    before, name = _BEFORE.search(text), _CLASS.search(text)
    if before is None or name is None or _REFUSES.search(text) is None or _PERMITS.search(text) is None:
        return None
    words = frozenset(re.findall(r"\w+", text))
    handed = (parts for helper, parts in helpers.items() if helper in words)
    parts = _parts(text).union(*handed)
    marks = frozenset(mark for marks in _MARKS.findall(text) for mark in marks if mark) | _bound(text)
    if marks and "@Aspect" in text and all(form.search(text) for form in (_BY_NAME, _THROWS, _FINDS, _COMPARES)):
        parts |= frozenset(_AN_ID.findall(text))
    return Guard(path, text.count("\n", 0, name.start()) + 1, name.group(1), parts, marks) if parts else None


def _bound(text: str) -> frozenset[str]:
    """The annotations that the advice of an aspect is handed by a name of its own."""
    names = set(_BOUND.findall(text))
    typed = re.findall(r"\b([A-Z]\w*)\s+([a-z]\w*)\b|\b([a-z]\w*)\s*:\s*([A-Z]\w*)", text) if names else []
    return frozenset(kind or other for kind, name, named, other in typed if (name or named) in names)


def _parts(text: str) -> frozenset[str]:
    """The parts of a path that a class names, in what it takes out of a path or in patterns of paths."""
    said = _ROUTES.sub(" ", text)
    taken: frozenset[str] = frozenset()
    if _TAKES.search(said):
        taken = frozenset((*_TAKEN.findall(said), *_CONSTANT.findall(said)))
    return taken | placed(" ".join(_SAID.findall(said)))


def placed(path: str) -> frozenset[str]:
    """The parts of a path, each with the word before it: `orders/id` of `/shop/orders/{id}`."""
    return frozenset("/".join(found) for found in _TEMPLATE.findall(path))


def called(function: Function, name: str) -> frozenset[str]:
    """The id of a handler, and what the path calls it: `@PathVariable("orderId") long id`."""
    named = (_NAMED.search(param.text) for param in function.params if param.name == name)
    return frozenset((name, *(each.group(1) for each in named if each is not None)))
