"""Habits of applications that are cared for, each beside what only looks like it."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask, ids

MADE = """
import functools
import flask_login
from flask import abort
from flask_login import current_user


def checked(check):
    def answer(view, args, kwargs, given):
        if not check(args, kwargs, *given):
            abort(403)
        return view(*args, **kwargs)
    if check.__code__.co_argcount > 2:
        def decorator(*given):
            def inner(view):
                @functools.wraps(view)
                def wrapper(*args, **kwargs):
                    return answer(view, args, kwargs, given)
                return {around}
            return inner
    else:
        def decorator(view):
            @functools.wraps(view)
            def wrapper(*args, **kwargs):
                return answer(view, args, kwargs, ())
            return {around}
    return decorator


@checked
def admins(args, kwargs):
    return {admin}


@checked
def owner(args, kwargs, model, key):
    found = model.query.get(kwargs[key])
    return found is not None and found.user_id == current_user.id


class Shelf(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


@app.get("/orders/<int:order_id>")
@{on}
def show(order_id):
    order = Order.query.get(order_id)
    return {{"order": order.user_id}}
"""
LOGIN, PLAIN = "flask_login.login_required(wrapper)", "wrapper"


@pytest.mark.parametrize(
    ("around", "admin", "on", "authentication", "expected"),
    [
        (LOGIN, "current_user.is_admin", "admins", "required", "admin"),
        (LOGIN, "True", "admins", "required", "missing"),
        (PLAIN, "True", "admins", "none", "public"),
        (LOGIN, "current_user.is_admin", 'owner(Order, "order_id")', "required", "owned"),
        (LOGIN, "current_user.is_admin", 'owner(Shelf, "order_id")', "required", "unknown"),
        (PLAIN, "current_user.is_admin", 'owner(Order, "order_id")', "required", "owned"),
    ],
)
def test_a_maker_of_decorators_that_looks_at_what_its_check_takes(around: str, admin: str, on: str, authentication: str, expected: str) -> None:
    found = flask(MADE.format(around=around, admin=admin, on=on))["show"]
    assert (found.route.authentication, ids(found).get("order_id")) == (authentication, expected)


NAMED = """
from functools import wraps

import flask_login
from flask import abort
from flask_login import current_user


def mine(view):
    @wraps(view)
    def wrapper(*args, **kwargs):
        {guard}
        return view(*args, **kwargs)
    return wrapper


class Zone(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    kind = db.Column(db.String)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))


@app.get("/zones/<zone_name>")
@flask_login.login_required
@mine
def show(zone_name):
    zone = Zone.query.filter(Zone.{field} == {given}).first()
    return {{"zone": zone.owner_id}}
"""
HELD = """zone = Zone.query.filter(Zone.{field} == kwargs.get("zone_name")).first()
        if zone.owner_id != current_user.id:
            abort(403)"""


@pytest.mark.parametrize(
    ("guard", "field", "given", "expected"),
    [
        (HELD.format(field="name"), "name", "zone_name", {"zone_name": "unknown"}),
        (HELD.format(field="kind"), "kind", "zone_name", {"zone_name": "missing"}),  # two zones may be of one kind
        ("pass", "name", "zone_name", {"zone_name": "missing"}),
    ],
)
def test_the_words_by_which_a_guard_looked_up_the_row(guard: str, field: str, given: str, expected: dict[str, str]) -> None:
    """Another look-up of the same model by the same name finds the row that was held; whether only one is called so is not told."""
    assert ids(flask(NAMED.format(guard=guard, field=field, given=given))["show"]) == expected


KEYS = """
from typing import Annotated
from fastapi import Header
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column
from passlib.hash import argon2
from shop.models import Base


class ApiKey(Base):
    __tablename__ = "api_keys"
    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str]
    label: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


def verify_api_key(given, kept):
    return argon2.verify(given, kept)


def by_key(session: SessionDep, authorization: Annotated[str, Header()]):
    keys = session.execute(select(ApiKey)).scalars().all()
    found = None
    for key in keys:
        if {test}:
            found = key
            break
    if found is None:
        raise HTTPException(401)
    return session.get(User, found.user_id)


@router.get("/me")
def me(session: SessionDep, user: Annotated[User, Depends(by_key)]):
    return user


@router.get("/keys")
def mine(session: SessionDep, user: CurrentUser):
    return session.execute(select(ApiKey).where(ApiKey.user_id == user.id)).scalars().all()


@router.get("/all-keys")
def everybodys(session: SessionDep, user: CurrentUser):
    return session.execute(select(ApiKey)).scalars().all()
"""


def test_a_key_that_is_looked_for_among_all_is_no_list() -> None:
    found = fastapi(KEYS.format(test="verify_api_key(authorization, key.key_hash)"))
    assert [bool(found[name].lists) for name in ("me", "mine", "everybodys")] == [False, False, True]


LISTS = """
import functools
import flask_login
from flask import abort
from flask_login import current_user


def operators(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        if {test}:
            abort(403)
        return view(*args, **kwargs)
    return wrapper


@app.get("/statistics")
@flask_login.login_required
@operators
def statistics():
    return {{"orders": Order.query.all()}}


@app.get("/orders")
@flask_login.login_required
def orders():
    return {{"orders": Order.query.filter(Order.user_id == current_user.id).all()}}


@app.get("/orders/<int:order_id>")
@flask_login.login_required
def show(order_id):
    return {{"x": Order.query.filter(Order.user_id == current_user.id, Order.id == order_id).first()}}
"""


@pytest.mark.parametrize(("test", "sure"), [("current_user.role not in ['administrator', 'operator']", False), ("current_user.email is None", True)])
def test_a_list_for_those_who_have_a_role_is_in_doubt(test: str, sure: bool) -> None:
    assert [each.guarded for each in flask(LISTS.format(test=test))["statistics"].lists] == [sure]


GOES_ON = """
from django.conf import settings
from django.views import View


def verified(headers):
    given = headers.get("Action-Secret")
    if given is None:
        return False
    if given == settings.ACTION_SECRET:
        return True
    return False


class Touch(View):
    def dispatch(self, request, *args, **kwargs):
        {first}
        if {test}:
            return super().dispatch(request, *args, **kwargs)
        return JsonResponse({{}}, status=403)

    def post(self, request, pk):
        project = Project.objects.get(id=pk)
        project.delete()
        return JsonResponse({{}})
"""


@pytest.mark.parametrize(
    ("test", "first", "authentication", "expected"),
    [
        ("verified(request.headers)", "pass", "required", "admin"),
        ("not verified(request.headers)", "pass", "none", "missing"),
        ("verified(request.headers) or request.GET.get('open')", "pass", "none", "missing"),
        ("verified(request.headers)", "if request.GET.get('x'):\n            return super().dispatch(request, *args, **kwargs)", "none", "missing"),
        ("request.user.is_staff", "pass", "required", "admin"),
        ("not request.user.is_staff", "pass", "none", "missing"),
        ("request.user.is_authenticated", "pass", "required", "missing"),
        ("not request.user.is_authenticated", "pass", "none", "missing"),
        ("request.user.is_authenticated or settings.OPEN", "pass", "none", "missing"),
        ("project.owner == request.user", "project = Project.objects.get(id=kwargs['pk'])", "required", "owned"),
        ("project.owner != request.user", "project = Project.objects.get(id=kwargs['pk'])", "none", "missing"),
    ],
)
def test_what_a_class_asks_before_it_goes_on(test: str, first: str, authentication: str, expected: str) -> None:
    """`if verified(request): return super().dispatch(request)`, and 403 for the others."""
    found = django(GOES_ON.format(test=test, first=first), urls="path('touch/<int:pk>', Touch.as_view())")["post"]
    assert (found.route.authentication, ids(found)["pk"]) == (authentication, expected)


SET_UP = """
import jwt
from django.contrib.auth import get_user_model
from django.views import View


class Base(View):
    user_obj = None

    def setup(self, request, *args, **kwargs):
        self.user_obj, self.large = None, False
        if len(request.body) > 1000:
            self.large = True
        self.token = request.headers.get("Authorization")
        super().setup(request, *args, **kwargs)

    def dispatch(self, request, *args, **kwargs):
        if self.large:
            return JsonResponse({{}}, status=413)
        claims = jwt.decode(self.token, "key", algorithms=["HS256"])
        self.user_obj = get_user_model().objects.get(id=claims["sub"])
        return super().dispatch(request, *args, **kwargs)


class Touch(Base):
    def post(self, request, pk):
        project = Project.objects.get(id=pk)
        if {test}:
            return JsonResponse({{}}, status=403)
        project.delete()
        return JsonResponse({{}})
"""


@pytest.mark.parametrize(("test", "expected"), [("project.owner != self.user_obj", "owned"), ("project.owner == self.user_obj", "missing")])
def test_a_view_is_set_up_before_it_is_dispatched(test: str, expected: str) -> None:
    assert ids(django(SET_UP.format(test=test), urls="path('touch/<int:pk>', Touch.as_view())")["post"])["pk"] == expected


CROSSED = """
class Severity(models.Model):
    weight = models.IntegerField()


class Report(models.Model):
    title = models.TextField()


class ReportFindingLink(models.Model):
    report = models.ForeignKey(Report, on_delete=models.CASCADE)
    severity = models.ForeignKey(Severity, on_delete=models.CASCADE)
    given_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Membership(models.Model):
    club = models.ForeignKey("Club", on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Club(models.Model):
    title = models.TextField()


class Finding(models.Model):
    severity = models.ForeignKey(Severity, on_delete=models.CASCADE)


@login_required
def show(request, pk):
    return JsonResponse({{"x": get_object_or_404({model}, pk=pk).id}})
"""


@pytest.mark.parametrize(("model", "expected"), [("Finding", "not-applicable"), ("Report", "missing"), ("Club", "missing")])
def test_what_a_row_between_two_others_says_of_what_it_is_beside(model: str, expected: str) -> None:
    """The severity of a finding in a report is nobody's: it stands in no name of the table that says whose the report is."""
    code = "from django.conf import settings\nfrom django.db import models\n" + CROSSED.format(model=model)
    assert ids(django(code, urls="path('show/<int:pk>', show)")["show"])["pk"] == expected


GATEWAY = """
import hmac
import jwt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.views import View


class Gate(View):
    def dispatch(self, request, *args, **kwargs):
        if request.headers.get("X-Gateway-Secret") != settings.GATEWAY_SECRET:
            return JsonResponse({{}}, status=403)
        {user}
        return super().dispatch(request, *args, **kwargs)


class Touch(Gate):
    def post(self, request, pk):
        project = Project.objects.get(id=pk)
        project.delete()
        return JsonResponse({{}})
"""
FOR_WHOM = (
    "claims = jwt.decode(request.headers['Authorization'], 'key', algorithms=['HS256']); self.user = get_user_model().objects.get(id=claims['sub'])"
)


@pytest.mark.parametrize(("user", "expected"), [("pass", "admin"), (FOR_WHOM, "unknown")])
def test_what_a_gateway_proves_of_itself_says_nothing_of_its_user(user: str, expected: str) -> None:
    found = django(GATEWAY.format(user=user), urls="path('touch/<int:pk>', Touch.as_view())")["post"]
    assert (found.machine, ids(found)["pk"]) == (True, expected)


KEPT = """
from django.views import View


class Show(View):
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.project = None
        project = get_object_or_404(Project, pk=kwargs["pk"])
        {kept}

    @method_decorator(login_required)
    def get(self, request, pk):
        return JsonResponse({{"x": self.project.owner_id}})
"""


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("if project.owner == request.user: self.project = project", "unknown"),
        ("if project.owner != request.user: self.project = project", "missing"),
        ("self.project = project", "missing"),
        ("if project.owner == request.user: self.project = project\n        else: self.project = project", "missing"),
        ("if project.owner != request.user: self.project = project\n        else: self.project = project", "missing"),
        ("if request.GET.get('x'): self.project = project\n        elif project.owner == request.user: self.project = project", "missing"),
    ],
)
def test_what_is_kept_only_where_it_is_the_callers(kept: str, expected: str) -> None:
    code = "from django.utils.decorators import method_decorator\n" + KEPT.format(kept=kept)
    assert ids(django(code, urls="path('show/<int:pk>', Show.as_view())")["get"])["pk"] == expected


WITHIN = """
@login_required
def order(request, pk):
    project = get_object_or_404(Project, pk=pk)
    if {test}:
        for number in json.loads(request.POST["positions"]):
            note = get_object_or_404(Note, {terms})
            note.text = ""
            note.save()
    return JsonResponse({{}})
"""


@pytest.mark.parametrize(
    ("test", "terms", "expected"),
    [
        ("project.owner == request.user", "id=number, project=project", {"owned"}),
        ("project.owner != request.user", "id=number, project=project", {"missing"}),
        ("project.owner == request.user", "id=number", {"missing"}),
        ("project.owner == request.user", "id=number, project__in=[project, request.POST['other']]", {"missing", "unknown"}),
    ],
)
def test_rows_within_what_is_held_where_they_are_used(test: str, terms: str, expected: set[str]) -> None:
    found = ids(django("import json\n" + WITHIN.format(test=test, terms=terms), urls="path('order/<int:pk>', order)")["order"])
    assert found.get("pk", found.get("positions")) in expected


INNER = """
import flask_login


class Box(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    address = db.Column(db.String)


@app.get("/boxes")
@flask_login.login_required
def boxes():
    return jsonify([box.id for box in Order.query.filter_by(user_id=current_user.id)])
"""
SERVICE = """

@app.get("{path}/{n}/<address>")
{login}
def service{n}(address):
    return jsonify(Box.query.filter_by(address=address).first().id)
"""


@pytest.mark.parametrize(
    ("path", "asked", "told"), [("/internal", (), 0), ("/admin", (), 6), ("/internal", (2,), 5), ("/internal/admin", (), 0), ("/api/internal", (), 0)]
)
def test_services_that_only_other_services_call(path: str, asked: tuple[int, ...], told: int) -> None:
    """Under /internal nobody is asked who calls: the network says who comes there. Where one route asks, the others forgot."""
    code = INNER + "".join(SERVICE.format(path=path, n=n, login="@flask_login.login_required" if n in asked else "") for n in range(6))
    found = flask(code)
    assert sum(found[f"service{n}"].exposed[1] == "staff" for n in range(6)) == told


EDITORS = """
class IsEditor(permissions.BasePermission):
    def has_permission(self, request, view):
        {body}
        return False


class Notes(APIView):
    permission_classes = (IsEditor,)

    def delete(self, request, pk):
        Note.objects.filter(pk=pk).delete()
        return Response()
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if request.user.is_editor:\n            return True", "unknown"),
        ("if request.user.is_superuser:\n            return True\n        if request.user.is_editor:\n            return True", "unknown"),
        ("if request.user.is_superuser:\n            return True", "admin"),
        ("if request.user.is_editor:\n            return True\n        if request.GET.get('x'):\n            return True", "missing"),
        ("if request.user.is_active:\n            return True", "missing"),
        (
            "editor = False\n        if request.user.is_superuser or request.user.is_editor:\n            editor = True\n        return editor",
            "unknown",
        ),
        ("editor = True\n        if request.user.is_editor:\n            editor = False\n        return editor", "missing"),
        ("editor = False\n        if request.GET.get('x'):\n            editor = True\n        return editor", "missing"),
    ],
)
def test_a_permission_that_says_yes_to_some_kind_of_user(body: str, expected: str) -> None:
    """`if user.is_editor: return True` and `return False` say what `return user.is_editor` says."""
    assert ids(django(EDITORS.format(body=body), urls="path('notes/<int:pk>', Notes.as_view())")["delete"])["pk"] == expected


GRANTED = """
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.views.generic import DeleteView, UpdateView
from django.views import View


class List(LoginRequiredMixin, PermissionRequiredMixin, View):
    permission_required = "shop.view_project"

    def get(self, request):
        return JsonResponse({{"mine": list(Project.objects.filter(owner=request.user).values()) {others}}})


class Edit(LoginRequiredMixin, PermissionRequiredMixin, UpdateView):
    model = Project
    fields = ["owner"]
    permission_required = "shop.manage_projects"


class Remove(LoginRequiredMixin, {mixin} DeleteView):
    model = Project
    permission_required = "shop.manage_projects"
"""


@pytest.mark.parametrize(
    ("others", "mixin", "expected"),
    [
        (', "all": list(Project.objects.all().values())', "PermissionRequiredMixin,", "unknown"),
        ("", "PermissionRequiredMixin,", "missing"),  # elsewhere people see no more than theirs
        (', "all": list(Project.objects.all().values())', "", "missing"),
    ],
)
def test_what_staff_grant_and_a_list_shows_to_all_who_have_it(others: str, mixin: str, expected: str) -> None:
    code = GRANTED.format(others=others, mixin=mixin)
    urls = "path('list', List.as_view())\npath('edit/<int:pk>', Edit.as_view())\npath('remove/<int:pk>', Remove.as_view())"
    assert ids(django(code, urls=urls)["post"])["pk"] == expected


MACHINES = """
from fastapi import Request, Security
from fastapi.security.api_key import APIKey, APIKeyHeader
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from shop.models import Base


class ApiClient(Base):
    __tablename__ = "clients"
    id: Mapped[int] = mapped_column(primary_key=True)
    api_key: Mapped[str]
    enabled: Mapped[bool]
    {column}


by_header = APIKeyHeader(name="X-API-Key", auto_error=False)


def client_of(request: Request, db: SessionDep, api_key: APIKey = Security(by_header)):
    if api_key:
        client = db.query(ApiClient).filter(ApiClient.api_key == api_key).first()
        {found}
    {last}


@router.get("/projects/{{project_id}}")
def show(session: SessionDep, project_id: int, client: ApiClient = Depends(client_of)):
    return session.get(Project, project_id)
"""
FOUND, RAISES = "if client is not None and client.enabled:\n            return client", "raise HTTPException(403)"


@pytest.mark.parametrize(
    ("column", "found", "last", "authentication", "expected"),
    [
        ("", FOUND, RAISES, "required", "unknown"),
        ("user_id: Mapped[int] = mapped_column(ForeignKey('users.id'))", FOUND, RAISES, "required", "missing"),
        ("", "return client", RAISES, "required", "missing"),
        ("", FOUND, "return None", "none", "public"),
        ("", FOUND, "if request.query_params.get('open'):\n        return ApiClient(id=0)\n    " + RAISES, "required", "missing"),
    ],
)
def test_a_key_of_a_machine_that_is_looked_for_and_refused_at_last(column: str, found: str, last: str, authentication: str, expected: str) -> None:
    handler = fastapi(MACHINES.format(column=column, found=found, last=last))["show"]
    assert (handler.route.authentication, ids(handler)["project_id"]) == (authentication, expected)


SEARCHED = """
    @app.get("/orders")
    @login_required
    def mine():
        return jsonify([order.status for order in Order.query.filter_by(user_id=current_user.id)])


    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        return jsonify(Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404().status)


    @app.get("/search")
    @login_required
    def search():
        return jsonify([order.status for order in Order.query.filter({term}).all()])
"""


@pytest.mark.parametrize(
    ("term", "everybodys"),
    [
        ('Order.title.ilike("%" + request.args["q"] + "%")', True),
        ('Order.description.contains(request.args["q"])', True),
        ('Order.user_id == request.args["user_id"]', False),  # a choice of its own
        ('Order.code == request.args["code"]', False),
    ],
)
def test_a_text_that_is_looked_for_says_nothing_of_whose_rows_are_shown(term: str, everybodys: bool) -> None:
    assert [bool(each.guarded) for each in flask(SEARCHED.format(term=term))["search"].lists] == ([True] if everybodys else [])
