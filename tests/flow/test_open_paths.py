"""Paths, routes and views that a login before every handler leaves alone, wherever they are listed."""

from __future__ import annotations

from textwrap import dedent

import pytest

from prodlint.flow.callers import path_patterns
from tests.flow.apps import project

STARLETTE = """
import re

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.middleware.base import BaseHTTPMiddleware

DOCS = ["/docs", "/openapi.json"]
{lists}


class Auth(BaseHTTPMiddleware):
    def __init__(self, app, public=None):
        super().__init__(app)
        self.public = public or []

    async def dispatch(self, request: Request, call_next):
        path = request.url.path
        if {test}:
            return await call_next(request)
        if not request.headers.get("Authorization"):
            return JSONResponse({{"detail": "who are you?"}}, status_code=401)
        return await call_next(request)


app = FastAPI()
app.add_middleware(Auth{given})


@app.get("/login")
def login(): return {{}}


@app.get("/health/live")
def health(): return {{}}


@app.get("/orders/{{order_id}}")
def show(order_id: int): return {{}}
"""
LISTED = {  # lists, the test, what the constructor is given
    "a list that another begins": ('PUBLIC = DOCS + ["/login", "/health/live"]', "path in PUBLIC", ""),
    "a list that is added to": ('PUBLIC = ["/login"]\nPUBLIC += DOCS\nPUBLIC.append("/health/live")', "path in PUBLIC", ""),
    "f-strings": ('ROOT = ""\nPUBLIC = {f"{ROOT}/login", f"{ROOT}/health/live"}', "path in PUBLIC", ""),
    "prefixes": ('PUBLIC = (*DOCS, "/login", "/health")', "any(path.startswith(each) for each in PUBLIC)", ""),
    "many prefixes": (f"PUBLIC = {['/a', '/b', '/c', '/d', '/e', '/f', '/g', '/h', '/login', '/health']}",
                      "any(path.startswith(each) for each in PUBLIC)", ""),
    "patterns": ('PUBLIC = [re.compile(r"^/login$"), re.compile(r"^/health/\\w+")]', "any(each.match(path) for each in PUBLIC)", ""),
    "patterns as strings": ('PUBLIC = [r"^/login$", r"^/health"]', "any(re.match(each, path) for each in PUBLIC)", ""),
    "given to the constructor": ("", "path in self.public", ', public=["/login", "/health/live"]'),
}  # fmt: skip


@pytest.mark.parametrize("how", LISTED)
def test_paths_that_a_middleware_lets_pass(how: str) -> None:
    lists, test, given = LISTED[how]
    handlers = project({"app.py": STARLETTE.format(lists=lists, test=test, given=given)}).handlers()
    assert {h.route.handler: h.route.authentication for h in handlers} == {"app.login": "none", "app.health": "none", "app.show": "required"}


def test_a_function_that_goes_through_a_list() -> None:
    lists = """
    PUBLIC = ("/login", "/health")
    def is_public(path):
        for prefix in PUBLIC:
            if path.startswith(prefix):
                return True
        return False
    """
    handlers = project({"app.py": STARLETTE.format(lists=dedent(lists), test="is_public(path)", given="")}).handlers()
    assert {h.route.handler: h.route.authentication for h in handlers} == {"app.login": "none", "app.health": "none", "app.show": "required"}


def test_a_list_that_nobody_can_read() -> None:
    handlers = project({"app.py": STARLETTE.format(lists="PUBLIC = load_paths()", test="path in PUBLIC", given="")}).handlers()
    assert {h.route.authentication for h in handlers} == {"unknown"}


def test_a_pattern_that_takes_for_ever_is_not_tried() -> None:
    handlers = project({"app.py": STARLETTE.format(lists="", test='re.match(r"^/((\\w+)+)+$", path)', given="")}).handlers()
    assert {h.route.authentication for h in handlers} == {"unknown"}


def test_a_middleware_of_asgi() -> None:
    handlers = project({"app.py": dedent("""
        import jwt
        from fastapi import FastAPI
        from starlette.requests import Request
        from starlette.responses import JSONResponse
        PUBLIC = {"/login"}
        class Auth:
            def __init__(self, app):
                self.app = app
            async def __call__(self, scope, receive, send):
                if scope["type"] != "http":
                    await self.app(scope, receive, send)
                    return
                request = Request(scope)
                if request.url.path in PUBLIC:
                    await self.app(scope, receive, send)
                    return
                token = request.headers.get("authorization")
                if not token:
                    response = JSONResponse({}, status_code=401)
                    await response(scope, receive, send)
                    return
                scope["state"]["user"] = jwt.decode(token, "k", algorithms=["HS256"])
                await self.app(scope, receive, send)
        app = FastAPI()
        app.add_middleware(Auth)
        @app.get("/login")
        def login(): return {}
        @app.get("/orders/{order_id}")
        def show(order_id: int): return {}
    """)}).handlers()  # fmt: skip
    assert {h.route.path: h.route.authentication for h in handlers} == {"/login": "none", "/orders/{order_id}": "required"}


def test_a_dependency_of_the_whole_app() -> None:
    handlers = project({"app.py": dedent("""
        from fastapi import Depends, FastAPI, HTTPException, Request
        PUBLIC = ["/login"]
        def verify(request: Request):
            if request.url.path in PUBLIC:
                return
            if request.headers.get("X-Api-Key") != "k":
                raise HTTPException(401)
        app = FastAPI(dependencies=[Depends(verify)])
        @app.get("/login")
        def login(): return {}
        @app.get("/orders/{order_id}")
        def show(order_id: int): return {}
    """)}).handlers()  # fmt: skip
    assert {h.route.path: h.route.authentication for h in handlers} == {"/login": "none", "/orders/{order_id}": "required"}


FLASK = """
from flask import Blueprint, Flask, abort, redirect, request, session
from flask_login import current_user

app = Flask(__name__)


def public(view):
    view.is_public = True
    return view


@app.before_request
def require_login():
{body}


@app.get("/login")
@public
def login(): return ""


@app.get("/orders/<int:order_id>")
def show(order_id): return ""
"""
HOOKS = {
    "by the name of the view": """
        if request.endpoint in {"login", "static"}:
            return None
        if not current_user.is_authenticated:
            return redirect("/login")
    """,
    "in one test": """
        if request.endpoint not in ["login"] and "user_id" not in session:
            return redirect("/login")
    """,
    "by a mark on the view": """
        view = app.view_functions.get(request.endpoint)
        if getattr(view, "is_public", False):
            return
        if not current_user.is_authenticated:
            abort(401)
    """,
}


@pytest.mark.parametrize("how", HOOKS)
def test_views_that_a_hook_lets_pass(how: str) -> None:
    """Whatever the hook is called: where it ends by the path alone, it has asked nobody."""
    body = "\n".join("    " + line for line in dedent(HOOKS[how]).strip().splitlines())
    handlers = project({"app.py": FLASK.format(body=body)}).handlers()
    assert {h.route.path: h.route.authentication for h in handlers} == {"/login": "none", "/orders/<int:order_id>": "required"}


def test_requests_of_one_blueprint_only() -> None:
    body = '    if request.blueprint == "api" and not session.get("user"):\n        abort(401)'
    handlers = project({"app.py": FLASK.replace("require_login", "before").format(body=body)}).handlers()
    assert {h.route.authentication for h in handlers} == {"unknown"}


DJANGO = {
    "shop/urls.py": """
        from django.urls import path
        from shop import views
        urlpatterns = [path("accounts/login/", views.login, name="login"), path("notes/<int:pk>/", views.show, name="note")]
    """,
    "shop/views.py": """
        from django.http import HttpResponse
        def exempt(view):
            view.login_exempt = True
            return view
        @exempt
        def login(request): return HttpResponse("")
        def show(request, pk): return HttpResponse("")
    """,
    "shop/settings.py": """
        ROOT_URLCONF = "shop.urls"
        MIDDLEWARE = ["django.contrib.auth.middleware.AuthenticationMiddleware", "shop.middleware.Login"]
        LOGIN_URL = "/accounts/login/"
        OPEN = [r"^health/", r"^static/"]
    """,
}
MIDDLEWARE = """
import re
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import resolve, reverse

OPEN = [re.compile(settings.LOGIN_URL.lstrip("/"))]
if hasattr(settings, "OPEN"):
    OPEN += [re.compile(each) for each in settings.OPEN]


class Login:
    def __init__(self, get_response):
        self.get_response = get_response
        self.paths = (reverse("login"),)

"""
MIDDLEWARES = {
    "patterns of the settings": """
        def process_view(self, request, view, args, kwargs):
            path = request.path_info.lstrip("/")
            if not request.user.is_authenticated:
                if not any(each.match(path) for each in OPEN):
                    return redirect(settings.LOGIN_URL)
    """,
    "before other questions": """
        def __call__(self, request):
            if not hasattr(request, "user"):
                raise RuntimeError("the middleware of authentication comes first")
            if not request.user.is_authenticated:
                path = request.path_info.lstrip("/")
                if not any(each.match(path) for each in OPEN):
                    where = settings.LOGIN_URL if path == "logout" else f"{settings.LOGIN_URL}?next={path}"
                    return redirect(where)
            if request.user.is_authenticated and request.user.must_change_password:
                return redirect("password")
            response = self.get_response(request)
            if request.user.is_authenticated:
                response["X-User"] = request.user.username
            return response
    """,
    "in one test": """
        def __call__(self, request):
            if not request.user.is_authenticated and request.path not in self.paths:
                return redirect("login")
            return self.get_response(request)
    """,
    "by the name of the route": """
        def __call__(self, request):
            if not request.user.is_authenticated and resolve(request.path_info).url_name not in ("login", "reset"):
                return redirect("login")
            return self.get_response(request)
    """,
    "by a mark on the view": """
        def process_view(self, request, view, args, kwargs):
            if getattr(view, "login_exempt", False):
                return None
            if request.user.is_authenticated:
                return None
            return login_required(view)(request, *args, **kwargs)
    """,
}


@pytest.mark.parametrize("how", MIDDLEWARES)
def test_paths_that_a_middleware_of_django_lets_pass(how: str) -> None:
    method = "\n".join("    " + line for line in dedent(MIDDLEWARES[how]).strip().splitlines())
    files = {path: dedent(code) for path, code in DJANGO.items()}
    handlers = project({"shop/__init__.py": "", **files, "shop/middleware.py": MIDDLEWARE + method + "\n"}).handlers()
    assert {h.route.path: h.route.authentication for h in handlers} == {"/accounts/login/": "none", "/notes/<int:pk>/": "required"}


UNSURE = {
    "a test within that nobody can answer": """
        def __call__(self, request):
            if not request.user.is_authenticated:
                if not load_exemptions().match(request.path):
                    return redirect("login")
            return self.get_response(request)
    """,
    "a way through for some": """
        def __call__(self, request):
            if request.user.is_authenticated:
                return self.get_response(request)
            if request.headers.get("X-Probe"):
                return self.get_response(request)
            return redirect("login")
    """,
}


@pytest.mark.parametrize("how", UNSURE)
def test_a_middleware_of_django_that_nobody_can_read(how: str) -> None:
    method = "\n".join("    " + line for line in dedent(UNSURE[how]).strip().splitlines())
    files = {path: dedent(code) for path, code in DJANGO.items()}
    handlers = project({"shop/__init__.py": "", **files, "shop/middleware.py": MIDDLEWARE + method + "\n"}).handlers()
    assert {h.route.authentication for h in handlers} == {"unknown"}


def test_a_house_that_is_closed_asks_nobody() -> None:
    method = """    def __call__(self, request):
        if settings.CLOSED:
            return redirect("/closed")
        return self.get_response(request)
"""
    files = {path: dedent(code) for path, code in DJANGO.items()}
    handlers = project({"shop/__init__.py": "", **files, "shop/middleware.py": MIDDLEWARE + method}).handlers()
    assert {h.route.authentication for h in handlers} == {"none"}


def test_a_decorator_under_another_name() -> None:
    handlers = project({"app.py": dedent("""
        from flask import Flask
        from flask_login import login_required
        from flask_security import roles_required
        members_only = login_required
        staff_only = roles_required("admin")
        app = Flask(__name__)
        @app.get("/orders/<int:order_id>")
        @members_only
        def show(order_id): return ""
        @app.get("/staff")
        @staff_only
        def staff(): return ""
        @app.get("/")
        def index(): return ""
    """)}).handlers()  # fmt: skip
    assert {h.route.path: h.route.authentication for h in handlers} == {"/orders/<int:order_id>": "required", "/staff": "required", "/": "none"}


def test_a_decorator_that_another_one_hands_the_user_to() -> None:
    handlers = project({"app.py": dedent("""
        from functools import wraps
        from sanic import Sanic, json
        from sanic.exceptions import Unauthorized
        def known(view):
            @wraps(view)
            async def wrapper(request, user, *args, **kwargs):
                if user is None or not user.is_authenticated:
                    raise Unauthorized()
                return await view(request, user, *args, **kwargs)
            return wrapper
        app = Sanic("shop")
        @app.get("/orders/<order_id>")
        @known
        async def show(request, user, order_id): return json({})
    """)}).handlers()  # fmt: skip
    assert [h.route.authentication for h in handlers] == ["required"]


def test_decorators_of_one_method() -> None:
    handlers = project({"app.py": dedent("""
        from flask import Flask
        from flask_jwt_extended import jwt_required
        from flask_restful import Api, Resource
        app = Flask(__name__)
        api = Api(app)
        class Orders(Resource):
            method_decorators = {"post": [jwt_required()]}
            def get(self): return []
            def post(self): return {}
        api.add_resource(Orders, "/orders")
    """)}).handlers()  # fmt: skip
    assert {h.route.methods: h.route.authentication for h in handlers} == {("GET",): "none", ("POST",): "required"}


DEFAULTS = {
    "dict(...)": 'REST_FRAMEWORK = dict(DEFAULT_PERMISSION_CLASSES=("rest_framework.permissions.IsAuthenticated",))',
    "more of a key": 'from defaults import *\nREST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] += ["rest_framework.permissions.IsAuthenticated"]',
    "a key set later": 'REST_FRAMEWORK = {}\nREST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] = ["rest_framework.permissions.IsAuthenticated"]',
    "a class of settings": """
        class Common(Configuration):
            INSTALLED_APPS = ["rest_framework"]
            REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
    """,
}


@pytest.mark.parametrize("how", DEFAULTS)
def test_settings_that_ask_for_a_login_everywhere(how: str) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\n' + dedent(DEFAULTS[how]),
        "shop/urls.py": 'from django.urls import path\nfrom shop import views\nurlpatterns = [path("orders/", views.Orders.as_view())]\n',
        "shop/views.py": "from rest_framework import views\nclass Orders(views.APIView):\n    def get(self, request): return None\n",
    }
    assert [h.route.authentication for h in project(files).handlers()] == ["required"]


GATES = {
    "a token against forged requests": (
        "CSRFGate",
        """
        cookie = request.cookies.get("csrftoken")
        user = request.user.id if request.user.is_authenticated else None
        if request.method != "GET" and not fits(cookie, user):
            return JSONResponse({}, status_code=403)
        """,
    ),
    "where it comes from, but for those with a key": (
        "Origins",
        """
        if request.headers.get("Authorization", "").split(" ")[0].lower() == "bearer":
            return await call_next(request)
        if request.headers.get("Origin") != "https://example.com":
            return JSONResponse({}, status_code=403)
        """,
    ),
}


@pytest.mark.parametrize("how", GATES)
def test_what_refuses_for_other_reasons_is_no_login(how: str) -> None:
    name, body = GATES[how]
    code = f"""
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware.base import BaseHTTPMiddleware
from shop import fits
class {name}(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
{chr(10).join("        " + line for line in dedent(body).strip().splitlines())}
        return await call_next(request)
app = FastAPI()
app.add_middleware({name})
@app.post("/orders")
def make(): return {{}}
"""
    assert [h.route.authentication for h in project({"app.py": code}).handlers()] == ["none"]


def test_a_site_on_the_request_is_nobody() -> None:
    """Whoever comes by the address of the journal passes what asks for the journal; rows of the journal are no rows of the caller."""
    files = {
        "shop/__init__.py": "",
        "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["shop"]\nMIDDLEWARE = ["shop.middleware.Site"]\n',
        "shop/middleware.py": dedent("""
            from shop.models import Journal
            class Site:
                def __init__(self, get_response):
                    self.get_response = get_response
                def __call__(self, request):
                    request.journal = Journal.objects.filter(domain=request.get_host()).first()
                    return self.get_response(request)
        """),
        "shop/models.py": dedent("""
            from django.db import models
            class Journal(models.Model):
                domain = models.CharField(max_length=100)
            class Issue(models.Model):
                journal = models.ForeignKey(Journal, on_delete=models.CASCADE)
        """),
        "shop/views.py": dedent("""
            from functools import wraps
            from django.http import Http404, HttpResponse
            from django.shortcuts import get_object_or_404
            from shop.models import Issue
            def has_journal(view):
                @wraps(view)
                def wrapper(request, *args, **kwargs):
                    if request.journal:
                        return view(request, *args, **kwargs)
                    raise Http404()
                return wrapper
            @has_journal
            def issue(request, pk):
                return HttpResponse(get_object_or_404(Issue, pk=pk, journal=request.journal).pk)
            def mine(request, pk):
                if not request.journal or not request.user.is_authenticated:
                    raise Http404()
                return HttpResponse("")
        """),
        "shop/urls.py": dedent("""
            from django.urls import path
            from shop import views
            urlpatterns = [path("issues/<int:pk>/", views.issue), path("mine/<int:pk>/", views.mine)]
        """),
    }
    handlers = project(files).handlers()
    assert {h.route.path: h.route.authentication for h in handlers} == {"/issues/<int:pk>/": "none", "/mine/<int:pk>/": "required"}


def test_permissions_that_are_added_to_those_of_the_base() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/settings.py": 'INSTALLED_APPS = []\nREST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}\n',
        "shop/views.py": dedent("""
            from rest_framework import permissions, viewsets
            class IsMine(permissions.BasePermission):
                def has_object_permission(self, request, view, obj):
                    return obj.owner == request.user
            class Orders(viewsets.ReadOnlyModelViewSet):
                def get_permissions(self):
                    permissions = super().get_permissions()
                    if self.action in ["retrieve"]:
                        permissions.append(IsMine())
                    return permissions
        """),
        "shop/urls.py": dedent("""
            from rest_framework.routers import DefaultRouter
            from shop import views
            router = DefaultRouter()
            router.register("orders", views.Orders)
            urlpatterns = router.urls
        """),
    }
    assert {h.route.authentication for h in project(files).handlers()} == {"required"}
    files["shop/views.py"] = files["shop/views.py"].replace("permissions, viewsets", "permissions").replace(
        "class Orders(viewsets.ReadOnly", "from house import viewsets\nfrom rest_framework.decorators import action\nclass Orders(viewsets.ReadOnly"
    )  # fmt: skip
    files["shop/views.py"] += "    @action(detail=False)\n    def latest(self, request): return None\n"
    assert {h.route.authentication for h in project(files).handlers()} == {"required"}


def test_a_middleware_that_is_handed_over() -> None:
    handlers = project({"app.py": dedent("""
        from fastapi import FastAPI, Request
        from fastapi.responses import JSONResponse
        async def check(request: Request, call_next):
            if request.url.path != "/login" and not request.headers.get("Authorization"):
                return JSONResponse({}, status_code=401)
            return await call_next(request)
        app = FastAPI()
        app.middleware("http")(check)
        @app.get("/login")
        def login(): return {}
        @app.get("/orders/{order_id}")
        def show(order_id: int): return {}
    """)}).handlers()  # fmt: skip
    assert {h.route.path: h.route.authentication for h in handlers} == {"/login": "none", "/orders/{order_id}": "required"}


PATTERNS = {
    r"^/(?:login|register/\w+|static/.*)$": False,
    r"^/a+!$": True,
    r"^/(?P<all>a+)(?:!|\?)?$": True,
    r"^/(a|aa)+$": None,
    r"(\w+\s?)+$": None,
    r"(?x) ( a | aa ) +": None,
    ".*" * 20 + "x": None,
    "a?" * 60 + "a" * 61: None,
    "a{1,60}" * 6 + "b": None,
    "^(?:a|aa)" + "(?:a|aa)" * 24 + "b": None,
    "x{99999999999}": None,
    "(" * 140 + "a" + ")" * 140: None,
    "[[a]b": False,
    "(": None,
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_that_could_take_long_are_not_tried(pattern: str) -> None:
    assert path_patterns.matches(pattern, "/" + "a" * 60 + "!") is PATTERNS[pattern]


OPEN_TESTS = ["any(request.url.path.startswith(p) for p in OPEN)", "request.url.path in OPEN", "any(re.match(p, request.url.path) for p in OPEN)"]


@pytest.mark.parametrize("test", OPEN_TESTS)
@pytest.mark.parametrize(("prefix", "authentication"), [("load_prefix()", "unknown"), ("'/shop'", "required")])
def test_a_route_that_hangs_where_nobody_can_tell_may_be_open(test: str, prefix: str, authentication: str) -> None:
    code = f"""
import re, jwt
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from elsewhere import load_prefix
app = FastAPI()
router = APIRouter()
OPEN = ["/public", "/public/orders"]
@app.middleware("http")
async def known(request: Request, call_next):
    if {test}:
        return await call_next(request)
    token = request.headers.get("authorization")
    if not token:
        return JSONResponse({{}}, status_code=401)
    request.state.user = jwt.decode(token, "k", algorithms=["HS256"])
    return await call_next(request)
@router.get("/orders")
def show(): return {{}}
app.include_router(router, prefix={prefix})
"""
    assert [h.route.authentication for h in project({"app.py": code}).handlers()] == [authentication]
