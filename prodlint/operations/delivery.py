"""The way from a change to production: which jobs run tests, which deploy, and whether a deploy can run when the tests fail.

Knows: the graph of jobs over reusable pipelines, pipelines that start after others, and tags that one pipeline makes for another. Does not know:
branch protection and required checks: a deploy beside tests that it does not wait for is "unproven", never ungated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from prodlint import regex as re
from prodlint.model import Span
from prodlint.operations.commands import Commands, hands_over, may_migrate, migrates, runs_tests
from prodlint.operations.pipelines import Job, Pipeline, Step, stage_of
from prodlint.operations.targets import action_deploys_to, deploys_to

DEPTH = 4  # pipelines that call pipelines
MAX_NODES = 3000
_DOCUMENTS = re.compile(r"(?:^|[^a-z])(?:docs?|documentation|storybook|chromatic|wiki|benchmarks?)(?:[^a-z]|$)", re.I)
_PAGES = re.compile(r"pages|docs?\b|storybook|notify|slack", re.I)
_TEST_ACTION = re.compile(
    r"cypress-io/github-action|pytest-action|action-pytest|run-tests|phpunit|golang-test|test-action|coverage-action|pytest-coverage(?!-comment)",
    re.I,
)
_TAGS = re.compile(
    r"release-please|semantic-release|gh-release|create-release|github-tag|tag-action|tag-release|changesets/action|bump-version|anothrnick", re.I
)
_TAG_COMMAND = re.compile(
    r"\bgit\s+push\b[^\n]*(?:--tags|--follow-tags|refs/tags|\bv?\$\{?\w*(?:TAG|VERSION))|\bgh\s+release\s+create\b|\bsemantic-release\b|\bnpm\s+version\b|\blerna\s+version\b",
    re.I,
)
_WAITS = re.compile(r"wait-on-check|wait-for-(?:check|status|workflow|green)|await-(?:check|remote)", re.I)
_TESTED_FIRST = re.compile(r"(?<![a-z])tests?(?=[^a-z].{0,200}(?:deploy|release|ship))", re.I)  # "test and deploy": what is done first is no place
# a job called so, and bound to an environment, deploys by means that are not known here
_DEPLOYING = re.compile(r"(?:\w+[-_])?deploy(?![\w-]*(?:check|test|notif|status|comment|docs?|pages|preview|review|ready|plan))", re.I)
_STATUS = re.compile(r"\b(?:always|failure|cancelled|success)\(\)|\b(?:always|failed|succeededOrFailed)\(\)", re.I)


class Node(msgspec.Struct):
    """A job in the graph of one entry pipeline; `parts`: the jobs of the pipeline that it calls."""

    key: str
    job: Job
    pipeline: Pipeline
    entry: Pipeline
    needs: list[str]
    parts: list[str] = msgspec.field(default_factory=list)
    events: frozenset[str] = frozenset()


class TestRun(msgspec.Struct, frozen=True):
    """A step that runs tests. stops: does its failure fail the job?"""

    at: Span
    command: str
    node: Node
    stops: bool
    position: int


class Deploy(msgspec.Struct, frozen=True):
    """A step that deploys. stage: "production", "before", "preview" or ""; gate: "yes", "partial", "no", "unproven",
    "untested", with why and where."""

    at: Span
    target: str
    command: str
    node: Node
    stage: str
    disabled: bool
    manual: bool
    gate: str = ""
    why: str = ""
    gate_at: Span | None = None

    @property
    def live(self) -> bool:
        """Does it run at all, and bring a change further than a preview?"""
        return not self.disabled and self.stage != "preview"


class Delivery:
    """All pipelines of a project, asked together."""

    def __init__(self, pipelines: Iterable[Pipeline], commands: Commands) -> None:
        self.pipelines = tuple(pipelines)
        self._commands = commands
        self._by_path = {pipeline.path: pipeline for pipeline in self.pipelines}
        self.nodes: dict[str, Node] = {}
        for pipeline in self.pipelines:
            if not pipeline.only_called:
                self._add(pipeline, pipeline, f"{pipeline.path}#{pipeline.title}:", [], pipeline.events, DEPTH)
        self._tests: dict[str, list[TestRun]] = {}
        self._steps: dict[str, list[tuple[int, Step, list[str]]]] = {}
        for node in self.nodes.values():
            self._steps[node.key] = [(n, step, list(self._expand(step))) for n, step in enumerate(node.job.steps)]
            self._tests[node.key] = list(self._test_runs(node))
        self.tests = tuple(run for runs in self._tests.values() for run in runs)
        self.deploys = tuple(self._deploys())

    # ------------------------------------------------------------ the graph
    def _add(self, pipeline: Pipeline, entry: Pipeline, prefix: str, outer: list[str], events: frozenset[str], depth: int) -> list[str]:
        made = []
        for job in pipeline.jobs.values():
            if len(self.nodes) >= MAX_NODES:
                break
            key = f"{prefix}{job.id}"
            needs = [f"{prefix}{need}" for need in job.needs] + outer
            node = Node(key, job, pipeline, entry, needs, [], (job.events & events) or job.events or events)
            self.nodes[key] = node
            made.append(key)
            called = self._by_path.get(job.calls) if job.calls else None
            if called is not None and called is not pipeline and depth:
                start = Node(
                    f"{key}@",
                    Job(job.id, job.title, job.at, condition=job.condition, environments=job.environments),
                    pipeline,
                    entry,
                    needs,
                    [],
                    node.events,
                )
                self.nodes[start.key] = start
                node.parts = self._add(called, entry, f"{key}/", [start.key], node.events, depth - 1)
        return made

    def _expand(self, step: Step) -> Iterator[str]:
        if step.command:
            seen = set()
            for command in self._commands.expanded(step.command, step.folder):
                if command not in seen:
                    seen.add(command)
                    yield command
                if len(seen) > 400:
                    return

    # ------------------------------------------------------------ tests
    def _test_runs(self, node: Node) -> Iterator[TestRun]:
        off = is_off(node.job.condition)
        for position, step, commands in self._steps[node.key]:
            if off or is_off(step.condition):
                continue
            found = step.command and self._commands.tests(step.command, step.folder)
            if found or _TEST_ACTION.search(step.uses):
                stops = not (step.lenient or node.job.lenient or any(runs_tests(c) and re.search(r"\|\|\s*(?:true|:|exit 0)", c) for c in commands))
                yield TestRun(step.at, step.command or step.uses, node, stops, position)

    def tests_of(self, key: str) -> list[TestRun]:
        return self._tests.get(key, [])

    def handed_over(self) -> list[tuple[Span, str]]:
        """Steps that leave what is tested to a program which is not read."""
        return [(step.at, step.command) for steps in self._steps.values() for _, step, commands in steps if any(map(hands_over, commands))]

    def migrations(self) -> list[tuple[Span, Node]]:
        """Steps that apply migrations, with their job."""
        return [(step.at, node) for node in self.nodes.values() for _, step, commands in self._steps[node.key] if any(map(migrates, commands))]

    def speaks_of_migrating(self) -> list[tuple[Span, Node]]:
        """Steps whose words are of migrating, as a task elsewhere or a script, with their job."""
        return [
            (step.at, node)
            for node in self.nodes.values()
            for _, step, commands in self._steps[node.key]
            if any(map(may_migrate, (*commands, step.uses.partition("@")[0], *step.arguments.split("\n"))))
        ]

    def commands_of(self, node: Node) -> list[str]:
        """Every command of a job, also those behind make targets and scripts."""
        return [command for _, _, commands in self._steps[node.key] for command in commands]

    # ------------------------------------------------------------ deploys
    def _deploys(self) -> Iterator[Deploy]:
        for node in self.nodes.values():
            if _DOCUMENTS.search(f"{node.pipeline.path.rpartition('/')[2]} {node.job.id} {node.job.title}"):
                continue
            if deploy := self._elsewhere(node):
                yield deploy
            seen: set[tuple[str, str]] = set()
            for position, step, commands in self._steps[node.key]:
                target, shown = self._target(step, commands)
                stage = self._stage(node, step, shown) if target else ""
                if target and (target, stage) not in seen:
                    seen.add((target, stage))
                    yield self._deploy(node, position, step, target, shown, stage)
            if not seen and node.job.bound and node.job.steps and _DEPLOYING.match(node.job.id):
                last = len(node.job.steps) - 1
                yield self._deploy(
                    node, last, node.job.steps[last], f"wherever the job {node.job.id} says", "", self._stage(node, node.job.steps[last], "")
                )

    def _elsewhere(self, node: Node) -> Deploy | None:
        """A job that hands the deploy to a pipeline of another repository, by that pipeline's name."""
        name = node.job.calls.partition("@")[0].rpartition("/")[2]
        if node.job.calls in self._by_path or not re.search(r"deploy(?!ments?-?(?:failed|message|status))", name, re.I) or _PAGES.search(name):
            return None
        step = Step(node.job.at, uses=node.job.calls)
        return self._deploy(node, 0, step, f"wherever {name} says", node.job.calls, self._stage(node, step, ""))

    def _deploy(self, node: Node, position: int, step: Step, target: str, shown: str, stage: str) -> Deploy:
        off = is_off(step.condition) or any(is_off(each.job.condition) for each in self.above(node))
        manual = node.job.manual or (bool(node.events) and node.events <= {"manual", "called"})
        gate, why, at = ("", "", None) if off else self._gate(node, position, step)
        return Deploy(step.at, target, shown, node, stage, off, manual, gate, why, at)

    def above(self, node: Node) -> Iterator[Node]:
        """The node and the jobs that call its pipeline."""
        yield node
        key = node.key
        while "/" in key and (parent := self.nodes.get(key.rpartition("/")[0])) is not None:
            yield parent
            key = parent.key

    @staticmethod
    def _target(step: Step, commands: list[str]) -> tuple[str, str]:
        if step.uses:
            return action_deploys_to(step.uses, step.arguments), step.uses
        for command in commands:
            if target := deploys_to(command):
                return target, command
        return "", ""

    def _stage(self, node: Node, step: Step, shown: str) -> str:
        if node.events and node.events <= {"pull_request"}:
            return "preview"
        for each in reversed(list(self.above(node))):  # what the outermost caller says is what counts for this run
            named = [stage_of(name) for name, _ in each.job.environments]
            if any(named):
                return "production" if "production" in named else next(word for word in named if word)
        shown = re.sub(r"\b[\w-]+\.(?:dev|live|test|demo)(?![\w.])", "", shown)  # the name of a site
        if "git push" in shown:  # the branch of a platform's remote
            shown = re.sub(r"(?<![\w-])(?:master|main)(?![\w-])", "", shown)
        for text in (
            shown,
            step.arguments,
            step.condition,
            node.job.id,
            node.job.title,
            node.job.condition,
            node.pipeline.path.rpartition("/")[2],
            node.entry.path.rpartition("/")[2],
            node.entry.title,
        ):
            if word := stage_of(_TESTED_FIRST.sub("", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", text))):
                return word
        return ""

    # ------------------------------------------------------------ the gate
    def _gate(self, node: Node, position: int, step: Step) -> tuple[str, str, Span | None]:
        """(gate, why, where) of a deploy step."""
        found: list[tuple[str, TestRun]] = []
        ignored: list[tuple[str, Span]] = []
        before = [run for run in self._tests[node.key] if run.position < position]
        for run in before:
            if not run.stops:
                ignored.append((f"the failure of `{short(run.command)}` is ignored", run.at))
            elif _reads(step.condition, "") == "broken":
                ignored.append((f"the step runs whatever `{short(run.command)}` says (if: {short(step.condition)})", step.at))
            else:
                found.append(("yes", run))
        self._through(node, "yes", found, ignored, set(), 0)
        if any(state == "yes" for state, _ in found):
            run = next(run for state, run in found if state == "yes")
            return "yes", f"waits for {where(run)}", run.at
        if found:
            run = found[0][1]
            return "partial", f"waits for {where(run)}, but also runs where that job was skipped", run.at
        if any(_WAITS.search(each.uses) for each in node.job.steps[:position]):
            return "yes", "waits for the checks of the commit", step.at
        chained = self._chained(node)
        if chained:
            return chained
        if ignored:
            return "no", ignored[0][0], ignored[0][1]
        if not self.tests:
            return "untested", "no pipeline runs tests", None
        run = next((run for run in self.tests if run.node.events & {"pull_request", "merge"}), self.tests[0])
        return (
            "unproven",
            f"tests run in {where(run)}, which the deploy does not wait for; whether a rule of the branch requires them is not in the repository",
            run.at,
        )

    def _through(self, node: Node, state: str, found: list, ignored: list, seen: set[str], depth: int) -> None:
        """Walks the needs of a node; state: "partial" once a condition lets skipped jobs through."""
        if node.key in seen or depth > 40:
            return
        seen.add(node.key)
        for key in node.needs:
            need = self.nodes.get(key)
            if need is None:
                continue
            reads = _reads(node.job.condition, need.job.id)
            runs = [run for part in self._parts(need) for run in self._tests[part.key]]
            if reads == "broken":
                ignored += [(f"{node.job.id} runs whatever {need.job.id} says (if: {short(node.job.condition)})", node.job.at) for _ in runs[:1]]
                continue
            for run in runs:
                if not run.stops or need.job.lenient:
                    ignored.append((f"the failure of `{short(run.command)}` is ignored", run.at))
                    continue
                skippable = any(skipped(each.job.condition) for each in (need, *self._between(need, run.node)))
                found.append(("partial" if reads == "skipped" and skippable else state, run))
            after = "partial" if reads == "skipped" and skipped(need.job.condition) else state
            self._through(need, after, found, ignored, seen, depth + 1)

    def _parts(self, node: Node) -> Iterator[Node]:
        """The node and everything that it calls."""
        yield node
        for key in node.parts:
            yield from self._parts(self.nodes[key])

    def _between(self, top: Node, inner: Node) -> list[Node]:
        return [each for each in self.above(inner) if each.key.startswith(top.key) and each is not top]

    def _chained(self, node: Node) -> tuple[str, str, Span | None] | None:
        """Gates between pipelines: one that starts after another, one that starts at a tag which another makes."""
        entry = node.entry
        if entry.after:
            before = [each for each in self.nodes.values() if each.entry.title in entry.after]
            runs = [run for each in before for run in self._tests[each.key]]
            conditions = " ".join(each.job.condition for each in self._ancestors(node))
            steps = " ".join(step.condition for step in node.job.steps)
            if runs and re.search(r"conclusion\s*==\s*['\"]success", f"{conditions} {steps}"):
                strict = [run for run in runs if run.stops]
                return ("yes", f"starts after {where(strict[0])} succeeded", strict[0].at) if strict else None
            if runs:
                return "no", f"starts when {entry.after[0]} ends, whatever its conclusion", node.job.at
        if node.events and node.events <= {"tag", "release", "manual"}:
            for other in self.nodes.values():
                makes = any(_TAGS.search(step.uses) or _TAG_COMMAND.search(step.command) for step in other.job.steps)
                if makes and other.entry is not entry:
                    found: list[tuple[str, TestRun]] = [("yes", run) for run in self._tests[other.key] if run.stops]
                    self._through(other, "yes", found, [], set(), 0)
                    if any(state == "yes" for state, _ in found):
                        return "yes", f"starts at a tag that {other.job.id} makes after {where(found[0][1])}", other.job.at
        return None

    def ancestors(self, node: Node) -> set[str]:
        """The keys of every job that has ended before this one begins, with what it calls; also of those that the callers of its pipeline need."""
        return {part.key for above in self.above(node) for each in self._ancestors(above) if each is not above for part in self._parts(each)}

    def _ancestors(self, node: Node) -> Iterator[Node]:
        seen: set[str] = set()
        pending = [node]
        while pending:
            each = pending.pop()
            if each.key not in seen:
                seen.add(each.key)
                yield each
                pending.extend(self.nodes[key] for key in each.needs if key in self.nodes)


def is_off(condition: str) -> bool:
    """Is a condition never true?"""
    return condition.replace("${{", "").replace("}}", "").strip().lower() == "false"


def skipped(condition: str) -> bool:
    """Can a job with this condition be skipped although what it needs went well?"""
    bare = _STATUS.sub("", condition).replace("${{", "").replace("}}", "")
    return re.search(r"\w", re.sub(r"[!&|()\s]", "", bare)) is not None


def _reads(condition: str, need: str) -> str:
    """How a condition takes the result of a needed job: "holds" (failure stops), "skipped" (failure stops, skipped passes), "broken"."""
    if not _STATUS.search(condition):
        return "holds"
    bare = re.sub(r"\s+", "", condition)
    result = rf"needs(?:\.{re.escape(need)}|\[['\"]{re.escape(need)}['\"]\])\.result"
    if need and re.search(rf"{result}==['\"]success['\"]", bare):
        return "skipped" if re.search(rf"{result}==['\"]skipped['\"]", bare) else "holds"
    if re.search(r"!failure\(\)|!contains\(needs\.\*\.result,['\"]failure['\"]\)", bare) or (
        need and re.search(rf"{result}!=['\"]failure['\"]", bare)
    ):
        return "skipped"
    if re.search(r"\bsuccess\(\)|succeeded\(\)", bare) and not re.search(r"always\(\)|\|\|", bare):
        return "holds"
    return "broken"


def where(run: TestRun) -> str:
    return f"`{short(run.command)}` ({run.node.job.id})"


def short(text: str, most: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
