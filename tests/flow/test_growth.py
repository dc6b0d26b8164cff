"""Work that must not grow with every test that a handler makes."""

from __future__ import annotations

import pytest

from prodlint.flow.interpret.expressions import Expressions
from prodlint.flow.judging.judge import Judge
from prodlint.flow.lookups.twins import earliest
from prodlint.flow.proofs import dispatching
from tests.flow.apps import fastapi


def test_rows_that_are_held_on_one_way_are_not_made_again_by_the_next_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test made every row once more for one of its sides: in a loop with a dozen of them the analysis did not end."""
    made: list[str] = []
    select = Expressions.select

    def counted(self, *args, **kwargs):
        made.append("row")
        assert len(made) < 2000, "rows double with every test"
        return select(self, *args, **kwargs)

    monkeypatch.setattr(Expressions, "select", counted)
    tests = "\n".join(
        f"            if project.owner_id != user.id:\n                tasks = [task for task in tasks if task.status == 's{n}']" for n in range(24)
    )
    handlers = fastapi(f"""
    @router.get("/tasks/{{project_id}}")
    async def show(project_id: int, session: SessionDep, user: CurrentUser):
        project = session.get(Project, project_id)
        tasks = session.execute(select(Task)).scalars().all()
        for turn in range(3):
{tests}
        return tasks
    """)
    assert handlers["show"].complete


def test_what_others_say_of_the_caller_is_looked_for_once_in_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test of a function went through all of its statements: an app of deep calls took ten minutes."""
    walked: list[int] = []
    statements = dispatching.statements

    def counted(body):
        for statement in statements(body):
            walked.append(1)
            yield statement

    monkeypatch.setattr(dispatching, "statements", counted)
    tests = "\n".join(f"        if kind == 'k{n}':\n            rows = rows.where(Task.status == 's{n}')" for n in range(60))
    handlers = fastapi(f"""
    def narrowed(rows, kind):
{tests}
        return rows

    @router.get("/tasks")
    async def listed(kind: str, session: SessionDep, user: CurrentUser):
        return session.execute(narrowed(select(Task), kind)).scalars().all()
    """)
    assert handlers["listed"].complete
    assert 0 < len(walked) < 1000


def test_what_a_guard_asks_again_and_again_is_held_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard that deep calls run a thousand times was weighed a thousand times for every row, on every way."""
    weighed: list[int] = []
    made, apart = Judge.__init__, Judge.apart

    def again(self, run):
        for entries in run.bound.values():
            entries.extend([(where, weak, number + more) for where, weak, number in list(entries) for more in range(1, 500)])
        made(self, run)

    def counted(self, where, tests):
        weighed.append(1)
        return apart(self, where, tests)

    monkeypatch.setattr(Judge, "__init__", again)
    monkeypatch.setattr(Judge, "apart", counted)
    handlers = fastapi("""
    @router.get("/projects/{project_id}/tasks/{task_id}")
    async def show(project_id: int, task_id: int, session: SessionDep, user: CurrentUser):
        project = session.get(Project, project_id)
        if project.public:
            if project.owner_id != user.id:
                raise HTTPException(403)
        return project, session.get(Task, task_id)
    """)
    assert handlers["show"].complete
    assert 0 < len(weighed) < 300


def test_what_holds_from_several_places_on_holds_from_the_first() -> None:
    here, there = frozenset({(1, True)}), frozenset({(2, True)})
    entries = [(here, False, 9, None), (there, False, 3, None), (here, False, 5, None), (here, True, 1, None), (here, False, 7, frozenset({"Task"}))]
    assert earliest(entries) == [(here, False, 5, None), (there, False, 3, None), (here, True, 1, None), (here, False, 7, frozenset({"Task"}))]
    assert earliest([(here, 4), (here, 2), (there, 8)]) == [(here, 2), (there, 8)]
