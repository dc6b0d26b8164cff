"""Whom what stands before a handler lets in: words that a decorator is told, pages for strangers, marks of views, libraries that are told."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from tests.flow.apps import django, fastapi, flask, ids

TOLD = """
    import functools
    from flask import redirect, url_for

    def login_required(role="ANY"):
        def wrapper(view):
            @functools.wraps(view)
            def inner(*args, **kwargs):
                if not current_user.is_authenticated:
                    abort(401)
                if current_user.get_urole() != role{beside}:
                    abort(403)
                return view(*args, **kwargs)
            return inner
        return wrapper

    @app.post("/orders/<int:order_id>/grant")
    @login_required({role})
    def grant(order_id):
        order = Order.query.get_or_404(order_id)
        order.status = "granted"
        db.session.commit()
        return jsonify(order.status)
"""


@pytest.mark.parametrize(
    ("role", "beside", "expected"),
    [
        ('role="librarian"', ' and role != "ANY"', "unknown"),
        ('role="admin"', ' and role != "ANY"', "admin"),
        ("", ' and role != "ANY"', "missing"),
        ('role="librarian"', " and role != current_app.config['ANY']", "unknown"),
    ],
)
def test_a_decorator_asks_for_the_role_that_it_is_told(role: str, beside: str, expected: str) -> None:
    code = TOLD.replace("{role}", role).replace("{beside}", beside).replace("import functools", "import functools\n    from flask import current_app")
    assert ids(flask(code)["grant"]) == {"order_id": expected}


SENT_HOME = """
    import functools
    from flask import redirect, url_for

    def check_user():
        def wrapper(view):
            @functools.wraps(view)
            def inner(*args, **kwargs):
                if {test}:
                    if current_user.get_urole() == "user":
                        return redirect(url_for("shop"))
                    else:
                        return redirect(url_for("staff"))
                return view(*args, **kwargs)
            return inner
        return wrapper

    @app.get("/orders/<int:order_id>")
    @check_user()
    def show(order_id):
        return jsonify(Order.query.get_or_404(order_id).status)
"""


@pytest.mark.parametrize(("test", "expected"), [("current_user.is_authenticated", "none"), ("not current_user.is_authenticated", "required")])
def test_a_decorator_that_sends_home_who_is_logged_in_asks_for_no_login(test: str, expected: str) -> None:
    assert flask(SENT_HOME.replace("{test}", test))["show"].route.authentication == expected


CHANGES = """
        @app.post("/orders/{name}")
        @login_required
        def {name}():
            db.session.add(Order(user_id=current_user.id, status="{name}"))
            db.session.commit()
            return "done"
"""


def test_what_a_hook_writes_down_is_not_what_the_route_changes() -> None:
    code = """
        class Visit(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            path = db.Column(db.String)


        @app.before_request
        def count():
            db.session.add(Visit(path=request.path))
            db.session.commit()


        @app.route("/", methods=["GET", "POST"])
        def index():
            return "shop"
    """
    code += "".join(CHANGES.replace("{name}", name) for name in ("open", "pack", "send", "close"))
    assert flask(code)["index"].exposed == ("", "")


SETTINGS = 'MIDDLEWARE = ["django.contrib.auth.middleware.AuthenticationMiddleware", "shop.middleware.Around"]\n'
MIDDLEWARE = """
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse


class Around:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
"""
MARKED = """
    if not getattr(view, "login_required", True):
        return None
    if request.user.is_authenticated:
        return None
    response = redirect_to_login(request.get_full_path())
    if request.headers.get("HX-Request"):
        response = HttpResponse(response.url)
    return response
"""
OF_CLASSES = """
    view_class = getattr(view, "view_class", None)
    if view_class and not getattr(view_class, "login_required", True):
        return None
    if request.user.is_anonymous:
        return redirect_to_login(request.get_full_path())
"""
SHOW = "path('notes/<int:pk>/', show)"
VIEW = """
    def show(request, pk):
        return JsonResponse({"text": get_object_or_404(Note, pk=pk).text})
"""


@pytest.mark.parametrize(
    ("more", "expected"), [("", "required"), ("    show.login_required = False\n", "none"), ("    show.login_required = True\n", "required")]
)
def test_a_view_that_carries_no_mark_is_what_the_middleware_takes_it_for(more: str, expected: str) -> None:
    files = {"shop/settings.py": SETTINGS, "shop/middleware.py": MIDDLEWARE + indent(dedent(MARKED), "        ")}
    assert django(VIEW + more, SHOW, files)["show"].route.authentication == expected


@pytest.mark.parametrize(("mark", "expected"), [("", "required"), ("login_required = False", "unknown")])
def test_a_class_of_views_carries_its_mark_for_all_of_them(mark: str, expected: str) -> None:
    view = f"""
        from django.views import View

        class Show(View):
            {mark}

            def get(self, request, pk):
                return JsonResponse({{"text": get_object_or_404(Note, pk=pk).text}})
    """
    files = {"shop/settings.py": SETTINGS, "shop/middleware.py": MIDDLEWARE + indent(dedent(OF_CLASSES), "        ")}
    assert django(view, "path('notes/<int:pk>/', Show.as_view())", files)["get"].route.authentication == expected


@pytest.mark.parametrize(("told", "expected"), [("active=True", "missing"), ("active=True, superuser=True", "admin"), ("optional=True", "missing")])
def test_what_fastapi_users_is_told_where_it_stands(told: str, expected: str) -> None:
    code = f"""
        from fastapi_users import FastAPIUsers

        users = FastAPIUsers[User, int](None, [])


        def somebody(user: User = Depends(users.current_user({told}))):
            return user


        @router.delete("/projects/{{project_id}}")
        def remove(project_id: int, session: SessionDep, user: User = Depends(somebody)):
            session.delete(session.get(Project, project_id))
    """
    found = fastapi(code)["remove"]
    assert ids(found) == {"project_id": expected}
    assert (found.route.authentication == "required") is ("optional" not in told)


SIGNS_IN = """
    from django import forms
    from django.contrib.auth import authenticate, login
    from django.utils import timezone
    from django.db import models

    class Ticket(models.Model):
        owner = models.ForeignKey("auth.User", on_delete=models.CASCADE)
        used = models.BooleanField(default=False)

    def check_in(request):
        form = forms.Form(request.POST)
        user = {found}
        if user is not None:
            {signs}
            for ticket in Ticket.objects.filter(owner=user):
                ticket.used = True
                ticket.save()
        return JsonResponse({{"ok": True}})

    @login_required
    def {name}(request):
        Ticket.objects.create(owner=request.user)
        return JsonResponse({{"ok": True}})
"""


@pytest.mark.parametrize(
    ("found", "signs", "exposed"),
    [
        ('authenticate(username=request.POST["name"], code=request.POST["code"])', "login(request, user)", ""),
        ("get_user_model().objects.filter(username=request.POST['name']).first()", "pass", "changes"),
    ],
)
def test_where_somebody_signs_in_nobody_is_logged_in_yet(found: str, signs: str, exposed: str) -> None:
    code = SIGNS_IN.replace("{found}", found).replace("{signs}", signs).replace("{{", "{").replace("}}", "}")
    code = code.replace("{name}", "one").replace("authenticate, login", "authenticate, get_user_model, login")
    more = "".join(
        f"""
    @login_required
    def {name}(request):
        Ticket.objects.create(owner=request.user)
        return JsonResponse({{"ok": True}})
"""
        for name in ("two", "three", "four")
    )
    urls = "\n".join(f"path('{name}/', {name})" for name in ("check_in", "one", "two", "three", "four"))
    assert django(code + more, urls)["check_in"].exposed[1] == exposed


@pytest.mark.parametrize(("call", "changed"), [('cache.delete(f"order:{order.id}")', False), ("db.session.delete(order)", True)])
def test_what_is_kept_under_a_name_is_not_the_row_that_it_names(call: str, changed: bool) -> None:
    code = f"""
        from flask_caching import Cache

        cache = Cache(app)


        @app.post("/orders/<int:order_id>/seen")
        @login_required
        def seen(order_id):
            order = Order.query.get_or_404(order_id)
            {call}
            return jsonify(order.status)
    """
    assert [choice.changed for choice in flask(code)["seen"].ids] == [changed]


SETTINGS_OF_SHOP = {"shop/settings.py": "settings = load()\n"}
BY_HEADER = """
    from fastapi import Header
    from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
    import identity_sdk
    from shop.settings import settings

    bearer = HTTPBearer()


    def somebody({takes}):
        {says}
            raise HTTPException(401)


    @router.delete("/projects/{{project_id}}", dependencies=[Depends(somebody)])
    def remove(project_id: int, session: SessionDep):
        session.delete(session.get(Project, project_id))
"""


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("if authorization != settings.API_KEY:", "admin"),
        ("if identity_sdk.verify(authorization).iss != settings.ISSUER:", "missing"),
        ('if identity_sdk.lookup(authorization)["project"] != settings.PROJECT:', "missing"),
        ('if identity_sdk.lookup(authorization).get("aud") != "shop":', "missing"),
        ("if given.credentials != settings.API_KEY:", "unknown"),
    ],
)
def test_what_somebody_has_who_is_found_by_a_token_is_not_the_token(says: str, expected: str) -> None:
    takes = "given: HTTPAuthorizationCredentials = Depends(bearer)" if "given" in says else "authorization: str = Header()"
    found = fastapi(BY_HEADER.replace("{takes}", takes).replace("{says}", says).replace("{{", "{").replace("}}", "}"), SETTINGS_OF_SHOP)
    assert ids(found["remove"]) == {"project_id": expected}


def test_what_a_hook_makes_for_the_caller_proves_nothing_of_the_route() -> None:
    code = """
        class Visit(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


        @app.before_request
        @login_required
        def count():
            db.session.add(Visit(user_id=current_user.id))
            db.session.commit()


        @app.post("/rebuild")
        def rebuild():
            rebuild_index(request.json["name"])
            return "rebuilt"
    """
    assert flask(code)["rebuild"].route.ownership != "owned"
