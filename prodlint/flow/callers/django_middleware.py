"""What the project's own entries of Django's MIDDLEWARE put on the request, and whether they turn strangers away.

Knows: classes with `__call__`, with `process_request` and `process_view`, functions that make a middleware. Source: django 5.2 core/handlers/base.py
and utils/deprecation.py. Does not know: middlewares of other frameworks (`middleware.py`), which of them a deployment leaves out.

They are run once for each endpoint, for a tenant may stand in its path. What they select is none of the endpoint's own data. Most middlewares that
look at the caller let strangers go on, so a login is only read from a test that strangers fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.walk import every, heads
from prodlint.flow.callers.middleware import arguments, construct
from prodlint.flow.frames import Frame, OutOfBudget
from prodlint.flow.interpret import folding
from prodlint.flow.knowledge import is_none, last_name
from prodlint.flow.values import EMPTY, Value
from prodlint.names import Definition, Names, blocks_of, statements

METHODS = ("__call__", "process_request", "process_view")
REFUSED, WENT, ON = "refused", "went on", "on"
KNOWN, STRANGER = "is_authenticated", "is_anonymous"
RESPONDS = re.compile(r"redirect|respon[sd]|login|forbid|denied|deny|unauthori[sz]ed|permission|not_?found|404|403|401|refuse|reject|error", re.I)
REFUSES = re.compile(r"redirect|login|forbid|denied|deny|unauthori[sz]ed|403|401|refuse|reject", re.I)
DENIED = frozenset({401, 403, 404})
ANSWERED = frozenset({"get_response", "response", "resp"})  # what goes on, and how what it gave is called
STEPS = 6000  # of the budget, for all middlewares of one endpoint


def run(guards: Any) -> None:
    """Runs them in their order; keeps what they put on the request and what they held against the caller."""
    entries = guards.settings.entries
    guards.names.touched |= guards.settings.middleware_files  # another one would be worth running after a change of these
    if not entries:
        return
    run_, start = guards.run, guards.run.steps
    run_.steps = run_.limit - STEPS
    seen, created, lost, truncated = run_.caller_seen, len(run_.created), set(run_.lost), set(run_.truncated)
    selections, roles, evidence, logins = len(run_.selections), len(run_.roles), len(run_.evidence), len(run_.login)
    ended: tuple[str, int] | None = None
    try:
        for function, me in entries:
            one(guards, function, me)
    except OutOfBudget:  # what is known so far stands
        ended, run_.ended = run_.ended, None
        run_.active.clear()
        run_.chain.clear()
        run_.branch.clear()
        run_.held.clear()
        run_.admin_depth = run_.staff_depth = run_.lesser_depth = run_.strangers = run_.doubtful = run_.trying = 0
    for selection in run_.selections[selections:]:
        selection.uses.clear()
        selection.listing = selection.changed = False
    del run_.created[created:], run_.roles[roles:], run_.evidence[evidence:], run_.login[logins:]
    run_.evidence.extend([(*ended, "the middlewares are too large to be followed further")] if ended is not None else [])
    run_.steps, run_.caller_seen, run_.lost, run_.truncated = start, seen, lost, truncated


def one(guards: Any, function: Definition, me: Value | None) -> None:
    run_ = guards.run
    if me is not None:
        me = Value(kind=me.kind, fields=dict(me.fields or {}))  # an own one for each endpoint
        construct(guards, me, None, guards.names.scope_of(function))
    doubted = run_.maybe_login
    run_.answered.clear()
    given = arguments(run_, function, me is not None)
    if function.name in METHODS[1:]:
        run_.onward[function.node] = frozenset({""})
    if function.name == "process_view":  # (request, view, args, kwargs)
        path = {name: guards.parameters.path_value(name, function, function.at) for name in guards.endpoint.params}
        given = [given[0], Value(ref=folding.VIEW), Value(items=tuple(path.values())), Value(fields=path)]
    frame = Frame(guards.names.scope_of(function), {}, 0)
    run_.call_function(function, ([me] if me is not None else []) + given, {}, frame, ir.Name(function.name, function.at), answers=True)
    run_.maybe_login = doubted
    all_of_them = turns_strangers_away(guards.names, function, run_.answered)
    if all_of_them is None:
        return
    words = f"middleware {function.owner.name if function.owner is not None else function.name}"
    if all_of_them:
        guards.note("required", guards.names.scope_of(function), function.at, words)
    else:
        guards.note("unknown", guards.names.scope_of(function), function.at, f"{words} asks on some paths")


def entries_of(names: Names, ref: object) -> Iterator[tuple[Definition, Value | None]]:
    """The functions of one entry of MIDDLEWARE that are worth running for each route."""
    found: list[tuple[Definition, Value | None]] = []
    if isinstance(ref, Definition) and ref.kind == "class":
        methods = [m for m in (names.class_member(ref, name) for name in METHODS) if isinstance(m, Definition) and m.kind == "function"]
        found = [(method, Value(kind=ref, fields={"get_response": EMPTY})) for method in methods]
    elif isinstance(ref, Definition) and ref.kind == "function":
        found = [(inner, None) for inner in names.nested(ref)[:1]]
    for function, me in found:
        around = [function]
        if function.owner is not None and function.owner.kind == "class":
            around += [m for m in names.members(function.owner).values() if m.kind == "function" and m is not function]
        if any(puts_or_asks(names, each) for each in around):
            yield function, me


def puts_or_asks(names: Names, function: Definition) -> bool:
    """Does it put something on the request, or ask who calls?"""
    request = {param.name for param in function.node.params if param.name in ("request", "req")}  # type: ignore[attr-defined]
    for statement in statements(names.body(function.node)):  # type: ignore[arg-type]
        targets = statement.targets if isinstance(statement, ir.Assign) else ()
        if any(isinstance(t, ir.Attr) and isinstance(t.base, ir.Name) and t.base.id in request for t in targets):
            return True
        for part in (part for head in heads(statement) for part in every(head)):
            if isinstance(part, ir.Attr) and part.name in (KNOWN, STRANGER):
                return True
            if isinstance(part, ir.Call) and last_name(part) == "setattr" and part.args and last_name(part.args[0]) in request:
                return True
    return False


def turns_strangers_away(names: Names, function: Definition, answered: Mapping[int, bool | None]) -> bool | None:
    """Do strangers end in a refusal here, on this path: `if not request.user.is_authenticated: return redirect(...)`, or the known go on early and
    all that is left refuses? False where other tests may let some of them go on, None where it turns nobody away who is not known.

    answered: of the tests that ran, what is known of each (`self.answered`): what the path alone answers is no test."""
    found = set(ends(names.body(function.node), answered))  # type: ignore[arg-type]
    return None if REFUSED not in found else found == {REFUSED}


def ends(body: Iterable[ir.Stmt], answered: Mapping[int, bool | None], inside: bool = False) -> Iterator[str]:
    """How strangers end in these statements: one word for each way, up to a statement that ends all of them. inside: only strangers come here."""
    made: set[str] = set()  # names of answers that turn somebody away
    for statement in body:
        if isinstance(statement, ir.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ir.Name):
            (made.add if _turns_away(statement.value) else made.discard)(statement.targets[0].id)
        if isinstance(statement, ir.Return) and isinstance(statement.value, ir.Name) and statement.value.id in made:
            yield REFUSED
            return
        if isinstance(statement, ir.Raise) and statement.exc is None:  # what went wrong is only written down
            return
        if refuses(statement):
            yield REFUSED
            return
        if isinstance(statement, ir.Return):
            yield WENT
            return
        ways = list(_of_if(statement, answered, inside)) if isinstance(statement, ir.If) else _of_blocks(statement, answered, inside)
        yield from (way for way in ways if way != ON)
        if ON not in ways:
            return
        if isinstance(statement, ir.If) and asks(statement.test, KNOWN) and ON not in ends(statement.body, answered):
            inside = True  # the known went on
    yield ON


def _of_if(statement: ir.If, answered: Mapping[int, bool | None], inside: bool) -> Iterator[str]:
    known = answered.get(id(statement))
    if known is not None:
        yield from ends(statement.body if known else statement.orelse, answered, inside)
        return
    one = not isinstance(statement.test, ir.Bool) or answered.get(id(statement.test)) is True  # nothing else is asked
    if asks(statement.test, STRANGER):
        sure = one or (isinstance(statement.test, ir.Bool) and statement.test.op == "or")
        yield from ends(statement.body, answered, True)
        if not sure:
            yield from ends(statement.orelse, answered, inside)
    elif asks(statement.test, KNOWN) and (one or (isinstance(statement.test, ir.Bool) and statement.test.op == "and")):
        yield from ends(statement.orelse, answered, True)
    else:  # whom it refuses it may refuse for another reason than that nobody knows them
        both = {*ends(statement.body, answered, inside), *ends(statement.orelse, answered, inside)}
        yield from sorted(both if inside or ON not in both else both - {REFUSED})


def _of_blocks(statement: ir.Stmt, answered: Mapping[int, bool | None], inside: bool) -> list[str]:
    blocks = [block for block in blocks_of(statement) if block]
    if not blocks:
        return [ON]
    if isinstance(statement, ir.With):
        return list(ends(blocks[0], answered, inside))
    found = sorted({end for block in blocks for end in ends(block, answered, inside)})
    return found if isinstance(statement, ir.Try) else sorted({*found, ON})


def asks(test: ir.Expr, who: str) -> bool:
    """Is a part of a test that strangers pass (`is_anonymous`, `not is_authenticated`), or one that the known pass?"""
    if isinstance(test, ir.Bool):
        return any(asks(part, who) for part in test.values)
    if isinstance(test, ir.Unary) and test.op == "not":
        return asks(test.value, KNOWN if who == STRANGER else STRANGER)
    return last_name(test) == who


def refuses(statement: ir.Stmt) -> bool:
    if isinstance(statement, ir.Raise):
        return True
    if not isinstance(statement, ir.Return) or statement.value is None or is_none(statement.value):
        return False
    return _turns_away(statement.value)


def _turns_away(value: ir.Expr | None) -> bool:
    value = value.value if isinstance(value, ir.Await) else value
    if not isinstance(value, ir.Call):
        return False
    name = last_name(value)
    if any(last_name(part) in ANSWERED for part in every(value) if isinstance(part, (ir.Call, ir.Name))):
        # `self.process_response(request, self.get_response(request))` has gone on, `JsonResponse(response, status=401)` has not
        return bool(REFUSES.search(name)) or any(
            k.name == "status" and isinstance(k.value, ir.Const) and k.value.value in DENIED for k in value.kwargs
        )
    return isinstance(value.func, ir.Call) or bool(RESPONDS.search(name))
