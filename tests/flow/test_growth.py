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


GROWING = """
class Tree(BaseModel):
    task_id: int

@router.post("/tasks/{{project_id}}")
async def made(project_id: int, tree: Tree, session: SessionDep, user: CurrentUser):
    project = session.get(Project, project_id)
    if project.owner_id != user.id:
        raise HTTPException(403)
    part = tree
{steps}
    return session.get(Task, part.task_id)
"""


def test_what_a_value_is_made_of_is_work_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """`node = node.left or node.right`: each step doubles the parts of the body that it may be, and one of an app of trees had 34,000 of them."""
    monkeypatch.setattr("prodlint.flow.judging.handlers.allowance", lambda endpoints: 600)
    cut = fastapi(GROWING.format(steps="\n".join(f"    part = part.l{n} or part.r{n}" for n in range(16))))["made"]
    assert not cut.complete
    assert cut.ended is not None
    assert cut.route.ownership == "unknown"
    assert any("too large" in each.message for each in cut.route.evidence)


def test_a_few_parts_of_a_body_are_followed_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prodlint.flow.judging.handlers.allowance", lambda endpoints: 600)
    whole = fastapi(GROWING.format(steps="\n".join(f"    part = part.l{n} or part.r{n}" for n in range(4))))["made"]
    assert whole.complete
    assert {each.ownership for each in whole.ids if each.id != "project_id"} == {"missing"}


def test_each_way_to_a_row_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows for a row is asked by a dozen rooms, and a handler of deep calls has hundreds of outcomes at each of hundreds of uses."""
    asked: list[tuple[int, object]] = []
    judged = Judge._chain

    def counted(self, chain, used):
        asked.append((id(chain), used))
        return judged(self, chain, used)

    monkeypatch.setattr(Judge, "_chain", counted)
    handlers = fastapi("""
    @router.put("/projects/{project_id}/tasks/{task_id}")
    async def change(project_id: int, task_id: int, session: SessionDep, user: CurrentUser):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(403)
        task = session.get(Task, task_id)
        task.status = "done"
        session.add(task)
        return project, task
    """)
    assert {each.id: each.ownership for each in handlers["change"].ids} == {"project_id": "owned", "task_id": "missing"}
    assert len(asked) == len(set(asked)) > 0
