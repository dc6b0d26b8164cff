"""Messages of C# that a mediator hands to their handlers: `new CancelOrderCommand(id)` runs `CancelOrderCommandHandler.Handle`.

Knows: MediatR and what is written like it, by the type argument of the handler; parts of records and of constructors. Does not know: behaviours
that run around a handler; messages that are filled by name.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re

_HANDLER = re.compile(r"\bclass\s+(\w+)[^{;]{0,1200}?\b(?:\w*Handler|I?Consumer|I?Endpoint)<\s*(?:\w+\.)*(\w+)\s*[,>]")
_PARTS = re.compile(r"\b(?:record|class)\s+(?:struct\s+)?(\w+)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_NAME = re.compile(r"(\w+)\s*(?:=[^,]*)?$")
HANDLES = frozenset(("Handle", "HandleAsync", "Consume", "Execute", "ExecuteAsync"))


class Messages:
    """The messages of a project: who handles each, and the names of its parts in order."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """texts: (path, text) of the C# files."""
        self.handlers: dict[str, tuple[str, str]] = {}
        self.parts: dict[str, tuple[str, ...]] = {}
        for path, text in texts:
            for name, message in _HANDLER.findall(text):
                self.handlers.setdefault(message, (path, name))
            for name, parts in _PARTS.findall(text):
                found = (_NAME.search(part.strip()) for part in re.split(r",(?![^<>]*>)", parts))
                self.parts.setdefault(name, tuple(each.group(1) for each in found if each is not None))
