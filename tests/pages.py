"""Examples in the pages of rules, as projects to run.

A fenced block is an example where a path in backticks stands alone on the line before it. Examples under one heading are the files of one project.
`# error: rule-name` (or after `//`, `--`, `;`, `<!--`, `/*`; several names with commas) at the end of a line says that the rule finds this line;
the mark is no part of the file. A path behind `@` is no file but
what a commit of that name added. `<24 letters>` (or `digits`, `hex`, `capitals`) stands for a value as a machine draws it, so that no page holds one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from prodlint.model import Source
from prodlint.report import Rule
from prodlint.rulebook import Rulebook
from prodlint.sources import Added

FOLDER = Path(__file__).parent.parent / "rules"
MARK = re.compile(r"[ \t]*(?:#|//|--|;|<!--|/\*)[ \t]*error:[ \t]*([a-z][a-z0-9-]*(?:,[ \t]*[a-z][a-z0-9-]*)*)[ \t]*(?:-->|\*/)?[ \t]*$")
DRAWN = re.compile(r"<(\d+) (letters|digits|hex|capitals)>")
SIGNS = {"letters": "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnopqrstuvwxyz23456789", "digits": "0123456789", "hex": "0123456789abcdef"}
SIGNS["capitals"] = "ABCDEFGHJKLMNPQRSTUVWXYZ234567"


def drawn(found: re.Match[str]) -> str:
    """A value of so many signs, the same at every run."""
    draw = random.Random(found.group())
    return "".join(draw.choices(SIGNS[found.group(2)], k=int(found.group(1))))


@dataclass
class Example:
    """One project of a page: its files without marks, and (rule, path, line) of every mark."""

    rule: Rule
    heading: str
    sources: list[Source] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    marks: set[tuple[str, str, int]] = field(default_factory=set)

    def __str__(self) -> str:
        return f"{self.rule.name}: {self.heading}"


def source(path: str, text: str, tracked: bool | None = True) -> Source:
    data = text.encode()
    return Source(path, data, blake2b(data, digest_size=16).hexdigest(), tracked)


def examples(rule: Rule) -> Iterator[Example]:
    """The projects of one page, in order."""
    current = Example(rule, "")
    path = fence = ""
    lines: list[str] = []
    for line in rule.page.splitlines():
        if fence:
            if line.strip() == fence:
                if path:
                    _add(current, path, lines)
                fence = path = ""
            else:
                lines.append(line)
        elif line.startswith(("## ", "### ")):
            if current.sources or current.added:
                yield current
            current, path = Example(rule, line.lstrip("# ")), ""
        elif opened := re.match(r"(`{3,}|~{3,})", line):
            fence, lines = opened.group(1), []
        elif named := re.fullmatch(r"`([^`\s]+)`", line.strip()):
            path = named.group(1)
        elif line.strip():
            path = ""
    assert not fence, f"{rule.name}: a fence is not closed"
    if current.sources or current.added:
        yield current


def _add(example: Example, path: str, lines: list[str]) -> None:
    kept = []
    commit, _, path = path[1:].partition("/") if path.startswith("@") else ("", "", path)
    for number, line in enumerate(lines, 1):
        while mark := MARK.search(line):
            example.marks.update((name.strip(), path, number) for name in mark.group(1).split(","))
            line = line[: mark.start()]
        kept.append(DRAWN.sub(drawn, line))
    assert path not in {each.path for each in example.sources}, f"{example}: {path} twice"
    text = "".join(f"{line}\n" for line in kept)
    if commit:
        example.added.append(Added(commit, path, 1, text))
    else:
        example.sources.append(source(path, text))


def all_rules() -> tuple[Rule, ...]:
    return Rulebook(packs=False).rules
