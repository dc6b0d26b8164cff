"""Functions that say nothing of access are run once; middlewares have a part of the steps."""

from __future__ import annotations

import pytest

from prodlint.flow.interpret import quiet
from prodlint.flow.interpret.interpreter import Run
from tests.flow.apps import fastapi, ids

HELPER = "\n".join(f"        total = total + len(str({n}))" for n in range(60))
BRANCHES = "\n".join(f"        if number == {n}:\n            number = clean(number)" for n in range(20))

CODE = """
    def clean(number):
        total = 0
{helper}
        return number

    @router.get("/projects/{{project_id}}")
    def show(project_id: int, number: int, session: SessionDep, user: CurrentUser):
{branches}
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(403)
        return project
"""


def test_what_says_nothing_is_run_once_for_all_branches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prodlint.flow.judging.handlers.allowance", lambda endpoints: 1500)
    found = fastapi(CODE.format(helper=HELPER, branches=BRANCHES))["show"]
    assert found.complete and ids(found) == {"project_id": "owned"}


HOSTILE = """
    from contextvars import ContextVar

    current = ContextVar("current")

    def who():
        return current.get()

    class Holder:
        def __init__(self):
            self.row = None

        def keep(self, row):
            self.row = row

        def told(self):
            return self.row

    def check(project, user):
        if project.owner_id != user.id:
            raise HTTPException(403)

    @router.get("/a/{project_id}")
    def set_later(project_id: int, session: SessionDep, user: CurrentUser):
        nobody = who()
        current.set(user)
        project = session.get(Project, project_id)
        if project.owner_id != who().id:
            raise HTTPException(403)
        return project

    @router.get("/b/{project_id}")
    def kept_later(project_id: int, session: SessionDep, user: CurrentUser):
        holder = Holder()
        nothing = holder.told()
        holder.keep(session.get(Project, project_id))
        return holder.told()

    @router.get("/c/{project_id}")
    def in_one_branch(project_id: int, kind: str, session: SessionDep, user: CurrentUser):
        project = session.get(Project, project_id)
        if kind == "a":
            check(project, user)
        return project

    @router.get("/d/{project_id}")
    def in_both(project_id: int, kind: str, session: SessionDep, user: CurrentUser):
        project = session.get(Project, project_id)
        if kind == "a":
            check(project, user)
        else:
            check(project, user)
        return project
"""


def test_what_was_said_in_between_counts() -> None:
    found = fastapi(HOSTILE)
    assert ids(found["set_later"]) == {"project_id": "owned"}
    assert ids(found["kept_later"]) == {"project_id": "missing"}
    assert ids(found["in_one_branch"])["project_id"] != "owned"
    assert ids(found["in_both"])["project_id"] != "missing"


AROUND = """
    from starlette.middleware.base import BaseHTTPMiddleware


    class Counting(BaseHTTPMiddleware):
        async def dispatch(self, request, call_next):
            total = 0
{lines}
            {ends}
            return await call_next(request)

    app.add_middleware(Counting)

    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep{user}):
        project = session.get(Project, project_id)
        {first}
        return project
"""
LONG = "\n".join(f"            total = total + len(str({n}))" for n in range(400))
KNOWN = ", user: CurrentUser"


@pytest.mark.parametrize(
    ("user", "first", "said", "login"),
    [
        (KNOWN, "pass", "missing", "required"),
        (KNOWN, "if project.owner_id != user.id:\n            raise HTTPException(403)", "owned", "required"),
        ("", "pass", "unknown", "unknown"),
    ],
)
def test_a_middleware_that_is_too_large(user: str, first: str, said: str, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prodlint.flow.judging.handlers.allowance", lambda endpoints: 2000)
    ends = 'if not request.headers.get("Authorization"):\n                raise HTTPException(401)'
    found = fastapi(AROUND.format(lines=LONG, ends=ends, user=user, first=first))["show"]
    assert found.complete
    assert found.route.authentication == login
    if login == "required":
        assert ids(found)["project_id"] == said
    else:
        assert ids(found)["project_id"] != "owned"


def test_all_that_a_run_keeps_is_weighed() -> None:
    """Whoever adds something to a run says whether a function that changes it says something of access."""
    kept = set(vars(Run(None, None)))  # type: ignore[arg-type]
    assert kept - {*quiet.LISTS, *quiet.COUNTS, *quiet.BESIDE} == set()
    assert {*quiet.LISTS, *quiet.COUNTS} <= kept
