"""What the decorators of a handler ask of who calls.

Knows: decorators of libraries by the models, the project's own by running the wrapper that stands in for the handler, names that say so. Does not
know: hooks, dependencies, permission classes, settings (`guards.py`), the handler's body.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import packages, permissions, told_rules, toothless
from prodlint.flow.frames import Frame
from prodlint.flow.interpret import folding, handing
from prodlint.flow.knowledge import ADMIN_WORDS, LOGIN_STRICT, admins_only, last_name, scope_marks, snake
from prodlint.flow.proofs import polarity
from prodlint.flow.proofs.comparisons import PLAIN_ROLES, words
from prodlint.flow.values import ADMIN, CALLER, EMPTY, REQUEST, ROLE, Value
from prodlint.names import Definition, Scope, statements
from prodlint.routing.values import items
from prodlint.routing.walking import inside

# decorators of libraries that are told whom to let in: `@allows.requires(IsAdmin)`, `@roles_required("admin")`
REQUIRES = re.compile(r"^(?:requires?|require_\w+|roles?_(?:required|accepted)|has_(?:any_)?(?:roles?|permissions?)|allow(?:ed)?_roles?)$")
PERMITS = re.compile(r"(?:^|_)(?:perms?|permissions?|roles?)(?:_|$)")  # `@lastuser.requires_permission("siteadmin")`
# schemas of headers that say who is calling: `@headers_schema(RequiredAuthHeaderSchema)` of aiohttp-apispec
BRINGS = re.compile(r"^(?!.*optional).*(?:auth\w*(?:header|token)|bearer|token_?header)", re.I)
VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
HANDED = frozenset({"user", "current_user", "auth_user", "requester", "principal", "identity"})


class Decorators:
    """The part of `guards.Guards` that reads decorators."""

    def decorator(self: Any, expr: ir.Expr, scope: Scope) -> None:
        func = expr.func if isinstance(expr, ir.Call) else expr
        name = last_name(expr)
        if name == "method_decorator" and isinstance(expr, ir.Call) and expr.args:
            named = next((k.value.value for k in expr.kwargs if k.name == "name" and isinstance(k.value, ir.Const)), None)
            if named in VERBS and self.endpoint.methods and named.upper() not in self.endpoint.methods:
                return  # `name="post"`: the others are not wrapped
            for item, where in items(self.names, expr.args[0], scope) or [(expr.args[0], scope)]:
                self.decorator(item, where)
            return
        if name == "api_view" and not any(last_name(before.expr) == "permission_classes" for before in self.endpoint.before):
            for term in permissions.of_settings(self.run):  # a function asks what the settings ask where it says nothing itself
                self.permission(term, self.bare_view(), True, scope, ir.start_of(func))
            return
        if name in ("permission_classes", "authentication_classes") and isinstance(expr, ir.Call):
            if name == "permission_classes":
                given = self.run.eval(expr.args[0], self.at(scope)) if expr.args else EMPTY
                for term in given.items or ():
                    self.permission(term, self.bare_view(), True, scope, expr.at)
            return
        if name in self.run.knowledge.own_admin:
            self.note("admin", scope, ir.start_of(func), f"@{name}")
        ref = self.names.resolve(func, scope)
        if isinstance(ref, str) and ref.startswith("django.views.decorators."):
            return  # @require_http_methods(["POST"]), caches, CSRF: none of them asks who calls
        level = self.run.knowledge.guards.get(ref) if isinstance(ref, str) else None
        if level is None and name == "admin_view" and not isinstance(ref, Definition):
            level = "admin"  # self.admin_site.admin_view(self.merge), whatever package the class of the admin is from
        if name == "user_passes_test" and isinstance(expr, ir.Call) and expr.args and packages.for_strangers(self, expr.args[0], scope):
            return
        if level is not None:
            if level == "required" and isinstance(func, ir.Attr) and ADMIN_WORDS.search(last_name(func.base)):
                level = "admin"  # @admin_permission.require()
            self.note(self.adjusted(level, expr), scope, func.at, f"@{name}{packages.of_object(self, ref, expr)}")  # type: ignore[union-attr]
            if level in ("required", "admin"):
                self.run.caller_seen = True
            if ref in self.run.knowledge.scope_decorators and isinstance(expr, ir.Call):
                self.scopes(expr, scope)
            if level == "required" and isinstance(expr, ir.Call):
                self.of_role(expr, scope)
            if isinstance(ref, str) and ref in self.run.knowledge.object_decorators and isinstance(expr, ir.Call):
                packages.object_decorator(self, expr, scope)
            if ref in packages.PERMISSIONS and isinstance(expr, ir.Call) and expr.args:
                packages.permission(self, self.run.eval(expr.args[0], self.at(scope)), scope.module.path, ir.start_of(expr))
            if name == "user_passes_test" and isinstance(expr, ir.Call) and expr.args:
                packages.user_test(self, expr.args[0], scope)
            return
        if isinstance(ref, Definition) and (self.another_name(ref, expr) or packages.replaced(self, ref, expr, scope)):
            return
        if isinstance(ref, Definition) and ref.kind == "value" and self.made_here(ref):
            logins, roles, bound = len(self.run.login), len(self.run.roles), len(self.run.bound)
            self.made_wrapper(expr, scope, ref)
            self.told(expr, scope, name, len(self.run.login) > logins or len(self.run.bound) > bound, len(self.run.roles) > roles)
        elif isinstance(ref, Definition) and ref.kind == "function":
            self.own_decorator(ref, expr, scope, name)
        elif isinstance(ref, Definition) and ref.kind == "class":
            self.class_of_decorators(ref, expr, scope, name)
        elif isinstance(expr, ir.Call) and REQUIRES.match(name) and asks_for_staff(expr):
            self.note("admin", scope, ir.start_of(func), f"@{name}")
        elif isinstance(expr, ir.Call) and REQUIRES.match(name) and any(not isinstance(arg, (ir.Const, ir.Star)) for arg in expr.args):
            self.run.requirements += 1  # `@allows.requires(CanEditPost)`: what it asks of the object stands where nobody reads it
            self.note("unknown", scope, ir.start_of(func), f"@{name} asks for something that was not read")
        elif isinstance(ref, str) and isinstance(expr, ir.Call) and any(BRINGS.search(last_name(arg)) for arg in expr.args):
            self.note("unknown", scope, ir.start_of(func), f"@{name} reads what says who is calling")
        elif LOGIN_STRICT.search(name) or name in self.run.knowledge.own_guards:
            told = isinstance(expr, ir.Call) and bool(expr.args) and name not in self.run.knowledge.own_guards
            self.run.requirements += told and PERMITS.search(name) is not None  # of whom the word speaks nobody can read
            self.note("admin" if ADMIN_WORDS.search(name) else "required", scope, func.at, f"@{name}")  # type: ignore[union-attr]
            self.run.caller_seen = True

    def scopes(self: Any, expr: ir.Call, scope: Scope) -> None:
        """`@requires(["authenticated", "users:write"])`"""
        given = [self.run.eval(arg, self.at(scope)) for arg in (*expr.args[:1], *(k.value for k in expr.kwargs if k.name == "scopes"))]
        marks = scope_marks([word for value in given for word in words(value)])
        if ROLE in marks:
            self.run.roles.append((scope.module.path, ir.start_of(expr), frozenset(), ADMIN in marks))

    def of_role(self: Any, expr: ir.Call, scope: Scope) -> None:
        """`@auth.login_required(role=["moderator", "admin"])` (Flask-HTTPAuth 4): who has none of these roles is refused."""
        given = [self.run.eval(keyword.value, self.at(scope)) for keyword in expr.kwargs if keyword.name in ("role", "roles")]
        named = [word.replace(" ", "_") for value in given for word in words(value)]
        if named and not any(PLAIN_ROLES.match(word) for word in named):
            highest = all(ADMIN_WORDS.search(word) for word in named)
            self.run.roles.append((scope.module.path, ir.start_of(expr), frozenset(), highest))
            if highest:
                self.note("admin", scope, ir.start_of(expr.func), f"@{last_name(expr.func)}")

    def bare_view(self: Any) -> Value:
        """What a permission class sees of a function view: the arguments of the path."""
        handler = self.endpoint.handler
        path = {name: self.parameters.path_value(name, handler, handler.at) for name in self.endpoint.params} if handler is not None else {}
        return Value(fields={"kwargs": Value(fields=path), "request": Value(frozenset({REQUEST}))})

    @staticmethod
    def adjusted(level: str, expr: ir.Expr) -> str:
        """jwt_required(optional=True) is optional; permission_required(..., raise_exception) stays."""
        if isinstance(expr, ir.Call):
            for keyword in expr.kwargs:
                if keyword.name == "optional" and isinstance(keyword.value, ir.Const) and keyword.value.value is True:
                    return "optional"
        return level

    def own_decorator(self: Any, ref: Definition, expr: ir.Expr, scope: Scope, name: str) -> None:
        """A decorator of the project: its wrapper is run with the handler's arguments, so that what it refuses counts."""
        logins, roles, bound = len(self.run.login), len(self.run.roles), len(self.run.bound)
        outer = self._inside(ref)
        mine = self.object_of(ref, expr, scope)
        if isinstance(expr, ir.Call):
            args, kwargs = self.run.arguments(expr, self.at(scope))
            self.run.bind_parameters(ref.node, mine + args, kwargs, outer)  # type: ignore[arg-type]
        elif mine:
            outer.env[ref.node.params[0].name] = mine[0]  # type: ignore[attr-defined]
        outer.me = mine[0] if mine else outer.me
        found = self.wrappers(ref)
        if isinstance(expr, ir.Call) and (not found or told_rules.applied(self.names, ref)) and self.librarys(ref, outer):
            return
        for wrapper in found or [ref]:
            if self.passed_on(wrapper):
                continue
            if found:
                self.run_wrapper(wrapper, outer)
            else:
                self.made_wrapper(expr, scope)
        self.told(expr, scope, name, len(self.run.login) > logins or len(self.run.bound) > bound, len(self.run.roles) > roles)

    def object_of(self: Any, ref: Definition, expr: ir.Expr, scope: Scope) -> list[Value]:
        """`@auth.required`: the object of the project whose method a decorator is, as the method is given it."""
        func = expr.func if isinstance(expr, ir.Call) else expr
        if not isinstance(func, ir.Attr) or not (ref.owner is not None and ref.node.params):  # type: ignore[attr-defined]
            return []
        made = self.run.eval(func.base, self.at(scope))
        if not self.run.is_method(ref, made):
            return []
        return [made if isinstance(made.kind, Definition) else Value(kind=ref.owner, fields={})]

    def class_of_decorators(self: Any, cls: Definition, expr: ir.Expr, scope: Scope, name: str) -> None:
        """`@allowed("edit", of=Order)`: an instance of a class of the project, whose `__call__` makes what stands in for the handler; or its own
        `__call__` does, and its constructor is given the handler."""
        called = self.names.class_member(cls, "__call__")
        if not isinstance(called, Definition) or called.kind != "function":
            return
        logins, roles, bound = len(self.run.login), len(self.run.roles), len(self.run.bound)
        made = self.run.eval(expr, self.at(scope)) if isinstance(expr, ir.Call) else Value(kind=cls, fields={})
        outer = self._inside(called)
        outer.env[called.node.params[0].name] = outer.me = made  # type: ignore[attr-defined]
        for wrapper in self.wrappers(called):
            self.run_wrapper(wrapper, outer)
        self.told(expr, scope, name, len(self.run.login) > logins or len(self.run.bound) > bound, len(self.run.roles) > roles)

    def librarys(self: Any, ref: Definition, told: Any) -> bool:
        """`def owner_only(path): return permission_required("edit", (Order, "pk", path))`: is what a function makes no more than a decorator of a
        library, told what the function was told?"""
        given = [s.value for s in statements(self.names.body(ref.node)) if isinstance(s, ir.Return)]
        made, scope = told_rules.applied(self.names, ref) or (given[0] if len(given) == 1 else None, self.names.scope(ref))
        if isinstance(made, ir.Call) and last_name(made) == "method_decorator" and made.args:
            made = made.args[0]
        asks = isinstance(made, ir.Call) and self.run.knowledge.guards.get(self.names.resolve(made.func, scope))
        if not asks or ref in self.told_by:
            return False
        self.told_by[ref] = told
        self.decorator(made, scope)
        del self.told_by[ref]
        return True

    def passed_on(self: Any, ref: Definition) -> bool:
        """`def staff_only(view): return user_passes_test(is_staff)(view)`: is all it does to hand the view on to another decorator?"""
        node = ref.node
        given = [s.value for s in statements(self.names.body(node)) if isinstance(s, ir.Return)]
        value = given[0] if len(given) == 1 else None
        if not isinstance(value, ir.Call) or len(value.args) != 1 or value.kwargs or ref in self.around:
            return False
        view = value.args[0]
        if not isinstance(view, ir.Name) or all(param.name != view.id for param in node.params):  # type: ignore[attr-defined]
            return False
        if not isinstance(value.func, ir.Call) and last_name(value.func) in {param.name for param in node.params}:  # type: ignore[attr-defined]
            return False  # it calls what it was given
        self.around.append(ref)
        self.decorator(value.func, self.names.scope(ref))
        self.around.pop()
        return True

    def another_name(self: Any, ref: Definition, expr: ir.Expr) -> bool:
        """`members_only = login_required`, `staff_only = user_passes_test(is_staff)`: is what stands behind the name one that asks for something?"""
        value = ref.node.value if ref.kind == "value" and isinstance(ref.node, ir.Assign) and len(ref.node.targets) == 1 else None
        if not isinstance(value, (ir.Name, ir.Attr, ir.Call)) or ref in self.around or self.made_here(ref):
            return False
        if isinstance(expr, ir.Call) and not isinstance(value, ir.Call):  # `needs = roles_required`, `@needs("admin")`
            value = ir.Call(value, tuple(arg for arg in expr.args if isinstance(arg, ir.Const)), (), expr.at, expr.end)
        noted, logins, roles = len(self.levels), len(self.run.login), len(self.run.roles)
        self.around.append(ref)
        self.decorator(value, self.names.scope_of(ref))
        self.around.pop()
        return len(self.levels) > noted or len(self.run.login) > logins or len(self.run.roles) > roles

    def made_here(self: Any, ref: Definition) -> bool:
        """`require_write = permission_required(CanWrite)`: a decorator that a function of the project made."""
        value = ref.node.value if isinstance(ref.node, ir.Assign) else None
        maker = self.names.resolve(value.func, self.names.scope_of(ref)) if isinstance(value, ir.Call) else None
        return isinstance(maker, Definition) and maker.kind == "function"

    def told(self: Any, expr: ir.Expr, scope: Scope, name: str, asked: bool, role: bool) -> None:
        """Notes what a decorator of the project asks for, by what its wrapper did or by its name."""
        if role and admins_only(name):
            self.note("admin", scope, ir.start_of(expr), f"@{name}")
        elif asked or role or (LOGIN_STRICT.search(name) and not (self.for_strangers(expr, scope) or self.lets_all_pass(expr, scope))):
            self.note("admin" if admins_only(name) else "required", scope, ir.start_of(expr), f"@{name}")
        ref = self.names.resolve(expr.func if isinstance(expr, ir.Call) else expr, scope)
        if not role and ((asked and packages.of_program(self, name, ref)) or told_rules.held(self, ref, expr)):
            self.run.requirements += 1

    def for_strangers(self: Any, expr: ir.Expr, scope: Scope) -> bool:
        """`@check_user` that sends home who is logged in: the name alone does not say which of the two it turns away."""
        ref = self.names.resolve(expr.func if isinstance(expr, ir.Call) else expr, scope)
        found = self.wrappers(ref) if isinstance(ref, Definition) and ref.kind == "function" else []
        return any(polarity.for_strangers(self.names.body(wrapper.node)) for wrapper in found)

    def lets_all_pass(self: Any, expr: ir.Expr, scope: Scope) -> bool:
        """`@token_required` that swallows what is wrong with the token: what its wrapper does says more than its name."""
        ref = self.names.resolve(expr.func if isinstance(expr, ir.Call) else expr, scope)
        found = self.wrappers(ref) if isinstance(ref, Definition) and ref.kind == "function" else []
        return bool(found) and all(toothless.goes_on_for_all(self.names, wrapper) for wrapper in found)

    def at(self: Any, scope: Scope) -> Any:
        return self.told_by.get(scope.function) or Frame(scope, {}, 1)

    def _inside(self: Any, ref: Definition) -> Any:
        return Frame(self.names.scope(ref), {}, 1)

    def wrappers(self: Any, ref: Definition, depth: int = 0) -> list[Definition]:
        """The innermost nested functions of a decorator: those that stand in for the handler."""
        nested = self.names.nested(ref)
        if not nested or depth > 3:
            return [ref] if depth else []
        return [] if self.gives_back(ref) else [found for d in nested for found in self.wrappers(d, depth + 1)]

    def gives_back(self: Any, ref: Definition) -> bool:
        """`def owner_only(view): def wrapper(...): ...; return view`: what it made stands in for nothing."""
        params = {param.name for param in ref.node.params}  # type: ignore[attr-defined]
        given = [s.value for s in statements(self.names.body(ref.node)) if isinstance(s, ir.Return)]
        return bool(given) and all(isinstance(value, ir.Name) and value.id in params for value in given)

    def made_wrapper(self: Any, expr: ir.Expr, scope: Scope, of: Definition | None = None) -> None:
        """`@api.secure`, where the decorator gives what another function makes: what stands in for the handler is told by running it; `of`: the
        global that holds the decorator, or what makes it."""
        handler, frame = self.endpoint.handler, self.at(scope)
        if handler is None and (handler := self.stand_in(expr, scope, of)) is None:
            return
        if of is None and (known := self.decorated(expr, scope)) is not None:
            decorator = self.called(known, *self.run.arguments(expr, frame), expr, frame) if isinstance(expr, ir.Call) else known
        elif of is None:
            decorator = self.run.eval(expr, frame)
        else:
            decorator = self.run.eval(of.node.value, self.at(self.names.scope_of(of)))  # type: ignore[attr-defined]
            if isinstance(expr, ir.Call):
                decorator = self.called(decorator, *self.run.arguments(expr, frame), expr, frame)
        made = self.called(decorator, [Value(ref=handler)], {}, expr, frame)
        if isinstance(made.ref, Definition) and made.ref.kind == "function" and made.ref is not handler and isinstance(made.closure, Frame):
            around: Frame | None = made.closure
            while around is not None:  # the function that it was put on is known by its parameter
                around.env = {name: value for name, value in around.env.items() if value.ref is not handler}
                around = around.outer
            self.library_around(made, scope, expr)
            self.run_wrapper(made.ref, made.closure)

    def library_around(self: Any, made: Value, scope: Scope, expr: ir.Expr) -> None:
        """`return login_required(wrapper)`: what a library's decorator asks before the wrapper that it was given."""
        level = self.run.knowledge.guards.get(made.kind) if isinstance(made.kind, str) else None
        if level in ("required", "admin"):
            self.note(level, scope, ir.start_of(expr), f"@{made.kind.rpartition('.')[2]}")
            self.run.caller_seen = True

    def stand_in(self: Any, expr: ir.Expr, scope: Scope, of: Definition | None) -> Definition | None:
        """For a view that the framework's own class serves: some function, which what stands around it is made for."""
        if of is not None:
            expr, scope = of.node.value, self.names.scope_of(of)  # type: ignore[attr-defined]
        ref = self.names.resolve(expr.func if isinstance(expr, ir.Call) else expr, scope)
        return Definition("function", "view", ref.module, ref.node, None) if isinstance(ref, Definition) and ref.kind == "function" else None

    def decorated(self: Any, expr: ir.Expr, scope: Scope) -> Value | None:
        """`@passes_test` on `def manager_required(user)`: what the name of a decorated function stands for; None where nothing stands around it."""
        ref = self.names.resolve(expr.func if isinstance(expr, ir.Call) else expr, scope)
        if not isinstance(ref, Definition) or ref.kind != "function":
            return None
        value, frame = Value(ref=ref), self.at(self.names.scope_of(ref))
        for decorator in reversed(ref.node.decorators):  # type: ignore[attr-defined]
            value = self.called(self.run.eval(decorator, frame), [value], {}, decorator, frame)
        return value if isinstance(value.ref, Definition) and value.ref is not ref else None

    def called(self: Any, function: Value, args: list[Value], kwargs: dict[str, Value], expr: ir.Expr, frame: Frame) -> Value:
        """What a function of the project gives that a value holds, with what stood around it."""
        if not isinstance(function.ref, Definition) or function.ref.kind != "function":
            return EMPTY
        given = [*([function.receiver] if function.receiver is not None else []), *args]
        return self.run.call_function(function.ref, given, kwargs, frame, expr, function.closure)

    def depended_on(self: Any, params: tuple[ir.Param, ...]) -> dict[str, Value]:
        """What FastAPI hands to a wrapper that takes what its handler takes: by the time it runs, all that the handler depends on has run."""
        handler = self.endpoint.handler
        if self.endpoint.framework != "fastapi" or handler is None or not any(param.kind in ("**", "any", "kw") for param in params):
            return {}
        asked = [param for param in handler.node.params if param.name not in self.endpoint.params and param.kind in ("any", "kw")]
        return {param.name: self.parameters.by_annotation(param, handler) for param in asked}

    def all_given(self: Any) -> bool:
        """Does the handler get by name what its path names, and nothing that an earlier wrapper or the framework adds?"""
        return self.endpoint.framework in ("flask", "django", "drf") and bool(self.endpoint.path) and not self.run.injected

    def run_wrapper(self: Any, wrapper: Definition, outer: Any) -> None:

        params = wrapper.node.params  # type: ignore[attr-defined]
        path = {name: self.parameters.path_value(name, wrapper, wrapper.at) for name in self.endpoint.params}
        frame = Frame(self.names.scope(wrapper), {}, 1, outer=outer, answers=True)
        me = self.run.me
        given = self.depended_on(params)
        for position, param in enumerate(params):
            if param.kind == "**":
                rest = {name: value for name, value in {**path, **given}.items() if all(name != other.name for other in params)}
                value = Value(fields=rest, kind=folding.GIVEN if self.all_given() else None)
            elif param.kind == "*":
                after = (Value(frozenset({REQUEST})),) if me is None or self.endpoint.framework in ("django", "drf") else ()
                value = Value(items=(() if me is None else (me,)) + after)  # `request = args[1]` in front of a method
            elif param.name in path:
                value = path[param.name]
            elif param.name in given:
                value = given[param.name]
            elif param.name in ("self", "view", "instance", "resource", "handler") and me is not None:
                value = me
            elif position == 0 or param.name in ("request", "req", "_request", "info"):  # info of a resolver of GraphQL
                value = Value(frozenset({REQUEST}))
            elif param.name in HANDED:
                # what a decorator around it hands on: `async def wrapper(request, user, *args)`
                value = Value(frozenset({CALLER}))
            else:
                value = EMPTY
            frame.env[param.name] = value
        for expr in wrapper.node.decorators:  # type: ignore[attr-defined]  # `@wraps(view) @jwt_required() def wrapper(...)`
            if last_name(expr) not in ("wraps", "update_wrapper") and expr not in self.around:
                self.around.append(expr)
                self.decorator(expr, self.names.scope_of(wrapper))
                self.around.pop()
        around, self.run.handing = self.run.handing, handing.Handing(wrapper)
        self.run.block(self.names.body(wrapper.node), frame)  # type: ignore[arg-type]
        for made in frame.returns:  # what another decorator made of the handler: `return auth.login_required()(view)`
            if isinstance(made.ref, Definition) and made.ref.kind == "function" and isinstance(made.closure, Frame) and made.ref not in self.around:
                self.around.append(made.ref)
                self.library_around(made, self.names.scope_of(wrapper), ir.Name(wrapper.name, wrapper.at))
                self.run_wrapper(made.ref, made.closure)
                self.around.pop()
        own, self.run.handing = self.run.handing, around
        handing.received(self.run, own, wrapper.at)


def asks_for_staff(call: ir.Call) -> bool:
    """Does an argument name staff: IsAdmin, Role.ADMIN, "admin", IsModerator & CanEdit? One of several that may do (`|`, a list) does not."""
    for argument in (*call.args, *(keyword.value for keyword in call.kwargs)):
        if any((isinstance(part, ir.Bin) and part.op == "|") or (isinstance(part, ir.Seq) and len(part.items) > 1) for part in inside(argument)):
            continue
        for part in inside(argument):
            word = (
                part.id if isinstance(part, ir.Name) else part.name if isinstance(part, ir.Attr) else part.value if isinstance(part, ir.Const) else ""
            )
            if isinstance(word, str) and len(word) < 60 and ADMIN_WORDS.search(snake(word)):
                return True
    return False
