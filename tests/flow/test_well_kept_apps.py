"""What well-kept applications do that was taken for a mistake, each beside the mistake that it looks like."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from tests.flow.apps import by_name, django, fastapi, flask, ids, project

ASKS = """
class MayCome(permissions.BasePermission):
    def has_permission(self, request, view):
{body}

class Projects(viewsets.ModelViewSet):
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    permission_classes = [MayCome]
"""


@pytest.mark.parametrize(
    ("body", "authentication", "said"),
    [
        ("if request.user.is_superuser:\n    return True", "required", "admin"),
        ("if request.user.is_superuser:\n    return True\nif request.user.is_staff:\n    return True", "required", "admin"),
        ("if request.query_params.get('all'):\n    return True", "none", "missing"),
        ("if request.user.is_superuser:\n    return True\nif request.query_params.get('all'):\n    return True", "none", "missing"),
        ("if request.user.is_superuser:\n    return True\nreturn True", "none", "missing"),
        ("if request.user.is_superuser:\n    return False\nreturn True", "none", "missing"),
    ],
)
def test_a_permission_that_says_yes_to_some_and_nothing_to_the_others(body: str, authentication: str, said: str) -> None:
    """`if staff: return True` and nothing after it: nothing is no."""
    found = django(ASKS.format(body=indent(body, "        ")), "register('projects', Projects, basename='projects')")["destroy"]
    assert (said in ids(found).values()) and (authentication == "none" or found.route.authentication == "required")
    assert said == "admin" or "admin" not in ids(found).values()


YES = """
def mine(project, user{more}):
    if {test}:
        return True


def asked(project, user):
    return mine(project, user)


def compared(project, user):
    return project.owner_id == user.id


@router.get("/projects/{{project_id}}")
def show(session: SessionDep, user: CurrentUser, project_id: int{param}):
    project = session.get(Project, project_id)
    {asked}
    return project
"""


@pytest.mark.parametrize(
    ("test", "asked", "more", "expected"),
    [
        ("project.owner_id == user.id", "if not mine(project, user):\n        raise HTTPException(403)", False, "owned"),
        ("project.owner_id == user.id", "if mine(project, user):\n        raise HTTPException(403)", False, "missing"),
        ("project.owner_id != user.id", "if not mine(project, user):\n        raise HTTPException(403)", False, "missing"),
        ("project.owner_id == user.id", "mine(project, user)", False, "missing"),
        ("project.owner_id == user.id", "if mine(project, user) is False:\n        raise HTTPException(403)", False, "unknown"),
        ("project.owner_id == user.id", "if mine(project, user) == False:\n        raise HTTPException(403)", False, "unknown"),
        ("project.owner_id == user.id", "said = mine(project, user)\n    if said is False:\n        raise HTTPException(403)", False, "unknown"),
        ("project.owner_id == user.id", "if (said := mine(project, user)) is False:\n        raise HTTPException(403)", False, "unknown"),
        ("project.owner_id == user.id", "if asked(project, user) is False:\n        raise HTTPException(403)", False, "unknown"),
        ("project.owner_id == user.id", "if mine(project, user) == 0:\n        raise HTTPException(403)", False, "unknown"),
        ("project.owner_id == user.id", "if bool(mine(project, user)) is False:\n        raise HTTPException(403)", False, "owned"),
        ("project.owner_id == user.id", "if mine(project, user) is None:\n        raise HTTPException(403)", False, "owned"),
        ("project.owner_id == user.id", "if compared(project, user) is None:\n        raise HTTPException(403)", False, "unknown"),
        ("project.owner_id == user.id", "if (project.owner_id == user.id) is None:\n        raise HTTPException(403)", False, "unknown"),
        ("project.owner_id == user.id", "if compared(project, user) is False:\n        raise HTTPException(403)", False, "owned"),
        ("project.owner_id == user.id", "if mine(project, user) is not True:\n        raise HTTPException(403)", False, "owned"),
        ("project.owner_id == user.id or force", "if not mine(project, user, force):\n        raise HTTPException(403)", True, "unknown"),
        ("force", "if not mine(project, user, force):\n        raise HTTPException(403)", True, "missing"),
    ],
)
def test_a_function_that_says_yes_or_nothing(test: str, asked: str, more: bool, expected: str) -> None:
    code = YES.format(test=test, asked=asked, more=", force" if more else "", param=", force: bool = False" if more else "")
    assert ids(fastapi(code)["show"])["project_id"] == expected


TRACKS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from shop.models import Base


class Shelf(Base):
    __tablename__ = "shelves"
    id: Mapped[int] = mapped_column(primary_key=True)


class Track(Base):
    __tablename__ = "tracks"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int]


class Played(Base):
    __tablename__ = "played"
    id: Mapped[int] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
"""


@pytest.mark.parametrize(
    ("verb", "source", "field", "expected"),
    [
        ("get", "shelf_id: int | None = None", "shelf_id", {"shelf_id": "not-applicable"}),
        ("get", "track_id: int | None = None", "id", {"track_id": "not-applicable"}),
    ],
)
def test_whose_favourites_they_are_says_nothing_of_the_rows(verb: str, source: str, field: str, expected: dict[str, str]) -> None:
    """What others play is asked for beside the tracks of a shelf: the tracks are everybody's."""
    name = source.partition(":")[0]
    code = f"""
    from shop.tracks import Played, Shelf, Track

    @router.get("/favourites")
    def favourites(session: SessionDep, user: CurrentUser):
        return session.scalars(select(Track).join(Played, Played.track_id == Track.id).where(Played.user_id == user.id)).all()

    @router.{verb}("/tracks")
    def tracks(session: SessionDep, user: CurrentUser, {source}):
        rows = select(Track)
        if {name}:
            rows = rows.where(Track.{field} == {name})
        return session.scalars(rows).all()
    """
    assert ids(fastapi(code, {"shop/tracks.py": TRACKS})["tracks"]) == expected


@pytest.mark.parametrize(("verb", "expected"), [("get", "not-applicable"), ("delete", "missing")])
def test_what_a_list_is_sifted_by_names_no_row(verb: str, expected: str) -> None:
    """Tracks are asked for by who added them: one list of a shelf forgot nothing, what deletes the rows of a shelf did."""
    end = "return session.scalars(select(Track).where(Track.shelf_id == shelf_id)).all()"
    if verb == "delete":
        end = "session.execute(remove(Track).where(Track.shelf_id == shelf_id))"
    code = f"""
    from shop.tracks import Track

    @router.get("/mine")
    def mine(session: SessionDep, user: CurrentUser):
        return session.scalars(select(Track).where(Track.added_by == user.id)).all()

    @router.{verb}("/tracks")
    def tracks(session: SessionDep, user: CurrentUser, shelf_id: int):
        {end}
    """
    models = TRACKS.replace("    shelf_id: Mapped[int]\n", "    shelf_id: Mapped[int]\n    added_by: Mapped[int]\n")
    assert ids(fastapi(code, {"shop/tracks.py": models})["tracks"]) == {"shelf_id": expected}


@pytest.mark.parametrize(
    ("model", "who", "does", "expected"),
    [
        ("Game", "", "session.add(Report(item=row.id))", "unknown"),
        ("Game", "", "session.delete(row)", "missing"),
        ("Game", ", user: CurrentUser", "session.add(Report(item=row.id))", "missing"),
        ("Shipment", "", "session.add(Report(item=row.id))", "missing"),
    ],
)
def test_what_strangers_read_may_be_reported_by_everybody(model: str, who: str, does: str, expected: str) -> None:
    """A game is asked for by who added it; that strangers may read it makes a report of it harmless, and no more than that."""
    code = f"""
    from shop.items import {model}, Report

    @router.get("/mine")
    def mine(session: SessionDep, user: CurrentUser):
        return session.scalars(select({model}).where({model}.added_by == user.id)).all()

    @router.get("/items/{{item_id}}")
    def show(session: SessionDep, item_id: int{who}):
        return session.get({model}, item_id)

    @router.post("/items/{{item_id}}/reports")
    def report(session: SessionDep, user: CurrentUser, item_id: int):
        row = session.get({model}, item_id)
        {does}
        return row
    """
    models = f"""
    from shop.models import Base
    from sqlalchemy.orm import Mapped, mapped_column

    class {model}(Base):
        id: Mapped[int] = mapped_column(primary_key=True)
        added_by: Mapped[int]

    class Report(Base):
        id: Mapped[int] = mapped_column(primary_key=True)
        item: Mapped[int]
    """
    assert ids(fastapi(code, {"shop/items.py": dedent(models)})["report"])["item_id"] == expected


@pytest.mark.parametrize(("name", "expected"), [("prev_id", {}), ("previous_id", {}), ("next_id", {}), ("parent_id", {"parent_id": "missing"})])
def test_where_the_last_page_ended(name: str, expected: dict[str, str]) -> None:
    """What a page begins or ends at is chosen by nobody."""
    code = f"""
    @router.post("/projects/list")
    def page(session: SessionDep, user: CurrentUser, {name}: int):
        return session.scalars(select(Project).where(Project.owner_id == user.id) if not {name} else select(Project).where(Project.id > {name})).all()
    """
    assert ids(fastapi(code)["page"]) == expected


PASSES = """
import inspect
from functools import wraps
from django.core.exceptions import PermissionDenied
from django.utils.decorators import method_decorator


def passes(test):
    def around(func):
        @wraps(func)
        def wrapped(request, *args, **kwargs):
            {body}
            return func(request, *args, **kwargs)

        return wrapped

    def decorator(view):
        if inspect.isclass(view):
            return method_decorator(around, name="dispatch")(view)
        return around(view)

    return decorator


@passes
def {name}(user):
    return {test}
"""
REFUSES_ELSE = "if not test(request.user):\n                raise PermissionDenied"


@pytest.mark.parametrize("name", ["stewards", "manager_required"])
@pytest.mark.parametrize(
    ("body", "test", "authentication", "expected"),
    [
        (REFUSES_ELSE, "user.is_manager", "required", "unknown"),
        (REFUSES_ELSE, "user.is_superuser", "required", "admin"),
        (REFUSES_ELSE, "True", "none", "missing"),
        (REFUSES_ELSE.replace("raise PermissionDenied", "print('no')"), "user.is_superuser", "none", "missing"),
        (REFUSES_ELSE.replace("not ", ""), "user.is_superuser", "none", "missing"),
    ],
)
def test_a_decorator_that_a_function_is_made_into(name: str, body: str, test: str, authentication: str, expected: str) -> None:
    """`@passes` makes a decorator of a function that is asked about the user: what it lets through is told by running it."""
    code = f"""
    from django.views.generic import UpdateView
    from shop.rights import {name}

    @{name}
    def remove(request, pk):
        found = get_object_or_404(Project, pk=pk)
        found.delete()
        return JsonResponse({{}})

    @{name}
    class Edit(UpdateView):
        model = Project

    @login_required
    def other(request):
        return JsonResponse({{}})
    """
    more = {"shop/rights.py": PASSES.replace("{body}", body).replace("{name}", name).replace("{test}", test)}
    found = django(code, "path('a/<int:pk>/', remove)\npath('b/<int:pk>/', Edit.as_view())\npath('c/', other)", more)
    for each in ("remove", "post"):
        if name == "manager_required" and authentication == "none":
            continue  # its name says that it asks
        assert (each, found[each].route.authentication, ids(found[each])["pk"]) == (each, authentication, expected)


def test_what_somebody_lacks_is_no_role_that_they_have() -> None:
    """`missing = required - mine; if missing: return False`: who comes this far has the permissions."""
    code = """
    def has_permissions(scope, user):
        lacking = set(scope) - set(user.permissions)
        if lacking:
            return False
        return True

    @router.delete("/projects/{project_id}")
    def drop(session: SessionDep, user: CurrentUser, project_id: int):
        if not has_permissions(["drop"], user):
            raise HTTPException(403)
        session.delete(session.get(Project, project_id))
    """
    assert ids(fastapi(code)["drop"]) == {"project_id": "unknown"}


OFFERS = """
    from functools import wraps


    class Offer(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    def sellers(view):
        @wraps(view)
        def inside(*args, **kwargs):
            if current_user.kind != "seller":
                abort(403)
            return view(*args, **kwargs)
        return inside


    def checkers(view):
        @wraps(view)
        def inside(*args, **kwargs):
            if current_user.kind != "checker":
                abort(403)
            return view(*args, **kwargs)
        return inside


    @app.get("/offers/<int:offer_id>")
    @login_required
    @{kind}
    def show(offer_id):
        return jsonify(Offer.query.get_or_404(offer_id).id)


    @app.delete("/offers/<int:offer_id>")
    @login_required
    @sellers
    def remove(offer_id):
        offer = Offer.query.get_or_404(offer_id)
        if offer.user_id != current_user.id:
            abort(403)
        db.session.delete(offer)
        return ""
"""


@pytest.mark.parametrize(("kind", "expected"), [("sellers", "missing"), ("checkers", "unknown")])
def test_what_one_kind_is_held_to_says_nothing_of_another(kind: str, expected: str) -> None:
    assert ids(flask(OFFERS.replace("{kind}", kind))["show"]) == {"offer_id": expected}


SWEEPS = """
    @app.before_request
    def sweep():
        {sweep}

    @app.route("/", methods=["GET", "POST"])
    def page():
        return "page"

    {routes}
"""
CHANGING = "\n\n    ".join(
    f'@app.post("/orders/{name}")\n    @login_required\n    def {name}():\n        db.session.add(Order(user_id=current_user.id))\n        return ""'
    for name in ("a", "b", "c", "d", "e")
)


def test_what_is_swept_away_before_every_route_is_no_change_of_the_route() -> None:
    found = flask(SWEEPS.replace("{sweep}", "Order.query.filter(Order.status == 'old').delete()").replace("{routes}", CHANGING))
    assert found["page"].exposed == ("", "")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/accounts/<name>/reset", "user = User.query.filter_by(name=name).first()\n        return jsonify(sent_to=user.email[:2])", "unknown"),
        (
            "/accounts/<name>/reset",
            "user = User.query.filter_by(name=name).first()\n        user.password = request.form['password']\n        return ''",
            "missing",
        ),
        (
            "/accounts/<int:name>/reset",
            "user = User.query.filter_by(id=name).first()\n        user.password = request.form['password']\n        return ''",
            "missing",
        ),
        (
            "/accounts/<name>/profile",
            "user = User.query.filter_by(name=name).first()\n        user.title = request.form['title']\n        return ''",
            "missing",
        ),
    ],
)
def test_who_asks_for_a_mail_with_a_link_says_a_name(path: str, body: str, expected: str) -> None:
    code = f"""
    @app.post("{path}")
    def ask(name):
        {body}

    @app.get("/mine")
    @login_required
    def mine():
        return jsonify(Order.query.filter_by(user_id=current_user.id).all())
    """
    assert ids(flask(code)["ask"]) == {"name": expected}


BASE = """
from sqlalchemy.orm import DeclarativeBase


class Kept(DeclarativeBase):
    @classmethod
    def find(cls, key):
        return cls.query.filter(cls.id == key).first()

    def refuse_others(self):
        if {test}:
            abort(403)
"""


@pytest.mark.parametrize(("test", "expected"), [("self.user_id != current_user.id", "owned"), ("self.user_id == 0", "missing")])
@pytest.mark.parametrize("alias", ["db.Model", "Model"])
def test_the_base_of_all_models_is_handed_over(alias: str, test: str, expected: str) -> None:
    """`SQLAlchemy(app, model_class=Kept)`: what every model finds rows by, and asks, stands in that class."""
    base = BASE.replace("{test}", test)
    code = f"""
from __future__ import annotations
from typing import TYPE_CHECKING
from flask import Flask, abort, jsonify
from flask_login import current_user, login_required
from flask_sqlalchemy import SQLAlchemy
{base}
app = Flask(__name__)
db = SQLAlchemy(app, model_class=Kept)
Model = db.Model
if TYPE_CHECKING:
    from shop.models import Order, User


class User({alias}):
    id = db.Column(db.Integer, primary_key=True)


class Order({alias}):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    status = db.Column(db.String)


@app.delete("/orders/<int:order_id>")
@login_required
def drop(order_id):
    order = Order.find(order_id)
    order.refuse_others()
    db.session.delete(order)
    return ""
"""
    found = by_name(project({"app.py": code}))
    assert ids(found["drop"]) == {"order_id": expected}


def test_a_kind_that_a_mixin_asks_for_is_the_same_in_all_views() -> None:
    code = """
    from django.core.exceptions import PermissionDenied
    from django.contrib.auth.mixins import LoginRequiredMixin
    from django.views import View

    class DoctorsOnly(LoginRequiredMixin):
        def dispatch(self, request, *args, **kwargs):
            if not request.user.is_doctor:
                raise PermissionDenied
            return super().dispatch(request, *args, **kwargs)

    class DeskOnly(LoginRequiredMixin):
        def dispatch(self, request, *args, **kwargs):
            if not request.user.is_receptionist:
                raise PermissionDenied
            return super().dispatch(request, *args, **kwargs)

    class Mine(DoctorsOnly, View):
        def delete(self, request, pk):
            get_object_or_404(Project, pk=pk, owner=request.user).delete()
            return JsonResponse({})

    class Theirs(DoctorsOnly, View):
        def post(self, request, pk):
            get_object_or_404(Project, pk=pk).delete()
            return JsonResponse({})

    class Desk(DeskOnly, View):
        def put(self, request, pk):
            get_object_or_404(Project, pk=pk).delete()
            return JsonResponse({})
    """
    urls = "path('a/<int:pk>/', Mine.as_view())\npath('b/<int:pk>/', Theirs.as_view())\npath('c/<int:pk>/', Desk.as_view())"
    found = django(code, urls)
    assert [ids(found[verb]) for verb in ("delete", "post", "put")] == [{"pk": "owned"}, {"pk": "missing"}, {"pk": "unknown"}]


@pytest.mark.parametrize(
    ("test", "authentication", "expected"),
    [
        ("lambda user: user.is_superuser", "required", "admin"),
        ("lambda user: user.is_authenticated and (user.is_staff or user.is_superuser)", "required", "admin"),
        ("lambda user: user.is_authenticated", "required", "missing"),
        ("lambda user: True", "none", "missing"),
        ("lambda user: not user.is_authenticated", "none", "missing"),
        ("lambda user: user.is_anonymous", "none", "missing"),
    ],
)
def test_a_decorator_that_hands_the_view_on_to_another(test: str, authentication: str, expected: str) -> None:
    """`def moderators(view): return user_passes_test(...)(view)`"""
    code = f"""
    from django.contrib.auth.decorators import user_passes_test
    from django.utils.decorators import method_decorator
    from django.views.generic import UpdateView

    def moderators(view):
        return user_passes_test({test})(view)

    @moderators
    def remove(request, pk):
        get_object_or_404(Project, pk=pk).delete()
        return JsonResponse({{}})

    @method_decorator(moderators, name="dispatch")
    class Edit(UpdateView):
        model = Project

    @login_required
    def other(request):
        return JsonResponse({{}})
    """
    found = django(code, "path('a/<int:pk>/', remove, name='x')\npath('b/<int:pk>/', Edit.as_view())\npath('c/', other)")
    assert (found["post"].route.authentication, ids(found["post"])) == (authentication, {"pk": expected})
    assert found["remove"].route.authentication == authentication


def test_a_view_that_calls_what_it_was_given_is_not_handed_on() -> None:
    code = """
    def nothing(check):
        return check(request)

    def pair(view, other):
        return other(view)

    @pair
    def remove(request, pk):
        get_object_or_404(Project, pk=pk).delete()
        return JsonResponse({})

    @login_required
    def other(request):
        return JsonResponse({})
    """
    assert django(code, "path('a/<int:pk>/', remove)\npath('c/', other)")["remove"].route.authentication != "required"


@pytest.mark.parametrize(("abstract", "expected"), [("True", "not-applicable"), ("False", "missing")])
def test_no_column_names_a_model_that_has_no_rows(abstract: str, expected: str) -> None:
    """The number that another service gives a film is no key of the abstract class of all media that people keep."""
    more = f"""
    from django.conf import settings
    from django.db import models


    class Media(models.Model):
        user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)

        class Meta:
            abstract = {abstract}


    class Item(models.Model):
        media_id = models.PositiveIntegerField()
    """
    code = """
    from shop.films import Item

    @login_required
    def show(request, pk):
        return JsonResponse({"item": get_object_or_404(Item, pk=pk).media_id})
    """
    assert ids(django(code, "path('a/<int:pk>/', show)", {"shop/films.py": more})["show"]) == {"pk": expected}
