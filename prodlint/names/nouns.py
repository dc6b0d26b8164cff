"""The nouns of names: a module, something it defines, the scope an expression stands in.

Knows: their shape, and which names a body binds. Does not know: what an import or an attribute means (`modules.py`, `classes.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.names.memos import Memo

BEFORE = "'"  # behind a name: what it meant before a module took it for something else
DEPTH = 24  # how many names may be followed for one answer; longer chains in practice are cycles


class Module(msgspec.Struct, eq=False):
    """One Python file: its path, its dotted name, and the names its top level binds."""

    path: str
    dotted: str
    is_package: bool
    body: tuple[ir.Stmt, ...]
    symbols: dict[str, Definition] = msgspec.field(default_factory=dict)
    stars: list[ir.Binding] = msgspec.field(default_factory=list)

    def __repr__(self) -> str:
        return f"<module {self.path}>"


class Definition(msgspec.Struct, eq=False):
    """Something this project defines. kind: "module", "function", "class", "value" or "import"; `owner` is the class or function
    it stands in (None at the top level)."""

    kind: str
    name: str
    module: Module
    node: object
    owner: Definition | None = None
    again: list[object] = msgspec.field(default_factory=list)  # further assignments to the same name, in source order

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


class Scope(msgspec.Struct, eq=False):
    """Where an expression stands: the module, and in a function its definition and local names."""

    module: Module
    function: Definition | None = None
    cls: Definition | None = None
    parent: Scope | None = None
    symbols: dict[str, Definition] = msgspec.field(default_factory=dict)
    known: Memo[str, Ref | None] = msgspec.field(default_factory=dict)  # what `Names.lookup` found from here


def is_static(function: ir.Function) -> bool:
    """Does a method take no self?"""
    return any(isinstance(decorator, ir.Name) and decorator.id == "staticmethod" for decorator in function.decorators)


def is_super(expr: ir.Expr) -> bool:
    """`super()`, whatever it is handed."""
    return isinstance(expr, ir.Call) and isinstance(expr.func, ir.Name) and expr.func.id == "super"


def statements(body: Iterable[ir.Stmt]) -> Iterator[ir.Stmt]:
    """Every statement of a body and of the blocks in it, in source order; nested functions and classes are not entered."""
    for statement in body:
        yield statement
        for block in blocks_of(statement):
            yield from statements(block)


_NODES = {name for name, kind in vars(ir).items() if isinstance(kind, type) and issubclass(kind, ir.Node)} | {"Expr", "Stmt"}


@cache
def holding(kind: type[ir.Node]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes: most of what stands in a tree are places and words."""
    return tuple(field for field in kind.__struct_fields__ if not _NODES.isdisjoint(re.findall(r"\w+", kind.__annotations__[field])))


_PLAIN = frozenset({ir.Assign, ir.ExprStmt, ir.Return, ir.Import, ir.Function, ir.Class})


def blocks_of(statement: ir.Stmt) -> tuple[tuple[ir.Stmt, ...], ...]:
    """The blocks a compound statement has."""
    kind = type(statement)  # asked of every statement there is
    if kind in _PLAIN:
        return ()
    if kind is ir.If or kind is ir.For or kind is ir.While:
        return (statement.body, statement.orelse)  # type: ignore[union-attr]
    if kind is ir.With:
        return (statement.body,)  # type: ignore[union-attr]
    if kind is ir.Try:
        return (statement.body, *(handler.body for handler in statement.handlers), statement.orelse, statement.final)  # type: ignore[union-attr]
    if kind is ir.Match:
        return tuple(case.body for case in statement.cases)  # type: ignore[union-attr]
    return ()


def collect(body: Iterable[ir.Stmt], module: Module, owner: Definition | None, symbols: dict[str, Definition], stars: list[ir.Binding]) -> None:
    """Adds the names that a body binds to `symbols`; later bindings of a name are kept in `again`, but for a class or a plain function of a module
    that is written once more before anybody used it: the last one is what everybody gets, and the one before is kept."""
    body = tuple(body)
    uses = _Uses(body if owner is None else ())
    plain = {
        id(statement) for statement in body if isinstance(statement, ir.Assign)
    }  # of a class: what is said twice on every way holds as said last

    elsewhere: dict[str, None] = {}
    whole = {id(statement) for statement in body if isinstance(statement, (ir.Class, ir.Function))}  # on every way

    def bind(kind: str, name: str, node: object) -> None:
        known = symbols.get(name)
        if known is None:
            symbols[name] = Definition(kind, name, module, node, owner)
        elif kind in ("class", "function") and known.kind == "import" and id(node) in whole:
            known.kind, known.node = kind, node  # `if TYPE_CHECKING: from shop.models import Order`, and here it is
        elif known.kind == "import" and owner is None and id(node) in plain and (made := _made_of(name, node)) is not None:
            symbols[f"{name}{BEFORE}"] = Definition("import", name, module, known.node)
            known.kind, known.node = kind, made
        elif node is not known.node:
            said_again = kind == "value" and owner is not None and owner.kind == "class" and {id(node), id(known.node)} <= plain
            if known.kind == kind and (said_again or uses.replaced(name, known.node, node)):
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
            if not any(map(_only_types, statement.decorators)):
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
        elif isinstance(statement, ir.Simple) and owner is not None and owner.kind == "function":
            elsewhere.update(dict.fromkeys(statement.names))  # `global orders`: what is bound here stands in the module
    for name in elsewhere:
        symbols.pop(name, None)


def _made_of(name: str, node: object) -> ir.Assign | None:
    """`routers = routers.DefaultRouter()`: what the module holds from there on is what was made, not what it was made with."""
    made = node.value if isinstance(node, ir.Assign) else None
    if not isinstance(node, ir.Assign) or not isinstance(made, ir.Call) or not isinstance(made.func, ir.Attr):
        return None
    func = _renamed(made.func, name)
    return msgspec.structs.replace(node, value=msgspec.structs.replace(made, func=func)) if func is not None else None


def _renamed(expr: ir.Expr, name: str) -> ir.Expr | None:
    """The same attribute of what a name meant before; None where this is another name's."""
    if isinstance(expr, ir.Name):
        return ir.Name(f"{name}{BEFORE}", expr.at) if expr.id == name else None
    base = _renamed(expr.base, name) if isinstance(expr, ir.Attr) else None
    return msgspec.structs.replace(expr, base=base) if base is not None else None


def _only_types(decorator: ir.Expr) -> bool:
    """`@overload def get(self, id: int) -> Order: ...` says what the function of that name that comes last takes and gives."""
    return (decorator.name if isinstance(decorator, ir.Attr) else decorator.id if isinstance(decorator, ir.Name) else "") == "overload"


class _Uses:
    """Where the top level of a module names what it has defined; read once, where something is defined twice."""

    def __init__(self, body: tuple[ir.Stmt, ...]) -> None:
        self.body = body
        self._places: dict[int, int] = {}
        self._named: dict[str, list[int]] = {}  # name -> the statements that use it, in order

    def replaced(self, name: str, before: object, after: object) -> bool:
        """Is a definition gone when a later one of its name is made? Not where something between has taken it (`api.add_resource(Item, "/a")`, a
        base class), nor where a decorator has (`@app.route`)."""
        if not self.body or not (_plain(before) and _plain(after)):
            return False
        if not self._places:
            self._read()
        first, last = self._places.get(id(before)), self._places.get(id(after))
        if first is None or last is None or (isinstance(after, ir.Class) and name in _names((*after.bases, *after.keywords))):
            return False
        return not any(first < place < last for place in self._named.get(name, ()))

    def _read(self) -> None:
        for place, statement in enumerate(self.body):
            self._places[id(statement)] = place
            for name in _names((statement,)):
                self._named.setdefault(name, []).append(place)


def _plain(node: object) -> bool:
    return isinstance(node, (ir.Class, ir.Function)) and not node.decorators


def _names(nodes: Iterable[object]) -> set[str]:
    """The names that stand in these nodes, but in the bodies of functions, which run later."""
    out: set[str] = set()
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ir.Name):
            out.add(node.id)
        elif isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, ir.Node):
            pending.extend([getattr(node, field) for field in holding(type(node))])
    return out
