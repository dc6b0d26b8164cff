"""Lowers a libcst tree to `ir`, node type by node type, in source order.

Knows: each libcst node's children and the order in which the source has them. Does not know: why anybody walks.

Every function here moves the cursor past exactly what its node is written as; that order is the contract with `Cursor`, and
`tests/facts/test_positions.py` holds it against the standard library's own positions on real code.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from prodlint import ir
from prodlint.facts.cursor import Cursor
from prodlint.facts.python import Here
from prodlint.ir import start_of


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
        return _EXPR.get(type(node), _other)(self, node)

    # ------------------------------------------------------------ entry points
    def module(self, tree: cst.Module) -> ir.Module:
        return ir.Module(self.block(tree.body))

    def expr(self, node: Any) -> ir.Expr:
        return _EXPR.get(type(node), _other)(self, node)

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
                out.append(_STMT[type(statement)](self, statement))
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
            lowered = _STMT[type(statement)](self, statement)
            if lowered is not None:
                out.append(lowered)


def _closed(low: Lowering, node: Any, end: int) -> int:
    """The end of a node, after its own closing parentheses."""
    for _ in node.rpar:
        low.cursor.close()
    return end


# ---------------------------------------------------------------- expressions
def _name(low: Lowering, node: cst.Name) -> ir.Expr:
    value = node.value
    at = low.cursor.leaf(value)
    if node.rpar:
        _closed(low, node, 0)
    if value in _SINGLETONS:
        return ir.Const(_SINGLETONS[value], at, at + len(value))
    return ir.Name(value, at)


_SINGLETONS = {"True": True, "False": False, "None": None}


def _attribute(low: Lowering, node: cst.Attribute) -> ir.Expr:
    opened = low.cursor.open() if node.value.lpar else 0
    base = low.expr(node.value)
    name = node.attr.value
    end = low.cursor.leaf(name) + len(name)
    if node.rpar:
        _closed(low, node, 0)
    return ir.Attr(base, name, opened or start_of(base), end)


def _call(low: Lowering, node: cst.Call) -> ir.Expr:
    opened = low.cursor.open() if node.func.lpar else 0
    func = low.expr(node.func)
    low.called.add(func.name if type(func) is ir.Attr else func.id if type(func) is ir.Name else "")
    args: list[ir.Expr] = []
    kwargs: list[ir.Keyword] = []
    low.cursor.open()
    low.cursor.step()
    for arg in node.args:
        if low.dispatch:
            low.tell(arg)
        if arg.keyword is not None:
            at = low.cursor.leaf(arg.keyword.value)
            kwargs.append(ir.Keyword(arg.keyword.value, low.expr(arg.value), at))
        elif arg.star == "**":
            value = low.expr(arg.value)
            kwargs.append(ir.Keyword("", value, start_of(value)))
        elif arg.star:
            args.append(ir.Star(low.expr(arg.value)))
        else:
            args.append(low.expr(arg.value))
    end = low.cursor.close()
    if node.rpar:
        _closed(low, node, 0)
    return ir.Call(func, tuple(args), tuple(kwargs), opened or start_of(func), end)


def _string(low: Lowering, node: cst.SimpleString) -> ir.Expr:
    raw = node.value
    at = low.cursor.leaf(raw)
    end = low.cursor.here()
    if node.rpar:
        _closed(low, node, 0)
    first = raw[0]
    if first in "'\"" and "\\" not in raw:
        return ir.Const(raw[3:-3] if raw[:3] in ('"""', "'''") else raw[1:-1], at, end)
    try:
        value = node.evaluated_value
    except (ValueError, SyntaxError):
        value = raw
    if isinstance(value, bytes):
        return ir.Const(value.decode("latin-1"), at, end, "bytes")
    return ir.Const(_without_surrogates(value), at, end)


def _without_surrogates(value: str) -> str:
    """A lone surrogate (legal in a literal) cannot be encoded into the cache."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _concatenated(low: Lowering, node: cst.ConcatenatedString) -> ir.Expr:
    parts: list[ir.Expr] = []
    current: Any = node
    while type(current) is cst.ConcatenatedString:
        parts.append(low.expr(current.left))
        current = current.right
    parts.append(low.expr(current))
    flat: list[ir.Expr] = []
    for part in parts:
        flat.extend(part.parts if type(part) is ir.Fstr else (part,))
    end = low.cursor.here()
    if node.rpar:
        _closed(low, node, 0)
    if all(type(part) is ir.Const and isinstance(part.value, str) for part in flat):
        return ir.Const("".join(part.value for part in flat), start_of(parts[0]), end, flat[0].kind)  # type: ignore[misc, union-attr]
    return ir.Fstr(tuple(flat), start_of(parts[0]), end)


def _formatted(low: Lowering, node: Any) -> ir.Expr:
    cursor = low.cursor
    at = cursor.leaf(node.start)
    parts = _formatted_parts(low, node.parts)
    cursor.raw(node.end)
    end = cursor.here()
    if node.rpar:
        _closed(low, node, 0)
    return ir.Fstr(tuple(parts), at, end)


def _formatted_parts(low: Lowering, nodes: Sequence[Any]) -> list[ir.Expr]:
    cursor = low.cursor
    parts: list[ir.Expr] = []
    for part in nodes:
        if type(part) in (cst.FormattedStringText, cst.TemplatedStringText):
            at = cursor.raw(part.value)
            parts.append(ir.Const(_without_surrogates(part.value), at, cursor.here()))
            continue
        cursor.raw("{")
        parts.append(low.expr(part.expression))
        if part.format_spec:
            cursor.raw(":")
            parts.extend(spec for spec in _formatted_parts(low, part.format_spec) if type(spec) is not ir.Const)
        cursor.raw("}")
    return parts


def _integer(low: Lowering, node: Any) -> ir.Expr:
    at = low.cursor.leaf(node.value)
    if node.rpar:
        _closed(low, node, 0)
    try:
        value: Any = node.evaluated_value
    except (ValueError, SyntaxError):
        value = node.value
    end = at + len(node.value)
    if isinstance(value, complex):
        return ir.Const(node.value, at, end, "complex")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return ir.Const(float(value) if value < 2**1000 else node.value, at, end)
    return ir.Const(value, at, end)


def _ellipsis(low: Lowering, node: cst.Ellipsis) -> ir.Expr:
    at = low.cursor.keyword("...")
    if node.rpar:
        _closed(low, node, 0)
    return ir.Const(None, at, at + 3, "...")


def _subscript(low: Lowering, node: cst.Subscript) -> ir.Expr:
    opened = low.cursor.open() if node.value.lpar else 0
    base = low.expr(node.value)
    low.cursor.open()
    low.cursor.step()
    items = tuple(_subscript_item(low, element.slice) for element in node.slice)
    end = low.cursor.close()
    if node.rpar:
        _closed(low, node, 0)
    index = items[0] if len(items) == 1 else ir.Seq("tuple", items, start_of(items[0]) if items else end, end)
    return ir.Sub(base, index, opened or start_of(base), end)


def _subscript_item(low: Lowering, item: Any) -> ir.Expr:
    if type(item) is cst.Index:
        value = low.expr(item.value)
        return ir.Star(value) if item.star else value
    lower, upper = low.maybe(item.lower), low.maybe(item.upper)
    low.maybe(item.step)
    return ir.Slice(lower, upper)


_OPERATORS = {
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.Modulo: "%", cst.FloorDivide: "//", cst.Power: "**",
    cst.BitAnd: "&", cst.BitOr: "|", cst.BitXor: "^", cst.LeftShift: "<<", cst.RightShift: ">>", cst.MatrixMultiply: "@",
    cst.Not: "not", cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~", cst.And: "and", cst.Or: "or",
    cst.Equal: "==", cst.NotEqual: "!=", cst.LessThan: "<", cst.LessThanEqual: "<=", cst.GreaterThan: ">", cst.GreaterThanEqual: ">=",
    cst.In: "in", cst.NotIn: "not in", cst.Is: "is", cst.IsNot: "is not",
    cst.AddAssign: "+", cst.SubtractAssign: "-", cst.MultiplyAssign: "*", cst.DivideAssign: "/", cst.ModuloAssign: "%",
    cst.FloorDivideAssign: "//", cst.PowerAssign: "**", cst.BitAndAssign: "&", cst.BitOrAssign: "|", cst.BitXorAssign: "^",
    cst.LeftShiftAssign: "<<", cst.RightShiftAssign: ">>", cst.MatrixMultiplyAssign: "@",
}  # fmt: skip


def _binary(low: Lowering, node: cst.BinaryOperation) -> ir.Expr:
    chain: list[Any] = []  # a + b + c leans left, and long ones would exhaust the stack
    current: Any = node
    while type(current) is cst.BinaryOperation:
        chain.append(current)
        current = current.left
    left = low.expr(current)
    for operation in reversed(chain):
        left = ir.Bin(_OPERATORS[type(operation.operator)], left, low.expr(operation.right))
        if operation.rpar:
            _closed(low, operation, 0)
    return left


def _boolean(low: Lowering, node: cst.BooleanOperation) -> ir.Expr:
    chain: list[Any] = []
    current: Any = node
    while type(current) is cst.BooleanOperation:
        chain.append(current)
        current = current.left
    left = low.expr(current)
    for operation in reversed(chain):
        op = _OPERATORS[type(operation.operator)]
        right = low.expr(operation.right)
        values = left.values if type(left) is ir.Bool and left.op == op else (left,)
        left = ir.Bool(op, (*values, *(right.values if type(right) is ir.Bool and right.op == op else (right,))))
        if operation.rpar:
            _closed(low, operation, 0)
    return left


def _unary(low: Lowering, node: cst.UnaryOperation) -> ir.Expr:
    at = low.cursor.start()
    value = low.expr(node.expression)
    if node.rpar:
        _closed(low, node, 0)
    op = _OPERATORS[type(node.operator)]
    if op == "-" and type(value) is ir.Const and type(value.value) in (int, float):
        return ir.Const(-value.value, value.at, value.end)  # type: ignore[operator]
    return ir.Unary(op, value, at)


def _comparison(low: Lowering, node: cst.Comparison) -> ir.Expr:
    left = low.expr(node.left)
    ops, rights = [], []
    for target in node.comparisons:
        ops.append(_OPERATORS[type(target.operator)])
        rights.append(low.expr(target.comparator))
    if node.rpar:
        _closed(low, node, 0)
    return ir.Cmp(left, tuple(ops), tuple(rights))


def _if_expression(low: Lowering, node: cst.IfExp) -> ir.Expr:
    body = low.expr(node.body)
    test = low.expr(node.test)
    orelse = low.expr(node.orelse)
    if node.rpar:
        _closed(low, node, 0)
    return ir.IfExp(test, body, orelse)


def _elements(low: Lowering, elements: Sequence[Any]) -> tuple[ir.Expr, ...]:
    return tuple(ir.Star(low.expr(element.value)) if type(element) is cst.StarredElement else low.expr(element.value) for element in elements)


def _tuple(low: Lowering, node: cst.Tuple) -> ir.Expr:
    at = low.cursor.start()
    items = _elements(low, node.elements)
    for _ in node.rpar:
        low.cursor.close()
    return ir.Seq("tuple", items, at, low.cursor.here())


def _bracketed(kind: str) -> Callable[[Lowering, Any], ir.Expr]:
    def lower(low: Lowering, node: Any) -> ir.Expr:
        at = low.cursor.open()
        low.cursor.step()
        items = _elements(low, node.elements)
        end = low.cursor.close()
        if node.rpar:
            _closed(low, node, 0)
        return ir.Seq(kind, items, at, end)

    return lower


def _skip_parens(low: Lowering, node: Any) -> None:
    for _ in node.lpar:
        low.cursor.open()
        low.cursor.step()


def _dict(low: Lowering, node: cst.Dict) -> ir.Expr:
    _skip_parens(low, node)
    at = low.cursor.open()
    low.cursor.step()
    items: list[tuple[ir.Expr | None, ir.Expr]] = []
    for element in node.elements:
        key = low.expr(element.key) if type(element) is cst.DictElement else None
        items.append((key, low.expr(element.value)))
    end = low.cursor.close()
    if node.rpar:
        _closed(low, node, 0)
    return ir.Map(tuple(items), at, end)


def _comprehension(kind: str) -> Callable[[Lowering, Any], ir.Expr]:
    def lower(low: Lowering, node: Any) -> ir.Expr:
        if kind == "gen":
            at = low.cursor.start()
        else:
            _skip_parens(low, node)
            at = low.cursor.open()
            low.cursor.step()
        if kind == "dict":
            key = low.expr(node.key) if hasattr(node, "key") else None
            value = low.expr(node.value)
            elt: ir.Expr = ir.Seq("tuple", (key, value) if key is not None else (value,), at, at)
        else:
            elt = low.expr(node.elt)
        fors = []
        clause = node.for_in
        while clause is not None:
            target, source = low.expr(clause.target), low.expr(clause.iter)
            fors.append(ir.For_(target, source, tuple(low.expr(condition.test) for condition in clause.ifs)))
            clause = clause.inner_for_in
        end = low.cursor.here() if kind == "gen" else low.cursor.close()
        if node.rpar:
            _closed(low, node, 0)
        return ir.Comp(kind, elt, tuple(fors), at, end)

    return lower


def _lambda(low: Lowering, node: cst.Lambda) -> ir.Expr:
    at = low.cursor.keyword("lambda")
    params = parameters(low, node.params)
    body = low.expr(node.body)
    if node.rpar:
        _closed(low, node, 0)
    return ir.Lambda(params, body, at)


def _await(low: Lowering, node: cst.Await) -> ir.Expr:
    at = low.cursor.keyword("await")
    value = low.expr(node.expression)
    if node.rpar:
        _closed(low, node, 0)
    return ir.Await(value, at)


def _yield(low: Lowering, node: cst.Yield) -> ir.Expr:
    at = low.cursor.keyword("yield")
    delegates = type(node.value) is cst.From
    value = low.maybe(node.value.item if delegates else node.value)  # type: ignore[union-attr]
    if node.rpar:
        _closed(low, node, 0)
    return ir.Yield(value, delegates, at)


def _walrus(low: Lowering, node: cst.NamedExpr) -> ir.Expr:
    target = low.expr(node.target)
    value = low.expr(node.value)
    if node.rpar:
        _closed(low, node, 0)
    return ir.Walrus(target, value) if type(target) is ir.Name else value


def _other(low: Lowering, node: Any) -> ir.Expr:
    """A node of no interest: its children, in the order libcst has them."""
    at = low.cursor.start()
    children = tuple(low.expr(child) for child in node.children if isinstance(child, cst.BaseExpression))
    for _ in getattr(node, "rpar", ()):
        low.cursor.close()
    return ir.Other(type(node).__name__, children, at)


def parameters(low: Lowering, params: cst.Parameters) -> tuple[ir.Param, ...]:
    out: list[ir.Param] = []

    def add(param: Any, kind: str) -> None:
        if low.dispatch:
            low.tell(param)
        at = low.cursor.leaf(param.name.value)
        annotation = low.expr(param.annotation.annotation) if param.annotation is not None else None
        default = low.maybe(param.default)
        out.append(ir.Param(param.name.value, annotation, default, kind, at))

    for param in params.posonly_params:
        add(param, "pos")
    for param in params.params:
        add(param, "any")
    if isinstance(params.star_arg, cst.Param):
        add(params.star_arg, "*")
    for param in params.kwonly_params:
        add(param, "kw")
    if params.star_kwarg is not None:
        add(params.star_kwarg, "**")
    return tuple(out)


_EXPR: dict[type, Callable[[Lowering, Any], ir.Expr]] = {
    cst.Name: _name, cst.Attribute: _attribute, cst.Call: _call, cst.SimpleString: _string, cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _formatted, cst.TemplatedString: _formatted, cst.Integer: _integer, cst.Float: _integer, cst.Imaginary: _integer,
    cst.Ellipsis: _ellipsis, cst.Subscript: _subscript, cst.BinaryOperation: _binary, cst.BooleanOperation: _boolean,
    cst.UnaryOperation: _unary, cst.Comparison: _comparison, cst.IfExp: _if_expression, cst.Tuple: _tuple, cst.List: _bracketed("list"),
    cst.Set: _bracketed("set"), cst.Dict: _dict, cst.ListComp: _comprehension("list"), cst.SetComp: _comprehension("set"),
    cst.GeneratorExp: _comprehension("gen"), cst.DictComp: _comprehension("dict"), cst.Lambda: _lambda, cst.Await: _await,
    cst.Yield: _yield, cst.NamedExpr: _walrus,
}  # fmt: skip

_STMT: dict[type, Callable[[Lowering, Any], Any]] = {}  # filled by lowering_statements

from prodlint.facts import lowering_statements as _statements  # noqa: E402  # the other half of one table

_STMT.update(_statements.TABLE)
