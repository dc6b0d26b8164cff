"""How FastAPI, Starlette and aiohttp register routes."""

import pytest

from tests.routing.tables import routes, untold

FASTAPI = "from fastapi import FastAPI, APIRouter, Depends\napp = FastAPI()\n"
FASTAPIS = {
    "a decorator": ('@app.get("/a/{id}")\ndef a(id: int): ...', ["GET /a/{id} app.a"]),
    "api_route": ('@app.api_route("/a", methods=["GET", "PUT"])\ndef a(): ...', ["GET,PUT /a app.a"]),
    "a websocket": ('@app.websocket("/a")\nasync def a(ws): ...', ["WEBSOCKET /a app.a"]),
    "prefix of the router": ('r = APIRouter(prefix="/r")\n@r.post("/a")\ndef a(): ...\napp.include_router(r)', ["POST /r/a app.a"]),
    "both prefixes": ('r = APIRouter(prefix="/r")\n@r.get("")\ndef a(): ...\napp.include_router(r, prefix="/v1")', ["GET /v1/r app.a"]),
    "three levels": (
        'a = APIRouter(prefix="/a")\nb = APIRouter()\n@a.get("/x")\ndef x(): ...\n'
        'b.include_router(a, prefix="/b")\napp.include_router(b, prefix="/c")',
        ["GET /c/b/a/x app.x"],
    ),
    "included in a loop": (
        'a = APIRouter()\nb = APIRouter()\n@a.get("/a")\ndef one(): ...\n@b.get("/b")\ndef two(): ...\n'
        'for router, prefix in [(a, "/x"), (b, "/y")]:\n    app.include_router(router, prefix=prefix)',
        ["GET /x/a app.one", "GET /y/b app.two"],
    ),
    "included in a comprehension": (
        'a = APIRouter()\n@a.get("/a")\ndef one(): ...\n[app.include_router(r, prefix="/x") for r in (a,)]',
        ["GET /x/a app.one"],
    ),
    "a helper with keyword options": (
        'a = APIRouter()\n@a.get("/a")\ndef one(): ...\nROOT = ""\ndef add(target, router, **kwargs):\n    prefix = kwargs.get("prefix")\n'
        '    if prefix:\n        full = f"/api/{prefix.strip(\'/\')}"\n    else:\n        full = "/api"\n'
        '    target.include_router(router, **{**kwargs, "prefix": full})\nadd(app, a, prefix="/v1/")\nadd(app, a)',
        ["GET /api/a app.one", "GET /api/v1/a app.one"],
    ),
    "a factory that is called twice": (
        'def crud(name):\n    router = APIRouter(prefix=f"/{name}")\n    @router.get("/{id}")\n    def read(id): ...\n    return router\n'
        'app.include_router(crud("users"))\napp.include_router(crud("orders"), prefix="/v1")',
        ["GET /users/{id} app.crud.read", "GET /v1/orders/{id} app.crud.read"],
    ),
    "a factory in a loop": (
        'def crud(name):\n    router = APIRouter(prefix=f"/{name}")\n    @router.get("")\n    def read(): ...\n    return router\n'
        'for name in ("users", "orders"):\n    app.include_router(crud(name))',
        ["GET /orders app.crud.read", "GET /users app.crud.read"],
    ),
    "a router of its own kind": (
        'class Own(APIRouter):\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, prefix="/own", **kwargs)\n'
        'r = Own()\n@r.get("/a")\ndef a(): ...\napp.include_router(r)',
        ["GET /own/a app.a"],
    ),
    "a router of its own kind that puts something before what it is given": (
        'class Own(APIRouter):\n    def __init__(self, prefix="", **kwargs):\n        super().__init__(prefix="/v1" + prefix, **kwargs)\n'
        'r = Own("/orders")\n@r.get("/a")\ndef a(): ...\napp.include_router(r)',
        ["GET /v1/orders/a app.a"],
    ),
    "a mount that only a setting names, beside one that is written out": (
        'import settings\ninner = FastAPI()\n@inner.get("/a")\ndef a(): ...\nif settings.ROOT:\n    app.mount(settings.ROOT, app=inner)\n'
        'else:\n    app.mount("/api", app=inner)',
        ["GET /api/a app.a"],
    ),
    "a mount that only a setting names, with something else before it": (
        'import settings\nfrom fastapi import Depends\nfrom x import login\nr = APIRouter()\n@r.get("/a")\ndef a(): ...\n'
        'app.include_router(r, prefix="/api", dependencies=[Depends(login)])\napp.include_router(r, prefix=settings.ROOT)',
        ["GET /api/a app.a", "GET …/a app.a"],
    ),
    "a router that an object makes": (
        "class Orders:\n    def __init__(self, service):\n        self.router = APIRouter()\n"
        '        self.router.add_api_route("/{id}", self.show, methods=["GET"])\n    async def show(self, id): ...\n'
        'orders = Orders(service=None)\napp.include_router(orders.router, prefix="/orders")\napp.include_router(router=orders.router, prefix="/old")',
        ["GET /old/{id} app.Orders.show", "GET /orders/{id} app.Orders.show"],
    ),
    "a router that an object makes, with a prefix it is given": (
        "class Crud:\n    def __init__(self, name):\n        self.router = APIRouter(prefix=f'/{name}')\n        self._add()\n"
        '    def _add(self):\n        self.router.add_api_route("/{id}", self.show, methods=["GET"])\n    async def show(self, id): ...\n'
        'crud = Crud("orders")\napp.include_router(crud.router, prefix="/api")',
        ["GET /api/orders/{id} app.Crud.show"],
    ),
    "two objects that make routers": (
        "class Crud:\n    def __init__(self, name):\n        self.router = APIRouter()\n"
        '        self.router.add_api_route("/{id}", self.show, methods=["GET"])\n    async def show(self, id): ...\n'
        'a = Crud("a")\nb = Crud("b")\napp.include_router(a.router, prefix="/a")\napp.include_router(b.router, prefix="/b")',
        ["GET /a/{id} app.Crud.show", "GET /b/{id} app.Crud.show"],
    ),
    "a controller class": (
        "from fastapi_utils.cbv import cbv\nr = APIRouter()\n"
        "@cbv(r)\nclass A:\n    @r.get('/a')\n    def a(self): ...\napp.include_router(r, prefix='/x')",
        ["GET /x/a app.A.a"],
    ),
    "add_api_route in a class": (
        "class A:\n    def __init__(self):\n        self.router = APIRouter(prefix='/a')\n"
        "        self.router.add_api_route('/x', self.x, methods=['POST'])\n    def x(self): ...\n"
        "a = A()\napp.include_router(a.router)",
        ["POST /a/x app.A.x"],
    ),
    "a mounted app": ('sub = FastAPI()\n@sub.get("/a")\ndef a(): ...\napp.mount("/sub", sub)', ["GET /sub/a app.a"]),
    "a mounted app in a wrapper": (
        "from starlette.middleware.wsgi import WSGIMiddleware\n"
        "from flask import Flask\n"
        'old = Flask(__name__)\n@old.get("/a")\ndef a(): ...\n'
        'app.mount("/old", WSGIMiddleware(old))',
        ["GET /old/a app.a"],
    ),
    "a decorator alone, several paths": ('@app.get("/a")\n@app.get("/b")\ndef a(): ...', ["GET /a app.a", "GET /b app.a"]),
}


@pytest.mark.parametrize("text, expected", FASTAPIS.values(), ids=FASTAPIS)
def test_fastapi(text, expected):
    assert routes(FASTAPI + text) == expected


def test_fastapi_across_modules():
    assert routes({
        "shop/__init__.py": "",
        "shop/main.py": """
            from fastapi import FastAPI
            from shop.api import router
            def create_app():
                app = FastAPI()
                app.include_router(router, prefix="/api")
                return app
            app = create_app()
        """,
        "shop/api/__init__.py": """
            from fastapi import APIRouter
            from . import orders
            from .users import router as users
            router = APIRouter()
            router.include_router(orders.router, prefix="/orders", tags=["orders"])
            router.include_router(users)
        """,
        "shop/api/orders.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.delete('/{id}')\ndef remove(id): ...\n",
        "shop/api/users.py": "from fastapi import APIRouter\nrouter = APIRouter(prefix='/users')\n@router.get('/me')\ndef me(): ...\n",
    }) == ["DELETE /api/orders/{id} shop.api.orders.remove", "GET /api/users/me shop.api.users.me"]  # fmt: skip


def test_an_unknown_router_is_told():
    text = FASTAPI + "@app.get('/a')\ndef a(): ...\napp.include_router(load('x'))\n"
    assert untold(text) == ["app.py:5 route not resolved: app.include_router(load(…)): the router could not be resolved"]
    text = FASTAPI + "@app.get('/a')\ndef a(): ...\ndef load(name): return REGISTRY[name]\napp.include_router(load('x'))\n"
    assert untold(text) == ["app.py:6 route not resolved: app.include_router(load(…)): the router could not be resolved"]


STARLETTE = (
    "from starlette.applications import Starlette\nfrom starlette.routing import Route, Mount, Router, WebSocketRoute\nasync def a(request): ...\n"
)
STARLETTES = {
    "a list": ('app = Starlette(routes=[Route("/a", a, methods=["GET", "POST"])])', ["GET,POST /a app.a"]),
    "a list by name": (
        'routes = [Route("/a", endpoint=a), WebSocketRoute("/w", a)]\napp = Starlette(routes=routes)',
        ["GET /a app.a", "WEBSOCKET /w app.a"],
    ),
    "mounts": (
        'app = Starlette(routes=[Mount("/x", routes=[Route("/a", a), Mount("/y", routes=[Route("/b", a)])])])',
        ["GET /x/a app.a", "GET /x/y/b app.a"],
    ),
    "a mounted router": ('inner = Router([Route("/a", a)])\napp = Starlette(routes=[Mount("/x", app=inner)])', ["GET /x/a app.a"]),
    "an endpoint class": (
        "from starlette.endpoints import HTTPEndpoint\nclass A(HTTPEndpoint):\n    async def get(self, request): ...\n"
        "    async def post(self, request): ...\napp = Starlette(routes=[Route('/a', A)])",
        ["GET /a app.A.get", "POST /a app.A.post"],
    ),
    "a list that no app is seen to take": ('routes = [Route("/a", a)]', ["GET /a app.a"]),
}


@pytest.mark.parametrize("text, expected", STARLETTES.values(), ids=STARLETTES)
def test_starlette(text, expected):
    assert routes(STARLETTE + text) == expected


AIOHTTP = "from aiohttp import web\nasync def a(request): ...\n"
AIOHTTPS = {
    "calls on the router": (
        'app = web.Application()\napp.router.add_get("/a/{id}", a)\napp.router.add_route("*", "/b", a)',
        ["ANY /b app.a", "GET /a/{id} app.a"]),
    "a bound method": ('def setup(app):\n    add = app.router.add_route\n    add("PUT", "/a", a)\n'
        'app = web.Application()\nsetup(app)', ["PUT /a app.a"]),
    "a list": ('app = web.Application()\napp.add_routes([web.get("/a", a), web.delete("/b", a)])', ["DELETE /b app.a", "GET /a app.a"]),
    "a table": ('table = web.RouteTableDef()\n@table.post("/a")\nasync def b(request): ...\n'
        'app = web.Application()\napp.add_routes(table)', ["POST /a app.b"]),
    "a view": ('class A(web.View):\n    async def get(self): ...\n    async def put(self): ...\n'
        'app = web.Application()\napp.router.add_view("/a", A)',
               ["GET /a app.A.get", "PUT /a app.A.put"]),
    "an app within an app": (
        'def admin():\n    app = web.Application()\n    app.router.add_get("/a", a)\n    return app\n'
        'app = web.Application()\napp.add_subapp("/admin", admin())',
        ["GET /admin/a app.a"],
    ),
    "methods of an object": (
        'class Site:\n    async def index(self, request): ...\n'
        'def make():\n    app = web.Application()\n    site = Site()\n    app.router.add_get("/", site.index)\n    return app',
        ["GET / app.Site.index"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("text, expected", AIOHTTPS.values(), ids=AIOHTTPS)
def test_aiohttp(text, expected):
    assert routes(AIOHTTP + text) == expected


def test_a_router_that_a_property_makes():
    text = """
        from fastapi import APIRouter, FastAPI
        class Orders:
            def __init__(self, store):
                self.store = store
            @property
            def router(self):
                api = APIRouter(prefix="/orders")
                @api.get("/{order_id}")
                def show(order_id: int): ...
                return api
        app = FastAPI()
        orders = Orders({})
        app.include_router(orders.router)
    """
    assert untold(text) == []
    assert len(routes(text)) == 1 and routes(text)[0].startswith("GET /orders/{order_id} ")


@pytest.mark.parametrize(
    ("settings", "prefix"),
    [
        ("from pydantic import Field\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    api: str = Field('/v1')", "/v1"),
        (
            "from pydantic_settings import BaseSettings as B\nfrom pydantic import Field\nclass Settings(B):\n    api: str = Field(default='/v1')",
            "/v1",
        ),
        ("from decouple import config\nclass Settings:\n    api = config('API', default='/v1')", "/v1"),
        ("from starlette.config import Config\nconfig = Config('.env')\nclass Settings:\n    api = config('API', default='/v1')", "/v1"),
        ("import environ\nenv = environ.Env()\nclass Settings:\n    api = env.str('API', default='/v1')", "/v1"),
        ("from pydantic_settings import BaseSettings\nfrom pydantic import Field\nclass Settings(BaseSettings):\n    api: str = Field(...)", "…"),
        ("from decouple import config\nclass Settings:\n    api = config('API')", "…"),
    ],
)
def test_prefixes_of_settings(settings, prefix):
    app = """
        from fastapi import FastAPI
        from settings import settings
        app = FastAPI()
        api = FastAPI()
        @api.get("/me")
        def me(): ...
        app.mount(settings.api, api)
        """
    assert routes({"app.py": app, "settings.py": settings + "\nsettings = Settings()"}) == [f"GET {prefix}/me app.me"]


def test_an_app_that_moves_only_where_a_setting_says_so():
    app = """
        from fastapi import FastAPI
        from settings import settings
        def create_app():
            app = FastAPI()
            @app.get("/me")
            def me(): ...
            if settings.base:
                outer = FastAPI()
                outer.mount(settings.base, app)
                return outer
            return app
        """
    settings = "from typing import Optional\nfrom pydantic import Field\nfrom pydantic_settings import BaseSettings\n"
    settings += "class Settings(BaseSettings):\n    base: Optional[str] = Field(None)\nsettings = Settings()"
    assert routes({"app.py": app, "settings.py": settings}) == ["GET /me app.create_app.me"]


def test_braces_of_an_f_string_are_written_twice():
    text = """
        from fastapi import FastAPI
        app = FastAPI()
        VERSION = "/v1"
        @app.get(f"{VERSION}/orders/{{order_id}}")
        def show(order_id: int): ...
    """
    assert routes(text) == ["GET /v1/orders/{order_id} app.show"]
