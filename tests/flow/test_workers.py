"""Endpoints shared out among processes get the same verdicts, in the same order."""

from __future__ import annotations

import sys
from concurrent.futures.process import BrokenProcessPool

import pytest

from prodlint import forks
from prodlint import project as projects
from prodlint.flow.judging import workers
from prodlint.flow.judging.handlers import Analyst
from prodlint.flow.verdicts import Outcome
from prodlint.routing.table import Endpoint
from tests.flow.apps import AUTH, DB, MODELS, project

APP = """
from fastapi import APIRouter
from sqlalchemy import select

from shop.auth import CurrentUser
from shop.db import SessionDep
from shop.models import Project

router = APIRouter()

"""
OPEN = """
@router.get("/projects/{n}/{{project_id}}")
def project_{n}(project_id: int, db: SessionDep, user: CurrentUser):
    return db.scalars(select(Project).where(Project.id == project_id{tie})).first()

"""


def many(count: int) -> projects.Project:
    tied = ", Project.owner_id == user.id"
    text = APP + "".join(OPEN.format(n=n, tie=tied if n % 3 else "") for n in range(count))
    main = "from fastapi import FastAPI\nfrom shop.api import router\napp = FastAPI()\napp.include_router(router)\n"
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "shop/db.py": DB, "shop/auth.py": AUTH, "shop/api.py": text, "shop/main.py": main}
    return project(files)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process analyses all endpoints")
def test_processes_say_what_one_says(monkeypatch):
    count = workers.WORTH + 7
    alone, shared = many(count), many(count)
    shared.jobs = 2
    forked = []
    real = forks.forked
    monkeypatch.setattr(forks, "forked", lambda *given: forked.append(given[:2]) or real(*given))
    assert shared.handlers() == alone.handlers()
    assert forked == [(count, 2)]
    assert [handler.ids[0].ownership for handler in shared.handlers()[:3]] == ["missing", "owned", "owned"]


def test_a_process_that_dies_costs_time_and_no_verdict(monkeypatch):
    def dies(*_: object) -> None:
        raise BrokenProcessPool

    shared = many(workers.WORTH)
    shared.jobs = 2
    monkeypatch.setattr(forks, "forked", dies)
    assert len(shared.handlers()) == workers.WORTH


def test_a_defect_over_one_handler_is_told_of_it_alone(monkeypatch):
    def fails(self: Analyst, endpoint: Endpoint) -> Outcome:
        if endpoint.name.endswith("project_1"):
            raise KeyError("a word of the app")
        return real(self, endpoint)

    real = Analyst.analyse
    monkeypatch.setattr(Analyst, "analyse", fails)
    app = many(3)
    first, failed, last = app.handlers()
    assert [first.ids[0].ownership, last.ids[0].ownership] == ["missing", "owned"]
    assert (failed.route.ownership, failed.route.authentication, failed.complete) == ("unknown", "unknown", False)
    (problem,) = app.route_problems()
    assert problem.severity == "error" and problem.line == failed.at.line
    assert "shop.api.project_1 could not be analysed" in problem.message and "KeyError (test_workers.py:" in problem.message
    assert "a word of the app" not in problem.message
