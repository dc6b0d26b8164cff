"""Workflows of GitHub Actions (also Gitea, Forgejo) as pipelines.

Knows: triggers, jobs, reusable workflows, environments and how their names travel through outputs, inputs and matrices. Does not know: what a
command does; branch protection and required checks, which are settings of the repository.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname, normpath

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Span
from prodlint.operations.commands import lenient, lines_of
from prodlint.operations.pipelines import Job, Pipeline, Step, text_lines

_EVENTS = {
    "pull_request": "pull_request", "pull_request_target": "pull_request", "merge_group": "merge", "workflow_dispatch": "manual",
    "repository_dispatch": "other", "schedule": "schedule", "workflow_run": "after", "workflow_call": "called", "release": "release",
    "deployment": "other", "deployment_status": "other", "create": "tag",
}  # fmt: skip
MATRIX = 8  # values of a matrix for which a command is told apart
_SECRET = re.compile(r"\bsecrets\.([A-Za-z_]\w*)|\bsecrets\[\s*['\"]([A-Za-z_]\w*)")
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}", re.S)
_OUTPUT = re.compile(r"^needs\.([\w-]+)\.outputs\.([\w-]+)$")
_STEP_OUTPUT = re.compile(r"^steps\.([\w-]+)\.outputs\.([\w-]+)$")
_SIMPLE = re.compile(r"[\w.-]+|'[^']*'")  # one side of `inputs.environment || 'staging'`
_CHOICE = re.compile(r"(?:[\w-]*[-_])?(?:env|environment|stage|target)(?:[-_]name)?", re.I)  # an input that says where to deploy
_LITERAL = re.compile(r"'([^']*)'")


def pipelines(workflows: Iterable[Declared], jobs: Iterable[Declared], actions: Iterable[Declared]) -> Iterator[Pipeline]:
    """One for each workflow file, in path order."""
    by_path: dict[str, list[Declared]] = {}
    for job in jobs:
        by_path.setdefault(job.path, []).append(job)
    composite = {dirname(action.path): action for action in actions}
    files = list(workflows)
    arguments = _arguments(job for declared in by_path.values() for job in declared)
    for file in files:
        reader = _Reader(file, by_path.get(file.path, []), composite, arguments.get(file.path, []))
        yield reader.pipeline()


def _arguments(jobs: Iterable[Declared]) -> dict[str, list[Declared]]:
    """path of a reusable workflow -> the jobs that call it."""
    out: dict[str, list[Declared]] = {}
    for job in jobs:
        uses = job.text("uses") or ""
        if uses.startswith("./"):
            out.setdefault(normpath(uses), []).append(job)
    return out


class _Reader:
    def __init__(self, file: Declared, jobs: list[Declared], composite: dict[str, Declared], callers: list[Declared]) -> None:
        self.file, self.jobs, self.composite, self.callers = file, jobs, composite, callers
        self.by_id = {job.name: job for job in jobs}
        self.choices: dict[str, list[str]] = {}  # what a matrix of the job in hand lists, by the name that its steps use

    def pipeline(self) -> Pipeline:
        events = frozenset(self.events())
        unread = tuple(uses for job in self.jobs if (uses := job.text("uses") or "") and not uses.startswith("./"))
        title = self.file.text("name") or self.file.name.rpartition(".")[0]
        jobs = {job.name: self.job(job) for job in self.jobs}
        after = tuple(self.file.texts("on.workflow_run.workflows"))
        return Pipeline(self.file.path, title, "GitHub Actions", self.file.at, events, jobs, after, unread)

    def events(self) -> Iterator[str]:
        names = [*self.file.texts("on"), *self.file.keys("on")]
        for name in names:
            if name == "push":
                tags = self.file.has("on.push.tags") or self.file.has("on.push.tags-ignore")
                branches = self.file.has("on.push.branches") or self.file.has("on.push.branches-ignore")
                yield from (("tag",) if tags else ())
                yield from (("push",) if branches or not tags else ())
            elif not name.isdigit():
                yield _EVENTS.get(name, "other")

    # ------------------------------------------------------------ one job
    def job(self, job: Declared) -> Job:
        uses = job.text("uses") or ""
        environments = tuple(dict.fromkeys((name, where) for name, where in self.environments(job) if name))
        secrets = sorted({first or second for entry in job.entries for first, second in _SECRET.findall(entry.value)} - {"GITHUB_TOKEN"})
        return Job(
            id=job.name,
            title=job.text("name") or job.name,
            at=job.at,
            steps=tuple(self.steps(job)) or tuple(self.handed(job, uses)),
            needs=tuple(job.texts("needs")),
            condition=self.raw(job, "if"),
            lenient=self.raw(job, "continue-on-error").strip() == "true",
            calls=normpath(uses) if uses.startswith("./") else uses,
            environments=environments,
            bound=job.has("environment"),
            secrets=tuple(secrets),
            inherits=job.text("secrets") == "inherit",
            events=_events_of(self.raw(job, "if")),
        )

    @staticmethod
    def raw(block: Declared, key: str) -> str:
        return next((entry.value for entry in block.entries if entry.key == key), "")

    def handed(self, job: Declared, uses: str) -> Iterator[Step]:
        """The commands that a job hands to a pipeline of another repository, by the names of its inputs."""
        for entry in job.entries if uses and not uses.startswith("./") else ():
            if re.fullmatch(r"with\.(?:[\w-]*[-_])?(?:command|script|cmd|run)s?", entry.key):
                at = text_lines(Span(job.path, entry.line), entry.value)
                for offset, command in lines_of(entry.value):
                    yield Step(Span(at.path, at.line + offset), command=command, lenient=lenient(command))

    def steps(self, job: Declared) -> Iterator[Step]:
        default = self.raw(job, "defaults.run.working-directory") or self.raw(self.file, "defaults.run.working-directory")
        self.choices = {name: values for name in _matrix_names(job) if (values := self.values(job, name, 2))}
        for step in job.nested("steps"):
            yield from self.step(step, default, "", 2, {})

    def step(self, step: Declared, default: str, condition: str, depth: int, given: dict[str, str]) -> Iterator[Step]:
        """A step's commands; an action of this repository gives its own steps too. given: the inputs of the action that it stands in."""
        condition = self.raw(step, "if") or condition
        soft = self.raw(step, "continue-on-error").strip() == "true"
        folder = _filled(self.raw(step, "working-directory") or default, given).strip()
        uses = self.raw(step, "uses")
        if uses:
            passed = {entry.key[5:]: _filled(entry.value, given) for entry in step.entries if entry.key.startswith("with.")}
            arguments = "\n".join(f"{key}: {value}" for key, value in passed.items())
            yield Step(step.where("uses"), uses=uses, arguments=arguments, condition=condition, lenient=soft)
            action = self.composite.get(normpath(uses)) if uses.startswith("./") and depth else None
            if action is not None:
                asked = {key: action.raw(f"inputs.{key}.default") for key in action.keys("inputs")} | passed
                for inner in action.nested("runs.steps"):
                    yield from self.step(inner, "", condition, depth - 1, asked)
            for key, value in passed.items():  # actions that run a command: `script: ...`, `run: ...`, `command: npm test`
                if key in ("script", "run", "command", "cmd", "inlineScript", "inline-script", "run_command", "task-command"):
                    for _, command in lines_of(value):
                        yield Step(step.where("uses"), command=command, condition=condition, lenient=soft or lenient(command))
            return
        for inner in step.nested("parallel") if depth else ():
            yield from self.step(inner, default, condition, depth - 1, given)
        script = _filled(self.raw(step, "run"), given)
        for name, value in ((entry.key[4:], _filled(entry.value, given)) for entry in step.entries if entry.key.startswith("env.")):
            if re.fullmatch(r"[\w:./@ -]+", value) or _matrix_name(value) in self.choices:  # a word that reaches the script by a variable
                script = re.sub(
                    rf"\"\$\{{?{re.escape(name)}\}}?\"|\$(?:\{{{re.escape(name)}\}}|{re.escape(name)}\b)", lambda _, value=value: value, script
                )
        at = text_lines(step.where("run"), script)
        no_errors = "set +e" in script
        for offset, command in lines_of(script):
            place = Span(at.path, at.line + offset)
            for each in self.alternatives(command):
                yield Step(place, command=each, condition=condition, lenient=soft or no_errors or lenient(each), folder=folder)

    def alternatives(self, command: str) -> list[str]:
        """A command once for each value of the matrix that it names, as far as the file says."""
        name = next((name for name in map(_matrix_name, _EXPRESSION.findall(command)) if name in self.choices), "")
        if not name:
            return [command]
        form = re.compile(rf"\$\{{\{{\s*{re.escape(name)}\s*\}}\}}")
        return [form.sub(lambda _, value=value: value, command) for value in self.choices[name][:MATRIX]]

    # ------------------------------------------------------------ environments
    def environments(self, job: Declared) -> Iterator[tuple[str, Span]]:
        key = "environment.name" if job.has("environment.name") else "environment"
        written = self.raw(job, key)
        if written and not job.keys("environment.name"):
            yield from ((name, job.where(key)) for name in self.names(job, written))
        elif not job.text("uses"):
            yield from self.chosen(job)
        if job.text("uses"):
            for entry in job.entries:
                if re.fullmatch(r"with\.(?:(?:[\w-]*[-_])?env(?:ironment)?(?:[-_]name)?|stage)", entry.key):
                    yield from ((name, Span(job.path, entry.line)) for name in self.names(job, entry.value))

    def chosen(self, job: Declared) -> Iterator[tuple[str, Span]]:
        """The environments of which a person chooses one, where the job reads the choice and is bound to none by its own words."""
        for name in self.file.keys("on.workflow_dispatch.inputs"):
            if _CHOICE.fullmatch(name) and any(f"inputs.{name}" in entry.value for entry in job.entries):
                key = f"on.workflow_dispatch.inputs.{name}.options"
                yield from ((option, self.file.where(key)) for option in self.file.texts(key))

    def names(self, job: Declared, written: str, depth: int = 4) -> list[str]:
        """The names that an expression can stand for, as far as the repository says."""
        found = _EXPRESSION.search(written)
        if not found:
            return [written.strip()] if written.strip() else []
        inner = found.group(1).strip()
        around = written[: found.start()] + "{}" + written[found.end() :]
        values = self.values(job, inner, depth) if depth else []
        return [around.replace("{}", value) for value in values if value]

    def values(self, job: Declared, inner: str, depth: int) -> list[str]:
        ways = inner.split("||")
        if len(ways) > 1 and all(_SIMPLE.fullmatch(way.strip()) for way in ways):
            return list(dict.fromkeys(value for way in ways for value in self.values(job, way.strip(), depth)))
        if output := _OUTPUT.match(inner):
            producer = self.by_id.get(output.group(1))
            return self.output(producer, output.group(2), depth) if producer is not None else []
        if inner.startswith(("inputs.", "github.event.inputs.")):
            return self.input(inner.rpartition(".")[2], depth)
        if inner.startswith("matrix."):
            key = inner[len("matrix.") :]
            plain = job.texts(f"strategy.matrix.{key}")
            return (
                plain
                or [entry.value for entry in job.find(f"strategy.matrix.include.*.{key}")]
                or [entry.value for entry in job.find(f"strategy.matrix.{key.partition('.')[0]}.*.{key.partition('.')[2]}")]
            )
        if inner.startswith("env."):
            key = inner[4:]
            written = self.raw(job, f"env.{key}") or self.raw(self.file, f"env.{key}")
            if written:
                return self.names(job, written, depth - 1)
            return list(dict.fromkeys(value for step in job.nested("steps") for value in _written(self.raw(step, "run"), key)))
        return _LITERAL.findall(re.sub(r"[=!]=\s*'[^']*'|'[^']*'\s*[=!]=|\([^()']*'[^']*'\)", "", inner))

    def output(self, job: Declared, name: str, depth: int) -> list[str]:
        """An output of a job: what the step that sets it writes, also through variables of its script."""
        written = self.raw(job, f"outputs.{name}")
        found = _EXPRESSION.search(written)
        step = _STEP_OUTPUT.match(found.group(1)) if found else None
        if step is None:
            return self.names(job, written, depth - 1)
        values: list[str] = []
        for each in job.nested("steps"):
            if self.raw(each, "id") == step.group(1):
                values += _written(self.raw(each, "run"), step.group(2))
        return values

    def input(self, name: str, depth: int) -> list[str]:
        """What callers pass, what a person may choose, the default."""
        out: list[str] = []
        for job in self.callers:
            passed = self.raw(job, f"with.{name}")
            if passed and "${{" not in passed:
                out.append(passed)
            elif passed:
                out += [value for value in self.names(job, passed, depth - 1) if value]
        for event in ("workflow_dispatch", "workflow_call"):
            out += self.file.texts(f"on.{event}.inputs.{name}.options")
            out += [value for value in [self.raw(self.file, f"on.{event}.inputs.{name}.default")] if value and "${{" not in value]
        return list(dict.fromkeys(out))


def _matrix_name(text: str) -> str:
    """The name that an expression, or its inside, reads from the matrix; "" where it is anything else."""
    return found.group(1) if (found := re.fullmatch(r"(?:\$\{\{)?\s*(matrix\.[\w.-]+)\s*(?:\}\})?", text)) else ""


def _matrix_names(job: Declared) -> set[str]:
    return {name for entry in job.entries for inner in _EXPRESSION.findall(entry.value) if (name := _matrix_name(inner))}


def _filled(text: str, given: dict[str, str]) -> str:
    """A text of an action with the inputs that it was given."""
    return re.sub(r"\$\{\{\s*inputs\.([\w-]+)\s*\}\}", lambda found: given.get(found.group(1), found.group()), text) if given else text


def _written(script: str, name: str) -> list[str]:
    """The literals that a script writes to $GITHUB_OUTPUT under a name."""
    out: list[str] = []
    for value in re.findall(rf"""(?:name=)?\b{re.escape(name)}(?:=|::)["']?([^"'\s>]*)""", script):
        variable = re.fullmatch(r"\$\{?(\w+)\}?", value)
        if variable:
            out += re.findall(rf"""\b{variable.group(1)}=["']?([\w./-]+)""", script)
        elif re.fullmatch(r"[\w.-]+", value):
            out.append(value)
    return list(dict.fromkeys(out))


def _events_of(condition: str) -> frozenset[str]:
    """What may start a job whose condition names an event or a ref; nothing where it names none, or where one way to a yes names none."""
    if "||" in condition:
        ways = [_events_of(way) for way in condition.split("||")]
        return frozenset().union(*ways) if all(ways) else frozenset()
    out = set()
    positive = re.sub(r"!=\s*'[^']*'|!\s*startsWith\([^)]*\)", "", condition)
    for name in re.findall(r"github\.event_name\s*==\s*'(\w+)'", positive):
        out.add("push" if name == "push" else _EVENTS.get(name, "other"))
    if re.search(r"refs/tags/|ref_type\s*==\s*'tag'", positive):
        out.add("tag")
    elif re.search(r"refs/heads/|ref_name\s*==|github\.ref\s*==", positive):
        out.add("push")
    return frozenset(out)
