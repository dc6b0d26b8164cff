"""The laws of docs/architecture.md, read from the source: who imports whom, who touches the disk, who could run or send something."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from prodlint.flow.callers.guards import Guards
from prodlint.flow.interpret.interpreter import Run
from prodlint.flow.judging.handlers import Analyst
from prodlint.flow.judging.judge import Judge

HOME = Path(__file__).parent.parent
FILES = {file.relative_to(HOME).as_posix(): file for top in ("prodlint", "rules") for file in sorted((HOME / top).rglob("*.py"))}
ANSWERS = {"config", "decide", "suppressions", "fingerprints", "texts", "checklist", "fix", "render", "starter", "vocabulary"}
KNOWLEDGE = {"names", "models", "routing", "flow", "calls", "declared", "stores", "operations", "database", "patterns", "project"}

# room -> the rooms of ours that it may import
MAY = {
    "positions": set(),
    "ir": {"positions"},
    "regex": set(),
    "forks": set(),
    "model": {"ir"},
    "report": {"ir", "model"},
    "root": set(),
    "sources": {"model"},
    "facts": {"ir", "model", "facts"},
    "names": {"ir", "model"},
    "models": {"models"},
    **{
        room: {"forks", "ir", "model", "report", *KNOWLEDGE}
        for room in ("routing", "flow", "calls", "declared", "stores", "operations", "database", "patterns", "project")
    },
    "config": {"report"},
    **{room: {"ir", "model", "report", *ANSWERS} for room in ("decide", "suppressions", "fingerprints", "texts", "checklist")},
    "fix": {"model", "report", "facts", *ANSWERS},
    "render": {"model", "report", "texts", "checklist", "fingerprints", "render"},
    "recall": {"facts", "model", "models", "report"},
    "starter": {"config"},
    "vocabulary": {"config", "model"},
    "rulebook": {"model", "report"},
    "run": {"recall", "model", "models", "report", "sources", "facts", "project", "rulebook", *ANSWERS} - {"render", "fix"},
    "cli": {"report", "rulebook", "session", *ANSWERS},
    "session": {"report", "root", "run", "rulebook", *ANSWERS},
    "editor": {"report", "root", "run", "rulebook", *ANSWERS},
    "__main__": {"cli"},
    "__init__": {"facts", "model", "project", "report"},
}
DISK = {"read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "rglob", "glob", "unlink", "mkdir", "rename", "touch", "symlink_to"}
DISK_ROOMS = {
    "prodlint/sources.py", "prodlint/root.py", "prodlint/facts/cache.py", "prodlint/facts/semgrep.py",
    "prodlint/facts/engine_process.py", "prodlint/facts/engine_found.py", "prodlint/facts/engine_share.py",
    "prodlint/models/__init__.py",
    "prodlint/rulebook.py", "prodlint/recall.py", "prodlint/config.py", "prodlint/starter.py", "prodlint/fix.py", "prodlint/session.py",
}  # fmt: skip
PROCESSES = {"prodlint/sources.py", "prodlint/facts/engine_process.py"}
NETWORK = {"socket", "ssl", "http", "urllib.request", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "telnetlib", "xmlrpc"}
HEAVY = {"libcst", "detect_secrets", "yaml", "tree_sitter", "tree_sitter_hcl", "rich", "jinja2", "pathspec"}
# the rooms of flow that may ask all files at once; what they keep of it, `flow/judging/remembered.py` knows
WHOLE = {
    f"prodlint/flow/{name}.py"
    for name in (
        "lookups/schema",
        "knowledge",
        "frameworks/converters",
        "interpret/heirs",
        "callers/session_users",
        "interpret/hung",
        "callers/session_keys",
        "callers/django_settings",
        "questions",
        "judging/remembered",
        "callers/predicates",
        "lookups/staffs",
    )
}
TREES = {
    "prodlint/facts/python.py",
    "prodlint/facts/lowering.py",
    "prodlint/facts/cursor.py",
    *(f"prodlint/facts/lowering_{part}.py" for part in ("statements", "expressions", "operators", "literals")),
}


@cache
def tree(path: str) -> ast.Module:
    return ast.parse(FILES[path].read_text(encoding="utf-8"))


def imports(path: str, top_level: bool = False) -> Iterator[str]:
    """Dotted names of what a file imports, `if TYPE_CHECKING` left out."""
    checking = {
        id(inner)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in tree(path).body if top_level else ast.walk(tree(path)):
        if id(node) in checking:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path: str) -> str:
    return path.split("/")[1].removesuffix(".py")


@pytest.mark.parametrize("path", [path for path in FILES if path.startswith("prodlint/")])
def test_a_room_imports_only_what_its_law_allows(path: str) -> None:
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("prodlint.")} - {"__version__"}
    assert ours - {room(path)} <= MAY[room(path)] | {"regex"}, f"{path} may not import {sorted(ours - MAY[room(path)])}"


@pytest.mark.parametrize("path", [path for path in FILES if path.startswith("rules/")])
def test_a_rule_knows_only_the_door(path: str) -> None:
    for name in imports(path):
        top = name.split(".")[0]
        assert top in {"prodlint", "__future__", "re", "itertools", "collections", "functools", "typing", "dataclasses", "datetime", "math"}, name
        assert top != "prodlint" or name.count(".") == 1, f"{name} is an inner room"
    import prodlint

    assert {name.split(".")[1] for name in imports(path) if name.startswith("prodlint.")} <= set(prodlint.__all__)


@pytest.mark.parametrize("path", list(FILES))
def test_nothing_is_executed_or_sent(path: str) -> None:
    names = set(imports(path))
    assert not [name for name in names for bad in NETWORK if name == bad or name.startswith(f"{bad}.")]
    assert path in PROCESSES or not [name for name in names if name.split(".")[0] == "subprocess"]
    called = {node.func.id for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"eval", "exec", "compile", "__import__"}
    if path != "prodlint/rulebook.py":
        assert not {"runpy", "importlib.util"} & names


@pytest.mark.parametrize("path", [path for path in FILES if path not in DISK_ROOMS])
def test_only_some_rooms_touch_the_disk(path: str) -> None:
    """Our own package data, read through `__file__` or importlib.resources, is not the user's disk."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert ast.unparse(node.func) not in {"open", "os.open", "io.open", "os.walk", "os.scandir", "os.listdir"}, f"{path}:{node.lineno}"
            own = isinstance(node.func, ast.Attribute) and any(word in ast.unparse(node.func.value) for word in ("__file__", "files("))
            assert name not in DISK or own, f"{path}:{node.lineno}: {name}"


@pytest.mark.parametrize("path", list(FILES))
def test_syntax_trees_stay_in_their_room_and_heavy_imports_are_late(path: str) -> None:
    for name in imports(path):
        assert path in TREES or name.split(".")[0] != "libcst", f"{path} imports libcst"
    early = {name.split(".")[0] for name in imports(path, top_level=True)}
    assert path in TREES or not early & HEAVY, f"{path} imports {early & HEAVY} although nobody may need it"


def test_a_warm_run_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import requests\n\nrequests.get('https://example.com', timeout=3)\n")
    command = [sys.executable, "-X", "importtime", "-m", "prodlint", "check", "."]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    warm = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    names = {line.rpartition("|")[2].strip() for line in warm.stderr.splitlines() if line.startswith("import time:")}
    seen = {name.split(".")[0] for name in names}
    assert "prodlint" in seen and "importlib.metadata" not in names
    assert not seen & {"libcst", "detect_secrets", "semgrep", "rich", "jinja2", "tree_sitter"}


def test_what_flow_asks_of_all_files_at_once_is_known_to_what_it_remembers() -> None:
    """A verdict is kept while the files that its analysis looked into are the same (`flow/judging/remembered.py`): what is asked of all files and
    kept for all endpoints must be part of the world that verdicts are kept for."""
    world = FILES["prodlint/flow/judging/remembered.py"].read_text(encoding="utf-8")
    for path in (path for path in FILES if path.startswith("prodlint/flow/")):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and any(ast.unparse(each) == "cached_property" for each in node.decorator_list):
                assert f".{node.name}" in world, f"{path}: {node.name} is kept for all endpoints"
            if isinstance(node, ast.Attribute) and node.attr in ("classes", "functions", "modules") and ast.unparse(node.value).endswith("names"):
                assert path in WHOLE, f"{path}:{node.lineno} asks all files"


def test_the_parts_of_one_object_share_no_name() -> None:
    """An analysis is put together from parts in several files; a name that two of them have would be the other's in silence."""
    for whole in (Run, Guards, Analyst, Judge):
        names = [name for part in whole.__mro__[:-1] for name in vars(part) if not name.startswith("__")]
        assert sorted(names) == sorted(set(names)), whole.__name__


def test_version_costs_nothing() -> None:
    seen = subprocess.run([sys.executable, "-X", "importtime", "-m", "prodlint", "--version"], capture_output=True, text=True, check=True)
    names = {line.rpartition("|")[2].strip().split(".")[0] for line in seen.stderr.splitlines() if line.startswith("import time:")}
    assert seen.stdout == "prodlint 0.1.0\n"
    assert not names & {"click", "msgspec", "yaml", "pathspec"}


def test_the_top_of_the_tree_holds_what_the_house_says() -> None:
    """Notes of whoever works on it stay out: one of them stood there for a day."""
    listed = subprocess.run(["git", "ls-files"], cwd=HOME, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("no git checkout: an unpacked release has no list of what belongs to it")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} == {"pyproject.toml", "README.md", "LICENSE", "prodlint", "rules", "tests", "docs"}
