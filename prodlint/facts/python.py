"""The libcst visitor framework: one traversal of a Python file, many visitors.

Knows: libcst's nodes, and how to walk them once, in source order. The walk lowers the tree into `ir` (what the rest of
prodlint reads) and hands every node to whoever asked for its type: a `Visitor`'s `visit_Call` is called for each Call,
with the node and a `Here` (place and enclosing symbol). Does not know: other files, names' meaning, rules.

This is the only room that holds a syntax tree; nothing of libcst leaves it.

Positions. libcst's PositionProvider generates the code anew to learn where it is (1.8 to 2.1 times the parse). The walk does not:
it visits leaves (names, strings, numbers) in source order, so the next leaf's text stands right behind what a regular expression
skips (white space, comments, operators, keywords). `Cursor` follows the source that way at a tenth of the parse.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Callable, Iterable
from typing import Any

from prodlint import ir
from prodlint.facts.cursor import Cursor
from prodlint.model import Fact, Problem


class Here:
    """Where the walk is: `line` and `column` of the node (1-based) and the dotted `symbol` that encloses it."""

    __slots__ = ("column", "line", "path", "symbol")

    def __init__(self, path: str, symbol: str, at: int) -> None:
        self.path, self.symbol = path, symbol
        self.line, self.column = ir.line_of(at), ir.column_of(at)

    def fact(self, kind: str, name: str, **data: str) -> Fact:
        """A Fact at this place."""
        return Fact(kind, name, self.line, self.column, symbol=self.symbol, data=data)


class Visitor:
    """Base for visitors of packs; no method is required.

    A method `visit_X(self, node, here)` is called once for each libcst node of type X, in source order, before its children,
    and yields (or returns a list of) `Fact`. One instance serves one file: state kept on self starts anew for the next."""


def read(path: str, text: str, visitors: Iterable[type[Visitor]] = ()) -> tuple[ir.Module | None, tuple[Fact, ...], tuple[Problem, ...]]:
    """The module of a file, the facts its visitors yield, and what could not be read.

    Raises nothing: a file that is not Python in syntax gives a None module and a Problem of severity "warning"."""
    from prodlint.facts import lowering
    from prodlint.facts.depth import too_deep

    deep = too_deep(text)
    if deep is not None:
        return None, (), (Problem(path, deep[1], f"could not be parsed: {deep[0]}", "warning", unread=(path,)),)
    try:
        tree = lowering.parse(text)
        facts: list[Fact] = []
        dispatch = _dispatch([visitor() for visitor in visitors])
        return lowering.Lowering(Cursor(text), path, dispatch, facts).module(tree), tuple(facts), ()
    except lowering.SyntaxProblem as error:
        return None, (), (Problem(path, error.line, f"could not be parsed: {error}", "warning", unread=(path,)),)
    except RecursionError:
        return None, (), (Problem(path, 1, "could not be parsed: expressions nested too deeply", "warning", unread=(path,)),)


def decode(path: str, data: bytes) -> tuple[str | None, tuple[Problem, ...]]:
    """The text of Python source by PEP 263 (coding comment, BOM, UTF-8), or None and a Problem of severity "warning"."""
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return None, (Problem(path, line, "could not be read: null byte in Python source", "warning", unread=(path,)),)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding), ()
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        start = getattr(error, "start", 0)
        line = data.count(b"\n", 0, start) + 1
        return None, (Problem(path, line, "could not be read: not valid in its encoding", "warning", unread=(path,)),)


def _dispatch(visitors: list[Visitor]) -> dict[str, list[Callable[[Any, Here], Any]]]:
    """libcst type name -> the visit methods that want it."""
    table: dict[str, list[Callable[[Any, Here], Any]]] = {}
    for visitor in visitors:
        for name in sorted(dir(visitor)):
            if name.startswith("visit_"):
                table.setdefault(name[6:], []).append(getattr(visitor, name))
    return table
