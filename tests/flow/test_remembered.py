"""Verdicts that are remembered: the same as those made anew, whatever was changed, and not made anew where nothing that they depend on was."""

from __future__ import annotations

from hashlib import blake2b

import msgspec
import pytest

from prodlint.facts import facts_of
from prodlint.flow.judging.remembered import Verdicts
from prodlint.project import Project, link
from tests.flow.apps import AUTH, DB, MODELS
from tests.pages import source

SERVICES = """
from fastapi import HTTPException
from sqlalchemy import select

from shop.models import Project, Task


def find_project(db, project_id):
    return db.scalars(select(Project).where(Project.id == project_id)).first()


def own(project, user):
    if project is None or project.owner_id != user.id:
        raise HTTPException(404)
    return project


def find_task(db, task_id):
    return db.get(Task, task_id)
"""
ACCESS = """
from shop.services import find_project
from shop.services import own as mine

STRICT = True
"""
PROJECTS = """
from fastapi import APIRouter, Depends

from shop.access import STRICT, find_project, mine
from shop.auth import CurrentUser, get_current_user
from shop.db import SessionDep

router = APIRouter(prefix="/projects", dependencies=[Depends(get_current_user)])


class View:
    def __init__(self, db):
        self.db = db

    def read(self, project_id, user):
        return mine(find_project(self.db, project_id), user)


@router.get("/{project_id}")
def show(project_id: int, db: SessionDep, user: CurrentUser):
    return View(db).read(project_id, user)


@router.delete("/{project_id}")
def remove(project_id: int, db: SessionDep, user: CurrentUser):
    project = find_project(db, project_id)
    db.delete(project)


@router.put("/{project_id}")
def rename(project_id: int, db: SessionDep, user: CurrentUser):
    project = mine(find_project(db, project_id), user) if STRICT else find_project(db, project_id)
    project.name = "x"
"""
TASKS = """
from fastapi import APIRouter

from shop.auth import CurrentUser
from shop.db import SessionDep
from shop.services import find_task

router = APIRouter(prefix="/tasks")


@router.get("/{task_id}")
def task(task_id: int, db: SessionDep, user: CurrentUser):
    return find_task(db, task_id)
"""
MAIN = """
from fastapi import FastAPI

from shop import projects, tasks

app = FastAPI()
app.include_router(projects.router)
app.include_router(tasks.router)
"""
FILES = {
    "shop/__init__.py": "",
    "shop/models.py": MODELS,
    "shop/db.py": DB,
    "shop/auth.py": AUTH,
    "shop/services.py": SERVICES,
    "shop/access.py": ACCESS,
    "shop/projects.py": PROJECTS,
    "shop/tasks.py": TASKS,
    "shop/main.py": MAIN,
}


def examined(files: dict[str, str], known: bytes = b"") -> Project:
    digests = {path: blake2b(text.encode()).hexdigest() for path, text in files.items()}
    facts = {path: facts_of(source(path, text)) for path, text in files.items()}
    return link(facts, digests=digests, verdicts=known)


def said(project: Project) -> list[bytes]:
    return [msgspec.json.encode(handler) for handler in project.handlers()]


def after(changes: dict[str, str]) -> dict[str, str]:
    """Ownership by handler, where what is remembered of the unchanged app calls every handler public."""
    first = examined(FILES)
    first.handlers()
    known = msgspec.msgpack.decode(first.verdicts, type=Verdicts)
    for verdict in known.said.values():
        verdict.outcome.ownership = "public"
    second = examined({**FILES, **changes}, msgspec.msgpack.encode(known))
    return {handler.route.handler.rpartition(".")[2]: handler.route.ownership for handler in second.handlers()}


def test_a_change_is_followed_to_what_it_reaches_and_no_further() -> None:
    assert after({}) == {"show": "public", "remove": "public", "rename": "public", "task": "public"}
    assert after({"shop/tasks.py": TASKS + "\n\nMORE = 1\n"}) == {"show": "public", "remove": "public", "rename": "public", "task": "missing"}
    assert after({"shop/projects.py": "# what users own\n" + PROJECTS}) == {"show": "owned", "remove": "missing", "rename": "owned", "task": "public"}
    loose = SERVICES.replace("raise HTTPException(404)", "pass")
    assert after({"shop/services.py": loose}) == {"show": "missing", "remove": "missing", "rename": "missing", "task": "missing"}


def test_what_a_package_makes_of_the_name_of_a_module_is_followed() -> None:
    loose = "def own(project, user):\n    return project\n"
    strict = "def own(project, user):\n    if project is None or project.owner_id != user.id:\n        raise PermissionError()\n    return project\n"
    files = {
        **FILES,
        "shop/guards/__init__.py": "",
        "shop/guards/mine.py": strict,
        "shop/guards/other.py": f"class mine:\n    own = staticmethod(lambda project, user: project)\n\n\n{loose}",
        "shop/projects.py": PROJECTS.replace("find_project, mine", "find_project")
        .replace("from shop.auth", "from shop.guards import mine\nfrom shop.auth", 1)
        .replace("mine(", "mine.own("),
    }
    first = examined(files)
    before = said(first)
    changed = {**files, "shop/guards/__init__.py": "from .other import mine\n"}
    assert said(examined(changed, first.verdicts)) == said(examined(changed)) != before


def test_nothing_is_remembered_where_what_every_verdict_depends_on_has_changed() -> None:
    anew = {"show": "owned", "remove": "missing", "rename": "owned", "task": "missing"}
    assert after({"shop/more.py": "A = 1\n"}) == anew  # a new file can be what an import means
    assert after({"shop/models.py": MODELS.replace('ForeignKey("users.id")', 'ForeignKey("countries.id")', 1)}) != after({})


@pytest.mark.parametrize("path", sorted(path for path, text in FILES.items() if text))
def test_verdicts_are_those_of_a_first_run_whatever_line_is_taken_out(path: str) -> None:
    first = examined(FILES)
    first.handlers()
    lines = FILES[path].splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.strip():
            files = {**FILES, path: "".join(lines[:number] + lines[number + 1 :])}
            assert said(examined(files, first.verdicts)) == said(examined(files)), f"{path}:{number + 1} taken out: {line!r}"


def test_what_is_kept_can_be_damaged() -> None:
    for known in (b"\xff", b"\x93\xa0\x80\x81", b"{}"):
        assert said(examined(FILES, known)) == said(examined(FILES))
