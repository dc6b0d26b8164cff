"""What happens around a deploy and in which order: where migrations run, whether two deploys can overlap.

Knows: release phases, jobs and steps before and after a deploy, commands that start the app, groups of concurrency. Does not know: commands that
only a platform's settings hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname

import msgspec

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Span
from prodlint.operations.commands import Commands, migrates
from prodlint.operations.delivery import Delivery, Deploy, Node, short
from prodlint.operations.serving import Start, behind

RELEASES = {
    "procfile": r"release", "fly": r"deploy\.release_command", "render": r"services\.\d+\.(?:preDeployCommand|buildCommand|initialDeployHook)",
    "railway": r"deploy\.preDeployCommand(?:\.\d+)?|build\.buildCommand", "vercel": r"buildCommand", "netlify": r"build\.command",
    "package": r"scripts\.(?:vercel-build|build|heroku-postbuild|postinstall|postbuild|release)", "helm-values": r".*(?:command|args)(?:\.\d+)?",
    "k8s/Job": r".*containers\.\d+\.(?:command|args)(?:\.\d+)?", "k8s/Deployment": r".*initContainers\.\d+\.(?:command|args)(?:\.\d+)?",
    "beanstalk": r".*container_commands\..*command", "yaml-template": r"",
}  # fmt: skip
FOLDERS = (
    "**/migrations/[0-9]*.py", "**/migrations/*.py", "**/alembic/versions/*.py", "**/versions/*.py", "**/prisma/migrations/*/migration.sql",
    "**/db/migrate/*.rb", "**/database/migrations/*.php", "**/migrations/*.sql", "**/migrations/*.{ts,js}", "**/drizzle/*.sql",
    "**/priv/repo/migrations/*.exs", "**/db/migration/*.sql", "**/db/changelog/*",
)  # fmt: skip
_CHANGES = re.compile(r"\b(?:terraform|tofu|terragrunt)\s+(?:[^\n;&|]*\s)?(?:apply|destroy)\b|\bpulumi\s+up\b|\bcdk\s+deploy\b")


class Migrating(msgspec.Struct, frozen=True):
    """Where migrations are applied. when: "before" traffic, at the "start" of the app, "after" the deploy, "beside" it in another pipeline,
    "perhaps" where a step of the deploy speaks of migrating in words that do not say what."""

    at: Span
    words: str
    when: str


def migrating(delivery: Delivery, blocks: Iterable[Declared], started: Iterable[Start], commands: Commands) -> list[Migrating]:
    """The best first."""
    found = [*_of_pipelines(delivery), *_of_releases(blocks, commands)]
    for start in started:
        command = next(filter(migrates, behind(start, commands)), None)
        if command is not None:
            found.append(Migrating(start.at, f"`{short(command)}` runs when the app starts", "start"))
    order = ("before", "start", "after", "beside", "perhaps")
    if any(each.when != "perhaps" for each in found):
        found = [each for each in found if each.when != "perhaps"]
    return sorted(found, key=lambda each: (order.index(each.when), each.at.path, each.at.line))


def _of_releases(blocks: Iterable[Declared], commands: Commands) -> Iterator[Migrating]:
    for block in blocks:
        if block.kind == "yaml-template" and re.search(r"migrat", block.name, re.I):
            yield Migrating(block.at, f"{block.name} of the chart applies the migrations", "before")
        form = RELEASES.get(block.kind)
        if form is None:
            continue
        for entry in block.entries:
            if re.fullmatch(form, entry.key) and any(map(migrates, commands.expanded(entry.value, dirname(block.path)))):
                yield Migrating(Span(block.path, entry.line), f"`{short(entry.value)}` runs before the release takes traffic", "before")


def _of_pipelines(delivery: Delivery) -> Iterator[Migrating]:
    deploys = [deploy for deploy in delivery.deploys if deploy.live]
    jobs = {deploy.node.key for deploy in deploys}
    before = {key for deploy in deploys for key in delivery.ancestors(deploy.node)}
    entries = {deploy.node.entry.path for deploy in deploys}
    for at, node in delivery.migrations():
        if node.entry.path not in entries:
            continue
        if node.key in jobs or (node.key in before and not delivery.tests_of(node.key)):  # before tests it is their database
            yield Migrating(at, f"the job {node.job.id} applies the migrations as a step of the deploy", "before")
        elif jobs & set(delivery.ancestors(node)):
            yield Migrating(at, f"the job {node.job.id} applies the migrations after the new code has been deployed", "after")
        elif not any(run.node.key == node.key for run in delivery.tests):
            yield Migrating(at, f"the job {node.job.id} applies the migrations, and the deploy does not wait for it", "beside")
    for at, node in delivery.speaks_of_migrating():
        if node.entry.path in entries and (node.key in jobs or not delivery.tests_of(node.key)):
            yield Migrating(at, f"a step of the job {node.job.id} speaks of migrating; whether it is the database's schema is not said", "perhaps")


class Turn(msgspec.Struct, frozen=True):
    """How deploys of one job wait for one another. group: where it is said; cancels: does a newer one stop one in flight; fragile: does it apply
    migrations or infrastructure?"""

    deploy: Deploy
    group: Span | None
    cancels: bool
    fragile: bool


def turns(delivery: Delivery, files: Iterable[Declared], jobs: Iterable[Declared]) -> Iterator[Turn]:
    """One for each deploy that is on and no preview, in order. files, jobs: pipelines and their jobs as declared."""
    whole = {block.path: block for block in files}
    parts = {(block.path, block.name): block for block in jobs}
    for deploy in delivery.deploys:
        if not deploy.live:
            continue
        held = [block for node in delivery.above(deploy.node) for block in _blocks(node, whole, parts)]
        group = next((block for block in held if any(block.has(key) for key in ("concurrency", "resource_group"))), None)
        at = group.where("resource_group" if group.has("resource_group") else "concurrency") if group is not None else None
        cancels = group is not None and group.text("concurrency.cancel-in-progress") == "true"
        commands = delivery.commands_of(deploy.node)
        yield Turn(deploy, at, cancels, any(migrates(each) or _CHANGES.search(each) for each in commands))


def _blocks(node: Node, whole: dict[str, Declared], parts: dict[tuple[str, str], Declared]) -> Iterator[Declared]:
    for block in (parts.get((node.job.at.path, node.job.id)), whole.get(node.pipeline.path)):
        if block is not None:
            yield block
