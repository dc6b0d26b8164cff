"""What the frameworks' own base classes do: `get_object`, `get_queryset`, `retrieve`, `check_object_permissions`, generic views.

Knows: Django's generic views and DRF's generics and viewsets, as far as they select objects and ask permissions. Sources: django 5.2
views/generic/detail.py and edit.py, djangorestframework 3.16 generics.py, mixins.py and views.py. Does not know: the project's overrides (`calls.py`
finds those first).

In DRF `has_object_permission` runs only through `get_object` or an explicit `check_object_permissions`; `create`, `list` and actions that fetch
by hand skip it.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import controllers, permissions
from prodlint.flow.frames import Frame
from prodlint.flow.frameworks import forms, serializers
from prodlint.flow.values import EMPTY, REQUEST, Client, Value, origins_of, union
from prodlint.names import Definition

SINGLE = frozenset({"retrieve", "update", "partial_update", "destroy"})
CHANGES = {"update": "perform_update", "partial_update": "perform_update", "destroy": "perform_destroy", "create": "perform_create"}
WRITES = frozenset({"form_valid", "perform_update", "perform_destroy"})  # what the framework's own classes change rows in
# the actions of mixins that the HTTP methods of generic views stand for
SERVES = {"get": ("retrieve", "list"), "put": ("update",), "patch": ("partial_update", "update"), "delete": ("destroy",)}
DETAIL_VIEWS = frozenset({
    "DetailView", "UpdateView", "DeleteView", "BaseDetailView", "RetrieveAPIView", "UpdateAPIView", "DestroyAPIView", "RetrieveUpdateAPIView",
    "RetrieveDestroyAPIView", "RetrieveUpdateDestroyAPIView",
})  # fmt: skip
# filter backends of packages that leave the rows which the user of the request has a permission on: djangorestframework-guardian 0.4, DRF < 3.9
OBJECT_FILTERS = frozenset({"rest_framework_guardian.filters.ObjectPermissionsFilter", "rest_framework.filters.DjangoObjectPermissionsFilter"})
SCOPES = re.compile(r"Permission|Owner|Guard|Tenant|Organi[sz]ation|Visib|Access|Member")
GENERIC_VIEWS = ("django.views.generic", "rest_framework", "extra_views", "vanilla")


def method(run: Any, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> Value | None:
    """What `self.name(...)` gives where only the framework defines it; None for anything unknown."""
    me = frame.me
    if me is None or not isinstance(me.kind, Definition):
        return None
    if not _generic(run, me.kind):
        return controllers.method(run, me, name, args, kwargs, expr, frame)
    if name == "get_object":
        return get_object(run, me, frame, expr)
    if name == "get_queryset":
        return base_queryset(run, me, frame, expr)
    if name == "get_permissions":
        found, certain = permissions.classes(run, me, frame)
        if found is None and (standard := permissions.of_settings(run)):
            return Value(items=tuple(standard))
        return Value(items=tuple(found)) if found is not None and certain else EMPTY
    if name in ("filter_queryset", "paginate_queryset"):
        value = args[0] if args else EMPTY
        return backends(run, me, value, frame, expr) if name == "filter_queryset" else value
    if name == "check_object_permissions" and len(args) >= 2:
        object_permissions(run, me, args[1], frame, expr)
        return EMPTY
    if name in SINGLE or name in ("list", "create"):
        return action(run, name, me, frame, expr)
    if name in ("get", "post", "put", "patch", "delete") and is_detail(run, me.kind):
        return generic(run, name, me, frame, expr)
    if name == "get_serializer" and "data" in kwargs and (cls := serializers.of_view(run, me, frame, expr)) is not None:
        return serializers.instance(run, cls, kwargs, args, frame, expr)
    if name == "get_serializer_context":
        return serializers.context(me)
    if name in WRITES:
        rows = args[0] if name == "perform_destroy" and args else (me.fields or {}).get("object", EMPTY)
        run.use_changed(rows)
        run.committed(rows.selections)
        return Value(origins_of(args))
    if name in ("get_context_data", "get_form", "get_form_kwargs"):
        return Value(origins_of([*args, *kwargs.values()]), fields={"object": me.fields.get("object", EMPTY)} if me.fields else None)
    return None


def _generic(run: Any, cls: Definition) -> bool:
    return any(isinstance(a, str) and a.startswith(GENERIC_VIEWS) for a in run.names.mro(cls))


def is_detail(run: Any, cls: Definition) -> bool:
    return any(isinstance(a, str) and a.rpartition(".")[2] in {*DETAIL_VIEWS, "SingleObjectMixin"} for a in run.names.mro(cls))


def call_own(
    run: Any, me: Value, name: str, args: list[Value], frame: Frame, expr: ir.Expr, kwargs: dict[str, Value] | None = None, answers: bool = False
) -> Value | None:
    """Calls the project's method of that name on the view; None where the project defines none. answers: the framework hands on what it returns."""
    found = run.names.class_member(me.kind, name)
    if isinstance(found, Definition) and found.kind == "function":
        return run.call_function(found, [me, *args], dict(kwargs or {}), frame, expr, answers=answers and (not frame.depth or expr is run.answering))
    return None


def attribute(run: Any, me: Value, name: str, frame: Frame) -> Value:
    """An attribute of the view: set on the instance, else on the class, evaluated where it stands."""
    if me.fields is not None and name in me.fields:
        return me.fields[name]
    found = run.names.class_member(me.kind, name)
    if not isinstance(found, Definition) or not isinstance(found.node, ir.Assign) or found.node.value is None:
        return EMPTY

    scope = run.names.class_scope(found.owner) if found.owner is not None else frame.scope
    return run.eval(found.node.value, Frame(scope, {}, frame.depth + 1))


def word(run: Any, me: Value, name: str, frame: Frame) -> str | None:
    return attribute(run, me, name, frame).const


def base_queryset(run: Any, me: Value, frame: Frame, expr: ir.Expr) -> Value:
    """`queryset` of the class, or all rows of its `model`."""
    value = attribute(run, me, "queryset", frame)
    if value.selections:
        return value
    model = attribute(run, me, "model", frame)
    ref = model.ref if isinstance(model.ref, (Definition, str)) else None
    if ref is None:
        ref = serializer_model(run, me, frame)
    return default_manager(run, ref, frame, expr) or Value(frozenset({run.select(ref or "", expr, frame)}))


def default_manager(run: Any, model: Definition | str | None, frame: Frame, expr: ir.Expr) -> Value | None:
    """The rows of a model by the first manager that it has: its `get_queryset` narrows them, its methods and those of its queryset are theirs."""
    names = run.names.members(model) if isinstance(model, Definition) and run.knowledge.is_model(model) else {}
    first = next((name for name, member in names.items() if run.is_manager(member)), "objects")
    if not isinstance(model, Definition) or not run.is_manager(run.names.class_member(model, first)):
        return None
    at = ir.start_of(expr)
    rows = run.attr(Value(ref=model), first, ir.Attr(ir.Name(model.name, at), first, at, expr.end if isinstance(expr, ir.Call) else at), frame)
    return rows if rows.selections else None


def serializer_model(run: Any, me: Value, frame: Frame) -> Definition | str | None:
    """The model of the view's serializer or form class (`class Meta: model = Order`)."""
    for name in ("serializer_class", "form_class"):
        cls = attribute(run, me, name, frame).ref
        if isinstance(cls, Definition) and cls.kind == "class":
            meta = run.names.class_member(cls, "Meta")
            if isinstance(meta, Definition) and meta.kind == "class":
                model = run.names.members(meta).get("model")
                if model is not None and isinstance(model.node, ir.Assign) and model.node.value is not None:
                    return _model_named(run, run.names.resolve(model.node.value, run.names.scope_of(cls)))
    return None


def _model_named(run: Any, ref: object) -> Definition | str | None:
    """The class that a name stands for; where a registry of apps gave one that is not here, what it is called."""
    if not isinstance(ref, Definition) or ref.kind == "class":
        return ref if isinstance(ref, (Definition, str)) else None
    made = ref.node.value if isinstance(ref.node, ir.Assign) else None
    return (run.model_called(made) if isinstance(made, ir.Call) else None) or ref.name


def queryset(run: Any, me: Value, frame: Frame, expr: ir.Expr) -> Value:
    own = call_own(run, me, "get_queryset", [], frame, expr)
    return own if own is not None else base_queryset(run, me, frame, expr)


def backends(run: Any, me: Value, value: Value, frame: Frame, expr: ir.Expr) -> Value:
    """Filter backends of the project run over the queryset."""
    listed = attribute(run, me, "filter_backends", frame)
    for item in listed.items or ():
        if isinstance(item.ref, Definition) and item.ref.kind == "class":
            found = run.names.class_member(item.ref, "filter_queryset")
            if isinstance(found, Definition) and found.kind == "function":
                given = [Value(kind=item.ref), Value(frozenset({REQUEST})), value, me]
                value = run.call_function(found, given, {}, frame, expr)
                continue
        value = by_package(run, item.ref, value, frame, expr)
    return value


def by_package(run: Any, backend: object, value: Value, frame: Frame, expr: ir.Expr) -> Value:
    """What a filter backend of a package leaves of the rows: the caller's where it is known for that, in doubt where its name says so."""
    names = [backend] if isinstance(backend, str) else run.names.mro(backend) if isinstance(backend, Definition) else []
    outside = [name for name in names if isinstance(name, str)]
    known = any(name in OBJECT_FILTERS for name in outside)
    if not value.selections or not (known or any(SCOPES.search(name.rpartition(".")[2]) for name in outside)):
        return value
    return run.part_held(value, not known, expr, frame, ir.start_of(expr))


def get_object(run: Any, me: Value, frame: Frame, expr: ir.Expr) -> Value:
    """The object that the path names in the view's queryset, after its object permissions."""
    rows = queryset(run, me, frame, expr)
    own = call_own(run, me, "filter_queryset", [rows], frame, expr)
    source = own if own is not None else backends(run, me, rows, frame, expr)
    known = (me.fields or {}).get("kwargs", EMPTY).fields or {}
    names = [word(run, me, "lookup_url_kwarg", frame), word(run, me, "pk_url_kwarg", frame), word(run, me, "lookup_field", frame), "pk", "slug",
             word(run, me, "slug_url_kwarg", frame)]  # fmt: skip
    chosen = next((name for name in names if name and name in known), next(reversed(known), None) if known else None)
    value = known.get(chosen, EMPTY) if chosen else EMPTY
    slugged = chosen is not None and chosen in ("slug", word(run, me, "slug_url_kwarg", frame))  # of Django: views/generic/detail.py `get_object`
    field = word(run, me, "lookup_field", frame) or ((word(run, me, "slug_field", frame) or "slug") if slugged else "pk")
    rows = run.narrowed(tuple(source.selections), "", "get_object", [], {field: value}, expr, frame, False) if value.origins else source
    found = run.mixed(source, rows)
    for selection in found.selections:
        selection.raising = True
        run.proves(selection)
    if call_own(run, me, "check_object_permissions", [Value(frozenset({REQUEST})), found], frame, expr) is None:
        object_permissions(run, me, found, frame, expr)
    if me.fields is not None:
        me.fields["object"] = found
    return found


def object_permissions(run: Any, me: Value, target: Value, frame: Frame, expr: ir.Expr) -> None:
    """Runs `has_object_permission` of the view's permission classes, or of those that the settings name, on the object."""
    found, certain = permissions.listed(run, me, frame)
    certain &= not permissions.goes_on(run, me)
    for term in permissions.of_settings(run) if found is None else found:
        permissions.guard(run, term, "has_object_permission", [me, target], certain, frame, expr)
    for row in target.selections if found is None and permissions.unread(run.names, me.kind) else ():
        run.bind(row, frozenset(run.branch), True, frame.scope.module.path, ir.start_of(expr))


def action(run: Any, name: str, me: Value, frame: Frame, expr: ir.Expr) -> Value:
    """One of DRF's standard actions."""
    if name == "partial_update" and (own := call_own(run, me, "update", [Value(frozenset({REQUEST}))], frame, expr, answers=True)) is not None:
        return own
    if name in SINGLE:
        own = call_own(run, me, "get_object", [], frame, expr)
        value = own if own is not None else get_object(run, me, frame, expr)
        run.use(value)
        if name in ("update", "partial_update"):
            written(run, me, "perform_update", value, frame, expr)
        elif name in CHANGES and call_own(run, me, CHANGES[name], [value], frame, expr) is None:
            run.use_changed(value)
        return value
    if name == "list":
        own = call_own(run, me, "filter_queryset", [queryset(run, me, frame, expr)], frame, expr)
        value = own if own is not None else backends(run, me, queryset(run, me, frame, expr), frame, expr)
        for selection in value.selections:
            selection.listing = True
        run.shown(value)
        return value
    return written(run, me, "perform_create", EMPTY, frame, expr)


def written(run: Any, me: Value, hook: str, target: Value, frame: Frame, expr: ir.Expr) -> Value:
    """`create` and `update`: the view's serializer is made with the body, and saved by the hook of the view or by the framework."""
    cls = serializers.of_view(run, me, frame, expr)
    given = {"data": Value(frozenset({Client("*", "body")}))}
    made = serializers.instance(run, cls, given, [target] if target.origins else [], frame, expr) if cls is not None else given["data"]
    if call_own(run, me, hook, [made], frame, expr) is None:
        run.use_changed(target)
        if cls is not None:
            serializers.save(run, made, {}, frame, expr)
    return made


def served(run: Any, verb: str, me: Value, frame: Frame, expr: ir.Expr) -> Value | None:
    """DRF's generic views hand each HTTP method on to the action of a mixin: what the project's own method of that name does, where it has one."""
    if not any(isinstance(a, str) and a.startswith("rest_framework.") for a in run.names.mro(me.kind)):
        return None
    path = (me.fields or {}).get("kwargs", EMPTY).fields or {}
    for name in SERVES.get(verb, ()):
        found = run.names.class_member(me.kind, name)
        if isinstance(found, Definition) and found.kind == "function":
            answer = run.call_function(found, [me, Value(frozenset({REQUEST}))], dict(path), frame, expr, answers=not frame.depth)
            run.shown(answer)
            return answer
    return None


def generic(run: Any, verb: str, me: Value, frame: Frame, expr: ir.Expr) -> Value:
    """A generic view's HTTP method: what it shows or changes is `get_object()`, and its form hooks run."""
    done = served(run, verb, me, frame, expr)
    if done is not None:
        return done
    own = call_own(run, me, "get_object", [], frame, expr)
    value = own if own is not None else get_object(run, me, frame, expr)
    if me.fields is not None:
        me.fields["object"] = value
    run.use(value)
    if verb in ("put", "patch") and serializers.of_view(run, me, frame, expr) is not None:
        return call_own(run, me, "update", [Value(frozenset({REQUEST}))], frame, expr) or written(run, me, "perform_update", value, frame, expr)
    if verb == "post":
        forms.written(run, me, frame, expr)
    beside(run, verb, me, frame, expr)
    hooks = () if verb == "get" else ("form_valid", "delete", "perform_update", "perform_destroy")
    own = [call_own(run, me, hook, [value], frame, expr) for hook in hooks]
    if verb != "get" and all(given is None for given in own):
        run.use_changed(value)
    return union((value,))


def beside(run: Any, verb: str, me: Value, frame: Frame, expr: ir.Expr) -> None:
    """What a generic view of Django's does beside its object: the context it shows, what its form begins with, where it leads to."""
    for hook in ("get_initial", "get_context_data") if verb == "get" else ("get_initial", "get_success_url"):
        given = call_own(run, me, hook, [], frame, expr)
        for part in (given.fields or {}).values() if given is not None and verb == "get" else ():
            run.shown(part)
    if verb == "get":
        call_own(run, me, "render_to_response", [Value(fields={})], frame, expr)
