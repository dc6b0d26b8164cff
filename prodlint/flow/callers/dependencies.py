"""Runs dependencies: what `Depends(...)`, `Security(...)` and injected attributes give, and whether it is the caller.

Knows: the callables that FastAPI and its like take (functions, classes, instances with `__call__`, what a function makes), security schemes,
`Annotated` aliases. Sources: fastapi 0.121 dependencies/utils.py and security/. Does not know: which parameter is a dependency by its place
(`parameters.py`), what else runs before a handler (`guards.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import security_scopes
from prodlint.flow.callers.principals import is_token, named_by_client, who
from prodlint.flow.frames import Frame, insists
from prodlint.flow.interpret.habits import same_for_all
from prodlint.flow.knowledge import ADMIN_WORDS, HIGHEST, is_none, last_name, snake
from prodlint.flow.lookups.queries import client_terms, in_plain_words, narrowed_from, of_caller
from prodlint.flow.proofs.answers import carried
from prodlint.flow.values import CALLER, DOUBT, EMPTY, REQUEST, Client, Value
from prodlint.names import Definition, Scope, statements
from prodlint.routing.values import argument
from prodlint.routing.walking import expressions, inside

NAMES_USER = re.compile(r"(?:usr|user|uid|account|customer|member)(?:_?(?:id|uuid|name))?$", re.I)
# libraries that see to logins, by their names; not those of which the handler itself asks for one (`Authorize.jwt_required()`)
SPEAKS_OF_AUTH = re.compile(
    r"(?:auth(?!or|JWT)|bearer|jwt(?!_auth)|oidc|keycloak|cognito|security|(?:^|[._])guard)(?!.*(?:\.AuthJWT$|limit|csrf))", re.I
)
# classes whose fields FastAPI takes from the query where a parameter depends on them
QUERY_BASES = (
    "pydantic.BaseModel",
    "pydantic.main.BaseModel",
    "sqlmodel.SQLModel",
    "sqlmodel.main.SQLModel",
    "fastapi_filter.contrib.sqlalchemy.Filter",
    "fastapi_filter.contrib.mongoengine.Filter",
    "fastapi_filter.contrib.beanie.Filter",
    "fastapi_sqlalchemy_filter.Filter",
)
BROUGHT = ("", 1)  # the place of a login that only asks for a token, in no file
PERMISSION = re.compile(r"Permission|Role|Polic(?:y|ies)|Privilege|Authori[sz]")
DEPENDS = ("Depends", "Security", "Provide", "Inject", "FromDishka", "FilterDepends")


class Dependencies:
    """The half of `parameters.Parameters` that runs what is depended on."""

    def depends(self: Any, param: ir.Param, scope: Scope) -> tuple[ir.Expr | None, Scope] | None:
        """(what is depended on, its scope); the expression None where `Depends()` means the annotation's class."""
        for given, place in [(param.default, scope), *self._metadata(param.annotation, scope)]:
            expr, where = self.alias(given, place)
            if isinstance(expr, ir.Call) and last_name(expr) in DEPENDS:
                target = expr.args[0] if expr.args else next((k.value for k in expr.kwargs if k.name == "dependency"), None)
                self.takes_scopes(target, expr, where)
                return target, where
            if self.makes_dependency(expr, where):
                return expr, where
        return None

    def takes_scopes(self: Any, target: ir.Expr | None, expr: ir.Expr, scope: Scope) -> None:
        """`Security(get_user, scopes=["admin"])`"""
        if target is not None and (scopes := security_scopes.asked(expr)) is not None:
            self.scoped[target] = (scopes, scope)

    def makes_dependency(self: Any, expr: ir.Expr | None, scope: Scope) -> bool:
        """`user: Annotated[User, allowed("editor")]`, where the project's own function returns `Depends(...)`."""
        made = self.names.resolve(expr.func, scope) if isinstance(expr, ir.Call) else None
        if not isinstance(made, Definition) or made.kind != "function" or not set(DEPENDS).intersection(made.node.calls):  # type: ignore[attr-defined]
            return False
        returned = [s.value for s in statements(self.names.body(made.node)) if isinstance(s, ir.Return)]  # type: ignore[arg-type]
        return any(isinstance(value, ir.Call) and last_name(value) in DEPENDS for value in returned)

    def alias(self: Any, expr: ir.Expr | None, scope: Scope) -> tuple[ir.Expr | None, Scope]:
        """What a name stands for that was given to a dependency: `LoggedIn = Depends(current_user)`."""
        ref = self.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        if isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign):
            made = ref.node.value
            if isinstance(made, ir.Call) and last_name(made) in DEPENDS:
                return made, self.names.scope_of(ref)
        return expr, scope

    def dependency(self: Any, target: ir.Expr | None, scope: Scope, param: ir.Param | None, definition: Definition | None) -> Value:
        """The value that a dependency gives, its guards run."""
        around = self.asking
        if target in self.scoped and self.scoped[target] not in around:  # a dependency may depend on itself
            self.asking = (*around, self.scoped[target])
        value = self.given_by(target, scope, param)
        self.asking = around
        return value

    def given_by(self: Any, target: ir.Expr | None, scope: Scope, param: ir.Param | None) -> Value:
        if target is None:
            kind = self.names.annotated(param.annotation, scope) if param is not None else None
            return self.provide(kind, None, scope)
        if isinstance(target, ir.Lambda):
            return EMPTY
        if isinstance(target, ir.Call):  # Depends(RoleChecker("admin")), Depends(require("x"))
            kind = self.names.type_of(target, scope)
            return self.provide(self.names.resolve(target.func, scope), kind, scope, target)
        ref = self.names.resolve(target, scope)
        return self.provide(ref, self.names.value_type(ref) if ref is not None else None, scope)

    def provide(self: Any, ref: object, kind: object, scope: Scope, call: ir.Call | None = None) -> Value:
        """What a dependency callable returns: a scheme, a function, a class, an instance with __call__."""
        if isinstance(kind, Definition) and kind.kind == "class" and self.names.is_a(kind, *self.run.knowledge.schemes):
            return self.own_scheme(kind, call, ref, scope)
        if isinstance(ref, Definition) and ref.kind == "function":
            self.run.dependencies.append(ref)
        if isinstance(ref, Definition) and ref.kind == "function" and call is None:
            answered, logins = len(self.run.answered), len(self.run.login)
            value = self.run_dependency(ref, self.holder(ref))
            tests = list(self.run.answered.values())[answered:]
            if tests and tests[-1] is not None and len(self.run.login) == logins:  # it lets this path pass, whoever asks
                self.run.dependencies.remove(ref)
            return value
        if isinstance(ref, Definition) and ref.kind == "function":
            return self.factory(ref, call, scope)
        if isinstance(ref, Definition) and ref.kind == "class" and call is None:
            if self.names.is_a(ref, *QUERY_BASES):  # the fields that it declares are parameters of the query
                return Value(frozenset({Client("*", "query", (ref.module.path, ref.at))}), ref)
            init = self.names.class_member(ref, "__init__")
            fields: dict[str, Value] = {}
            me = Value(frozenset(), ref, None, None, fields)
            if isinstance(init, Definition) and init.kind == "function":
                self.run_dependency(init, me)
            else:
                self.class_fields(ref, me)
            return me
        if isinstance(kind, Definition) and kind.kind == "class":
            method = self.names.class_member(kind, "__call__")
            if isinstance(method, Definition) and method.kind == "function":
                return self.permission(kind, method, self.made_instance(kind, call, ref, scope))
        if call is None and isinstance(ref, Definition) and isinstance(ref.node, ir.Assign) and isinstance(ref.node.value, ir.Call):
            maker = self.names.resolve(ref.node.value.func, self.names.scope_of(ref))
            if isinstance(maker, Definition) and maker.kind == "function":  # paid_plan = require_plan("pro"): what makes the dependency
                return self.factory(maker, ref.node.value, self.names.scope_of(ref))
        logins = len(self.run.login)
        # fastapi-users: `Depends(users.current_user(superuser=True))`, `Depends(users.current_user(optional=True))`
        value = self.made_by(call) if call is not None and last_name(call) == "current_user" else self.outside(ref, kind)
        if self.lenient(ref, call):
            del self.run.login[logins:]
        return value

    def permission(self: Any, kind: Definition, call: Definition, made: Value) -> Value:
        """An instance that is called. Where it is called a permission, was given classes or functions and refuses, it lets in whom these say, even
        if nobody can tell who that is."""
        run = self.run
        before, raising = (len(run.roles), run.guards), run.raising
        value = self.run_dependency(call, made)
        given = [item.ref for part in (made.fields or {}).values() for item in part.items or ()]
        says = PERMISSION.search(kind.name) and any(isinstance(ref, Definition) and ref.kind in ("class", "function") for ref in given)
        if says and run.raising > raising and before == (len(run.roles), run.guards):
            run.requirements += 1
        return value

    def own_scheme(self: Any, kind: Definition, call: ir.Call | None, ref: object, scope: Scope) -> Value:
        """A security scheme of the project's own: what it descends from refuses, unless its own `__call__` sees to that, or to nothing."""
        self.run.caller_seen = True
        own, told = self.names.class_member(kind, "__call__"), self.insists(kind, ref, call)
        lenient = self.lenient(ref, call) or told is False
        given, logins = EMPTY, len(self.run.login)
        if isinstance(own, Definition) and own.kind == "function":
            given = self.run_dependency(own, self.made_instance(kind, call, ref, scope))
            answers = [each.value for each in statements(self.names.body(own.node)) if isinstance(each, ir.Return)]  # type: ignore[arg-type]
            nobody = any(value is None or is_none(value) for value in answers)
            if not lenient and nobody and self.reads_auto_error(own):  # `if self.auto_error: raise`, and nobody is let in where it is off
                self.run.perhaps_asked += told is None
                self.run.evidence += [(own.module.path, own.at, f"{kind.name} refuses where it is told to")] if told is None else []
                self.run.login += [BROUGHT] if told else []
                self.run.brought.update([BROUGHT] if told else [])
            elif lenient or nobody:  # who brings none, or a wrong one, is let in as nobody
                del self.run.login[logins:]
            elif len(self.run.login) == logins and self.names.raises(own.node):
                self.run.maybe_login += 1
        elif not lenient:
            self.run.login.append(BROUGHT)
            self.run.brought.add(BROUGHT)
        return given if given.has(CALLER) or given.selections else Value(frozenset({Client("token", "header")}))

    def insists(self: Any, kind: Definition, ref: object, call: ir.Call | None) -> bool | None:
        """Was a scheme made so that it refuses, where its own constructor is told (`super().__init__(auto_error=required)`)? None where it is not."""
        init = self.names.class_member(kind, "__init__")
        if not isinstance(init, Definition) or not isinstance(init.node, ir.Function):
            return None
        calls = [p for p in expressions(tuple(statements(self.names.body(init.node)))) if isinstance(p, ir.Call) and last_name(p) == "__init__"]
        handed = [keyword.value for above in calls for keyword in above.kwargs if keyword.name == "auto_error"]
        name = handed[0].id if handed and isinstance(handed[0], ir.Name) else None
        param = next((each for each in init.node.params if each.name == name), None)
        if param is None:
            return None
        if call is None and isinstance(ref, Definition) and isinstance(ref.node, ir.Assign) and isinstance(ref.node.value, ir.Call):
            call = ref.node.value
        place = init.node.params.index(param) - 1
        given = param.default if call is None else argument(call, [place, param.name]) or param.default
        return given.value if isinstance(given, ir.Const) and isinstance(given.value, bool) else None

    def reads_auto_error(self: Any, own: Definition) -> bool:
        tests = [s.test for s in statements(self.names.body(own.node)) if isinstance(s, ir.If)]  # type: ignore[arg-type]
        return any(isinstance(part, ir.Attr) and part.name == "auto_error" for test in tests for part in inside(test))

    @staticmethod
    def lenient(ref: object, call: ir.Call | None) -> bool:
        """Was a scheme made with `auto_error=False`, so that it lets strangers pass?"""
        if call is None and isinstance(ref, Definition) and isinstance(ref.node, ir.Assign) and isinstance(ref.node.value, ir.Call):
            call = ref.node.value
        given = [k.value for k in call.kwargs if k.name == "auto_error"] if call is not None else []
        return any(isinstance(value, ir.Const) and value.value is False for value in given)

    def outside(self: Any, ref: object, kind: object) -> Value:
        known = self.run.knowledge
        name = ref.name if isinstance(ref, Definition) else str(ref or "").rpartition(".")[2]
        made = ref.node.value if isinstance(ref, Definition) and isinstance(ref.node, ir.Assign) else None
        if isinstance(made, ir.Call) and known.names_caller(last_name(made)):  # `auth = users.current_user(active=True)` makes the dependency
            return self.made_by(made)
        for word in (kind, ref, str(kind).removesuffix("()"), str(ref).removesuffix("()")):
            if isinstance(word, str) and (word in known.schemes or word.removesuffix("()") in known.schemes or word.endswith(".current_user()")):
                known_here = word.endswith("current_user()")
                self.run.login.append(("", 0) if known_here else BROUGHT)
                self.run.brought.update(() if known_here else (BROUGHT,))
                self.run.caller_seen = True
                return Value(frozenset({CALLER}) if known_here else frozenset({Client("token", "header")}))
        words = {word.removesuffix("()") for word in (kind, ref) if isinstance(word, str)}
        if not words.isdisjoint(known.callers_of_libraries):
            self.run.login.append(("", 0))
            self.run.caller_seen = True
            return Value(frozenset({CALLER}))
        if name.startswith("OAuth2PasswordRequestForm"):
            return Value(frozenset({Client("*", "form")}))
        if known.names_caller(name):
            self.run.caller_seen = True
            self.run.perhaps_asked += "optional" not in name.lower()  # nobody has read whether it turns strangers away
            return Value(frozenset({CALLER}))
        self.run.perhaps_asked += any(SPEAKS_OF_AUTH.search(word) for word in words)  # a library that nobody has read may turn strangers away
        said = kind if kind is not None or not isinstance(ref, str) else ref  # Depends() of an outside class
        return Value(kind=said if isinstance(said, (str, Definition)) else None)

    def holder(self: Any, method: Definition) -> Value | None:
        """`Depends(users.get_current_user)`: the object whose method it is. FastAPI never sees `self`, so no client fills it in."""
        cls, node = method.owner, method.node
        if cls is None or cls.kind != "class" or not isinstance(node, ir.Function) or not node.params or node.params[0].default is not None:
            return None
        marks = {last_name(decorator) for decorator in node.decorators}
        if "staticmethod" in marks:
            return None
        return Value(ref=cls) if "classmethod" in marks else Value(frozenset(), cls, None, None, {})

    def made_instance(self: Any, kind: Definition, call: ir.Call | None, ref: object, scope: Scope) -> Value:
        """`Depends(RoleChecker(["admin"]))`, `Depends(allow_admin)`: the instance with what its constructor was given."""

        if call is None and isinstance(ref, Definition) and isinstance(ref.node, ir.Assign) and isinstance(ref.node.value, ir.Call):
            call, scope = ref.node.value, self.names.scope_of(ref)
        made = self.run.eval(call, Frame(scope, {}, 1)) if call is not None else EMPTY
        return made if made.fields is not None else Value(frozenset(), kind, None, None, {})

    def made_by(self: Any, call: ir.Call) -> Value:
        self.run.caller_seen = True
        if not any(k.name == "optional" and isinstance(k.value, ir.Const) and k.value.value is True for k in call.kwargs):
            self.run.login.append(("", 0))
        if any(k.name == "superuser" and isinstance(k.value, ir.Const) and k.value.value is True for k in call.kwargs):
            self.run.roles.append(("", 0, frozenset(self.run.branch), True))
        return Value(frozenset({CALLER}))

    def factory(self: Any, ref: Definition, call: ir.Call | None, scope: Scope) -> Value:
        """`Depends(require_role("admin"))`: the function it returns is the dependency."""

        outer = Frame(scope, {}, 1)
        made = self.run.eval(call, outer) if call is not None else EMPTY
        inner = made.ref if isinstance(made.ref, Definition) else self.chosen(ref, call)
        if inner is not None and inner.kind == "function":
            return self.run_dependency(inner, None, made.closure)
        said = self.said_to_give(ref) if made.ref is None else None
        if made.ref is None and not made.origins and SPEAKS_OF_AUTH.search(f"{ref.name} {said.name if said is not None else ''}"):
            self.run.perhaps_asked += 1  # which class it looks up, and what that one asks, nobody can tell
            return Value(frozenset({CALLER, DOUBT}))
        method = self.names.class_member(said, "__call__") if said is not None else None
        if said is not None and isinstance(method, Definition) and method.kind == "function":
            return self.permission(said, method, Value(frozenset(), said, None, None, {}))
        return made.plus({CALLER}) if self.run.knowledge.names_caller(ref.name) else made

    def said_to_give(self: Any, ref: Definition) -> Definition | None:
        """The class of what a factory says it gives: `def verifier(scopes) -> Verifier`, which looks the class up by its name."""
        returns = ref.node.returns if isinstance(ref.node, ir.Function) else None
        kind = self.names.annotated(returns, self.names.scope_of(ref)) if returns is not None else None
        return kind if isinstance(kind, Definition) and kind.kind == "class" else None

    def chosen(self: Any, ref: Definition, call: ir.Call | None) -> Definition | None:
        """`return strict if required else lenient`: the function that the argument, or its default, chooses."""
        body = self.names.body(ref.node) if ref.kind == "function" else ()  # type: ignore[arg-type]
        value = body[-1].value if body and isinstance(body[-1], ir.Return) else None
        if call is None or not isinstance(value, ir.IfExp) or not isinstance(value.test, ir.Name):
            return None
        name = value.test.id
        param = next((p for p in ref.node.params if p.name == name), None)  # type: ignore[attr-defined]
        given = next((k.value for k in call.kwargs if k.name == name), param.default if param is not None else None)
        if not isinstance(given, ir.Const):
            return None
        found = self.names.resolve(value.body if given.value else value.orelse, self.names.scope(ref))
        return found if isinstance(found, Definition) and found.kind == "function" else None

    def run_dependency(self: Any, function: Definition, me: Value | None, closure: object = None) -> Value:
        """Runs a dependency with its own parameters bound as a handler's are; once for each endpoint."""
        node = function.node
        assert isinstance(node, ir.Function)
        key = (node, self.asking)
        if key in self.known:
            return self.known[key]
        self.known[key] = EMPTY
        params = list(node.params)
        args: list[Value] = []
        kwargs: dict[str, Value] = {}
        if me is not None and params:
            args.append(me)
            params.pop(0)
        for param in params:
            if param.kind in ("any", "pos", "kw"):
                kwargs[param.name] = self.by_annotation(param, function)

        value = self.run.call_function(
            function, args, kwargs, Frame(self.names.scope_of(function), {}, 0), ir.Name(function.name, function.at), closure
        )
        given = [*args, *kwargs.values()]
        named = self.run.knowledge.names_caller(function.name) and not (named_by_client(value, given) or same_for_all(value, given))
        if (word := self.anybody(value, given)) is not None:
            self.run.dependencies = [each for each in self.run.dependencies if each is not function]  # what it refuses is another request
            words = f"{function.name} lets in whoever says a name in {word.name} ({word.source}), with a token or without"
            self.run.evidence.append((function.module.path, function.at, words))
        elif named or self.identifies(value, list(kwargs.values())):
            self.run.caller_seen = True
            if isinstance(value.kind, Definition) and self.run.knowledge.is_user(value.kind):
                value = Value(value.origins, value.kind)  # whatever one of the ways makes it of
            for name, part in (value.fields or {}).items():
                if part.origins and value.receiver is None:
                    value.fields[name] = part.plus({CALLER})  # type: ignore[index]
            said = who(self.run, value)
            value = value.plus(said)
            if not self.run.branch and insists(self.names.body(node)) and any(is_token(each) or each.has(REQUEST) for each in kwargs.values()):
                self.run.perhaps_asked += DOUBT in said
                self.run.login.extend([] if DOUBT in said else [(function.module.path, function.at)])
        looks = any(each.has(CALLER) or each.has(REQUEST) or is_token(each) for each in (*args, *kwargs.values()))
        if looks and ADMIN_WORDS.search(function.name) and self.names.raises(node):
            staff = isinstance(value.kind, Definition) and bool(HIGHEST.search(snake(value.kind.name)))  # they are kept in a table of their own
            self.run.roles.append((function.module.path, function.at, frozenset(self.run.branch), staff))  # what else it asks for was not read
        self.known[key] = value
        return value

    def anybody(self: Any, value: Value, given: list[Value]) -> Client | None:
        """What names a tenant, say, in a header or parameter, where a dependency that takes a token lets in who brings none and says that name."""
        if any(each.has(CALLER) for each in given) or not any(is_token(each) or each.has(REQUEST) for each in given):
            return None
        rows = [row for row in carried(value) if not of_caller(row) and row not in self.run.rehearsed]
        ways = [[term for part in narrowed_from(row) for term in client_terms(part)] for row in rows]
        plain = [
            way
            for way in ways
            if all(in_plain_words(name, client) for name, client in way)
            and not all(client.source == "query" and NAMES_USER.match(client.name) for _, client in way)  # `?usr=`, a credential of theirs
        ]
        return min((client for way in plain for _, client in way), key=lambda client: (client.name, client.source), default=None)

    def identifies(self: Any, value: Value, given: list[Value]) -> bool:
        """Does a dependency give whom a token or key stands for? Another way in beside it (`?user=`) is a credential then, not a choice."""
        if not any(is_token(each) for each in given) or any(each.has(CALLER) for each in given):
            return False
        self.run.credentials.update(c for each in given for c in each.clients if c.source == "query" and NAMES_USER.match(c.name))
        found = carried(value)
        if not found:
            return isinstance(value.kind, Definition) and self.run.knowledge.is_user(value.kind)
        chosen = [client for selection in found for _, client in client_terms(selection) if client.source not in ("header", "cookie")]
        if chosen:
            if not all(client.source == "query" for client in chosen) or not all(self.run.knowledge.is_user(s.model) for s in found):
                return False
            self.run.credentials.update(chosen)
            for selection in found:  # whom the credential stands for is who calls
                selection.from_caller = True
        return True

    def class_fields(self: Any, cls: Definition, me: Value) -> None:
        """Attributes that class-based controllers declare as dependencies: `user: User = Depends(current_user)`."""
        assert me.fields is not None
        for ancestor in reversed(self.names.mro(cls)):
            if not isinstance(ancestor, Definition):
                continue
            scope = self.names.class_scope(ancestor)
            for name, member in self.names.members(ancestor).items():
                node = member.node
                if not isinstance(node, ir.Assign):
                    continue
                param = ir.Param(name, node.annotation, node.value, "kw", node.at)
                depends = self.depends(param, scope)
                if depends is not None:
                    me.fields[name] = self.dependency(depends[0], depends[1], param, None)
