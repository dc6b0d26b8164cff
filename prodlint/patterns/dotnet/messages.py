"""Messages of C# that a mediator hands to their handlers: `new CancelOrderCommand(id)` runs `CancelOrderCommandHandler.Handle`.

Knows: MediatR and what is written like it, by the type argument of the handler; parts of records and constructors; validators.
Does not know: behaviours that run around a handler (`secured_messages.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re
from prodlint.patterns.text.meanings import Lookup
from prodlint.patterns.text.reader import Function

_HANDLER = re.compile(r"\bclass\s+(\w+)[^{;]{0,3000}?\b(?:\w*Handler(?:Async)?|I?Consumer|I?Endpoint)<\s*(?:\w+\.)*(\w+)\s*[,>]")
_PARTS = re.compile(r"\b(?:record|class)\s+(?:struct\s+)?(\w+)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
# FluentValidation: what must hold before the handler runs
_VALIDATOR = re.compile(r"\bclass\s+\w+[^{;]{0,300}?\bAbstractValidator<\s*(?:\w+\.)*(\w+)\s*>")
_ASKS_WHO = re.compile(r"(?i)\bI?\w*(?:current_?user|user_?(?:context|accessor|session)|http_?context|auth\w*service)\w*|\bClaims\w*")
SENDS = re.compile(r"(?:Send|Dispatch|Invoke|Query|Request|Execute|Process|Publish)(?:Command|Query|Message|Request)?(?:Async)?")
_BY_MEDIATOR = re.compile(r"(?:this\.)?_?\w{0,40}(?i:mediat\w{0,10}|sender|dispatcher|bus)\.Send(?:Async)?")
_CONSTRUCTOR = re.compile(r"\bpublic\s+(\w+)\s*\(([^()]{1,800})\)\s*\{([^{}]{0,1500})\}")
_SETS = re.compile(r"(\w+)\s*=\s*(\w+)\s*;")
_NAME = re.compile(r"(\w+)\s*(?:=[^,]*)?$")
HANDLES = frozenset(("Handle", "HandleAsync", "Consume", "Execute", "ExecuteAsync"))


class Messages:
    """The messages of a project: who handles each, and the names of its parts in order."""

    FILLED = "{}"  # behind the name of a message: not made of its parts in order, but filled by name

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """texts: (path, text) of the C# files."""
        self.handlers: dict[str, tuple[str, str]] = {}
        self.parts: dict[str, tuple[str, ...]] = {}
        self.several: set[str] = set()  # of which more than one namespace has a handler: nobody here reads which of them is meant
        self.checked: set[str] = set()  # what a validator that knows the caller looks at
        made: list[tuple[str, str, str]] = []
        for path, text in texts:
            if _ASKS_WHO.search(text):
                self.checked.update(_VALIDATOR.findall(text))
            for name, message in _HANDLER.findall(text):
                if self.handlers.setdefault(message, (path, name)) != (path, name):
                    self.several.add(message)
            for name, parts in _PARTS.findall(text):
                self.parts.setdefault(name, _names(parts))
            made += _CONSTRUCTOR.findall(text)
        for name, parts, body in made:  # `public CancelOrder(int id) { Id = id; }`
            if name in self.handlers and name not in self.parts:
                given = {value: field for field, value in _SETS.findall(body)}
                self.parts[name] = tuple(given.get(each, f"{each[:1].upper()}{each[1:]}") for each in _names(parts))

    def sent_alone(self, function: Function, lookups: Iterable[Lookup]) -> frozenset[str]:
        """The messages that a function names, where it selects data in no other way than by them."""
        named = frozenset(self.handlers.keys() & set(re.findall(r"\w+", f"{function.header} {function.body}")))
        others = any(not (_BY_MEDIATOR.fullmatch(each.model) or each.name in named) for each in lookups)
        return frozenset() if others or named & self.several else named


def _names(parts: str) -> tuple[str, ...]:
    """The names of parameters, in order."""
    found = (_NAME.search(part.strip()) for part in re.split(r",(?![^<>]*>)", parts))
    return tuple(each.group(1) for each in found if each is not None)
