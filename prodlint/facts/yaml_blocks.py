"""YAML files as blocks: pipelines, compose services, Kubernetes objects, CloudFormation, alert rules, OpenAPI.

Knows: which YAML files configure something (by name, else by their top-level words), and how they divide into blocks. Does not know: what a
key means. Reads by `yaml.compose`, so that lines, `on:` and `!Ref` survive; nothing is constructed.

Bounds: size, nesting before libyaml sees it (its parser recurses), nodes visited (an alias is visited where it is used, so nested aliases
would multiply).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from prodlint import regex as re
from prodlint.facts.blocks import broken
from prodlint.facts.cloudformation import is_template, template_blocks
from prodlint.model import Block, Entry, Problem

MAX_YAML = 1_000_000
MAX_NODES = 60_000
MAX_DEPTH = 60
MAX_DOCUMENTS = 300
_DEEP = re.compile(r"(?:[-?][ \t]){60}|[\[{]{60}|(?:[\[{][ \t\n]*){300}")
_TEMPLATED = re.compile(r"\{\{|\{%|<%|\{#")
Maker = Callable[[str, tuple[Entry, ...]], tuple[Block, ...]]

_NAMED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:^|/)\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml$"), "workflow"),
    (re.compile(r"(?:^|/)action\.ya?ml$"), "composite-action"),
    (re.compile(r"(?:^|/)[\w.-]*compose[\w.-]*\.ya?ml$"), "compose"),
    (re.compile(r"(?:^|/)[\w.-]*\.?gitlab-ci[\w.-]*\.ya?ml$|(?:^|/)\.gitlab/ci/.*\.ya?ml$"), "gitlab"),
    (re.compile(r"(?:^|/)\.circleci/[^/]+\.ya?ml$"), "circleci"),
    (re.compile(r"(?:^|/)bitbucket-pipelines\.ya?ml$"), "bitbucket"),
    (re.compile(r"(?:^|/)[\w.-]*azure-pipelines[\w.-]*\.ya?ml$"), "azure-pipelines"),
    (re.compile(r"(?:^|/)\.travis\.ya?ml$"), "travis"),
    (re.compile(r"(?:^|/)buildspec[\w.-]*\.ya?ml$"), "buildspec"),
    (re.compile(r"(?:^|/)cloudbuild[\w.-]*\.ya?ml$"), "cloudbuild"),
    (re.compile(r"(?:^|/)render\.ya?ml$"), "render"),
    (re.compile(r"(?:^|/)(?:app|app\.[\w-]+|[\w-]+\.app)\.ya?ml$"), "app-yaml"),
    (re.compile(r"(?:^|/)appspec\.ya?ml$"), "appspec"),
    (re.compile(r"(?:^|/)apprunner\.ya?ml$"), "apprunner"),
    (re.compile(r"(?:^|/)serverless[\w.-]*\.ya?ml$"), "serverless"),
    (re.compile(r"(?:^|/)copilot/.*manifest\.ya?ml$"), "copilot"),
    (re.compile(r"(?:^|/)config/deploy[\w.-]*\.ya?ml$"), "kamal"),
    (re.compile(r"(?:^|/)(?:litestream|pgbackrest|borgmatic|config\.borgmatic)\.ya?ml$"), "backup-tool"),
    (re.compile(r"(?:^|/)(?:alertmanager|prometheus|otel|otelcol|collector)[\w.-]*\.ya?ml$"), "monitoring"),
    (re.compile(r"(?:^|/)(?:charts?|helm|deploy|k8s|kubernetes)/(?:.*/)?values[\w.-]*\.ya?ml$|(?:^|/)helmfile[\w.-]*\.ya?ml$"), "helm-values"),
    (re.compile(r"(?:^|/)\.elasticbeanstalk/config\.ya?ml$|(?:^|/)\.ebextensions/"), "beanstalk"),
    (re.compile(r"(?:^|/)config/(?:packages/)?security\.ya?ml$"), "symfony-security"),
    (re.compile(r"(?:^|/)(?:mkdocs|catalog-info|codecov|dependabot|Taskfile)\.ya?ml$"), "yaml"),
)  # fmt: skip
# what the text of a file without a telling name must hold to be read
_SNIFF: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^Resources:|^AWSTemplateFormatVersion|^Transform:\s*['\"]?AWS::", re.M), "cloudformation"),
    (re.compile(r"^apiVersion:[^\n]*$(?s:.{0,4000}?)^kind:|^kind:[^\n]*$(?s:.{0,4000}?)^apiVersion:", re.M), "kubernetes"),
    (re.compile(r"\boperationId\b|^(?:openapi|swagger):\s*['\"]?[23]\.", re.M), "openapi"),
    (re.compile(r"^groups:\s*$(?s:.*?)\balert:|^(?:apiVersion: 1\s*)?\n?(?:groups|contactPoints):\s*$", re.M), "alert-rules"),
    (re.compile(r"^receivers:\s*$", re.M), "monitoring"),
    (re.compile(r"^services:\s*$(?s:.*?)^\s+(?:image|build):", re.M), "compose"),
    (re.compile(r"^-?\s*hosts:\s", re.M), "ansible"),
)

_ERB = re.compile(r"^[ \t]*<%(?!=).*?%>[ \t]*$", re.M)  # a line that Ruby runs and that leaves nothing behind


def read(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The blocks of a YAML file that configures something; () for any other. A template of YAML (Helm, Jinja) is one block of kind
    "yaml-template" whose keys are not nested."""
    kind = next((word for pattern, word in _NAMED if pattern.search(path)), None) or next((word for form, word in _SNIFF if form.search(text)), None)
    if kind is None:
        return (), ()
    if len(text) > MAX_YAML:
        return (), broken(path, 1, "YAML of more than 1 MB")
    if _DEEP.search(text):
        return (), broken(path, 1, "nested too deeply")
    text = _ERB.sub("", text) if "<%" in text else text
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    roots = []
    problems: tuple[Problem, ...] = ()
    try:
        for root in yaml.compose_all(text, Loader=loader):
            roots.append(root)
            if len(roots) >= MAX_DOCUMENTS:
                break
    except (yaml.YAMLError, ValueError) as error:
        if _TEMPLATED.search(text):
            return (_template(path, text),), ()
        mark = getattr(error, "problem_mark", None)
        problems = broken(path, mark.line + 1 if mark else 1, "not valid YAML")
    except RecursionError:
        return (), broken(path, 1, "nested too deeply")
    blocks: list[Block] = []
    for root in roots:
        if type(root).__name__ == "MappingNode":
            blocks.extend(_MAKERS.get(kind, _whole(kind))(path, entries_of(root)))
        elif type(root).__name__ == "SequenceNode" and kind in ("ansible", "yaml", "kamal"):
            blocks.extend(_whole(kind)(path, entries_of(root)))
    return tuple(blocks), problems


# ---------------------------------------------------------------- nodes -> entries
def entries_of(root: Any) -> tuple[Entry, ...]:
    """Every scalar with its dotted key, every mapping and list as a "block" entry before its own; merge keys (`<<`) are merged."""
    out: list[Entry] = []
    _flatten(root, "", out, 0, [MAX_NODES], None)
    return tuple(out)


def _flatten(node: Any, prefix: str, out: list[Entry], depth: int, budget: list[int], mark: Any) -> None:
    budget[0] -= 1
    if budget[0] < 0 or depth > MAX_DEPTH:
        return
    kind = type(node).__name__
    if kind == "ScalarNode":
        out.append(_scalar(prefix, node))
        return
    mark = mark or node.start_mark
    if prefix:
        tag = node.tag if node.tag.startswith("!") else ""
        out.append(Entry(prefix, tag, "expression" if tag else "block", mark.line + 1, mark.column + 1))
    dot = f"{prefix}." if prefix else ""
    if kind == "SequenceNode":
        for index, value in enumerate(node.value):
            _flatten(value, f"{dot}{index}", out, depth + 1, budget, None)
        return
    for key, value in _merged(node, depth):
        name = key.value if isinstance(key.value, str) else "?"
        _flatten(value, f"{dot}{name}", out, depth + 1, budget, key.start_mark)


def _merged(node: Any, depth: int) -> Iterable[tuple[Any, Any]]:
    """The pairs of a mapping, those that `<<` brings after its own and only where it has none of that name."""
    if not any(key.value == "<<" for key, _ in node.value):
        return node.value
    pairs = {str(key.value): (key, value) for key, value in node.value if key.value != "<<"}
    for key, value in node.value:
        if key.value != "<<" or depth > MAX_DEPTH:
            continue
        for source in value.value if type(value).__name__ == "SequenceNode" else [value]:
            if type(source).__name__ == "MappingNode" and source is not node:
                for inner_key, inner in _merged(source, depth + 1):
                    pairs.setdefault(str(inner_key.value), (inner_key, inner))
    return pairs.values()


_WORDS = {"int": "number", "float": "number", "bool": "bool", "null": "null"}


def _scalar(key: str, node: Any) -> Entry:
    start, end = node.start_mark, node.end_mark
    tag = node.tag
    if tag.startswith("!"):
        kind = "reference" if tag == "!Ref" else "expression"
    elif node.style is None:
        kind = _WORDS.get(tag.rpartition(":")[2], "string")
    else:
        kind = "string"
    if kind == "string" and "${" in node.value:
        kind = "expression"
    quoted = node.style in ("'", '"')
    last = end.column + 1 - quoted if end.line == start.line else 0
    return Entry(key, node.value, kind, start.line + 1, start.column + 1 + quoted, last)


def _template(path: str, text: str) -> Block:
    pair = re.compile(r"^\s*(?:- )?([A-Za-z_][\w.-]*):\s*(.*?)\s*$")
    entries = [
        Entry(found.group(1), found.group(2), "expression" if "{{" in found.group(2) else "string", number)
        for number, line in enumerate(text.splitlines()[:5000], 1)
        if (found := pair.match(line))
    ]
    return Block("yaml-template", path.rpartition("/")[2], 1, text.count("\n") + 1, tuple(entries))


# ---------------------------------------------------------------- entries -> blocks
def _whole(kind: str) -> Maker:
    def make(path: str, entries: tuple[Entry, ...]) -> tuple[Block, ...]:
        if not entries:
            return ()
        return (Block(kind, path.rpartition("/")[2], entries[0].line, max(entry.line for entry in entries), entries),)

    return make


def _divided(entries: tuple[Entry, ...], under: str, kind: str, rest_kind: str, name: str) -> tuple[Block, ...]:
    """One block for each key below `under` ("jobs"), and one with everything else."""
    groups: dict[str, list[Entry]] = {}
    rest: list[Entry] = []
    dot = f"{under}." if under else ""
    for entry in entries:
        if under and entry.key == under:
            continue
        if not entry.key.startswith(dot):
            rest.append(entry)
            continue
        word, _, key = entry.key[len(dot) :].partition(".")
        groups.setdefault(word, []).append(Entry(key, entry.value, entry.kind, entry.line, entry.column, entry.end_column))
    out = [Block(rest_kind, name, rest[0].line if rest else 1, max((e.line for e in rest), default=1), tuple(rest))]
    for word, inner in groups.items():
        kept = tuple(entry for entry in inner if entry.key)
        out.append(Block(kind, word, inner[0].line, max(entry.line for entry in inner), kept))
    return tuple(out)


def _workflow(path: str, entries: tuple[Entry, ...]) -> tuple[Block, ...]:
    return _divided(entries, "jobs", "workflow-job", "workflow", path.rpartition("/")[2])


def _compose(path: str, entries: tuple[Entry, ...]) -> tuple[Block, ...]:
    return _divided(entries, "services", "compose-service", "compose", path.rpartition("/")[2])


_GITLAB_WORDS = frozenset(
    {"stages", "include", "workflow", "default", "variables", "image", "services", "cache", "before_script", "after_script", "spec"}
)


def _gitlab(path: str, entries: tuple[Entry, ...]) -> tuple[Block, ...]:
    jobs = tuple(entry for entry in entries if entry.key.partition(".")[0] not in _GITLAB_WORDS)
    rest = tuple(entry for entry in entries if entry.key.partition(".")[0] in _GITLAB_WORDS)
    name = path.rpartition("/")[2]
    blocks = _divided(jobs, "", "gitlab-job", "gitlab", name)[1:]
    return (Block("gitlab", name, 1, max((e.line for e in entries), default=1), rest), *blocks)


def _kubernetes(path: str, entries: tuple[Entry, ...]) -> tuple[Block, ...]:
    """kind "k8s/Deployment", name "Deployment/web"; a List gives each of its items."""
    values = {entry.key: entry for entry in entries}
    kind = values.get("kind")
    if kind is None or "apiVersion" not in values:
        return _whole("yaml")(path, entries)
    if kind.value == "List":
        items = _divided(entries, "items", "item", "list", "")[1:]
        return tuple(block for item in items for block in _kubernetes(path, item.entries))
    name = values.get("metadata.name") or values.get("metadata.generateName")
    last = max(entry.line for entry in entries)
    return (Block(f"k8s/{kind.value}", f"{kind.value}/{name.value if name else '?'}", entries[0].line, last, entries),)


def _cloudformation(path: str, entries: tuple[Entry, ...]) -> tuple[Block, ...]:
    return template_blocks(entries) if is_template(entries) else ()


def _serverless(path: str, entries: tuple[Entry, ...]) -> tuple[Block, ...]:
    if not is_template(entries):
        return _whole("serverless")(path, entries)
    blocks = template_blocks(entries)
    return tuple(Block("serverless", b.name, b.line, b.end_line, b.entries) if b.kind == "cfn-template" else b for b in blocks)


_MAKERS: dict[str, Maker] = {
    "workflow": _workflow, "compose": _compose, "gitlab": _gitlab, "kubernetes": _kubernetes, "cloudformation": _cloudformation,
    "serverless": _serverless,
}  # fmt: skip
