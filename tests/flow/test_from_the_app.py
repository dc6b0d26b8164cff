"""What a handler takes from where the framework keeps it: from the app, by an annotation alone, from a module; and who it is that asks there."""

from __future__ import annotations

from textwrap import dedent

import pytest

from prodlint.flow.judging.handlers import Analyst
from prodlint.flow.knowledge import Knowledge
from tests.flow.apps import MODELS, by_name, ids, project

SERVICE = """
import psycopg


class OrderService:
    def __init__(self, conn: psycopg.AsyncConnection):
        self._conn = conn
        self._table = "orders"

    async def load(self, order_id):
        async with self._conn.cursor() as acur:
            query = f"SELECT id, total FROM {self._table} WHERE id = %s"
            await acur.execute(query, (order_id,))
            record = await acur.fetchone()
            return {"id": record[0], "total": record[1]}
"""

APPS = {
    "quart": """
        from quart import Quart, current_app
        from quart_auth import login_required
        from service import OrderService

        app = Quart(__name__)

        @app.before_serving
        async def startup():
            orders = OrderService(await connect())
            app.orders = orders

        @app.get("/orders/<int:order_id>")
        @login_required
        async def show(order_id):
            return await current_app.orders.load(order_id)
    """,
    "fastapi": """
        from fastapi import Depends, FastAPI, HTTPException, Request
        from auth import get_current_user
        from service import OrderService

        app = FastAPI()

        @app.on_event("startup")
        async def startup():
            app.state.orders = OrderService(await connect())

        @app.get("/orders/{order_id}")
        async def show(request: Request, order_id: int, user=Depends(get_current_user)):
            return await request.app.state.orders.load(order_id)
    """,
    "aiohttp": """
        from aiohttp import web
        from service import OrderService

        async def show(request):
            return web.json_response(await request.app["orders"].load(request.match_info["order_id"]))

        def make_app():
            app = web.Application()
            app["orders"] = OrderService(connect())
            app.router.add_get("/orders/{order_id}", show)
            return app
    """,
    "annotated": """
        from fastapi import FastAPI
        from service import OrderService

        app = FastAPI()

        @app.get("/orders/{order_id}")
        async def show(order_id: int):
            orders: OrderService = container.resolve("orders")
            return await orders.load(order_id)
    """,
}


def handlers(**files: str) -> dict:
    return by_name(project({f"{name}.py": dedent(text) for name, text in files.items()}))


@pytest.mark.parametrize("framework", APPS)
def test_a_service_that_hangs_on_the_app_is_followed_to_its_query(framework: str) -> None:
    show = handlers(service=SERVICE, app=APPS[framework])["show"]
    assert set(ids(show)) == {"order_id"}
    assert ids(show)["order_id"] in ("missing", "public")


def test_two_classes_under_one_name_are_nobodys() -> None:
    other = """
        class Elsewhere:
            pass

        @app.after_serving
        async def stop():
            app.orders = Elsewhere()
    """
    assert not ids(handlers(service=SERVICE, app=dedent(APPS["quart"]) + dedent(other))["show"])


def test_a_dependency_that_nobody_has_read_may_ask_for_a_login() -> None:
    app = """
        from fastapi import Depends, FastAPI
        from company_auth import get_current_user, get_optional_current_user

        app = FastAPI()

        @app.get("/me")
        def me(user=Depends(get_current_user)):
            return user

        @app.get("/hello")
        def hello(user=Depends(get_optional_current_user)):
            return user
    """
    found = handlers(app=app)
    assert found["me"].route.authentication == "unknown"
    assert found["hello"].route.authentication == "none"


def test_a_schema_of_headers_that_say_who_is_calling_may_turn_strangers_away() -> None:
    app = """
        from aiohttp import web
        from aiohttp_apispec import headers_schema
        from schemas import OptionalAuthHeaderSchema, RequiredAuthHeaderSchema

        @headers_schema(RequiredAuthHeaderSchema, put_into="auth_token")
        async def remove(request):
            return web.json_response(await storage.remove(request["auth_token"]))

        @headers_schema(OptionalAuthHeaderSchema, put_into="auth_token")
        async def show(request):
            return web.json_response({})

        app = web.Application()
        app.add_routes([web.delete("/note", remove), web.get("/note", show)])
    """
    found = handlers(app=app)
    assert found["remove"].route.authentication == "unknown"
    assert found["show"].route.authentication == "none"


def test_a_cookie_is_known_by_the_constant_that_names_it() -> None:
    app = """
        from litestar import Controller, Litestar, Request, get
        from litestar.exceptions import NotAuthorizedException
        from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
        from litestar.middleware.base import DefineMiddleware

        from config import settings

        class CookieMiddleware(AbstractAuthenticationMiddleware):
            def __init__(self, tokens, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.tokens = tokens()

            async def authenticate_request(self, connection):
                token = connection.cookies.get(settings.AUTH_COOKIE)
                if not token:
                    raise NotAuthorizedException()
                return AuthenticationResult(user=self.tokens.user_of(token), auth=token)

        login = DefineMiddleware(CookieMiddleware, tokens=make_tokens, exclude=["signin"])

        class Notes(Controller):
            path = "/notes"

            @get("/")
            async def mine(self, request: Request) -> dict:
                return {"user": request.user}

            @get("/signin")
            async def signin(self) -> dict:
                return {}

        app = Litestar(route_handlers=[Notes], middleware=[login])
    """
    found = handlers(app=app)
    assert found["mine"].route.authentication == "required"
    assert found["signin"].route.authentication == "none"


def test_a_user_who_is_looked_up_by_what_a_row_says_is_not_the_caller() -> None:
    app = """
        import psycopg
        from fastapi import FastAPI, HTTPException

        app = FastAPI()

        def get_user_by_id(conn, user_id):
            with conn.cursor() as dict_cur:
                dict_cur.execute("SELECT id, name FROM users WHERE id = %s", (user_id,))
                return unpack(dict_cur.fetchone())

        @app.get("/articles/{slug}")
        def show(slug: str):
            conn = psycopg.connect(DSN)
            with conn.cursor() as dict_cur:
                dict_cur.execute("SELECT title, author_id FROM articles WHERE slug = %s", (slug,))
                article = dict_cur.fetchone()
            author = get_user_by_id(conn, article[1])
            if not author:
                raise HTTPException(404)
            return {"title": article[0], "author": author}
    """
    assert handlers(app=app)["show"].route.authentication == "none"


def test_an_object_that_is_made_of_a_row_is_no_row() -> None:
    app = """
        from dataclasses import dataclass
        from typing import Annotated

        import jwt
        import psycopg
        from fastapi import Depends, FastAPI
        from fastapi.security import OAuth2PasswordBearer

        app = FastAPI()
        scheme = OAuth2PasswordBearer(tokenUrl="token")

        @dataclass
        class Profile:
            id: int
            name: str
            following: bool

        def me(token: Annotated[str, Depends(scheme)]):
            return jwt.decode(token, KEY, algorithms=["HS256"])["sub"]

        def profile_of(cur, name):
            cur.execute("SELECT id, name FROM writers WHERE name = %s", (name,))
            row = cur.fetchone()
            return Profile(id=row[0], name=row[1], following=False)

        @app.get("/writers/{name}/mine")
        def show(name: str, user=Depends(me)):
            with psycopg.connect(DSN) as conn, conn.cursor() as cur:
                profile = profile_of(cur, name)
                cur.execute("SELECT 1 FROM follows WHERE writer_id = %s AND user_id = %s", (profile.id, user))
                profile.following = cur.fetchone() is not None
                return profile
    """
    assert not any(each.changed for each in handlers(app=app)["show"].ids)


def test_what_a_module_keeps_of_firestore_is_a_collection() -> None:
    app = """
        from fastapi import FastAPI
        from google.cloud import firestore

        app = FastAPI()
        db = firestore.AsyncClient()
        orders_ref = db.collection("orders")

        @app.get("/orders/{order_id}")
        async def show(order_id: str):
            found = await orders_ref.document(order_id).get()
            return found.to_dict()
    """
    show = handlers(app=app)["show"]
    assert [(each.id, each.model) for each in show.route.lookups] == [("order_id", "orders")]


MADE = {
    "a document of a body": ('posts_collection = MongoClient()["blog"]["posts"]', "posts_collection.insert_one(await request.json())"),
    "many of them": ('posts_collection = MongoClient()["blog"]["posts"]', "posts_collection.insert_many([await request.json()])"),
    "an item of a table": ('table = boto3.resource("dynamodb").Table("posts")', "table.put_item(Item=dict(await request.json()))"),
}


@pytest.mark.parametrize("words", MADE)
def test_rows_that_are_made_of_something_that_is_no_display(words: str) -> None:
    kept, call = MADE[words]
    found = project({
        "app.py": dedent(f"""
            import boto3
            from fastapi import FastAPI, Request
            from pymongo import MongoClient

            app = FastAPI()
            {kept}

            @app.post("/posts")
            async def create(request: Request):
                {call}
                return {{}}
        """)
    })  # fmt: skip
    outcome = Analyst(found.names, Knowledge(found.names, found.models)).analyse(found.table.endpoints[0])
    assert outcome.made == ("named:posts",)


def test_of_overloads_the_last_one_runs() -> None:
    app = """
        from typing import overload

        from fastapi import FastAPI
        from sqlalchemy import select
        from sqlalchemy.orm import Session

        from models import Task

        app = FastAPI()

        class Tasks:
            def __init__(self, db: Session):
                self.db = db

            @overload
            def find(self, task_id: int, strict: bool) -> Task: ...
            @overload
            def find(self, task_id: int) -> Task | None: ...
            def find(self, task_id: int, strict: bool = True) -> Task | None:
                return self.db.execute(select(Task).where(Task.id == task_id)).scalar_one_or_none()

        @app.get("/tasks/{task_id}")
        def show(task_id: int):
            return Tasks(connect()).find(task_id)
    """
    assert set(ids(handlers(models=MODELS, app=app)["show"])) == {"task_id"}


COUNTS = {
    "rows of a table that is named later": "select(func.count()).select_from(Task).where(Task.project_id == project_id)",
    "a column": "select(func.count(Task.id)).where(Task.project_id == project_id)",
}


@pytest.mark.parametrize("words", COUNTS)
def test_how_many_rows_there_are_is_asked_of_the_table(words: str) -> None:
    app = f"""
        from fastapi import FastAPI
        from sqlalchemy import func, select

        from models import Task

        app = FastAPI()

        @app.get("/projects/{{project_id}}/size")
        def size(project_id: int):
            return session.scalar({COUNTS[words]})
    """
    assert [each.model for each in handlers(models=MODELS, app=app)["size"].route.lookups] == ["Task"]


def test_a_class_that_serves_whatever_it_has_a_method_for() -> None:
    app = """
        from aiohttp import web

        class SignIn(web.View):
            async def get(self):
                return web.json_response({})

            async def post(self):
                return web.json_response({})

        app = web.Application()
        app.router.add_route("*", "/signin", SignIn)
    """
    routes = project({"app.py": dedent(app)}).routes()
    assert sorted(route.methods for route in routes) == [("GET",), ("POST",)]


PERMISSIONS = {
    "a yes for those who are known": ("if request.user.is_authenticated:\n            return True\n        return False", "required"),
    "for some of them": (
        "if request.user.is_authenticated and request.user.kind == 'BUYER':\n            return True\n        return False",
        "required",
    ),
    "a no for strangers first": ("if request.user.is_anonymous:\n            return False\n        return True", "required"),
    "strangers only": ("if not request.user.is_authenticated:\n            return True\n        return False", "unknown"),
    "or whoever comes to an open page": ("if request.user.is_authenticated or view.open:\n            return True\n        return False", "unknown"),
    "no strangers on closed pages": (
        "if not request.user.is_authenticated and view.closed:\n            return False\n        return True",
        "unknown",
    ),
}


@pytest.mark.parametrize("words", PERMISSIONS)
def test_a_permission_that_answers_in_statements(words: str) -> None:
    body, level = PERMISSIONS[words]
    views = f"""
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission

from shop.models import Item


class Asks(BasePermission):
    def has_permission(self, request, view):
        {body}


class Items(ListAPIView):
    queryset = Item.objects.all()
    permission_classes = (Asks,)
"""
    found = project({
        "shop/models.py": "from django.db import models\n\n\nclass Item(models.Model):\n    name = models.TextField()\n",
        "shop/views.py": views,
        "shop/urls.py": "from django.urls import path\nfrom shop import views\n\nurlpatterns = [path('items/', views.Items.as_view())]\n",
        "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["shop", "rest_framework"]\n',
    })  # fmt: skip
    assert [route.authentication for route in found.routes()] == [level]
