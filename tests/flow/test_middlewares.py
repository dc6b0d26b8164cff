"""Logins that middlewares and hooks ask for, path by path; what they, decorators and dependencies hand on of the caller."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import fastapi, flask, ids, project

APPS = {
    "a class of Starlette's with paths that are open": (
        """
        from fastapi import FastAPI, Request
        from fastapi.responses import JSONResponse
        from starlette.middleware.base import BaseHTTPMiddleware
        import jwt
        OPEN = {"/", "/login", "/docs"}
        class Auth(BaseHTTPMiddleware):
            async def dispatch(self, request: Request, call_next):
                if request.url.path in OPEN or request.url.path.startswith("/static"):
                    return await call_next(request)
                header = request.headers.get("Authorization")
                if not header or not header.startswith("Bearer "):
                    return JSONResponse(status_code=401, content={"detail": "Missing token"})
                try:
                    claims = jwt.decode(header.split(" ")[1], "k", algorithms=["HS256"])
                    request.state.user_id = claims["sub"]
                except jwt.PyJWTError:
                    return JSONResponse(status_code=401, content={})
                return await call_next(request)
        app = FastAPI()
        app.add_middleware(Auth)
        @app.get("/")
        def index(): return {}
        @app.get("/static/{name}")
        def static(name): return {}
        @app.get("/orders/{order_id}")
        def order(order_id: int, request: Request): return {"user": request.state.user_id}
        """,
        {"/": "none", "/static/{name}": "none", "/orders/{order_id}": "required"},
    ),
    "who was here last, noted when the answer is there": (
        """
        from fastapi import FastAPI, Request
        from starlette.middleware.base import BaseHTTPMiddleware
        import jwt
        class LastSeen(BaseHTTPMiddleware):
            async def dispatch(self, request: Request, call_next):
                response = await call_next(request)
                header = request.headers.get("authorization", "")
                if not header.startswith("Bearer "):
                    return response
                try:
                    claims = jwt.decode(header[7:], "k", algorithms=["HS256"])
                except jwt.PyJWTError:
                    return response
                print(claims["sub"])
                return response
        app = FastAPI()
        app.add_middleware(LastSeen)
        @app.get("/orders")
        def orders(): return {}
        """,
        {"/orders": "none"},
    ),
    "an answer that is kept back": (
        """
        from fastapi import FastAPI, Request
        from fastapi.responses import JSONResponse
        app = FastAPI()
        @app.middleware("http")
        async def check(request: Request, call_next):
            response = await call_next(request)
            if not request.headers.get("authorization"):
                return JSONResponse({}, status_code=401)
            return response
        @app.get("/orders")
        def orders(): return {}
        """,
        {"/orders": "unknown"},
    ),
    "a login that is asked for first, and an answer that gets a header": (
        """
        from fastapi import FastAPI, Request
        from fastapi.responses import JSONResponse
        import jwt
        app = FastAPI()
        @app.middleware("http")
        async def check(request: Request, call_next):
            if request.url.path == "/login":
                response = await call_next(request)
                return response
            header = request.headers.get("authorization")
            if not header:
                return JSONResponse({}, status_code=401)
            jwt.decode(header, "k", algorithms=["HS256"])
            response = await call_next(request)
            response.headers["X-Seen"] = "1"
            return response
        @app.get("/login")
        def login(): return {}
        @app.get("/orders")
        def orders(): return {}
        """,
        {"/login": "none", "/orders": "required"},
    ),
    "a function with open prefixes, and a token that must be right": (
        """
        from fastapi import FastAPI, Request
        from fastapi.responses import JSONResponse
        import jwt
        app = FastAPI()
        @app.middleware("http")
        async def check(request: Request, call_next):
            path = request.url.path
            if any(path.startswith(p) for p in ["/public", "/login"]):
                return await call_next(request)
            try:
                request.state.user = jwt.decode(request.cookies.get("session"), "k", algorithms=["HS256"])
            except Exception:
                return JSONResponse({"detail": "no"}, status_code=401)
            return await call_next(request)
        @app.get("/public/a")
        def index(): return {}
        @app.get("/orders")
        def orders(request: Request): return {"user": request.state.user}
        """,
        {"/public/a": "none", "/orders": "required"},
    ),
    "one that measures time asks nobody": (
        """
        from fastapi import FastAPI, Request
        app = FastAPI()
        @app.middleware("http")
        async def timing(request: Request, call_next):
            if request.headers.get("X-Debug"):
                print(request.url)
            response = await call_next(request)
            response.headers["X-Time"] = "1"
            return response
        @app.get("/orders")
        def orders(): return {}
        """,
        {"/orders": "none"},
    ),
    "nobody can tell which paths are open": (
        """
        from fastapi import FastAPI, Request
        from fastapi.responses import JSONResponse
        from conf import is_open
        app = FastAPI()
        @app.middleware("http")
        async def check(request: Request, call_next):
            if is_open(request.url.path):
                return await call_next(request)
            if not request.headers.get("Authorization"):
                return JSONResponse({"detail": "no"}, status_code=401)
            return await call_next(request)
        @app.get("/orders")
        def orders(): return {}
        """,
        {"/orders": "unknown"},
    ),
    "aiohttp": (
        """
        from aiohttp import web
        import jwt
        @web.middleware
        async def auth(request, handler):
            if request.path in ("/login", "/health"):
                return await handler(request)
            token = request.headers.get("Authorization")
            if token is None:
                raise web.HTTPUnauthorized()
            request["user"] = jwt.decode(token, "k", algorithms=["HS256"])
            return await handler(request)
        async def health(request): return web.json_response({})
        async def order(request): return web.json_response({"u": request["user"]["id"]})
        app = web.Application(middlewares=[auth])
        app.router.add_get("/health", health)
        app.router.add_get("/orders/{id}", order)
        """,
        {"/health": "none", "/orders/{id}": "required"},
    ),
    "aiohttp, appended": (
        """
        from aiohttp import web
        @web.middleware
        async def auth(request, handler):
            if not request.cookies.get("session_token"):
                raise web.HTTPFound("/login")
            return await handler(request)
        async def order(request): return web.json_response({})
        app = web.Application()
        app.middlewares.append(auth)
        app.router.add_get("/orders/{id}", order)
        """,
        {"/orders/{id}": "required"},
    ),
    "sanic, on a group of blueprints": (
        """
        from sanic import Blueprint, Sanic
        from sanic.response import json
        app = Sanic("shop")
        orders = Blueprint("orders", "/orders")
        api = Blueprint.group(orders, url_prefix="/api")
        async def check(request):
            if request.path == "/api/orders/search":
                return
            if not request.ctx.user:
                return json({}, 401)
        api.middleware(check, "request")
        @app.middleware("response")
        async def cors(request, response):
            if not request.headers.get("Authorization"):
                return response
        @orders.route("/<id:uuid>", ["GET"])
        async def show(request, id): return json({})
        @orders.post("/search")
        async def search(request): return json({})
        @app.get("/health")
        async def health(request): return json({})
        app.blueprint(api)
        """,
        {"/api/orders/<id:uuid>": "required", "/api/orders/search": "none", "/health": "none"},
    ),
    "before_request of Flask, by endpoint and path": (
        """
        from flask import Flask, request, session, redirect
        app = Flask(__name__)
        @app.before_request
        def check():
            if request.endpoint in ("login", "static") or request.path.startswith("/public"):
                return
            if "user_id" not in session:
                return redirect("/login")
        @app.route("/login", methods=["POST"])
        def login(): return ""
        @app.get("/public/x")
        def x(): return ""
        @app.get("/orders/<int:id>")
        def show(id): return ""
        """,
        {"/login": "none", "/public/x": "none", "/orders/<int:id>": "required"},
    ),
}


HOOKS = {
    """
    if not claims:
        request.claims = None
    elif "error" in claims:
        return jsonify(claims), 401
    else:
        request.claims = claims
    """: "none",
    """
    if claims is not None:
        if "banned" in claims:
            abort(403)
        request.claims = claims
    """: "none",
    """
    if claims:
        if "banned" in claims:
            abort(403)
    else:
        abort(401)
    """: "required",
    """
    if not claims:
        if request.method != "OPTIONS":
            return jsonify({}), 401
    """: "required",
    """
    if not claims and not request.path.startswith("/public"):
        return jsonify({}), 401
    if claims and "banned" in claims:
        abort(403)
    """: "required",
    """
    if STRICT:
        if not claims:
            abort(401)
    """: "unknown",
}


@pytest.mark.parametrize("body", HOOKS)
def test_who_brings_a_bad_token_and_who_brings_none(body: str) -> None:
    code = """
    import os
    import jwt
    from flask import Flask, abort, jsonify, request
    app = Flask(__name__)
    STRICT = os.environ.get("STRICT")

    def claims_of(request):
        token = request.headers.get("Authorization")
        if not token:
            return None
        try:
            return jwt.decode(token, "key", algorithms=["HS256"])
        except Exception:
            return {"error": "invalid token"}

    @app.before_request
    def identify():
        claims = claims_of(request)
        BODY

    @app.get("/orders/<int:id>")
    def show(id): return ""
    """
    text = dedent(code).replace("BODY", dedent(body).strip().replace("\n", "\n    "))
    handlers = project({"app.py": text}).handlers()
    assert handlers[0].route.authentication == HOOKS[body]


@pytest.mark.parametrize("text, expected", APPS.values(), ids=APPS)
def test_who_must_log_in(text: str, expected: dict[str, str]) -> None:
    handlers = project({"app.py": dedent(text)}).handlers()
    assert {h.route.path: h.route.authentication for h in handlers} == expected


def test_a_session_that_a_middleware_made_is_nobody() -> None:
    handlers = fastapi("""
        @router.get("/tasks/{task_id}")
        async def show(task_id: int, request: Request, user: CurrentUser):
            task = (await request.state.db.execute(select(Task).where(Task.id == task_id))).scalar_one()
            return await request.app.state.pool.get(Project, task.project_id)
    """)
    assert ids(handlers["show"]) == {"task_id": "missing"}


def test_a_dependency_under_another_name() -> None:
    handlers = fastapi("""
        LoggedIn = Depends(get_current_user)


        def require_plan(plans):
            def check(user: User = Depends(get_current_user)):
                if user.plan not in plans:
                    raise HTTPException(402)
                return user

            return check


        paying = require_plan(["pro"])


        @router.get("/tasks/{task_id}", dependencies=[LoggedIn])
        def show(task_id: int, session: SessionDep):
            return session.get(Task, task_id)


        @router.get("/projects/{project_id}")
        def paid(project_id: int, session: SessionDep, user: User = Depends(paying)):
            return session.scalar(select(Project).where(Project.id == project_id, Project.owner_id == user.id))
    """)
    assert {name: handlers[name].route.authentication for name in ("show", "paid")} == {"show": "required", "paid": "required"}
    assert ids(handlers["show"]) == {"task_id": "missing"} and ids(handlers["paid"]) == {"project_id": "owned"}


def test_what_a_decorator_hands_on() -> None:
    handlers = flask("""
        from functools import wraps
        import jwt


        def signed_in(view):
            @wraps(view)
            def inner(*args, **kwargs):
                token = request.headers.get("X-Access-Token")
                if not token:
                    return jsonify({"message": "token is missing"}), 401
                try:
                    data = jwt.decode(token, "k", algorithms=["HS256"])
                    who = User.query.filter_by(id=data["id"]).first()
                except Exception:
                    return jsonify({"message": "token is not right"}), 401
                return view(who, *args, **kwargs)

            return inner


        @app.get("/orders/<int:order_id>")
        @signed_in
        def mine(who, order_id):
            return jsonify(Order.query.filter_by(id=order_id, user_id=who.id).first().status)


        @app.delete("/orders/<int:order_id>")
        @signed_in
        def anybodys(who, order_id):
            db.session.delete(Order.query.get(order_id))
            return ""
    """)
    assert ids(handlers["mine"]) == {"order_id": "owned"} and ids(handlers["anybodys"]) == {"order_id": "missing"}
    assert all(handlers[name].route.authentication == "required" for name in ("mine", "anybodys"))


def test_who_holds_a_shared_secret_is_no_user() -> None:
    handlers = fastapi("""
        import hmac
        import os
        import stripe
        from fastapi import Header


        @router.post("/hooks/plan")
        def plan(body: dict, session: SessionDep, x_webhook_token: str = Header(None)):
            if not x_webhook_token or not hmac.compare_digest(x_webhook_token, os.environ["HOOK_TOKEN"]):
                raise HTTPException(401)
            session.delete(session.get(Project, body["project_id"]))


        @router.post("/hooks/stripe")
        async def stripe_hook(request: Request, session: SessionDep):
            try:
                event = stripe.Webhook.construct_event(await request.body(), request.headers["stripe-signature"], "whsec")
            except ValueError:
                raise HTTPException(400)
            session.delete(session.get(Project, event["data"]["object"]["metadata"]["project_id"]))


        @router.post("/hooks/open")
        def unguarded(body: dict, session: SessionDep):
            session.delete(session.get(Project, body["project_id"]))
    """)
    assert {name: handlers[name].route.authentication for name in ("plan", "stripe_hook", "unguarded")} == {
        "plan": "required",
        "stripe_hook": "required",
        "unguarded": "none",
    }
    assert ids(handlers["plan"]) == {"project_id": "admin"} and not ids(handlers["stripe_hook"])
    assert ids(handlers["unguarded"]) == {"project_id": "missing"}


def test_what_a_context_variable_holds() -> None:
    handlers = fastapi("""
        from contextvars import ContextVar

        user_var: ContextVar[int] = ContextVar("user")
        chosen_var = ContextVar("chosen")


        def remember(user: CurrentUser):
            user_var.set(user.id)


        @router.get("/projects/{project_id}", dependencies=[Depends(remember)])
        def show(project_id: int, session: SessionDep):
            chosen_var.set(project_id)
            return session.scalar(select(Project).where(Project.id == project_id, Project.owner_id == user_var.get()))


        @router.get("/tasks/{task_id}", dependencies=[Depends(remember)])
        def anybodys(task_id: int, session: SessionDep):
            chosen_var.set(task_id)
            return session.get(Task, chosen_var.get())
    """)
    assert ids(handlers["show"]) == {"project_id": "owned"} and ids(handlers["anybodys"]) == {"task_id": "missing"}


def test_the_id_of_what_is_new_is_chosen_by_nobody() -> None:
    handlers = fastapi("""
        from motor.motor_asyncio import AsyncIOMotorClient

        mongo = AsyncIOMotorClient("mongodb://localhost").shop


        @router.post("/notes")
        async def add(body: dict, user: CurrentUser):
            result = await mongo.notes.insert_one(body)
            return await mongo.notes.find_one({"_id": result.inserted_id})
    """)
    assert not ids(handlers["add"])


def test_a_checker_asks_for_the_role_it_was_made_with() -> None:
    handlers = fastapi("""
        from enum import Enum


        class Kind(Enum):
            ADMIN = "admin"
            USER = "user"


        class Auth:
            def __init__(self, kind: Kind) -> None:
                self.kind = kind

            def __call__(self, user: User = Depends(get_current_user)) -> User:
                if self.kind == Kind.ADMIN and not user.is_admin:
                    raise HTTPException(403)
                return user


        @router.delete("/users/{user_id}")
        def staff(user_id: int, session: SessionDep, me: User = Depends(Auth(Kind.ADMIN))):
            session.delete(session.get(User, user_id))


        @router.delete("/members/{user_id}")
        def anybody(user_id: int, session: SessionDep, me: User = Depends(Auth(Kind.USER))):
            session.delete(session.get(User, user_id))
    """)
    assert ids(handlers["staff"]) == {"user_id": "admin"} and ids(handlers["anybody"]) == {"user_id": "missing"}


def test_what_kind_of_token_it_is_says_nothing_of_roles() -> None:
    handlers = fastapi("""
        from shop.auth import scheme
        import jwt


        def bearer(session: SessionDep, token: str = Depends(scheme)):
            claims = jwt.decode(token, "k", algorithms=["HS256"])
            if claims.get("type") != "access":
                raise HTTPException(401)
            user = session.get(User, claims["sub"])
            if user.status == "banned":
                raise HTTPException(403)
            return user


        @router.get("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, user: User = Depends(bearer)):
            return session.get(Project, project_id)
    """)
    assert ids(handlers["show"]) == {"project_id": "missing"}


def test_logins_of_libraries_that_are_called() -> None:
    handlers = fastapi("""
        from fastapi_jwt_auth import AuthJWT


        @router.get("/projects/{project_id}")
        def mine(project_id: int, session: SessionDep, authorize: AuthJWT = Depends()):
            authorize.jwt_required()
            return session.scalar(select(Project).where(Project.id == project_id, Project.owner_id == authorize.get_jwt_subject()))


        @router.delete("/projects/{project_id}")
        def anybodys(project_id: int, session: SessionDep, authorize: AuthJWT = Depends()):
            try:
                authorize.jwt_required()
            except Exception:
                raise HTTPException(401)
            session.delete(session.get(Project, project_id))
    """)
    assert ids(handlers["mine"]) == {"project_id": "owned"} and ids(handlers["anybodys"]) == {"project_id": "missing"}
    assert {h.route.authentication for h in handlers.values()} == {"required"}


def test_rows_that_a_constructor_takes_apart() -> None:
    handlers = fastapi("""
        class Row:
            def __init__(self, **kwargs):
                for key, value in kwargs.items():
                    setattr(self, key, value)


        class Approval:
            def __init__(self, project_id, by):
                self.project_id, self.by = project_id, by

            def __call__(self, session):
                session.get(Project, self.project_id).approved = True


        @router.get("/a/{project_id}")
        def anybodys(project_id: int, session: SessionDep, user: CurrentUser):
            return Row(**session.get(Project, project_id).__dict__)


        @router.get("/b/{project_id}")
        def mine(project_id: int, session: SessionDep, user: CurrentUser):
            row = Row(**session.get(Project, project_id).__dict__)
            if row.owner_id != user.id:
                raise HTTPException(403)
            return row


        @router.put("/c/{project_id}")
        def called(project_id: int, session: SessionDep, user: CurrentUser):
            approve = Approval(project_id, user)
            approve(session)
    """)
    assert {name: ids(handlers[name])["project_id"] for name in ("anybodys", "mine", "called")} == {
        "anybodys": "missing",
        "mine": "owned",
        "called": "missing",
    }


LIBRARIES = {
    "from armasec import Armasec\nguard = Armasec()": ("guard.lockdown('orders:edit')", "required"),
    "from authx import AuthX\nguard = AuthX()": ("guard.access_token_required", "required"),
    "from fastapi_azure_auth import SingleTenantAzureAuthorizationCodeBearer\nguard = SingleTenantAzureAuthorizationCodeBearer()": (
        "guard",
        "required",
    ),
    "from company_oidc import Shield\nguard = Shield()": ("guard.covered('orders')", "unknown"),
    "from fastapi_limiter.depends import RateLimiter\nguard = RateLimiter(times=2)": ("guard", "none"),
    "from fastapi_auth_limiter import Limiter\nguard = Limiter(times=2)": ("guard", "none"),
    "from authors import Shelf\nguard = Shelf()": ("guard.open", "none"),
}


@pytest.mark.parametrize("made", LIBRARIES)
def test_dependencies_that_libraries_give(made: str) -> None:
    asked, expected = LIBRARIES[made]
    code = (
        f"from fastapi import Depends, FastAPI\n{made}\napp = FastAPI()\n@app.get('/orders', dependencies=[Depends({asked})])\ndef show(): return 1\n"
    )
    assert project({"app.py": code}).handlers()[0].route.authentication == expected
