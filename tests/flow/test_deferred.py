"""Ids that a handler hands to a task, a queue or a thread."""

from __future__ import annotations

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import fastapi, flask, ids

FLASK = """
    from celery import shared_task
    from concurrent.futures import ThreadPoolExecutor
    from threading import Thread
    from rq import Queue

    queue = Queue()
    pool = ThreadPoolExecutor()


    @shared_task
    def cancel(order_id, reason=""):
        order = Order.query.get(order_id)
        order.status = "cancelled"
        db.session.commit()


    @shared_task(bind=True)
    def cancel_bound(self, order_id):
        Order.query.filter_by(id=order_id).delete()


    @shared_task
    def cancel_mine(order_id, user_id):
        Order.query.filter_by(id=order_id, user_id=user_id).delete()


    @app.post("/orders/<int:order_id>/cancel")
    @login_required
    def handler(order_id):
        {call}
        return "", 202
"""

MISSING = [
    "cancel.delay(order_id)",
    "cancel.apply_async(args=[order_id], kwargs={'reason': 'late'}, countdown=5)",
    "cancel.apply_async((order_id,))",
    "cancel_bound.delay(order_id)",
    "queue.enqueue(cancel, order_id)",
    "queue.enqueue_call(func=cancel, args=(order_id,))",
    "pool.submit(cancel, order_id)",
    "Thread(target=cancel, args=(order_id,)).start()",
]


@pytest.mark.parametrize("call", MISSING)
def test_missing(call: str) -> None:
    assert ids(flask(FLASK.replace("{call}", call))["handler"]) == {"order_id": "missing"}


@pytest.mark.parametrize(
    "call",
    [
        "cancel_mine.delay(order_id, current_user.id)",
        "cancel_mine.apply_async(args=[order_id, current_user.id])",
        "Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404(); cancel.delay(order_id)",
    ],
)
def test_owned(call: str) -> None:
    assert ids(flask(FLASK.replace("{call}", call))["handler"]) == {"order_id": "owned"}


def test_background_tasks_of_fastapi() -> None:
    found = fastapi(
        """
        from fastapi import BackgroundTasks


        def close(session, project_id):
            session.delete(session.get(Project, project_id))
            session.commit()


        @router.post("/projects/{project_id}/close")
        def shut(project_id: int, user: CurrentUser, session: SessionDep, tasks: BackgroundTasks):
            tasks.add_task(close, session, project_id)


        @router.post("/projects/{project_id}/mine")
        def mine(project_id: int, user: CurrentUser, session: SessionDep, tasks: BackgroundTasks):
            if session.get(Project, project_id).owner_id != user.id:
                raise HTTPException(403)
            tasks.add_task(close, session, project_id)
        """
    )
    assert ids(found["shut"]) == {"project_id": "missing"}
    assert ids(found["mine"]) == {"project_id": "owned"}


HANDED_ON = """
    from fastapi import BackgroundTasks


    class Report(Base):
        __tablename__ = "reports"
        id: Mapped[int] = mapped_column(primary_key=True)
        project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))


    def check(user, project):
        if project.owner_id != user.id:
            raise HTTPException(403)

    def build(session, project_id, user):
        project = session.get(Project, project_id)
        check(user, project)
        project.status = "built"
        session.commit()
        total = 0
{lines}

    def fill(session, project, user):
        check(user, project)
        project.status = "full"
        session.commit()

    @router.post("/projects/{{project_id}}/build")
    def build_it(project_id: int, user: CurrentUser, session: SessionDep, later: BackgroundTasks):
        {before}
        {call}
        {after}
"""
LONG = "\n".join(f"        total = total + len(str({n}))" for n in range(400))
SHOWN = "project = session.get(Project, project_id)"


def handed(before: str, call: str, after: str, lines: str = "") -> Handler:
    return fastapi(HANDED_ON.format(before=before, call=call, after=after, lines=lines))["build_it"]


@pytest.mark.parametrize("lines", ["", LONG])
def test_a_task_that_asks_by_itself_says_nothing_of_what_the_handler_shows(lines: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prodlint.flow.judging.handlers.allowance", lambda endpoints: 1000)
    call = "later.add_task(build, session, project_id, user)"
    assert ids(handed(SHOWN, call, "return project", lines)) == {"project_id": "missing"}
    assert ids(handed(f"{SHOWN}\n        check(user, project)", call, "return project", lines)) == {"project_id": "unknown" if lines else "owned"}
    assert ids(handed("", call, SHOWN + "\n        return project", lines)) == {"project_id": "missing"}


def test_what_a_task_does_with_a_row_that_it_asks_of_itself() -> None:
    call = "later.add_task(fill, session, project, user)"
    assert ids(handed(SHOWN, call, "return {}")).get("project_id") != "missing"
    assert ids(handed(SHOWN, call, "return project")) == {"project_id": "missing"}


def test_a_task_that_is_too_large_is_told_and_takes_nothing_from_the_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prodlint.flow.judging.handlers.allowance", lambda endpoints: 1000)
    found = handed("", "later.add_task(build, session, project_id, user)", "return {}", LONG)
    assert found.complete and found.route.authentication == "required"
    assert ids(found).get("project_id") != "owned" and found.route.ownership != "owned"
    assert any("build, which is handed on, is too large" in each.message for each in found.route.evidence)


def test_what_somebody_waits_for_may_refuse() -> None:
    assert ids(handed(SHOWN, "pool.submit(check, user, project).result()", "return project")) == {"project_id": "unknown"}
