"""One activation of a function, and how its blocks end.

Knows: what is kept while a function runs. Does not know: what any statement means (`interpreter.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from prodlint import ir
from prodlint.flow.knowledge import is_none, last_name
from prodlint.flow.values import Client, Origin, Outcome, Selection, Value
from prodlint.names import Definition, Scope, statements

ON, RETURNS, REFUSES, LEAVES = 0, 1, 2, 3  # how a block ends: runs on, returns, raises or aborts, continues or breaks
ABORTS = frozenset(
    {"abort", "flask_abort", "http_abort", "deny", "deny_access", "permission_denied", "raise_forbidden", "not_found", "forbidden", "halt", "fail"}
)


MAX_STEPS = 60_000  # expressions that are evaluated for one endpoint
ALL_STEPS = 40_000_000  # and about how many for all of a project
FEWEST_STEPS = 10_000
LARGE = 64  # a value is one step more for each so many things that it is made of: what has to be looked through is work, too


class OutOfBudget(Exception):
    """The handler is larger than the budget of steps; what is known so far stands, the verdict is `unknown`, and where it ended is told."""


def allowance(endpoints: int) -> int:
    """How many steps each endpoint of a project may take, by how many there are, so that the same code gets the same answer whatever the machine.
    It goes down by steps of a third, for a verdict that an earlier run reached stands only while it stays."""
    each = MAX_STEPS
    while each * endpoints > ALL_STEPS * 3 / 2 and each > FEWEST_STEPS:
        each = max(each * 2 // 3, FEWEST_STEPS)
    return each


class Frame(msgspec.Struct, eq=False):
    """One activation of a function: its names; what it returned and which outcomes held at each return; the tests it stands under with
    their sides; `early`: what earlier returns say about all that follows."""

    scope: Scope
    env: dict[str, Value]
    depth: int
    me: Value | None = None
    owner: Definition | None = None
    returns: list[Value] = msgspec.field(default_factory=list)
    answers: bool = False  # what it returns is the response, so a return may refuse
    speaks: bool = False  # the handler returns what it returns, as it is: what stands there leaves
    keys: list[frozenset[object]] = msgspec.field(default_factory=list)  # for each of these: rows of keys that a header brings
    passes: list[frozenset[object]] = msgspec.field(default_factory=list)  # for each return that is not a no: the roles it asks for
    refused: bool = False  # the last return was a no
    noes: int = 0
    responses: int = 0  # returns of a response
    callers: int = 0  # branches around, and ends before, that leave none but known callers here
    known: list[bool] = msgspec.field(default_factory=list)  # for each return that is not a no: is it a yes that none but known callers get
    quiet: list[frozenset[object]] = msgspec.field(default_factory=list)  # for each return of nothing: the roles that were asked for before
    staff: int = 0  # how many roles held around it when it began
    unasked: bool = False  # a way to a yes on which no role was asked for
    open: bool = False  # it says True on a way where nothing was asked of the caller or the object
    kept: list[tuple[frozenset[Outcome], frozenset[Selection]]] = msgspec.field(default_factory=list)  # what held at each yes, and the data it gives
    tests: list[tuple[Value, bool]] = msgspec.field(default_factory=list)
    early: set[Origin] = msgspec.field(default_factory=set)
    sides: list[tuple[Value, frozenset[Outcome]]] = msgspec.field(default_factory=list)  # what each return gives, and what held there
    # ways out of the innermost loop: is it left for good, what names held there, what each test said
    left: list[tuple[bool, dict[str, Value], tuple[frozenset[Outcome], ...], frozenset[object]]] = msgspec.field(default_factory=list)
    shown: tuple[int, int, frozenset[Client]] | None = None  # how many tests and logins there were where what was shown to another service
    loop: int = 0  # how many tests stood around the innermost loop
    onward: frozenset[str] = frozenset()  # what it calls to go on to the handler; "" where a bare return does
    doubted: bool = False  # something about the caller, of which nobody can tell what it means, ended here for some
    harmless: int = 0  # branches around in which a row is not there, or belongs to nobody
    ways: list[set[object]] = msgspec.field(default_factory=list)  # for each way to a yes, what names the objects that it asks of
    gate: bool = False  # it ends by refusing and gives nothing back: a bare return lets through
    stand_ins: int = 0  # returns of somebody whom the app names itself (`guests.py`)
    named: int = 0  # answers of a handler that hold who calls
    went: int = 0  # returns that went on to the handler
    detour: tuple[int, bool] | None = None  # the branch in which all that follows stands, for the other one went on already
    around: Iterable[ir.Stmt] = ()  # the block that is being run
    gives_nothing: bool = False  # it gives nothing back on any way: a bare return lets through as its end does
    excused: int = 0  # branches around in which it may leave off (`skipping.py`)
    skips: list[tuple[int, bool]] = msgspec.field(default_factory=list)  # the ways on which it did not leave off before it came here
    item: set[Origin] = msgspec.field(default_factory=set)  # what the keyword is made of that a loop over keywords has come to
    sought: list[tuple[str, ...]] = []  # names that the loops around give to rows that no database keeps
    leaving: ir.Expr | None = None  # what a return is about to give back
    endings: dict[str, tuple[Value, tuple[Value, ...]]] = msgspec.field(default_factory=dict)  # what lists end with (`endings.py`)
    needed: set[object] = msgspec.field(default_factory=set)  # settings without which it refuses everybody (`switches.py`)
    lasting: list[tuple[int, bool]] = msgspec.field(default_factory=list)  # sides of settings on which what follows a block stands (the same)
    like: set[str] = msgspec.field(default_factory=set)  # names that were given what the caller is like: `strict = user.strict`
    outer: Frame | None = None

    def made(self, name: str) -> bool:
        """Is it a name of this activation's own, and no parameter, so that nobody else sees what is put into what it holds?"""
        node = self.scope.function.node if self.scope.function is not None else None
        return isinstance(node, ir.Function) and all(param.name != name for param in node.params)


def is_gate(body: tuple[ir.Stmt, ...]) -> bool:
    """Does a function end by refusing, so that its bare returns are the ways through? `if mine: return` and at last `raise Forbidden()`."""
    return ends_refusing(body) and all(s.value is None or is_none(s.value) for s in statements(body) if isinstance(s, ir.Return))


def is_stub(body: tuple[ir.Stmt, ...]) -> bool:
    """An abstract method: a docstring, `...`, `pass`, `raise NotImplementedError`."""
    return all(
        (isinstance(s, ir.Simple) and s.kind == "pass")
        or (isinstance(s, ir.ExprStmt) and isinstance(s.value, ir.Const))
        or (isinstance(s, ir.Raise) and s.exc is not None and last_name(s.exc) == "NotImplementedError")
        for s in body
    )


def insists(body: tuple[ir.Stmt, ...]) -> bool:
    """Does a function give something on every way, or refuse? `if token: return user_of(token)` and at last `raise Unauthorized()`."""
    answers = [s for s in statements(body) if isinstance(s, ir.Return)]
    return bool(answers) and ends_refusing(body) and not any(s.value is None or is_none(s.value) for s in answers)


def ends_refusing(body: tuple[ir.Stmt, ...]) -> bool:
    last = body[-1] if body else None
    return isinstance(last, ir.Raise) or (isinstance(last, ir.ExprStmt) and isinstance(last.value, ir.Call) and last_name(last.value.func) in ABORTS)


def after(statement: ir.Stmt, body: Iterable[ir.Stmt]) -> tuple[ir.Stmt, ...]:
    """What stands behind a statement in its block."""
    rest = list(body)
    return tuple(rest[next((i for i, each in enumerate(rest, 1) if each is statement), len(rest)) :])


def goes_on(value: ir.Expr | None, onward: frozenset[str]) -> bool:
    """Does a return of a middleware or hook go on to the handler: `return await call_next(request)`, a bare `return` of before_request?"""
    if isinstance(value, ir.Await):
        value = value.value
    if value is None or is_none(value):
        return "" in onward
    return isinstance(value, ir.Call) and last_name(value.func) in onward
