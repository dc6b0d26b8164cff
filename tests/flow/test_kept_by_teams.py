"""Guards of apps that teams look after: controllers, permissions with a name, tokens of programs, each beside what only looks like one."""

from __future__ import annotations

import pytest

from tests.flow.apps import by_name, django, fastapi, flask, ids, project

CONTROLLERS = """
import typing as t

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.shortcuts import get_object_or_404
from django.urls import path
from ninja_extra import ControllerBase, NinjaExtraAPI, api_controller, route
from ninja_extra.permissions import BasePermission
from ninja_jwt.authentication import JWTAuth

from shop.models import Note, Project


class Perhaps(JWTAuth):
    def __call__(self, request):
        given = request.headers.get("Authorization")
        if not given:
            request.user = AnonymousUser()
            return request.user
        return self.authenticate(request, given.split(" ")[1])


class ProjectPermission(BasePermission):
    def __init__(self, name):
        self.name = name

    def has_permission(self, request, controller):
        return True

    def has_object_permission(self, request, controller, obj):
        return obj.owner_id == request.user.id


class Anybody(BasePermission):
    def has_permission(self, request, controller):
        return True


class Base(ControllerBase):
    def user(self):
        return self.context.request.user

    def one(self, pk):
        return t.cast(Project, self.get_object_or_exception(Project.objects.all(), pk=pk))


@api_controller("/projects/{pk}", auth=JWTAuth(), permissions=[ProjectPermission("edit")])
class Projects(Base):
    @route.get("/")
    def show(self, pk: int):
        return self.one(pk)

    @route.delete("/notes/{note}")
    def remove(self, pk: int, note: int):
        project = self.one(pk)
        get_object_or_404(Note, pk=note, project=project).delete()

    @route.put("/", permissions=[Anybody()])
    def rename(self, pk: int):
        project = self.one(pk)
        project.save()

    @route.post("/")
    def loose(self, pk: int):
        project = get_object_or_404(Project, pk=pk)
        project.save()

    @route.patch("/")
    def own(self, pk: int):
        get_object_or_404(Project, pk=pk, owner=self.user()).delete()


@api_controller("/open", auth=Perhaps())
class Open(Base):
    @route.get("/")
    def listed(self):
        return Project.objects.filter(owner=self.user())


api = NinjaExtraAPI()
api.register_controllers(Projects, Open)
urlpatterns = [path("api/", api.urls)]
"""

MODELS = """
from django.conf import settings
from django.db import models


class Project(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Note(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE)
"""


@pytest.fixture(scope="module")
def controllers():
    return by_name(project({"shop/__init__.py": "", "shop/models.py": MODELS, "shop/api.py": CONTROLLERS}))


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        ("show", {"pk": "owned"}),
        ("remove", {"note": "owned"}),
        ("rename", {"pk": "missing"}),
        ("loose", {"pk": "missing"}),
        ("own", {"pk": "owned"}),
    ],
)
def test_a_controller_asks_its_permissions_of_what_its_helper_finds(controllers, handler: str, said: dict[str, str]) -> None:
    assert (controllers[handler].route.authentication, ids(controllers[handler])) == ("required", said)


def test_an_authentication_that_makes_strangers_of_who_brings_nothing(controllers) -> None:
    assert controllers["listed"].route.authentication == "optional"


BOARD = """
from functools import wraps


class Post(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    creator_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    hidden = db.Column(db.Boolean)


def needs(*permission):
    def decorator(view):
        @wraps(view)
        def wrapper(*args, **kwargs):
            if not current_user.has_permission(permission):
                abort(403)
            return view(*args, **kwargs)
        return wrapper
    return decorator


@app.post("/posts/<post_id>")
@needs({first})
def change(post_id):
    post = Post.query.get_or_404(post_id)
    if post.creator_id != current_user.id:
        abort(403)
    post.text = request.form["text"]
    db.session.commit()


@app.post("/posts/<post_id>/hide")
@needs("board", "hide")
def hide(post_id):
    post = Post.query.get_or_404(post_id)
    post.hidden = True
    db.session.commit()
"""


@pytest.mark.parametrize(("first", "said"), [('"board", "post"', "unknown"), ('"board", "hide"', "missing")])
def test_what_one_permission_lets_in_says_nothing_of_another(first: str, said: str) -> None:
    assert ids(flask(BOARD.format(first=first))["hide"])["post_id"] == said


PROGRAMS = """
from functools import wraps


class ApiToken(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    creator_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    token = db.Column(db.String)


def {name}(view):
    @wraps(view)
    def wrapper(*args, **kwargs):
        token = ApiToken.query.filter_by(token=request.headers["Authorization"]).first()
        if token is None:
            answer = {{}}
            answer["error"] = "no such token"
            abort(401, answer)
        {put}
        return view(*args, **kwargs)
    return wrapper


@app.delete("/orders/<order_id>")
@{name}
def remove(order_id):
    order = Order.query.get_or_404(order_id)
    db.session.delete(order)
    db.session.commit()
"""


@pytest.mark.parametrize(
    ("name", "put", "said"),
    [
        ("api_token_required", "pass", "unknown"),
        ("api_token_required", "g.user_id = token.creator_id", "missing"),
        ("token_required", "pass", "missing"),
    ],
)
def test_a_program_that_brings_a_token_is_nobody(name: str, put: str, said: str) -> None:
    assert ids(flask(PROGRAMS.format(name=name, put=put))["remove"])["order_id"] == said


LIBRARYS = """
from django.utils.decorators import method_decorator
from guardian.decorators import permission_required
from rest_framework_extensions.routers import ExtendedSimpleRouter


def owners_only(path):
    return method_decorator(permission_required("edit", (Project, "pk", path), return_403=True))


class Show(APIView):
    @owners_only("{path}")
    def get(self, request, pk):
        return Response({{"owner": get_object_or_404(Project, pk=pk).owner.email}})


class Notes(viewsets.ModelViewSet):
    queryset = Note.objects.all()

    @owners_only("project__pk")
    def destroy(self, request, **kwargs):
        self.get_object().delete()
        return Response(status=204)


nested = ExtendedSimpleRouter()
nested.register("projects", viewsets.ModelViewSet).register("notes", Notes, parents_query_lookups=[f"project__{{Project.key}}"])
"""


@pytest.mark.parametrize(("path", "said"), [("pk", "owned"), ("number", "missing")])
def test_a_decorator_of_a_library_that_the_project_names(path: str, said: str) -> None:
    found = django(LIBRARYS.format(path=path), 'path("projects/<int:pk>", Show.as_view())\npath("nested/", include(nested.urls))')
    assert ids(found["get"]) == {"pk": said}
    assert ids(found["destroy"]) == {"pk": "unknown"}


COPIED = """
@app.post("/statuses")
@login_required
def status():
    place = Place.query.filter_by(id=request.json["place"]).first()
    write({"place_id": place.id}, {"at": request.json["at"]})
    db.session.commit()


def write(terms: dict[str, str], more: dict[str, str]):
    values = terms.copy()
    values.update(more)
    Status.__table__.insert().values(**values)


@app.put("/places/<place_id>")
@login_required
def place(place_id):
    if not current_user.is_admin:
        abort(403)
    place = Place.query.get_or_404(place_id)
    place.name = request.json["name"]
    db.session.commit()


class Place(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)


class Status(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    place_id = db.Column(db.Integer, db.ForeignKey("place.id"))
"""


def test_a_dictionary_that_is_copied_and_gets_more_changes_no_row() -> None:
    assert not flask(COPIED)["status"].changes


SIGNED = """
import hashlib
import hmac
from functools import wraps

from django.conf import settings


def digest(body):
    return hmac.new(settings.SHARED_SECRET, body, hashlib.sha256).hexdigest()


def signed(view):
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if not hmac.compare_digest(digest(request.body), request.headers.get("{header}")):
            return JsonResponse({{}}, status=401)
        return view(request, *args, **kwargs)
    return wrapper


@signed
def deliver(request):
    get_object_or_404(Project, pk=request.POST["project_id"]).delete()
    return JsonResponse({{}})


@login_required
def mine(request):
    return JsonResponse({{"all": list(Project.objects.filter(owner=request.user))}})
"""


@pytest.mark.parametrize(("header", "said"), [("X-Mac-Digest", {"project_id": "admin"}), ("X-Machine", {"project_id": "missing"})])
def test_a_body_that_comes_with_its_mac(header: str, said: dict[str, str]) -> None:
    found = django(SIGNED.format(header=header), "path('deliver', deliver)\npath('mine', mine)")
    assert ids(found["deliver"]) == said


OAUTH = """
from shop.oauth import {model}


class Allow(APIView):
    permission_classes = [permissions.IsAuthenticated]

    def get(self, request):
        project = get_object_or_404(Project, owner=request.user, pk=request.GET["project_id"])
        asks = {model}.objects.filter(client_id=request.GET["client_id"]).first()
        return Response({{"name": asks.name, "project": project.name}})
"""
PROGRAM = """
from django.conf import settings
from django.db import models


class {model}(models.Model):
    client_id = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
"""


@pytest.mark.parametrize(("model", "said"), [("OAuth2Application", None), ("Visit", "missing")])
def test_a_program_that_asks_to_be_let_in_is_known_to_all(model: str, said: str | None) -> None:
    found = django(OAUTH.format(model=model), "path('allow', Allow.as_view())", {"shop/oauth.py": PROGRAM.format(model=model)})
    assert ids(found["get"]).get("client_id") == said


SCHEME = """
from fastapi import Security
from fastapi.security import OAuth2PasswordBearer, SecurityScopes


class Login(OAuth2PasswordBearer):
    def __init__(self, enabled: bool = True, required: bool = True) -> None:
        super().__init__(tokenUrl="/token", auto_error=required)

    async def __call__(self, request: Request, scopes: SecurityScopes, tokens: Tokens):
        try:
            return await tokens.user_of(await super().__call__(request), scopes)
        except HTTPException:
            if self.auto_error:
                raise
            return None


login = Login()
perhaps = Login({perhaps})
logins = {{name: Security(login if name else perhaps) for name in ("all", "one")}}


def rows(login_of_all):
    async def around(user: User | None = login_of_all):
        return user

    router.add_api_route("/around", around, methods=["GET"])


rows(logins["all"])


@router.get("/mine")
def mine(user: User = Security(login, scopes=["read"])):
    return user


@router.get("/open")
def open_to_all(user: User | None = Security(perhaps, scopes=["read"])):
    return user


@router.get("/listed")
def listed(user: User | None = logins["all"]):
    return user


@router.get("/page")
def page(number: int = SIZES["page"]):
    return number
"""


@pytest.mark.parametrize("perhaps", ["required=False", "True, False"])
def test_a_scheme_whose_constructor_is_told_whether_it_refuses(perhaps: str) -> None:
    found = fastapi(SCHEME.format(perhaps=perhaps))
    said = {name: found[name].route.authentication for name in ("mine", "open_to_all", "listed", "page", "around")}
    assert said == {"mine": "required", "open_to_all": "none", "listed": "unknown", "page": "none", "around": "unknown"}
    assert any("what user depends on could not be read" in each.message for each in found["listed"].route.evidence)


OFFERED = """
from django import forms
from django.views.generic import FormView


class Choose(forms.Form):
    note = forms.ModelChoiceField(queryset=Note.objects.none())
    other = forms.ModelChoiceField(queryset=Note.objects.all())

    def __init__(self, project, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].queryset = project.notes.all()


class Again(Choose):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


class Remove(LoginRequiredMixin, FormView):
    form_class = {form}

    def form_valid(self, form):
        Note.objects.filter(id=form.cleaned_data["{field}"]).delete()
        return redirect("/")
"""


@pytest.mark.parametrize(("field", "said"), [("note", "unknown"), ("other", "missing")])
@pytest.mark.parametrize("form", ["Choose", "Again"])
def test_a_form_that_says_which_rows_it_takes(form: str, field: str, said: str) -> None:
    code = "from django.contrib.auth.mixins import LoginRequiredMixin\nfrom django.shortcuts import redirect\n" + OFFERED.format(
        form=form, field=field
    )
    assert ids(django(code, "path('remove', Remove.as_view())")["post"]) == {field: said}


CLASS_OF_DECORATORS = """
from functools import wraps

from flask_jwt_extended import get_jwt_identity, jwt_required


class allowed:
    def __init__(self, role, check=None):
        self.role = role
        self.check = check

    def __call__(self, view):
        @wraps(view)
        {login}
        def wrapper(*args, **kwargs):
            if {test}:
                return view(*args, **kwargs)
            return jsonify({{}}), 403

        return wrapper


def may(role):
    return any(role in each.permissions for each in current_user.roles)


def of_caller(order_id):
    order = Order.query.get(order_id)
    return order is not None and order.user_id == get_jwt_identity()


@app.delete("/orders/<order_id>")
@allowed("editor", of_caller)
def remove(order_id):
    db.session.delete(Order.query.get_or_404(order_id))
    db.session.commit()


@app.get("/orders")
@login_required
def mine():
    return jsonify([order.id for order in Order.query.filter_by(user_id=current_user.id)])
"""


@pytest.mark.parametrize(
    ("login", "test", "said"),
    [
        ("@jwt_required()", "may(self.role)", ("required", "unknown")),
        ("@jwt_required()", "self.check(**kwargs)", ("required", "owned")),
        ("@jwt_required()", "True", ("required", "missing")),
        ("@cached", "True", ("none", "missing")),
    ],
)
def test_a_class_whose_objects_decorate(login: str, test: str, said: tuple[str, str]) -> None:
    found = flask(CLASS_OF_DECORATORS.format(login=login, test=test))["remove"]
    assert (found.route.authentication, ids(found)["order_id"]) == said


MADE = """
class Notes(viewsets.GenericViewSet):
    queryset = Note.objects.all()
    serializer_class = NoteSerializer
    permission_classes = [permissions.IsAuthenticated]

    def create(self, request):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        made = serializer.{made}
        return Response({{"text": Note.objects.get(pk={key}).text}})
"""


@pytest.mark.parametrize(
    ("made", "key", "said"),
    [("instance", "made.pk", {}), ("validated_data", 'made["copy_of"]', {"copy_of": "missing"})],
)
def test_the_row_that_a_serializer_made(made: str, key: str, said: dict[str, str]) -> None:
    found = ids(django(MADE.format(made=made, key=key), 'register("notes", Notes)')["create"])
    assert {name: word for name, word in found.items() if name != "project"} == said


LOGIN = """
@app.post("/auth/{last}/")
def enter():
    user = User.query.filter_by(subject_id=vouched_for(request.json["code"])).first()
    user.seen = now()
    db.session.commit()
    return jsonify({{"email": user.email}})


@app.get("/orders")
@login_required
def mine():
    return jsonify([order.id for order in Order.query.filter_by(user_id=current_user.id)])
"""


@pytest.mark.parametrize(("last", "said"), [("login", "unknown"), ("users", "missing")])
def test_a_login_looks_up_whom_somebody_vouches_for(last: str, said: str) -> None:
    assert ids(flask(LOGIN.format(last=last))["enter"]) == {"code": said}


@pytest.mark.parametrize(
    ("before", "who", "said"),
    [
        ("", "data.user_id", ("missing", True)),
        ("", "user.id", ("unknown", False)),  # who joins, and may anybody?
        ("if session.get(Project, data.project_id).owner_id != user.id:\n            raise HTTPException(403)", "data.user_id", None),
    ],
)
def test_who_says_who_is_a_member(before: str, who: str, said: tuple[str, bool] | None) -> None:
    found = fastapi(f"""
    class Added(BaseModel):
        project_id: int
        user_id: int

    @router.post("/members")
    def add(data: Added, user: CurrentUser, session: SessionDep):
        {before}
        session.add(ProjectMember(project_id=data.project_id, user_id={who}))
        session.commit()
    """)
    links = {link.id: (link.ownership, link.guarded) for link in found["add"].links}
    assert links.get("project_id") == said


@pytest.mark.parametrize(("model", "said"), [("Circle", "missing"), ("Role", "unknown")])
def test_who_has_a_role_does_not_own_it(model: str, said: str) -> None:
    found = flask(f"""
    class {model}(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String)

    class Assignment(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        of_id = db.Column(db.Integer, db.ForeignKey("{model.lower()}.id"))

    @app.post("/assign")
    @login_required
    def assign():
        db.session.add(Assignment(user_id=request.json["user_id"], of_id=request.json["of_id"]))
        db.session.commit()
        return ""
    """)
    assert {link.id: link.ownership for link in found["assign"].links}.get("of_id", "unknown") == said
