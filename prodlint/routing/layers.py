"""What an app, router, controller or handler of Litestar says of all that stands below it: guards, middlewares, logins, dependencies.

Knows: the keywords and class attributes of these layers (litestar 2.18 app.py, router.py, controller.py, security/base.py). Does not know: paths,
what a guard asks.

Kinds of `Before`: "hook" for guards, "middleware", "login" for a backend of `litestar.security` that is hooked into the app (also by a plugin or a
start-up function of the project), and "provide:NAME" for what a parameter of that name is given.
"""

from __future__ import annotations

from prodlint import ir
from prodlint.names import Definition, Names, Scope
from prodlint.routing.plugging import Plugging, plugin_start
from prodlint.routing.table import Before
from prodlint.routing.values import argument, items

LOGINS = ("SessionAuth", "JWTAuth", "JWTCookieAuth", "OAuth2PasswordBearerAuth")
OPEN = "exclude_from_auth"


class Layers:
    """The layers of one project."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def given(self, call: ir.Call, scope: Scope) -> tuple[Before, ...]:
        """By the keywords of a call: `Router(guards=[...], dependencies={...})`, `@get("/", guards=[...])`."""
        told = {name: argument(call, name) for name in ("guards", "middleware", "dependencies")}
        starts = [self.start(one, where) or () for one, where in self.listed(argument(call, "on_app_init"), scope)]
        plugged = self.plugged(argument(call, "plugins"), scope)
        return (*self.read(scope, **told), *(before for start in starts for before in start), *plugged)

    def of_class(self, cls: Definition) -> tuple[Before, ...]:
        """By the attributes of a controller, of its own or of a base."""
        found = {name: self.names.class_member(cls, name) for name in ("guards", "middleware", "dependencies")}
        told = {name: d.node.value if isinstance(d, Definition) and isinstance(d.node, ir.Assign) else None for name, d in found.items()}
        owner = next((d.owner for d in found.values() if isinstance(d, Definition) and d.owner is not None), cls)
        return self.read(self.names.class_scope(owner), **told)

    def read(
        self, scope: Scope, guards: ir.Expr | None = None, middleware: ir.Expr | None = None, dependencies: ir.Expr | None = None
    ) -> tuple[Before, ...]:
        out = [Before("hook", guard, where) for guard, where in self.listed(guards, scope)]
        out += [Before("middleware", one, where) for one, where in self.listed(middleware, scope)]
        return (*out, *self.provided(dependencies, scope))

    # ------------------------------------------------------------ what configures an app
    def start(self, expr: ir.Expr, scope: Scope) -> tuple[Before, ...] | None:
        """One of `on_app_init=[auth.on_app_init, secured]`; None where it cannot be told what it does."""
        ref = self.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        if isinstance(ref, Definition) and ref.kind == "function":
            params = ref.node.params  # type: ignore[attr-defined]
            told = Plugging(self.names, self).read(ref, int(bool(params) and params[0].name == "self"))
            return tuple(told.found) if told.whole or told.found else None
        login = self.backend(expr.base if isinstance(expr, ir.Attr) else expr, scope)
        return (login,) if login is not None else None

    def plugged(self, plugins: ir.Expr | None, scope: Scope) -> list[Before]:
        """What the plugins of a list put into the app: those of litestar-users and the project's own."""
        out: list[Before] = []
        for one, where in self.listed(plugins, scope):
            login = self.plugin(one, where)
            out += [login] if login is not None else []
            made, there = self.made(one, where)
            cls = self.names.resolve(made.func, there) if made is not None else None
            start = plugin_start(self.names, cls) if isinstance(cls, Definition) and cls.kind == "class" else None
            out += Plugging(self.names, self).read(start, 1).found if start is not None else []
        return out

    def listed(self, expr: ir.Expr | None, scope: Scope) -> list[tuple[ir.Expr, Scope]]:
        return list((items(self.names, expr, scope) if expr is not None else None) or ())

    def backend(self, base: ir.Expr, scope: Scope) -> Before | None:
        """The `session_auth` of `session_auth.on_app_init`, where the name was made by a backend of the framework."""
        ref = self.names.resolve(base, scope) if isinstance(base, (ir.Name, ir.Attr)) else None
        made = ref.node.value if isinstance(ref, Definition) and isinstance(ref.node, ir.Assign) else None
        if not isinstance(made, ir.Call):
            return None
        where = self.names.scope_of(ref)  # type: ignore[arg-type]
        func = made.func.base if isinstance(made.func, ir.Sub) else made.func  # `JWTAuth[User](...)`
        kind = self.names.resolve(func, where)
        return Before("login", made, where) if isinstance(kind, str) and kind.rpartition(".")[2] in LOGINS else None

    def plugin(self, expr: ir.Expr, scope: Scope) -> Before | None:
        """`LitestarUsersPlugin(config=LitestarUsersConfig(auth_exclude_paths=[...]))` hooks a login into the app (litestar-users 1.x)."""
        made, where = self.made(expr, scope)
        if made is None or not self.is_called(made, where, "litestar_users", "LitestarUsersPlugin"):
            return None
        given = argument(made, [0, "config"])
        config, inner = self.made(given, where) if given is not None else (None, where)
        open_paths = argument(config, "auth_exclude_paths") if config is not None else None
        told = () if open_paths is None else (ir.Keyword("exclude", open_paths, made.at),)
        return Before("login", ir.Call(made.func, (), told, made.at, made.end), inner)

    def made(self, expr: ir.Expr, scope: Scope) -> tuple[ir.Call | None, Scope]:
        """The call that made an object, and where it stands."""
        ref = self.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        if isinstance(ref, Definition) and isinstance(ref.node, ir.Assign):
            expr, scope = ref.node.value, self.names.scope_of(ref)  # type: ignore[assignment]
        return (expr if isinstance(expr, ir.Call) else None), scope

    def is_called(self, call: ir.Call, scope: Scope, package: str, name: str) -> bool:
        kind = self.names.resolve(call.func, scope)
        return isinstance(kind, str) and kind.partition(".")[0] == package and kind.rpartition(".")[2] == name

    def provided(self, expr: ir.Expr | None, scope: Scope) -> list[Before]:
        ref = self.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        if isinstance(ref, Definition) and isinstance(ref.node, ir.Assign):
            expr, scope = ref.node.value, self.names.scope_of(ref)
        if not isinstance(expr, ir.Map):
            return []
        named = [(key.value, value) for key, value in expr.items if isinstance(key, ir.Const) and isinstance(key.value, str)]
        return [Before(f"provide:{name}", value, scope) for name, value in named]

    @staticmethod
    def kept(above: tuple[Before, ...], call: ir.Call) -> tuple[Before, ...]:
        """What stands above a handler, without the login where the handler says `exclude_from_auth=True`, as it is or in `opt={...}`."""
        options = argument(call, "opt")
        flags = [argument(call, OPEN)]
        if isinstance(options, ir.Map):
            flags += [value for key, value in options.items if isinstance(key, ir.Const) and key.value == OPEN]
        is_open = any(isinstance(value, ir.Const) and value.value is True for value in flags)
        return tuple(before for before in above if before.kind not in ("login", "middleware")) if is_open else above
