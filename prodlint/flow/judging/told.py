"""Verdicts of endpoints become what rules ask about.

Knows: in which order endpoints are analysed and weighed against one another. Does not know: how one is analysed (`handlers.py`), which answer is a
finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from prodlint import ir
from prodlint.flow.judging import overlooked, ownerless, seen_by_some, siblings, strangers
from prodlint.flow.judging.handlers import Analyst
from prodlint.flow.judging.remembered import verdicts
from prodlint.flow.knowledge import Knowledge
from prodlint.flow.lookups.tables import Tables
from prodlint.flow.questions import Handler, OpenList, UnboundId
from prodlint.flow.verdicts import UNREAD, Choice, Listing, Outcome
from prodlint.model import Span
from prodlint.report import Access, Related, Route, RouteRef
from prodlint.routing.table import Endpoint

if TYPE_CHECKING:
    from prodlint.flow.questions import AccessQuestions

_CALLS = 5  # on the way to a look-up


def handlers(project: AccessQuestions, endpoints: Sequence[Endpoint]) -> tuple[tuple[Handler, ...], bytes]:
    """The endpoints with their verdicts, in their order, and the verdicts for another run."""
    analyst = Analyst(project.names, Knowledge(project.names, project.models, project.vocabulary), len(endpoints))
    outcomes, kept = verdicts(analyst, endpoints, project.digests, project.verdicts, project.jobs)
    tables = Tables(project.files)
    ownerless.weigh(outcomes)
    siblings.weigh(outcomes, tables)
    seen_by_some.weigh(endpoints, outcomes)
    strangers.weigh(endpoints, outcomes, tables)
    overlooked.weigh(list(zip(endpoints, outcomes, strict=True)))
    for endpoint, outcome in zip(endpoints, outcomes, strict=True):
        if analyst.knowledge.is_public(endpoint.path, endpoint.name):
            _opened(outcome)
    scoped = frozenset[str]().union(*(outcome.scoped for outcome in outcomes))
    private = siblings.only_here([endpoint.name for endpoint in endpoints], outcomes)
    mine = scoped.union(*(outcome.named for outcome in outcomes), *(outcome.kept for outcome in outcomes))
    private |= {each.key for outcome in outcomes for each in outcome.lists if each.key in mine and siblings.personal(each)}
    private |= {
        c.key for o in outcomes for c in o.choices if c.ownership == "missing" and not (c.reference or c.why[0] or siblings.CONTENT.search(c.model))
    }
    return tuple(_handler(endpoint, outcome, scoped, private) for endpoint, outcome in zip(endpoints, outcomes, strict=True)), kept


def _opened(outcome: Outcome) -> None:
    """`[tool.prodlint.access] public` says that it is open on purpose: whatever other routes keep, that is no oversight here. Whoever a list of users
    is meant for, their passwords are for nobody, and who may read everything may not take it away."""
    outcome.lists = []
    if outcome.exposed[1] == "passwords":
        return
    outcome.exposed = ("", "")
    outcome.ownership = "public" if outcome.ownership in ("missing", "unknown") else outcome.ownership
    for choice in outcome.choices:
        choice.ownership = "public" if choice.ownership == "missing" else choice.ownership


def _kept(each: Listing, scoped: frozenset[str], private: frozenset[str]) -> bool:
    """Do others see only their own of what a list shows: on every other route, or on one, where no app publishes such rows?"""
    return each.key in private or (each.key in scoped and bool(siblings.PRIVATE.search(each.model)))


def _handler(endpoint: Endpoint, outcome: Outcome, scoped: frozenset[str], private: frozenset[str]) -> Handler:
    lookups = tuple(Access(c.model, c.id, c.source, c.ownership, c.lookup[0], ir.line_of(c.lookup[1])) for c in outcome.choices)
    evidence = tuple(dict.fromkeys(Related(Span(path, line), words) for path, line, words in sorted(outcome.evidence) if path))
    framework = endpoint.options.get("shown", endpoint.framework)
    login = "unknown" if any(words == UNREAD for *_, words in outcome.evidence) else outcome.authentication
    route = Route(endpoint.methods, endpoint.path, endpoint.name, endpoint.file, endpoint.line, framework, login,
                  outcome.ownership, lookups, evidence)  # fmt: skip
    ref = RouteRef(endpoint.methods, endpoint.path, endpoint.name, endpoint.file, endpoint.line)
    at = Span(endpoint.file, endpoint.line)
    ids, links, claims = (tuple(_id(c, scoped) for c in choices) for choices in (outcome.choices, outcome.links, outcome.claims))
    owners, powers = (tuple(_id(c, scoped) for c in choices) for choices in (outcome.owners, outcome.powers))
    promotes = tuple(_id(c, scoped) for c in outcome.promotes)
    lists = tuple(
        OpenList(
            _span(each.path, each.at),
            each.model,
            each.owner_path,
            each.tenanted or (_kept(each, scoped, private) and not outcome.role),
            each.tenanted or siblings.personal(each),
        )
        for each in outcome.lists
    )
    role = outcome.role or outcome.granted
    wiped = tuple(OpenList(_span(path, at), model, owner, True) for model, owner, path, at in outcome.wiped)
    return Handler(route, ref, ids, outcome.caller_known, outcome.touches, outcome.complete, at, role, outcome.changed, links, lists, claims,
                   owners, powers, promotes, bool(outcome.named), bool(outcome.kinds), outcome.exposed, outcome.machine, outcome.ended,
                   outcome.failed, bool(outcome.made), wiped)  # fmt: skip


def _id(choice: Choice, scoped: frozenset[str]) -> UnboundId:
    path, start, end = choice.lookup
    why, guard, place = choice.why
    here = _span(choice.path, choice.at, end if (path, start) == (choice.path, choice.at) else 0)
    stands = _span(guard, place) if guard and place else None
    return UnboundId(here, choice.id, choice.source, choice.model, choice.field, choice.ownership, choice.owner_path, _span(path, start, end), why,
                     stands, choice.changed, choice.key in scoped or choice.lets_in, _calls(choice))  # fmt: skip


def _calls(choice: Choice) -> tuple[tuple[Span, str], ...]:
    """The calls that lead from another file than the handler's to the look-up: what stands between what is told and where the rows come from."""
    return tuple((_span(path, at), name) for path, at, name in choice.through if path != choice.path and (path, at) != choice.lookup[:2])[-_CALLS:]


def _span(path: str, at: int, end: int = 0) -> Span:
    return Span(path, ir.line_of(at), ir.column_of(at), ir.line_of(end) if end else 0, ir.column_of(end) if end else 0)
