"""What the path of a route says of an id: that it stands there, and that it names what the route changes.

Knows: parameters of paths as Go, Java, Kotlin and C# write them, methods of HTTP. Does not know: what a handler does.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.text.types import COMPILED
from prodlint.report import RouteRef

_ROUTED = re.compile(r"@(?:PathVariable|PathParam)\b|\[FromRoute")


def stands(entry: Entry, name: str) -> bool:
    """Is it a part of the path?"""
    return f"{{{name}".lower() in entry.path.lower() or any(param.name == name and _ROUTED.search(param.text) for param in entry.function.params)


def about(ref: RouteRef, name: str) -> str:
    """What a part of the path names, by the word before it: `boards` for `id` in `/boards/:id/stats`; "" where it is no part of it."""
    found = re.search(rf"(?:^|/)([A-Za-z][\w-]*)/(?::{re.escape(name)}\b|\{{{re.escape(name)}(?::[^}}/]*)?\}})", ref.path)
    return found.group(1).replace("-", "_") if found is not None else ""


def parameters(path: str) -> list[str]:
    """The names of the parts of a path, in order, without the version of an API: `/api/v{version:apiVersion}/orders/{id}` names one thing."""
    return re.findall(r"(?:\{|(?<=/):)(?!\w+:apiVersion\})([A-Za-z_]\w*)", path)


def changed(language: str, ref: RouteRef, name: str) -> bool:
    """Does a route that only changes end with the id, as `PUT /users/{id}`, or with the id and what the handler is called, as
    `PATCH /items/{id}/check` for `check(id)`, so that what it names is changed?"""
    if language not in COMPILED or not ref.methods or not {"PUT", "PATCH", "DELETE"}.issuperset(ref.methods):
        return False
    found = re.search(rf"[{{:]{re.escape(name)}(?::[^}}/]*)?\}}?(?:/([\w-]+))?/?$", ref.path)
    if found is None or found.group(1) is None:
        return found is not None
    return found.group(1).replace("-", "").lower() == ref.handler.rpartition(".")[2].lower()
