"""A choice by what kind of caller it is: `if is_user(caller): … elif is_organization(caller): …`, with nothing for the rest; or by something about
the caller that only the app understands: `if employment.is_external: rows = rows.filter(...)`.

Knows: chains of tests on the caller's class, tests of what callers are. Whether another kind of caller can come here, and would see everything,
stands in no line that can be read; so what is left without a filter for "the rest" is held by a doubt, neither proven nor reported. Does not know:
roles (`polarity.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import AS_MODEL, PRESENCE_WORDS, last_name
from prodlint.flow.lookups.queries import client_terms, narrowed_from, of_caller
from prodlint.flow.values import CALLER, ROLE, Selection, Value
from prodlint.names import Definition, statements
from prodlint.routing.walking import expressions, inside

PLAIN = frozenset({"self", "request", "user", "info", "context", "hasattr", "getattr", "isinstance", "len", "bool", "any", "all", "not"})
GUARDS = ("TypeGuard", "TypeIs")
# functions of packages that are handed the request, by what they are called: `contexts_accessible_from_request`, and not `parse`, `get_client_ip`
SAYS_WHAT_THEY_MAY = re.compile(
    r"(?:^|_)(?:accessible|permitted|permissions?|roles?|tenants?|compan(?:y|ies)|entitle\w*|reachable|allowed)(?:_|$)", re.I
)
# rows that say what somebody may do
GRANTED = re.compile(r"(?:^|[_.]|(?<=[a-z0-9]))(?:Permissions?|Roles?|Grants?|Privileges?|Capabilit(?:y|ies))" + AS_MODEL)


def last_of_chain(run: Any, statement: ir.If, frame: Any) -> ir.If | None:
    """The last `elif` of a chain of two or more tests on the caller's kind that has no `else`."""
    tests, last = [statement.test], statement
    while len(last.orelse) == 1 and isinstance(last.orelse[0], ir.If):
        last = last.orelse[0]
        tests.append(last.test)
    if last.orelse or len(tests) < 2 or not all(asks_kind(run, test, frame) for test in tests):
        return None
    return last


def asks_kind(run: Any, test: ir.Expr, frame: Any) -> bool:
    """`isinstance(caller, Customer)`, or a call of a function that is declared to be such a test."""
    if not isinstance(test, ir.Call) or not test.args or not isinstance(test.args[0], (ir.Name, ir.Attr)):
        return False
    if last_name(test.func) != "isinstance":
        ref = run.names.resolve(test.func, frame.scope) if isinstance(test.func, (ir.Name, ir.Attr)) else None
        returns = ref.node.returns if isinstance(ref, Definition) and isinstance(ref.node, ir.Function) else None
        if not isinstance(returns, ir.Sub) or last_name(returns.base) not in GUARDS:
            return False
    return bool(run.eval(test.args[0], frame).has(CALLER))


def doubted(run: Any, narrowed: dict[str, Value], rest: dict[str, Value], frame: Any, statement: ir.If) -> None:
    """What the branch narrowed and the rest leaves as it was, is held by a doubt there."""
    for name, value in narrowed.items():
        left = rest.get(name)
        if left is not None and left is not value and left.selections and value.selections:
            rest[name] = run.part_held(left, True, statement.test, frame, statement.at)


def by_what_they_are(run: Any, test: ir.Expr, value: Value, frame: Frame) -> bool:
    """Does a test look at nothing but something about the caller that nobody looks rows up by? It may say who sees more than their own rows."""
    if value.outcomes or value.clients or not frame.depth or frame.scope.function is None:
        return False
    rows = value.selections
    if rows and all(map(_what_they_may, rows)):
        return True
    if not rows and _told_elsewhere(run, test, frame):
        return True
    if not (rows or value.has(CALLER) or value.has(ROLE)) or not all(of_caller(row) for row in rows):
        return False
    words = {part.name for part in inside(test) if isinstance(part, ir.Attr)} | {part.id for part in inside(test) if isinstance(part, ir.Name)}
    words = {word for word in words if not PRESENCE_WORDS.match(word)} - PLAIN
    return bool(words) and words.isdisjoint(used_in(run, frame.scope.function))


def _told_elsewhere(run: Any, test: ir.Expr, frame: Frame) -> bool:
    """`ALL in reachable`, after `reachable = companies_of(request)` of a package that nobody reads: what it says of the caller is not known."""
    negated = isinstance(test, (ir.Unary, ir.Bool)) or (isinstance(test, ir.Cmp) and test.ops not in (("in",), ("==",)))
    negated |= isinstance(test, ir.Cmp) and any(isinstance(right, ir.Const) and not right.value for right in test.rights)
    named = {part.id for part in inside(test) if isinstance(part, ir.Name)} if not negated else set()  # whom it says nothing of may be anybody
    return bool(named) and not named.isdisjoint(_said_of_callers(run, frame))


def _said_of_callers(run: Any, frame: Frame) -> frozenset[str]:
    """The names of a function that hold what something which nobody reads says of the request: asked by each of its tests, and found once."""
    function = frame.scope.function
    assert function is not None

    def found() -> frozenset[str]:
        run.names.touched.add(function.module.path)
        out: set[str] = set()
        for statement in statements(run.names.body(function.node)):
            made = statement.value if isinstance(statement, ir.Assign) else None
            targets = {target.id for target in statement.targets if isinstance(target, ir.Name)} if isinstance(made, ir.Call) else set()  # type: ignore[union-attr]
            if not targets or not any(isinstance(arg, (ir.Name, ir.Attr)) and last_name(arg) == "request" for arg in made.args):  # type: ignore[union-attr]
                continue
            ref = run.names.resolve(made.func, frame.scope)  # type: ignore[union-attr]
            if isinstance(ref, str) and SAYS_WHAT_THEY_MAY.search(ref.rpartition(".")[2]):
                out |= targets
        return frozenset(out)

    return run.names.remembering(run.knowledge.said, function, found, frozenset())


def _what_they_may(row: Selection) -> bool:
    """`Permission.objects.filter(role__users=user, codename="export")`: what somebody may do everywhere; beside the id of something it is a tie."""
    if not isinstance(row.model, Definition) or not GRANTED.search(row.model.name):
        return False
    values = [value for element in narrowed_from(row) for _, value in element.terms]
    chosen = any(value.clients or any(client_terms(inner) for inner in value.selections) for value in values)
    return not chosen and any(value.has(CALLER) for value in values)


def used_in(run: Any, function: Definition) -> frozenset[str]:
    """The names that a function's expressions read, but for its tests and what it calls."""

    def found() -> frozenset[str]:
        run.names.touched.add(function.module.path)
        parts = list(expressions(tuple(statements(run.names.body(function.node)))))
        called = {id(part.func) for part in parts if isinstance(part, ir.Call)}
        return frozenset(p.name for p in parts if isinstance(p, ir.Attr) and id(p) not in called) | {p.id for p in parts if isinstance(p, ir.Name)}

    return run.names.remembering(run.knowledge.read, function, found, frozenset())


def for_some(run: Any, value: Value, frame: Frame) -> Value:
    """Rows that come back on a way that only some callers take: held by a doubt, neither proven nor reported."""
    kept: dict[Any, Any] = {}
    for row in value.selections:
        if not row.admin and not of_caller(row):
            kept[row] = Selection(row.model, row.path, row.at, row.end, parents=(row,), part=True)
            run.selections.append(kept[row])
            run.bind(kept[row], frozenset(run.branch), True, row.path, row.at)
    return value.made_of(frozenset(kept.get(origin, origin) for origin in value.origins)) if kept else value
