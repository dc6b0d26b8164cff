"""What one entry of Django's URL configuration serves: a function, a class with its methods, a view set with a method map, through wrappers.

Knows: decorators that restrict methods, `as_view`, the methods that the framework's own classes give (models/django.yaml). Does not know: paths
of routers (`drf.py`), what a handler does. Sources: django 5.2 views/decorators/http.py and generic/base.py, djangorestframework 3.16 decorators.py.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from prodlint import ir
from prodlint import regex as re
from prodlint.model import Span
from prodlint.models import Models
from prodlint.names import Definition, Names, Scope
from prodlint.routing.items import Item
from prodlint.routing.lists import Lists
from prodlint.routing.table import VERBS, Before, Endpoint, Table, Unresolved, params_of
from prodlint.routing.values import argument, shown, words
from prodlint.routing.walking import last_name, own_name

ACTIONS = ("action", "detail_route", "list_route")  # the last two before DRF 3.8
MIXIN = re.compile(r"^(?!.*Bulk).*(?:List|Create|Retrieve|Update|Destroy)ModelMixin$")
SERVED = {
    "List": ("list",), "Create": ("create",), "Retrieve": ("retrieve",), "Update": ("update", "partial_update"), "Destroy": ("destroy",),
    "Delete": ("destroy",),
}  # fmt: skip
VERBS_IN_NAME = re.compile("|".join(SERVED))
RESTRICTED = {"require_GET": ("GET",), "require_POST": ("POST",), "require_safe": ("GET",)}


FEED = "django.contrib.syndication.views.Feed"  # its __call__ asks get_object with the path parameters, then items (django 5.2)


class Views:
    """Adds the endpoints of views to a table."""

    def __init__(self, names: Names, table: Table, lists: Lists, models: Models) -> None:
        self.names, self.table, self.lists = names, table, lists
        self.methods: dict[str, list[str]] = models["view_methods"]
        self.actions: dict[str, list[str]] = models["viewset_actions"]

    def gap(self, item: Item, message: str) -> None:
        at = ir.start_of(item.expr)
        self.table.unresolved.append(Unresolved(Span(item.scope.module.path, ir.line_of(at), ir.column_of(at)), message))

    # ------------------------------------------------------------ through wrappers
    def serve(self, item: Item, path: str, before: tuple[Before, ...]) -> None:
        """The view of one URL entry."""
        for _ in range(12):
            item = self.lists.followed(item)
            expr = item.expr
            if not isinstance(expr, ir.Call):
                break
            if isinstance(expr.func, ir.Attr) and expr.func.name == "as_view":
                self.as_view(expr, item, path, before)
                return
            inner = self._wrapped(expr, item)
            if inner is None:
                self.factory(expr, item, path, before)
                return
            if not self._is_partial(expr, item):
                wrapper = expr.func if len(expr.args) == 1 and not expr.kwargs else expr
                before = (*before, Before("decorator", wrapper, item.scope))
            item = replace(item, expr=inner)
        self.view(item, path, before)

    def _is_partial(self, call: ir.Call, item: Item) -> bool:
        ref = self.names.resolve(call.func, item.scope)
        return isinstance(ref, str) and ref.rpartition(".")[2] in ("partial", "update_wrapper")

    def _wrapped(self, call: ir.Call, item: Item) -> ir.Expr | None:
        """The argument of a wrapper that is the view."""
        return next((arg for arg in call.args if self._is_view(replace(item, expr=arg))), None)

    def _is_view(self, item: Item) -> bool:
        expr = self.lists.followed(item).expr
        if isinstance(expr, ir.Call):
            if isinstance(expr.func, ir.Attr) and expr.func.name == "as_view":
                return True
            return any(self._is_view(replace(item, expr=arg)) for arg in expr.args[:2])
        ref = self.names.resolve(expr, item.scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        return isinstance(ref, Definition) and (ref.kind == "function" or self._answers(ref))

    def _answers(self, ref: Definition) -> bool:
        """Is this a class that descends from a view of Django, DRF or a package on top of them? A model or a form that is handed over is none."""
        return ref.kind == "class" and any(isinstance(a, str) and a.endswith(("View", "ViewSet")) for a in self.names.mro(ref))

    def factory(self, call: ir.Call, item: Item, path: str, before: tuple[Before, ...]) -> None:
        """`make_view(model)`: the function that a project function returns."""
        ref = self.names.resolve(call.func, item.scope)
        if isinstance(ref, Definition) and ref.kind == "function":
            scope = self.names.scope(ref)
            for value in self.lists.returns(ref):
                made = self.names.resolve(value, scope) if isinstance(value, (ir.Name, ir.Attr)) else None
                if isinstance(made, Definition) and made.kind == "function":
                    self.function(made, path, before)
                    return
        if isinstance(ref, Definition) and ref.kind == "class":
            called = self.names.class_member(ref, "__call__")
            if isinstance(called, Definition) and called.kind == "function":
                self.function(called, path, before, cls=ref)
                return
            if FEED in self.names.mro(ref):
                self.add("django", (), path, self.names.method(ref, "get_object") or self.names.method(ref, "items"), ref, ref.dotted, before)
                return
        theirs = [r for arg in call.args if isinstance(arg, (ir.Name, ir.Attr)) and isinstance(r := self.names.resolve(arg, item.scope), str)]
        if isinstance(ref, str) or theirs:
            self.table.outside.append((path, ref if isinstance(ref, str) else theirs[0]))
        else:
            self.gap(item, f"{path}: {shown(call)} could not be followed to a view")

    def view(self, item: Item, path: str, before: tuple[Before, ...]) -> None:
        expr = item.expr
        ref = self.names.resolve(expr, item.scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        if isinstance(expr, ir.Const) and isinstance(expr.value, str):  # before Django 1.10: "app.views.function"
            module = self.names.find_module(expr.value.rpartition(".")[0], item.scope.module)
            ref = self.names.symbol(module, expr.value.rpartition(".")[2]) if module is not None else expr.value
        if isinstance(ref, Definition) and ref.kind == "function":
            self.function(ref, path, before)
        elif isinstance(ref, Definition) and ref.kind == "class":  # an instance's __call__, or a class taken for a view
            self.classes(ref, path, before)
        elif isinstance(ref, str):
            self.table.outside.append((path, ref))
        elif isinstance(expr, ir.Lambda):
            line = ir.line_of(expr.at)
            self.table.endpoints.append(
                Endpoint(
                    "django", (), path, None, None, f"{item.scope.module.dotted}.<lambda>", item.scope.module.path, line, "", before, params_of(path)
                )
            )
        else:
            self.gap(item, f"{path}: {shown(expr)} could not be followed to a view")

    # ------------------------------------------------------------ functions
    def function(self, definition: Definition, path: str, before: tuple[Before, ...], cls: Definition | None = None) -> None:
        methods: tuple[str, ...] = ()
        framework = "django"
        scope = self.names.scope_of(definition)
        for decorator in definition.node.decorators:  # type: ignore[attr-defined]
            last = self._name(decorator, scope)
            if last in RESTRICTED:
                methods = RESTRICTED[last]
            elif last in ("require_http_methods", "api_view"):
                given = (
                    argument(decorator, [0, "http_method_names" if last == "api_view" else "request_method_list"])
                    if isinstance(decorator, ir.Call)
                    else None
                )
                methods = (words(self.names, given, scope) or ()) if given is not None else ("GET",) if last == "api_view" else ()
                framework = "drf" if last == "api_view" else framework
        for outer in before:
            last = self._name(outer.expr, outer.scope)
            methods = RESTRICTED.get(last, methods)
            if last == "require_http_methods" and isinstance(outer.expr, ir.Call) and outer.expr.args:
                methods = words(self.names, outer.expr.args[0], outer.scope) or methods
        own = tuple(Before("decorator", d, scope) for d in definition.node.decorators)  # type: ignore[attr-defined]
        methods = tuple(m for m in methods if m not in ("HEAD", "OPTIONS"))
        if cls is None and definition.owner is not None and definition.owner.kind == "class":
            cls = definition.owner
        self.add(framework, methods, path, definition, cls, definition.dotted, before + own)

    def add(
        self, framework: str, methods: tuple[str, ...], path: str, handler: Definition | None, cls: Definition | None, name: str,
        before: tuple[Before, ...], action: str = "", unread: str = "",
    ) -> None:  # fmt: skip
        """unread: the class of a package that is not here, which serves it."""
        options = {"unread": unread} if unread else {}
        at = handler or cls
        assert at is not None
        self.table.endpoints.append(
            Endpoint(framework, methods, path, handler, cls, name, at.module.path, ir.line_of(at.at), action, before, params_of(path), options)
        )

    # ------------------------------------------------------------ classes
    def as_view(self, call: ir.Call, item: Item, path: str, before: tuple[Before, ...]) -> None:
        """`View.as_view()`, `ViewSet.as_view({"get": "list"})`."""
        base = self.lists.followed(replace(item, expr=call.func.base))  # type: ignore[union-attr]
        ref = self.names.resolve(base.expr, base.scope) if isinstance(base.expr, (ir.Name, ir.Attr)) else None
        if isinstance(base.expr, ir.Call):
            ref = self._of_call(base, base.expr)
        if isinstance(ref, str):
            self.table.outside.append((path, ref))
            return
        if not isinstance(ref, Definition) or ref.kind != "class":
            self.gap(item, f"{path}: {shown(call)} could not be followed to a class")
            return
        given = argument(call, [0, "actions"])
        mapping = self.method_map(replace(item, expr=given)) if given is not None else None
        for verb, action in mapping.items() if mapping is not None else ():
            self.action(ref, action, (verb.upper(),), path, before, named=True)
        if mapping is None:
            self.classes(ref, path, before)

    def method_map(self, item: Item, depth: int = 4) -> dict[str, str] | None:
        """The actions by HTTP method of `{"get": "list", **CHANGES}`; None where this is no mapping."""
        mapping = self.lists.followed(item)
        if not isinstance(mapping.expr, ir.Map):
            return None
        out: dict[str, str] = {}
        for verb, action in mapping.expr.items:
            if verb is None:
                out.update((self.method_map(replace(mapping, expr=action), depth - 1) if depth else None) or {})
            elif isinstance(verb, ir.Const) and isinstance(action, ir.Const) and str(verb.value) in VERBS:
                out[str(verb.value)] = str(action.value)
            elif isinstance(verb, ir.Const) and isinstance(action, ir.Attr) and action.name == "__name__" and str(verb.value) in VERBS:
                out[str(verb.value)] = last_name(action.base)  # OrderViewSet.list.__name__
        return out

    def _of_call(self, item: Item, call: ir.Call) -> Definition | None:
        """The view class that a project function makes and returns (`make(Order)`), else the one that a call is given and wraps
        (`audited(OrderView)`); None where neither or more than one can be told."""
        maker = self.names.resolve(call.func, item.scope)
        if isinstance(maker, Definition) and self._answers(maker):  # OrderView().as_view()
            return maker
        if isinstance(maker, Definition) and maker.kind == "function":
            scope = self.names.scope(maker)
            returned = [self.names.resolve(v, scope) if isinstance(v, (ir.Name, ir.Attr)) else None for v in self.lists.returns(maker)]
            own = [ref for ref in returned if isinstance(ref, Definition) and self._answers(ref)]
            if own:
                return own[0] if len(own) == len(returned) == 1 else None
        given = (*call.args, *(keyword.value for keyword in call.kwargs))
        refs = (self.names.resolve(arg, item.scope) for arg in given if isinstance(arg, (ir.Name, ir.Attr)))
        views = [ref for ref in refs if isinstance(ref, Definition) and self._answers(ref)]
        return views[0] if len(views) == 1 else None

    def framework_of(self, cls: Definition) -> str:
        return "drf" if any(isinstance(a, str) and a.startswith("rest_framework") for a in self.names.mro(cls)) else "django"

    def around(self, cls: Definition) -> tuple[Before, ...]:
        """Decorators of the class and of the project's classes it descends from."""
        return tuple(
            Before("decorator", decorator, self.names.class_scope(ancestor))
            for ancestor in self.names.mro(cls)
            if isinstance(ancestor, Definition)
            for decorator in ancestor.node.decorators  # type: ignore[attr-defined]
        )

    def allowed(self, cls: Definition) -> set[str]:
        """`http_method_names`, lower case."""
        listed = self.names.class_member(cls, "http_method_names")
        if isinstance(listed, Definition) and isinstance(listed.node, ir.Assign):
            owner = listed.owner or cls
            given = words(self.names, listed.node.value, self.names.class_scope(owner))
            if given is not None:
                return {word.lower() for word in given}
        return set(VERBS)

    def classes(self, cls: Definition, path: str, before: tuple[Before, ...]) -> None:
        """One endpoint for each HTTP method that a view class answers."""
        framework, allowed = self.framework_of(cls), self.allowed(cls)
        before = before + self.around(cls)
        given = {verb for a in self.names.mro(cls) if isinstance(a, str) for verb in self.methods.get(a, ())}
        found = False
        for verb in VERBS:
            if verb not in allowed:
                continue
            method = self.names.method(cls, verb)
            if method is not None:
                self.add(framework, (verb.upper(),), path, method, cls, f"{cls.dotted}.{verb}", before + self._own(method), verb)
            elif verb in given:
                self.add(framework, (verb.upper(),), path, None, cls, f"{cls.dotted}.{verb}", before, verb)
            else:
                continue
            found = True
        if not found:
            whole = self.names.method(cls, "dispatch") or self.names.method(cls, "__call__")
            self.add(framework, (), path, whole, cls, f"{cls.dotted}.{whole.name}" if whole is not None else cls.dotted, before)

    def _own(self, method: Definition) -> tuple[Before, ...]:
        scope = self.names.scope_of(method)
        return tuple(Before("decorator", d, scope) for d in method.node.decorators)  # type: ignore[attr-defined]

    # ------------------------------------------------------------ view sets
    def action(self, cls: Definition, action: str, methods: tuple[str, ...], path: str, before: tuple[Before, ...], named: bool = False) -> None:
        """One action of a view set under the methods that reach it. named: the URL configuration says that the view set has it."""
        method = self.names.method(cls, action)
        around = before + self.around(cls)
        if method is not None:
            self.add("drf", methods, path, method, cls, f"{cls.dotted}.{action}", around + self.permissions(method) + self._own(method), action)
        elif action in self.provided(cls):
            self.add("drf", methods, path, None, cls, f"{cls.dotted}.{action}", around, action)
        else:
            unread = next((name for name, actions in self.by_name(cls) if named or action in actions), "")
            if unread:
                self.add("drf", methods, path, None, cls, f"{cls.dotted}.{action}", around, action, unread)

    def _name(self, decorator: ir.Expr, scope: Scope) -> str:
        return own_name(self.names, decorator.func if isinstance(decorator, ir.Call) else decorator, scope)

    def permissions(self, method: Definition) -> tuple[Before, ...]:
        """`@action(permission_classes=[...])` stands in place of the class's own."""
        scope = self.names.scope_of(method)
        for decorator in method.node.decorators:  # type: ignore[attr-defined]
            mine = isinstance(decorator, ir.Call) and own_name(self.names, decorator.func, scope) == "action"
            given = argument(decorator, "permission_classes") if mine else None  # type: ignore[arg-type]
            if given is not None:
                return (Before("permission", given, scope),)
        return ()

    def provided(self, cls: Definition) -> set[str]:
        """Actions that the framework's mix-ins give."""
        return {action for a in self.names.mro(cls) if isinstance(a, str) for action in self.actions.get(a, ())}

    def by_name(self, cls: Definition) -> Iterator[tuple[str, set[str]]]:
        """Bases of packages that are not here, with the actions that they serve by what they are called: `ParlerModelViewSet`, `ListCreateViewSet`.
        Of any other view set with a queryset and a serializer nobody knows more than that it most likely lists and shows."""
        above = self.names.mro(cls)
        data = all(
            any(isinstance(self.names.class_member(cls, name), Definition) for name in pair)
            for pair in (("queryset", "get_queryset"), ("serializer_class", "get_serializer_class"))
        )
        for name in above:
            last = name.rpartition(".")[2] if isinstance(name, str) and not name.startswith(("rest_framework.", "builtins.")) else ""
            if MIXIN.search(last) or last.endswith(("ViewSet", "Viewset")):
                verbs = ["Retrieve", "List"] if "readonly" in last.lower() else VERBS_IN_NAME.findall(last)
                if not verbs and last.endswith("ModelViewSet"):
                    verbs = list(SERVED)
                elif not verbs and data:
                    verbs = ["Retrieve", "List"]
                yield str(name), {action for verb in verbs for action in SERVED[verb]}

    def extra(self, cls: Definition) -> Iterator[tuple[Definition, ir.Call]]:
        """Methods with `@action(...)` (`@detail_route`, `@list_route` before DRF 3.8), nearest class first."""
        seen: set[str] = set()
        for ancestor in self.names.mro(cls):
            if not isinstance(ancestor, Definition):
                continue
            for name, member in self.names.members(ancestor).items():
                hidden = name in seen
                seen.add(name)  # also by what is no method: `rename = None` takes an inherited one away
                if member.kind != "function" or hidden:
                    continue
                for node in (member.node, *(n for n in member.again if isinstance(n, ir.Function))):
                    for decorator in node.decorators:  # type: ignore[attr-defined]
                        if isinstance(decorator, ir.Call) and own_name(self.names, decorator.func, self.names.scope_of(member)) in ACTIONS:
                            yield Definition("function", name, member.module, node, member.owner) if node is not member.node else member, decorator
