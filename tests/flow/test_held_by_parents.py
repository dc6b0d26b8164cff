"""What a guard on a parent says of the child that named it: in which branches, and from when on."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

BRANCHES = {"if strict:": "unknown", "if not strict:": "unknown", "if True:": "owned"}


@pytest.mark.parametrize("branch", BRANCHES)
def test_a_parent_that_is_checked_in_one_branch(branch: str) -> None:
    code = f"""
    @router.get("/tasks/{{task_id}}")
    def show(task_id: int, user: CurrentUser, session: SessionDep, strict: bool = False):
        task = session.get(Task, task_id)
        {branch}
            project = session.get(Project, task.project_id)
            if project.owner_id != user.id:
                raise HTTPException(404)
        return task
    """
    assert ids(fastapi(code)["show"])["task_id"] == BRANCHES[branch]


def test_another_row_that_the_child_named_in_one_branch() -> None:
    code = """
    @router.get("/tasks/{task_id}")
    def show(task_id: int, project_id: int, user: CurrentUser, session: SessionDep):
        member = session.query(ProjectMember).filter_by(project_id=project_id, user_id=user.id).first()
        if not member:
            raise HTTPException(403)
        task = session.get(Task, task_id)
        if task.status == "done":
            twin = session.query(Task).filter(Task.project_id == project_id, Task.parent_id == task.id).first()
            if twin is None:
                raise HTTPException(404)
            return twin
        return task
    """
    assert ids(fastapi(code)["show"]) == {"task_id": "unknown", "project_id": "owned"}


def test_a_parent_that_is_checked_when_the_child_is_gone() -> None:
    code = """
    @router.delete("/tasks/{task_id}")
    def remove(task_id: int, user: CurrentUser, session: SessionDep):
        task = session.get(Task, task_id)
        session.delete(task)
        session.commit()
        project = session.get(Project, task.project_id)
        if project.owner_id != user.id:
            raise HTTPException(404)
        return {}

    @router.put("/tasks/{task_id}")
    def change(task_id: int, user: CurrentUser, session: SessionDep):
        task = session.get(Task, task_id)
        project = session.get(Project, task.project_id)
        if project.owner_id != user.id:
            raise HTTPException(404)
        session.delete(task)
        session.commit()
        return {}
    """
    found = fastapi(code)
    assert ids(found["remove"])["task_id"] in ("missing", "unknown")
    assert ids(found["change"])["task_id"] == "owned"
