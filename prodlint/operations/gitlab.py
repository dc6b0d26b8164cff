"""GitLab CI as one pipeline: all files of the repository that are named as such, joined.

Knows: stages, needs, extends, rules with `when`, environments. Does not know: what is included from elsewhere (it is named as unread); merge
request settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname

from msgspec.structs import replace

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Entry, Span
from prodlint.operations.commands import lenient, lines_of
from prodlint.operations.pipelines import Job, Pipeline, Step, text_lines

_STAGES = ("build", "test", "deploy")
_SECRET = re.compile(r"\$\{?([A-Z][A-Z0-9_]*(?:TOKEN|SECRET|KEY|PASSWORD|PASS|CREDENTIALS))\b")


def pipelines(files: Iterable[Declared], jobs: Iterable[Declared]) -> Iterator[Pipeline]:
    heads, declared = list(files), list(jobs)
    if not declared:
        return
    templates = {job.name: job for job in declared}
    stages = next((head.texts("stages") for head in heads if head.texts("stages")), list(_STAGES))
    order = {name: position for position, name in enumerate([".pre", *stages, ".post"])}
    made = [_job(job, templates) for job in declared if not job.name.startswith(".") and not job.has("trigger")]
    staged = {job.id: order.get(stage, len(order)) for job, stage, _ in made}
    out: dict[str, Job] = {}
    for job, _, explicit in made:
        before = explicit if explicit is not None else tuple(name for name, position in staged.items() if position < staged[job.id])
        out[job.id] = replace(job, needs=before)
    unread = tuple(
        sorted(
            {
                entry.value
                for head in heads
                for entry in head.entries
                if re.fullmatch(r"include(?:\.\d+)?(?:\.(?:template|project|remote|component))?", entry.key)
                and entry.value
                and not entry.value.startswith("/")
                and not entry.key.endswith("local")
            }
        )
    )
    head = heads[0] if heads else declared[0]
    yield Pipeline(head.path, head.path, "GitLab CI", head.at, frozenset({"push", "pull_request"}), out, (), unread)


def _entries(job: Declared, templates: dict[str, Declared], depth: int = 4) -> dict[str, list[Entry]]:
    """Top-level key -> its entries, those of `extends` where the job has none of its own."""
    out: dict[str, list[Entry]] = {}
    for entry in job.entries:
        out.setdefault(entry.key.partition(".")[0], []).append(entry)
    for name in reversed(job.texts("extends")) if depth else ():
        base = templates.get(name)
        if base is not None:
            for key, entries in _entries(base, templates, depth - 1).items():
                out.setdefault(key, entries)
    return out


def _job(job: Declared, templates: dict[str, Declared]) -> tuple[Job, str, tuple[str, ...] | None]:
    keys = _entries(job, templates)

    def value(name: str, default: str = "") -> str:
        head = keys.get(name.partition(".")[0], [])
        return next((entry.value for entry in head if entry.key == name), default)

    steps = tuple(step for part in ("before_script", "script") for entry in keys.get(part, []) for step in _steps(job.path, entry))
    explicit: tuple[str, ...] | None = None
    if "needs" in keys or ("dependencies" in keys and "needs" in keys):
        explicit = tuple(entry.value for entry in keys["needs"] if re.fullmatch(r"needs\.\d+(?:\.job)?", entry.key) and entry.value)
    name = value("environment.name") or value("environment")
    environments = ((name, job.at),) if name else ()
    rules = " ".join(entry.value for part in ("rules", "only", "except", "when") for entry in keys.get(part, []))
    secrets = tuple(sorted({found for step in steps for found in _SECRET.findall(step.command)}))
    whens = [entry.value for entry in keys.get("rules", []) if entry.key.endswith(".when")]
    manual = value("when") == "manual" or (bool(whens) and all(when in ("manual", "never") for when in whens) and "manual" in whens)
    condition = "always()" if value("when") == "always" else "failure()" if value("when") == "on_failure" else ""
    soft = value("allow_failure") == "true" or any(entry.key == "allow_failure" for entry in keys.get("allow_failure", []) if entry.kind == "block")
    events = frozenset(
        {"pull_request"}
        if "merge_request" in rules and "main" not in rules and "master" not in rules and "DEFAULT_BRANCH" not in rules
        else {"tag"}
        if "CI_COMMIT_TAG" in rules or rules == "tags"
        else ()
    )
    made = Job(job.name, job.name, job.at, steps, (), condition, soft, "", environments, bool(name), secrets, False, manual, events)
    return made, value("stage", "test"), explicit


def _steps(path: str, entry: Entry) -> Iterator[Step]:
    if entry.kind == "block" or not entry.value:
        return
    at = text_lines(Span(path, entry.line), entry.value)
    for offset, command in lines_of(entry.value):
        yield Step(Span(path, at.line + offset), command=command, lenient=lenient(command), folder=dirname(path))
