"""Ids that go where nobody can follow them.

Knows: which ids of a request were looked up, held against something, or handed to what cannot be read. Does not know: what became of the others.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.walk import every, heads
from prodlint.flow.interpret.interpreter import Run
from prodlint.flow.judging.judge import named
from prodlint.flow.knowledge import ID_FIELDS, KEY_FIELDS, PAGING
from prodlint.flow.lookups import queries
from prodlint.flow.values import Client
from prodlint.flow.verdicts import Choice
from prodlint.names.nouns import blocks_of
from prodlint.routing.table import Endpoint


def names_a_row(client: Client) -> bool:
    return not PAGING.match(client.name) and (client.source == "path" or bool(ID_FIELDS.search(client.name)))


def lost(run: Run, endpoint: Endpoint, choices: Iterable[Choice]) -> bool:
    """Did an id of the path, beside those of which is told what they choose, go where nobody could read what becomes of it?"""
    told = {choice.id for choice in choices if choice.source == "path"}
    if any(client.source == "path" and KEY_FIELDS.search(client.name) and client.name not in told for client in run.lost):
        return True
    return not _untold(run, endpoint).difference(told).isdisjoint(_read(run, endpoint))


def went(run: Run, endpoint: Endpoint) -> bool:
    """Did an id of the path, or one that the client says, go where nobody could follow it? Rows of the caller that were read beside say nothing of
    what it names."""
    if any(names_a_row(client) for client in run.lost):
        return True
    left = _untold(run, endpoint, ID_FIELDS)
    if not left or endpoint.handler is None:
        return bool(left)
    return endpoint.cls is not None or not left.isdisjoint(_read(run, endpoint))


def _untold(run: Run, endpoint: Endpoint, called: re.Pattern[str] = KEY_FIELDS) -> set[str]:
    """Ids of the path that no look-up takes and nothing was held against."""
    told = {client for target in (*run.bound, *(end for link, _ in run.links for end in link.targets)) for client in named(target)}
    told |= {client for selection in run.selections for _, client in queries.client_terms(selection)}
    return {name for name in endpoint.params if called.search(name)} - {client.name for client in told}


def _read(run: Run, endpoint: Endpoint) -> set[str]:
    """Parts of the path that the handler reads."""
    if endpoint.handler is None:
        return set()
    body = run.names.body(endpoint.handler.node)  # type: ignore[arg-type]
    return {name for name in endpoint.params if _reads(body, name)}


def _reads(body: Iterable[ir.Stmt], name: str) -> bool | None:
    """Is a name read as the request gave it? False where each way through the body gives it another value first
    (`user_id = session["user_id"]`), None where neither happens."""
    for statement in body:
        bound = isinstance(statement, ir.Assign) and any(isinstance(target, ir.Name) and target.id == name for target in statement.targets)
        own = [statement.value] if bound and isinstance(statement, ir.Assign) else heads(statement)
        if any(isinstance(part, ir.Name) and part.id == name for head in own if head is not None for part in every(head)):
            return True
        if bound:
            return False
        inside = [_reads(block, name) for block in blocks_of(statement)]
        if True in inside:
            return True
        if (
            inside
            and all(each is False for each in inside)
            and (isinstance(statement, ir.With) or (isinstance(statement, ir.If) and statement.orelse))
        ):
            return False
    return None
