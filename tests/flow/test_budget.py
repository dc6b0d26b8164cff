"""Handlers that are too large: the same answer on every machine, and never a clean one."""

from __future__ import annotations

import pytest

from prodlint.flow.frames import ALL_STEPS, FEWEST_STEPS, MAX_STEPS, allowance
from tests.flow.apps import fastapi, project

HANDLER = """
@router.get("/projects/{{project_id}}")
async def show(project_id: int, task_id: int, session: SessionDep, user: CurrentUser):
    project = session.get(Project, project_id)
    if project.owner_id != user.id:
        raise HTTPException(403)
    total = 0
{lines}
    return {{"project": project, "task": session.get(Task, task_id)}}
"""
LINES = "\n".join(f"    total = total + len(str({n}))" for n in range(200))


def test_what_was_proven_before_the_steps_ran_out_proves_nothing_of_what_comes_after(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fastapi(HANDLER.format(lines=LINES))["show"]
    assert (whole.complete, whole.ended, whole.route.authentication) == (True, None, "required")
    assert {each.id: each.ownership for each in whole.ids} == {"project_id": "owned", "task_id": "missing"}

    monkeypatch.setattr("prodlint.flow.judging.handlers.allowance", lambda endpoints: 300)
    cut = fastapi(HANDLER.format(lines=LINES))["show"]
    assert not cut.complete
    assert cut.route.ownership == "unknown"
    assert {each.ownership for each in cut.ids} <= {"unknown"}
    assert cut.ended is not None
    path, line = cut.ended
    assert (path, line) in {(each.at.path, each.at.line) for each in cut.route.evidence if "too large" in each.message}


def test_a_handler_that_was_not_followed_to_its_end_is_told_with_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prodlint.flow.judging.handlers.allowance", lambda endpoints: 300)
    lines = "\n".join(f"    total += {n} * {n}" for n in range(300))
    code = f"from flask import Flask\napp = Flask(__name__)\n@app.route('/total')\ndef total():\n    total = 0\n{lines}\n    return str(total)\n"
    app = project({"app.py": code})
    (handler,) = app.handlers()
    assert (handler.route.authentication, handler.route.ownership) == ("unknown", "unknown")  # it may ask for a login yet
    (problem,) = app.route_problems()
    assert "app.total is too large to be followed to its end: what it does after app.py:" in problem.message


@pytest.mark.parametrize("endpoints", [0, 1, 400, 700])
def test_projects_of_an_ordinary_size_share_nothing(endpoints: int) -> None:
    assert allowance(endpoints) == MAX_STEPS


def test_the_more_endpoints_there_are_the_less_each_of_them_may_take() -> None:
    given = [allowance(endpoints) for endpoints in range(0, 20_000, 50)]
    assert given == sorted(given, reverse=True)
    assert min(given) == FEWEST_STEPS
    assert len(set(given)) < 8, "each change makes what an earlier run found worthless"
    assert all(allowance(n) * n <= ALL_STEPS * 1.5 for n in range(0, 4000, 100))
