"""Answers that are objects: a decision with a field that says yes or no, and an object that is there whatever its parts say; dependencies that a
function of the project makes; ids that go where nobody can follow them."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, flask, ids

DECISION = """
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import BaseModel

from shop.models import Project


class Decision(BaseModel):
    allowed: bool
    reason: str = ""


@dataclass
class Verdict:
    ok: bool
    reason: str = ""


class Answer(NamedTuple):
    granted: bool
    reason: str


def may_read(db, user, project) -> Decision:
    if project is None:
        return Decision(allowed=False, reason="no such project")
    if project.owner_id != user.id:
        return Decision(allowed=False, reason="not yours")
    return Decision(allowed=True)


def compared(db, user, project) -> Decision:
    return Decision(allowed=project.owner_id == user.id)


def by_position(db, user, project) -> Verdict:
    if project.owner_id == user.id:
        return Verdict(True)
    return Verdict(False, "not yours")


def a_tuple(db, user, project) -> Answer:
    if project.owner_id == user.id:
        return Answer(True, "owner")
    return Answer(False, "not yours")


def a_dict(db, user, project):
    if project.owner_id != user.id:
        return {"success": False, "error": "not yours"}
    return {"success": True}


def only_checks_it_exists(db, user, project) -> Decision:
    if project is None:
        return Decision(allowed=False, reason="no such project")
    return Decision(allowed=True)


def the_wrong_way_round(db, user, project) -> Decision:
    if project.owner_id == user.id:
        return Decision(allowed=False)
    return Decision(allowed=True)
"""
HANDLER = """
from shop import access

@router.get("/projects/{project_id}")
def show(project_id: int, user: CurrentUser, db: SessionDep):
    project = db.get(Project, project_id)
    decision = access.%s(db, user, project)
    if not %s:
        raise HTTPException(403)
    return project
"""


@pytest.mark.parametrize(
    ("function", "test", "expected"),
    [
        ("may_read", "decision.allowed", "owned"),
        ("compared", "decision.allowed", "owned"),
        ("by_position", "decision.ok", "owned"),
        ("a_tuple", "decision.granted", "owned"),
        ("a_dict", 'decision["success"]', "owned"),
        ("a_dict", 'decision.get("success")', "owned"),
        ("only_checks_it_exists", "decision.allowed", "missing"),
        ("the_wrong_way_round", "decision.allowed", "missing"),
        ("may_read", "decision", "unknown"),  # an object is there whatever it says; only the name of the function speaks for a guard
        ("compared", "decision", "missing"),
    ],
)
def test_decisions(function: str, test: str, expected: str) -> None:
    found = fastapi(HANDLER % (function, test), {"shop/access.py": DECISION})
    assert ids(found["show"])["project_id"] == expected


def test_a_user_object_that_says_whether_they_are_admin_asks_nobody_for_a_role() -> None:
    code = """
    from pydantic import BaseModel

    class Session(BaseModel):
        user_id: int
        admin: bool

    def session_of(user: CurrentUser) -> Session:
        made = Session(user_id=user.id, admin=user.is_admin)
        if not made:
            raise HTTPException(401)
        return made

    def staff(user: CurrentUser) -> Session:
        made = Session(user_id=user.id, admin=user.is_admin)
        if not made.admin:
            raise HTTPException(403)
        return made

    @router.get("/projects/{project_id}")
    def show(project_id: int, db: SessionDep, session: Session = Depends(session_of)):
        return db.get(Project, project_id)

    @router.get("/staff/{project_id}")
    def any_of_them(project_id: int, db: SessionDep, session: Session = Depends(staff)):
        return db.get(Project, project_id)
    """
    found = fastapi(code)
    assert ids(found["show"]) == {"project_id": "missing"}
    assert ids(found["any_of_them"]) == {"project_id": "admin"}


def test_a_function_of_the_project_that_makes_the_dependency() -> None:
    code = """
    from typing import Annotated, Any

    def access(*, roles: list[str] | None = None) -> Any:
        def checked(user: CurrentUser) -> User:
            if roles and user.role not in roles:
                raise HTTPException(403)
            return user
        return Depends(checked)

    Member = Annotated[User, access()]

    @router.get("/projects/{project_id}")
    def show(project_id: int, db: SessionDep, user: Member):
        return db.get(Project, project_id)

    @router.get("/mine/{project_id}")
    def mine(project_id: int, db: SessionDep, user: User = access()):
        return db.scalars(select(Project).where(Project.id == project_id, Project.owner_id == user.id)).first()
    """
    found = fastapi(code)
    assert (found["show"].route.authentication, ids(found["show"])) == ("required", {"project_id": "missing"})
    assert (found["mine"].route.authentication, ids(found["mine"])) == ("required", {"project_id": "owned"})


def test_rows_of_the_caller_say_nothing_of_an_id_that_goes_elsewhere() -> None:
    code = """
    import redis.asyncio as redis

    from shop.queue import get_queue

    streams = redis.Redis()

    @router.get("/chats/{chat_id}/stream")
    async def stream(chat_id: str, user: CurrentUser, db: SessionDep):
        projects = db.scalars(select(Project).where(Project.owner_id == user.id)).all()
        return {"projects": projects, "events": await streams.xread({f"chat:{chat_id}": "0"})}

    @router.post("/jobs")
    def start(user: CurrentUser, db: SessionDep, machine_id: str = Body()):
        get_queue().put(machine_id)
        return db.scalars(select(Project).where(Project.owner_id == user.id)).all()

    @router.get("/chats/{chat_id}/mine")
    def mine(chat_id: str, user: CurrentUser, db: SessionDep):
        return db.scalars(select(Project).where(Project.owner_id == user.id)).all()

    @router.get("/users/{user_id}/projects")
    def of_user(user_id: int, user: CurrentUser, db: SessionDep):
        if user_id != user.id:
            raise HTTPException(404)
        return db.scalars(select(Project).where(Project.owner_id == user.id)).all()
    """
    queue = """
    class Queue:
        def put(self, machine_id: str) -> None:
            raise NotImplementedError

    def get_queue() -> Queue:
        return Queue()
    """
    found = fastapi(code, {"shop/queue.py": queue})
    said = {name: handler.route.ownership for name, handler in found.items()}
    assert said == {"stream": "unknown", "start": "unknown", "mine": "owned", "of_user": "owned"}


def test_a_class_that_something_of_the_project_turns_into_a_view() -> None:
    code = """
    class Handler:
        def _process(self):
            return jsonify(Order.query.get(request.view_args["order_id"]).status)

    class View:
        def __call__(self, order_id):
            return jsonify(Order.query.get(order_id).status)

    class Blueprint(Blueprint):
        def add_url_rule(self, rule, endpoint, view_func, **options):
            return super().add_url_rule(rule, endpoint, wrapped(view_func), **options)

    bp = Blueprint("orders", __name__)
    bp.add_url_rule("/orders/<int:order_id>", "order", Handler)
    bp.add_url_rule("/called/<int:order_id>", "called", View)
    app.register_blueprint(bp)
    """
    found = flask(code)
    assert (found["Handler"].route.ownership, found["Handler"].route.authentication) == ("unknown", "unknown")
    assert found["__call__"].route.ownership == "public"


def test_a_decorator_that_a_function_of_the_project_made() -> None:
    code = """
    from functools import wraps

    def allowed(who):
        def with_options(staff_too=False):
            def decorator(view):
                @wraps(view)
                def wrapped(order_id, *args, **kwargs):
                    order = Order.query.get_or_404(order_id)
                    if who == "owner" and order.user_id == current_user.id:
                        return view(order_id, *args, **kwargs)
                    abort(403)
                return wrapped
            return decorator
        return with_options

    def logged_in_only():
        def decorator(view):
            @wraps(view)
            def wrapped(*args, **kwargs):
                if not current_user.is_authenticated:
                    abort(401)
                return view(*args, **kwargs)
            return wrapped
        return decorator

    owners = allowed("owner")
    members = logged_in_only()

    @app.route("/orders/<int:order_id>")
    @owners(staff_too=True)
    def show(order_id):
        return jsonify(Order.query.get(order_id).status)

    @app.route("/open/<int:order_id>")
    @members
    def open_to_members(order_id):
        return jsonify(Order.query.get(order_id).status)
    """
    found = flask(code)
    assert (found["show"].route.authentication, ids(found["show"])) == ("required", {"order_id": "owned"})
    assert (found["open_to_members"].route.authentication, ids(found["open_to_members"])) == ("required", {"order_id": "missing"})


def test_an_id_of_the_path_that_nobody_could_follow_is_not_told_to_be_nobodys() -> None:
    code = """
    from vault import store

    @app.route("/uploads/<upload_id>")
    @login_required
    def upload(upload_id):
        return jsonify(store.status_of(upload_id))

    @app.route("/themes/<theme_id>")
    @login_required
    def theme(theme_id):
        return jsonify("ok")
    """
    found = flask(code)
    assert {name: handler.route.ownership for name, handler in found.items()} == {"upload": "unknown", "theme": "not-applicable"}
