"""The other services: CircleCI, Bitbucket, Azure Pipelines, and those whose file is one job (Travis, CodeBuild, Cloud Build, Jenkins, Heroku CI).

Knows: where each writes its commands and their order. Does not know: orbs, templates and pipes from elsewhere beyond their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Span
from prodlint.operations.commands import lenient, lines_of
from prodlint.operations.pipelines import Job, Pipeline, Step, text_lines

PUSH = frozenset({"push", "pull_request"})


def _commands(block: Declared, key: str, value: str) -> Iterator[Step]:
    at = text_lines(block.where(key), value)
    for offset, command in lines_of(value):
        yield Step(Span(at.path, at.line + offset), command=command, lenient=lenient(command))


# ---------------------------------------------------------------- CircleCI
def circleci(files: Iterable[Declared]) -> Iterator[Pipeline]:
    for file in files:
        jobs = {name: tuple(_circle_steps(file, f"jobs.{name}.steps", 3)) for name in file.keys("jobs")}
        for workflow in file.keys("workflows"):
            out: dict[str, Job] = {}
            for entry in file.find(f"workflows.{workflow}.jobs.*"):
                if entry.kind != "block":
                    name = entry.value
                    out[name] = Job(name, name, Span(file.path, entry.line), jobs.get(name, _orb(file, name, entry.line)))
                    continue
                for name in file.keys(entry.key):
                    base = f"{entry.key}.{name}"
                    title = file.text(f"{base}.name") or name
                    needs = tuple(file.texts(f"{base}.requires"))
                    texts = [value for key in ("environment", "env", "stage", "context") for value in file.texts(f"{base}.{key}")]
                    environments = tuple((value, file.where(base)) for value in texts)
                    manual = file.text(f"{base}.type") == "approval"
                    tags = frozenset({"tag"}) if file.has(f"{base}.filters.tags") and file.has(f"{base}.filters.branches.ignore") else frozenset()
                    steps = jobs.get(name, _orb(file, name, entry.line))
                    out[title] = Job(
                        title, title, file.where(base), steps, needs, "", False, "", environments, bool(environments), (), False, manual, tags
                    )
            if out:
                yield Pipeline(file.path, workflow, "CircleCI", file.where(f"workflows.{workflow}"), PUSH, out)
        if not file.keys("workflows") and jobs:
            made = {name: Job(name, name, file.where(f"jobs.{name}"), steps) for name, steps in jobs.items()}
            yield Pipeline(file.path, file.path, "CircleCI", file.at, PUSH, made)


def _orb(file: Declared, name: str, line: int) -> tuple[Step, ...]:
    return (Step(Span(file.path, line), uses=name),) if "/" in name else ()


def _circle_steps(file: Declared, key: str, depth: int) -> Iterator[Step]:
    for index in file.keys(key):
        base = f"{key}.{index}"
        word = file.text(base) if not file.keys(base) else None
        names = [word] if word else list(file.keys(base))
        for name in names:
            place = "run" if name == "run" else ""
            command = next((file.raw(k) for k in (f"{base}.run.command", f"{base}.run") if file.raw(k)), None) if place else None
            if command:
                yield from _commands(file, f"{base}.run.command" if file.has(f"{base}.run.command") else f"{base}.run", command)
            elif name in ("when", "unless"):
                yield from _circle_steps(file, f"{base}.{name}.steps", depth - 1) if depth else ()
            elif name and file.has(f"commands.{name}") and depth:
                yield from _circle_steps(file, f"commands.{name}.steps", depth - 1)
            elif name and file.has(f"{base}.{name}.steps") and depth:  # a command of an orb around steps of this file
                yield from _circle_steps(file, f"{base}.{name}.steps", depth - 1)
            elif name:
                arguments = "\n".join(entry.value for entry in file.find(f"{base}.{name}.**"))
                yield Step(file.where(base), uses=name, arguments=arguments)


# ---------------------------------------------------------------- Bitbucket
def bitbucket(files: Iterable[Declared]) -> Iterator[Pipeline]:
    for file in files:
        for kind in file.keys("pipelines"):
            bases = [f"pipelines.{kind}"] if kind == "default" else [f"pipelines.{kind}.{name}" for name in file.keys(f"pipelines.{kind}")]
            events = {"pull-requests": {"pull_request"}, "tags": {"tag"}, "custom": {"manual"}}.get(kind, {"push"})
            for base in bases:
                jobs = _bitbucket_jobs(file, base)
                if jobs:
                    yield Pipeline(file.path, base.removeprefix("pipelines."), "Bitbucket Pipelines", file.where(base), frozenset(events), jobs)


def _bitbucket_jobs(file: Declared, base: str) -> dict[str, Job]:
    out: dict[str, Job] = {}
    before: tuple[str, ...] = ()
    for index in file.keys(base):
        group = []
        outer = f"{base}.{index}"
        inner = f"{outer}.parallel.steps" if file.has(f"{outer}.parallel.steps") else f"{outer}.parallel"
        steps = [f"{inner}.{n}.step" for n in file.keys(inner)] if file.has(f"{outer}.parallel") else [f"{outer}.step"]
        stage = f"{outer}.stage"
        if file.has(stage):
            steps = [f"{stage}.steps.{n}.step" for n in file.keys(f"{stage}.steps")]
        for step in steps:
            if not file.has(step):
                continue
            name = file.text(f"{step}.name") or step
            identity = f"{name} ({step})" if name in out else name
            deployment = file.text(f"{step}.deployment") or file.text(f"{stage}.deployment")
            environments = ((deployment, file.where(f"{step}.deployment")),) if deployment else ()
            manual = file.text(f"{step}.trigger") == "manual"
            out[identity] = Job(identity, name, file.where(step), tuple(_script(file, f"{step}.script")), before, "", False, "", environments,
                                bool(deployment), (), False, manual)  # fmt: skip
            group.append(identity)
        before = tuple(group) or before
    return out


def _script(file: Declared, key: str) -> Iterator[Step]:
    for entry in file.find(f"{key}.*"):
        if entry.kind != "block":
            yield from _commands(file, entry.key, entry.value)
        elif pipe := file.text(f"{entry.key}.pipe"):
            yield Step(file.where(f"{entry.key}.pipe"), uses=f"{pipe} deploy" if "deploy" in pipe else pipe)


# ---------------------------------------------------------------- Azure Pipelines
def azure(files: Iterable[Declared]) -> Iterator[Pipeline]:
    for file in files:
        out: dict[str, Job] = {}
        if file.has("stages"):
            last: str | None = None
            for index in file.keys("stages"):
                base = f"stages.{index}"
                name = file.text(f"{base}.stage") or base
                depends = tuple(file.texts(f"{base}.dependsOn")) if file.has(f"{base}.dependsOn") else ((last,) if last else ())
                out[name] = _azure_job(file, name, base, depends)
                last = name
        elif file.has("jobs"):
            for index in file.keys("jobs"):
                base = f"jobs.{index}"
                name = file.text(f"{base}.job") or file.text(f"{base}.deployment") or base
                out[name] = _azure_job(file, name, base, tuple(file.texts(f"{base}.dependsOn")))
        elif file.has("steps"):
            out["steps"] = _azure_job(file, "steps", "", ())
        unread = tuple(entry.value for entry in file.entries if entry.key.endswith("template") and entry.value)
        events = frozenset({"push"} if file.text("trigger") != "none" else {"manual"}) | ({"pull_request"} if file.text("pr") != "none" else set())
        if out:
            yield Pipeline(file.path, file.path, "Azure Pipelines", file.at, events, out, (), unread)


def _azure_job(file: Declared, name: str, base: str, needs: tuple[str, ...]) -> Job:
    """A stage or a job with all steps below it, in order; stages are taken whole."""
    steps: list[Step] = []
    environments: list[tuple[str, Span]] = []
    dot = f"{base}." if base else ""
    for entry in file.entries:
        if not entry.key.startswith(dot) or entry.kind == "block":
            continue
        last = entry.key.rpartition(".")[2]
        if last in ("script", "bash", "powershell", "pwsh") and ".steps." in f".{entry.key}":
            steps.extend(_commands(file, entry.key, entry.value))
        elif last == "task":
            around = entry.key.rpartition(".")[0]
            arguments = "\n".join(e.value for e in file.find(f"{around}.inputs.*"))
            steps.append(Step(Span(file.path, entry.line), uses=_task(entry.value), arguments=arguments))
            if not entry.value.lower().startswith("publish"):
                steps.extend(Step(Span(file.path, entry.line), command=line) for line in arguments.split("\n"))
        elif re.search(r"(?:^|\.)environment(?:\.name)?$", entry.key):
            environments.append((entry.value, Span(file.path, entry.line)))
    condition = file.text(f"{dot}condition") or ""
    return Job(name, name, file.where(base) if base else file.at, tuple(steps), needs, condition, file.text(f"{dot}continueOnError") == "true", "",
               tuple(environments), bool(environments))  # fmt: skip


def _task(name: str) -> str:
    """The task in words that name its target: AzureWebApp@1, KubernetesManifest@1, HelmDeploy@0 deploy."""
    deploys = re.match(r"(?:AzureWebApp|AzureFunctionApp|AzureRmWebAppDeployment|AzureContainerApps|AzureStaticWebApp)", name)
    if deploys:
        return "azure/webapps-deploy"
    return f"{name} helm-deploy" if name.startswith("HelmDeploy") else "k8s-deploy" if name.startswith("KubernetesManifest") else name


# ---------------------------------------------------------------- files that are one job
def flat(travis: Iterable[Declared], specs: Iterable[Declared], builds: Iterable[Declared], jenkins: Iterable[Declared]) -> Iterator[Pipeline]:
    for file in travis:
        steps = [step for part in ("before_script", "script") for step in _listed(file, part)]
        steps += [
            Step(file.where("deploy"), uses=f"{value} deploy") for value in [file.text("deploy.provider") or file.text("deploy.0.provider")] if value
        ]
        steps += list(_listed(file, "after_success"))
        yield _single(file, "Travis CI", steps)
    for file in specs:
        yield _single(file, "AWS CodeBuild", [s for phase in file.keys("phases") for s in _listed(file, f"phases.{phase}.commands")])
    for file in builds:
        steps = []
        for step in file.nested("steps"):
            words = [step.text("entrypoint") or "", *[entry.value for entry in step.find("args.*")], *step.texts("script")]
            tool = (step.text("name") or "").rpartition("/")[2]
            command = " ".join(words) if "gcloud" in words or "gcloud" not in tool else " ".join(["gcloud", *words])
            steps.append(Step(step.at, command=command, lenient=step.flag("allowFailure") is True))
        yield _single(file, "Cloud Build", steps)
    for file in jenkins:
        quoted = re.compile(r"""\b(?:sh|bat|powershell)\b\s*\(?\s*(?:script:\s*)?['"]{1,3}(.*?)['"]{0,3}\)?\s*$""")
        steps = []
        for entry in file.entries:
            found = quoted.search(entry.value)
            command = found.group(1) if found else entry.value
            if not command.startswith(("//", "*", "stage", "/*")):
                steps.append(Step(Span(file.path, entry.line), command=command, lenient=lenient(command)))
        yield _single(file, "Jenkins", steps)


def _single(file: Declared, service: str, steps: Iterable[Step]) -> Pipeline:
    return Pipeline(file.path, file.path, service, file.at, PUSH, {"build": Job("build", file.name, file.at, tuple(steps))})


def _listed(file: Declared, key: str) -> Iterator[Step]:
    for entry in file.entries:
        if (entry.key == key or re.fullmatch(rf"{re.escape(key)}\.\d+", entry.key)) and entry.kind != "block":
            yield from _commands(file, entry.key, entry.value)
