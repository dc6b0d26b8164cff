"""Guards of apps that many people look after, each beside what only looks like one."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, ids

TWO_WAYS = """
from functools import wraps


def may_edit(view):
    @wraps(view)
    def wrapper(request, pk):
        project = get_object_or_404(Project, pk=pk)
        if project.owner == request.user:
            return view(request, pk)
        if {other}:
            return view(request, pk)
        return HttpResponseForbidden()
    return wrapper


@login_required
@may_edit
def edit(request, pk):
    project = get_object_or_404(Project, pk=pk)
    project.delete()
    return JsonResponse({{}})
"""


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("project.members.filter(id=request.user.id).exists()", "owned"),
        ("Project.objects.filter(pk=pk, members=request.user).exists()", "owned"),
        ("project.members.exists()", "missing"),
    ],
)
def test_a_decorator_goes_on_where_it_is_theirs_and_where_they_take_part(other: str, said: str) -> None:
    app = django(TWO_WAYS.format(other=other), 'path("projects/<int:pk>", edit)')
    assert ids(app["edit"]) == {"pk": said}


BY_ARGUMENTS = """
from functools import wraps


def needs_permission(permission, lookup=None):
    def decorator(view):
        def wrapper(request, *args, **kwargs):
            obj = None
            if lookup:
                model, pairs = lookup[0], lookup[1:]
                wanted = {{}}
                for field, argument in zip(pairs[::2], pairs[1::2]):
                    wanted[field] = kwargs[argument]
                obj = get_object_or_404(model, **wanted)
            if not {asked}:
                raise exceptions.PermissionDenied
            return view(request, *args, **kwargs)
        return wraps(view)(wrapper)
    return decorator


@needs_permission("shop.change_project", (Project, "pk", "project_pk"))
def edit(request, project_pk):
    project = get_object_or_404(Project, pk=project_pk)
    project.delete()
    return JsonResponse({{}})
"""


@pytest.mark.parametrize(("asked", "said"), [("request.user.has_perm(permission, obj)", "unknown"), ("request.user.is_authenticated", "missing")])
def test_a_decorator_is_told_by_which_argument_a_row_is_found(asked: str, said: str) -> None:
    app = django(BY_ARGUMENTS.format(asked=asked), 'path("projects/<int:project_pk>", edit)')
    assert ids(app["edit"]) == {"project_pk": said}


MADE = """
from functools import wraps
from django.utils.decorators import method_decorator
from django.views.generic import DetailView


def require(permission):
    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if {refused}:
                raise exceptions.PermissionDenied
            return view(request, *args, **kwargs)
        return wrapper
    return decorator


manages = require("manage")


@method_decorator(manages, name="dispatch")
class Detail(DetailView):
    model = Country
"""


@pytest.mark.parametrize(("refused", "known"), [("not request.user.is_authenticated", True), ("request.GET.get('x')", False)])
def test_what_a_made_decorator_asks_before_a_view_of_the_framework(refused: str, known: bool) -> None:
    app = django(MADE.format(refused=refused), 'path("countries/<int:pk>", Detail.as_view())')
    assert (app["get"].route.authentication == "required") is known


FILLED = """
class TaskSerializer(serializers.ModelSerializer):
    def __init__(self, *args, **kwargs):
        context = kwargs.get("context")
        {filled}
        super().__init__(*args, **kwargs)

    class Meta:
        model = Note
        fields = ["id", "project", "text"]


class Notes(APIView):
    permission_classes = [permissions.IsAuthenticated]

    def {method}(self, request):
        note = Note.objects.get(project__owner=request.user)
        serializer = TaskSerializer(note, data=request.data, context={{"request": request, "project": note.project}})
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data)
"""
WRITES = 'kwargs["data"]["project"] = context.get("project").pk'


@pytest.mark.parametrize(
    ("filled", "method", "links"),
    [
        (WRITES, "post", []),
        (f'if context and context["request"].method == "POST":\n            {WRITES}', "post", []),
        (f'if context and context["request"].method == "POST":\n            {WRITES}', "patch", ["project"]),
        ('self.fields["project"] = ProjectSerializer()', "post", []),
        ('self.fields.pop("project")', "post", []),
        ('self.fields.pop("text")', "post", ["project"]),
    ],
)
def test_fields_that_the_constructor_of_a_serializer_fills(filled: str, method: str, links: list[str]) -> None:
    app = django(FILLED.format(filled=filled, method=method), 'path("notes", Notes.as_view())')
    assert [link.id for link in app[method].links if link.ownership == "missing"] == links


FOUND = """
def is_member(user, pk):
    if user.is_anonymous:
        return False
    mine = Project.objects.filter(members=user).values_list("pk", flat=True)
    return Note.objects.filter(pk=pk, {asked}).exists()


@login_required
def show(request, pk):
    note = get_object_or_404(Note, pk=pk)
    if is_member(request.user, pk):
        return JsonResponse({{"text": note.text}})
    else:
        return JsonResponse({{}}, status=403)
"""


@pytest.mark.parametrize(("asked", "said"), [("project__in=mine", "owned"), ("text=''", "unknown")])
def test_a_row_that_was_found_among_the_caller_s_is_shown_on_that_side(asked: str, said: str) -> None:
    app = django(FOUND.format(asked=asked), 'path("notes/<int:pk>", show)')
    assert ids(app["show"]) == {"pk": said}


def test_who_leaves_a_team_that_is_held_needs_no_tie() -> None:
    app = fastapi("""
    @router.delete("/projects/{project_id}/members/{user_id}")
    def leave(project_id: int, user_id: int, session: SessionDep, user: CurrentUser):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(403)
        member = session.get(User, user_id)
        project.members.remove(member)
        session.commit()

    @router.delete("/projects/{project_id}/accounts/{user_id}")
    def erase(project_id: int, user_id: int, session: SessionDep, user: CurrentUser):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(403)
        member = session.get(User, user_id)
        session.delete(member)
        session.commit()

    @router.delete("/any/{project_id}/members/{user_id}")
    def expel(project_id: int, user_id: int, session: SessionDep, user: CurrentUser):
        project = session.get(Project, project_id)
        member = session.get(User, user_id)
        project.members.remove(member)
        session.commit()
    """)
    assert ids(app["leave"]) == {"project_id": "owned"}, "the person is named, the team changes"
    assert ids(app["erase"])["user_id"] == "missing"
    assert ids(app["expel"])["project_id"] == "missing"


def test_a_row_that_was_just_made_is_found_by_its_name() -> None:
    app = fastapi(
        """
    class Wanted(BaseModel):
        name: str
        id: int

    @router.post("/teams")
    def make(wanted: Wanted, session: SessionDep, user: CurrentUser):
        session.add(models.Team(name=wanted.name, owner_id=user.id))
        session.commit()
        return session.execute(select(models.Team).where(models.Team.name == wanted.name)).scalar_one()

    @router.post("/teams/copy")
    def copy(wanted: Wanted, session: SessionDep, user: CurrentUser):
        session.add(models.Team(name=wanted.name, owner_id=user.id))
        session.commit()
        return session.execute(select(models.Team).where(models.Team.id == wanted.id)).scalar_one()
    """,
        {"shop/models.py": TEAM},
    )
    assert [choice.ownership for choice in app["make"].ids] == ["unknown"]
    assert [choice.ownership for choice in app["copy"].ids] == ["missing"]


TEAM = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)


class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Project(Base):
    __tablename__ = "projects"
    id: Mapped[int] = mapped_column(primary_key=True)


class Task(Base):
    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)


class ProjectMember(Base):
    __tablename__ = "project_members"
    id: Mapped[int] = mapped_column(primary_key=True)


class Country(Base):
    __tablename__ = "countries"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


ROLES = """
from django.conf import settings
from django.db import models


class Permission(models.Model):
    codename = models.TextField()
    users = models.ManyToManyField(settings.AUTH_USER_MODEL)
    project = models.ForeignKey("shop.Project", on_delete=models.CASCADE)


class Scope(models.Model):
    everybody = models.ForeignKey(Permission, on_delete=models.CASCADE)
"""
SEEN = """
from shop.roles import Permission, Scope


def visible(user, permission, named):
    if {test}:
        return Project.objects.all()
    return Project.objects.filter(members=user)


@login_required
def show(request):
    pks = request.POST.getlist("selection")
    return JsonResponse({{"rows": list(visible(request.user, "shop.view", request.POST["scope"]).filter(pk__in=pks))}})
"""


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("Permission.objects.filter(users=user, codename=permission).exists()", "unknown"),
        ("Permission.objects.filter(Q(users=user, codename=permission) | Q(scope=Scope.objects.first(), codename=permission)).exists()", "unknown"),
        ("Permission.objects.filter(codename=permission).exists()", "missing"),
        ("Note.objects.filter(project__owner=user, text=permission).exists()", "missing"),
    ],
)
def test_what_somebody_may_do_everywhere_is_asked_of_a_table(test: str, said: str) -> None:
    app = django(SEEN.format(test=test), 'path("projects", show)', {"shop/roles.py": ROLES})
    assert ids(app["show"])["selection"] == said


SHOWN = """
@login_required
def mine(request, pk):
    return JsonResponse({"text": get_object_or_404(Note, pk=pk, project__owner=request.user).text})


@login_required
def change(request, pk):
    get_object_or_404(Note, pk=pk, project__owner=request.user).delete()
    return JsonResponse({})


def strangers(request, pk):
    note = get_object_or_404(Note, pk=pk)
    is_published = note.releases.filter(approved=True).exists()
    if not is_published:
        raise Http404
    return JsonResponse({"text": note.text})
"""


@pytest.mark.parametrize(("test", "told"), [("not is_published", False), ("not is_long", True)])
def test_an_answer_about_what_is_published_is_of_the_row_too(test: str, told: bool) -> None:
    word = test.removeprefix("not ")
    app = django(
        SHOWN.replace("is_published", word), 'path("mine/<int:pk>", mine)\npath("change/<int:pk>", change)\npath("notes/<int:pk>", strangers)'
    )
    assert (app["strangers"].exposed[1] == "only") is told


REMEMBERED = """
@router.get("/projects/{{project_id}}")
def show(project_id: int, session: SessionDep, user: CurrentUser):
    project = session.get(Project, project_id)
    allowed = {first}
    member = False
    if project.private:
        allowed = False
        member = project.owner_id == user.id
        if not member:
            rows = session.execute(select(ProjectMember.user_id).where(ProjectMember.project_id == project_id)).scalars().all()
            allowed = user.id in [row for row in rows]
    if allowed or member:
        return project.name
    raise HTTPException(403)
"""


@pytest.mark.parametrize(("first", "said"), [("True", "unknown"), ("False", "owned")])
def test_what_lets_everybody_pass_stands_beside_who_takes_part(first: str, said: str) -> None:
    assert ids(fastapi(REMEMBERED.format(first=first))["show"]) == {"project_id": said}


HOUSES = """
class HouseOut(BaseModel):
    id: int


class Houses(BaseModel):
    rows: list[HouseOut] = []


def out(row):
    one = HouseOut()
    one.id = row.id
    for manager in row.managers:
        one.managers.append(manager)
    return one


def run_by(user_id, session):
    found = session.execute(
        text("SELECT h.id FROM houses h JOIN {table} m ON m.house_id = h.id WHERE m.user_id = :user_id"), {{"user_id": user_id}}
    ).fetchall()
    houses = Houses()
    for row in found:
        houses.rows.append(out(row))
    return houses


@router.delete("/projects/{{project_id}}")
def erase(project_id: int, session: SessionDep, user: CurrentUser):
    houses = run_by(user.id, session)
    if len(houses.rows) < 1:
        raise HTTPException(403)
    session.delete(session.get(Project, project_id))
    session.commit()
"""


@pytest.mark.parametrize(("table", "said"), [("house_managers", "unknown"), ("house_visits", "missing")])
def test_who_runs_something_is_asked_of_a_list_in_an_object(table: str, said: str) -> None:
    assert ids(fastapi(HOUSES.format(table=table))["erase"])["project_id"] == said


SOME = """
class TaskSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = ["id", "project", "text"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        {narrowed}


class Notes(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = TaskSerializer
    queryset = Note.objects.none()

    def perform_create(self, serializer):
        serializer.save()
        given = serializer.validated_data if getattr(serializer, "many", False) else [serializer.validated_data]
        Project.objects.filter(pk__in=[each["project"].pk for each in given]).update(changed=True)
"""


@pytest.mark.parametrize(
    ("narrowed", "said"),
    [
        ('self.fields["project"].queryset = Project.objects.filter(members=self.context["request"].user)', {"unknown"}),
        ("pass", {"missing", "unknown"}),
    ],
)
def test_rows_that_a_serializer_lets_a_client_choose_from(narrowed: str, said: set[str]) -> None:
    app = django(SOME.format(narrowed=narrowed), 'register("notes", Notes)')
    assert {choice.ownership for choice in app["create"].links} | {choice.ownership for choice in app["create"].ids} == said


MACHINES = """
import hmac
from django.conf import settings
from django.core import signing
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from shop.monitors import Monitor


@login_required
def mine(request, pk):
    Monitor.objects.get(pk=pk, owner=request.user).delete()
    return JsonResponse({{}})


def signed(request, secret):
    return hmac.new(secret, request.body, "sha256").hexdigest()


def opened(text):
    return signing.loads(text, salt="monitor")


@csrf_exempt
@require_POST
def deliver(request, {name}):
    {before}
    monitor = get_object_or_404(Monitor, {key})
    monitor.seen = True
    monitor.save()
    return JsonResponse({{}})
"""
MONITORS = """
from django.conf import settings
from django.db import models


class Monitor(models.Model):
    uuid = models.UUIDField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    seen = models.BooleanField()
"""
LOOP = """for secret in settings.SECRETS:
        if hmac.compare_digest(signed(request, secret), request.headers["X-Signature"]):
            {found}
    {after}"""
FLAG = "good = {first}\n    " + LOOP.format(found="good = True\n            break", after="if not good:\n        raise Http404")


@pytest.mark.parametrize(
    ("path", "before", "key", "said"),
    [
        ("<int:pk>", LOOP.format(found="break", after="else:\n        return HttpResponseForbidden()"), "pk=pk", "admin"),
        ("<int:pk>", FLAG.format(first="False"), "pk=pk", "admin"),
        ("<int:pk>", FLAG.format(first="True"), "pk=pk", "missing"),
        ("<int:pk>", LOOP.format(found="break", after="pass"), "pk=pk", "missing"),
        ("<str:pk>", "pass", 'pk=opened(pk)["id"]', None),
        ("<str:pk>", "pass", "pk=pk", "missing"),
        ("<uuid:code>/beat", "pass", "uuid=code", "unknown"),
        ("<uuid:code>/close", "pass", "uuid=code", "missing"),
    ],
)  # fmt: skip
def test_machines_that_bring_no_login(path: str, before: str, key: str, said: str | None) -> None:
    code = MACHINES.format(name="code" if "code" in path else "pk", before=before, key=key)
    app = django(code, f'path("mine/<int:pk>", mine)\npath("m/{path}", deliver)', {"shop/monitors.py": MONITORS})
    assert next(iter(ids(app["deliver"]).values()), None) == said


def test_one_of_the_caller_s_roles_is_looked_for_in_a_loop() -> None:
    code = """
    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep, user: CurrentUser):
        for role in user.roles:
            if role.name == "admin":
                break
        {after}
        return session.get(Project, project_id)
    """
    for after, said in (("else:\n            raise HTTPException(403)", "admin"), ("print(user)", "missing")):
        assert ids(fastapi(code.format(after=after))["show"]) == {"project_id": said}


EARLY = """
@login_required
def close(request, pk):
    note = get_object_or_404(Note, pk=pk)
    if note.closed:
        return JsonResponse({{"error": f"{{note.text}} is closed"}}{status})
    if note.project.owner != request.user:
        return HttpResponseForbidden()
    note.delete()
    return JsonResponse({{}})
"""


@pytest.mark.parametrize(("status", "said"), [(", status=409", "unknown"), ("", "missing"), (", status=200", "missing")])
def test_what_went_wrong_is_said_before_a_guard(status: str, said: str) -> None:
    assert ids(django(EARLY.format(status=status), 'path("notes/<int:pk>", close)')["close"]) == {"pk": said}


def test_rows_that_a_client_may_choose_from_leave_a_proof_alone() -> None:
    code = SOME.format(narrowed='self.fields["project"].queryset = Project.objects.filter(members=self.context["request"].user)')
    code = (
        code.replace("Note.objects.none()", "Note.objects.all()")
        + """
    def get_queryset(self):
        return Note.objects.filter(project__owner=self.request.user)
"""
    )
    assert django(code, 'register("notes", Notes)')["update"].route.ownership == "owned"


HOOKS = """
class TaskSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = ["id", {fields}"text"]

    {hook}


class Notes(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = TaskSerializer

    def get_queryset(self):
        return Note.objects.filter(project__owner=self.request.user)
"""
THROWN = 'def update(self, note, validated_data):\n        validated_data.pop("project", None)\n        return super().update(note, validated_data)'
MADE_BY = 'def create(self, validated_data):\n        return Note.objects.create(project_id=validated_data.get("project"))'


@pytest.mark.parametrize(
    ("hook", "fields", "name", "links"),
    [
        (THROWN, '"project", ', "partial_update", set()),
        (THROWN, '"project", ', "create", {"project"}),
        (MADE_BY, "", "partial_update", set()),
        (MADE_BY, "", "create", {"project"}),
    ],
)
def test_the_hook_that_runs_says_what_is_written(hook: str, fields: str, name: str, links: set[str]) -> None:
    app = django(HOOKS.format(hook=hook, fields=fields), 'register("notes", Notes, basename="notes")')
    assert {link.id for link in app[name].links} == links


@pytest.mark.parametrize(("given", "told"), [("Note.objects.count()", False), ("list(Note.objects.values())", True)])
def test_how_many_there_are_shows_strangers_no_row(given: str, told: bool) -> None:
    code = SHOWN.split("def strangers")[0] + f"\n\ndef strangers(request):\n    return JsonResponse({{'notes': {given}}})\n"
    app = django(code, 'path("mine/<int:pk>", mine)\npath("change/<int:pk>", change)\npath("notes", strangers)')
    assert (app["strangers"].exposed[1] == "only") is told


TABLE = """
class IsTheirs(permissions.BasePermission):
    def has_object_permission(self, request, view, obj):
        return request.user.has_perm("shop.view_country", obj)


@login_required
def {name}(request):
    return JsonResponse({{"rows": list(Country.objects.filter(users=request.user).values())}})


class Countries(viewsets.ModelViewSet):
    permission_classes = [{asked}]
    serializer_class = ProjectSerializer
    queryset = Country.objects.all()
"""


@pytest.mark.parametrize(
    ("asked", "said"), [("permissions.DjangoModelPermissions", {"not-applicable"}), ("permissions.IsAuthenticated", {"missing"})]
)
def test_what_staff_let_users_do_with_a_whole_table_is_the_policy(asked: str, said: set[str]) -> None:
    app = django(TABLE.format(name="mine", asked=asked), 'path("mine", mine)\nregister("countries", Countries)')
    assert {choice.ownership for choice in app["retrieve"].ids} == said


FACTORY = """
import importlib

import jwt
from fastapi import HTTPException, Request


class Verifier:
    def __init__(self, scopes=()):
        self.scopes = scopes

    def __call__(self, request: Request):
        {refuses}
        return Entity(**jwt.decode(request.headers["authorization"], "key", algorithms=["HS256"]))


class Entity:
    def __init__(self, sub):
        self.id = sub


def load(kind, scopes):
    found = importlib.import_module(f"shop.{{kind}}")
    for name in dir(found):
        if name.endswith("Verifier"):
            return getattr(found, name)(scopes)


class Factory:
    @staticmethod
    def {name}(scopes=(){returns}:
        return load("ldap", scopes)
"""
FACTORY_API = """
from shop.factory import Factory


@router.delete("/projects/{{project_id}}")
def erase(project_id: int, session: SessionDep, entity = Depends(Factory.{name}(["write"]))):
    session.delete(session.execute(select(Project).where(Project.id == project_id, Project.owner_id == entity.id)).scalar_one())


@router.get("/countries/{{country_id}}")
def other(country_id: int, session: SessionDep, user: CurrentUser):
    return session.get(Country, country_id)
"""
BRINGS = 'if "authorization" not in request.headers:\n            raise HTTPException(401)'


@pytest.mark.parametrize(
    ("name", "returns", "asked", "said"),
    [
        ("get_verifier", ") -> Verifier", "required", "owned"),
        ("get_auth_verifier", ")", "unknown", "unknown"),
        ("get_auth_verifier", ") -> Verifier", "unknown", "unknown"),
        ("get_settings", ")", "none", "unknown"),  # nobody could read whose key it is held against
    ],
)
def test_a_factory_looks_up_what_asks_for_a_login(name: str, returns: str, asked: str, said: str) -> None:
    more = {"shop/factory.py": FACTORY.format(refuses=BRINGS, name=name, returns=returns)}
    erase = fastapi(FACTORY_API.format(name=name), more)["erase"]
    assert erase.route.authentication == asked
    assert ids(erase) == {"project_id": said}


def test_a_serializer_that_is_made_for_a_model_one_is_handed_is_read_without_one() -> None:
    code = """
    class Notes(APIView):
        permission_classes = [permissions.IsAuthenticated]

        def post(self, request, model):
            class Here(serializers.ModelSerializer):
                class Meta:
                    model = model_of
                    fields = "__all__"

            form = Here(data=request.data)
            form.is_valid(raise_exception=True)
            form.save()
            return Response(form.data)

    def model_of(): ...
    """
    assert django(code, "path('notes/<str:model>', Notes.as_view())")["post"].route.authentication == "required"
