"""The nouns of names: a module, something it defines, the scope an expression stands in.

Knows: their shape, and which names a body binds. Does not know: what an import or an attribute means (`modules.py`, `classes.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from prodlint import ir
from prodlint.names.memos import Memo

DEPTH = 24  # how many names may be followed for one answer; longer chains in practice are cycles


@dataclass(eq=False, slots=True)
class Module:
    """One Python file: its path, its dotted name, and the names its top level binds."""

    path: str
    dotted: str
    is_package: bool
    body: tuple[ir.Stmt, ...]
    symbols: dict[str, Definition] = field(default_factory=dict)
    stars: list[ir.Binding] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<module {self.path}>"


@dataclass(eq=False, slots=True)
class Definition:
    """Something this project defines. kind: "module", "function", "class", "value" or "import"; `owner` is the class or function
    it stands in (None at the top level)."""

    kind: str
    name: str
    module: Module
    node: object
    owner: Definition | None = None
    again: list[object] = field(default_factory=list)  # further assignments to the same name, in source order

    @property
    def qualname(self) -> str:
        """ "Class.method" as Python's __qualname__ has it, with the functions around it."""
        return self.name if self.owner is None else f"{self.owner.qualname}.{self.name}"

    @property
    def dotted(self) -> str:
        if self.kind == "module":
            return self.module.dotted
        return f"{self.module.dotted}.{self.qualname}" if self.module.dotted else self.qualname

    @property
    def at(self) -> int:
        """Packed position of the definition."""
        return getattr(self.node, "at", 1 << 12 | 1)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.dotted}>"


Ref = Definition | str


@dataclass(eq=False, slots=True)
class Scope:
    """Where an expression stands: the module, and in a function its definition and local names."""

    module: Module
    function: Definition | None = None
    cls: Definition | None = None
    parent: Scope | None = None
    symbols: dict[str, Definition] = field(default_factory=dict)
    known: Memo[str, Ref | None] = field(default_factory=dict)  # what `Names.lookup` found from here


def is_static(function: ir.Function) -> bool:
    """Does a method take no self?"""
    return any(isinstance(decorator, ir.Name) and decorator.id == "staticmethod" for decorator in function.decorators)


def statements(body: Iterable[ir.Stmt]) -> Iterator[ir.Stmt]:
    """Every statement of a body and of the blocks in it, in source order; nested functions and classes are not entered."""
    for statement in body:
        yield statement
        for block in blocks_of(statement):
            yield from statements(block)


def blocks_of(statement: ir.Stmt) -> tuple[tuple[ir.Stmt, ...], ...]:
    """The blocks a compound statement has."""
    if isinstance(statement, ir.If | ir.For | ir.While):
        return (statement.body, statement.orelse)
    if isinstance(statement, ir.With):
        return (statement.body,)
    if isinstance(statement, ir.Try):
        return (statement.body, *(handler.body for handler in statement.handlers), statement.orelse, statement.final)
    if isinstance(statement, ir.Match):
        return tuple(case.body for case in statement.cases)
    return ()


def collect(body: Iterable[ir.Stmt], module: Module, owner: Definition | None, symbols: dict[str, Definition], stars: list[ir.Binding]) -> None:
    """Adds the names that a body binds to `symbols`; later bindings of a name are kept in `again`, but for a class or a plain function of a module
    that is written once more: the last one is what everybody gets, and the one before is kept."""
    body = tuple(body)
    top = frozenset(map(id, body)) if owner is None else frozenset[int]()

    def bind(kind: str, name: str, node: object) -> None:
        known = symbols.get(name)
        if known is None:
            symbols[name] = Definition(kind, name, module, node, owner)
        elif node is not known.node:
            if known.kind == kind and _replaceable(known.node, top) and _replaceable(node, top):
                node, known.node = known.node, node
            known.again.append(node)

    def target(expr: ir.Expr, node: object) -> None:
        if isinstance(expr, ir.Name):
            bind("value", expr.id, node)
        elif isinstance(expr, ir.Seq):
            for item in expr.items:
                target(item.value if isinstance(item, ir.Star) else item, None)

    for statement in statements(body):
        if isinstance(statement, ir.Import):
            for binding in statement.bindings:
                if binding.name == "*":
                    if binding not in stars:
                        stars.append(binding)
                else:
                    bind("import", binding.name, binding)
        elif isinstance(statement, ir.Function):
            bind("function", statement.name, statement)
        elif isinstance(statement, ir.Class):
            bind("class", statement.name, statement)
        elif isinstance(statement, ir.Assign):
            for place in statement.targets:
                target(place, statement)
        elif isinstance(statement, ir.With):
            for value, place in statement.items:
                if place is not None:
                    target(place, value)
        elif isinstance(statement, ir.For):
            target(statement.target, None)


def _replaceable(node: object, top: frozenset[int]) -> bool:
    """Is a definition made whenever the module is loaded, and kept nowhere else? A decorator may have kept the one before (`@app.route`)."""
    return id(node) in top and (isinstance(node, ir.Class) or (isinstance(node, ir.Function) and not node.decorators))
