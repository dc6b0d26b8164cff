"""What is started where the app serves: commands of processes, images, platforms and manifests, with what stands behind them.

Knows: where each kind of file names its command, which of these files are for development. Does not know: what is overridden on a machine or a
platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname

import msgspec

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Entry, Span
from prodlint.operations.commands import Commands

KINDS = (
    "procfile", "dockerfile", "compose-service", "fly", "render", "railway", "kamal", "app-yaml", "apprunner", "ecs-task",
    "k8s/Deployment", "k8s/StatefulSet", "k8s/Rollout",
)  # fmt: skip
PRODUCTION = re.compile(r"(?:^|[^a-z])(?:prod|production|prd|live|deploy)(?:[^a-z]|$)", re.I)
DEVELOPMENT = re.compile(
    r"(?:^|[^a-z])(?:dev|devel|development|devcontainer|local|localhost|test|tests|testing|ci|e2e|example|examples|sample|debug|playground|demo|override"
    r"|docs?|storybook|worktree)(?:[^a-z]|$)", re.I,
)  # fmt: skip
_KEYS = {
    "fly": r"processes\.\w[\w-]*|experimental\.cmd(?:\.\d+)?",
    "render": r"services\.\d+\.(?:startCommand|dockerCommand)",
    "railway": r"deploy\.startCommand",
    "kamal": r"servers\.[\w-]+\.cmd|cmd", "app-yaml": r"entrypoint", "apprunner": r"run\.command",
}  # fmt: skip
_ENV = re.compile(r"([A-Z][A-Z0-9_]+)[= ]\"?([\w*.:-]*)\"?")
_LIST = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")


class Start(msgspec.Struct, frozen=True):
    """One command. production: does its file or platform say that it serves there (False: an image or file whose use is not said)?"""

    at: Span
    command: str
    production: bool
    kind: str


def starts(blocks: Iterable[Declared]) -> Iterator[Start]:
    """In path order; files for development are left out, and an image that others override by a command of their own."""
    listed = list(blocks)
    own = {dirname(block.path) for block in listed if block.kind == "dockerfile" and PRODUCTION.search(block.path)}
    for block in listed:
        path = block.path
        if DEVELOPMENT.search(path):
            continue
        if block.kind == "procfile":
            yield from (Start(_at(block, entry), entry.value, True, "procfile") for entry in block.entries if entry.key != "release")
        elif block.kind == "dockerfile":
            production = PRODUCTION.search(path) is not None
            if production or dirname(path) not in own:
                yield from (Start(_at(block, entry), plain(entry.value), production, "dockerfile") for entry in _started_by_image(block))
        elif block.kind == "compose-service":
            yield from _of_service(block)
        elif block.kind in _KEYS:
            form = re.compile(_KEYS[block.kind])
            yield from (Start(_at(block, e), plain(e.value), True, block.kind) for e in block.entries if form.fullmatch(e.key) and e.kind != "block")
        elif block.kind.startswith("k8s/") or block.kind == "ecs-task":
            yield from _of_containers(block)


def _at(block: Declared, entry: Entry) -> Span:
    return Span(block.path, entry.line)


def plain(command: str) -> str:
    """A command as it would be typed: the list form of a Dockerfile joined, the shell around it taken off."""
    text = command.strip()
    if text.startswith("["):
        text = " ".join(_LIST.findall(text))
    return re.sub(r"^(?:/bin/)?(?:ba|da|z)?sh\s+-\w*c\s+", "", text).strip("'\" ")


def last_stage(block: Declared) -> tuple[Entry, ...]:
    """The instructions of a Dockerfile from its last FROM on: the image that is left in the end."""
    first = max((n for n, entry in enumerate(block.entries) if entry.key == "FROM"), default=0)
    return block.entries[first:]


def _started_by_image(block: Declared) -> Iterator[Entry]:
    named = re.search(r"\sas\s+(\S+)$", next((entry.value for entry in last_stage(block)), ""), re.I)
    if named and DEVELOPMENT.search(named.group(1)):
        return  # who builds for production names another stage
    yield from {entry.key: entry for entry in last_stage(block) if entry.key in ("ENTRYPOINT", "CMD")}.values()


def _of_service(block: Declared) -> Iterator[Start]:
    production = PRODUCTION.search(block.path) is not None
    for key in ("entrypoint", "command"):
        text = block.raw(key) or " ".join(entry.value for entry in block.find(f"{key}.*"))
        if text:
            yield Start(block.where(key), plain(text), production, "compose-service")


def _of_containers(block: Declared) -> Iterator[Start]:
    found: dict[str, list[Entry]] = {}
    for entry in block.entries:
        part = re.fullmatch(r"((?:.*\.)?(?:containers|containerDefinitions)\.\d+)\.(?:command|args|entryPoint)(?:\.\d+)?", entry.key)
        if part and entry.kind != "block" and "initContainers" not in entry.key:
            found.setdefault(part.group(1), []).append(entry)
    for entries in found.values():
        yield Start(_at(block, entries[0]), plain(" ".join(plain(entry.value) for entry in entries)), True, block.kind)


def behind(start: Start, commands: Commands) -> Iterator[str]:
    """The command and what stands behind it: scripts are found by their name where the image moves them elsewhere."""
    folder = dirname(start.at.path)
    for command in commands.expanded(start.command, folder):
        yield command
        for name in re.findall(r"(?<![\w.-])/(?:[\w.-]+/)*([\w-]+(?:\.sh|\.bash)?)(?=\s|$|[;&|\"'])", command):
            yield from commands.script_named(name)
    if start.kind == "dockerfile":
        for name in re.findall(r"(?:^|[\s/])((?:[\w-]*[-_])?entrypoint(?:\.sh)?|start(?:\.sh)?|run\.sh|boot(?:\.sh)?)(?=\s|$)", start.command):
            yield from commands.script_named(name)


def variables(block: Declared) -> Iterator[tuple[Span, str, str]]:
    """(place, name, value) of the environment that a file of a deploy gives to what it starts."""
    values = {entry.key: entry.value for entry in block.entries}
    for entry in last_stage(block) if block.kind == "dockerfile" else block.entries:
        at = Span(block.path, entry.line)
        if block.kind == "dockerfile":
            if entry.key == "ENV":
                yield from ((at, name, value) for name, value in _ENV.findall(entry.value))
            continue
        above, _, name = entry.key.rpartition(".")
        if name in ("value", "name", "key") and re.search(r"(?:^|\.)(?:env|envVars|environment|Environment)\.\d+$", above):
            if name == "value":
                yield at, values.get(f"{above}.key", values.get(f"{above}.name", "")), entry.value
        elif re.search(r"(?:^|\.)(?:env|environment|env_variables|clear|data)$", above):
            name, equals, value = entry.value.partition("=") if name.isdigit() else (name, "=", entry.value)
            if equals:
                yield at, name, value.strip("'\"")
