"""Who must log in: the authentication column."""

import pytest

from tests.routing.tables import logins

FLASK = """
from functools import wraps
import jwt
from flask import Flask, Blueprint, abort, g, jsonify, redirect, render_template, request, session
from flask_login import current_user, login_required
from flask_jwt_extended import jwt_required
app = Flask(__name__)
"""
FLASKS = {
    "nothing": ("@app.get('/')\ndef a(): return 'x'", "none"),
    "a decorator of a package": ("@app.get('/')\n@login_required\ndef a(): return 'x'", "required"),
    "optional by argument": ("@app.get('/')\n@jwt_required(optional=True)\ndef a(): return 'x'", "optional"),
    "a decorator of the project": (
        "def members(f):\n    @wraps(f)\n    def inner(*a, **k):\n        if 'user_id' not in session:\n            return redirect('/login')\n"
        "        return f(*a, **k)\n    return inner\n@app.get('/')\n@members\ndef a(): return 'x'",
        "required",
    ),
    "a decorator on a handler that is registered by a call": (
        "@login_required\ndef a(): return 'x'\napp.add_url_rule('/', view_func=a)",
        "required",
    ),
    "the session is asked for": (
        "@app.get('/')\ndef a():\n    if 'user' not in session:\n        return redirect('/login')\n    return 'x'",
        "required",
    ),
    "the session on g": ("@app.get('/')\ndef a():\n    if 'user' not in g.session:\n        return redirect('/login')\n    return 'x'", "required"),
    "the session must hold a user": ("@app.get('/')\ndef a():\n    return jsonify(session['user_id'])", "required"),
    "the session may hold a cart": ("@app.get('/')\ndef a():\n    return jsonify(session['cart'])", "none"),
    "a greeting for those who are known": (
        "@app.get('/')\ndef a():\n    if current_user.is_authenticated:\n        name = current_user.name\n    return 'x'",
        "none",
    ),
    "a page for strangers": (
        "@app.get('/')\ndef a():\n    if current_user.is_authenticated:\n        return redirect('/home')\n    return render_template('login.html')",
        "none",
    ),
    "a header is asked for, and nobody looks at it": (
        "@app.get('/')\ndef a():\n    if not request.headers.get('Authorization'):\n        abort(401)\n    return 'x'",
        "unknown",
    ),
    "a csrf header is no login": (
        "@app.get('/')\ndef a():\n    if not request.headers.get('X-Requested-With'):\n        abort(400)\n    return 'x'",
        "none",
    ),
    "a token that is verified": (
        "@app.get('/')\ndef a():\n    claims = jwt.decode(request.cookies['auth'], 'k', algorithms=['HS256'])\n    return claims['sub']",
        "required",
    ),
    "a token in a mail": (
        "@app.get('/<token>')\ndef a(token):\n    claims = jwt.decode(token, 'k', algorithms=['HS256'])\n"
        "    if not claims:\n        abort(400)\n    return 'x'",
        "none",
    ),
    "before_request of the app": (
        "@app.before_request\ndef check():\n    if not session.get('user_id'):\n        abort(401)\n@app.get('/')\ndef a(): return 'x'",
        "required",
    ),
    "before_request asks only where an object is named": (
        "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy(app)\nclass Shop(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n"
        "@app.url_value_preprocessor\ndef pull(endpoint, values):\n    shop_id = values.pop('shop_id', None)\n    if shop_id:\n"
        "        shop = Shop.query.get(shop_id)\n        if not session.get(shop.id):\n            abort(403)\n"
        "@app.get('/health')\ndef health(): return 'x'",
        "none",
    ),
    "before_request of a blueprint": (
        "bp = Blueprint('b', __name__)\n@bp.before_request\n@login_required\ndef check(): pass\n"
        "@bp.get('/')\ndef a(): return 'x'\napp.register_blueprint(bp)",
        "required",
    ),
}


@pytest.mark.parametrize("text, expected", FLASKS.values(), ids=FLASKS)
def test_flask(text, expected):
    assert set(logins(FLASK + text).values()) == {expected}


FASTAPI = """
from typing import Annotated
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Security
from fastapi.security import HTTPBearer, OAuth2PasswordBearer, OAuth2PasswordRequestForm
app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token")
def current_user(token: str = Depends(scheme)): return load(token)
def get_db(): yield 1
"""
FASTAPIS = {
    "nothing": ("@app.get('/')\ndef a(db=Depends(get_db)): ...", "none"),
    "a parameter": ("@app.get('/')\ndef a(user=Depends(current_user)): ...", "required"),
    "an annotation": ("User = Annotated[dict, Depends(current_user)]\n@app.get('/')\ndef a(user: User): ...", "required"),
    "a scheme whose token nobody looks at": ("@app.get('/')\ndef a(token=Security(HTTPBearer())): ...", "unknown"),
    "a scheme of its own": (
        "class Own(HTTPBearer):\n    async def __call__(self, request): return await super().__call__(request)\n"
        "@app.get('/')\ndef a(token=Security(Own())): ...",
        "required",
    ),
    "a scheme of its own that lets strangers pass": (
        "class Own(HTTPBearer):\n    async def __call__(self, request): return await super().__call__(request)\n"
        "@app.get('/')\ndef a(token=Security(Own(auto_error=False))): ...",
        "none",
    ),
    "a scheme that lets strangers pass": ("@app.get('/')\ndef a(token=Security(HTTPBearer(auto_error=False))): ...", "none"),
    "of the route": ("@app.get('/', dependencies=[Depends(current_user)])\ndef a(): ...", "required"),
    "of the router": ("r = APIRouter(dependencies=[Depends(current_user)])\n@r.get('/')\ndef a(): ...\napp.include_router(r)", "required"),
    "of the include": ("r = APIRouter()\n@r.get('/')\ndef a(): ...\napp.include_router(r, dependencies=[Depends(current_user)])", "required"),
    "of the app": ("app = FastAPI(dependencies=[Depends(current_user)])\n@app.get('/')\ndef a(): ...", "required"),
    "a login form": (
        "def authenticate_user(name, password): return find(name)\n@app.post('/')\ndef a(form: Annotated[OAuth2PasswordRequestForm, Depends()]):\n"
        "    user = authenticate_user(form.username, form.password)\n    if not user:\n        raise HTTPException(401)\n    return user",
        "none",
    ),
}


@pytest.mark.parametrize("text, expected", FASTAPIS.values(), ids=FASTAPIS)
def test_fastapi(text, expected):
    if text.startswith("app = FastAPI("):
        text = FASTAPI.replace("app = FastAPI()\n", "") + text
        assert set(logins(text).values()) == {expected}
    else:
        assert set(logins(FASTAPI + text).values()) == {expected}


DRF = """
from django.urls import include, path
from rest_framework import permissions, routers, viewsets
from rest_framework.views import APIView
"""
DRFS = {
    "no classes, no settings": ("class A(APIView):\n    def get(self, request): ...", {"GET": "unknown"}),
    "no classes, settings that say nothing": ("INSTALLED_APPS = []\nclass A(APIView):\n    def get(self, request): ...", {"GET": "none"}),
    "a class": ("class A(APIView):\n    permission_classes = [permissions.IsAuthenticated]\n    def get(self, request): ...", {"GET": "required"}),
    "an open one": ("class A(APIView):\n    permission_classes = (permissions.AllowAny,)\n    def get(self, request): ...", {"GET": "none"}),
    "read only for strangers": (
        "class A(APIView):\n    permission_classes = (permissions.IsAuthenticatedOrReadOnly,)\n"
        "    def get(self, request): ...\n    def post(self, request): ...",
        {"GET": "none", "POST": "required"},
    ),
    "a class of the project": (
        "class Members(permissions.BasePermission):\n    def has_permission(self, request, view):\n        return request.user.is_authenticated\n"
        "class A(APIView):\n    permission_classes = [Members]\n    def get(self, request): ...",
        {"GET": "required"},
    ),
}


@pytest.mark.parametrize("text, expected", DRFS.values(), ids=DRFS)
def test_drf(text, expected):
    found = logins({"urls.py": DRF + text + "\nurlpatterns = [path('a/', A.as_view())]"})
    assert {key.split()[0]: word for key, word in found.items()} == expected


def test_default_permissions_of_the_settings():
    files = {
        "shop/__init__.py": "",
        "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n"
        "REST_FRAMEWORK = {'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated']}\n",
        "shop/urls.py": DRF + "class A(APIView):\n    def get(self, request): ...\nurlpatterns = [path('a/', A.as_view())]",
    }
    assert logins(files) == {"GET /a/": "required"}


DJANGO = """
from django.urls import path
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views import View
"""
DJANGOS = {
    "in the table": ("def a(request): ...\nurlpatterns = [path('', login_required(a))]", "required"),
    "a mixin": ("class A(LoginRequiredMixin, View):\n    def get(self, request): ...\nurlpatterns = [path('', A.as_view())]", "required"),
    "a mixin far up": (
        "class Base(LoginRequiredMixin, View): ...\nclass A(Base):\n    def get(self, request): ...\nurlpatterns = [path('', A.as_view())]",
        "required",
    ),
    "all of the body": (
        "def a(request):\n    if request.user.is_authenticated:\n        return render(request)\nurlpatterns = [path('', a)]",
        "required",
    ),
    "neither": ("def a(request): ...\nurlpatterns = [path('', a)]", "none"),
}


@pytest.mark.parametrize("text, expected", DJANGOS.values(), ids=DJANGOS)
def test_django(text, expected):
    assert set(logins({"urls.py": DJANGO + text}).values()) == {expected}


def test_litestar_guards():
    text = """
        from litestar import Controller, Litestar, Router, get
        from litestar.exceptions import NotAuthorizedException
        def requires_user(connection, handler):
            if not connection.user:
                raise NotAuthorizedException()
        class Orders(Controller):
            path = "/orders"
            guards = [requires_user]
            @get("/")
            async def all(self) -> list: ...
        @get("/own", guards=[requires_user])
        async def own() -> str: ...
        @get("/health")
        async def health() -> str: ...
        @get("/")
        async def inner() -> str: ...
        api = Router(path="/api", route_handlers=[inner], guards=[requires_user])
        app = Litestar(route_handlers=[Orders, own, health, api])
    """
    assert logins(text) == {"GET /orders": "required", "GET /own": "required", "GET /health": "none", "GET /api": "required"}


def test_a_login_of_the_whole_litestar_app():
    text = """
        from litestar import Litestar, Router, get, post
        from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult, DefineMiddleware
        from litestar.exceptions import NotAuthorizedException
        from litestar.security.session_auth import SessionAuth
        auth = SessionAuth(retrieve_user_handler=find, session_backend_config=config, exclude=["^/login", "/schema"])
        class KeyAuth(AbstractAuthenticationMiddleware):
            async def authenticate_request(self, connection) -> AuthenticationResult:
                key = connection.headers.get("X-API-Key")
                if not key:
                    raise NotAuthorizedException()
                return AuthenticationResult(user=key, auth=key)
        @get("/orders")
        async def orders() -> dict: ...
        @get("/health", exclude_from_auth=True)
        async def health() -> str: ...
        @get("/open", opt={"exclude_from_auth": True})
        async def still_open() -> str: ...
        @post("/login")
        async def login() -> str: ...
        app = Litestar(route_handlers=[orders, health, still_open, login], on_app_init=[auth.on_app_init])
        @get("/stock")
        async def stock() -> dict: ...
        @get("/docs")
        async def docs() -> str: ...
        keyed = Litestar(path="/keyed", route_handlers=[stock, docs], middleware=[DefineMiddleware(KeyAuth, exclude="docs")])
    """
    assert logins(text) == {
        "GET /orders": "required",
        "GET /health": "none",
        "GET /open": "none",
        "POST /login": "none",
        "GET /keyed/stock": "required",
        "GET /keyed/docs": "none",
    }


def test_a_middleware_of_litestar_that_has_a_name():
    text = """
        from litestar import Litestar, get, post
        from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult, DefineMiddleware
        from litestar.exceptions import NotAuthorizedException
        class KeyAuth(AbstractAuthenticationMiddleware):
            async def authenticate_request(self, connection) -> AuthenticationResult:
                key = connection.headers.get("X-API-Key")
                if not key:
                    raise NotAuthorizedException()
                return AuthenticationResult(user=key, auth=key)
        login = DefineMiddleware(KeyAuth, exclude="docs")
        @get("/stock")
        async def stock() -> dict: ...
        @get("/docs")
        async def docs() -> str: ...
        @post("/users", exclude_from_auth=True)
        async def register() -> str: ...
        app = Litestar(route_handlers=[stock, docs, register], middleware=[login])
    """
    assert logins(text) == {"GET /stock": "required", "GET /docs": "none", "POST /users": "none"}


def test_litestar_users_hooks_a_login_into_the_app():
    text = """
        from litestar import Litestar, get
        from litestar_users import LitestarUsersPlugin
        from litestar_users.config import LitestarUsersConfig
        config = LitestarUsersConfig(secret=SECRET, auth_exclude_paths=["/schema", "/health"])
        users = LitestarUsersPlugin(config=config)
        @get("/stock")
        async def stock() -> dict: ...
        @get("/health")
        async def health() -> str: ...
        app = Litestar(route_handlers=[stock, health], plugins=[users])
        @get("/open")
        async def open_() -> str: ...
        other = Litestar(route_handlers=[open_], plugins=[Other()])
    """
    assert logins(text) == {"GET /stock": "required", "GET /health": "none", "GET /open": "none"}


def test_a_middleware_of_aiohttp_that_is_made_by_a_call():
    text = """
        from aiohttp import web
        from aiohttp_security import check_authorized
        async def ask(request, handler):
            await check_authorized(request)
            return await handler(request)
        login = web.middleware(ask)
        async def orders(request): ...
        app = web.Application(middlewares=[login])
        app.add_routes([web.get("/orders", orders)])
    """
    assert logins(text) == {"GET /orders": "required"}


def test_a_guard_of_litestar_that_is_an_object():
    text = """
        from litestar import Litestar, get
        from litestar.connection import ASGIConnection
        from litestar.exceptions import NotAuthorizedException
        class Having:
            def __init__(self, role):
                self.role = role
            def __call__(self, connection: ASGIConnection, _) -> None:
                if not connection.user or connection.user.role != self.role:
                    raise NotAuthorizedException()
        @get("/orders", guards=[Having("buyer")])
        async def orders() -> dict: ...
        @get("/health")
        async def health() -> dict: ...
        app = Litestar([orders, health])
    """
    assert logins(text) == {"GET /orders": "required", "GET /health": "none"}


def test_a_middleware_that_lets_a_request_without_a_token_pass_asks_for_no_login():
    text = """
        import jwt
        from fastapi import FastAPI, Request

        class BadToken(Exception): ...

        class Identity:
            def __init__(self, app):
                self.app = app

            async def __call__(self, scope, receive, send):
                request = Request(scope)
                try:
                    subject = await identify(request)
                except BadToken as error:
                    response = await problem(request, error)
                    return await response(scope, receive, send)
                scope["state"]["subject"] = subject
                await self.app(scope, receive, send)

        async def identify(request):
            token = request.headers.get("Authorization")
            {absent}
            return jwt.decode(token, KEY, algorithms=["HS256"])["sub"]

        app = FastAPI()
        app.add_middleware(Identity)

        @app.get("/open")
        def show():
            return {{}}
    """
    assert logins(text.format(absent="if token is None: return None")) == {"GET /open": "none"}
    assert logins(text.format(absent="pass")) == {"GET /open": "required"}


PAGES = """
    from flask import Flask, redirect, render_template, session
    app = Flask(__name__)
    @app.get("/")
    def index():
        user = session.get("user")
        {body}
"""


def test_a_page_that_strangers_are_shown_too_asks_for_no_login():
    page = "return render_template('home.html'"
    bodies = {
        f"if user:\n            {page}, user=user)\n        {page})": "none",
        f"if user:\n            {page}, user=user)\n        else:\n            {page}, known=0)": "none",
        f"if user:\n            {page}, user=user)\n        top = best()\n        {page}, top=top)": "none",
        "if user:\n            return redirect('/me')\n        else:\n            return render_template('sign_up.html')": "none",
        f"if user:\n            {page}, user=user)\n        return render_template('login.html')": "required",  # another page
        f"if not user:\n            {page}, error='Log in first')\n        {page})": "required",  # a complaint
        f"if not user:\n            {page}, **say('Log in first'))\n        if closed():\n            {page})\n        {page})": "required",
        "if user:\n            return {'user': user}\n        return {'status': -1}": "required",
        f"if user:\n            {page}, user=user)\n        return redirect('/login')": "required",
        "if user:\n            return redirect('/me')\n        return redirect('/login')": "none",
    }
    for body, level in bodies.items():
        assert logins(PAGES.replace("{body}", body)) == {"GET /": level}, body


def test_sessions_of_sanic_and_aiohttp():
    for session in ("request['session']", "request.ctx.session", "request.get('session')"):
        text = f"""
            from sanic import Sanic
            from sanic.response import json
            from sanic_session import Session
            app = Sanic("shop")
            @app.get("/orders")
            async def orders(request):
                user = {session}.get("user")
                if not user:
                    return json({{}}, status=401)
                return json({{"user": user}})
        """
        assert logins(text) == {"GET /orders": "required"}, session


PLUGGED = """
    from litestar import Controller, Litestar, get, post
    from litestar.config.app import AppConfig
    from litestar.plugins import InitPluginProtocol
    from litestar.security.jwt import JWTAuth
    auth = JWTAuth[User](retrieve_user_handler=find, token_secret=SECRET, exclude=["/health", "^/schema"])
    class Stock(Controller):
        path = "/stock"
        @get("/")
        async def shelf(self) -> dict: ...
        @get("/free", exclude_from_auth=True)
        async def free(self) -> dict: ...
    @get("/health")
    async def health() -> str: ...
    class Core(InitPluginProtocol):
        def on_app_init(self, app_config: AppConfig) -> AppConfig:
            from shop.controllers import auth as chosen
            app_config = self._secured(app_config, auth=auth)
            app_config.route_handlers.extend([Stock, health])
            return app_config
        def _secured(self, app_config: AppConfig, *, auth) -> AppConfig:
            app_config.debug = False
            return cast("AppConfig", auth.on_app_init(app_config))
    app = Litestar(plugins=[Core()])
"""


def test_a_plugin_of_the_project_that_hooks_a_login_into_a_litestar_app():
    assert logins(PLUGGED) == {"GET /stock": "required", "GET /stock/free": "none", "GET /health": "none"}


def test_a_plugin_that_hooks_it_under_a_condition_leaves_it_open():
    text = PLUGGED.replace(
        'return cast("AppConfig", auth.on_app_init(app_config))', "if settings.secure:\n                auth.on_app_init(app_config)"
    )
    assert logins(text) == {"GET /stock": "unknown", "GET /stock/free": "unknown", "GET /health": "unknown"}


def test_a_start_up_function_that_puts_a_guard_into_the_configuration():
    text = """
        from litestar import Litestar, get
        from litestar.exceptions import NotAuthorizedException
        def signed_in(connection, handler) -> None:
            if not connection.user:
                raise NotAuthorizedException()
        @get("/stock")
        async def stock() -> dict: ...
        def secure(app_config):
            app_config.guards.append(signed_in)
            return app_config
        app = Litestar(route_handlers=[stock], on_app_init=[secure])
    """
    assert logins(text) == {"GET /stock": "required"}
