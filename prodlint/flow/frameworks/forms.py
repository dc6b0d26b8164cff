"""Foreign keys that a client writes through a form of Django's: of a generic view, or one that a function makes and saves.

Knows: which fields such a view writes (`fields` of the view, `Meta` of its form), and what narrows the rows that they may name. Sources: Django 5,
django/views/generic/edit.py and django/forms/models.py. Does not know: formsets, whether a foreign key is tied (`handlers.py`).

A field of a form takes any row of its model, unless somebody narrows its `queryset`. Where the form or the view says its name in a method of its
own, it may be asked about there, and nothing is told; but for a `clean` that only looks whether something was said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint.calls.walk import expressions
from prodlint.flow.frames import Frame
from prodlint.flow.frameworks import serializer_fields, serializers
from prodlint.flow.knowledge import is_none
from prodlint.flow.values import EMPTY, Client, Value
from prodlint.names import Definition, statements
from prodlint.routing.walking import inside

NAMED_AT_RUN = "getattr()"  # a class that is picked by a name which nobody can read
VIEWS = frozenset({"CreateView", "UpdateView"})
MADE = frozenset({"get_form", "get_form_class"})  # what a view makes its form in
# what a form has of its own: nothing of who asks
OF_FORMS = frozenset({"cleaned_data", "add_error", "errors", "_errors", "has_error", "changed_data", "prefix"})
# what a form asks of words and numbers
OF_WORDS = frozenset(
    {"super", "clean", "get", "all", "any", "len", "str", "int", "float", "bool", "isinstance", "ValidationError", "add_error", "has_error", "match"}
    | {
        "fullmatch",
        "strip",
        "lower",
        "upper",
        "title",
        "split",
        "replace",
        "isdigit",
        "isalpha",
        "startswith",
        "endswith",
        "_",
        "gettext",
        "gettext_lazy",
    }
    | {"now", "today", "date", "datetime", "timedelta", "Decimal", "round", "abs", "min", "max", "sum", "keys", "values", "items", "print", "format"}
)


def written(run: Any, me: Value, frame: Frame, expr: ir.Expr) -> None:
    """Each foreign key that the view's form leaves open is a row that the client names."""
    view = me.kind
    if not isinstance(view, Definition) or not any(isinstance(a, str) and a.rpartition(".")[2] in VIEWS for a in run.names.mro(view)):
        return
    for name, target in _open(run, me, view, frame):
        said = Value(frozenset({Client(name, "form", (view.module.path, view.at))}))
        run.use(serializer_fields.row(run, target, name, said, frame, expr))


def filled(run: Any, cls: Definition, made: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`NoteForm(request.POST, instance=note)`: the form knows what it was filled with and which row it saves, whatever its constructor does."""
    told, row = kwargs.get("data") or (args[0] if args else None), kwargs.get("instance")
    if (told is None and row is None) or made.fields is None or not is_model_form(run, cls):
        return made
    if told is not None:
        made.fields["data"] = told
    return made if row is None else made.plus(row.selections)


def is_given(form: Value) -> bool:
    """The form that a generic view hands to its `form_valid`: all of what the client says, and nobody's class."""
    return form.kind is None and form.fields is None and bool(form.origins) and all(isinstance(o, Client) and o.name == "*" for o in form.origins)


def saved(run: Any, form: Value, frame: Frame, expr: ir.Expr) -> Value | None:
    """`form.save()`: each foreign key that the form and the functions around leave open is a row that the client names. Gives the row where it is
    known to have an id that nobody chose."""
    if is_given(form):
        return EMPTY
    if form.kind == NAMED_AT_RUN and any(client.name == "*" for client in form.clients):
        run.left_by_others.add("*")  # which fields it writes is not told
    cls, told = form.kind, (form.fields or {}).get("data")
    if not isinstance(cls, Definition) or told is None or not any(client.name == "*" for client in told.clients) or not is_model_form(run, cls):
        return None
    around = [function for function in dict.fromkeys((frame.scope.function, run.view)) if function is not None and function.kind == "function"]
    model = serializers.model_of(run, cls)
    for name, target in serializers.writable(run, cls):
        if not (_asked(run, cls, name) or any(_says(run, function, name) for function in around) or _chosen_from_some(run, model, name)):
            said = Value(frozenset({Client(name, "form", (frame.scope.module.path, ir.start_of(expr)))}))
            run.use(serializer_fields.row(run, target, name, said, frame, expr))
    return None


def is_model_form(run: Any, cls: Definition) -> bool:
    return any(isinstance(a, str) and a.startswith("django.forms.") and a.endswith("ModelForm") for a in run.names.mro(cls))


def offers(run: Any, name: str) -> bool:
    """Does the form of a view say which rows a field may name: `self.fields["members"].queryset = team.users.all()`? name: of what the client says,
    `members`, or of what such a row has, `members.id`."""
    from prodlint.flow.frameworks.bases import attribute

    form = attribute(run, run.me, "form_class", run.view_frame).ref if run.me is not None and isinstance(run.me.kind, Definition) else None
    classes = run.names.mro(form) if isinstance(form, Definition) and form.kind == "class" else ()
    makers = [run.names.members(cls).get("__init__") for cls in classes if isinstance(cls, Definition)]
    bodies = [run.names.body(maker.node) for maker in makers if maker is not None and maker.kind == "function"]
    targets = [target for body in bodies for s in statements(body) if isinstance(s, ir.Assign) for target in s.targets]
    fields = [t.base for t in targets if isinstance(t, ir.Attr) and t.name == "queryset" and isinstance(t.base, ir.Sub)]
    return any(isinstance(field.index, ir.Const) and field.index.value == name.partition(".")[0] for field in fields)


def _open(run: Any, me: Value, view: Definition, frame: Frame) -> Iterator[tuple[str, Definition]]:
    from prodlint.flow.frameworks.bases import attribute

    if any(isinstance(run.names.class_member(view, name), Definition) for name in MADE):
        return
    form = attribute(run, me, "form_class", frame).ref
    if isinstance(form, Definition):
        pairs = serializers.writable(run, form) if is_model_form(run, form) else ()
    else:
        model = attribute(run, me, "model", frame).ref
        fields = attribute(run, me, "fields", frame)
        listed = {fields.const, *(item.const for item in fields.items or ())}
        keys = run.schema.foreign_keys(model) if isinstance(model, Definition) and run.knowledge.is_model(model) else ()
        pairs = tuple((name, target) for name, target in keys if name in listed or "__all__" in listed)
    owner = form if isinstance(form, Definition) else None
    for name, target in pairs:
        if not (_asked(run, view, name) or (owner is not None and _asked(run, owner, name)) or _limited(run, me, name, frame)):
            yield name, target


def _asked(run: Any, cls: Definition, name: str) -> bool:
    """Does a method of a class say a field's name: `self.fields["project"].queryset`, `form.instance.project = ...`, `def clean_project`? Or may its
    `clean` look at all of them?"""
    for ancestor in run.names.mro(cls):
        for member in run.names.members(ancestor).values() if isinstance(ancestor, Definition) else ():
            if member.kind != "function":
                continue
            if member.name == f"clean_{name}" or ((member.name == "clean" or _says(run, member, name)) and not _of_words(run, member, name)):
                return True
    return False


def _of_words(run: Any, function: Definition, name: str) -> bool:
    """Does a form's `clean` know nobody, and hold a field against nothing? `if not all([title, client]): raise ValidationError`."""
    node = function.node
    if function.name != "clean" or not isinstance(node, ir.Function) or not OF_WORDS.issuperset(node.calls):
        return False
    body = run.names.body(node)
    parts = list(expressions(body))
    if any(isinstance(part, ir.Attr) and isinstance(part.base, ir.Name) and part.base.id == "self" and part.name not in OF_FORMS for part in parts):
        return False
    held = {
        part.id
        for each in statements(body)
        if isinstance(each, ir.Assign) and any(isinstance(part, ir.Const) and part.value == name for part in inside(each.value))
        for target in each.targets
        for part in inside(target)
        if isinstance(part, ir.Name)
    }
    of_row = [part.base for part in parts if isinstance(part, ir.Attr) and part.name not in OF_FORMS]
    of_row += [side for part in parts if isinstance(part, ir.Cmp) and not all(map(is_none, part.rights)) for side in (part.left, *part.rights)]
    return not any(_is_row(side, name, held) for side in of_row)


def _is_row(expr: ir.Expr, name: str, held: set[str]) -> bool:
    """Is this what a field names? `client`, `cleaned_data["client"]`, `cleaned_data.get("client")`."""
    if isinstance(expr, ir.Name):
        return expr.id in held
    return any(isinstance(part, ir.Const) and part.value == name for part in inside(expr))


def _says(run: Any, function: Definition, name: str) -> bool:
    """Does a function say a field's name, or which rows a field may name?"""
    parts = expressions(run.names.body(function.node))
    return any(
        (isinstance(part, ir.Const) and part.value == name) or (isinstance(part, ir.Attr) and part.name in (name, f"{name}_id", "queryset"))
        for part in parts
    )


def _limited(run: Any, me: Value, name: str, frame: Frame) -> bool:
    from prodlint.flow.frameworks.bases import attribute

    return _chosen_from_some(run, attribute(run, me, "model", frame).ref, name)


def _chosen_from_some(run: Any, model: object, name: str) -> bool:
    """`limit_choices_to`: the model says which rows a form may offer."""
    member = run.names.class_member(model, name) if isinstance(model, Definition) else None
    call = member.node.value if isinstance(member, Definition) and isinstance(member.node, ir.Assign) else None
    return isinstance(call, ir.Call) and any(option.name == "limit_choices_to" for option in call.kwargs)
