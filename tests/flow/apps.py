"""Small applications to analyse: models, a way to know the caller, and one handler each."""

from __future__ import annotations

from textwrap import dedent

from prodlint.facts import facts_of
from prodlint.flow.questions import Handler
from prodlint.project import Project, link
from tests.pages import source

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    role: Mapped[str]
    is_admin: Mapped[bool]


class Project(Base):
    __tablename__ = "projects"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    tasks = relationship("Task", back_populates="project")


class Task(Base):
    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project = relationship("Project", back_populates="tasks")


class ProjectMember(Base):
    __tablename__ = "project_members"
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class Country(Base):
    __tablename__ = "countries"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
"""

AUTH = """
from typing import Annotated

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer

from shop.db import SessionDep
from shop.models import User

scheme = OAuth2PasswordBearer(tokenUrl="token")


def get_current_user(session: SessionDep, token: Annotated[str, Depends(scheme)]) -> User:
    claims = jwt.decode(token, "key", algorithms=["HS256"])
    user = session.get(User, claims["sub"])
    if user is None:
        raise HTTPException(401)
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]
"""

DB = """
from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import Session


def get_session():
    with Session() as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
"""

API = """
from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel
from sqlalchemy import and_, func, or_, select, text, update
from sqlalchemy import delete as remove

from shop import models
from shop.auth import CurrentUser, get_current_user
from shop.db import SessionDep
from shop.models import Country, Project, ProjectMember, Task, User

router = APIRouter()
"""

FLASK = """
from flask import Blueprint, Flask, abort, g, jsonify, request, session
from flask_login import current_user, login_required
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    status = db.Column(db.String)
"""


DJANGO_MODELS = """
from django.conf import settings
from django.db import models


class Project(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="projects")


class Note(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()


class Country(models.Model):
    name = models.TextField()
"""

DJANGO_VIEWS = """
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponseForbidden, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import include, path
from rest_framework import exceptions, generics, mixins, permissions, routers, serializers, viewsets
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.models import Country, Note, Project


class ProjectSerializer(serializers.ModelSerializer):
    class Meta:
        model = Project
        fields = ["id"]


class NoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = ["id", "project", "text"]


class IsOwner(permissions.BasePermission):
    def has_object_permission(self, request, view, obj):
        return obj.owner == request.user
"""


def django(code: str, urls: str, more: dict[str, str] | None = None) -> dict[str, Handler]:
    """Handlers by name of an app whose views end with this code; urls: entries of urlpatterns, or of a router where they start with "register"."""
    routes = [line.strip() for line in urls.strip().splitlines()]
    registered = "\n".join(f"router.{line}" for line in routes if line.startswith("register"))
    plain = "".join(f"    {line},\n" for line in routes if not line.startswith("register"))
    tail = f"\n\nrouter = routers.DefaultRouter()\n{registered}\nurlpatterns = [\n{plain}    path('api/', include(router.urls)),\n]\n"
    files = {"shop/__init__.py": "", "shop/models.py": DJANGO_MODELS, "shop/views.py": DJANGO_VIEWS + dedent(code) + tail}
    return by_name(project({**files, **{path: dedent(text) for path, text in (more or {}).items()}}))


def project(files: dict[str, str], **vocabulary: tuple[str, ...]) -> Project:
    return link({path: facts_of(source(path, text)) for path, text in files.items()}, vocabulary=vocabulary)


def fastapi(code: str, more: dict[str, str] | None = None, **vocabulary: tuple[str, ...]) -> dict[str, Handler]:
    """Handlers by name of an app whose api module ends with this code."""
    files = {
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/db.py": DB,
        "shop/auth.py": AUTH,
        "shop/api.py": API + dedent(code) + "\n\napp = FastAPI()\napp.include_router(router)\n",
        **{path: dedent(text) for path, text in (more or {}).items()},
    }
    return by_name(project(files, **vocabulary))


def flask(code: str, more: dict[str, str] | None = None, **vocabulary: tuple[str, ...]) -> dict[str, Handler]:
    return by_name(project({"app.py": FLASK + dedent(code), **{path: dedent(text) for path, text in (more or {}).items()}}, **vocabulary))


def by_name(found: Project) -> dict[str, Handler]:
    return {handler.route.handler.rpartition(".")[2]: handler for handler in found.handlers()}


def ids(handler: Handler) -> dict[str, str]:
    """What is said of each id of a handler; the worst where it selects several things."""
    order = ("missing", "unknown", "owned", "admin", "public", "not-applicable")
    out: dict[str, str] = {}
    for choice in handler.ids:
        out[choice.id] = min(out.get(choice.id, choice.ownership), choice.ownership, key=order.index)
    return out
