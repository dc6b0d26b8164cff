"""The nouns of Python code: what is left of a syntax tree once it is a fact.

Knows: the shape of statements and expressions, small, frozen, serialisable (msgspec arrays), with packed positions.
Does not know: libcst, other files, what any name means. `facts/python.py` makes these, `names/`, `routing/` and
`flow/` read them.

Function bodies are stored encoded (`Function.body` is `msgspec.Raw`) and decoded when somebody asks (`names.Names.body`), so
that a run pays for the functions it reads and not for those it has.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Union

import msgspec

from prodlint.positions import column_of as column_of
from prodlint.positions import line_of as line_of
from prodlint.positions import pack as pack


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False, eq=False, omit_defaults=True):
    """Base of all nodes: compared and hashed by identity, which is what memo tables need."""


# ---------------------------------------------------------------- expressions
class Name(Node, tag="n"):
    id: str
    at: int


class Attr(Node, tag="a"):
    """`base.name`; `at` is where the whole expression starts, `end` where the attribute's name ends."""

    base: Expr
    name: str
    at: int
    end: int


class Const(Node, tag="k"):
    """A literal: str, int, float, bool, None; bytes and complex come as `kind` "bytes"/"complex" with their text.

    `value` of kind "..." is None."""

    value: str | int | float | bool | None
    at: int
    end: int
    kind: str = ""


class Call(Node, tag="c"):
    """`func(*args, **kwargs)`; a starred argument is a Star in args, `**x` a keyword with the name ""."""

    func: Expr
    args: tuple[Expr, ...]
    kwargs: tuple[Keyword, ...]
    at: int
    end: int


class Keyword(Node):
    name: str
    value: Expr
    at: int


class Sub(Node, tag="s"):
    base: Expr
    index: Expr
    at: int
    end: int


class Slice(Node, tag="sl"):
    lower: Expr | None
    upper: Expr | None


class Bin(Node, tag="b"):
    op: str
    left: Expr
    right: Expr


class Bool(Node, tag="bo"):
    """`and` / `or` over two or more values."""

    op: str
    values: tuple[Expr, ...]


class Unary(Node, tag="u"):
    """op: "not", "-", "+", "~"."""

    op: str
    value: Expr
    at: int


class Cmp(Node, tag="cm"):
    """`left op right op right ...`; ops as written: "==", "not in", "is not"."""

    left: Expr
    ops: tuple[str, ...]
    rights: tuple[Expr, ...]


class IfExp(Node, tag="ie"):
    test: Expr
    body: Expr
    orelse: Expr


class Seq(Node, tag="q"):
    """kind: "list", "tuple", "set"."""

    kind: str
    items: tuple[Expr, ...]
    at: int
    end: int


class Map(Node, tag="m"):
    """A dict display; a None key is `**value`."""

    items: tuple[tuple[Expr | None, Expr], ...]
    at: int
    end: int


class Comp(Node, tag="co"):
    """kind: "list", "set", "gen", "dict"; for a dict `elt` is a tuple Seq of key and value."""

    kind: str
    elt: Expr
    fors: tuple[For_, ...]
    at: int
    end: int


class For_(Node):
    """One `for target in iter if ...` clause of a comprehension."""

    target: Expr
    iter: Expr
    ifs: tuple[Expr, ...]


class Lambda(Node, tag="l"):
    params: tuple[Param, ...]
    body: Expr
    at: int


class Fstr(Node, tag="f"):
    """An f-string or t-string: Const for text, any expression for a replacement field."""

    parts: tuple[Expr, ...]
    at: int
    end: int


class Await(Node, tag="aw"):
    value: Expr
    at: int


class Yield(Node, tag="y"):
    """`yield value`, `yield from value` where `delegates`."""

    value: Expr | None
    delegates: bool
    at: int


class Star(Node, tag="st"):
    """`*value` in a call, display or target."""

    value: Expr


class Walrus(Node, tag="w"):
    target: Name
    value: Expr


class Other(Node, tag="o"):
    """An expression of a kind that nothing downstream reads; its children are kept."""

    kind: str
    children: tuple[Expr, ...]
    at: int


Expr = Union[
    Name, Attr, Const, Call, Sub, Slice, Bin, Bool, Unary, Cmp, IfExp, Seq, Map, Comp, Lambda, Fstr, Await, Yield, Star,
    Walrus, Other,
]  # fmt: skip


# ---------------------------------------------------------------- statements
class Param(Node):
    """kind: "pos" (positional only), "any", "kw" (keyword only), "*" or "**"."""

    name: str
    annotation: Expr | None
    default: Expr | None
    kind: str
    at: int


class Assign(Node, tag="A"):
    """`a = b = value` (two targets), `a: T = value` (annotation), `a: T` (value None)."""

    targets: tuple[Expr, ...]
    value: Expr | None
    at: int
    annotation: Expr | None = None


class AugAssign(Node, tag="AA"):
    target: Expr
    op: str
    value: Expr
    at: int


class ExprStmt(Node, tag="E"):
    value: Expr
    at: int


class Return(Node, tag="R"):
    value: Expr | None
    at: int


class Raise(Node, tag="X"):
    exc: Expr | None
    cause: Expr | None
    at: int


class If(Node, tag="I"):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    at: int


class For(Node, tag="F"):
    target: Expr
    iter: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    is_async: bool
    at: int


class While(Node, tag="W"):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    at: int


class With(Node, tag="Wi"):
    items: tuple[tuple[Expr, Expr | None], ...]
    body: tuple[Stmt, ...]
    is_async: bool
    at: int


class Handler(Node):
    """One `except` clause: `type` None is a bare except; `end` is where its body ends."""

    type: Expr | None
    name: str | None
    body: tuple[Stmt, ...]
    at: int


class Try(Node, tag="T"):
    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]
    at: int


class Case(Node):
    """One `case`; the pattern is rendered as the expression it looks like (captures are Names)."""

    pattern: Expr
    guard: Expr | None
    body: tuple[Stmt, ...]


class Match(Node, tag="M"):
    subject: Expr
    cases: tuple[Case, ...]
    at: int


class Binding(Node):
    """One name bound by an import: `name` here is `target` there.

    `from ..a import b as c` gives ("c", "a.b", level 2); `import a.b` gives ("a", "a", 0) and keeps "a.b" in `full`;
    a star import has the name "*" and the module as target."""

    name: str
    target: str
    level: int
    full: str = ""


class Import(Node, tag="IM"):
    bindings: tuple[Binding, ...]
    at: int


class Simple(Node, tag="S"):
    """`pass`, `break`, `continue`, `global`, `nonlocal`; with the names of the last two."""

    kind: str
    names: tuple[str, ...]
    at: int


class Del(Node, tag="D"):
    targets: tuple[Expr, ...]
    at: int


class Assert(Node, tag="AS"):
    test: Expr
    message: Expr | None
    at: int


class Function(Node, tag="DF"):
    """`at` is the `def` line (not the decorator's), `end` the end of the body.

    `calls` are the last segments of everything called in the body, sorted ("get", "register_blueprint"): an index that
    answers "who calls x" without decoding. `body` is the encoded tuple[Stmt, ...]; nested functions and classes are
    in it. `names.Names.body(function)` decodes and remembers."""

    name: str
    params: tuple[Param, ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    is_async: bool
    at: int
    end: int
    calls: tuple[str, ...]
    body: msgspec.Raw


class Class(Node, tag="DC"):
    """A class; `keywords` are those of the class line (`table=True`)."""

    name: str
    bases: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    decorators: tuple[Expr, ...]
    body: tuple[Stmt, ...]
    at: int
    end: int


Stmt = Union[
    Assign, AugAssign, ExprStmt, Return, Raise, If, For, While, With, Try, Match, Import, Simple, Del, Assert, Function, Class
]  # fmt: skip


class Module(Node):
    """The top-level statements of one file."""

    body: tuple[Stmt, ...]


_FIRST: dict[type, Callable[..., Expr | None]] = {
    **dict.fromkeys((Bin, Cmp), attrgetter("left")),
    **{Bool: lambda expr: expr.values[0], IfExp: attrgetter("body"), Star: attrgetter("value"), Walrus: attrgetter("target")},
    Slice: lambda expr: expr.lower or expr.upper,
}


def start_of(expr: Expr) -> int:
    """Where an expression starts (packed)."""
    while (first := _FIRST.get(type(expr))) is not None:
        expr = first(expr)  # type: ignore[assignment]
    return expr.at if expr is not None else pack(1, 1)  # type: ignore[union-attr]
