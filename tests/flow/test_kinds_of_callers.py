"""Callers of several kinds behind one dependency: handed over by a signature made at run time, told apart by class, with nothing for the rest."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi

SUBJECTS = """
from typing import Annotated, Generic, TypeGuard, TypeVar

S = TypeVar("S")


class Anonymous: ...


class AuthSubject(Generic[S]):
    subject: S

    def __init__(self, subject):
        self.subject = subject


class Machine:
    owner_id: int


def is_user(who: AuthSubject) -> TypeGuard[AuthSubject[User]]:
    return isinstance(who.subject, User)


def is_machine(who: AuthSubject) -> TypeGuard[AuthSubject[Machine]]:
    return isinstance(who.subject, Machine)


class Authenticator:
    async def __call__(self, auth_subject: AuthSubject[User]) -> AuthSubject[User]:
        if auth_subject.subject is None:
            auth_subject = AuthSubject(Anonymous())
        return auth_subject


Caller = Annotated[AuthSubject[User | Machine], Depends(Authenticator())]
"""

HANDLER = """@router.get("/projects/{project_id}")
def show(project_id: int, session: SessionDep, caller: Caller, user: CurrentUser, other: int = 0):
"""


def verdict(body: str) -> str:
    (found,) = fastapi(SUBJECTS + HANDLER + body)["show"].ids
    return found.ownership


def test_what_no_query_string_can_hold_is_not_the_clients():
    assert (
        verdict("    return session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == caller.subject.id)).first()\n")
        == "owned"
    )


def test_what_a_query_string_can_hold_is():
    text = "    return session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == other)).first()\n"
    handler = fastapi(SUBJECTS + HANDLER + text)["show"]
    assert "owned" not in {each.ownership for each in handler.ids}


CHAIN = """
    rows = select(Project)
    if is_user(caller):
        rows = rows.where(Project.owner_id == caller.subject.id)
    elif is_machine(caller):
        rows = rows.where(Project.owner_id == caller.subject.owner_id)
{rest}    return session.scalars(rows.where(Project.id == project_id)).first()
"""


def test_a_chain_of_kinds_with_nothing_for_the_rest_is_neither_proven_nor_reported():
    assert verdict(CHAIN.format(rest="")) == "unknown"


def test_a_chain_that_turns_the_rest_away_is_proven():
    assert verdict(CHAIN.format(rest="    else:\n        raise HTTPException(403)\n")) == "owned"


def test_one_test_with_nothing_for_the_rest_is_reported():
    one = CHAIN.replace("    elif is_machine(caller):\n        rows = rows.where(Project.owner_id == caller.subject.owner_id)\n", "")
    assert verdict(one.format(rest="")) == "missing"


def test_a_kind_that_is_not_narrowed_is_reported():
    open_kind = CHAIN.replace("rows = rows.where(Project.owner_id == caller.subject.owner_id)", "rows = rows.order_by(Project.id)")
    assert verdict(open_kind.format(rest="    else:\n        raise HTTPException(403)\n")) == "missing"


@pytest.mark.parametrize(("asked", "said"), [("if not user:", "missing"), ('if not user or user.get("role") != "admin":', "admin")])
def test_somebody_who_has_a_role_is_not_asked_for_it(asked: str, said: str) -> None:
    found = fastapi(f"""
        import jwt
        from starlette.middleware.base import BaseHTTPMiddleware


        class Known(BaseHTTPMiddleware):
            async def dispatch(self, request, call_next):
                user = None
                token = request.cookies.get("token")
                if token:
                    claims = jwt.decode(token, "key", algorithms=["HS256"])
                    if claims:
                        user = {{"id": claims["user_id"], "role": claims.get("role", "user")}}
                if not user:
                    remote = request.headers.get("Remote-User")
                    if remote:
                        groups = [part.strip() for part in request.headers.get("Remote-Groups", "").split(",")]
                        user = {{"id": None, "email": remote, "role": "admin" if "admins" in groups else "user"}}
                request.state.user = user
                return await call_next(request)


        def somebody(request: Request):
            user = getattr(request.state, "user", None)
            {asked}
                raise HTTPException(401)
            return user


        @router.get("/tasks/{{task_id}}")
        def show(request: Request, task_id: int, session: SessionDep):
            somebody(request)
            return session.get(Task, task_id)


        app = FastAPI()
        app.add_middleware(Known)
        app.include_router(router)
    """)
    assert found["show"].route.ownership == said
