"""Parts of a path that a project's own converter turns into an object.

Knows: converters of werkzeug (`app.url_map.converters["order"] = OrderConverter`), whose `to_python` may look the object up. Sources: werkzeug 3.1
routing/converters.py, flask 3.1 app.py. Does not know: what a handler does with the object.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import Frame
from prodlint.flow.values import Value
from prodlint.names import Definition, Names, Scope, statements
from prodlint.routing.table import Endpoint

PLAIN = frozenset({"string", "int", "float", "path", "uuid", "any", "default", "str"})
_PART = re.compile(r"<([A-Za-z_]\w*)(?:\([^)]*\))?:(\w+)>")


def named(endpoint: Endpoint) -> dict[str, str]:
    """The converters that an endpoint's path names, by parameter; those of the framework left out. Django's paths look alike (`<slug:name>`), and
    are none of werkzeug's: not worth reading every function of the project for."""
    return {} if endpoint.framework in ("django", "drf") else _words(endpoint.path)


@lru_cache(maxsize=512)
def _words(path: str) -> dict[str, str]:
    return {name: word for word, name in _PART.findall(path) if word not in PLAIN}


def find(names: Names) -> dict[str, Definition]:
    """The classes that the project registers as converters, by the word for each."""
    out: dict[str, Definition] = {}
    bodies = [(names.scope(function), names.body(function.node)) for function in names.functions()]  # type: ignore[arg-type]
    bodies += [(Scope(module), module.body) for module in names.modules.values()]
    for scope, body in bodies:
        for statement in statements(body):
            target = statement.targets[0] if isinstance(statement, ir.Assign) and statement.targets else None
            if not isinstance(target, ir.Sub) or not isinstance(target.base, ir.Attr) or target.base.name != "converters":
                continue
            made = names.resolve(statement.value, scope) if isinstance(statement.value, (ir.Name, ir.Attr)) else None  # type: ignore[union-attr]
            if isinstance(target.index, ir.Const) and isinstance(made, Definition) and made.kind == "class":
                out[str(target.index.value)] = made
    return out


def converted(run: Any, word: str, value: Value, at: int) -> Value:
    """What the converter makes of a part of the path: an object where it looks one up, else the part as it is."""
    cls = run.knowledge.converters.get(word)
    method = run.names.class_member(cls, "to_python") if cls is not None else None
    if not isinstance(method, Definition) or method.kind != "function":
        return value
    frame = Frame(run.names.scope_of(method), {}, 0)
    made = run.call_function(method, [Value(kind=cls, fields={}), value], {}, frame, ir.Name(method.name, at))
    return made if made.selections else value
