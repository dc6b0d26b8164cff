"""What a run has to say: findings, proofs, skips, and the words for them.

Knows: the shapes that rules yield and that renderers read. Does not know: configuration, output formats, how a rule works.

A rule yields `Finding` (bad here, because), `Proof` (good here, because) or `Skip` (does not apply, because). `run.ask` puts
the rule beside each (`Said`), `decide.decide` marks what is suppressed, baselined or below threshold (`Verdict`) and removes
nothing.
"""

from __future__ import annotations

import msgspec

from prodlint.model import Problem, Span

ITEMS = ("environments", "deploys", "access", "secrets", "errors", "monitoring", "backups", "runbooks")
SEVERITIES = ("info", "warning", "error")
CONFIDENCES = ("low", "medium", "high")


class Related(msgspec.Struct, frozen=True):
    at: Span
    message: str


class RouteRef(msgspec.Struct, frozen=True):
    """The route a finding is about, as the contract prints it."""

    methods: tuple[str, ...]
    path: str
    handler: str
    file: str
    line: int


class Edit(msgspec.Struct, frozen=True):
    """Replace the text of `at` by `text`."""

    at: Span
    text: str


class Fix(msgspec.Struct, frozen=True):
    """Text edits against the examined text; level "safe", "unsafe" or "display"."""

    message: str
    edits: tuple[Edit, ...]
    level: str = "safe"


class Finding(msgspec.Struct, frozen=True):
    """Bad here, because. `text` is what the fingerprint reads instead of the source line (a secret must set it); `told_by`: the rule whose finding
    about the same subject of the same route says all of this and more."""

    at: Span
    message: str
    confidence: str = "high"
    symbol: str = ""
    subject: dict[str, str | None] | None = None
    route: RouteRef | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    text: str | None = None
    severity: str | None = None
    told_by: str = ""


class Proof(msgspec.Struct, frozen=True):
    """Good here, because. besides: is it good beside what the item asks, so that alone it does not pass the item?"""

    at: Span
    message: str
    besides: bool = False


class Skip(msgspec.Struct, frozen=True):
    """The rule does not apply (verdict "not-applicable") or cannot tell from the repository ("unknown"), because."""

    reason: str
    at: Span | None = None
    verdict: str = "not-applicable"


class Access(msgspec.Struct, frozen=True):
    """One data access of a route: the model, the client-chosen id and where it came from, what was decided about it."""

    model: str
    id: str
    source: str
    ownership: str
    path: str
    line: int


class Route(msgspec.Struct, frozen=True):
    """One entry point and its verdict, as `prodlint routes` lists it; words and keys are the contract's."""

    methods: tuple[str, ...]
    path: str
    handler: str
    file: str
    line: int
    framework: str
    authentication: str = "unknown"
    ownership: str = "unknown"
    lookups: tuple[Access, ...] = ()
    evidence: tuple[Related, ...] = ()


class Tally(msgspec.Struct, frozen=True, array_like=True):
    """The routes of one file: how many there are, and of how many nobody could decide whose data they give."""

    path: str
    routes: int
    undecided: int


class TableAccess(msgspec.Struct, frozen=True):
    """One table of a database, as `prodlint checklist --tables` lists it.

    security: "on", "forced", "off", "unknown"; served: does a data API serve its schema; policies: (name, command, roles); may: for each role of the
    data API what it may do in the end, as (right, "all" | "policy" | "no")."""

    schema: str
    name: str
    path: str
    line: int
    security: str
    served: bool
    policies: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    may: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


class Rule(msgspec.Struct, frozen=True):
    """A rule as its page's front matter and place describe it.

    `engine` is "python" or "semgrep"; `source` the rule's file, `page` its Markdown text; `facts`: files of patterns whose matches it
    asks for; `syntax`: whether it asks for more of Python code than the credentials in it."""

    name: str
    code: str
    item: str
    severity: str
    summary: str
    page: str
    source: str
    engine: str = "python"
    default: bool = True
    facts: tuple[str, ...] = ()
    syntax: bool = True


class Check(msgspec.Struct, frozen=True):
    """What one rule says about the checklist: its verdict and the places that show it."""

    rule: Rule
    verdict: str
    evidence: tuple[Related, ...] = ()


class ItemVerdict(msgspec.Struct, frozen=True):
    """One line of the checklist: item 1 to 8, its verdict, its checks in order of their code, and a note that counts. holes: places that are
    certainly wrong, where the item may be no failure because others are right."""

    item: str
    number: int
    verdict: str
    checks: tuple[Check, ...] = ()
    note: str = ""
    holes: int = 0


class Said(msgspec.Struct, frozen=True):
    """One answer of one rule."""

    rule: Rule
    answer: Finding | Proof | Skip


class Verdict(msgspec.Struct, frozen=True):
    """A finding with everything decided about it.

    `hidden` is "" where it is shown, else why not: "suppressed", "baselined", "confidence", "ignored", "elsewhere"
    (not among the asked-for files), "covered" (another finding says it). `reason` is the suppression's reason."""

    rule: Rule
    finding: Finding
    severity: str
    fingerprint: str
    hidden: str = ""
    reason: str = ""


class Report(msgspec.Struct, frozen=True):
    """All of a run: verdicts in path, line, column, rule order; the proofs and skips; problems; what was examined;
    the lines that nobody may show, by path; the tallies of routes, where access was asked for."""

    verdicts: tuple[Verdict, ...]
    said: tuple[Said, ...]
    problems: tuple[Problem, ...]
    files: int
    rules: tuple[Rule, ...]
    hushed: dict[str, tuple[int, ...]] = {}
    tallies: tuple[Tally, ...] = ()

    @property
    def shown(self) -> tuple[Verdict, ...]:
        return tuple(v for v in self.verdicts if not v.hidden)

    @property
    def unread(self) -> tuple[str, ...]:
        """The app's own files that nobody looked at: the run says nothing of them."""
        return tuple(sorted({path for problem in self.problems for path in problem.unread}))

    @property
    def secret_lines(self) -> dict[str, set[int]]:
        """By path, the lines that nobody may show: those that hold a secret, found or hushed."""
        lines: dict[str, set[int]] = {path: set(numbers) for path, numbers in self.hushed.items()}
        for verdict in self.verdicts:
            if verdict.rule.item == "secrets":
                at = verdict.finding.at
                lines.setdefault(at.path, set()).update(range(at.line, max(at.end_line, at.line) + 1))
        return lines
