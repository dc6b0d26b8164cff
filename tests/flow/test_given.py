"""Guards that are asked only where a value of the client is there: they hold for all that this value chooses, and for nothing else."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

VERIFY = """
    from fastapi import Header

    def verify(session, user, project_id):
        member = session.scalars(
            select(ProjectMember).where(ProjectMember.project_id == project_id, ProjectMember.user_id == user.id)
        ).one_or_none()
        if member is None:
            raise HTTPException(403)
"""

BODIES = {
    "if x_project: verify(session, user, x_project)\n        mine = x_project or user.project_id": "owned",
    "mine = x_project or user.project_id\n        if x_project is not None: verify(session, user, x_project)": "owned",
    "mine = user.project_id\n        if x_project:\n            verify(session, user, x_project)\n            mine = x_project": "owned",
    "if not x_project:\n            mine = user.project_id\n        else:\n            verify(session, user, x_project)\n"
    "            mine = x_project": "owned",
    "mine = x_project or user.project_id": "not owned",
    "try:\n            if x_project: verify(session, user, x_project)\n        except HTTPException:\n            pass\n"
    "        mine = x_project or user.project_id": "not owned",
    "if x_other: verify(session, user, x_project)\n        mine = x_project or user.project_id": "not owned",  # the other one is left out
    "if x_project and user.strict: verify(session, user, x_project)\n        mine = x_project or user.project_id": "not owned",
    "if x_project == 'main': verify(session, user, x_project)\n        mine = x_project or user.project_id": "not owned",
    "if not x_project: verify(session, user, x_project)\n        mine = x_project or user.project_id": "not owned",
    "if x_project: verify(session, user, x_project)\n        mine = x_project or x_other or user.project_id": "not owned",
    "locked = LOCKED.get(x_project)\n        if locked: verify(session, user, x_project)\n        mine = x_project or user.project_id": "not owned",
    "odd = x_project % 2\n        if odd: verify(session, user, x_project)\n        mine = x_project or user.project_id": "not owned",
    "asked = x_project if x_other else None\n        if asked: verify(session, user, asked)\n"
    "        mine = x_project or user.project_id": "not owned",
    "x_project = LOCKED.get(x_project)\n        if x_project: verify(session, user, x_project)\n"
    "        mine = x_project or user.project_id": "not owned",
    "verify(session, user, x_project)\n        mine = x_project or x_other": "not owned",
    "if x_project: verify(session, user, x_project)\n        mine = x_project or x_other": "not owned",
}


@pytest.mark.parametrize("body", BODIES)
def test_what_the_client_may_say_instead_of_the_callers_own(body: str) -> None:
    code = f"""
    {VERIFY}
    @router.get("/tasks/{{task_id}}")
    def show(task_id: int, session: SessionDep, user: CurrentUser, x_project: int | None = Header(None), x_other: int | None = Header(None)):
        {body}
        return session.scalars(select(Task).where(Task.id == task_id, Task.project_id == mine)).one()
    """
    said = ids(fastapi(code)["show"])["task_id"]
    assert said != "owned" if BODIES[body] == "not owned" else said == "owned"


def test_a_row_that_two_values_found_is_held_only_where_both_were_there() -> None:
    code = f"""
    {VERIFY}
    @router.get("/tasks/{{task_id}}")
    def show(task_id: int, session: SessionDep, user: CurrentUser, x_project: int | None = Header(None)):
        if x_project:
            task = session.scalars(select(Task).where(Task.id == task_id, Task.project_id == x_project)).one()
            if task.project.owner_id != user.id:
                raise HTTPException(403)
        return session.get(Task, task_id)
    """
    assert ids(fastapi(code)["show"])["task_id"] != "owned"


def test_a_query_that_is_narrowed_only_where_the_value_is_there_leaves_the_rest() -> None:
    code = f"""
    {VERIFY}
    @router.get("/tasks/{{task_id}}")
    def show(task_id: int, session: SessionDep, user: CurrentUser, x_project: int | None = Header(None)):
        query = select(Task).where(Task.id == task_id)
        if x_project:
            verify(session, user, x_project)
            query = query.where(Task.project_id == x_project)
        return session.scalars(query).one()
    """
    assert ids(fastapi(code)["show"])["task_id"] != "owned"


def test_a_query_that_passes_where_the_value_is_not_there_leaves_the_rest() -> None:
    code = f"""
    {VERIFY}
    @router.get("/tasks/{{task_id}}")
    def show(task_id: int, session: SessionDep, user: CurrentUser, x_project: int | None = Header(None)):
        if x_project is not None:
            verify(session, user, x_project)
        return session.scalars(select(Task).where(Task.id == task_id, or_(x_project is None, Task.project_id == x_project))).one()
    """
    assert ids(fastapi(code)["show"])["task_id"] != "owned"


def test_a_function_that_is_called_with_another_value_asks_about_that_one() -> None:
    code = f"""
    {VERIFY}
    def perhaps(session, user, flag, project_id):
        if flag:
            verify(session, user, project_id)

    @router.get("/tasks/{{task_id}}")
    def show(task_id: int, session: SessionDep, user: CurrentUser, x_project: int | None = Header(None), x_other: int | None = Header(None)):
        perhaps(session, user, x_project, x_other)
        perhaps(session, user, strict(), x_project)
        mine = x_project or user.project_id
        return session.scalars(select(Task).where(Task.id == task_id, Task.project_id == mine)).one()
    """
    assert ids(fastapi(code)["show"])["task_id"] != "owned"


LISTS = {
    "query = select(Task)\n        if project:\n            verify(session, user, project)\n"
    "            query = query.where(Task.project_id == project)": "unknown",
    "verify(session, user, project)\n        query = select(Task).where(Task.project_id == project)": "owned",
    "query = select(Country)\n        if project:\n            verify(session, user, project)\n"
    "            query = select(Task).where(Task.project_id == project)": "owned",
}


@pytest.mark.parametrize("body", LISTS)
def test_a_list_that_is_narrowed_only_where_the_id_is_said_is_everybodys_without_it(body: str) -> None:
    code = f"""
    {VERIFY}
    @router.get("/tasks")
    def show(session: SessionDep, user: CurrentUser, project: int | None = None):
        {body}
        return session.scalars(query).all()
    """
    assert fastapi(code)["show"].route.ownership == LISTS[body]
