"""Verdicts of an earlier run that still hold, so that after a change only those endpoints are analysed that it can reach.

Knows: what a verdict depends on. Does not know: how one is reached (`handlers.py`), the disk, where verdicts are kept between runs.

A verdict depends on three things:

- its endpoint as it was registered, with all that runs before it;
- the files its analysis looked into (`Names.touched`);
- the world: what was asked of the whole project at once, such as its models with their foreign keys, its user model, its Django settings, and
  which files there are, for a file that is new can be what an import means.

If none of these has changed, the verdict is the same, with its lines. Where the world has changed nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import msgspec

from prodlint.flow.frameworks import converters
from prodlint.flow.judging.handlers import Analyst
from prodlint.flow.judging.workers import analysed
from prodlint.flow.lookups import columns, staffs
from prodlint.flow.verdicts import Outcome, key_of
from prodlint.names import Definition, Ref, Scope
from prodlint.routing.table import Endpoint

_encode = msgspec.msgpack.Encoder().encode


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """An outcome, before siblings are weighed, and the files it depends on: a set of bits, by their position among the sorted paths."""

    outcome: Outcome
    files: bytes


class Verdicts(msgspec.Struct, frozen=True, array_like=True):
    """What a run said of every endpoint. world: a hash of what all verdicts depend on; digests: path -> content hash, of every module."""

    world: str
    digests: dict[str, str]
    said: dict[str, Verdict]


_decode = msgspec.msgpack.Decoder(Verdicts).decode


def verdicts(analyst: Analyst, endpoints: Sequence[Endpoint], digests: Mapping[str, str], known: bytes, jobs: int) -> tuple[list[Outcome], bytes]:
    """The outcome of each endpoint, in their order, and what the next run may know.

    digests: path -> content hash of every file, empty where nobody will ask again; known: what an earlier run gave here; jobs: processes."""
    if not digests:
        return [outcome for outcome, _ in analysed(analyst, endpoints, jobs)], b""
    names = analyst.names
    now = {path: digests.get(path, "") for path in sorted(names.modules)}
    world = _world(analyst, endpoints)
    keys = [_key(endpoint) for endpoint in endpoints]
    kept = _still_true(known, world, now)
    fresh = [number for number, key in enumerate(keys) if key not in kept]
    found = analysed(analyst, [endpoints[number] for number in fresh], jobs)
    said = {key: kept[key] for key in keys if key in kept}
    bit = {path: 1 << number for number, path in enumerate(now)}
    for number, (outcome, touched) in zip(fresh, found, strict=True):
        files = sum(bit.get(path, 0) for path in {*touched, *_places(endpoints[number]), *_mentioned(outcome)})
        said[keys[number]] = Verdict(outcome, files.to_bytes(len(now) // 8 + 1, "little"))
    return [said[key].outcome for key in keys], _encode(Verdicts(world, now, said))


def _still_true(known: bytes, world: str, now: Mapping[str, str]) -> dict[str, Verdict]:
    try:
        before = _decode(known)
    except (msgspec.DecodeError, UnicodeDecodeError):  # nothing, or a damaged entry
        return {}
    if before.world != world or list(before.digests) != list(now):
        return {}
    changed = 0
    for number, (path, digest) in enumerate(now.items()):
        if not digest or before.digests[path] != digest:
            changed |= 1 << number
    return {key: verdict for key, verdict in before.said.items() if not int.from_bytes(verdict.files, "little") & changed}


def _key(endpoint: Endpoint) -> str:
    """An endpoint as it was registered: what it is made of is named by the place it stands at, in files that `_places` names."""
    seen = blake2b(digest_size=16)
    plain = (endpoint.framework, endpoint.methods, endpoint.path, endpoint.name, endpoint.file, endpoint.line, endpoint.action, endpoint.params)
    seen.update(repr((plain, sorted(endpoint.options.items()), _place(endpoint.handler), _place(endpoint.cls))).encode("utf-8", "surrogatepass"))
    for before in endpoint.before:
        seen.update(repr((before.kind, before.scope.module.path, _scope(before.scope))).encode("utf-8", "surrogatepass"))
        seen.update(_encode(before.expr))
    return seen.hexdigest()


def _place(ref: Ref | None) -> object:
    if isinstance(ref, Definition):
        return ref.kind, ref.module.path, ref.dotted, ref.at
    return ref


def _scope(scope: Scope | None) -> object:
    return (_place(scope.function), _place(scope.cls), _scope(scope.parent)) if scope is not None else None


def _places(endpoint: Endpoint) -> set[str]:
    """The files that an endpoint is registered by, and made of."""
    scopes: list[Scope | None] = [before.scope for before in endpoint.before]
    paths = {endpoint.file, *(ref.module.path for ref in (endpoint.handler, endpoint.cls) if ref is not None)}
    while scopes:
        scope = scopes.pop()
        if scope is not None:
            paths.add(scope.module.path)
            paths |= {ref.module.path for ref in (scope.function, scope.cls) if ref is not None}
            scopes.append(scope.parent)
    return paths


def _mentioned(outcome: Outcome) -> set[str]:
    """The files in which an outcome points at lines."""
    choices = (*outcome.choices, *outcome.links, *outcome.claims, *outcome.owners, *outcome.powers, *outcome.promotes)
    paths = {path for choice in choices for path in (choice.path, choice.lookup[0], choice.why[1])}
    return paths | {path for path, _, _ in outcome.evidence} | {listing.path for listing in outcome.lists}


def _world(analyst: Analyst, endpoints: Sequence[Endpoint]) -> str:
    """All that verdicts depend on beside files of their own, as one hash. Whatever is asked of all files at once and kept belongs in here."""
    names, knowledge, schema, settings = analyst.names, analyst.knowledge, analyst.schema, analyst.settings
    seen = blake2b(digest_size=16)

    def tell(*words: object) -> None:
        seen.update(repr(words).encode("utf-8", "surrogatepass"))

    tell(sorted(names.modules), names.outer, names.added, sorted(names.started), analyst.limit)
    tell(
        knowledge.plugged,
        knowledge.keeps_sessions,
        knowledge.has_prisma,
        knowledge.has_models,
        key_of(knowledge.user_model),
        key_of(knowledge.session_user),
        sorted(knowledge.user_names),
    )
    tell(sorted(knowledge.chosen_keys))
    tell(sorted(map(key_of, staffs.signed_in(names, knowledge))))
    tell(sorted((key_of(cls), key_of(heir)) for cls, heir in knowledge.heirs.items()))
    tell(sorted((name, kind if isinstance(kind, str) else key_of(kind)) for name, kind in knowledge.hung.items()))
    tell(sorted((name, scope.module.path) for name, (_, scope) in knowledge.rules.items()))
    tell(settings.middleware, settings.permissions, settings.authentication, settings.path, settings.line, settings.read)
    tell([(_place(entry), value is not None) for entry, value in settings.entries], sorted(settings.middleware_files))
    if any(converters.named(endpoint) for endpoint in endpoints):
        tell([(word, key_of(made)) for word, made in sorted(knowledge.converters.items())])
    tell(sorted((name, key_of(model)) for name, model in schema.relations.items()), sorted(schema.peopled))
    tell(
        sorted((name, key_of(tenant)) for name, tenant in analyst.tenancy.columns.items()),
        len(analyst.tenancy.models),
        sorted(analyst.tenancy.unnamed),
    )
    for model in schema.models():
        references = [(name, key_of(target)) for name, target in schema.references(model)]
        tell(
            key_of(model),
            schema.tables(model),
            references,
            knowledge.is_user(model),
            model in schema.linked,
            model in schema.accounts,
            knowledge.get_raises(model),
            analyst.confidential(model),
            columns.known(schema.columns(model), model.name),
        )
    return seen.hexdigest()
