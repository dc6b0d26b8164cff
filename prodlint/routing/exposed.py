"""Flask-AppBuilder: classes whose methods carry `@expose`, and which an app builder is given (`exposing` of the models).

Knows: where such a class stands (`route_base`, `resource_name`, its name), what the package serves by itself. Does not know: menus, what handlers do.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.models import Models
from prodlint.names import Definition, Names, Scope, statements
from prodlint.routing.table import Before, Endpoint, Table, params_of
from prodlint.routing.values import UNKNOWN, argument, follow, text, words
from prodlint.routing.walking import bodies, expressions


def find(names: Names, models: Models, table: Table) -> None:
    how = models["exposing"]
    packages = set(how.get("imports", ()))
    if any(
        binding.target.partition(".")[0] in packages
        for module in names.modules.values()
        for statement in statements(module.body)
        if isinstance(statement, ir.Import)
        for binding in statement.bindings
    ):
        Exposed(names, how, table).run()


class Exposed:
    """The exposed classes of one project."""

    def __init__(self, names: Names, how: dict[str, Any], table: Table) -> None:
        self.names, self.how, self.table = names, how, table

    def run(self) -> None:
        given = self._given()
        mine = [cls for cls in self.names.classes() if any(isinstance(a, str) and self._package(a) for a in self.names.mro(cls))]
        bases = {ancestor for cls in mine for ancestor in self.names.mro(cls)[1:]}
        for cls in mine:
            if cls in given or (cls not in bases and (not given or self._is_index(cls))):
                self.serve(cls)

    def _is_index(self, cls: Definition) -> bool:
        """The page at the root: the app builder takes it from its `indexview` or from a setting."""
        return any(ancestor in self.how["indexes"] for ancestor in self.names.mro(cls))

    def _package(self, dotted: str) -> bool:
        return dotted.partition(".")[0] in self.how["imports"]

    def _given(self) -> set[Definition]:
        """The classes that some app builder is given: `appbuilder.add_view(Orders, "Orders")`, `add_api(OrdersApi)`."""
        found = set()
        for scope, body in bodies(self.names, *self.how["registrations"]):
            for expr in expressions(body):
                if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) and expr.func.name in self.how["registrations"] and expr.args:
                    first = expr.args[0].func if isinstance(expr.args[0], ir.Call) else expr.args[0]
                    ref = self.names.resolve(first, scope)
                    if isinstance(ref, Definition) and ref.kind == "class":
                        found.add(ref)
        return found

    # ------------------------------------------------------------ one class
    def serve(self, cls: Definition) -> None:
        base, seen = self._base(cls), set()
        for ancestor in self.names.mro(cls):
            if isinstance(ancestor, Definition):
                for name, member in self.names.members(ancestor).items():
                    if name not in seen and member.kind == "function":
                        seen.add(name)
                        self._method(member, cls, base)
            else:
                for name, (verb, path) in self.how["provided"].get(ancestor, {}).items():
                    if name not in seen and self._let(cls, name):
                        seen.add(name)
                        self._add((verb,), base + path, None, cls, f"{cls.dotted}.{name}", ())

    def _method(self, member: Definition, cls: Definition, base: str) -> None:
        scope = self.names.class_scope(member.owner or cls)
        decorators = member.node.decorators  # type: ignore[attr-defined]
        calls = [d for d in decorators if isinstance(d, ir.Call) and self.names.resolve(d.func, scope) in self.how["decorators"]]
        before = tuple(Before("decorator", d, scope) for d in decorators if d not in calls)
        for call in calls if self._let(cls, member.name) else ():
            given = argument(call, [1, "methods"])
            verbs = (words(self.names, given, scope) if given is not None else None) or ("GET",)
            path = text(self.names, argument(call, [0, "url"]), scope)
            self._add(verbs, _joined(base, UNKNOWN if path is None else path), member, cls, f"{cls.dotted}.{member.name}", before)

    def _let(self, cls: Definition, name: str) -> bool:
        """`include_route_methods` and `exclude_route_methods`; where one of them cannot be told, everything counts as served."""
        only, never = self._names_in(cls, "include_route_methods"), self._names_in(cls, "exclude_route_methods")
        return (only is None or name in only) and (never is None or name not in never)

    def _names_in(self, cls: Definition, attribute: str) -> frozenset[str] | None:
        found = self.names.class_member(cls, attribute)
        if not isinstance(found, Definition) or not isinstance(found.node, ir.Assign):
            return None
        return self._set(found.node.value, self.names.class_scope(found.owner or cls))

    def _set(self, expr: ir.Expr, scope: Scope, depth: int = 8) -> frozenset[str] | None:
        """The words of a set, a union of sets, or one word; None where any of them cannot be told."""
        if isinstance(expr, ir.Bin) and expr.op == "|" and depth:
            sides = self._set(expr.left, scope, depth - 1), self._set(expr.right, scope, depth - 1)
            return None if None in sides else sides[0] | sides[1]  # type: ignore[operator]
        if isinstance(expr, ir.Seq):
            told = [self._set(item, scope, 0) for item in expr.items]
            return None if None in told else frozenset().union(*told)  # type: ignore[arg-type]
        further = follow(self.names, expr, scope) if depth else None
        if further is not None:
            return self._set(*further, depth - 1)
        word = text(self.names, expr, scope)
        return frozenset([word]) if word is not None and UNKNOWN not in word else None

    def _base(self, cls: Definition) -> str:
        base = self._word(cls, "route_base")
        if base:
            return base.rstrip("/")
        if self._is_index(cls):
            return ""
        if any(a in self.how["apis"] for a in self.names.mro(cls)):
            return f"/api/{self._word(cls, 'version') or 'v1'}/{self._word(cls, 'resource_name') or cls.name.lower()}"
        return f"/{cls.name.lower()}"

    def _word(self, cls: Definition, attribute: str) -> str | None:
        found = self.names.class_member(cls, attribute)
        if not isinstance(found, Definition) or not isinstance(found.node, ir.Assign):
            return None
        return text(self.names, found.node.value, self.names.class_scope(found.owner or cls))

    def _add(self, verbs: tuple[str, ...], path: str, handler: Definition | None, cls: Definition, name: str, before: tuple[Before, ...]) -> None:
        at = handler if handler is not None else cls
        self.table.endpoints.append(
            Endpoint("flask", verbs, path, handler, cls, name, at.module.path, ir.line_of(at.at), before=before, params=params_of(path))
        )


def _joined(base: str, path: str) -> str:
    """As flask's blueprints join a prefix and a rule (flask 3.1 sansio/blueprints.py)."""
    return f"{base}/{path.lstrip('/')}" if path or not base else base
