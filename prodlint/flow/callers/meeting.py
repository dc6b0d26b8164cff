"""Whether who calls meets what a guard was told, so that somebody is turned away for it: `@requires_role("ADMN")`, `Depends(Allowed("report.read"))`.

Knows: what values hang on, as it is written, through names, functions of the project, what these make and the objects of its classes. Does not know:
what the meeting comes to, whom a guard lets in and whose rows these are (`interpreter.py`); which guards stand before a handler (`decorators.py`).

Every app has its own way from the role that stands at a handler to the 403: a loop over what the decorator was told, a closure that is handed to
another decorator, a method of the user. What all of them have in common is that the two meet in a call or a comparison, and that whether somebody is
turned away hangs on it. That there is a caller at all, or that the guard was told something, is no meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers.turning_away import aborts, ends, is_no, swallows
from prodlint.flow.knowledge import AUTHENTICATES, PRESENCE_WORDS, last_name
from prodlint.names import Definition, Scope, holding, statements
from prodlint.routing.walking import inside

# the caller, what is read of them, what a guard was told, the request, which row it names; the caller together with what was told, with the row
CALLS, WHO, TOLD, ASKED, ROW, MET, MEANT = 1, 2, 4, 8, 16, 32, 64
DEPTH, STEPS = 6, 6_000  # calls within calls, and expressions, for one guard
REQUESTS = re.compile(r"_?(?:request|req|info|connection|conn|self|cls|view|resource|context|ctx|args)$")
STORES = frozenset({"g", "session", "request", "flask_session"})  # of a request, wherever they are asked
CALLERS = re.compile(
    r"(?:current_?|auth_?|request_?|logged_in_?|login_?)?(?:user|account|member|principal|identity|caller|requester|person|profile)(?:_?(?:id|name|data|info|obj|object))?$"
    r"|current_\w+$|auth$|(?:auth_|jwt_|token_)?(?:claims|roles?|permissions?|scopes?|groups|capabilities)$"
)
PATHS = frozenset({"view_args", "path_params", "match_info", "kwargs", "resolver_match"})  # of a request: the parts of its path
IDENTITY = re.compile(r"(?:id|pk|uuid|sub|_id|user_?id|user_?name|e?mail|login)$")


class Val(msgspec.Struct, eq=False):
    """marks: what a value hangs on. ref, env: the function that it is, and the names around it; fields, kind: an object of the project's class;
    says_no: a function gave it that turns somebody away by what it gives."""

    marks: int = 0
    ref: Any = None
    env: dict[str, Val] | None = None
    fields: dict[str, Val] | None = None
    kind: Definition | None = None
    me: Val | None = None
    says_no: bool = False


NOTHING = Val()
VIEW = Val(ref="view")


def joined(values: Iterable[Val]) -> int:
    marks = 0
    for value in values:
        marks |= value.marks
    return marks


def met(values: Iterable[Val]) -> int:
    """What several values come to in one call or comparison: who calls, on one side, may meet what the guard was told, on another."""
    sides = [value.marks for value in values]
    marks = 0
    for at, one in enumerate(sides):
        marks |= one
        if one & (CALLS | WHO):
            others = _all(other for place, other in enumerate(sides) if place != at)
            marks |= (MET if others & TOLD else 0) | (MEANT if others & ROW else 0)
    return (marks & ~CALLS) | WHO if marks & CALLS else marks


class Reader:
    """Reads one guard."""

    def __init__(self, names: Any, knowledge: Any) -> None:
        self.names, self.knowledge = names, knowledge
        self.path: frozenset[str] | None = None  # the parts of the path, where they are known
        self.steps = 0
        self.out = 0  # what it hangs on whether somebody is turned away
        self.raised = 0  # by something that is raised, whoever reads what is given back
        self.active: list[object] = []

    # ------------------------------------------------------------ expressions
    def value(self, expr: ir.Expr | None, env: dict[str, Val], scope: Scope) -> Val:
        self.steps += 1
        if expr is None or self.steps > STEPS or isinstance(expr, ir.Const):
            return NOTHING
        if isinstance(expr, ir.Name):
            return self.named(expr, env, scope)
        if isinstance(expr, ir.Attr):
            return self.attribute(expr, env, scope)
        if isinstance(expr, ir.Call):
            return self.call(expr, env, scope)
        if isinstance(expr, (ir.Await, ir.Star, ir.Walrus, ir.Yield)):
            inner = self.value(expr.value, env, scope)
            if isinstance(expr, ir.Walrus):
                env[expr.target.id] = inner
            return inner
        if isinstance(expr, ir.Lambda):
            return Val(self.value(expr.body, {**env, **_placed(expr.params, [], {})}, scope).marks, (expr, scope), env)
        if isinstance(expr, (ir.Bool, ir.IfExp, ir.Unary)):
            parts = [self.value(part, env, scope) for part in _children(expr)]
            alone = [part for part in parts if part.ref is not None or part.says_no]
            return Val(joined(parts), alone[0].ref if alone else None, alone[0].env if alone else None, says_no=any(p.says_no for p in parts))
        if isinstance(expr, ir.Comp):
            return self.comprehension(expr, env, scope)
        parts = [self.value(part, env, scope) for part in _children(expr)]
        if isinstance(expr, ir.Sub) and parts[0].marks & (ASKED | ROW) and isinstance(expr.index, ir.Const):
            return self.item(parts[0], expr.index.value)
        return Val(joined(parts) if isinstance(expr, (ir.Fstr, ir.Seq)) else met(parts))

    def item(self, base: Val, key: object) -> Val:
        """A part of the request by its name, of a session, of what the path names."""
        if base.fields is not None:
            return base.fields.get(str(key), NOTHING)
        if base.marks & ROW and self.path is not None and key not in self.path:
            return NOTHING
        return Val(CALLS) if base.marks & ASKED and _caller(key) else Val(base.marks)

    def named(self, expr: ir.Name, env: dict[str, Val], scope: Scope) -> Val:
        if (known := env.get(expr.id)) is not None:
            return known
        ref = self.names.resolve(expr, scope)
        if isinstance(ref, Definition) and ref.kind in ("function", "class"):
            return Val(ref=ref)
        if expr.id in STORES:
            return Val(ASKED)
        return Val(CALLS) if expr.id == "current_user" or (isinstance(ref, str) and ref in self.knowledge.principals) else NOTHING

    def attribute(self, expr: ir.Attr, env: dict[str, Val], scope: Scope) -> Val:
        base = self.value(expr.base, env, scope)
        if base.fields is not None and expr.name in base.fields:
            return base.fields[expr.name]
        if base.kind is not None:
            found = self.names.class_member(base.kind, expr.name)
            if isinstance(found, Definition) and found.kind == "function":
                return Val(base.marks, found, me=base)
            return Val(base.marks)
        if base.marks & CALLS:
            same = IDENTITY.match(expr.name) or expr.name in ("user", "account")
            kept = 0 if PRESENCE_WORDS.match(expr.name) else CALLS if same else WHO
            return Val(kept, self.method(expr, scope), me=base)
        if base.marks & ASKED:
            return Val(CALLS if _caller(expr.name) else ROW if expr.name in PATHS else ASKED)
        return Val(base.marks, self.method(expr, scope), me=base)

    def method(self, expr: ir.Attr, scope: Scope) -> Definition | None:
        ref = self.names.resolve(expr, scope)
        return ref if isinstance(ref, Definition) and ref.kind in ("function", "class") else None

    def comprehension(self, expr: ir.Comp, env: dict[str, Val], scope: Scope) -> Val:
        parts, inner = [], dict(env)
        for each in expr.fors:
            rows = self.value(each.iter, inner, scope)
            parts.append(rows)
            self.bound(each.target, Val(rows.marks), inner)
            parts += [self.value(test, inner, scope) for test in each.ifs]
        return Val(joined([*parts, self.value(expr.elt, inner, scope)]))

    # ------------------------------------------------------------ calls
    def call(self, expr: ir.Call, env: dict[str, Val], scope: Scope) -> Val:
        function, name = self.value(expr.func, env, scope), last_name(expr.func)
        args = [self.value(arg, env, scope) for arg in expr.args]
        kwargs = {keyword.name: self.value(keyword.value, env, scope) for keyword in expr.kwargs}
        given = [*args, *kwargs.values()]
        ref = self.names.resolve(expr.func, scope) if isinstance(expr.func, (ir.Name, ir.Attr)) else None
        asks = AUTHENTICATES.match(name) and function.ref is None and any(value.marks & ASKED for value in given)
        if asks or self.knowledge.names_caller(name) or (isinstance(ref, str) and ref in self.knowledge.principal_calls):
            return Val(CALLS)  # whatever it was told of how to ask
        if name in ("get", "pop") and isinstance(expr.func, ir.Attr) and expr.args and isinstance(expr.args[0], ir.Const):
            base = self.value(expr.func.base, env, scope)
            if base.marks & (ASKED | ROW):
                return self.item(base, expr.args[0].value)
        if function.ref is not None and function.ref != "view":
            answer = self.answer(function, args, kwargs)
            return Val(answer.marks | (MET if function.marks & TOLD and answer.marks & (CALLS | WHO) else 0), answer.ref, answer.env, answer.fields,
                       answer.kind, answer.me, answer.says_no)  # fmt: skip
        return Val(met([function, *given]))

    def answer(self, function: Val, args: list[Val], kwargs: dict[str, Val]) -> Val:
        """What a function of the project gives, a lambda, or a class: its object."""
        ref = function.ref
        if isinstance(ref, tuple):
            made, scope = ref
            return self.value(made.body, {**(function.env or {}), **_placed(made.params, args, kwargs)}, scope)
        if ref.kind == "class":
            return self.made(ref, args, kwargs)
        node = ref.node
        if not isinstance(node, ir.Function) or node in self.active or len(self.active) >= DEPTH:
            return Val(met([function, *args, *kwargs.values()]))
        if function.me is not None and node.params and not any(last_name(d) == "staticmethod" for d in node.decorators):
            args = [function.me, *args]
        self.active.append(node)
        found = self.run(ref, {**(function.env or {}), **_placed(node.params, args, kwargs)})
        self.active.pop()
        return found

    def made(self, cls: Definition, args: list[Val], kwargs: dict[str, Val]) -> Val:
        init, me = self.names.class_member(cls, "__init__"), Val(joined([*args, *kwargs.values()]) & ~MET, kind=cls, fields={})
        if isinstance(init, Definition) and isinstance(init.node, ir.Function) and init.node not in self.active:
            self.active.append(init.node)
            self.run(init, _placed(init.node.params, [me, *args], kwargs))
            self.active.pop()
        call = self.names.class_member(cls, "__call__")
        return Val(me.marks, call, None, me.fields, cls, me) if isinstance(call, Definition) and call.kind == "function" else me

    # ------------------------------------------------------------ bodies
    def run(self, ref: Definition, env: dict[str, Val]) -> Val:
        """What a function gives; what it hangs on whether it turns somebody away is added to `out`."""
        body, scope = self.names.body(ref.node), self.names.scope(ref)
        for inner in self.names.nested(ref):
            env.setdefault(inner.name, Val(ref=inner, env=env))
        around = self.out
        lines = list(statements(body))
        for _ in range(2 if any(isinstance(line, (ir.For, ir.While)) for line in lines) else 1):  # what a later line of a loop puts into a name
            for statement in lines:
                self.binds(statement, env, scope)
        self.out, given = 0, list[tuple[ir.Expr | None, Val, int]]()
        self.walk(body, 0, env, scope, given)
        self.out |= around
        plain = {expr.value for expr, _, _ in given if isinstance(expr, ir.Const)}
        same = all(isinstance(expr, ir.Const) for expr, _, _ in given) and len(plain) <= 1
        marks = 0 if same else joined(value for _, value, _ in given) | _all(hangs for _, _, hangs in given)
        first = next((value for _, value, _ in given if value.ref is not None or value.fields is not None), NOTHING)
        no = any(value.says_no or is_no(expr) for expr, value, _ in given)
        return Val(marks, first.ref, first.env, first.fields, first.kind, first.me, no)

    def binds(self, statement: ir.Stmt, env: dict[str, Val], scope: Scope) -> None:
        if isinstance(statement, ir.Assign) and statement.value is not None:
            value = self.value(statement.value, env, scope)
            for target in statement.targets:
                self.bound(target, value, env)
        elif isinstance(statement, ir.AugAssign):
            self.bound(statement.target, self.value(statement.value, env, scope), env)
        elif isinstance(statement, ir.For):
            self.bound(statement.target, Val(self.value(statement.iter, env, scope).marks), env)
        elif isinstance(statement, ir.With):
            for item, target in statement.items:
                self.bound(target, self.value(item, env, scope), env)

    def bound(self, target: ir.Expr | None, value: Val, env: dict[str, Val]) -> None:
        if isinstance(target, ir.Name):
            known = env.get(target.id, NOTHING)
            more = known.marks | value.marks
            env[target.id] = Val(more, value.ref or known.ref, value.env or known.env, value.fields or known.fields, value.kind or known.kind,
                                 value.me or known.me, value.says_no or known.says_no)  # fmt: skip
        elif isinstance(target, ir.Seq):
            for item in target.items:
                self.bound(item, Val(value.marks, says_no=value.says_no), env)
        elif isinstance(target, ir.Star):
            self.bound(target.value, value, env)
        elif isinstance(target, ir.Attr) and isinstance(target.base, ir.Name):
            me = env.get(target.base.id, NOTHING)
            if me.fields is not None:
                me.fields[target.name] = value

    def walk(self, body: tuple[ir.Stmt, ...], hangs: int, env: dict[str, Val], scope: Scope, given: list[tuple[ir.Expr | None, Val, int]]) -> None:
        """hangs: what it hangs on whether these statements run."""
        for statement in body:
            if isinstance(statement, ir.If):
                test, strangers = self.value(statement.test, env, scope).marks, self.strangers(statement.test, env, scope)
                for block in (statement.body, statement.orelse):
                    before = self.out, self.raised
                    self.walk(block, hangs | test, env, scope, given)
                    if strangers is (block is statement.body):  # to ask strangers for a login is no answer to anybody
                        self.out, self.raised = before
                if ends(statement.body) or ends(statement.orelse):
                    hangs |= test
            elif isinstance(statement, ir.Try):
                before = self.out, self.raised
                self.walk(statement.body, hangs, env, scope, given)
                self.out, self.raised = before if any(map(swallows, statement.handlers)) else (self.out, self.raised)
                for block in (*(handler.body for handler in statement.handlers), statement.orelse, statement.final):
                    self.walk(block, hangs, env, scope, given)
            elif isinstance(statement, (ir.For, ir.While, ir.With)):
                tests = [statement.iter] if isinstance(statement, ir.For) else [statement.test] if isinstance(statement, ir.While) else []
                self.walk(statement.body, hangs | joined(self.value(test, env, scope) for test in tests), env, scope, given)
                self.walk(getattr(statement, "orelse", ()), hangs, env, scope, given)
            elif isinstance(statement, ir.Match):
                subject = self.value(statement.subject, env, scope).marks
                for case in statement.cases:
                    self.walk(case.body, hangs | subject, env, scope, given)
            else:
                self.plain(statement, hangs, env, scope, given)

    def strangers(self, test: ir.Expr, env: dict[str, Val], scope: Scope) -> bool | None:
        """The side of a test on which nobody is known, where that is all that it asks."""
        if isinstance(test, ir.Unary) and test.op == "not":
            side = self.strangers(test.value, env, scope)
            return None if side is None else not side
        known = isinstance(test, ir.Attr) and PRESENCE_WORDS.match(test.name) and self.value(test.base, env, scope).marks & CALLS
        return False if known or (isinstance(test, (ir.Name, ir.Attr)) and self.value(test, env, scope).marks == CALLS) else None

    def plain(self, statement: ir.Stmt, hangs: int, env: dict[str, Val], scope: Scope, given: list[tuple[ir.Expr | None, Val, int]]) -> None:
        if isinstance(statement, ir.Raise) and (statement.exc is None or is_no(statement.exc, raised=True)):
            self.refuses(hangs)
        elif isinstance(statement, ir.Assert):
            self.refuses(hangs | self.value(statement.test, env, scope).marks)
        elif isinstance(statement, ir.Return):
            value = self.value(statement.value, env, scope)
            given.append((statement.value, value, hangs))
            self.out |= hangs if value.says_no or is_no(statement.value) else 0
            if isinstance(statement.value, ir.Bool) and statement.value.op == "or" and value.says_no:
                self.out |= value.marks  # `return refused(request, told) or view(request)`
        elif isinstance(statement, ir.ExprStmt):
            call = statement.value.value if isinstance(statement.value, ir.Await) else statement.value
            value = self.value(call, env, scope)
            if aborts(call):
                self.refuses(hangs)
            elif isinstance(call, ir.Call) and value.marks & (MET | MEANT) and self.unread(call, scope):
                self.refuses(value.marks)  # `policy.enforce(user, action)` of a package: all that it may do is to refuse

    def refuses(self, hangs: int) -> None:
        self.out |= hangs
        self.raised |= hangs

    def unread(self, call: ir.Call, scope: Scope) -> bool:
        """Does a call whose answer nobody looks at stand there for what it raises, by its name?"""
        ref = self.names.resolve(call.func, scope) if isinstance(call.func, (ir.Name, ir.Attr)) else None
        return not isinstance(ref, Definition) and bool(self.knowledge.names_guard(last_name(call.func)))


def told(value: Val) -> Val:
    """What a guard was told."""
    return Val(value.marks | TOLD, value.ref, value.env, value.fields, value.kind, value.me)


def _children(expr: Any) -> Iterator[ir.Expr]:
    for name in holding(type(expr)):
        part = getattr(expr, name)
        for each in part if isinstance(part, tuple) else (part,):
            if isinstance(each, tuple):
                yield from (one for one in each if isinstance(one, ir.Node))  # type: ignore[misc]
            elif isinstance(each, ir.Node) and not isinstance(each, (ir.Keyword, ir.Param, ir.For_)):
                yield each  # type: ignore[misc]


def _placed(params: tuple[ir.Param, ...], args: list[Val], kwargs: dict[str, Val]) -> dict[str, Val]:
    env: dict[str, Val] = {}
    plain = [param for param in params if param.kind in ("pos", "any")]
    for param, value in zip(plain, args, strict=False):
        env[param.name] = value
    for param in params:
        if param.kind == "*":
            env[param.name] = Val(joined(args[len(plain) :]), *_function(args[len(plain) :]))
        elif param.kind == "**":
            rest = [value for name, value in kwargs.items() if all(name != other.name for other in params)]
            env[param.name] = rest[0] if len(rest) == 1 and "" in kwargs else Val(joined(rest))
        elif param.name not in env:
            spread = kwargs.get("", NOTHING)  # `may_edit(request, **kwargs)`
            env[param.name] = kwargs.get(param.name, spread if spread.fields is None else spread.fields.get(param.name, NOTHING))
    return env


def _function(values: list[Val]) -> tuple[Any, dict[str, Val] | None]:
    return next(((value.ref, value.env) for value in values if value.ref is not None), (None, None))


def _all(marks: Iterable[int]) -> int:
    out = 0
    for each in marks:
        out |= each
    return out


def _caller(word: object) -> bool:
    return isinstance(word, str) and CALLERS.match(word) is not None


def turns_away(read: Reader, guard: Val, path: frozenset[str]) -> int:
    """What it hangs on whether somebody is turned away by what stands in for a handler, or before it; path: the parts of its path."""
    ref = guard.ref
    if not isinstance(ref, Definition) or not isinstance(ref.node, ir.Function):
        return 0
    env = dict(guard.env or {})
    read.path = path
    left = path.difference(param.name for param in ref.node.params)
    for position, param in enumerate(ref.node.params):
        env[param.name] = guard.me if position == 0 and guard.me is not None else _brought(param, read.knowledge, path, left)
    read.out = 0
    read.run(ref, env)
    return read.out


def _brought(param: ir.Param, knowledge: Any, path: frozenset[str], left: frozenset[str]) -> Val:
    """What a parameter of a guard holds, by what it is called and depends on."""
    if param.kind == "**":
        return Val(ROW, fields=dict.fromkeys(left, Val(ROW))) if left else NOTHING
    if param.name in path:
        return Val(ROW)
    if _caller(param.name) or knowledge.names_caller(param.name):
        return Val(CALLS)
    if param.kind == "*" or REQUESTS.match(param.name):
        return Val(ASKED)
    asked = [each for part in (param.default, param.annotation) if part is not None for each in inside(part)]
    named = any(knowledge.names_caller(last_name(each)) for each in asked if isinstance(each, (ir.Name, ir.Attr)))
    return Val(CALLS) if named else NOTHING
