"""One call on abstract values, as a noun.

Knows: what is called, by which name, with what, and where. Does not know: what any call means (`calls.py`, `builtins.py`, `outside.py`).
"""

from __future__ import annotations

import msgspec

from prodlint import ir
from prodlint.flow.frames import Frame
from prodlint.flow.values import Value


class Calling(msgspec.Struct, eq=False):
    """callee: what the called expression means; receiver: what stands before the last dot; name: what it is called, an import under another name by
    its own."""

    callee: Value
    receiver: Value | None
    name: str
    args: list[Value]
    kwargs: dict[str, Value]
    expr: ir.Call
    frame: Frame

    @property
    def values(self) -> list[Value]:
        """Its arguments."""
        return [*self.args, *self.kwargs.values()]

    @property
    def everything(self) -> list[Value]:
        """Its arguments, and what it is a method of."""
        return [*self.values, *([self.receiver] if self.receiver is not None else [])]

    @property
    def container(self) -> ir.Expr | None:
        """The expression before the last dot."""
        return self.expr.func.base if isinstance(self.expr.func, ir.Attr) else None
