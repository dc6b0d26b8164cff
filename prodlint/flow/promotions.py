"""Who signs up and says themselves what they may do: `User(role=form["role"])`.

Knows: rows of those who sign in that a handler makes, columns that say what somebody may do, what a schema lets the client write there. Does not
know: whether the app asks anybody for a role.

A choice between a buyer and a seller is no promotion: where the client's word is tested, or may be one of a few words that no admin is called by,
nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import HIGHEST
from prodlint.flow.tenants import Tenancy
from prodlint.flow.values import Client, Made
from prodlint.names import Definition, Scope
from prodlint.routing.table import Endpoint
from prodlint.routing.walking import inside

COLUMN = re.compile(
    r"^(?:user_?)?(?:roles?|role_?(?:id|name)|is_?(?:admin(?:istrator)?|staff|super_?user|super_?admin)|admin|user_?type|account_?type|privileges?|permissions?)$",
    re.I,
)
USERS = re.compile(r"(?:^|_)(?:users?|accounts?|usuarios?)$", re.I)
ENUMS = ("enum.Enum", "enum.StrEnum", "enum.IntEnum")


def promoted(run: Any, tenancy: Tenancy, endpoint: Endpoint) -> list[tuple[Made, str, Client]]:
    """(row, column, client value) where strangers say what they may do."""
    out = []
    for row in run.created:
        signs_in = tenancy.signs_in(row.model) if isinstance(row.model, Definition) else bool(USERS.search(str(row.model)))
        for name, value in row.fields.items() if signs_in else ():
            for client in sorted(value.clients, key=lambda c: (c.name, c.source)):
                chosen = client.source in ("body", "form", "query") and client.name not in ("*", "?") and client.plain not in run.weighed
                if COLUMN.match(name) and chosen and not _of_few(run, client, endpoint):
                    out.append((row, name, client))
    return out


def _of_few(run: Any, client: Client, endpoint: Endpoint) -> bool:
    """Does a schema say which words there are, none of which is an admin's?"""
    words = [word for each in _annotations(run, client, endpoint) for word in each]
    return bool(words) and not any(HIGHEST.search(word) for word in words)


def _annotations(run: Any, client: Client, endpoint: Endpoint) -> Iterator[list[str]]:
    """The words that a client value may be, for each parameter of the handler that has it."""
    handler = endpoint.handler
    if handler is None or not isinstance(handler.node, ir.Function):
        return
    scope = run.names.scope(handler)
    for param in handler.node.params:
        if param.name == client.name:
            yield _words(run, param.annotation, scope)
        cls = run.names.annotated(param.annotation, scope) if param.annotation is not None else None
        field = run.names.class_member(cls, client.name.rpartition(".")[2]) if isinstance(cls, Definition) and cls.kind == "class" else None
        if isinstance(field, Definition) and isinstance(field.node, ir.Assign):
            yield _words(run, field.node.annotation, run.names.class_scope(field.owner or cls))


def _words(run: Any, annotation: ir.Expr | None, scope: Scope) -> list[str]:
    """The literals of `Literal["a", "b"]`, the members of an enumeration."""
    out: list[str] = []
    for part in inside(annotation):
        if isinstance(part, ir.Const) and isinstance(part.value, str):
            out.append(part.value)
        ref = run.names.resolve(part, scope) if isinstance(part, (ir.Name, ir.Attr)) else None
        if isinstance(ref, Definition) and ref.kind == "class" and run.names.is_a(ref, *ENUMS):
            out.extend(run.names.members(ref))
    return out
