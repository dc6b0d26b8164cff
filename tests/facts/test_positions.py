"""Positions of the lowered tree against those of the standard library, on real code: our own."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from prodlint import ir
from prodlint.facts import facts_of
from tests.pages import source

HOME = Path(__file__).parent.parent.parent
FILES = sorted(path.relative_to(HOME).as_posix() for top in ("prodlint", "rules", "tests") for path in (HOME / top).rglob("*.py"))
BODY = msgspec.msgpack.Decoder(tuple[ir.Stmt, ...])
KINDS = {"Call": ast.Call, "Name": ast.Name, "Attr": ast.Attribute, "Function": (ast.FunctionDef, ast.AsyncFunctionDef), "Class": ast.ClassDef}


def nodes(value: object) -> Iterator[ir.Node]:
    """Every node below a value, bodies of functions decoded."""
    if isinstance(value, msgspec.Raw):
        value = BODY.decode(value)
    if isinstance(value, tuple):
        for each in value:
            yield from nodes(each)
    elif isinstance(value, ir.Node):
        yield value
        for name in value.__struct_fields__:
            yield from nodes(getattr(value, name))


def lowered(path: str) -> ir.Module:
    text = (HOME / path).read_text(encoding="utf-8")
    module = facts_of(source(f"app/{Path(path).name.removeprefix('test_').replace('conftest', 'plain')}", text)).module
    assert module is not None
    return module


def places(tree: ast.Module, text: str, kind: type | tuple[type, ...], columns: bool) -> list[set[tuple[int, int]]]:
    """For each node where it may stand: opening brackets belong to whoever claims them, `((a or b).c)` starts at one of three places."""
    lines = text.split("\n")
    found = []
    for node in ast.walk(tree):
        if isinstance(node, kind):
            line = lines[node.lineno - 1]
            column = len(line.encode()[: node.col_offset].decode())
            first, last = len(line[:column].rstrip("(")), len(line) - len(line[column:].lstrip("("))
            found.append({(node.lineno, at + 1) for at in range(first, last + 1)} if columns else {(node.lineno, 0)})
    return found


@pytest.mark.parametrize("path", FILES)
def test_positions_are_those_of_the_standard_library(path: str) -> None:
    text = (HOME / path).read_text(encoding="utf-8")
    tree = ast.parse(text)
    by_kind: dict[str, set[tuple[int, int]]] = {}
    for node in nodes(lowered(path).body):
        kind = type(node).__name__
        if kind in KINDS:
            line, column = ir.line_of(node.at), ir.column_of(node.at)
            by_kind.setdefault(kind, set()).add((line, 0 if kind in ("Function", "Class") else column))
    for kind, found in by_kind.items():
        theirs = places(tree, text, KINDS[kind], kind not in ("Function", "Class"))
        assert not found - set().union(*theirs), f"{kind}: {sorted(found - set().union(*theirs))[:3]}"
    calls = places(tree, text, ast.Call, True)
    assert sum(not each.isdisjoint(by_kind["Call"]) for each in calls) >= 0.9 * len(calls), "calls are not lost on the way"


@pytest.mark.parametrize(
    "text",
    [
        "x = (*(a or {}).values(), 1)\n",
        "x = (*(a or {}).values(),)\n",
        "x = *(a or {}).values(), 1\n",
        "for x in (*(a or {}).values(), *b.values(), *(c)): pass\n",
        "x = ((*(a or {}).values(), 1), *(b.d).values())\n",
        "x = [1, *(a or {}).values()]\n",
        "x = {**(a or {}), 'k': (b or {}).get(1)}\n",
        "f(*(a or {}).values(), **(b or {}).items())\n",
    ],
)
def test_what_is_unpacked_stands_behind_its_star(text: str) -> None:
    module = facts_of(source("app/a.py", text)).module
    assert module is not None
    tree = ast.parse(text)
    for kind, theirs in KINDS.items():
        found = {(ir.line_of(node.at), ir.column_of(node.at)) for node in nodes(module.body) if type(node).__name__ == kind}  # type: ignore[attr-defined]
        assert found <= set().union(*places(tree, text, theirs, True)), kind


@pytest.mark.parametrize(
    "text",
    [
        "CHOICES = f(\n    default=(\n" + "".join(f"        (A{n}, _('Name {n}')),\n" for n in range(40)) + "    ),\n    other=1,\n)\n",
        "x = (\n" + " " * 4000 + "\n" * 4000 + "1)\n",
        "x = (1," + " # a\n" * 2000 + "y)\n",
        "f(" + ",\n".join("(a)" for _ in range(2000)) + ")\n",
    ],
    ids=["choices", "white space", "comments", "brackets"],
)
def test_the_cursor_never_goes_back_over_what_it_has_skipped(text: str) -> None:
    started = time.perf_counter()
    assert facts_of(source("app/a.py", text)).module is not None
    assert time.perf_counter() - started < 5
