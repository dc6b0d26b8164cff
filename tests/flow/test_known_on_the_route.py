"""What is known of one route: which arguments its path names, what a decorator was told where it stands, whether strangers ever come there; and what
shows no row: a total, a key of another row that nobody could read."""

from __future__ import annotations

import time
from textwrap import dedent

import pytest

from prodlint.facts import facts_of
from tests.flow.apps import DJANGO_MODELS, DJANGO_VIEWS, by_name, django, fastapi, flask, ids, project
from tests.pages import source

REGISTRY = """
    import functools

    _permissions = {}

    def add_permission(name, check):
        _permissions[name] = check

    def auth_required(f=None, permissions=None):
        if f is None:
            if permissions:
                asked = []
                for name in permissions:
                    if name not in _permissions:
                        raise KeyError(name)
                    asked.append(_permissions[name])
            return functools.partial(auth_required, permissions=asked)

        @functools.wraps(f)
        def wrapped(*args, **kwargs):
            if not current_user or not current_user.is_authenticated:
                return "Who are you?", 401
            if permissions:
                for check in permissions:
                    if not check(current_user):
                        return "Permission denied.", 403
            return f(*args, **kwargs)

        return wrapped

    @app.delete("/admin/orders/<int:order_id>")
    @auth_required(permissions=["admin"])
    def remove(order_id):
        db.session.delete(Order.query.get_or_404(order_id))
        return "", 204

    @app.delete("/orders/<int:order_id>")
    @auth_required
    def leave(order_id):
        db.session.delete(Order.query.get_or_404(order_id))
        return "", 204

    @app.delete("/baskets/<int:order_id>")
    @auth_required(permissions=[])
    def empty(order_id):
        db.session.delete(Order.query.get_or_404(order_id))
        return "", 204
"""


def test_what_a_decorator_is_told_where_it_stands() -> None:
    """`if permissions:` holds for those that are told some; which check stands in the table nobody can read."""
    found = flask(REGISTRY)
    assert (found["remove"].role, ids(found["remove"])) == (True, {"order_id": "unknown"})
    assert (found["leave"].role, ids(found["leave"])) == (False, {"order_id": "missing"})
    assert (found["empty"].role, ids(found["empty"])) == (False, {"order_id": "missing"})


NESTED = """
    class Notes(viewsets.ReadOnlyModelViewSet):
        serializer_class = NoteSerializer
        permission_classes = [permissions.IsAuthenticated]

        def get_queryset(self):
            queryset = Note.objects.all()
            if project_id := self.kwargs.get("project_id"):
                queryset = queryset.filter(project_id=project_id)
            else:
                queryset = queryset.filter(project__owner=self.request.user)
            return queryset
"""


def test_arguments_that_the_path_of_a_route_does_not_name() -> None:
    at = "Notes.as_view({'get': 'retrieve'})"
    assert ids(django(NESTED, f"path('notes/<int:pk>/', {at})")["retrieve"]) == {"pk": "owned"}
    assert "missing" in ids(django(NESTED, f"path('projects/<int:project_id>/notes/<int:pk>/', {at})")["retrieve"]).values()
    by_default = NESTED.replace('get("project_id")', 'get("project_id", 1)')
    assert ids(django(by_default, f"path('notes/<int:pk>/', {at})")["retrieve"])["pk"] != "owned"


@pytest.mark.parametrize(("shown", "lists"), [("sum(row.total for row in rows)", 0), ("[row.total for row in rows]", 1)])
def test_a_total_of_all_rows_shows_none_of_them(shown: str, lists: int) -> None:
    code = f"""
    def usage():
        rows = db.session.query(Order.total).filter(Order.status.is_(None)).all()
        return {shown}

    @app.get("/usage")
    @login_required
    def show():
        return jsonify({{"usage": usage()}})
    """
    assert len(flask(code)["show"].lists) == lists


def test_a_total_of_the_rows_that_the_client_chose() -> None:
    code = """
    @app.get("/totals/<int:user_id>")
    @login_required
    def show(user_id):
        return jsonify(sum(order.total for order in Order.query.filter_by(user_id=user_id)))
    """
    assert ids(flask(code)["show"]) == {"user_id": "missing"}


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("Order.shop_id == houses.by_name().id", "unknown"),
        ("Order.status == houses.state()", "missing"),
        ("Order.shop_id == User.id", "missing"),
        ("Order.shop_id == None", "missing"),
        ("Order.shop_id.is_(None)", "missing"),
    ],
)
def test_a_key_of_another_row_that_nobody_could_read(term: str, said: str) -> None:
    code = f"""
    from elsewhere import houses

    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        return jsonify(Order.query.filter(Order.id == order_id, {term}).first_or_404().status)
    """
    assert ids(flask(code)["show"]) == {"order_id": said}


VIEWS = """
@login_required
def mine(request):
    return JsonResponse({"names": list(Project.objects.filter(owner=request.user).values())})

def sample(request):
    return JsonResponse({"name": Project.objects.first().name})
"""
URLS = """
from django.conf import settings
from django.urls import path
from shop import samples, views

urlpatterns = [path("mine/", views.mine)]
if SWITCH:
    urlpatterns += samples.urlpatterns
"""
SAMPLES = """
from django.urls import path
from shop.views import sample

urlpatterns = [path("__debug__/sample", sample)]
"""


@pytest.mark.parametrize("root", ["ROOT_URLCONF = 'shop.urls'\n", ""])
@pytest.mark.parametrize(
    ("switch", "why"),
    [
        ("settings.DEBUG", ""),
        ("settings.ENVIRONMENT == 'local'", ""),
        ("settings.STORAGE == 'local'", "debug"),
        ("settings.DEBUG_TOOLBAR", "debug"),
        ("settings.SAMPLES", "debug"),
    ],
)
def test_routes_that_are_only_there_where_the_app_is_debugged(switch: str, why: str, root: str) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/models.py": DJANGO_MODELS,
        "shop/views.py": DJANGO_VIEWS + dedent(VIEWS),
        "shop/urls.py": URLS.replace("SWITCH", switch),
        "shop/samples.py": SAMPLES,
        "shop/settings.py": root,
    }
    found = by_name(project(files))
    assert found["sample"].exposed[1] == why
    assert found["sample"].route.path == "/__debug__/sample"


def test_a_table_that_is_no_class_keeps_those_who_sign_up() -> None:
    code = """
    from sqlalchemy import Column, Integer, MetaData, String, Table

    metadata = MetaData()
    accounts = Table("accounts", metadata, Column("id", Integer, primary_key=True), Column("email", String), Column("password_hash", String))

    @router.post("/register")
    async def register(session: SessionDep, email: str, role: str):
        await session.execute(accounts.insert().values(email=email, role=role))
        return {}
    """
    assert fastapi(code)["register"].failed == ""


ALLOWED = """
    import enum
    import functools

    class Permission(enum.Enum):
        READ = 1
        ADMIN = 2

    def allowed(*permissions):
        def decorate(view):
            @functools.wraps(view)
            def wrapped(*args, **kwargs):
                if permissions:
                    for permission in permissions:
                        if session["permissions"] & permission.value:
                            return view(*args, **kwargs)
                    return jsonify(error="no"), 403
                return view(*args, **kwargs)
            return wrapped
        return decorate

    @app.delete("/admin/orders/<int:order_id>")
    @login_required
    @allowed(Permission.ADMIN)
    def remove(order_id):
        db.session.delete(Order.query.get_or_404(order_id))
        return "", 204

    @app.delete("/orders/<int:order_id>")
    @login_required
    @allowed()
    def leave(order_id):
        db.session.delete(Order.query.get_or_404(order_id))
        return "", 204
"""


def test_members_of_an_enumeration_that_a_decorator_is_told() -> None:
    found = flask("from flask import session\n" + dedent(ALLOWED))
    assert ids(found["remove"]) == {"order_id": "unknown"}
    assert ids(found["leave"]) == {"order_id": "missing"}


BESIDE = """
    import functools

    def asked(view):
        @functools.wraps(view)
        def wrapped(*args, **kwargs):
            {body}
        return wrapped

    @app.delete("/orders/<int:order_id>")
    @asked
    def remove(order_id):
        db.session.delete(Order.query.get_or_404(order_id))
        return "", 204
"""

ASKED = """if not current_user.is_admin:
                    return jsonify(error="no"), 403
                return view(*args, **kwargs)"""

SIDES = {
    "the rest stands in the else of a refusal": (
        f"""if not current_user.is_authenticated:
                return jsonify(error="who"), 401
            else:
                {ASKED}""",
        "admin",
    ),
    "the rest stands under the test, the refusal in its else": (
        f"""if current_user.is_authenticated:
                {ASKED}
            else:
                return jsonify(error="who"), 401""",
        "admin",
    ),
    "the rest stands under the test, the refusal after it": (
        f"""if current_user.is_authenticated:
                {ASKED}
            return jsonify(error="who"), 401""",
        "admin",
    ),
    "the other side goes on": (
        f"""if not current_user.is_authenticated:
                return view(*args, **kwargs)
            else:
                {ASKED}""",
        "missing",
    ),
    "the other side goes on after it": (
        f"""if current_user.is_authenticated:
                {ASKED}
            return view(*args, **kwargs)""",
        "missing",
    ),
    "the other side may go on": (
        f"""if current_user.is_authenticated:
                {ASKED}
            else:
                if request.args.get("as_guest"):
                    return view(*args, **kwargs)
                return jsonify(error="who"), 401""",
        "missing",
    ),
}


@pytest.mark.parametrize("name", SIDES)
def test_what_is_asked_where_the_other_side_ends(name: str) -> None:
    body, expected = SIDES[name]
    assert ids(flask(BESIDE.replace("{body}", body))["remove"]) == {"order_id": expected}


WRAPPED = """
        def show(request, pk):
            get_object_or_404(Project, pk=pk).delete()
            return HttpResponse()
        {after}
"""


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("show = login_required(show)", "required"),
        ("show = csrf_exempt(login_required(show))", "required"),
        ("show = csrf_exempt(show)\nshow = login_required(show)", "required"),
        ("shown = login_required(show)", "none"),
        ("kept = [show]\nshow = login_required(show)", "none"),
        ("kept = [1]\nshow = login_required(show)", "required"),
        ("show = csrf_exempt(show)", "none"),
    ],
)
def test_a_view_that_is_wrapped_below(after: str, expected: str) -> None:
    code = "from django.views.decorators.csrf import csrf_exempt\nfrom django.http import HttpResponse\n" + dedent(WRAPPED).replace("{after}", after)
    assert django(code, "path('projects/<int:pk>/', show)")["show"].route.authentication == expected


def test_a_module_that_wraps_a_function_again_and_again_is_read_in_time() -> None:
    start = time.process_time()
    facts_of(source("shop/a.py", "def f():\n    pass\n" + "x = [1, {'b': 1}]\n" * 3000 + "f = g(f)\n" * 3000))
    assert time.process_time() - start < 10  # each wrap looked at all that stands before it: 25 s
