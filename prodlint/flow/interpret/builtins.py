"""Python's own functions on abstract values: getattr, isinstance, dict, any, filter and the like.

Knows: what each makes of its arguments. Does not know: functions of the project or of libraries (`calls.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prodlint import ir
from prodlint.flow.callers import open_paths
from prodlint.flow.frames import Frame
from prodlint.flow.frameworks import forms
from prodlint.flow.interpret import cached, lists
from prodlint.flow.interpret.calling import Calling
from prodlint.flow.knowledge import SHARED_SECRET
from prodlint.flow.lookups import memory, moves, queries, tallies
from prodlint.flow.proofs import refusals, ways
from prodlint.flow.values import (
    CALLER,
    EMPTY,
    FALSE,
    REQUEST,
    ROLE,
    ROLES,
    TRUE,
    Client,
    Link,
    Outcome,
    Selection,
    Tie,
    Value,
    holds_answers,
    in_doubt,
    origins_of,
    union,
    weaker,
    whichever,
)
from prodlint.names import Definition

# what these make of an answer is true whatever it says, or says something else
SAYS_ELSE = frozenset({"sum", "max", "min", "repr", "ascii", "format", "id", "hash"})


class Builtins:
    """A part of `calls.Calls`."""

    def builtin(self: Any, call: Calling) -> Value:
        """What one of Python's own functions gives, by the name that it has there; of one that is not known, its arguments."""
        name, args = call.name, call.args
        known = _KNOWN[name](self, call) if name in _KNOWN else None
        if known is None and name in lists.PICKS and len(args) == 1:  # `max(order.user_id for order in orders)`
            return in_doubt(lists.one_of(self.one_of(Value(args[0].origins), call.expr, call.frame), name))
        if known is not None:
            return known
        given = Value(origins_of(call.values))
        if name == "sum":
            given = tallies.total(given)
        return in_doubt(given) if name in SAYS_ELSE else given

    def of_each(self: Any, name: str, answer: Value, expr: ir.Comp, frame: Frame) -> Value:
        """`any(order.owner == user for order in orders)`: that it holds for one of those that the client names says nothing of the others."""
        if answer.items and name == ("all" if _denies(expr.elt) else "any") and not all(item.has(ROLE) or item.outcomes for item in answer.items):
            answer = answer.made_of(answer.origins - ROLES)  # `any(role in user.roles for role in [MEMBER, ADMIN])`: members pass
        if answer.items and name == "any" and len(answer.items) > 1:  # `any(owner == user.id for owner in [order.owner_id, request.args["as"]])`
            each = [{n for o in item.outcomes for t in o.targets for n in ways.reach(t)} for item in answer.items]
            return ways.returned(Value(answer.origins), each)
        sources = [self.eval(clause.iter, frame) for clause in expr.fors]
        if any(self.of_a_row(clause.iter, source, frame) for clause, source in zip(expr.fors, sources, strict=True)):
            lacking = 1 if name == "all" else -1  # where there are none, all of them are the caller's
            told = [o for o in answer.outcomes if o.sign == lacking]
            answer = answer.made_of(answer.origins - set(told) | {weaker(o) for o in told if isinstance(o, Tie)})
        several = {s for source in sources for s in source.selections if queries.by_list(s)} | {c.plain for source in sources for c in source.clients}
        sign = 1 if name == "any" else -1
        through = {name for source in sources for origin in source.origins for name in ways.reach(origin)}
        empty = any(source.clients or source.selections for source in sources)  # there may be none
        sifts = any(lists.some(clause.iter) or not all(map(ways.there, clause.ifs)) for clause in expr.fors)

        def told(outcome: Outcome) -> Outcome | None:
            targets = {name for target in outcome.targets for name in ways.reach(target)}
            if outcome.sign == sign and several.isdisjoint(targets):
                return outcome
            if outcome.sign == -sign and not (sifts or (empty and through.isdisjoint(targets))):
                return outcome  # what holds for each of them; where there are none it holds for nothing else
            return weaker(outcome) if isinstance(outcome, Tie) else None  # type: ignore[return-value]

        kept = (told(o) if isinstance(o, (Tie, Link)) else o for o in answer.origins)
        return Value(frozenset(o for o in kept if o is not None))


def _getattr(run: Any, call: Calling) -> Value | None:
    args, expr, frame = call.args, call.expr, call.frame
    if len(args) < 2:
        return None
    if (mark := open_paths.mark(run, args)) is not None:  # `getattr(view, "is_public", False)`
        return mark
    if len(args) > 2 and (run.marked_here(args[0], args[1].const) is False or cached.not_yet(run, expr, args[1].const, frame)):
        return args[2]
    if isinstance(args[0].ref, Definition) and args[0].ref.kind == "module" and (args[1].const is None or args[1].clients):
        return Value(kind=forms.NAMED_AT_RUN)
    found = None
    if args[1].const is not None and isinstance(expr.args[0], (ir.Name, ir.Attr)):
        found = run.attr(args[0], args[1].const, ir.Attr(expr.args[0], args[1].const, expr.at, expr.end), frame)
    of_model = isinstance(args[0].ref, Definition) and not args[0].origins and run.knowledge.is_model(args[0].ref)
    if found is not None and not (of_model and not found.origins and not isinstance(found.ref, Definition)):
        return _or_else(found, args[2]) if len(args) > 2 else found
    return Value(kind=queries.COLUMN, const=args[1].const, receiver=args[0]) if of_model else Value(args[0].origins)


def _setattr(run: Any, call: Calling) -> Value | None:
    args = call.args
    if len(args) == 3 and REQUEST in args[0].origins and args[1].const is not None:
        run.carry(args[1].const, args[2])
        return EMPTY
    if not args:
        return None
    if len(args) == 3:
        moves.by_name(run, args[0], args[1], args[2], call.frame, call.expr)
        if args[1].const is not None and not (run.branch or call.frame.tests):
            run.rewritten.update(((row, args[1].const), args[2]) for row in args[0].selections)
    run.use(args[0])
    if len(args) < 2 or args[1].const is None or not moves.only_noted(run, args[0], args[1].const):
        run.use_changed(args[0])
    return EMPTY


def _type(run: Any, call: Calling) -> Value:
    """`type("OfOps", (OfClient,), {"client_id": OPS})`: one of the first base, with what is put over it."""
    args = call.args
    if len(args) != 3 or not args[1].items:
        return _says_no_more(run, call)
    base = args[1].items[0].ref
    return Value(kind=base, fields=args[2].fields or {}) if isinstance(base, Definition) and base.kind == "class" else EMPTY


def _dict(run: Any, call: Calling) -> Value:
    args = call.args
    return Value(origins_of(call.values), fields={**(args[0].fields or {} if args else {}), **call.kwargs})


def _isinstance(run: Any, call: Calling) -> Value:
    args = call.args
    if len(args) == 2 and refusals.is_response_class(args[1]):
        return Value(frozenset(o.signed(-1) for o in args[0].outcomes))
    if len(args) == 2 and _is_function(args[0]):
        return EMPTY if args[1].items or _of_functions(args[1]) else FALSE
    return _says_no_more(run, call)


def _hasattr(run: Any, call: Calling) -> Value:
    args = call.args
    if (mark := open_paths.mark(run, args)) is not None:
        return mark
    if len(args) == 2 and (marked := run.marked_here(args[0], args[1].const)) is not None:
        return TRUE if marked else FALSE
    if len(args) == 2 and cached.not_yet(run, call.expr, args[1].const, call.frame):
        return FALSE
    if args and args[0].has(CALLER) and not args[0].has(REQUEST):
        return Value(frozenset({CALLER}))  # what kind of user it is
    of_instance = len(args) == 2 and args[1].const and isinstance(args[0].kind, Definition) and not args[0].clients
    if of_instance and isinstance(run.names.class_member(args[0].kind, args[1].const), Definition):
        return TRUE  # what a base class asks of those that inherit from it
    return _says_no_more(run, call)


def _says_no_more(run: Any, call: Calling) -> Value:
    """What says nothing of what it is handed; but for how many there are."""
    args = call.args
    counted = Value(frozenset(o for value in args[:1] for o in value.origins if _counts(o))) if call.name == "len" else EMPTY
    return in_doubt(counted) if args and holds_answers(args[0]) else counted


def _any_or_all(run: Any, call: Calling) -> Value | None:
    name, expr = call.name, call.expr
    items = call.args[0].items if call.args else None
    if items and any(item.truth is (name == "any") for item in items):
        return TRUE if name == "any" else FALSE
    if items and all(item.truth is not None for item in items):
        return TRUE if (any if name == "any" else all)([item.truth for item in items]) else FALSE
    if expr.args and isinstance(expr.args[0], ir.Seq) and len(expr.args[0].items) > 1:
        return run.boolean(ir.Bool("or" if name == "any" else "and", expr.args[0].items), call.frame)
    each = bool(expr.args) and isinstance(expr.args[0], ir.Comp)
    if name == "any" and items and len(items) > 1 and not each:
        staff = [item for item in items if item.has(ROLE)]  # they have their own way in
        return union([whichever([item for item in items if not item.has(ROLE)]), *staff])
    if items and not each:
        return Value(origins_of(items))
    return run.of_each(name, call.args[0], expr.args[0], call.frame) if each else None


def _filter(run: Any, call: Calling) -> Value | None:
    args = call.args
    if len(args) != 2:
        return None
    kept = run.call_lambda(args[0].closure, [run.element(args[1])]) if isinstance(args[0].closure, tuple) else EMPTY
    if memory.is_kept(run, args[1]):
        return Value(run.sifted(args[1].origins, set(kept.outcomes), call.expr, call.frame))
    return args[1].plus(kept.outcomes)


def _converted(run: Any, call: Calling) -> Value | None:
    """`str(order_id)`, `list(orders)`, `next(order for order in orders)`"""
    name, args = call.name, call.args
    if not args:
        return Value(kind=f"builtins.{name}") if name in ("set", "list") else None
    first = args[0] if name != "next" else lists.one_of(run.one_of(args[0], call.expr, call.frame), 0)
    if name == "next" and len(args) > 1 and args[1].selections:  # `next((o for o in user.orders if ...), Order.query.get(order_id))`
        first = Value(in_doubt(first).origins | in_doubt(args[1]).origins)
    if name == "bool" and first.truth is not None:
        return TRUE if first.truth else FALSE
    if name in ("str", "float"):  # of an answer: a text is true
        first = in_doubt(first)
    if name == "set":
        return Value(first.origins, "builtins.set", items=first.items)
    return Value(first.origins, const=first.const, items=first.items, ways=first.ways) if name != "bool" else Value(first.origins)


_KNOWN: dict[str, Callable[[Any, Calling], Value | None]] = {
    "getattr": _getattr,
    "setattr": _setattr,
    "type": _type,
    "dict": _dict,
    "isinstance": _isinstance,
    "hasattr": _hasattr,
    "filter": _filter,
    **dict.fromkeys(("any", "all"), _any_or_all),
    **dict.fromkeys(("callable", "issubclass", "print", "super", "len"), _says_no_more),
    **dict.fromkeys(("str", "int", "bool", "float", "list", "tuple", "set", "sorted", "reversed", "iter", "next", "frozenset"), _converted),
}


def _or_else(found: Value, default: Value) -> Value:
    """`getattr(user, "is_admin", True)`: who lacks it has it all the same; `getattr(order, "user_id", user.id)` may be the caller themselves."""
    if default.truth is True:
        found = found.made_of(found.origins - ROLES)
    return found.plus(default.origins) if default.has(CALLER) else found


def _denies(expr: ir.Expr) -> bool:
    """`role not in user.roles`"""
    return (isinstance(expr, ir.Unary) and expr.op == "not") or (isinstance(expr, ir.Cmp) and expr.ops[0] in ("not in", "!="))


def _counts(origin: object) -> bool:
    """Does it say which rows, so that how many there are of it does too? How long a token is says nothing."""
    return isinstance(origin, (Selection, Tie)) or (isinstance(origin, Client) and not SHARED_SECRET.search(origin.name))


def _is_function(value: Value) -> bool:
    return isinstance(value.ref, Definition) and value.ref.kind == "function" and not value.origins


def _of_functions(cls: Value) -> bool:
    """Is this a class that functions are instances of, or one that nobody knows?"""
    last = cls.ref.rpartition(".")[2] if isinstance(cls.ref, str) else cls.ref.name if isinstance(cls.ref, Definition) else ""
    return last in ("", "Callable", "FunctionType", "MethodType", "object")
