"""Who signs up and says themselves what they may do: `User(role=form["role"])`.

Knows: rows of those who sign in that a handler makes, columns that say what somebody may do, what a schema lets the client write there. Does not
know: whether the app asks anybody for a role.

A choice between a buyer and a seller is no promotion: where the client's word is tested, or may be one of a few words that no admin is called by,
nothing is said. A route of its own by which strangers sign up as admins is one, unless it looks whether there is an admin yet, asks for a code, or
makes the house too that they are to run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.judging.tenants import Tenancy
from prodlint.flow.knowledge import HIGHEST
from prodlint.flow.lookups.queries import client_terms
from prodlint.flow.proofs.comparisons import words
from prodlint.flow.values import Client, Made, Value
from prodlint.names import Definition, Scope
from prodlint.routing.table import Endpoint
from prodlint.routing.walking import inside

COLUMN = re.compile(
    r"^(?:user_?)?(?:roles?|role_?(?:id|name)|is_?(?:admin(?:istrator)?|staff|super_?user|super_?admin)|admin|user_?type|account_?type|privileges?|permissions?)$",
    re.I,
)
FOR_ADMINS = re.compile(r"admin|super_?user", re.I)
BESIDE = re.compile(r"profile|token|session|log|event|audit|otp|verif", re.I)  # what is made beside an account
USERS = re.compile(r"(?:^|_)(?:users?|accounts?|usuarios?)$", re.I)
ENUMS = ("enum.Enum", "enum.StrEnum", "enum.IntEnum")


def promoted(run: Any, tenancy: Tenancy, endpoint: Endpoint) -> list[tuple[Made, str, Client]]:
    """(row, column, client value) where strangers say what they may do; a value without a name where the route says it for them."""
    out = []
    everybody = FOR_ADMINS.search(f"{endpoint.path} {endpoint.name.rpartition('.')[2]}") and not run.machine
    for row in run.created:
        signs_in = tenancy.signs_in(row.model) if isinstance(row.model, Definition) else bool(USERS.search(str(row.model)))
        for name, value in row.fields.items() if signs_in else ():
            if everybody and COLUMN.match(name) and _says_highest(value) and _looks_for_nobody(run, row):
                out.append((row, name, Client("", "")))
            for client in sorted(value.clients, key=lambda c: (c.name, c.source)):
                chosen = client.source in ("body", "form", "query") and client.name not in ("*", "?") and client.plain not in run.weighed
                if COLUMN.match(name) and chosen and not _of_few(run, client, endpoint):
                    out.append((row, name, client))
    return out


def _says_highest(value: Value) -> bool:
    """`role="admin"`, `role=Role.ADMIN`, `is_admin=True`."""
    return not value.origins and (value.truth is True or any(HIGHEST.search(word) for word in words(value)))


def _looks_for_nobody(run: Any, row: Made) -> bool:
    """Does a route make an admin, and nothing else, without looking whether there is one? Who has the same name is another question."""
    above = {(parent.path, parent.at, parent.end) for selection in run.selections for parent in selection.parents}
    looked = [s for s in run.selections if s.model == row.model and (s.path, s.at, s.end) not in above]
    written = {client.plain for value in row.fields.values() for client in value.clients}
    if not {client.plain for client in run.weighed} <= written:  # a code that is asked for
        return False
    alone = all(made.model == row.model or BESIDE.search(str(getattr(made.model, "name", made.model))) for made in run.created)
    return alone and all(client_terms(selection) for selection in looked)


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
