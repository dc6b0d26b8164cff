"""What request parsers hand to a handler, beside the arguments of its path.

Knows: the decorators and objects that read a request for the handler (webargs 8.7, flask-smorest 0.46, apiflask 2.4, flask-restful 0.3.10 reqparse,
flask-restx 1.3, quart-schema 0.22, flask-pydantic 0.13, Flask-WTF 1.2). Does not know: which fields they let through.
"""

from __future__ import annotations

from prodlint import ir
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import Client, Value
from prodlint.names import Definition, Names

SOURCES = {
    "json": "body", "query": "query", "querystring": "query", "form": "form", "files": "files", "headers": "header", "cookies": "cookie",
    "path": "path", "view_args": "path", "json_or_form": "body",
}  # fmt: skip
FORMS = (
    "flask_wtf.FlaskForm",
    "flask_wtf.Form",
    "flask_wtf.form.FlaskForm",
    "wtforms.Form",
    "wtforms.form.Form",
    "starlette_wtf.StarletteForm",
    "quart_wtf.QuartForm",
)
READERS = frozenset({"parse_args"})  # of a RequestParser


def parsed(definition: Definition, path: tuple[str, ...]) -> dict[str, Value]:
    """Parameters by name that decorators of libraries fill with what the client sent."""
    out: dict[str, Value] = {}
    params = [p for p in definition.node.params if p.kind in ("any", "pos")]  # type: ignore[attr-defined]
    if definition.owner is not None and definition.owner.kind == "class":
        params = params[1:]
    free = [p for p in params if p.name not in path]
    for decorator in definition.node.decorators:  # type: ignore[attr-defined]
        if not isinstance(decorator, ir.Call):
            continue
        name, source = last_name(decorator), location(decorator)
        if name in ("arguments", "use_args") and not flag(decorator, "as_kwargs") and free:
            param = free.pop(0)
            out[param.name] = sent(definition, param, "*", source)
        elif name in ("use_kwargs", "arguments", "use_args"):
            for param in definition.node.params:  # type: ignore[attr-defined]
                if param.name not in (*path, "self"):
                    out[param.name] = sent(definition, param, "*" if param.kind == "**" else param.name, source)
        elif name in ("input", "validate_request", "validate_json", "validate_querystring", "validate"):
            for param in params:
                if param.name in ("data", "json_data", "form_data", "body", "payload", "args", "query", "query_args", "query_data", "form"):
                    where = "query" if "query" in param.name or param.name == "args" else "form" if "form" in param.name else "body"
                    out[param.name] = sent(definition, param, "*", where)
    return out


def sent(definition: Definition, param: ir.Param, name: str, source: str) -> Value:
    return Value(frozenset({Client(name, source, (definition.module.path, param.at))}))


def location(call: ir.Call) -> str:
    """`location="query"`; the body where nothing is said."""
    given = next((k.value for k in call.kwargs if k.name == "location"), None)
    return SOURCES.get(str(given.value), "body") if isinstance(given, ir.Const) else "body"


def flag(call: ir.Call, name: str) -> bool:
    return any(k.name == name and isinstance(k.value, ir.Const) and k.value.value is True for k in call.kwargs)


def is_form(names: Names, cls: Definition) -> bool:
    """A form that reads the request by itself: `form = OrderForm()`."""
    return names.is_a(cls, *FORMS)
