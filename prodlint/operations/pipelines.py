"""The nouns of continuous integration: pipelines, their jobs and steps, whatever the service.

Knows: the shape that the readers (`github.py`, `gitlab.py`, `hosted.py`) agree on. Does not know: any one service, what a command does.
"""

from __future__ import annotations

import msgspec

from prodlint import regex as re
from prodlint.model import Span

PRODUCTION = re.compile(r"(?:^|[^a-z])(?:prod|production|prd|live|master)(?:[^a-z]|$)", re.I)
BEFORE_PRODUCTION = re.compile(
    r"(?:^|[^a-z])(?:stage|staging|stg|uat|pre-?prod(?:uction)?|qa|tst|test|testing|demo|sandbox|homolog\w*|hml|recette|dev|devel|develop|development|nightly|canary|beta)(?:\d*[^a-z]|\d*$)",
    re.I,
)
PREVIEW = re.compile(r"(?:^|[^a-z])(?:previews?|review|pr|pull[-_ ]?requests?|deploy-preview|branch-deploy|ephemeral)(?:[^a-z]|$)", re.I)


def stage_of(name: str) -> str:
    """The sort of environment that a name speaks of: "production", "before", "preview" or ""."""
    if PREVIEW.search(name):
        return "preview"
    if re.search(r"pre-?prod", name, re.I):
        return "before"
    if PRODUCTION.search(name):
        return "production"
    return "before" if BEFORE_PRODUCTION.search(name) else ""


class Step(msgspec.Struct, frozen=True):
    """One command, or one action with its arguments. lenient: its failure is swallowed; condition: as written; skippable: only on demand."""

    at: Span
    command: str = ""
    uses: str = ""
    arguments: str = ""
    condition: str = ""
    lenient: bool = False
    folder: str = ""


class Job(msgspec.Struct, frozen=True):
    """A job as its file declares it. needs: ids of jobs of the same pipeline; calls: the path of the pipeline that it runs instead of steps;
    environments: (name, place, address) that it is bound to, expressions resolved as far as the file says; secrets: names that it reads."""

    id: str
    title: str
    at: Span
    steps: tuple[Step, ...] = ()
    needs: tuple[str, ...] = ()
    condition: str = ""
    lenient: bool = False
    calls: str = ""
    environments: tuple[tuple[str, Span], ...] = ()
    bound: bool = False  # is an environment named, resolved or not?
    secrets: tuple[str, ...] = ()
    inherits: bool = False  # all secrets of the caller
    manual: bool = False
    events: frozenset[str] = frozenset()  # what starts it, where that is narrower than the pipeline's


class Pipeline(msgspec.Struct, frozen=True):
    """A file's jobs that run together. events: "push", "tag", "release", "pull_request", "merge", "manual", "schedule", "after", "called", "other";
    after: titles of pipelines whose end starts this one."""

    path: str
    title: str
    service: str
    at: Span
    events: frozenset[str]
    jobs: dict[str, Job] = msgspec.field(default_factory=dict)
    after: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()  # pipelines elsewhere that it calls

    @property
    def only_called(self) -> bool:
        return self.events == frozenset({"called"})


def text_lines(at: Span, value: str) -> Span:
    """Where the first line of a value stands: a block scalar begins on the line after its key."""
    return Span(at.path, at.line + 1) if "\n" in value.rstrip("\n") or value.endswith("\n") else at
