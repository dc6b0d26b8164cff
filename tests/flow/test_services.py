"""Look-ups behind an object that a module makes, what a handler writes into a body, and what another service answers."""

from __future__ import annotations

from tests.flow.apps import fastapi, ids

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
