"""Ids that a handler hands to a task, a queue or a thread."""

from __future__ import annotations

import pytest

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
