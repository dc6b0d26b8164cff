"""Ids that go where nobody can follow them.

Knows: which ids of a request were looked up, held against something, or handed to what cannot be read. Does not know: what became of the others.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import ir
from prodlint.calls.walk import expressions
from prodlint.flow import queries
from prodlint.flow.interpreter import Run
from prodlint.flow.judge import named
from prodlint.flow.knowledge import ID_FIELDS, KEY_FIELDS, PAGING
from prodlint.flow.values import Client
from prodlint.flow.verdicts import Choice
from prodlint.routing.table import Endpoint


def names_a_row(client: Client) -> bool:
    return not PAGING.match(client.name) and (client.source == "path" or bool(ID_FIELDS.search(client.name)))


def lost(run: Run, choices: Iterable[Choice]) -> bool:
    """Did an id of the path, beside those of which is told what they choose, go into a function that nobody could read?"""
    told = {(choice.id, choice.source) for choice in choices}
    return any(client.source == "path" and KEY_FIELDS.search(client.name) and (client.name, client.source) not in told for client in run.lost)


def went(run: Run, endpoint: Endpoint) -> bool:
    """Did an id of the path, or one that the client says, go where nobody could follow it? Rows of the caller that were read beside say nothing of
    what it names."""
    if any(names_a_row(client) for client in run.lost):
        return True
    told = {client for target in (*run.bound, *(end for link, _ in run.links for end in link.targets)) for client in named(target)}
    told |= {client for selection in run.selections for _, client in queries.client_terms(selection)}
    left = {name for name in endpoint.params if KEY_FIELDS.search(name)} - {client.name for client in told}
    if not left or endpoint.handler is None:
        return bool(left)
    read = {part.id for part in expressions(run.names.body(endpoint.handler.node)) if isinstance(part, ir.Name)}  # type: ignore[arg-type]
    return endpoint.cls is not None or not left.isdisjoint(read)
