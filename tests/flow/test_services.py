"""Look-ups behind an object that a module makes, what a handler writes into a body, and what another service answers."""

from __future__ import annotations

from tests.flow.apps import fastapi, flask, ids

SERVICE = """
    import httpx


    class TaskIn(BaseModel):
        title: str
        project_id: int = 0
        owner_id: int = 0


    class ProjectService:
        @staticmethod
        def find(session, project_id):
            return session.query(Project).filter(Project.id == project_id).first()

        @staticmethod
        def remove(session, project_id):
            session.delete(session.query(Project).filter(Project.id == project_id).first())


    service = ProjectService()
"""


def test_static_methods_of_a_service_object() -> None:
    handlers = fastapi(
        SERVICE
        + """
    @router.get("/projects/{project_id}")
    def show(project_id: int, session: SessionDep, user: CurrentUser):
        return service.find(session, project_id)


    @router.delete("/projects/{project_id}")
    def remove(project_id: int, session: SessionDep, user: CurrentUser):
        if service.find(session, project_id).owner_id != user.id:
            raise HTTPException(403)
        service.remove(session, project_id)
    """
    )
    assert ids(handlers["show"]) == {"project_id": "missing"} and ids(handlers["remove"]) == {"project_id": "owned"}


def test_what_the_handler_writes_into_a_body_is_not_what_the_client_says() -> None:
    handlers = fastapi(
        SERVICE
        + """
    def add(session, data):
        session.add(Project(**data.model_dump()))


    @router.post("/projects")
    def own(data: TaskIn, session: SessionDep, user: CurrentUser):
        data.owner_id = user.id
        add(session, data)


    @router.post("/projects/theirs")
    def sometimes(data: TaskIn, session: SessionDep, user: CurrentUser):
        if data.title:
            data.owner_id = user.id
        add(session, data)


    @router.post("/projects/any")
    def any_owner(data: TaskIn, session: SessionDep, user: CurrentUser):
        add(session, data)


    @router.put("/projects")
    def change(data: TaskIn, session: SessionDep, user: CurrentUser):
        data.title = data.title.strip()
        return session.get(Project, data.project_id)
    """
    )
    assert not handlers["own"].owners and [owner.id for owner in handlers["any_owner"].owners] == ["owner_id"]
    assert not handlers["sometimes"].owners  # nobody can tell
    assert ids(handlers["change"]) == {"project_id": "missing"}


def test_what_another_service_answers_is_not_the_clients_choice() -> None:
    handlers = fastapi(
        SERVICE
        + """
    @router.post("/receipts")
    async def check(receipt: str, session: SessionDep, user: CurrentUser):
        async with httpx.AsyncClient() as client:
            answer = await client.post("https://pay.example/verify", json={"receipt": receipt})
        return session.get(Project, answer.json()["project_id"])
    """
    )
    assert ids(handlers["check"]) == {}


def test_an_open_route_among_kept_ones() -> None:
    handlers = fastapi("""
    @router.get("/projects")
    def mine(session: SessionDep, user: CurrentUser):
        return session.scalars(select(Project).where(Project.owner_id == user.id)).all()


    @router.get("/projects/latest")
    def latest(session: SessionDep, user: CurrentUser):
        return session.scalars(select(Project).where(Project.owner_id == user.id)).first()


    @router.get("/projects/{project_id}")
    def show(project_id: int, session: SessionDep):
        return session.get(Project, project_id)


    @router.put("/projects/{project_id}")
    def rename(project_id: int, name: str, session: SessionDep):
        session.get(Project, project_id).name = name
    """)
    assert handlers["show"].exposed == ("Project", "only") and handlers["rename"].exposed[1] != "only"


def test_a_guard_that_answers_with_a_reason() -> None:
    handlers = fastapi("""
    def may_see(session, project_id, user):
        project = session.get(Project, project_id)
        if project is None:
            return False, "gone"
        if project.owner_id != user.id:
            return False, "not yours"
        return True, None


    def find(session, project_id, user):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            return None, "not yours"
        return project, None


    @router.get("/projects/{project_id}")
    def held(project_id: int, session: SessionDep, user: CurrentUser):
        ok, reason = may_see(session, project_id, user)
        if not ok:
            raise HTTPException(403, reason)
        return session.get(Project, project_id)


    @router.get("/projects/{project_id}/found")
    def found(project_id: int, session: SessionDep, user: CurrentUser):
        project, error = find(session, project_id, user)
        if project is None:
            raise HTTPException(404, error)
        return project


    @router.get("/projects/{project_id}/wrong")
    def upside_down(project_id: int, session: SessionDep, user: CurrentUser):
        ok, reason = may_see(session, project_id, user)
        if ok:
            raise HTTPException(403, reason)
        return session.get(Project, project_id)
    """)
    assert ids(handlers["held"]) == {"project_id": "owned"} and ids(handlers["found"]) == {"project_id": "owned"}
    assert ids(handlers["upside_down"]) == {"project_id": "missing"}


PRINCIPAL = """
    from functools import wraps

    from flask_principal import Permission, RoleNeed, UserNeed
    from flask_restx import Api, Resource
    from werkzeug.routing import BaseConverter


    class OwnerPermission(Permission):
        def __init__(self, order):
            super().__init__(UserNeed(order.user_id))


    class ModelConverter(BaseConverter):
        model = None

        def to_python(self, value):
            return self.model.query.get_or_404(value)


    class OrderConverter(ModelConverter):
        model = Order


    class Secured(Api):
        def secure(self, func):
            if isinstance(func, Permission):
                return self.asking(func)
            return self.wrapped(func)

        def asking(self, permission):
            def decorator(func):
                return self.wrapped(func, permission)

            return decorator

        def wrapped(self, func, permission=None):
            @wraps(func)
            def wrapper(*args, **kwargs):
                if not current_user.is_authenticated:
                    self.abort(401)
                if permission is not None:
                    with permission.require():
                        return func(*args, **kwargs)
                return func(*args, **kwargs)

            return wrapper


    app.url_map.converters["order"] = OrderConverter
    staff_permission = Permission(RoleNeed("staff"))
    api = Secured(app)
    ns = api.namespace("orders")


    @ns.route("/<order:order>")
    class One(Resource):
        @api.secure
        def get(self, order):
            OwnerPermission(order).test()
            return order.status

        @api.secure
        def delete(self, order):
            db.session.delete(order)

        @api.secure(staff_permission)
        def put(self, order):
            order.status = request.json["status"]

        def post(self, order):
            return order.status
"""


def test_decorators_that_an_api_object_makes_and_objects_that_the_path_names() -> None:
    handlers = flask(PRINCIPAL)
    said = {name.rpartition(".")[2]: (h.route.authentication, h.caller_known, ids(h).get("order")) for name, h in handlers.items()}
    assert said["get"] == ("required", True, "owned") and said["delete"] == ("required", True, "missing")
    assert said["put"] == ("required", True, "unknown") and said["post"][0] == "none"


def test_rows_that_a_route_shows_because_they_are_public_say_nothing_of_others() -> None:
    code = """
    @router.get("/public/{{project_id}}")
    def public(project_id: int, session: SessionDep):
        project = session.get(Project, project_id)
        {test}
        return project


    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep, user: CurrentUser):
        return session.get(Project, project_id)
    """
    asked = fastapi(code.format(test="if project.access_type != 'public': raise HTTPException(403)"))
    anybody = fastapi(code.format(test="if project is None: raise HTTPException(404)"))
    assert ids(asked["show"]) == {"project_id": "missing"} and ids(anybody["show"]) == {"project_id": "unknown"}


def test_a_guard_that_only_some_ways_come_to() -> None:
    handlers = fastapi("""
    def reachable(session: SessionDep, user: CurrentUser, project_id: int):
        project = session.get(Project, project_id)
        if project.status == "open":
            return {"user": user, "project": project}
        if project.owner_id != user.id:
            raise HTTPException(403)
        return {"user": user, "project": project}


    @router.get("/projects/{project_id}")
    def show(project_id: int, found: dict = Depends(reachable)):
        return found["project"]
    """)
    assert ids(handlers["show"]) == {"project_id": "unknown"}


def test_a_login_with_a_way_around_it_for_development() -> None:
    handlers = fastapi("""
    from typing import Annotated

    from fastapi import Header


    class AuthUser(BaseModel):
        id: int


    async def login_needed(request: Request, access_token: Annotated[str | None, Header()] = None):
        if settings.DEBUG:
            return AuthUser(id=1)
        token = access_token or request.cookies.get("token")
        if token:
            return await user_of(token)
        raise HTTPException(401)


    async def maybe_login(access_token: Annotated[str | None, Header()] = None):
        if not access_token:
            return None
        return await user_of(access_token)


    @router.get("/projects/{project_id}")
    def show(project_id: int, session: SessionDep, user: Annotated[AuthUser, Depends(login_needed)]):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(403)
        return project


    @router.get("/about")
    def about(user: Annotated[AuthUser, Depends(maybe_login)]):
        return user
    """)
    assert handlers["show"].route.authentication == "required" and ids(handlers["show"]) == {"project_id": "owned"}
    assert handlers["about"].route.authentication != "required"


def test_collections_that_a_repository_holds() -> None:
    handlers = fastapi("""
    from bson import ObjectId
    from motor.motor_asyncio import AsyncIOMotorClient

    mongo = AsyncIOMotorClient()["shop"]


    class SkillRepository:
        def __init__(self):
            self.collection = mongo.user_skills

        async def create(self, data, user_id):
            return await self.collection.insert_one({**data, "user_id": ObjectId(user_id)})

        async def mine(self, user_id):
            return await self.collection.aggregate([{"$match": {"user_id": ObjectId(user_id)}}]).to_list(100)

        async def find(self, skill_id):
            return await self.collection.find_one({"_id": ObjectId(skill_id)})

        async def change(self, skill_id, data):
            await self.collection.update_one({"_id": ObjectId(skill_id)}, {"$set": data})


    @router.post("/skills")
    async def create(data: dict, user: CurrentUser, repository: SkillRepository = Depends(SkillRepository)):
        await repository.create(data, user.id)


    @router.get("/skills")
    async def mine(user: CurrentUser, repository: SkillRepository = Depends(SkillRepository)):
        return await repository.mine(user.id)


    @router.get("/skills/{skill_id}")
    async def show(skill_id: str, repository: SkillRepository = Depends(SkillRepository)):
        return await repository.find(skill_id)


    @router.put("/skills/{skill_id}")
    async def change(skill_id: str, data: dict, repository: SkillRepository = Depends(SkillRepository)):
        await repository.change(skill_id, data)
    """)
    assert handlers["mine"].route.ownership == "owned" and [i.model for i in handlers["change"].ids] == ["user_skills"]
    assert ids(handlers["show"]) == {"skill_id": "public"} and ids(handlers["change"]) == {"skill_id": "missing"}


def test_collections_are_called_by_the_repository_that_asks() -> None:
    """The look-up stands in a base class, which knows its collection only by what inherits from it."""
    handlers = fastapi("""
    from bson import ObjectId
    from pymongo import MongoClient


    class Repository:
        @classmethod
        def collection(cls):
            return MongoClient().get_database()[cls.collection_name]

        @classmethod
        def find(cls, row_id):
            return cls.collection().find_one({"_id": ObjectId(row_id)})


    class InvoiceRepository(Repository):
        collection_name = "invoices"


    class ColourRepository(Repository):
        collection_name = made_elsewhere()


    @router.get("/invoices/{invoice_id}")
    async def invoice(invoice_id: str, user: CurrentUser):
        return InvoiceRepository.find(invoice_id)


    @router.get("/colours/{colour_id}")
    async def colour(colour_id: str, user: CurrentUser):
        return ColourRepository.find(colour_id)
    """)
    assert [i.model for i in handlers["invoice"].ids] == ["invoices"] and ids(handlers["invoice"]) == {"invoice_id": "missing"}
    assert [i.model for i in handlers["colour"].ids] == ["Colour"] and ids(handlers["colour"]) == {"colour_id": "unknown"}


def test_copies_in_redis_are_no_rows_and_new_rows_narrow_a_list() -> None:
    handlers = fastapi("""
    from redis.asyncio import Redis

    cache = Redis()


    @router.post("/projects/{project_id}/tasks")
    async def add(project_id: int, session: SessionDep, user: CurrentUser):
        session.add(ProjectMember(project_id=project_id, user_id=user.id))
        await cache.delete(f"project:{project_id}:tasks")


    @router.post("/projects")
    def make(session: SessionDep, user: CurrentUser):
        project = Project(owner_id=user.id)
        session.add(project)
        return session.query(Task).filter(Task.project_id == project.id).all()
    """)
    assert ids(handlers["add"]) == {} and not handlers["make"].lists


def test_a_role_that_a_setting_may_do_without_is_no_role() -> None:
    code = """
    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep, user: CurrentUser):
        if not ({test}):
            raise HTTPException(403)
        return session.get(Project, project_id)
    """
    open_to_all = fastapi(code.format(test="len(settings.allowed) == 0 or user.id in settings.allowed or user.is_admin"))
    staff = fastapi(code.format(test="user.is_admin"))
    assert ids(open_to_all["show"]) == {"project_id": "missing"} and staff["show"].route.ownership == "admin"


def test_a_method_that_is_depended_on_has_its_object() -> None:
    users = """
    import jwt
    from fastapi import Depends, HTTPException
    from fastapi.security import OAuth2PasswordBearer
    from sqlalchemy.orm import Session

    from shop.db import get_session
    from shop.models import User

    scheme = OAuth2PasswordBearer(tokenUrl="token")


    class Users:
        def current(self, token: str = Depends(scheme), session: Session = Depends(get_session)) -> User:
            user = session.query(User).filter(User.id == self.read(token)["sub"]).first()
            if user is None:
                raise HTTPException(401)
            return user

        def read(self, token: str):
            return jwt.decode(token, "key", algorithms=["HS256"])


    users = Users()
    """
    handlers = fastapi(
        """
    from shop.users import users


    @router.get("/me")
    def me(user: User = Depends(users.current)):
        return user


    @router.get("/projects/{project_id}")
    def show(project_id: int, session: SessionDep, user: User = Depends(users.current)):
        return session.query(Project).filter(Project.id == project_id, Project.owner_id == user.id).first()
    """,
        {"shop/users.py": users},
    )
    assert ids(handlers["me"]) == {} and handlers["me"].route.ownership == "owned"
    assert ids(handlers["show"]) == {"project_id": "owned"}


SCOPED = """
    class TaskService:
        def __init__(self, session):
            self.session = session

        def get(self, task_id, *, project_id=None):
            task = self.session.get(Task, {key})
            if task is None:
                return None
            if project_id is not None and task.project_id != project_id:
                return None
            return task


    def mine(project_id: int, session: SessionDep, user: CurrentUser):
        if session.get(ProjectMember, (project_id, user.id)) is None:
            raise HTTPException(403)


    @router.get("/{path}")
    def show(project_id: int, task_id: int, session: SessionDep, user: CurrentUser, member=Depends(mine)):
        task = TaskService(session).get(task_id, project_id=project_id)
        if task is None:
            raise HTTPException(404)
        return task
"""


def test_what_the_path_says_is_never_left_out() -> None:
    path = "projects/{project_id}/tasks/{task_id}"
    for key in ("task_id", "ident=task_id"):
        assert ids(fastapi(SCOPED.replace("{key}", key).replace("{path}", path))["show"])["task_id"] == "owned"
    query = "tasks/{task_id}"  # `?project_id=`, which the client may leave out
    assert ids(fastapi(SCOPED.replace("{key}", "task_id").replace("{path}", query))["show"])["task_id"] != "owned"


def test_a_key_by_its_name_names_the_row() -> None:
    code = """
    def find(session, model, id):
        found = session.get(model, ident=id)
        if not found:
            raise HTTPException(404)
        return found


    @router.get("/projects/{project_id}/tasks")
    def show(project_id: int, session: SessionDep, user: CurrentUser):
        project = find(session, Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(403)
        return session.query(Task).filter(Task.project_id == project_id).all()
    """
    assert ids(fastapi(code)["show"]) == {"project_id": "owned"}
