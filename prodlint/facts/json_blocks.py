"""JSON files as blocks: the few whose name or first lines say that they configure something.

Knows: JSON with comments and trailing commas, with the line of every value; which names matter; CloudFormation and Terraform written as
JSON. Does not know: what a key means.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import regex as re
from prodlint.facts.blocks import broken
from prodlint.facts.cloudformation import is_template, template_blocks
from prodlint.model import Block, Entry, Problem

MAX_ENTRIES = 20_000
MAX_DEPTH = 60
KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:^|/)package\.json$"), "package"),
    (re.compile(r"(?:^|/)vercel\.json$"), "vercel"),
    (re.compile(r"(?:^|/)railway\.json$"), "railway"),
    (re.compile(r"(?:^|/)app\.json$"), "heroku-app"),
    (re.compile(r"(?:^|/)firebase\.json$"), "firebase"),
    (re.compile(r"(?:^|/)\.firebaserc$"), "firebaserc"),
    (re.compile(r"(?:^|/)wrangler\.jsonc?$"), "wrangler"),
    (re.compile(r"(?:^|/)(?:cdk|copilot|amplify|nx|turbo|composer|fly|netlify|pb_schema|database\.rules)\.json$"), "json"),
    (re.compile(r"(?:^|/)(?:tsconfig|jsconfig|\.eslintrc|biome|renovate|components)[\w.-]*\.jsonc?$"), ""),
)
_TOKEN = re.compile(r'\s+|//[^\n]*|/\*.*?\*/|("(?:[^"\\\n]|\\.)*")|([{}\[\],:])|([^\s{}\[\],:"/]+)', re.S)


class _Broken(Exception):
    """Not JSON, at a line."""


def read(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The blocks of a JSON file that configures something; () for data."""
    kind = next((word for pattern, word in KINDS if pattern.search(path)), None)
    if kind is None:
        head = text[:4000]
        if path.endswith(".tf.json"):
            kind = "terraform"
        elif '"AWS::' in head or "AWSTemplateFormatVersion" in head or '"AWS::' in text[:60_000]:
            kind = "cloudformation"
        elif '"containerDefinitions"' in head:
            kind = "ecs-task"
    if not kind:
        return (), ()
    try:
        entries = tuple(entries_of(text))
    except _Broken as error:
        return (), broken(path, int(error.args[0]), "not valid JSON")
    name, last = path.rpartition("/")[2], text.count("\n") + 1
    if kind == "terraform":
        return tuple(_terraform(entries)), ()
    if kind == "cloudformation":
        return (template_blocks(entries), ()) if is_template(entries) else ((), ())
    return (Block(kind, name, 1, last, entries),), ()


def entries_of(text: str) -> Iterator[Entry]:
    """Every value with its dotted key; raises _Broken(line)."""
    stack: list[list[Any]] = []  # [kind, prefix, key or index, waiting for a value]
    line, line_start, count = 1, 0, 0
    position, end = 0, len(text)
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise _Broken(line)
        string, sign, word = found.groups()
        start = position
        position = found.end()
        if string is None and sign is None and word is None:
            breaks = text.count("\n", start, position)
            if breaks:
                line += breaks
                line_start = text.rfind("\n", start, position) + 1
            continue
        column = start - line_start + 1
        top = stack[-1] if stack else None
        if sign in ("}", "]"):
            if top is None or (sign == "}") != (top[0] == "{"):
                raise _Broken(line)
            stack.pop()
        elif sign == ",":
            if top is not None and top[0] == "[":
                top[2] += 1
            elif top is not None:
                top[3] = False
        elif sign == ":":
            if top is None or top[0] != "{":
                raise _Broken(line)
            top[3] = True
        elif string is not None and top is not None and top[0] == "{" and not top[3]:
            top[2] = string[1:-1]
        else:
            key = "" if top is None else f"{top[1]}{top[2]}"
            count += 1
            if count > MAX_ENTRIES:
                return
            if sign is not None:
                if key:
                    yield Entry(key, "", "block", line, column)
                if len(stack) >= MAX_DEPTH:
                    raise _Broken(line)
                stack.append([sign, f"{key}." if key else "", 0 if sign == "[" else "", False])
            elif string is not None:
                value = _unescape(string[1:-1])
                yield Entry(key, value, "expression" if "${" in value else "string", line, column + 1, column + len(string) - 1)
            else:
                kind = "bool" if word in ("true", "false") else "null" if word == "null" else "number"
                yield Entry(key, word, kind, line, column, column + len(word))
    if stack:
        raise _Broken(line)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t", "r": "\r"}.get(found.group(1), found.group(1)), text)


def _terraform(entries: tuple[Entry, ...]) -> Iterator[Block]:
    """Terraform's JSON syntax: "resource.<type>.<name>.<key>", "variable.<name>.<key>"."""
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        parts = entry.key.split(".")
        size = 3 if parts[0] in ("resource", "data") else 2 if parts[0] in ("variable", "module", "output", "provider") else 1
        if len(parts) > size:
            rest = ".".join(part for part in parts[size:] if not part.isdigit())
            groups.setdefault(tuple(parts[:size]), []).append(Entry(rest, entry.value, entry.kind, entry.line, entry.column, entry.end_column))
    for head, inner in groups.items():
        kind = head[0] if len(head) < 3 else head[1] if head[0] == "resource" else f"data.{head[1]}"
        yield Block(kind, ".".join(head[1:]) or head[0], max(inner[0].line - 1, 1), inner[-1].line, tuple(inner))
