"""Who is logged in stands in a dictionary of the app: small apps that keep no session elsewhere."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi

IN_MEMORY = """
    import secrets
    import sqlite3
    from fastapi import Header
    from fastapi.security import HTTPBearer

    MADE
    bearer = HTTPBearer()


    @router.post("/login")
    def login(email: str, password: str):
        row = sqlite3.connect("shop.db").execute("SELECT id FROM users WHERE email = ? AND password = ?", (email, password)).fetchone()
        token = secrets.token_hex()
        NAME[token] = {"user_id": row[0]}
        return token


    def caller(authorization: str = Header(None)):
        token = authorization.split(" ")[1]
        ASKED


    @router.get("/orders/{order_id}")
    def any_order(order_id: int, user=Depends(caller)):
        return sqlite3.connect("shop.db").execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchone()


    @router.get("/mine/{order_id}")
    def mine(order_id: int, user=Depends(caller)):
        query = "SELECT * FROM orders WHERE id = ? AND user_id = ?"
        return sqlite3.connect("shop.db").execute(query, (order_id, user["user_id"])).fetchone()
"""
ONE_OF_THEM = "if token not in NAME:\n            raise HTTPException(401)\n        return NAME[token]"
FOUND = "user = NAME.get(token)\n        if user is None:\n            raise HTTPException(401)\n        return user"


@pytest.mark.parametrize(
    ("name", "made", "asked"),
    [
        ("sessions", "{}", ONE_OF_THEM),
        ("active_sessions", "dict()", ONE_OF_THEM),
        ("tokens", "{}", ONE_OF_THEM),
        ("user_tokens", "{}", FOUND),
    ],
)
def test_who_is_one_of_those_that_logged_in_is_a_user_and_no_admin(name: str, made: str, asked: str) -> None:
    found = fastapi(IN_MEMORY.replace("ASKED", asked).replace("MADE", f"NAME = {made}").replace("NAME", name))
    said = {each: (found[each].route.authentication, found[each].route.ownership) for each in ("any_order", "mine")}
    assert said == {"any_order": ("required", "missing"), "mine": ("required", "owned")}


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("api_tokens", '{"f00d": {"user_id": 1}}'),  # written down: whoever has it is let in by the app
        ("revoked_tokens", "{}"),
        ("reset_tokens", "{}"),
        ("game_sessions", "{}"),  # of whoever began to play
        ("upload_tokens", "{}"),
    ],
)
def test_a_token_that_stands_elsewhere_says_nobody_is_logged_in(name: str, made: str) -> None:
    found = fastapi(IN_MEMORY.replace("ASKED", ONE_OF_THEM).replace("MADE", f"NAME = {made}").replace("NAME", name))
    assert found["mine"].route.ownership != "owned"


def test_a_room_that_the_path_names_is_nobody() -> None:
    found = fastapi("""
        sessions = {}


        @router.get("/rooms/{session_id}/{task_id}")
        def show(session_id: str, task_id: int, user: CurrentUser, session: SessionDep):
            if session_id not in sessions:
                raise HTTPException(404)
            return session.scalars(select(Task).where(Task.id == task_id, Task.project_id == sessions[session_id])).first()
    """)
    assert found["show"].route.ownership != "owned"
