"""An expression on its way through loops and calls: where it stands, and what its names stand for there.

Knows: the shapes that `lists.py` and `registrations.py` pass around. Does not know: how they are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from prodlint import ir
from prodlint.names import Scope

CONTEXT = "context of a call"  # in an Env: for which of its calls a function is read; no name of a program has blanks in it


class Item(msgspec.Struct, frozen=True, eq=False):
    """An expression, where it stands, and what its names stand for. `prefix`: text that a wrapper put before it; `made`: an object
    that is not an expression (a router)."""

    expr: ir.Expr
    scope: Scope
    env: Env = msgspec.field(default_factory=dict)
    prefix: str = ""
    made: Any = None


Env = Mapping[str, "Item | tuple[Item, ...]"]
Gap = Callable[[Scope, int, str], None]


class Given(msgspec.Struct, frozen=True, eq=False):
    """The arguments of one call. told: False where a starred argument hides what follows."""

    args: tuple[Item, ...]
    kwargs: dict[str, Item]
    told: bool = True

    def pick(self, where: object) -> Item | None:
        """An argument by model notation: "name" (keyword only), [position, "name"], or an int position."""
        if where is None or where == []:
            return None
        position, name = (where[0], where[1] if len(where) > 1 else None) if isinstance(where, list) else (None, where)
        if isinstance(where, int):
            position, name = where, None
        if name in self.kwargs:
            return self.kwargs[name]  # type: ignore[index]
        return self.args[position] if position is not None and 0 <= position < len(self.args) else None
