"""Supabase Queues: the tables of the extension pgmq.

Knows: that `pgmq.create('jobs')` makes `pgmq.q_jobs` and its archive, that the data API reaches a queue through the schema `pgmq_public`, whose
functions run with the caller's rights (source: supabase.com/docs/guides/queues, on exposing queues). Does not know: queues made in the dashboard.
"""

from __future__ import annotations

from prodlint.database.catalog import Catalog, Relation
from prodlint.model import Span

SCHEMA, DOOR = "pgmq", "pgmq_public"
_CREATE = frozenset({"create", "create_non_partitioned", "create_unlogged", "create_partitioned"})


def called(catalog: Catalog, function: str, name: object, at: Span) -> None:
    """After a call of `pgmq.FUNCTION('name')`."""
    if not isinstance(name, str):
        return
    for prefix in ("q_", "a_"):  # the messages, and those that were archived
        key = (SCHEMA, prefix + name.lower())
        if function in _CREATE and key not in catalog.relations:
            catalog.create(Relation(*key, at, columns=["msg_id", "read_ct", "enqueued_at", "vt", "message"]))
        elif function == "drop_queue" and key in catalog.relations:
            catalog.drop(catalog.relations[key])


def is_queue(relation: Relation) -> bool:
    """Is it the table of a queue?"""
    return relation.schema == SCHEMA and relation.is_table and relation.name.startswith("q_")
