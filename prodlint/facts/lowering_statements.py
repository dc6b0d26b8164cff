"""The other half of the lowering: statements, functions, classes, patterns.

Knows: libcst's statement nodes, and how a function's body is packed away (`ir.Function.body`). Does not know: expressions
(`lowering.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import libcst as cst
import msgspec

from prodlint import ir
from prodlint.facts.lowering_expressions import parameters
from prodlint.facts.lowering_operators import OPERATORS

if TYPE_CHECKING:
    from prodlint.facts.lowering import Lowering

_encode = msgspec.msgpack.Encoder().encode


def _expression(low: Lowering, node: cst.Expr) -> ir.Stmt | None:
    value = low.expr(node.value)
    if type(value) is ir.Const:
        return None  # a docstring or `...`: says nothing that runs
    return ir.ExprStmt(value, _at(value))


_at = ir.start_of


def _assign(low: Lowering, node: cst.Assign) -> ir.Stmt:
    targets = tuple(low.expr(target.target) for target in node.targets)
    return ir.Assign(targets, low.expr(node.value), _at(targets[0]))


def _ann_assign(low: Lowering, node: cst.AnnAssign) -> ir.Stmt:
    target = low.expr(node.target)
    annotation = low.expr(node.annotation.annotation)
    return ir.Assign((target,), low.maybe(node.value), _at(target), annotation)


def _aug_assign(low: Lowering, node: cst.AugAssign) -> ir.Stmt:
    target = low.expr(node.target)
    return ir.AugAssign(target, OPERATORS[type(node.operator)], low.expr(node.value), _at(target))


def _return(low: Lowering, node: cst.Return) -> ir.Stmt:
    at = low.cursor.keyword("return")
    return ir.Return(low.maybe(node.value), at)


def _raise(low: Lowering, node: cst.Raise) -> ir.Stmt:
    at = low.cursor.keyword("raise")
    exc = low.maybe(node.exc)
    return ir.Raise(exc, low.expr(node.cause.item) if node.cause is not None else None, at)


def _if(low: Lowering, node: cst.If) -> ir.Stmt:
    at = low.cursor.keyword("if")
    test = low.expr(node.test)
    body = low.suite(node.body)
    return ir.If(test, body, _orelse(low, node.orelse), at)


def _orelse(low: Lowering, orelse: Any) -> tuple[ir.Stmt, ...]:
    if orelse is None:
        return ()
    if type(orelse) is cst.If:
        if low.dispatch:
            low.tell(orelse)
        return (_if(low, orelse),)
    return low.suite(orelse.body)


def _for(low: Lowering, node: cst.For) -> ir.Stmt:
    at = low.cursor.keyword("for")
    target = low.expr(node.target)
    source = low.expr(node.iter)
    body = low.suite(node.body)
    return ir.For(target, source, body, _orelse(low, node.orelse), node.asynchronous is not None, at)


def _while(low: Lowering, node: cst.While) -> ir.Stmt:
    at = low.cursor.keyword("while")
    test = low.expr(node.test)
    body = low.suite(node.body)
    return ir.While(test, body, _orelse(low, node.orelse), at)


def _with(low: Lowering, node: cst.With) -> ir.Stmt:
    at = low.cursor.keyword("with")
    items = []
    for item in node.items:
        if low.dispatch:
            low.tell(item)
        value = low.expr(item.item)
        items.append((value, low.expr(item.asname.name) if item.asname is not None else None))
    return ir.With(tuple(items), low.suite(node.body), node.asynchronous is not None, at)


def _try(low: Lowering, node: Any) -> ir.Stmt:
    at = low.cursor.keyword("try")
    body = low.suite(node.body)
    handlers = []
    for handler in node.handlers:
        place = low.cursor.keyword("except")
        if low.dispatch:
            low.tell(handler)
        kind = low.maybe(handler.type)
        name = None
        if handler.name is not None:
            name = handler.name.name.value
            low.cursor.leaf(name)
        handlers.append(ir.Handler(kind, name, low.suite(handler.body), place))
    orelse = _orelse(low, node.orelse)
    final = low.suite(node.finalbody.body) if node.finalbody is not None else ()
    return ir.Try(body, tuple(handlers), orelse, final, at)


def _match(low: Lowering, node: cst.Match) -> ir.Stmt:
    at = low.cursor.keyword("match")
    subject = low.expr(node.subject)
    cases = []
    for case in node.cases:
        low.cursor.keyword("case")
        pattern = _pattern(low, case.pattern)
        guard = low.maybe(case.guard)
        cases.append(ir.Case(pattern, guard, low.suite(case.body)))
    return ir.Match(subject, tuple(cases), at)


def _pattern(low: Lowering, node: Any) -> ir.Expr:
    """A pattern as the expression it looks like: values and class names are read, captures are Names."""
    if isinstance(node, (cst.MatchValue, cst.MatchSingleton)):
        return low.expr(node.value)
    at = low.cursor.start()
    if isinstance(node, cst.MatchClass):
        func = low.expr(node.cls)
        args = tuple(_pattern(low, item.value) for item in node.patterns)
        kwargs = tuple(ir.Keyword(item.key.value, *_keyed(low, item)) for item in node.kwds)
        return ir.Call(func, args, kwargs, at, low.cursor.close())
    if isinstance(node, cst.MatchAs):
        inner = _pattern(low, node.pattern) if node.pattern is not None else None
        if node.name is None:
            return inner or ir.Name("_", low.cursor.leaf("_"))
        name = ir.Name(node.name.value, low.cursor.leaf(node.name.value))
        return name if inner is None else ir.Other("MatchAs", (inner, name), at)
    parts = []
    for child in node.children:
        if isinstance(child, (cst.MatchSequenceElement, cst.MatchOrElement)):
            parts.append(_pattern(low, child.value if isinstance(child, cst.MatchSequenceElement) else child.pattern))
        elif isinstance(child, cst.MatchMappingElement):
            parts.append(low.expr(child.key))
            parts.append(_pattern(low, child.pattern))
        elif isinstance(child, (cst.MatchStar, cst.Name)):
            name = child.name if isinstance(child, cst.MatchStar) else child
            if name is not None:
                parts.append(ir.Name(name.value, low.cursor.leaf(name.value)))
    return ir.Other(type(node).__name__, tuple(parts), at)


def _keyed(low: Lowering, item: Any) -> tuple[ir.Expr, int]:
    at = low.cursor.leaf(item.key.value)
    return _pattern(low, item.pattern), at


def _dotted(node: Any) -> str:
    if node is None:
        return ""
    if type(node) is cst.Name:
        return node.value
    return f"{_dotted(node.value)}.{node.attr.value}"


def _import(low: Lowering, node: Any) -> ir.Stmt:
    at = low.cursor.keyword("import")
    bindings = []
    for alias in node.names:
        if low.dispatch:
            low.tell(alias)
        full = _dotted(alias.name)
        _past(low, full)
        if alias.asname is not None:
            name = alias.asname.name.value
            low.cursor.leaf(name)
            bindings.append(ir.Binding(name, full, 0, full))
        else:
            first = full.split(".", 1)[0]
            bindings.append(ir.Binding(first, first, 0, full))
    return ir.Import(tuple(bindings), at)


def _past(low: Lowering, dotted: str) -> None:
    for part in dotted.split("."):
        if part:
            low.cursor.leaf(part)


def _import_from(low: Lowering, node: Any) -> ir.Stmt:
    at = low.cursor.keyword("from")
    level = len(node.relative)
    module = _dotted(node.module)
    _past(low, module)
    if isinstance(node.names, cst.ImportStar):
        return ir.Import((ir.Binding("*", module, level),), at)
    bindings = []
    for alias in node.names:
        if low.dispatch:
            low.tell(alias)
        name = alias.name.value
        low.cursor.leaf(name)
        local = name
        if alias.asname is not None:
            local = alias.asname.name.value
            low.cursor.leaf(local)
        bindings.append(ir.Binding(local, f"{module}.{name}" if module else name, level))
    return ir.Import(tuple(bindings), at)


def _simple(kind: str) -> Callable[[Lowering, Any], ir.Stmt]:
    def lower(low: Lowering, node: Any) -> ir.Stmt:
        at = low.cursor.keyword(kind)
        names = tuple(item.name.value for item in getattr(node, "names", ()))
        for name in names:
            low.cursor.leaf(name)
        return ir.Simple(kind, names, at)

    return lower


def _del(low: Lowering, node: cst.Del) -> ir.Stmt:
    at = low.cursor.keyword("del")
    target = low.expr(node.target)
    return ir.Del(target.items if type(target) is ir.Seq else (target,), at)


def _assert(low: Lowering, node: cst.Assert) -> ir.Stmt:
    at = low.cursor.keyword("assert")
    test = low.expr(node.test)
    return ir.Assert(test, low.maybe(node.msg), at)


def _type_alias(low: Lowering, node: cst.TypeAlias) -> ir.Stmt:
    low.cursor.keyword("type")
    target = low.expr(node.name)
    _type_parameters(low, node.type_parameters)
    return ir.Assign((target,), low.expr(node.value), _at(target))


def _type_parameters(low: Lowering, parameters: Any) -> None:
    if parameters is None:
        return
    for parameter in parameters.params:
        low.cursor.leaf(parameter.param.name.value)
        low.maybe(getattr(parameter.param, "bound", None))
        low.maybe(parameter.default)
    low.cursor.close()


def _decorators(low: Lowering, nodes: Any) -> tuple[ir.Expr, ...]:
    out = []
    for node in nodes:
        if low.dispatch:
            low.tell(node)
        out.append(low.expr(node.decorator))
    return tuple(out)


def _function(low: Lowering, node: cst.FunctionDef) -> ir.Stmt:
    decorators = _decorators(low, node.decorators)
    at = low.cursor.keyword("def")
    name = node.name.value
    low.cursor.leaf(name)
    _type_parameters(low, node.type_parameters)
    low.cursor.open()
    low.cursor.step()
    params = parameters(low, node.params)
    low.cursor.close()
    returns = low.expr(node.returns.annotation) if node.returns is not None else None
    outer, low.called = low.called, set()
    low.symbol.append(name)
    body = low.suite(node.body)
    low.symbol.pop()
    called, low.called = low.called, outer
    outer |= called
    called.discard("")
    end = low.cursor.here()
    packed = msgspec.Raw(_encode(body))
    return ir.Function(name, params, decorators, returns, node.asynchronous is not None, at, end, tuple(sorted(called)), packed)


def _class(low: Lowering, node: cst.ClassDef) -> ir.Stmt:
    decorators = _decorators(low, node.decorators)
    at = low.cursor.keyword("class")
    name = node.name.value
    low.cursor.leaf(name)
    _type_parameters(low, node.type_parameters)
    bases, keywords = [], []
    for arg in node.bases:
        value = low.expr(arg.value)
        bases.append(ir.Star(value) if arg.star else value)
    for arg in node.keywords:
        if arg.keyword is None:
            value = low.expr(arg.value)
            keywords.append(ir.Keyword("", value, _at(value)))
        else:
            place = low.cursor.leaf(arg.keyword.value)
            keywords.append(ir.Keyword(arg.keyword.value, low.expr(arg.value), place))
    low.symbol.append(name)
    body = low.suite(node.body)
    low.symbol.pop()
    return ir.Class(name, tuple(bases), tuple(keywords), decorators, body, at, low.cursor.here())


TABLE: dict[type, Callable[[Lowering, Any], Any]] = {
    cst.Expr: _expression, cst.Assign: _assign, cst.AnnAssign: _ann_assign, cst.AugAssign: _aug_assign, cst.Return: _return,
    cst.Raise: _raise, cst.If: _if, cst.For: _for, cst.While: _while, cst.With: _with, cst.Try: _try, cst.TryStar: _try,
    cst.Match: _match, cst.Import: _import, cst.ImportFrom: _import_from, cst.Pass: _simple("pass"), cst.Break: _simple("break"),
    cst.Continue: _simple("continue"), cst.Global: _simple("global"), cst.Nonlocal: _simple("nonlocal"), cst.Del: _del,
    cst.Assert: _assert, cst.TypeAlias: _type_alias, cst.FunctionDef: _function, cst.ClassDef: _class,
    cst.LazyImport: _import, cst.LazyImportFrom: _import_from,
}  # fmt: skip
