"""All facts of a project, linked; the world model that rules query.

Knows: every file's facts, the models, and how to answer questions about them together (routes, lookups, external calls,
blocks, secrets, matches). Does not know: the disk, a rule, a configuration file, an output format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from prodlint.calls.questions import CallQuestions
from prodlint.database.questions import DatabaseQuestions
from prodlint.flow.questions import AccessQuestions
from prodlint.model import Block, Fact, FileFacts, Git, Leak, Match, Problem, Secret, Span
from prodlint.models import Models, load
from prodlint.operations.questions import OperationsQuestions
from prodlint.patterns.listing import PatternRoutes
from prodlint.report import Route


class Project(AccessQuestions, CallQuestions, OperationsQuestions, DatabaseQuestions, PatternRoutes):
    """What a rule asks. Built once by `link`; answers are memoised, in source order, and never change."""

    def __init__(
        self,
        files: Mapping[str, FileFacts],
        tracked: Mapping[str, bool | None] | None = None,
        models: Models | None = None,
        vocabulary: Mapping[str, tuple[str, ...]] | None = None,
        unmatched: frozenset[str] = frozenset(),
        git: Git | None = None,
        history: tuple[Leak, ...] | None = None,
        jobs: int = 1,
        digests: Mapping[str, str] | None = None,
        verdicts: bytes = b"",
    ) -> None:
        """files: path -> facts, every examined file; tracked: path -> is it in git's index (None where there is no git);
        models: what libraries mean (prodlint's own where not given); vocabulary: `[tool.prodlint.access]`; unmatched: code files that
        semgrep rules should have been tried on and were not; git: what it says about .env files; history: what commits added, None where
        nobody asked; jobs: processes that endpoints are shared out among; digests: path -> content hash; verdicts: of an earlier run, of which those
        are taken that still hold."""
        self.jobs = jobs
        self.digests = dict(digests or {})
        self.verdicts = verdicts
        self.history = history
        self.git = git or Git(present=any(tracked is not None for tracked in (tracked or {}).values()))
        self.unmatched = unmatched
        self.files = dict(sorted(files.items()))
        self.tracked = dict(tracked or {})
        self.vocabulary = dict(vocabulary or {})
        self._models = models

    @property
    def models(self) -> Models:  # type: ignore[override]  # loaded when the first question needs them
        if self._models is None:
            self._models = load()
        return self._models

    def routes(self) -> tuple[Route, ...]:
        """Every route: of Python code, and what patterns read of other languages."""
        return (*super().routes(), *self.pattern_routes())

    def route_problems(self) -> tuple[Problem, ...]:
        """What could not be read of the routes, in any language."""
        return tuple(sorted({*super().route_problems(), *(told for _, told in (*self._unread_apps, *self._unread_before))}))

    # ------------------------------------------------------------ secrets and matches
    def secrets(self) -> Iterator[tuple[str, Secret]]:
        """Every credential found, with the path of its file; without those that a .secrets.baseline names, and those of a .env that is ignored."""
        known = self._known_secrets
        for path, facts in self.files.items():
            if path in self.git.ignored:
                continue
            for secret in facts.secrets:
                if (path, secret.salted) not in known and (path, str(secret.line)) not in known:
                    yield path, secret

    @cached_property
    def _known_secrets(self) -> frozenset[tuple[str, str]]:
        """(path, hash) and (path, line) of what detect-secrets' baselines have looked at."""
        baselines = [block for facts in self.files.values() for block in facts.blocks if block.kind == "secrets-baseline"]
        return frozenset((entry.key, entry.value) for block in baselines for entry in block.entries)

    def matches(self, rule: str) -> Iterator[tuple[Span, Match]]:
        """Every place that the semgrep rule of that id matched."""
        for path, facts in self.files.items():
            for match in facts.matches:
                if match.rule == rule:
                    yield Span(path, match.line, match.column, match.end_line, match.end_column), match

    def facts(self, kind: str) -> Iterator[tuple[Span, Fact]]:
        """Every fact of a kind with its place; tests, vendored code and examples are left out."""
        for path, facts in self.files.items():
            for fact in facts.facts:
                if fact.kind == kind and not self.is_aside(path):
                    yield Span(path, fact.line, fact.column, fact.end_line, fact.end_column), fact

    # ------------------------------------------------------------ configuration
    def raw_blocks(self, *kinds: str) -> Iterator[tuple[str, Block]]:
        """Every configuration block of these kinds (all kinds if none is named), with the path of its file."""
        for path, facts in self.files.items():
            for block in facts.blocks:
                if not kinds or block.kind in kinds:
                    yield path, block


def link(
    files: Mapping[str, FileFacts],
    tracked: Mapping[str, bool | None] | None = None,
    models: Models | None = None,
    vocabulary: Mapping[str, tuple[str, ...]] | None = None,
    unmatched: frozenset[str] = frozenset(),
    git: Git | None = None,
    history: tuple[Leak, ...] | None = None,
    jobs: int = 1,
    digests: Mapping[str, str] | None = None,
    verdicts: bytes = b"",
) -> Project:
    """All facts linked into one project."""
    return Project(files, tracked, models, vocabulary, unmatched, git, history, jobs, digests, verdicts)
