"""Lists: conditions that are taken out of one again, and one of several ids that the client names."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

TAKEN_OUT = {
    "pass": "owned",
    "terms.pop()": "owned",
    "terms = terms[:-1]": "owned",
    "terms = list(terms)": "owned",
    "terms.pop(0)": "missing",
    "del terms[0]": "missing",
    "terms[0] = Task.status == kind": "missing",
    "terms = terms[1:]": "missing",
    "terms[:] = []": "missing",
    "terms.remove(terms[0])": "unknown",
    "terms = terms[len(kind):]": "unknown",
    "if kind:\n            terms.pop(0)": "missing",
}


@pytest.mark.parametrize("change", TAKEN_OUT)
def test_conditions_that_are_taken_out_again(change: str) -> None:
    code = f"""
    @router.get("/tasks/{{task_id}}")
    def show(task_id: int, user: CurrentUser, session: SessionDep, kind: str = ""):
        terms = [Project.owner_id == user.id, Task.id == task_id]
        {change}
        terms.append(Task.id == task_id)
        return session.query(Task).join(Project).filter(*terms).one()
    """
    assert ids(fastapi(code)["show"])["task_id"] == TAKEN_OUT[change]


ADDED = [
    ('user.role != "admin"', "query.filter(*terms)", "owned"),
    ('user.role != "admin"', "query.filter(*terms) if terms else query", "owned"),
    ("True", "query.filter(*terms)", "owned"),
    ("mine", "query.filter(*terms)", "unknown"),  # whoever does not say so sees the rest
    ("kind", "query.filter(and_(*terms))", "unknown"),
    ('user.role == "admin"', "query.filter(*terms)", "missing"),
]


@pytest.mark.parametrize(("test", "filtered", "said"), ADDED)
@pytest.mark.parametrize("term", ["Task.owner_id == user.id", "Task.project_id.in_(joined)"])
def test_conditions_that_are_added_to_an_empty_list(test: str, filtered: str, said: str, term: str) -> None:
    code = f"""
    @router.get("/tasks/{{task_id}}")
    def show(task_id: int, user: CurrentUser, session: SessionDep, kind: str = "", mine: bool = False):
        joined = [row.project_id for row in session.query(ProjectMember).filter(ProjectMember.user_id == user.id)]
        terms = []
        if {test}:
            terms.append({term})
        query = session.query(Task).filter(Task.id == task_id)
        return {filtered}.one()
    """
    assert (
        ids(
            fastapi(
                code.replace(
                    "return query.filter(*terms) if terms else query", "if terms:\n            query = query.filter(*terms)\n        return query"
                )
            )["show"]
        )["task_id"]
        == said
    )


ONE_OF_THEM = {
    "for each in ids:\n            mine(session.get(Task, each), user)": "owned",
    "for task in tasks:\n            mine(task, user)": "owned",
    "for each in ids[:10]:\n            mine(session.get(Task, each), user)": "unknown",
    "mine(session.get(Task, ids[0]), user)": "missing",
    "mine(session.get(Task, next(iter(ids))), user)": "missing",
    "mine(tasks[0], user)": "missing",
    "for task in tasks[:5]:\n            mine(task, user)": "missing",
    "for task in tasks:\n            mine(task, user)\n            break": "unknown",
    "first, *rest = tasks\n        mine(first, user)": "missing",
}


@pytest.mark.parametrize("guard", ONE_OF_THEM)
def test_a_guard_on_one_of_several(guard: str) -> None:
    code = f"""
    def mine(task, user):
        if task.project.owner_id != user.id:
            raise HTTPException(403)

    @router.post("/tasks/export")
    def show(user: CurrentUser, session: SessionDep, ids: list[int] = Body()):
        tasks = session.query(Task).filter(Task.id.in_(ids)).all()
        {guard}
        return tasks
    """
    assert ids(fastapi(code)["show"])["ids"] == ONE_OF_THEM[guard]


@pytest.mark.parametrize(("separator", "said"), [("@", {"name": "missing"}), (",", {"name[0]": "missing"})])
def test_the_parts_of_a_mail_address_name_no_rows(separator: str, said: dict[str, str]) -> None:
    code = f"""
    @router.get("/tasks/{{name}}")
    def show(name: str, user: CurrentUser, session: SessionDep):
        return session.query(Task).filter(Task.id == name.split("{separator}")[0]).one()
    """
    assert ids(fastapi(code)["show"]) == said


WIPES = {
    "session.query(Project).delete()": True,
    "session.query(Project).delete(synchronize_session=False)": True,
    "session.query(Project).filter(Project.owner_id == user.id).delete()": False,
    "session.query(Project).filter(Project.id == 1).delete()": False,
    "session.delete(session.query(Project).first())": False,
    "session.query(Country).delete()": False,  # nobody's
}


@pytest.mark.parametrize(("statement", "told"), WIPES.items())
def test_a_table_of_peoples_rows_that_is_emptied(statement: str, told: bool) -> None:
    handlers = fastapi(f"""
    @router.delete("/projects")
    def clear(session: SessionDep, user: CurrentUser):
        {statement}
        session.commit()


    @router.delete("/all-projects")
    def clear_for_staff(session: SessionDep, user: CurrentUser):
        if not user.is_admin:
            raise HTTPException(403)
        {statement}
    """)
    assert [each.model for each in handlers["clear"].wiped] == ["Project"] * told
    assert not handlers["clear_for_staff"].wiped
