"""Lowers a libcst tree to `ir`, node type by node type, in source order: the walk, and who is told of what on the way.

Knows: which function lowers a type of node (`lowering_statements.py`, `lowering_expressions.py`, `lowering_operators.py`, `lowering_literals.py`).
Does not know: any node's children, why anybody walks.

Every function of these files moves the cursor past exactly what its node is written as; that order is the contract with `Cursor`, and
`tests/facts/test_positions.py` holds it against the standard library's own positions on real code.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst
import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.facts.cursor import Cursor
from prodlint.facts.lowering_expressions import TABLE as EXPRESSIONS
from prodlint.facts.lowering_expressions import other
from prodlint.facts.lowering_statements import TABLE as STATEMENTS
from prodlint.facts.python import Here


class SyntaxProblem(Exception):
    """The text is not Python; `line` is where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse(text: str) -> cst.Module:
    """libcst's tree; SyntaxProblem where there is none."""
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise SyntaxProblem("syntax error", _error_line(text) or error.raw_line) from None
    except (cst.CSTValidationError, ValueError, TypeError, IndexError, OverflowError) as error:
        raise SyntaxProblem(f"refused by the parser ({type(error).__name__})", 1) from None


def _error_line(text: str) -> int | None:
    """Where the running Python sees the error: libcst names the place behind the token it could not take, which can be a line too far."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        return error.lineno
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


_SAYS = re.compile(r"\bName\(id='(\w+)'")  # a name in what a statement is printed as


class Lowering:
    """One walk over one file."""

    def __init__(self, cursor: Cursor, path: str, dispatch: dict[str, list[Callable[[Any, Here], Any]]], facts: list[Any]) -> None:
        self.cursor = cursor
        self.path = path
        self.symbol: list[str] = []
        self.called: set[str] = set()
        self.dispatch = dispatch
        self.facts = facts
        if dispatch:
            self.expr = self._told_expr  # type: ignore[method-assign]  # without visitors the walk pays nothing for them

    # ------------------------------------------------------------ visitors
    def tell(self, node: cst.CSTNode) -> None:
        """Hands a node to the visitors that asked for its type."""
        for visit in self.dispatch.get(type(node).__name__, ()):
            self.facts.extend(visit(node, Here(self.path, ".".join(self.symbol), self.cursor.start())) or ())

    def _told_expr(self, node: Any) -> ir.Expr:
        self.tell(node)
        return EXPRESSIONS.get(type(node), other)(self, node)

    # ------------------------------------------------------------ entry points
    def module(self, tree: cst.Module) -> ir.Module:
        return ir.Module(_decorated(self.block(tree.body)))

    def expr(self, node: Any) -> ir.Expr:
        return EXPRESSIONS.get(type(node), other)(self, node)

    def maybe(self, node: Any) -> ir.Expr | None:
        return None if node is None else self.expr(node)

    def block(self, statements: Sequence[Any]) -> tuple[ir.Stmt, ...]:
        out: list[ir.Stmt] = []
        for statement in statements:
            if type(statement) is cst.SimpleStatementLine:
                self.small(statement.body, out)
            else:
                if self.dispatch:
                    self.tell(statement)
                out.append(STATEMENTS[type(statement)](self, statement))
        return tuple(out)

    def suite(self, body: Any) -> tuple[ir.Stmt, ...]:
        if type(body) is cst.IndentedBlock:
            return self.block(body.body)
        out: list[ir.Stmt] = []
        self.small(body.body, out)
        return tuple(out)

    def small(self, statements: Sequence[Any], out: list[ir.Stmt]) -> None:
        for statement in statements:
            if self.dispatch:
                self.tell(statement)
            lowered = STATEMENTS[type(statement)](self, statement)
            if lowered is not None:
                out.append(lowered)


def _decorated(body: tuple[ir.Stmt, ...]) -> tuple[ir.Stmt, ...]:
    """`show = login_required(show)` below `def show`, as before Python 2.4 and in libraries until today: the same as a decorator above it. A function
    that is handed on before it is wrapped, `app.add_url_rule("/x", view_func=show)`, was handed on bare."""
    if not any(_wraps(statement) for statement in body):
        return body
    out: list[ir.Stmt] = []
    functions: dict[str, int] = {}  # those that nothing has been said of since
    for statement in body:
        wrapped = _wraps(statement)
        if wrapped is not None and (place := functions.get(wrapped[0])) is not None:
            function: Any = out[place]
            out[place] = msgspec.structs.replace(function, decorators=(*wrapped[1], *function.decorators))
            continue
        if isinstance(statement, ir.Function):
            functions[statement.name] = len(out)
        elif functions and not isinstance(statement, ir.Class):
            for name in _SAYS.findall(repr(statement)):
                functions.pop(name, None)
        out.append(statement)
    return tuple(out)


def _wraps(statement: ir.Stmt) -> tuple[str, tuple[ir.Expr, ...]] | None:
    """The name that is given what calls make of it alone, and what is called: `show = csrf_exempt(login_required(show))`."""
    if not (isinstance(statement, ir.Assign) and len(statement.targets) == 1 and isinstance(target := statement.targets[0], ir.Name)):
        return None
    called: list[ir.Expr] = []
    made = statement.value
    while isinstance(made, ir.Call) and len(made.args) == 1 and not made.kwargs:
        called.append(made.func)
        made = made.args[0]
    return (target.id, tuple(called)) if called and isinstance(made, ir.Name) and made.id == target.id else None
