"""The object whose method serves an endpoint: `self` of a class-based handler, and what its framework's own classes run.

Knows: what frameworks put on a view, what constructors and keywords of `@action(...)` set, which generic view serves an HTTP method. Does not know:
what stands before the handler (`guards.py`), verdicts (`handlers.py`).
"""

from __future__ import annotations

from prodlint import ir
from prodlint.flow.callers import controllers
from prodlint.flow.frames import Frame
from prodlint.flow.frameworks import bases, forms
from prodlint.flow.frameworks.parameters import Parameters
from prodlint.flow.interpret.folding import GIVEN
from prodlint.flow.interpret.interpreter import Run
from prodlint.flow.values import CALLER, NOTHING, REQUEST, Client, Value
from prodlint.names import Definition, Names
from prodlint.routing.table import Endpoint
from prodlint.routing.values import UNKNOWN
from prodlint.routing.walking import own_name

# of the keywords of DRF's @action, those that say what the action may reach
ACTION_SETS = frozenset({"permission_classes", "authentication_classes", "filter_backends", "queryset", "serializer_class"})
LISTS = frozenset({"FilterView", "SingleTableView"})  # of django-filter and django-tables2, built on ListView
FORMS = frozenset({"TemplateView", "FormView", "CreateView"})  # what these show is what `get_context_data` gives


class Instances:
    """A part of `handlers.Analyst`."""

    names: Names

    def instance(self, endpoint: Endpoint, parameters: Parameters) -> Value | None:
        """`self` of a class-based handler."""
        if endpoint.cls is None:
            return None
        at = endpoint.handler.at if endpoint.handler is not None else endpoint.cls.at
        place = endpoint.handler or endpoint.cls
        path = {name: parameters.path_value(name, place, at) for name in endpoint.params}
        whole = GIVEN if endpoint.framework in ("django", "drf") and UNKNOWN not in endpoint.path else None  # nothing that hangs above was unread
        fields = {"request": Value(frozenset({REQUEST})), "kwargs": Value(kind=whole, fields=path), "args": Value(items=tuple(path.values()))}
        if endpoint.action or (endpoint.framework == "drf" and endpoint.handler is not None):
            fields["action"] = Value(const=endpoint.action or endpoint.handler.name)  # type: ignore[union-attr]
        if endpoint.framework == "drf":  # what the framework's own class says where the project's does not
            for name, default in (("lookup_field", Value(const="pk")), ("lookup_url_kwarg", NOTHING)):
                if not isinstance(self.names.class_member(endpoint.cls, name), Definition):
                    fields[name] = default
        if endpoint.framework == "ninja":
            fields["context"] = controllers.context(fields["kwargs"])
        if endpoint.framework == "tornado":
            fields["current_user"] = Value(frozenset({CALLER}))
            fields["path_kwargs"] = Value(fields=path)
        return Value(frozenset(), endpoint.cls, None, None, fields)

    def controller_init(self, cls: Definition, me: Value, parameters: Parameters) -> None:
        init = self.names.class_member(cls, "__init__")
        if isinstance(init, Definition) and init.kind == "function" and len(init.node.params) > 1:  # type: ignore[attr-defined]
            parameters.run_dependency(init, me)

    def view_init(self, run: Run, endpoint: Endpoint, me: Value) -> None:
        """What a class-based view's constructor and the keywords of `@action(...)` set on the view."""
        assert me.fields is not None and isinstance(me.kind, Definition)
        init = self.names.class_member(me.kind, "__init__")
        if isinstance(init, Definition) and init.kind == "function":
            run.call_function(init, [me], {}, run.view_frame, ir.Name("__init__", init.at))
        for action in self.actions(endpoint):
            for decorator in action.node.decorators:  # type: ignore[attr-defined]
                scope = self.names.scope_of(action)
                if isinstance(decorator, ir.Call) and own_name(self.names, decorator.func, scope) == "action":
                    frame = Frame(scope, {}, 1)
                    for keyword in decorator.kwargs:
                        if keyword.name in ACTION_SETS:
                            me.fields[keyword.name] = run.eval(keyword.value, frame)

    def actions(self, endpoint: Endpoint) -> list[Definition]:
        """The handler, and the action that it serves another method of: `@picture.mapping.delete` has what `@action(...)` says of picture."""
        if endpoint.handler is None:
            return []
        out = [endpoint.handler]
        for decorator in endpoint.handler.node.decorators:  # type: ignore[attr-defined]
            base = decorator.base if isinstance(decorator, ir.Attr) else None
            if isinstance(base, ir.Attr) and base.name == "mapping" and isinstance(base.base, ir.Name) and endpoint.cls is not None:
                found = self.names.class_member(endpoint.cls, base.base.id)
                out += [found] if isinstance(found, Definition) and found.kind == "function" else []
        return out

    def inherited(self, run: Run, verb: str, me: Value, place: ir.Name) -> None:
        """An HTTP method that a generic view of the framework serves."""
        cls = me.kind
        assert isinstance(cls, Definition)
        bases_of = {a.rpartition(".")[2] for a in self.names.mro(cls) if isinstance(a, str)}
        if any(name.startswith(("Retrieve", "Update", "Destroy")) or name in ("DetailView", "UpdateView", "DeleteView") for name in bases_of) or (
            "GenericAPIView" in bases_of
            and verb != "post"
            and any(n.endswith(("RetrieveModelMixin", "UpdateModelMixin", "DestroyModelMixin")) for n in bases_of)
        ):
            bases.generic(run, verb, me, run.view_frame, place)
        elif verb == "get" and (any(name.startswith("List") for name in bases_of) or not bases_of.isdisjoint(LISTS)):
            if bases.served(run, "get", me, run.view_frame, place) is None:
                bases.action(run, "list", me, run.view_frame, place)
        elif "RedirectView" in bases_of:
            bases.call_own(run, me, "get_redirect_url", [], run.view_frame, place, (me.fields or {}).get("kwargs", NOTHING).fields)
        elif verb == "get" and not bases_of.isdisjoint(FORMS):
            given = bases.call_own(run, me, "get_context_data", [], run.view_frame, place, (me.fields or {}).get("kwargs", NOTHING).fields)
            for part in (given.fields or {}).values() if given is not None else ():
                run.shown(part)
        elif verb == "post":
            forms.written(run, me, run.view_frame, place)
            if any(name in ("CreateAPIView", "ListCreateAPIView", "CreateModelMixin") for name in bases_of):
                if bases.call_own(run, me, "create", [Value(frozenset({REQUEST}))], run.view_frame, place) is None:
                    bases.action(run, "create", me, run.view_frame, place)
            else:
                bases.call_own(run, me, "form_valid", [Value(frozenset({Client("*", "body")}))], run.view_frame, place)
