"""What runs before a handler: hooks, dependencies, permission classes, mixins, middleware, settings.

Knows: which of them require a login or a role, by the models and by running the project's own. Does not know: decorators (`decorators.py`), the
handler's body.

Levels: "required", "admin", "optional", "none", "writes" (required for unsafe methods), "open" (what asks everybody for a login asks nobody here),
"unknown".
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.walk import every, heads
from prodlint.flow.callers import authenticators, controllers, django_middleware, middleware, packages, permissions, toothless
from prodlint.flow.callers.decorators import Decorators
from prodlint.flow.callers.django_settings import Settings
from prodlint.flow.frames import ON, REFUSES, Frame
from prodlint.flow.frameworks.parameters import Parameters
from prodlint.flow.interpret import handing
from prodlint.flow.knowledge import ADMIN_WORDS, LOGIN_STRICT, admins_only, last_name, snake
from prodlint.flow.proofs import switches
from prodlint.flow.values import CALLER, DOUBT, PRESENCE, REQUEST, ROLE, Selection, Value
from prodlint.names import Definition, Names, Scope, statements
from prodlint.routing.table import SAFE, Before, Endpoint

CHECKS = re.compile(r"^_?(?:check|verify|require|ensure|authenticate|authorize)_")

# a view that is whole in itself, of a package that nobody reads: it may name permissions; what others made for DRF asks nothing of its own accord
WHOLE = re.compile(r"^(?!(?:django|rest_framework|drf|dj_rest|djoser|adrf|rest_auth)\w*\.)[\w.]+\.\w*(?:View|View[Ss]et|End[Pp]oint)$")
NOWHERE = "/…"  # how the table begins the path of a route of which nobody can tell where it hangs
DJANGO = frozenset({"django", "drf", "ninja", "graphene", "strawberry"})
STRICTNESS = ("none", "", "optional", "unknown", "required", "admin")  # of levels, the most lenient first


class Guards(Decorators):
    """The guards of one endpoint, run before its body."""

    def __init__(self, run: Any, endpoint: Endpoint, parameters: Parameters, settings: Settings) -> None:
        self.run, self.endpoint, self.parameters, self.settings = run, endpoint, parameters, settings
        self.names: Names = run.names
        self.levels: list[tuple[str, str, int, str]] = []  # (level, path, line, words)
        self.only_brought: set[tuple[str, str, int, str]] = set()  # those of dependencies that only ask whether a token was brought
        self.told_by: dict[Definition | None, Any] = {}  # functions that make decorators and are being read, with what they were told
        self.around: list[ir.Expr | Definition] = []  # decorators of wrappers, and wrappers in wrappers, that are being read
        self.state = switches.state(run)  # what had been asked before the part that runs
        self.before = 0  # ties that what stands before every route holds, where it lets strangers pass

    def note(self, level: str, scope: Scope, at: int, words: str) -> None:
        if level in ("required", "admin") and (why := switches.stands_open(self.run, self.state)):
            level, words = "unknown", f"{words}, {why}"
        self.levels.append((level, scope.module.path, ir.line_of(at), words))
        self.run.turned_away |= level in ("required", "admin")

    # ------------------------------------------------------------ from outside in
    def run_all(self, me: Value | None) -> None:
        self.settings_level()
        if self.endpoint.framework in DJANGO:
            django_middleware.run(self)
            self.before = self.ties()
        for before in reversed(self.endpoint.before):
            self.state = switches.state(self.run)
            if before.kind == "hook":
                self.hook(before)
            elif before.kind == "middleware":
                middleware.run(self, before)
            elif before.kind == "login":
                middleware.login(self, before)
        if me is not None and isinstance(me.kind, Definition):
            self.mixins(me.kind)
        for before in self.endpoint.before:
            self.state = switches.state(self.run)
            if before.kind == "dependency":
                self.dependency(before)
            elif before.kind == "decorator":
                self.decorator(before.expr, before.scope)
            elif before.kind == "permission":
                self.permission_expr(before)
            elif before.kind == "permissions" and me is not None:
                controllers.ask(self, before, me)
        if me is not None and isinstance(me.kind, Definition) and self.endpoint.framework in ("drf", "django"):
            self.permissions(me)

    def settings_level(self) -> None:
        for name in self.settings.middleware:
            level = self.run.knowledge.middleware.get(name)
            if level:
                self.levels.append((level, self.settings.path, self.settings.line, f"{name.rpartition('.')[2]} in MIDDLEWARE"))
        secured = self.endpoint.options.get("security")
        if secured == "yes":
            self.run.caller_seen = True
        if secured:
            level, words = ("required", "") if secured == "yes" else ("unknown", ", but no function of it looks at the credentials")
            self.levels.append((level, self.endpoint.file, self.endpoint.line, f"security in the OpenAPI file{words}"))

    def hook(self, before: Before) -> None:
        ref = self.names.resolve(before.expr, before.scope)
        if isinstance(before.expr, ir.Call):  # login_required(lambda: None), requires_role("staff")
            self.decorator(before.expr, before.scope)
            self.checker(before.expr, before.scope)
        if isinstance(ref, Definition) and ref.kind == "function":
            for decorator in ref.node.decorators:  # type: ignore[attr-defined]
                self.decorator(decorator, self.names.scope_of(ref))
            logins, bound, doubted = len(self.run.login), self.ties(), self.run.maybe_login
            params = self.parameters.hook(ref)
            self.run.onward[ref.node] = frozenset({""})
            frame, answered = self.frame(ref), len(self.run.answered)
            made, rows = len(self.run.created), len(self.run.selections)
            self.run.call_function(ref, [], params, frame, before.expr, answers=True)
            del self.run.created[made:]  # that somebody came is written down whichever route they come to: the route itself changes nothing by it
            for row in self.run.selections[rows:]:
                row.changed = False
            tests = list(self.run.answered.values())[answered:]
            said = LOGIN_STRICT.search(ref.name) and not (tests and tests[-1] is not None)  # where it ends by the path alone it asks nobody
            if middleware.OTHERS.search(ref.name):
                del self.run.login[logins:]
                self.run.maybe_login = doubted
            elif len(self.run.login) > logins or self.ties() > bound or said:
                level = "admin" if ADMIN_WORDS.search(ref.name) else "required"
                self.note(level, before.scope, ref.at, f"before_request {ref.name}")
            elif self.run.maybe_login > doubted:
                self.note("unknown", before.scope, ref.at, f"before_request {ref.name} asks some")

    def checker(self, call: ir.Call, scope: Scope) -> None:
        """`guards=[Permission("admin")]`: an object that is called for every request."""
        kind = self.names.type_of(call, scope)
        method = self.names.class_member(kind, "__call__") if isinstance(kind, Definition) and kind.kind == "class" else None
        if not isinstance(method, Definition) or method.kind != "function":
            return
        logins, roles = len(self.run.login), len(self.run.roles)
        self.parameters.run_dependency(method, self.parameters.made_instance(kind, call, None, scope))
        if len(self.run.login) > logins or len(self.run.roles) > roles or LOGIN_STRICT.search(snake(kind.name)):
            self.note("admin" if ADMIN_WORDS.search(snake(kind.name)) else "required", scope, call.at, kind.name)

    def ties(self) -> int:
        """How many ties to the caller every way through what has run must hold: a guard in one branch asks nothing of the other."""
        held = [entries for target, entries in self.run.bound.items() if not (isinstance(target, Selection) and target.part)]
        return sum(not weak and all(number < 0 for number, _ in where) for entries in held for where, weak, _ in entries)

    def frame(self, function: Definition) -> Any:
        return Frame(self.names.scope_of(function), {}, 0)

    def gives_caller(self, value: Value) -> bool:  # not whom only a token names that nobody has signed
        return value.has(CALLER) and not (self.run.unsigned and value.has(DOUBT))

    def dependency(self, before: Before) -> None:
        expr, scope = self.parameters.alias(before.expr, before.scope)
        if not isinstance(expr, ir.Call) or not expr.args:
            return
        target = expr if self.parameters.makes_dependency(expr, scope) else expr.args[0]
        self.parameters.takes_scopes(target, expr, scope)
        logins, roles = len(self.run.login), len(self.run.roles)
        value = self.parameters.dependency(target, scope, None, None)
        name = last_name(target)
        if name in self.run.knowledge.own_admin:
            self.note("admin", before.scope, expr.at, f"Depends({name})")
        admin = ADMIN_WORDS.search(name) and not middleware.OTHERS.search(snake(name))  # not `Depends(admin_limiter)`
        if len(self.run.roles) > roles or admin:
            self.note("admin" if admin else "required", before.scope, expr.at, f"Depends({name})")
        elif (known := self.gives_caller(value) or toothless.asks_by_name(self.names, target, name, scope)) or len(self.run.login) > logins:
            self.note("required", before.scope, expr.at, f"Depends({name})")
            if not known and self.run.brought.issuperset(self.run.login[logins:]):
                self.only_brought.add(self.levels[-1])
        self.run.requirements += self.asks_elsewhere(target, name, scope)

    def asks_elsewhere(self, target: ir.Expr, name: str, scope: Scope) -> bool:
        """`Depends(verify_user_project_relation)` of a package, before a path with `project_id`: what it asks of the project nobody reads."""
        ref = self.names.resolve(target.func if isinstance(target, ir.Call) else target, scope)
        if not isinstance(ref, str) or not self.run.knowledge.names_guard(snake(name)):
            return False
        nouns = [param.lower().removesuffix("_id") for param in self.endpoint.params]
        return any(f"_{noun}_" in f"_{snake(name).lower()}_" for noun in nouns if noun not in ("", "id"))

    def mixins(self, cls: Definition) -> None:
        if packages.asks_for_permission(self, cls):
            self.run.requirements += 1
            self.note("unknown", Scope(cls.module), cls.at, "permission_required")
        for ancestor in before_the_view(self.names.mro(cls)):
            if isinstance(ancestor, str):
                level = self.run.knowledge.guards.get(ancestor)
                if level is None and packages.ASKS_IN_VIEWS.search(ancestor) and not ancestor.startswith(packages.READ):
                    self.run.requirements += 1  # what it asks of the object stands in a package that nobody reads
                if ancestor.endswith(".UserPassesTestMixin") and isinstance(self.names.class_member(cls, "test_func"), Definition):
                    continue  # it is for the test to say
                if level and level != "unknown" and not ancestor.startswith("rest_framework.permissions"):
                    self.note(level, Scope(cls.module), cls.at, packages.called(self, ancestor))
                    if ancestor.rpartition(".")[2].startswith(packages.CLIENTS):
                        self.run.roles.append((cls.module.path, cls.at, frozenset(), False))
                        continue
                    self.run.caller_seen |= level in ("required", "admin")
                    if ancestor in packages.PERMISSIONS:
                        packages.permission_of_view(self, cls)
            elif ancestor is not cls and LOGIN_STRICT.search(snake(ancestor.name)) and "mixin" in ancestor.name.lower():
                self.note("admin" if ADMIN_WORDS.search(snake(ancestor.name)) else "required", Scope(cls.module), cls.at, ancestor.name)
        for name in ("setup", "dispatch", "prepare", "initial", "check_permissions", "test_func", "has_permission"):  # in the order of Django
            found = self.names.class_member(cls, name)
            if name in ("test_func", "has_permission") and not self.asks_itself(cls):
                continue
            if isinstance(found, Definition) and found.kind == "function" and self.run.me is not None:
                logins = len(self.run.login)
                given = [self.run.me, *([Value(frozenset({REQUEST}))] if len(found.node.params) > 1 else [])]  # type: ignore[attr-defined]
                kwargs = {n: self.parameters.path_value(n, found, found.at) for n in self.endpoint.params}
                if answers := name == "dispatch":  # what it returns is the response, but for what it goes on to
                    self.run.onward[found.node] = frozenset({"dispatch"})
                value = self.run.call_function(found, given, kwargs, self.frame(found), ir.Name(name, found.at), answers=answers)
                self.run.came_late()
                if answers:
                    handing.went_on(self.run, found.module.path, found.at)
                if name in ("test_func", "has_permission"):
                    value = permissions.as_truth(self.run, found, value)
                    self.run.guarded(Value(value.origins), self.frame(found), ON, REFUSES, found.at, admin=True)
                    if name == "test_func" and value.truth is not True and permissions.what_it_asks(self.run, found) != "none":
                        self.note("required", Scope(found.module), found.at, f"{cls.name}.{name}")
                        self.run.caller_seen = True
                if len(self.run.login) > logins:
                    self.note("required", Scope(found.module), found.at, f"{(found.owner or cls).name}.{name}")
        packages.object_guard(self, cls)
        found = self.names.class_member(cls, "dispatch")
        if isinstance(found, Definition) and found.kind == "function":
            for decorator in found.node.decorators:  # type: ignore[attr-defined]
                self.decorator(decorator, self.names.scope_of(found))

    def asks_itself(self, cls: Definition) -> bool:
        """Does a base of a view call `test_func` or `has_permission`? Django's plain views do not, whatever the class defines."""
        plain = ("django.views.", "rest_framework.", "django.contrib.auth.mixins.LoginRequiredMixin", "builtins.")
        return any(isinstance(a, str) and not a.startswith(plain) and a != "object" for a in before_the_view(self.names.mro(cls)))

    def permission_expr(self, before: Before) -> None:
        if self.endpoint.framework == "strawberry":
            self.field_permission(before)
        if self.endpoint.framework in ("ninja", "django-ninja"):
            value = before.expr
            if isinstance(value, ir.Const) and value.value is None:
                self.note("none", before.scope, value.at, "auth=None")
            else:
                packages.ninja_auth(self, value, before.scope)

    def field_permission(self, before: Before) -> None:
        """A permission of a field of strawberry: its class, or one that was made, `PermissionExtension(permissions=[IsMember()])`."""
        made = before.expr.func if isinstance(before.expr, ir.Call) else before.expr
        ref, name, at = self.names.resolve(made, before.scope), last_name(made), ir.start_of(before.expr)
        if (level := packages.of_field(self, ref, name)) is not None:
            if level:
                self.note(level, before.scope, at, name)
            return
        frame, logins, roles = self.frame(ref), len(self.run.login), len(self.run.roles)
        term, known, self.run.caller_seen = self.run.eval(before.expr, frame), self.run.caller_seen, False
        answer = permissions.guard(self.run, term, "has_permission", [permissions.PARENT, Value(frozenset({REQUEST}))], True, frame, before.expr)
        by_role = len(self.run.roles) > roles or answer.has(ROLE)
        asked = by_role or len(self.run.login) > logins or answer.has(PRESENCE) or answer.has(CALLER)
        asked |= self.run.caller_seen and permissions.refuses_first(self.names, ref)
        level = "none" if answer.truth is True else self.class_level(ref, (asked, by_role))
        self.run.caller_seen |= known or level in ("required", "admin")
        if level is not None:
            self.note(level, before.scope, at, name)

    def permissions(self, me: Value) -> None:
        """DRF: the view's permission classes, else the default of the settings."""
        cls = me.kind
        assert isinstance(cls, Definition)
        if self.endpoint.framework != "drf" and not any(isinstance(a, str) and a.startswith("rest_framework.") for a in self.names.mro(cls)):
            return
        authenticators.ask(self, me)
        if (own := permissions.unasked(self.run, cls)) is not None:
            self.note("unknown", Scope(own.module), own.at, f"{own.name} does not go on to what asks the permissions")
            return
        found, certain = permissions.listed(self.run, me, self.run.view_frame)
        if found is None:
            for term in permissions.of_settings(self.run):
                self.permission(term, me, True, Scope(cls.module), cls.at)
            if not self.settings.permissions:
                above = [a for a in self.names.mro(cls) if isinstance(a, str) and not a.startswith("rest_framework.")]
                foreign = [a for a in above if permissions.PROTECTS.search(a) or WHOLE.match(a)]
                words = f"{foreign[0].rpartition('.')[2]} may ask for a login" if foreign else "no permission classes"
                if not self.settings.read:
                    words = "no permission classes, and no settings here that say what holds then"
                self.note("none" if self.settings.read and not foreign else "unknown", Scope(cls.module), cls.at, words)
        elif not found and certain:
            self.note("none", Scope(cls.module), cls.at, "permission_classes = []")
        elif not found and found is not None:
            self.note("unknown", Scope(cls.module), cls.at, "the permissions could not be read")
        for term in found or ():
            self.permission(term, me, certain, Scope(cls.module), cls.at)

    def permission(self, term: Value, me: Value, certain: bool, scope: Scope, at: int) -> None:
        """Asks a permission, and notes the level of each of its classes."""
        logins, roles = len(self.run.login), len(self.run.roles)
        answer = permissions.guard(self.run, term, "has_permission", [me], certain, self.run.view_frame, ir.Name("has_permission", at))
        asked = len(self.run.login) > logins, len(self.run.roles) > roles
        if certain and answer.truth is False and not answer.origins:  # `return False` for this action
            self.note("admin", scope, at, "a permission that lets nobody in")
            return
        if certain and answer.truth is True:  # `return request.method in SAFE_METHODS or ...`, and this one is
            self.note("none", scope, at, "a permission that lets everybody in")
            return
        level, name, ref = self.permission_level(term, asked, me, at)
        if level is None:
            return
        self.note(level, scope, at, name)
        if isinstance(ref, Definition) and any(a in permissions.OF_TABLES for a in self.names.mro(ref)):
            self.note(level, scope, at, "DjangoModelPermissions")
        alone = permissions.resolved(self.run, term).ref != "|"  # beside another one it asks for nothing
        if alone and permissions.of_table(self.names, ref) and self.run.method not in permissions.READS:
            self.run.roles.append((scope.module.path, at, frozenset(), False))  # staff say who may change rows of this table
        if level in ("required", "admin"):
            self.run.caller_seen = True

    def permission_level(self, term: Value, asked: tuple[bool, bool], me: Value, at: int) -> tuple[str | None, str, Definition | str | None]:
        """(level, name, class) of a permission: of several that are all asked the strictest, of several of which one is enough the most lenient."""
        if permissions.unreadable(self.names, term):
            self.run.requirements += 1
            return "unknown", f"{term.ref.name} could not be read", None  # type: ignore[union-attr]
        term = permissions.resolved(self.run, term)
        if term.ref in ("&", "|") and term.items is not None:
            either = term.ref == "|"
            sides = [self.permission_level(item, self.asked_alone(item, me, at) if either else asked, me, at) for item in term.items]
            if either and self.endpoint.params and any(side[0] for side in sides):  # one that only looks at the object: does the view show it one?
                sides = [side if side[0] else ("unknown", *side[1:]) for side in sides]
            known = [side for side in sides if side[0] in ("required", "admin")]  # what one of them asks is asked, whatever the other one does
            return min(sides, key=_strictness) if either else max(known or sides, key=_strictness)
        for ref in permissions.refs(self.run, term):
            return self.class_level(ref, asked), ref.name if isinstance(ref, Definition) else ref.rpartition(".")[2], ref
        return None, "", None

    def asked_alone(self, term: Value, me: Value, at: int) -> tuple[bool, bool]:
        """Does one of several permissions ask for a login, for a role, where nothing else is asked?"""
        answer = permissions.ask(self.run, term, "has_permission", [me], self.run.view_frame, ir.Name("has_permission", at))
        return answer.has(PRESENCE) or answer.has(CALLER) or answer.has(ROLE), answer.has(ROLE)

    def class_level(self, ref: Definition | str, asked: tuple[bool, bool]) -> str | None:
        known = self.run.knowledge.guards
        name = ref.name if isinstance(ref, Definition) else ref.rpartition(".")[2]
        words = snake(name)
        if isinstance(ref, str):
            level = known.get(ref, "required")
        elif asked[1] and admins_only(words):
            level = "admin"
        elif asked[0] or LOGIN_STRICT.search(words) or "authenticated" in name.lower():
            level = "required"
        else:
            own = self.names.class_member(ref, "has_permission")
            asks = permissions.what_it_asks(self.run, own) if isinstance(own, Definition) and own.kind == "function" else None
            level = next((known[a] for a in self.names.mro(ref) if isinstance(a, str) and a in known), asks)
        if level == "writes":
            level = "none" if set(self.endpoint.methods) <= SAFE and self.endpoint.methods else "required"
        return level

    def authentication(self) -> str:
        levels = {level for level, _, _, words in self.levels}
        if "open" in levels:  # the middleware that asks everybody for a login leaves this view out
            levels = {level for level, *_, words in self.levels if not words.endswith(" in MIDDLEWARE") and not words.startswith("middleware ")}
        logins = set(self.run.login[: self.run.in_time]) - switches.by_anybody(self.run)  # what nobody signed anybody may bring
        if levels & {"required", "admin"} or logins or (self.ties() > self.before and (self.run.caller_seen or not self.run.places_seen)):
            return "required"  # only a caller can be an owner, where it is not a site that owns what it shows
        if "optional" in levels:
            return "optional"
        if (
            "unknown" in levels
            or self.run.perhaps_asked
            or logins != set(self.run.login)
            or any(self.turns_away(dependency) for dependency in self.run.dependencies)
        ):
            return "unknown"
        if self.endpoint.framework in DJANGO and self.endpoint.path.startswith(NOWHERE):
            return "unknown"  # what wraps the list that it stands in could not be told
        if self.endpoint.framework == "litestar" and self.run.knowledge.plugged:
            return "unknown"  # a plugin of the project may hook a login into the app
        return "none"

    def looks_away(self) -> bool:
        """Is a token all that is asked for, and nobody looks at it? `token: str = Depends(OAuth2PasswordBearer(...))` that is never used lets in
        whoever brings any word."""
        asked = [each for each in self.levels if each[0] in ("required", "admin") and each not in self.only_brought]
        bare = self.run.brought and self.run.brought.issuperset(self.run.login)
        return bool(bare) and not (asked or self.run.token_read or self.run.roles or self.ties() > self.before)

    def turns_away(self, dependency: Definition) -> bool:
        """Does a dependency that was not understood as a login answer 401 or 403 somewhere, or say by its name that it checks?"""
        if CHECKS.match(dependency.name):
            return True
        for statement in statements(self.names.body(dependency.node)):  # type: ignore[arg-type]
            for head in heads(statement):
                for part in every(head):
                    word = part.value if isinstance(part, ir.Const) else part.name if isinstance(part, ir.Attr) else None
                    if word in (401, 403) or (isinstance(word, str) and word.startswith(("HTTP_401", "HTTP_403", "UNAUTHORIZED", "FORBIDDEN"))):
                        return True
        return False


def before_the_view(ancestors: tuple[Definition | str, ...]) -> list[Definition | str]:
    """The classes of a view whose `dispatch` runs: Django's View asks none that come after it, `class Show(DetailView, LoginRequiredMixin)`."""
    views = [at for at, each in enumerate(ancestors) if isinstance(each, str) and each.startswith("django.views.")]
    names = [each if isinstance(each, str) else each.name for each in ancestors]
    return [each for at, each in enumerate(ancestors) if not (views and at > views[-1] and names[at].endswith("Mixin"))]


def _strictness(said: tuple[str | None, str, object]) -> int:
    return STRICTNESS.index(said[0] or "")
