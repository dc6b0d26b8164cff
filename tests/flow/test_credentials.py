"""What says who is calling is no choice of an object; whom a row of the caller's goes to is not reached."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from tests.flow.apps import fastapi, flask, ids


def test_another_way_in_beside_the_token_is_a_credential() -> None:
    found = fastapi(
        """
        from typing import Annotated
        from shop.auth import scheme


        def find_account(session: SessionDep, token: Annotated[str | None, Depends(scheme)], usr: str | None = None) -> User:
            account = session.get(User, claims(token)) if token else session.get(User, usr)
            if account is None:
                raise HTTPException(401)
            return account


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, account: User = Depends(find_account)):
            return session.query(Project).filter(Project.id == project_id, Project.owner_id == account.id).one()


        @router.get("/projects/{project_id}/raw")
        def raw(project_id: int, session: SessionDep, account: User = Depends(find_account)):
            return session.get(Project, project_id)
        """
    )
    assert ids(found["show"]) == {"project_id": "owned"}
    assert ids(found["raw"]) == {"project_id": "missing"}


def test_a_dependency_that_loads_what_the_path_names_identifies_nobody() -> None:
    found = fastapi(
        """
        from typing import Annotated
        from shop.auth import scheme


        def find_project(project_id: int, session: SessionDep, token: Annotated[str, Depends(scheme)]) -> Project:
            return session.get(Project, project_id)


        @router.get("/projects/{project_id}")
        def show(project: Project = Depends(find_project)):
            return project
        """
    )
    assert ids(found["show"]) == {"project_id": "missing"}


def test_whom_a_message_goes_to() -> None:
    found = flask(
        """
        class Message(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            author_id = db.Column(db.Integer, db.ForeignKey("user.id"))
            recipient_id = db.Column(db.Integer, db.ForeignKey("user.id"))


        @app.route("/messages/<int:user_id>", methods=["POST"])
        @login_required
        def send(user_id):
            recipient = User.query.get_or_404(user_id)
            db.session.add(Message(author=current_user, recipient=recipient, text=request.form["text"]))
            db.session.commit()
            return "", 204
        """
    )
    assert "missing" not in ids(found["send"]).values()


def test_an_id_of_a_table_that_nobody_owns_is_unknown() -> None:
    found = flask(
        """
        @app.route("/plugins/<int:plugin_id>")
        @login_required
        def show(plugin_id):
            return jsonify(database.fetch_one("SELECT * FROM plugins WHERE id = %s", (plugin_id,)))
        """
    )
    assert ids(found["show"]) == {"plugin_id": "unknown"}


RANKS = """
import jwt
from enum import IntEnum
from fastapi.security import HTTPBearer

RANKS = {"worker": 1, "admin": 2}


class Role(IntEnum):
    WORKER = 1
    ADMIN = 2


class Bearer(HTTPBearer):
    def __init__(self, least: Role = Role.WORKER):
        super().__init__()
        self.least = least

    async def __call__(self, request: Request):
        credentials = await super().__call__(request)
        claims = jwt.decode(credentials.credentials, "key", algorithms=["HS256"])
        if {test}:
            raise HTTPException(403)
        return claims


@router.get("/tasks/{task_id}")
def show(task_id: int, session: SessionDep, claims=Depends(Bearer(Role.ADMIN))):
    return session.get(Task, task_id).status
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ('not Role[claims["role"]] >= self.least', "admin"),
        ('Role(claims["role"]) < Role.ADMIN', "admin"),
        ('RANKS.get(claims["role"], 0) < RANKS["admin"]', "unknown"),
        ("len(credentials.credentials) > 4000", "missing"),
    ],
)
def test_a_scheme_of_ones_own_that_asks_for_a_rank(test: str, expected: str) -> None:
    found = fastapi(RANKS.replace("{test}", test))["show"]
    assert (found.route.authentication, ids(found)["task_id"]) == ("required", expected)


LOOKS = {
    """
        credentials = await super().__call__(request)
        return jwt.decode(credentials.credentials, "key", algorithms=["HS256"])
    """: ("required", "owned"),
    """
        try:
            credentials = await super().__call__(request)
        except HTTPException:
            raise HTTPException(401, "who are you?")
        return jwt.decode(credentials.credentials, "key", algorithms=["HS256"])
    """: ("required", "owned"),
    """
        credentials = await super().__call__(request)
        return jwt.decode(credentials.credentials, options={"verify_signature": False})
    """: ("required", "missing"),
    """
        try:
            credentials = await super().__call__(request)
            return jwt.decode(credentials.credentials, "key", algorithms=["HS256"])
        except Exception:
            return None
    """: ("none", None),
    """
        if "authorization" not in request.headers:
            return None
        return await super().__call__(request)
    """: ("none", None),
    """
        return {"sub": request.headers["x-user"]}
    """: ("none", None),
}


@pytest.mark.parametrize("body", LOOKS)
@pytest.mark.parametrize("strict", [True, False])
def test_a_scheme_of_ones_own_that_looks_for_itself(body: str, strict: bool) -> None:
    code = f"""
    import jwt
    from fastapi.security import HTTPBearer


    class Bearer(HTTPBearer):
        def __init__(self):
            super().__init__({"" if strict else "auto_error=False"})

        async def __call__(self, request: Request):
            {indent(dedent(body).strip(), " " * 12).strip()}


    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep, claims=Depends(Bearer())):
        return session.query(Project).filter(Project.id == project_id, Project.owner_id == claims["sub"]).one()


    @router.get("/projects/{{project_id}}/raw")
    def raw(project_id: int, session: SessionDep, claims=Depends(Bearer())):
        return session.get(Project, project_id).title
    """
    found = fastapi(code)
    authentication, expected = LOOKS[body]
    if strict or authentication == "none":
        assert found["raw"].route.authentication == authentication
    if strict and expected is not None:
        assert ids(found["show"])["project_id"] == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [('{"verify_signature": False}', "missing"), ('{"verify_aud": False}', "owned"), ('{"verify_signature": STRICT}', "owned")],
)
def test_a_token_whose_signature_nobody_looks_at(options: str, expected: str) -> None:
    code = f"""
    import jwt
    from shop.auth import STRICT, scheme


    def who(token: str = Depends(scheme)):
        return jwt.decode(token, "key", algorithms=["HS256"], options={options})


    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep, claims=Depends(who)):
        return session.query(Project).filter(Project.id == project_id, Project.owner_id == claims["sub"]).one()
    """
    assert ids(fastapi(code)["show"]) == {"project_id": expected}


ASKED = 'answer = requests.post(VERIFY, json={"token": token})'


@pytest.mark.parametrize(
    ("asked", "test", "expected"),
    [
        (ASKED, "answer.status_code == 200", "owned"),
        (ASKED, "True", "unproven"),
        ("pass", "token", "unproven"),
        ('answer = requests.get("https://shop.example/prices")', "answer.status_code == 200", "unproven"),
    ],
)
def test_a_token_that_another_service_was_asked_about(asked: str, test: str, expected: str) -> None:
    """Who signs the tokens says that this one is right: then what it says may be read without looking at the signature again."""
    code = f"""
    import jwt
    import requests
    from shop.auth import VERIFY, scheme


    def who(token: str = Depends(scheme)):
        {asked}
        if {test}:
            return jwt.decode(token, options={{"verify_signature": False}})
        raise HTTPException(401)


    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep, claims=Depends(who)):
        return session.query(Project).filter(Project.id == project_id, Project.owner_id == claims["sub"]).one()
    """.replace("{{", "{").replace("}}", "}")
    assert (ids(fastapi(code)["show"])["project_id"] == "owned") is (expected == "owned")


def test_a_login_that_is_asked_for_further_in_and_whose_no_is_swallowed() -> None:
    found = flask(
        """
        from flask_jwt_extended import get_jwt_identity, jwt_required


        @jwt_required()
        def asked():
            return get_jwt_identity()


        @app.route("/strict/<int:task_id>")
        def strict(task_id):
            asked()
            return jsonify(db.session.get(Task, task_id).status)


        @app.route("/lenient/<int:task_id>")
        def lenient(task_id):
            try:
                asked()
            except Exception:
                pass
            return jsonify(db.session.get(Task, task_id).status)
        """
    )
    assert {name: each.route.authentication for name, each in found.items()} == {"strict": "required", "lenient": "none"}


def test_a_token_that_is_held_against_the_users_own_is_no_row() -> None:
    code = """
    from fastapi import Security
    from fastapi.security import HTTPBearer

    def log_in(session, token):
        user = session.scalar(select(User).where(User.token_hash == digest(token)))
        if user is None:
            return None
        if user.token.plain() != token:
            return None
        return user

    async def allowed(session: SessionDep, project_id: int, token=Security(HTTPBearer())):
        user = log_in(session, token.credentials)
        if user is None:
            raise HTTPException(401)
        project = session.get(Project, project_id)
        if user.role == Role.ADMIN or project.owner_id == user.id:
            return project
        raise HTTPException(403)

    @router.get("/projects/{project_id}/tasks")
    async def show(session: SessionDep, project=Depends(allowed)):
        return session.scalars(select(Task).where(Task.project_id == project.id)).all()
    """
    found = fastapi(code)["show"]
    assert (found.route.ownership, found.route.authentication) == ("owned", "required")


UNSIGNED = """
import jwt
import requests

def caller(request: Request):
    token = request.headers["Authorization"]
    {asked}
    return jwt.decode(token, options={{"verify_signature": False}})["sub"]

@router.get("/projects/{{project_id}}")
def show(project_id: int, session: SessionDep, me=Depends(caller)):
    return session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == me)).first()
"""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("answer = requests.post(VERIFY, json={'token': token})\n    if answer.status_code != 200:\n        raise HTTPException(401)", "required"),
        ("answer = requests.get(ME, headers={'Authorization': token})\n    if not answer.ok:\n        raise HTTPException(401)", "required"),
        ("if not token:\n        raise HTTPException(401)", "unknown"),
        ("requests.post(AUDIT, json={'token': token})\n    if not token:\n        raise HTTPException(401)", "unknown"),
        ("requests.post(AUDIT, json={'token': token})\n    if request.query_params.get('x'):\n        raise HTTPException(401)", "unknown"),
        ("answer = requests.post(VERIFY, json={'token': token})\n    if answer.status_code != 200:\n        log.warning('no')", "none"),
        ("answer = requests.post(VERIFY, json={'token': token})\n    if answer.status_code == 500:\n        raise HTTPException(503)", "none"),
        ("answer = requests.post(VERIFY, json={'token': token})\n    if answer.status_code >= 400:\n        raise HTTPException(401)", "required"),
    ],
)
def test_a_token_without_a_signature_shows_a_caller_where_another_service_was_asked_and_its_answer_tested(asked: str, told: str) -> None:
    found = fastapi(UNSIGNED.format(asked=asked))["show"].route
    assert found.authentication == told
    assert (found.ownership == "owned") is (told == "required")


SHOWN = """
import jwt
import requests
from fastapi import Header
from fastapi.security import OAuth2PasswordBearer

class Mail(BaseModel):
    token: str
    name: str

@router.put("/projects/{{project_id}}")
def change(project_id: int, session: SessionDep, mail: Mail, x_captcha_token: str = Header(None), x_api_key: str = Header(None)):
    {asked}
    project = session.get(Project, project_id)
    project.name = mail.name
    session.commit()
"""
REFUSED = "\n    if {}:\n        raise HTTPException(403)"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("answer = requests.post(VERIFY, json={'key': x_api_key})" + REFUSED.format("not answer.ok"), "required"),
        ("answer = requests.post(CAPTCHA, json={'token': mail.token})" + REFUSED.format("not answer.json()['success']"), "none"),
        ("answer = requests.post(CAPTCHA, json={'token': x_captcha_token})" + REFUSED.format("not answer.ok"), "none"),
        ("answer = requests.post(PAY, json={'card_token': mail.token})" + REFUSED.format("answer.status_code >= 400"), "none"),
        ("answer = requests.post(CHAT, json={'token': settings.CHAT_TOKEN})" + REFUSED.format("answer.status_code != 200"), "none"),
        ("pass" + REFUSED.format("not x_captcha_token"), "none"),
    ],
)
def test_what_says_that_somebody_is_human_or_pays_says_not_who_they_are(asked: str, told: str) -> None:
    assert fastapi(SHOWN.format(asked=asked))["change"].route.authentication == told


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("pass", ("unknown", "missing")),
        ("requests.post(CHAT, json={'token': CHAT_TOKEN}).raise_for_status()", ("unknown", "missing")),
        ("answer = requests.post(CHAT, json={'token': CHAT_TOKEN})" + REFUSED.format("not answer.ok"), ("unknown", "missing")),
        ("answer = requests.post(VERIFY, json={'token': other})" + REFUSED.format("not answer.ok"), ("unknown", "missing")),
        ("answer = requests.post(VERIFY, json={'token': token})" + REFUSED.format("not answer.ok"), ("required", "owned")),
    ],
)
def test_a_scheme_asks_for_a_token_and_not_for_a_signature(asked: str, told: tuple[str, str]) -> None:
    code = f"""
import jwt
import requests
from fastapi import Header
from fastapi.security import OAuth2PasswordBearer

def caller(token: str = Depends(OAuth2PasswordBearer(tokenUrl="token")), other: str = Header(alias="x-auth-other")):
    {asked}
    return jwt.decode(token, options={{"verify_signature": False}})["sub"]

@router.get("/projects/{{project_id}}")
def show(project_id: int, session: SessionDep, me=Depends(caller)):
    return session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == me)).first()
"""
    found = fastapi(code)["show"]
    assert (found.route.authentication, ids(found)["project_id"]) == told


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("Project.owner_id == user.id if user else True", False),
        ("Project.owner_id == user.id if user is not None else Project.name == 'x'", False),
        ("Project.owner_id == user.id", True),
    ],
)
def test_strangers_take_the_other_side_of_a_test(query: str, told: bool) -> None:
    code = f"""
from fastapi import Header

def perhaps(session: SessionDep, authorization: str = Header(None)):
    if not authorization:
        return None
    return session.get(User, jwt.decode(authorization, KEY, algorithms=["HS256"])["sub"])

@router.get("/projects/{{project_id}}")
def show(project_id: int, session: SessionDep, user: User = Depends(perhaps)):
    return session.scalars(select(Project).where(Project.id == project_id, {query})).first()
"""
    assert (ids(fastapi(code)["show"])["project_id"] == "owned") is told


ANSWERED = """
import requests

def caller(request: Request):
    answer = requests.get({url}, headers={{"Authorization": request.headers["Authorization"]}}, timeout=3)
    if answer.status_code != 200:
        raise HTTPException(401)
    return answer.json()["id"]

@router.get("/projects/{{project_id}}")
def show(project_id: int, session: SessionDep, me=Depends(caller)):
    return session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == me)).first()
"""


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ME_URL", "owned"),
        ('f"{USERS}/me"', "owned"),
        ('request.query_params["url"]', "other"),
        ('USERS + "/" + request.query_params["user"]', "other"),
    ],
)
def test_whom_another_service_names_when_it_is_shown_the_token_is_the_caller(url: str, told: str) -> None:
    found = fastapi(ANSWERED.format(url=url))["show"].route
    assert found.authentication == "required"
    assert (found.ownership == "owned") is (told == "owned")


@pytest.mark.parametrize(("default", "login"), [('Header("sesame")', "none"), ("Header()", "required"), ('Header("guest")', "required")])
def test_a_secret_that_everybody_has_who_leaves_it_out(default: str, login: str) -> None:
    found = fastapi(f"""
        from fastapi import Header

        def knocks(x_token: str = {default}):
            if x_token != "sesame":
                raise HTTPException(400)

        @router.delete("/projects/{{project_id}}", dependencies=[Depends(knocks)])
        def remove(project_id: int, session: SessionDep):
            session.delete(session.get(Project, project_id))
    """)["remove"]
    assert found.route.authentication == login
    assert found.machine is (login == "required")


def test_the_login_that_a_token_belongs_to_is_of_who_brings_it() -> None:
    kept = """
        class Login(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
            session_id = db.Column(db.String)
            status = db.Column(db.String)


        def known(view):
            def wrapper(*args, **kwargs):
                token = request.headers.get("Authorization", "").replace("Bearer ", "")
                login = Login.query.filter_by(session_id=token, status="active").first()
                if not login:
                    return jsonify(error="login"), 401
                if login.expired:
                    login.status = "over"
                    db.session.commit()
                    return jsonify(error="login"), 401
                request.user_id = login.user_id
                return view(*args, **kwargs)

            wrapper.__name__ = view.__name__
            return wrapper


        @app.get("/orders")
        @known
        def mine():
            return jsonify([order.id for order in Order.query.filter_by(user_id=request.user_id).all()])


        @app.get("/logins")
        @known
        def all_of_them():
            return jsonify([login.id for login in Login.query.all()])
    """
    found = flask(kept)
    assert found["mine"].route.ownership == "owned"
    assert found["all_of_them"].route.ownership != "owned"


ROW_OF = """
    import base64
    import json
    import jwt
    from jose import jwt as jose
    from shop.auth import scheme
    from shop.models import User


    def who(session: SessionDep, token: str = Depends(scheme)) -> User:
        claims = {read}
        user = session.get(User, claims["sub"])
        if user is None:
            raise HTTPException(401)
        return user


    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep, user: User = Depends(who)):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(403)
        return project


    @router.get("/projects/{{project_id}}/title")
    def title(project_id: int, session: SessionDep, user: User = Depends(who)):
        return session.query(Project).filter(Project.id == project_id, Project.owner_id == user.id).one().title
"""


@pytest.mark.parametrize(
    ("read", "word"),
    [
        ('jwt.decode(token, "key", algorithms=["HS256"])', "owned"),
        ('jwt.decode(token, options={"verify_signature": False})', "unknown"),
        ("jose.get_unverified_claims(token)", "unknown"),
        ('json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))', "unknown"),
        ('jose.decode(token, KEYS[jose.get_unverified_claims(token)["iss"]])', "owned"),  # only to find the key
    ],
)
def test_whose_row_a_token_names_that_nobody_has_signed(read: str, word: str) -> None:
    found = fastapi(ROW_OF.replace("{read}", read).replace("{{", "{").replace("}}", "}"))
    assert [ids(found[name])["project_id"] for name in ("show", "title")] == [word, word]


COUNTED = """
    class Limiter:
        def __init__(self, most: int) -> None:
            self.most, self.seen = most, {}

        async def __call__(self, request: Request):
            who = request.headers.get("Authorization", "")
            self.seen[who] = self.seen.get(who, 0) + 1
            if {test}:
                raise HTTPException(429)


    five = Limiter(5)


    @router.delete("/projects/{{project_id}}", dependencies=[Depends(five)])
    def remove(project_id: int, session: SessionDep):
        session.delete(session.get(Project, project_id))
"""


@pytest.mark.parametrize("test", ["self.seen[who] > self.most", "self.most < self.seen[who]", "self.seen.get(who, 0) >= self.most"])
def test_how_often_a_token_was_brought_is_no_secret(test: str) -> None:
    found = fastapi(COUNTED.replace("{test}", test).replace("{{", "{").replace("}}", "}"))["remove"]
    assert (found.route.authentication, ids(found)["project_id"]) == ("none", "missing")
