"""Documents that a query calls by one letter, and users of whom some may be asked for."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi

COSMOS = """
    from azure.cosmos import CosmosClient

    box = CosmosClient("url", "key").get_database_client("clinic").get_container_client("box")


    @router.get("/{path}/{{number}}")
    def show(number: str):
        return list(box.query_items("SELECT * FROM c WHERE c.number = @n", parameters=[{{"name": "@n", "value": number}}]))


    @router.post("/{path}")
    def make(body: dict, user: CurrentUser):
        return box.upsert_item(body)
"""


@pytest.mark.parametrize(
    ("path", "exposed"),
    [("patients", "private"), ("pacientes/por-matricula", "private"), ("expedientes", "private"), ("notes-of-release", ""), ("cities", "")],
)
def test_the_path_says_what_a_query_does_not(path: str, exposed: str) -> None:
    assert fastapi(COSMOS.format(path=path))["show"].exposed[1] == exposed


USERS = """
    class Out(BaseModel):
        id: int
        email: str


    @router.get("/people", response_model=list[Out])
    def people(session: SessionDep, {param}):
        users = select(User)
        {sifts}
        return session.scalars(users).all()


    @router.get("/admin/people", response_model=list[Out])
    def all_people(session: SessionDep, user: CurrentUser):
        return session.scalars(select(User)).all()
"""


@pytest.mark.parametrize(
    ("param", "sifts", "exposed"),
    [
        ("page: int = 1", "pass", "users"),
        ("role: str | None = None", "if role:\n            users = users.where(User.role == role)", "users"),
        ("name: str = ''", "users = users.where(User.email == name)", ""),
    ],
)
def test_a_list_of_users_that_may_be_sifted_is_one_of_all(param: str, sifts: str, exposed: str) -> None:
    assert fastapi(USERS.format(param=param, sifts=sifts))["people"].exposed[1] == exposed
