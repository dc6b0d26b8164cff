"""One small app for each data library: what a client id selects, what ties it to the caller, and what only looks like it.

Every app has orders (or projects) that belong to a user, and rows within them. Handlers are called by what must be said of their ids:
`missing_*` nothing ties the id, `owned_*` something does, `doubted_*` nobody can tell, `none_*` no id is chosen,
`child_*` the parent is the caller's and the child is not looked at.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.flow.apps import by_name, ids, project

APPS = sorted((Path(__file__).parent / "data_libraries").glob("*.py"))
EXPECTED = {"missing": {"missing"}, "owned": {"owned"}, "open": {"not-applicable"}, "doubted": {"unknown"}}


def analysed(path: Path) -> dict[str, object]:
    return by_name(project({"app.py": dedent(path.read_text(encoding="utf-8"))}))


@pytest.mark.parametrize("path", APPS, ids=[path.stem for path in APPS])
def test_every_handler_of_the_app(path: Path) -> None:
    wrong = {}
    handlers = analysed(path)
    assert handlers, path.name
    for name, handler in handlers.items():
        word = name.partition("_")[0]
        found = ids(handler)
        if word == "child":
            right = found.get("task_id") == "missing" and found.get("project_id", "owned") == "owned"
        elif word == "mine":
            right = not found and handler.route.ownership == "owned"
        elif word == "none":
            right = not found
        elif word in EXPECTED:
            right = bool(found) and set(found.values()) == EXPECTED[word]
        else:
            continue
        if not right or not handler.caller_known or handler.route.authentication != "required":
            wrong[name] = (found, handler.route.ownership, handler.caller_known, handler.route.authentication)
    assert not wrong
