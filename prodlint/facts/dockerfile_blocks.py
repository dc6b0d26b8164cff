"""Dockerfiles as one block each: every instruction in order, its key the instruction's word.

Knows: continued lines, comments between them, heredocs, the escape directive. Does not know: what an image does.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.model import Block, Entry, Problem

_WORD = re.compile(r"\s*([A-Za-z]+)\s+(.*)", re.S)
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_]\w*)\1")


def read(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """One block of kind "dockerfile"; entries ("FROM", "python:3.12 AS base"), ("COPY", ". ."), ..."""
    lines = text.splitlines()
    escape = "`" if re.match(r"\s*#\s*escape\s*=\s*`", text) else "\\"
    entries: list[Entry] = []
    index = 0
    while index < len(lines):
        first = index
        parts: list[str] = []
        while index < len(lines):
            line = lines[index].rstrip()
            index += 1
            if line.lstrip().startswith("#") or (parts and not line.strip()):
                continue
            continued = line.endswith(escape)
            parts.append(line.removesuffix(escape).strip() if continued else line.strip())
            if not continued:
                break
            first = first if len(parts) > 1 else index - 1
        if len(parts) == 1:
            first = index - 1
        found = _WORD.match(" ".join(parts))
        if not found:
            continue
        word, value = found.group(1).upper(), found.group(2).strip()
        if word in ("RUN", "COPY", "ADD"):
            for _, end in _HEREDOC.findall(value):
                body: list[str] = []
                while index < len(lines) and lines[index].strip() != end:
                    body.append(lines[index])
                    index += 1
                index += 1
                value += "\n" + "\n".join(body)
        entries.append(Entry(word, value, "string", first + 1))
    return (Block("dockerfile", path.rpartition("/")[2], 1, len(lines), tuple(entries)),), ()
