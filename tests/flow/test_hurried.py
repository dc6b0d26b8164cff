"""Small apps that were written in a hurry: roles asked for in classes and at the end, shared helpers, sets of ids, tokens kept beside users."""

from __future__ import annotations

from textwrap import dedent

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import FLASK, fastapi, flask, ids, project

ASKS_FOR_A_ROLE = {
    "a class that lets the role pass and refuses at the end": """
        class RoleChecker:
            def __init__(self, allowed: list[str]) -> None:
                self.allowed = allowed

            def __call__(self, user: CurrentUser) -> bool:
                if user.role in self.allowed:
                    return True
                raise HTTPException(403)


        AdminOnly = Depends(RoleChecker(["admin"]))
        staff = APIRouter(dependencies=[AdminOnly])


        @staff.delete("/projects/{project_id}")
        def show(project_id: int, session: SessionDep):
            session.delete(session.get(Project, project_id))


        router.include_router(staff)
    """,
    "the token says which role, and its row what it may": """
        from sqlalchemy import JSON
        from sqlalchemy.orm import Mapped, mapped_column
        from shop.models import Base
        from shop.auth import scheme
        import jwt


        class Role(Base):
            __tablename__ = "roles"
            id: Mapped[int] = mapped_column(primary_key=True)
            permissions = mapped_column(JSON)


        def claims_of(token: str = Depends(scheme)) -> dict:
            return jwt.decode(token, "key", algorithms=["HS256"])


        class Permissions:
            def __init__(self, *needed: str) -> None:
                self.needed = needed

            def __call__(self, session: SessionDep, claims: dict = Depends(claims_of)):
                role = session.get(Role, claims["role_id"])
                for permission in self.needed:
                    if permission not in role.permissions:
                        raise HTTPException(403)


        @router.patch("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, allowed=Depends(Permissions("project:update"))):
            project = session.get(Project, project_id)
            project.owner_id = 1
            session.commit()
    """,
    "any of several flags of a user who is found by the token too": """
        from shop.auth import scheme
        import jwt


        def get_staff(session: SessionDep, token: str = Depends(scheme)):
            claims = jwt.decode(token, "key", algorithms=["HS256"])
            user = session.scalars(select(User).where(User.email == claims["sub"], User.token == token)).first()
            if user is None:
                raise HTTPException(401)
            if any([user.is_admin, user.is_superuser, user.is_staff]) is False:
                raise HTTPException(403)
            return user


        @router.patch("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: User = Depends(get_staff)):
            project = session.get(Project, project_id)
            project.owner_id = 1
            session.commit()
    """,
}


def show(code: str) -> Handler:
    return fastapi(code)["show"]


@pytest.mark.parametrize("name", ASKS_FOR_A_ROLE)
def test_who_comes_in_has_a_role(name: str) -> None:
    found = show(ASKS_FOR_A_ROLE[name])
    assert found.role
    assert all(choice.ownership in ("admin", "unknown") for choice in found.ids)


def test_a_way_in_without_a_role_is_no_role() -> None:
    found = show("""
        def somebody(user: CurrentUser) -> User:
            if user.is_admin:
                return user
            if user.email:
                return user
            raise HTTPException(403)


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: User = Depends(somebody)):
            return session.get(Project, project_id)
    """)
    assert not found.role
    assert [choice.ownership for choice in found.ids] == ["missing"]


def test_what_is_joined_and_what_a_filter_is_made_of_name_no_row() -> None:
    found = show("""
        from fastapi_filter.contrib.sqlalchemy import Filter
        from fastapi_filter import FilterDepends


        class ProjectFilter(Filter):
            name: str | None = None


        @router.get("/projects")
        def show(session: SessionDep, user: CurrentUser, wanted: ProjectFilter = FilterDepends(ProjectFilter)):
            query = select(Project).where(Project.owner_id == user.id)
            query = query.join(wanted.Constants.model, isouter=True)
            return session.scalars(wanted.filter(query)).all()
    """)
    assert not [choice.id for choice in found.ids]


def test_a_field_that_the_body_does_not_have_is_not_the_clients() -> None:
    found = show("""
        from uuid import uuid4


        class NewProject(BaseModel):
            name: str


        @router.post("/projects")
        def show(body: NewProject, session: SessionDep, user: CurrentUser):
            data = body.model_dump()
            key = data.pop("id", None) or uuid4()
            session.add(Project(id=key, owner_id=user.id, **data))
            session.commit()
            return session.get(Project, key)
    """)
    assert not [choice.id for choice in found.ids]


def test_a_row_in_a_set_of_the_app_is_not_changed() -> None:
    found = show("""
        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            seen = set()
            project = session.get(Project, project_id)
            seen.add(project.id)
            return project
    """)
    assert [choice.changed for choice in found.ids] == [False]


def test_a_row_of_somebody_that_is_only_asked_whether_it_exists_proves_nothing() -> None:
    found = show("""
        @router.post("/favourite")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if not project:
                raise HTTPException(404)
            user.favourite = project_id
            session.commit()
    """)
    assert found.route.ownership == "unknown"


SCHEMAS = """
    from flask_marshmallow import Marshmallow
    from marshmallow import EXCLUDE, ValidationError, validates, validates_schema

    ma = Marshmallow(app)


    class Item(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        order_id = db.Column(db.Integer, db.ForeignKey("order.id"))


    class ItemSchema(ma.SQLAlchemyAutoSchema):
        class Meta:
            model = Item
            load_instance = True
            include_fk = True
            fields = ("id", "user_id", "order_id")
            dump_only = ("id",)
            unknown = EXCLUDE

        @validates("user_id")
        def is_me(self, value):
            if str(value) != str(current_user.id):
                raise ValidationError("only for yourself")

        @validates_schema
        def is_mine(self, data, **kwargs):
            errors = {}
            known = Order.query.filter(Order.id == data["order_id"]).first()
            if not known:
                errors["name"] = ["missing"]
            order = Order.query.filter(Order.id == data["order_id"], Order.user_id == %s).first()
            if not order:
                errors["order_id"] = ["not found"]
            if errors:
                raise ValidationError(errors)


    item_schema = ItemSchema()


    @app.post("/items")
    @login_required
    def show():
        item = item_schema.load(request.get_json())
        order = db.session.get(Order, item.order_id)
        order.status = "changed"
        db.session.add(item)
        db.session.commit()
        return item_schema.dump(item)
"""


def test_what_a_schema_validates_is_held() -> None:
    kept = flask(SCHEMAS % 'data["user_id"]')["show"]
    assert [(choice.id, choice.ownership) for choice in kept.ids] == [("order_id", "owned")]
    loose = flask(SCHEMAS % "Order.user_id")["show"]
    assert [(choice.id, choice.ownership) for choice in loose.ids] == [("order_id", "missing")]


def test_decorators_of_what_a_decorator_makes_run_too() -> None:
    found = project(
        {
            "app.py": FLASK
            + dedent("""
    from functools import wraps
    from flask_restful import Api, Resource
    from flask_jwt_extended import get_jwt_identity, jwt_required

    api = Api(app)


    def known(view):
        @wraps(view)
        @jwt_required()
        def wrapper(*args, **kwargs):
            g.who = get_jwt_identity()
            return view(*args, **kwargs)

        return wrapper


    def mine(view):
        @wraps(view)
        def wrapper(*args, **kwargs):
            order = db.session.get(Order, kwargs["order_id"])
            if order.user_id != g.who:
                abort(404)
            g.order = order
            return view(*args, **kwargs)

        return wrapper


    class Orders(Resource):
        method_decorators = [mine, known]

        def get(self, order_id):
            return jsonify(g.order.status)


    class Everything(Resource):
        method_decorators = [known]

        def get(self):
            return jsonify([order.status for order in Order.query.filter_by(user_id=g.who)])


    api.add_resource(Orders, "/orders/<int:order_id>")
    api.add_resource(Everything, "/orders")
    """)
        }
    )
    by_path = {each.route.path: each.route for each in found.handlers()}
    assert {path: route.authentication for path, route in by_path.items()} == {"/orders": "required", "/orders/<int:order_id>": "required"}
    assert by_path["/orders/<int:order_id>"].ownership == "owned"


def test_scopes_of_a_verified_token_are_no_secret_of_the_app() -> None:
    code = """
        from authx import AuthX
        from shop.auth import scheme

        security = AuthX()


        def claims_of(token: str = Depends(scheme)):
            return security.verify_token(token)


        def require_scopes(*needed: str):
            def checker(claims=Depends(claims_of)):
                scopes = claims.scopes or []
                if "*" in scopes:
                    return claims
                for scope in needed:
                    if scope not in scopes:
                        raise HTTPException(403)
                return claims
            return checker


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, claims=Depends(require_scopes("project:read"))):
            return session.get(Project, project_id)
    """
    found = show(code)
    assert found.role
    assert found.route.ownership == "unknown"  # a role, but nobody can tell that it is the highest


def test_a_superuser_of_fastapi_users() -> None:
    found = show("""
        from fastapi_users import FastAPIUsers

        users = FastAPIUsers[User, int](None, [])
        superuser = users.current_user(active=True, superuser=True)


        @router.delete("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: User = Depends(superuser)):
            session.delete(session.get(Project, project_id))
    """)
    assert found.route.ownership == "admin"


def test_the_callers_rows_beside_everybodys_of_the_same_table() -> None:
    found = flask("""
        import sqlite3

        @app.get("/notes")
        @login_required
        def show():
            connection = sqlite3.connect("notes.db")
            mine = connection.execute("SELECT id FROM notes WHERE user_id = ?", (current_user.id,)).fetchall()
            notes = connection.execute("SELECT id, text FROM notes").fetchall()
            return jsonify(mine=mine, notes=notes)
    """)
    assert found["show"].route.ownership == "unknown"


def test_both_who_write_in_a_new_chat_get_a_row() -> None:
    found = show("""
        @router.post("/chats")
        def show(session: SessionDep, user: CurrentUser, other_id: int = Body()):
            mine = Project(owner_id=user.id)
            theirs = Project(owner_id=other_id)
            session.add_all([mine, theirs])
            session.commit()
    """)
    assert not found.owners


def test_a_program_that_is_started_in_a_folder_with_an_init_file() -> None:
    files = {
        "web/__init__.py": "",
        "web/main.py": "from fastapi import FastAPI\nfrom api import orders\napp = FastAPI()\napp.include_router(orders.router, prefix='/orders')\n",
        "web/api/__init__.py": "",
        "web/api/orders.py": """
            from fastapi import APIRouter, Depends
            from api.auth import get_current_user
            router = APIRouter()
            @router.get("/mine")
            def mine(user=Depends(get_current_user)):
                return user.orders
        """,
        "web/api/auth.py": """
            from fastapi import Depends
            from fastapi.security import HTTPBearer
            from jose import jwt
            def get_current_user(token=Depends(HTTPBearer())):
                return jwt.decode(token.credentials, "key")
        """,
    }
    (route,) = project({path: dedent(text) for path, text in files.items()}).routes()
    assert (route.path, route.authentication) == ("/orders/mine", "required")


BELOW = {
    "web/__init__.py": "",
    "web/app/__init__.py": "",
    "web/app/models.py": "from sqlalchemy import Column, ForeignKey, Integer\nfrom app.db import Base\n"
    "class User(Base):\n    __tablename__ = 'users'\n    id = Column(Integer, primary_key=True)\n"
    "class Order(Base):\n    __tablename__ = 'orders'\n    id = Column(Integer, primary_key=True)\n    user_id = Column(ForeignKey('users.id'))\n",
    "web/app/db.py": "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\ndef get_db():\n    yield Session()\n",
    "web/app/auth.py": """
        from fastapi import Depends
        from fastapi.security import OAuth2PasswordBearer
        from app.models import User
        from app.db import get_db
        def get_current_user(token=Depends(OAuth2PasswordBearer("token")), db=Depends(get_db)) -> User:
            return db.query(User).filter(User.token == token).one()
    """,
    "web/app/api.py": """
        from fastapi import Depends, FastAPI
        from app.auth import get_current_user
        from app.db import get_db
        from app.models import Order
        app = FastAPI()
        @app.get("/orders/{order_id}")
        def show(order_id: int, user=Depends(get_current_user), db=Depends(get_db)):
            return db.query(Order).filter(Order.id == order_id).first()
    """,
}


def test_a_package_below_a_folder_with_an_init_file_is_imported_by_its_own_name() -> None:
    (route,) = project({path: dedent(text) for path, text in BELOW.items()}).routes()
    assert (route.authentication, route.ownership) == ("required", "missing")


def test_where_one_module_imports_by_the_outer_name_the_inner_one_is_a_package_from_elsewhere() -> None:
    outer = {**BELOW, "web/jobs.py": "from web.app.models import Order\n"}
    (route,) = project({path: dedent(text) for path, text in outer.items()}).routes()
    assert route.ownership != "missing"


FLAGS = ("not (user.is_admin or user.is_superuser)", "not user.is_admin and not user.is_superuser", 'not (user.is_admin or user.role == "admin")')


@pytest.mark.parametrize("test", FLAGS)
def test_one_of_several_roles_is_enough(test: str) -> None:
    found = show(f"""
        @router.get("/projects/{{project_id}}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            if {test}:
                raise HTTPException(403)
            return session.get(Project, project_id)
    """)
    assert found.role
    assert found.route.ownership == "admin"


def test_a_role_beside_something_else_asks_nobody() -> None:
    found = show("""
        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: CurrentUser):
            project = session.get(Project, project_id)
            if not user.is_admin and project.id > 1000:
                raise HTTPException(403)
            return project
    """)
    assert not found.role
    assert found.route.ownership == "missing"


def test_who_has_no_token_is_let_pass_before_it_is_read() -> None:
    found = show("""
        def maybe(request: Request, session: SessionDep):
            if not request.headers.get("authorization"):
                return None
            return get_current_user(session, request.headers["authorization"])


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user=Depends(maybe)):
            return session.get(Project, project_id)
    """)
    assert found.route.authentication != "required"


def test_who_is_logged_in_is_sent_on_from_the_login_page() -> None:
    found = flask("""
        @app.route("/login", methods=["GET", "POST"])
        def show():
            if session.get("user_id"):
                return redirect("/")
            user = User.query.filter_by(email=request.form["email"]).first()
            session["user_id"] = user.id
            return redirect("/")
    """)
    assert found["show"].route.authentication == "none"


def test_a_decorator_that_calls_another_one_with_the_view() -> None:
    found = flask("""
        import jwt
        from functools import wraps

        class Auth:
            def user_of(self):
                claims = jwt.decode(request.headers["Authorization"], "key", algorithms=["HS256"])
                return User.query.get(claims["sub"])

            def required(self, view=None):
                def decorator(inner):
                    @wraps(inner)
                    def wrapper(*args, **kwargs):
                        g.caller = self.user_of()
                        return inner(*args, **kwargs)
                    return wrapper
                return decorator(view) if view else decorator

        auth = Auth()

        def documented(view):
            def decorator(inner):
                inner = auth.required()(inner)
                inner.documented = True
                return inner
            return decorator(view)

        @app.get("/orders/<int:order_id>")
        @documented
        def show(order_id):
            return jsonify(Order.query.filter_by(id=order_id, user_id=g.caller.id).first_or_404().status)
    """)["show"]
    assert (found.route.authentication, found.route.ownership, found.caller_known) == ("required", "owned", True)


def test_a_filter_on_whatever_column_the_app_names_selects_no_row_by_its_status() -> None:
    found = show("""
        def listed(session, model, filters):
            query = select(model)
            for field, value in filters.items():
                if hasattr(model, field):
                    column = getattr(model, field)
                    query = query.where(column.in_(value) if isinstance(value, list) else column == value)
            return session.scalars(query).all()


        @router.get("/projects")
        def show(session: SessionDep, user: CurrentUser, status: str = "", owner_id: int = 0):
            filters = {}
            if status:
                filters["status"] = status
            if owner_id:
                filters["owner_id"] = owner_id
            return listed(session, Project, filters)
    """)
    assert [choice.id for choice in found.ids] == ["owner_id"]


def test_a_line_in_the_audit_log_makes_nothing_the_callers() -> None:
    found = show("""
        from sqlalchemy import ForeignKey
        from sqlalchemy.orm import Mapped, mapped_column
        from shop.models import Base


        class AuditLog(Base):
            __tablename__ = "audit_logs"
            id: Mapped[int] = mapped_column(primary_key=True)
            user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


        class NewCountry(BaseModel):
            name: str


        @router.post("/countries")
        def show(body: NewCountry, session: SessionDep, user: CurrentUser):
            session.add(Country(name=body.name))
            session.add(AuditLog(user_id=user.id))
            session.commit()
    """)
    assert found.route.ownership == "not-applicable"


def test_documents_of_beanie_belong_to_whom_their_links_lead_to() -> None:
    files = {
        "app.py": """
            from beanie import Document, Link
            from fastapi import Depends, FastAPI
            from fastapi.security import HTTPBearer

            app = FastAPI()


            class Usuario(Document):
                nome: str


            class Conta(Document):
                usuario: Link[Usuario]


            class Transacao(Document):
                conta: Link[Conta] | None = None


            @app.delete("/transacoes/{transacao_id}")
            async def apagar(transacao_id: str, token=Depends(HTTPBearer())):
                transacao = await Transacao.get(transacao_id)
                await transacao.delete()
        """
    }
    (found,) = project({path: dedent(text) for path, text in files.items()}).handlers()
    assert [(choice.id, choice.ownership, choice.owner_path) for choice in found.ids] == [("transacao_id", "missing", ("conta", "usuario"))]


SAME_ID_AGAIN = """
    def find(session, project_id):
        return session.execute(select(Project).where(Project.id == project_id)).scalars().first()


    def rename(session, project_id, name):
        session.execute(update(Project).where(Project.id == project_id).values(name=name))
        session.commit()
        return True


    def renamed(session, project_id, name, user):
        project = find(session, project_id)
        if project is None:
            return None
        if {test}:
            return rename(session, project_id, name)
        return False


    @router.put("/projects/{{project_id}}")
    def show(project_id: int, other_id: int, name: str, session: SessionDep, user: CurrentUser):
        result = renamed(session, {called}, name, user)
        if not result:
            raise HTTPException(404)
        return result
"""


@pytest.mark.parametrize(
    ("test", "called", "ownership"),
    [
        ("project.owner_id == user.id", "project_id", "owned"),
        ("project.owner_id != user.id", "project_id", "missing"),
        ("project.name == name", "project_id", "missing"),
    ],
)
def test_another_look_up_by_the_same_id_finds_the_row_that_fitted_the_caller(test: str, called: str, ownership: str) -> None:
    found = show(SAME_ID_AGAIN.format(test=test, called=called))
    assert [(choice.id, choice.ownership) for choice in found.ids] == [("project_id", ownership)]


def test_another_id_names_another_row_than_the_one_that_fitted_the_caller() -> None:
    code = SAME_ID_AGAIN.format(test="project.owner_id == user.id", called="project_id")
    found = show(code.replace("return rename(session, project_id, name)", "return rename(session, name, name)"))
    assert [choice.ownership for choice in found.ids if choice.id == "name"] == ["missing"]


def test_what_every_request_has_is_not_who_asks() -> None:
    handlers = flask("""
        @app.before_request
        def sane():
            if not request.environ.get("REQUEST_METHOD") or (request.content_length or 0) > 10_000_000:
                return "Bad Request", 400


        @app.get("/orders/<int:order_id>")
        def show(order_id):
            return jsonify(status=db.session.get(Order, order_id).status)
    """)
    assert handlers["show"].route.authentication == "none"


RANKED = """
    def allowed(name):
        def decorator(view):
            @functools.wraps(view)
            def inner(*args, **kwargs):
                if current_user.{which} != 1:
                    if name not in [permission.code for role in current_user.roles for permission in role.permissions]:
                        abort(403)
                return view(*args, **kwargs)
            return inner
        return decorator

    @app.get("/orders/<int:order_id>")
    @login_required
    @allowed("orders")
    def show(order_id):
        return jsonify(Order.query.get_or_404(order_id).status)
"""


@pytest.mark.parametrize(("which", "expected"), [("role_id", "unknown"), ("language_id", "missing")])
def test_the_number_of_a_role_is_a_role(which: str, expected: str) -> None:
    assert ids(flask("    import functools\n" + RANKED.replace("{which}", which))["show"]) == {"order_id": expected}


SAME_FOR_ALL = {
    "session.query(User).filter(User.email == 'demo@example.com').first()": "missing",
    "session.scalars(select(User).where(User.email == 'demo@example.com')).first()": "missing",
    "{'id': 1, 'name': 'demo'}": "unknown",  # whose id that is nobody can tell
}


@pytest.mark.parametrize(("gives", "said"), SAME_FOR_ALL.items())
def test_a_login_that_nobody_has_written_yet_says_nothing_of_who_calls(gives: str, said: str) -> None:
    code = f"""
    def current_user(session: SessionDep):
        user = {gives}
        return user


    @router.delete("/projects/{{project_id}}")
    def remove(project_id: int, session: SessionDep, user: User = Depends(current_user)):
        project = session.query(Project).filter(Project.id == project_id, Project.owner_id == user.id).first()
        session.delete(project)
    """
    found = fastapi(code)["remove"]
    assert (found.route.authentication, found.route.ownership) == ("none", said)


def test_a_login_that_reads_what_was_kept_for_the_request_is_one() -> None:
    code = """
    def current_user(session: SessionDep):
        return session.query(User).filter(User.id == user_id_of_this_request.get()).first()


    @router.delete("/projects/{project_id}")
    def remove(project_id: int, session: SessionDep, user: User = Depends(current_user)):
        project = session.query(Project).filter(Project.id == project_id, Project.owner_id == user.id).first()
        session.delete(project)
    """
    assert fastapi(code)["remove"].route.ownership != "missing"
