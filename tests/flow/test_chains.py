"""The calls that lead from a handler to a look-up are part of what is told; what the project says is public is told nowhere."""

from __future__ import annotations

from tests.flow.apps import fastapi

REPOSITORY = """
from shop.models import Project


class Projects:
    def get(self, db, project_id):
        return db.get(Project, project_id)
"""
SERVICE = """
from shop.repository import Projects


class Service:
    def __init__(self, db):
        self.db, self.projects = db, Projects()

    def rename(self, project_id, name):
        project = self.projects.get(self.db, project_id)
        project.name = name
        self.db.commit()
        return project
"""
RENAMES = """
from shop.service import Service

@router.put("/projects/{project_id}")
def rename(project_id: int, name: str, db: SessionDep, user: CurrentUser):
    return Service(db).rename(project_id, name)
"""


def test_the_chain_leads_through_every_file_between_the_handler_and_the_data():
    handler = fastapi(RENAMES, {"shop/repository.py": REPOSITORY, "shop/service.py": SERVICE})["rename"]
    (choice,) = handler.ids
    assert choice.ownership == "missing"
    assert [(each.at.path, each.at.line, each.message) for each in choice.chain] == [
        ("shop/service.py", 10, "get is called here"),
        ("shop/repository.py", 7, "Project is looked up here"),
    ]


def test_a_look_up_in_the_handler_has_no_chain():
    handler = fastapi("""
        @router.get("/projects/{project_id}")
        def show(project_id: int, db: SessionDep, user: CurrentUser):
            return db.get(Project, project_id)
        """)["show"]
    assert [(choice.ownership, choice.chain) for choice in handler.ids] == [("missing", ())]


OPEN = """
@router.get("/mine/{project_id}")
def mine(project_id: int, db: SessionDep, user: CurrentUser):
    return db.query(Project).filter(Project.id == project_id, Project.owner_id == user.id).first()

@router.get("/mine")
def all_mine(db: SessionDep, user: CurrentUser):
    return db.query(Project).filter(Project.owner_id == user.id).all()

@router.delete("/projects/{project_id}")
def drop(project_id: int, db: SessionDep):
    db.delete(db.get(Project, project_id))
    db.commit()

@router.get("/projects")
def everything(db: SessionDep, user: CurrentUser):
    return db.query(Project).all()
"""


def test_what_the_project_says_is_public_is_no_oversight():
    plain = fastapi(OPEN)
    assert [choice.ownership for choice in plain["drop"].ids] == ["missing"]
    assert [each.model for each in plain["everything"].lists] == ["Project"]
    said = fastapi(OPEN, public=("drop", "everything"))
    assert [choice.ownership for choice in said["drop"].ids] == ["public"] and said["drop"].exposed == ("", "")
    assert said["everything"].lists == () and said["everything"].route.ownership == "public"
    assert said["mine"].route.ownership == plain["mine"].route.ownership == "owned"
