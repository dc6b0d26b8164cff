"""Lowers expressions that are no literals and no operators: names, calls, subscripts, displays, comprehensions, lambdas; parameters.

Knows: each libcst node's children and the order in which the source has them. Does not know: statements (`lowering_statements.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import libcst as cst

from prodlint import ir
from prodlint.facts import lowering_literals, lowering_operators
from prodlint.facts.lowering_literals import closed
from prodlint.ir import start_of

if TYPE_CHECKING:
    from prodlint.facts.lowering import Lowering


def _name(low: Lowering, node: cst.Name) -> ir.Expr:
    value = node.value
    at = low.cursor.leaf(value)
    if node.rpar:
        closed(low, node)
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
        closed(low, node)
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
        closed(low, node)
    return ir.Call(func, tuple(args), tuple(kwargs), opened or start_of(func), end)


def _subscript(low: Lowering, node: cst.Subscript) -> ir.Expr:
    opened = low.cursor.open() if node.value.lpar else 0
    base = low.expr(node.value)
    low.cursor.open()
    low.cursor.step()
    items = tuple(_subscript_item(low, element.slice) for element in node.slice)
    end = low.cursor.close()
    if node.rpar:
        closed(low, node)
    index = items[0] if len(items) == 1 else ir.Seq("tuple", items, start_of(items[0]) if items else end, end)
    return ir.Sub(base, index, opened or start_of(base), end)


def _subscript_item(low: Lowering, item: Any) -> ir.Expr:
    if type(item) is cst.Index:
        value = low.expr(item.value)
        return ir.Star(value) if item.star else value
    lower, upper = low.maybe(item.lower), low.maybe(item.upper)
    low.maybe(item.step)
    return ir.Slice(lower, upper)


def _if_expression(low: Lowering, node: cst.IfExp) -> ir.Expr:
    body = low.expr(node.body)
    test = low.expr(node.test)
    orelse = low.expr(node.orelse)
    if node.rpar:
        closed(low, node)
    return ir.IfExp(test, body, orelse)


def _elements(low: Lowering, elements: Sequence[Any]) -> tuple[ir.Expr, ...]:
    return tuple(ir.Star(low.expr(element.value)) if type(element) is cst.StarredElement else low.expr(element.value) for element in elements)


def _tuple(low: Lowering, node: cst.Tuple) -> ir.Expr:
    at = low.cursor.start()
    _skip_parens(low, node)  # they are not those of its first element: `(*(a or {}).values(), 1)`
    items = _elements(low, node.elements)
    closed(low, node)
    return ir.Seq("tuple", items, at, low.cursor.here())


def _bracketed(kind: str) -> Callable[[Lowering, Any], ir.Expr]:
    def lower(low: Lowering, node: Any) -> ir.Expr:
        at = low.cursor.open()
        low.cursor.step()
        items = _elements(low, node.elements)
        end = low.cursor.close()
        if node.rpar:
            closed(low, node)
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
        closed(low, node)
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
            closed(low, node)
        return ir.Comp(kind, elt, tuple(fors), at, end)

    return lower


def _lambda(low: Lowering, node: cst.Lambda) -> ir.Expr:
    at = low.cursor.keyword("lambda")
    params = parameters(low, node.params)
    body = low.expr(node.body)
    if node.rpar:
        closed(low, node)
    return ir.Lambda(params, body, at)


def _await(low: Lowering, node: cst.Await) -> ir.Expr:
    at = low.cursor.keyword("await")
    value = low.expr(node.expression)
    if node.rpar:
        closed(low, node)
    return ir.Await(value, at)


def _yield(low: Lowering, node: cst.Yield) -> ir.Expr:
    at = low.cursor.keyword("yield")
    delegates = type(node.value) is cst.From
    value = low.maybe(node.value.item if delegates else node.value)  # type: ignore[union-attr]
    if node.rpar:
        closed(low, node)
    return ir.Yield(value, delegates, at)


def _walrus(low: Lowering, node: cst.NamedExpr) -> ir.Expr:
    target = low.expr(node.target)
    value = low.expr(node.value)
    if node.rpar:
        closed(low, node)
    return ir.Walrus(target, value) if type(target) is ir.Name else value


def other(low: Lowering, node: Any) -> ir.Expr:
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


TABLE: dict[type, Callable[[Lowering, Any], ir.Expr]] = {
    **lowering_literals.TABLE, **lowering_operators.TABLE,
    cst.Name: _name, cst.Attribute: _attribute, cst.Call: _call, cst.Subscript: _subscript, cst.IfExp: _if_expression, cst.Tuple: _tuple,
    cst.List: _bracketed("list"), cst.Set: _bracketed("set"), cst.Dict: _dict, cst.ListComp: _comprehension("list"),
    cst.SetComp: _comprehension("set"), cst.GeneratorExp: _comprehension("gen"), cst.DictComp: _comprehension("dict"), cst.Lambda: _lambda,
    cst.Await: _await, cst.Yield: _yield, cst.NamedExpr: _walrus,
}  # fmt: skip
