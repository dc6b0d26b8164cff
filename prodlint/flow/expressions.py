"""Runs expressions on abstract values: names, operators, parts.

Knows: how origins move through expressions. Does not know: attributes (`attributes.py`),
comparisons (`comparisons.py`), displays (`displays.py`), calls (`calls.py`), statements.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow import bodies, choosing, deferred, folding, fragments, narrowing, open_paths, permissions, queries, tenants, ways
from prodlint.flow.attributes import Attributes
from prodlint.flow.comparisons import Comparisons, is_set
from prodlint.flow.displays import Displays
from prodlint.flow.frames import Frame, OutOfBudget
from prodlint.flow.knowledge import IDENTITY_KEYS, ROLE_WORDS, TENANT_WORDS, USER_MODEL, last_name, role_marks
from prodlint.flow.principals import says_itself
from prodlint.flow.values import (
    ADMIN,
    CALLER,
    EMPTY,
    FALSE,
    KIND,
    NOTHING,
    PRESENCE,
    REQUEST,
    ROLE,
    ROLES,
    TRUE,
    Client,
    Link,
    Origin,
    Selection,
    Tie,
    Value,
    flipped,
    holds_answers,
    in_doubt,
    origins_of,
    union,
    unsigned,
    weaker,
    whichever,
)
from prodlint.names import Definition, statements

REQUESTS = frozenset({"flask.request", "quart.request", "flask.globals.request", "bottle.request", "connexion.request"})


# what a row says of itself that lets everybody see it
OPEN_ROWS = re.compile(r"^(?:is_)?(?:\w+_)?(?:public|published|live|open)$", re.I)

REGISTRIES = frozenset({"get_model", "load_model"})  # of Django, of packages whose models apps replace (oscar, swapper)


class Expressions(Attributes, Comparisons, Displays):
    """Half of `interpreter.Run`."""

    def eval(self: Any, expr: ir.Expr, frame: Frame) -> Value:
        """The abstract value of an expression."""
        self.steps += 1
        if self.steps > self.limit:
            self.ended = frame.scope.module.path, ir.start_of(expr)
            raise OutOfBudget
        how = _EVAL.get(type(expr))
        return EMPTY if how is None else how(self, expr, frame)

    # ------------------------------------------------------------ names
    def name(self: Any, expr: ir.Name, frame: Frame) -> Value:
        if expr.id in self.knowledge.own_principals:
            self.caller_seen = True
            return Value(frozenset({CALLER}))
        here: Frame | None = frame
        while here is not None:
            found = here.env.get(expr.id)
            if found is not None:
                return found
            here = here.outer
        return self.static(self.names.lookup(expr.id, frame.scope))

    def static(self: Any, ref: object) -> Value:
        """The value of something that stands in a module: a function, class, module, global, outside name."""
        if ref is None:
            return EMPTY
        if isinstance(ref, str):
            if ref in REQUESTS:
                return Value(frozenset({REQUEST}), ref=ref)
            if ref in self.knowledge.principals:
                self.caller_seen = True
                return Value(frozenset({CALLER}), ref=ref)
            return Value(ref=ref, kind=ref)
        if isinstance(ref, Definition) and ref.kind in ("value", "param"):
            node = ref.node
            if isinstance(node, ir.Assign) and isinstance(node.value, (ir.Name, ir.Attr)):  # orders = Order
                named = self.names.resolve(node.value, self.names.scope_of(ref))
                if isinstance(named, Definition) and named.kind == "class":
                    return Value(ref=named)
            if isinstance(node, ir.Assign) and isinstance(node.value, ir.Call) and (model := self.model_called(node.value)) is not None:
                return Value(ref=model)
            const = node.value.value if isinstance(node, ir.Assign) and isinstance(node.value, ir.Const) else None
            kind = self.names.value_type(ref)
            if kind == f"{USER_MODEL}()":  # User = get_user_model()
                return self.static(self.knowledge.django_user)
            origins: frozenset[Origin] = frozenset()
            if kind in ("werkzeug.local.LocalProxy",) and self.knowledge.names_caller(ref.name):
                origins = frozenset({CALLER})
            if isinstance(kind, Definition) and isinstance(node, ir.Assign) and isinstance(node.value, ir.Call) and not self.knowledge.is_model(kind):
                return self.instance(ref, kind)
            if isinstance(node, ir.Assign) and isinstance(node.value, ir.Call) and (made := self.function_made(ref, node.value)) is not None:
                return made
            items = self.global_items(ref) if isinstance(node, ir.Assign) else None
            if not self.began and isinstance(node, ir.Assign) and isinstance(node.value, (ir.Seq, ir.Bin, ir.Comp, ir.Call)):
                items = open_paths.of_global(self, ref) if items is None or open_paths.are_words(items) else items
            return Value(origins, kind, ref, const if isinstance(const, str) else None, items=items)
        return Value(ref=ref)

    def instance(self: Any, ref: Definition, kind: Definition) -> Value:
        """An object that a module makes (`tasks = Repository(Task)`), with the fields its constructor sets; made once for each endpoint."""
        known = self.made_globals.get(ref)
        if known is None:
            self.made_globals[ref] = Value(frozenset(), kind, ref)
            made = self.eval(ref.node.value, Frame(self.names.scope_of(ref), {}, 2))  # type: ignore[attr-defined]
            known = self.made_globals[ref] = Value(frozenset(), kind, ref, None, made.fields)
        return known

    def model_called(self: Any, call: ir.Call) -> Definition | None:
        """The model that a registry of apps is asked for: `apps.get_model("shop", "Order")`, `load_model("shop.Order")`."""
        if self.schema is None or last_name(call.func) not in REGISTRIES:
            return None
        words = [arg.value for arg in call.args if isinstance(arg, ir.Const) and isinstance(arg.value, str)]
        app, _, name = ".".join(words).rpartition(".")
        return self.schema.of_app(app, name) if app and len(words) == len(call.args) <= 2 else None

    def function_made(self: Any, ref: Definition, call: ir.Call) -> Value | None:
        """A function that another one of the project makes for a module: `get_order = getter_of(Order)`."""
        maker = self.names.resolve(call.func, self.names.scope_of(ref))
        if not isinstance(maker, Definition) or maker.kind != "function" or not any(type(s) is ir.Function for s in self.names.body(maker.node)):
            return None
        if ref not in self.made_globals:
            self.made_globals[ref] = EMPTY
            self.made_globals[ref] = self.eval(call, Frame(self.names.scope_of(ref), {}, 2))
        made = self.made_globals[ref]
        return made if isinstance(made.ref, Definition) and made.ref.kind == "function" else None

    def global_items(self: Any, ref: Definition) -> tuple[Value, ...] | None:
        value = ref.node.value  # type: ignore[attr-defined]
        if isinstance(value, ir.Call) and isinstance(value.func, ir.Name) and value.func.id in ("frozenset", "set", "tuple", "list") and value.args:
            value = value.args[0]
        if isinstance(value, ir.Seq) and all(isinstance(item, ir.Const) for item in value.items) and len(value.items) < 30:
            return tuple(Value(const=item.value if isinstance(item.value, str) else None) for item in value.items)  # type: ignore[union-attr]
        return None

    # ------------------------------------------------------------ attributes
    # ------------------------------------------------------------ selections
    def select(self: Any, model: object, expr: ir.Expr, frame: Frame, parents: tuple[Selection, ...] = (), **more: Any) -> Selection:
        """A new selection, standing where the expression stands."""
        known = model if isinstance(model, (Definition, str)) else ""
        path, at, end = frame.scope.module.path, ir.start_of(expr), getattr(expr, "end", 0)
        selection = Selection(known, path, at, end, parents=parents, admin=self.admin_depth > 0, tests=frozenset((*self.branch, *self.tried)), **more)
        self.selections.append(selection)
        return selection

    # ------------------------------------------------------------ operators
    def truth(self: Any, expr: ir.Expr, frame: Frame) -> Value:
        """A value that is asked whether it is true; a display that holds something is, whatever it holds."""
        filled = isinstance(expr, ir.Seq) and any(not isinstance(item, ir.Star) for item in expr.items)
        if filled or deferred.left_alone(self, expr, frame):
            return TRUE
        value = self.eval(expr, frame)
        called = self.callee(expr, frame) if value.outcomes else None
        if isinstance(called, Definition) and called.kind == "function":
            value = permissions.as_truth(self, called, value)
        if value.outcomes and holds_answers(value):
            return in_doubt(value)
        return TRUE if isinstance(expr, ir.Name) and self.switched_on(value.ref) else value

    def callee(self: Any, expr: ir.Expr, frame: Frame) -> object:
        """What a call, awaited or not, calls; None where the expression is none."""
        call = expr.value if isinstance(expr, ir.Await) else expr
        return self.eval(call.func, frame).ref if isinstance(call, ir.Call) else None

    def switched_on(self: Any, ref: object) -> bool:
        """`STRICT = True` in a module, and never anything else: also no function of the module says otherwise."""
        if not isinstance(ref, Definition) or ref.kind != "value" or ref.owner is not None or ref.again:
            return False
        if not (isinstance(ref.node, ir.Assign) and isinstance(ref.node.value, ir.Const) and ref.node.value.value is True):
            return False

        def fixed() -> bool:
            pending = [function.node for function in self.names.functions_in(ref.module)]
            while pending:
                for each in statements(self.names.body(pending.pop())):
                    if isinstance(each, ir.Simple) and each.kind == "global" and ref.name in each.names:
                        return False
                    pending.extend([each] if isinstance(each, ir.Function) else ())
            return True

        known: bool = self.names.remembering(self.knowledge.switches, ref, fixed, False)
        return known

    def negated(self: Any, expr: ir.Unary, frame: Frame) -> Value:
        value = self.truth(expr.value, frame) if expr.op == "not" else self.eval(expr.value, frame)
        if expr.op == "~" and (permission := permissions.refused(value)) is not None:
            return permission
        if expr.op != "not":
            if expr.op == "~" and value.kind == narrowing.EXISTS:
                return EMPTY
            return Value(flipped(value.outcomes)) if expr.op == "~" and value.fields else value  # ~Q(owner=user): everybody else's
        if value.truth is not None:
            return FALSE if value.truth else TRUE
        return Value(flipped(value.origins))

    def boolean(self: Any, expr: ir.Bool, frame: Frame) -> Value:
        values = [self.truth(value, frame) for value in expr.values]
        if any(v.outcomes for v in values) and any(_shows(part, v, expr.op) for part, v in zip(expr.values, values, strict=True)):
            values = [v.made_of(frozenset(map(weaker, v.origins))) for v in values]  # `page.is_public or page.owner == user`: strangers see it too
        decided = expr.op == "or"
        if any(v.truth is decided for v in values):
            return TRUE if decided else FALSE
        denied = all(_denies(part) for part, v in zip(expr.values, values, strict=True) if v.has(ROLE))  # `not may(user) or closed`: refuse
        kept = [(part, v) for part, v in zip(expr.values, values, strict=True) if v.truth is None]
        if not self.began:
            self.answered[id(expr)] = len(kept) < 2  # the path alone answers the rest
        if len(kept) < 2:
            return kept[0][1] if kept else values[0]  # `self.lookup_url_kwarg or self.lookup_field`, where the first is None
        if expr.op == "or" and values[0].items and isinstance(expr.values[-1], (ir.Seq, ir.Map)) and not expr.values[-1].items:
            return values[0]  # `scopes or []`
        values = ways.weighed(self, expr, [part for part, _ in kept], [v for _, v in kept], frame)
        joined = union(values)
        asked = all(v.origins or _void(v) for v in values)
        if expr.op == "or" and joined.has(ROLE) and not (asked or denied):  # `not allowed or user.id in allowed or is_admin(user)`
            joined = joined.made_of(joined.origins - {ROLE, ADMIN})
            values = [joined]
        if sum(v.fields is not None for v in values) > 1:  # conditions of a query
            fields = queries.either(values) if expr.op == "or" else queries.both(values)
            told = Value(joined.origins, fields=fields)
            return told if self.of_rows else told.made_in_doubt()  # Python gives one of the two, and a query is asked that alone
        return joined if any(v.kind or v.ref or v.fields for v in values) else Value(origins_of(values))

    def conditional(self: Any, expr: ir.IfExp, frame: Frame) -> Value:
        test = self.truth(expr.test, frame)
        if test.truth is not None:
            return self.eval(expr.body if test.truth else expr.orelse, frame)
        soft = self.soft(expr.test, test, frame)
        first, second = (self.aside(part, frame, (id(expr), which), soft) for part, which in ((expr.body, True), (expr.orelse, False)))
        if first.outcomes or second.outcomes:  # `True if force else mine` is `force or mine`
            if first.ref in _LITERALS or second.ref in _LITERALS:
                known, part = (first, expr.orelse) if first.ref in _LITERALS else (second, expr.body)
                other = expr.test if (known is first) is (known.truth is True) else ir.Unary("not", expr.test, ir.start_of(expr.test))
                return self.boolean(ir.Bool("or" if known.truth else "and", (other, part)), frame)
        if first.fields is not None or second.fields is not None:
            first, second = choosing.either_side(self, expr.test, test, first, second, frame)
        outcomes = test.outcomes if second.truth is False else flipped(test.outcomes) if first.truth is False else unsigned(test.outcomes)
        return whichever((first, second)).plus(outcomes)

    def or_else(self: Any, statement: ir.AugAssign, frame: Frame) -> Value | None:
        """`allowed |= request.args.get("x") == "1"`; None where this puts nothing beside an answer."""
        asked = statement.op in ("|=", "|", "&=", "&") and self.eval(statement.target, frame).outcomes and not is_set(statement.value)
        both = ir.Bool("or" if "|" in statement.op else "and", (statement.target, statement.value))
        return self.boolean(both, frame) if asked else None

    @staticmethod
    def condition(op: str, left: Value, right: Value) -> Value | None:
        """`terms |= Q(shared=True)`, `terms &= Q(pk=pk)`; None where these are no conditions of a query."""
        if left.fields is None or right.fields is None or isinstance(left.kind, Definition) or op.rstrip("=") not in ("|", "&"):
            return None
        return Value(left.origins | right.origins, fields=(queries.either if op[0] == "|" else queries.both)((left, right)))

    def aside(self: Any, expr: ir.Expr, frame: Frame, mark: tuple[int, bool], soft: bool) -> Value:
        """The value of a part that runs on one side of a test only: what it refuses holds there, unless the test is soft."""
        if soft:
            return self.eval(expr, frame)
        self.branch.append(mark)
        value = self.eval(expr, frame)
        self.branch.pop()
        return value

    def soft(self: Any, expr: ir.Expr, test: Value, frame: Frame) -> bool:
        """Does a test ask for a role, hold something against the caller, or ask for no more than whether there is one where there must be?"""
        asks_caller = (test.has(PRESENCE) or test.has(CALLER)) and self.only_callers
        return bool(test.outcomes) or test.has(ROLE) or (asks_caller and not ways.about_caller(self, expr, frame))

    def binary(self: Any, expr: ir.Bin, frame: Frame) -> Value:
        left, right = self.eval(expr.left, frame), self.eval(expr.right, frame)
        if (permission := permissions.combined(expr.op, left, right)) is not None:
            return permission
        if expr.op in "|&" and isinstance(expr.left, ir.Cmp) and isinstance(expr.right, ir.Cmp) and left.fields is None and right.fields is None:
            return self.boolean(ir.Bool("or" if expr.op == "|" else "and", (expr.left, expr.right)), frame)  # `(status == "open") | (owner == user)`
        if expr.op == "|" and left.selections and right.selections:
            left, right = self.but_nobodys(left), self.but_nobodys(right)
        const = None
        if expr.op == "+" and (left.const is not None or right.const is not None):
            const = (left.const if left.const is not None else "%s") + (right.const if right.const is not None else "%s")
            left = left if left.const is not None or left.items else Value(left.origins, items=(left,))
            right = right if right.const is not None or right.items else Value(right.origins, items=(right,))
        fields = queries.both((left, right)) if expr.op == "&" else queries.either((left, right)) if expr.op == "|" else None
        items = (*(left.items or ()), *(right.items or ())) or None if const is not None or expr.op == "+" else right.items
        if expr.op == "%" and left.const == "%s" and right.const is not None and not right.origins:
            return Value(const=right.const)
        if expr.op == "%" and left.const is not None:
            return Value(left.origins | right.origins, const=left.const, items=right.items or ((right,) if right.origins else None))
        if expr.op == "^" and (left.outcomes or right.outcomes):
            return in_doubt(Value(left.origins | right.origins))  # one of them, and not the other
        origins = left.origins | (flipped(right.origins) if expr.op == "-" else right.origins)  # what is left is what the right side has not
        if expr.op == "-" and (is_set(expr.left) or is_set(expr.right)):  # what is left of it: `if set(ids) - allowed: raise Forbidden()`
            return Value(origins | self.subset(left, right, -1))
        if expr.op == "-":  # wanted - {order.id for order in mine}: empty where every id is one of theirs
            origins |= {Link(client, row, -1) for client in left.clients for row in right.selections if not left.selections}
        return Value(origins, const=const, fields=fields, items=items)

    def but_nobodys(self: Any, rows: Value) -> Value:
        """Without `Tag.objects.filter(owner__isnull=True)`: beside other rows, those that nobody owns are for everybody."""
        nobodys = {
            row
            for row in rows.selections
            for name, value in row.terms
            if name.endswith("__isnull") and value.truth is True and self.schema is not None
            and self.schema.owner_field(row.model, name.removesuffix("__isnull"))
        }  # fmt: skip
        return rows.made_of(rows.origins - nobodys) if nobodys else rows

    def children(self: Any, expr: Any, frame: Frame) -> Value:
        return Value(origins_of([self.eval(child, frame) for child in expr.children]))

    # ------------------------------------------------------------ parts and the rest
    def subscript(self: Any, expr: ir.Sub, frame: Frame) -> Value:
        base = self.eval(expr.base, frame)
        index = self.eval(expr.index, frame)
        if base.ref == folding.VIEWS and index.ref == folding.ENDPOINT:
            return Value(ref=folding.VIEW)
        if index.origins and isinstance(base.ref, Definition) and not base.origins and self.knowledge.is_model(base.ref):
            return self.narrowed((), base.ref, "get", [index], {}, expr, frame)  # Order[order_id]
        if frame.depth == 0 and base.has(CALLER) and not (frame.tests or self.trying or self.branch) and IDENTITY_KEYS.search(index.const or ""):
            self.login.append((frame.scope.module.path, expr.at))  # session["user_id"] raises where nobody is logged in
        if base.fields is not None and index.const in base.fields:
            return base.fields[index.const].plus(o for o in base.outcomes if isinstance(o, Tie) and o.weak)  # what all of it was made by says so
        if (
            base.items is not None
            and isinstance(expr.index, ir.Const)
            and isinstance(expr.index.value, int)
            and -1 < expr.index.value < len(base.items)
        ):
            return base.items[expr.index.value]
        if base.fields and index.const is None and base.receiver is None and not isinstance(expr.index, (ir.Const, ir.Slice)):
            part = self.part(base, index, expr, frame)
            return bodies.any_of(base.fields).plus(part.origins - part.outcomes)
        if base.selections and isinstance(expr.index, ir.Const) and isinstance(expr.index.value, int):
            return fragments.marked(expr, self.one_of(base, expr, frame))
        return fragments.marked(expr, self.part(base, index, expr, frame))

    def part(self: Any, base: Value, index: Value, expr: ir.Expr, frame: Frame) -> Value:
        """`base[index]` or `base.get(index)`: a named part of a client container, an attribute of the caller, an item of data."""
        name = index.const
        if base.has(REQUEST) and base.kind is None:
            if name == "path":  # scope["path"]
                return self.where()
            if name == "type" and not self.began:  # of ASGI
                return Value(ref=folding.KIND, const="websocket" if self.method == "WEBSOCKET" else "http")
            mine = name == "session" or (name and (TENANT_WORDS.match(name) or self.knowledge.names_caller(name)))  # sanic_session, aiohttp
            return Value(frozenset({CALLER}) if mine else frozenset())
        out: set[Origin] = set()
        if base.fields and any(client.name == "*" for client in base.clients):  # a dict with something of the caller's, and a body over it
            base = Value(frozenset(client for client in base.clients if client.name == "*"))
        tenants.asked(self, base, name)
        if base.has(CALLER):  # session.get(project.id), user.grants[order_id]: there only if it is the caller's
            out.update(Tie(target) for target in index.targets)
        for origin in base.origins:
            if isinstance(origin, Client) and origin.name == "*":
                out.add(Client(name or "?", origin.source, (frame.scope.module.path, getattr(expr, "at", 0))))
            elif name and role_marks(name) and says_itself(self, base):
                out |= {origin, KIND}
            elif origin is CALLER and name and ROLE_WORDS.search(name):
                out |= role_marks(name) or {CALLER}  # which role, in claims["role_id"]
            else:
                out.add(origin)
        if not base.origins:  # Role[claims["role"]], RANKS[user.role]
            out |= index.origins & ROLES
        if not base.origins and index.clients:  # an in-memory table: ORDERS[order_id]
            return Value(index.origins if base.ref is None else frozenset())
        return Value(frozenset(out), ref=base.ref if isinstance(base.ref, Definition) and base.ref.kind == "class" else None)

    def constant(self: Any, expr: ir.Const, frame: Frame) -> Value:
        if isinstance(expr.value, str):
            return Value(const=expr.value)
        if expr.value is None:
            return EMPTY if expr.kind else NOTHING
        return TRUE if expr.value is True else FALSE if expr.value is False else EMPTY

    def lambda_(self: Any, expr: ir.Lambda, frame: Frame) -> Value:
        return Value(closure=(expr, frame))

    def walrus(self: Any, expr: ir.Walrus, frame: Frame) -> Value:
        value = self.eval(expr.value, frame)
        frame.env[expr.target.id] = value
        return value

    def yielded(self: Any, expr: ir.Yield, frame: Frame) -> Value:
        value = self.maybe(expr.value, frame)
        frame.returns.append(value)
        if frame.depth == 0:
            self.use(value)
        return EMPTY


_LITERALS = frozenset({"builtins.True", "builtins.False", "builtins.None"})


def _void(value: Value) -> bool:
    """A literal that stands in for what is missing: `claims.scopes or []`."""
    return value.items == () or value.fields == {} or value.const == "" or value.truth is False


def _shows(part: ir.Expr, value: Value, op: str) -> bool:
    """`page.is_public` beside an "or", `not page.is_public` beside an "and": what the row says itself lets everybody see it."""
    if op == "and":
        if not (isinstance(part, ir.Unary) and part.op == "not"):
            return False
        part = part.value
    return isinstance(part, ir.Attr) and bool(OPEN_ROWS.match(part.name)) and bool(value.selections) and not value.outcomes


def _denies(part: ir.Expr) -> bool:
    """Does a part of a test say no, so that what it holds is asked for where the whole does not hold?"""
    return (isinstance(part, ir.Unary) and part.op == "not") or (isinstance(part, ir.Cmp) and part.ops[-1] in ("!=", "not in", "is not"))


_EVAL: dict[type, Callable[..., Value]] = {
    ir.Name: Expressions.name, ir.Attr: Attributes.attribute, ir.Cmp: Comparisons.compare, ir.Bool: Expressions.boolean,
    ir.IfExp: Expressions.conditional, ir.Bin: Expressions.binary, ir.Seq: Expressions.sequence, ir.Map: Expressions.mapping,
    ir.Comp: Expressions.comprehension, ir.Fstr: Expressions.fstring, ir.Sub: Expressions.subscript, ir.Const: Expressions.constant,
    ir.Lambda: Expressions.lambda_, ir.Walrus: Expressions.walrus, ir.Yield: Expressions.yielded, ir.Other: Expressions.children,
    ir.Await: lambda run, expr, frame: run.eval(expr.value, frame), ir.Unary: Expressions.negated,
    ir.Star: lambda run, expr, frame: run.eval(expr.value, frame), ir.Call: lambda run, expr, frame: run.call(expr, frame),
}  # fmt: skip
