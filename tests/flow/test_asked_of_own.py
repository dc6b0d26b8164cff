"""What well-kept apps ask of what the caller has: a role that a header names, a method of the user model, the team that somebody leaves; each beside
the mutation that asks nobody."""

from __future__ import annotations

import pytest

from tests.flow.apps import DJANGO_MODELS, django, fastapi, flask, ids

ACTING = """
import enum
from fastapi import Header


class Role(enum.Enum):
    admin = "admin"
    editor = "editor"


class Caller:
    def __init__(self, user, roles):
        self.user = user
        self.roles = roles


def acting(user: CurrentUser, x_active_roles: str | None = Header(default=None)):
    if x_active_roles is None:
        return Caller(user, user.roles)
    active = []
    for asked in x_active_roles.split(","):
        if asked not in Role._member_names_:
            continue
        role = Role[asked]
        {guard}
        active.append(role)
    return Caller(user, active)


@router.get("/projects/{{project_id}}")
def show(session: SessionDep, project_id: int, caller: Caller = Depends(acting)):
    project = session.get(Project, project_id)
    if project.owner_id != caller.user.id and Role.admin not in caller.roles:
        raise HTTPException(403)
    return project
"""


@pytest.mark.parametrize(
    ("guard", "told"),
    [
        ("if role not in user.roles:\n            raise HTTPException(403)", False),
        ("if asked not in user.roles:\n            raise HTTPException(403)", False),
        ("if role in user.roles:\n            raise HTTPException(403)", True),
        ("if role not in list(Role):\n            raise HTTPException(403)", True),
        ("if role not in user.roles:\n            print(role)", True),
        ("pass", True),
    ],
)
def test_a_header_chooses_one_of_the_callers_own_roles(guard: str, told: bool) -> None:
    assert bool(fastapi(ACTING.format(guard=guard))["show"].powers) is told


OF_USERS = DJANGO_MODELS.replace(
    "class Project(models.Model):",
    """from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    def works_for(self, team):
        return {asked}


class Project(models.Model):
    def may_be_changed_by(self, team):
        return self.owner.works_for(team)

""",
)
CHANGES = """
@login_required
def change(request, pk):
    project = get_object_or_404(Project, pk=pk)
    if not project.may_be_changed_by(request.user.team):
        raise Http404
    project.delete()
"""


@pytest.mark.parametrize(("asked", "said"), [("self.team == team", "owned"), ("self.team != team", "missing"), ("True", "missing")])
@pytest.mark.parametrize("named", ["settings.AUTH_USER_MODEL", "User"])
def test_a_method_of_the_user_model_is_run(asked: str, said: str, named: str) -> None:
    models = OF_USERS.replace("{asked}", asked).replace("ForeignKey(settings.AUTH_USER_MODEL", f"ForeignKey({named}")
    more = {"shop/models.py": models, "conf/settings.py": "AUTH_USER_MODEL = 'shop.User'\n"}
    assert ids(django(CHANGES, "path('a/<int:pk>/', change)", more)["change"]) == {"pk": said}


PAGES = """
from django.core.paginator import Paginator


def search(request):
    rows = Country.objects.filter(name=request.GET.get("name"))
    page = Paginator(rows, 10).page(1)
    {noted}
    return JsonResponse({{"page": list(page)}})
"""


@pytest.mark.parametrize(
    ("noted", "changes"),
    [
        ("setattr(page, 'pages_to_display', [1])", False),
        ("for row in rows:\n        setattr(row, 'link', 'x')", False),
        ("setattr(rows.first(), 'name', 'x')", True),
        ("for row in rows:\n        setattr(row, request.GET['key'], 'x')", True),
    ],
)
def test_what_is_noted_on_rows_for_the_page(noted: str, changes: bool) -> None:
    """`setattr` with a name that no column has is like an assignment of it."""
    assert bool(django(PAGES.format(noted=noted), "path('a/', search)")["search"].changes) is changes


LEAVES = """
from django.contrib.auth.models import User


@login_required
def leave(request, pk, user_id):
    project = get_object_or_404(Project, pk=pk{mine})
    user = User.objects.get(pk=user_id)
    {done}
    return JsonResponse({{}})
"""


@pytest.mark.parametrize(
    ("mine", "done", "said"),
    [
        (", owner=request.user", "project.members.remove(user)", {"pk": "owned"}),
        ("", "project.members.remove(user)", {"pk": "missing"}),
        (", owner=request.user", "user.delete()", {"user_id": "missing"}),
    ],
)
def test_who_is_taken_out_of_a_team_is_not_changed(mine: str, done: str, said: dict[str, str]) -> None:
    found = ids(django(LEAVES.format(mine=mine, done=done), "path('a/<int:pk>/<int:user_id>/', leave)")["leave"])
    assert {name: told for name, told in found.items() if name in said or told == "missing"} == said


REMEMBERS = DJANGO_MODELS.replace(
    "class Project(models.Model):",
    """class Project(models.Model):
    def may_be_changed_by(self, user):
        {asked}
""",
)
FOUND = "found = getattr(self, '_mine', None)\n        if found:\n            return found\n        "
CHANGES_OF_OWN = CHANGES.replace("request.user.team", "request.user")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (f"{FOUND}self._mine = self.owner == user\n        return self._mine", "owned"),
        ("if not hasattr(self, '_mine'):\n            self._mine = self.owner == user\n        return self._mine", "owned"),
        ("if hasattr(self, '_mine'):\n            return self._mine\n        self._mine = self.owner == user\n        return self._mine", "owned"),
        (f"{FOUND}self._mine = True\n        return self._mine", "missing"),
        (f"{FOUND}self._mine = self.owner != user\n        return self._mine", "missing"),
    ],
)
def test_an_answer_that_an_object_remembers(asked: str, said: str) -> None:
    more = {"shop/models.py": REMEMBERS.replace("{asked}", asked)}
    assert ids(django(CHANGES_OF_OWN, "path('a/<int:pk>/', change)", more)["change"]) == {"pk": said}


def test_an_answer_that_somebody_else_puts_there_is_in_doubt() -> None:
    asked = f"{FOUND}self._mine = self.owner == user\n        return self._mine\n\n    def opened(self):\n        self._mine = True"
    code = CHANGES_OF_OWN.replace("    if ", "    project.opened()\n    if ", 1)
    assert code != CHANGES_OF_OWN
    found = django(code, "path('a/<int:pk>/', change)", {"shop/models.py": REMEMBERS.replace("{asked}", asked)})
    assert ids(found["change"])["pk"] != "owned"


JOINED = """
@router.get("/tasks/{{urn}}")
def show(session: SessionDep, user: CurrentUser, urn: str):
    project = session.query(Project).filter(Project.urn == urn).first()
    if {guard}:
        raise HTTPException(403)
    return session.query(Task).join(Task.project).filter({term}).all()
"""


@pytest.mark.parametrize(
    ("guard", "term", "said"),
    [
        ("project.owner_id != user.id", "Project.urn == urn", "unknown"),
        ("project is None", "Project.urn == urn", "missing"),
        ("project.owner_id != user.id", "Task.urn == urn", "missing"),
    ],
)
def test_rows_of_what_was_held_by_the_same_words(guard: str, term: str, said: str) -> None:
    assert ids(fastapi(JOINED.format(guard=guard, term=term))["show"]) == {"urn": said}


BOTH = """
class Reads(permissions.BasePermission):
    def has_permission(self, request, view):
        return request.method in permissions.SAFE_METHODS

    def has_object_permission(self, request, view, obj):
        return self.has_permission(request, view)


class Boss(permissions.IsAuthenticated):
    def has_permission(self, request, view):
        return super().has_permission(request, view) and request.user.is_superuser


class CreditSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = ["id", "project", "text"]


class Notes(viewsets.ModelViewSet):
    queryset = Note.objects.all()
    serializer_class = CreditSerializer
    permission_classes = [{asked}]

    def get_queryset(self):
        return Note.objects.filter(project__owner=self.request.user)
"""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Boss | permissions.IsAuthenticated & Reads", False),
        ("Boss | (Reads & permissions.IsAuthenticated)", False),
        ("Boss | permissions.IsAuthenticated", True),
        ("permissions.IsAuthenticated & ~Reads", True),
    ],
)
def test_both_have_to_say_yes(asked: str, told: bool) -> None:
    """Where one of two permissions lets nobody write, it is the other side of the "or" that may."""
    found = django(BOTH.format(asked=asked), "register('notes', Notes)")["create"]
    assert any(link.ownership == "missing" for link in found.links) is told


HANDED = """
import functools


class Project(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))


class Membership(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    project_id = db.Column(db.Integer, db.ForeignKey("project.id"))


def user_context(function):
    @functools.wraps(function)
    def wrapper(*func_args, **func_kwargs):
        context = {who}
        func_kwargs["user_context"] = context
        return function(*func_args, **func_kwargs)

    return wrapper


@user_context
def check_auth(**kwargs):
    user = kwargs["user_context"]
    if not Membership.query.filter_by(user_id=user.id, project_id=kwargs.get("project_id")).first():
        abort(403)


@app.route("/projects/<int:project_id>")
@login_required
def show(project_id):
    check_auth(project_id={asked})
    return jsonify(Project.query.get(project_id))
"""


@pytest.mark.parametrize(
    ("who", "asked", "said"),
    [
        ("current_user", "project_id", "owned"),
        ("object()", "project_id", "missing"),
        ("current_user", "1", "missing"),
        ("User.query.first()", "project_id", "missing"),
    ],
)
def test_a_decorator_hands_the_caller_to_a_guard_that_takes_anything(who: str, asked: str, said: str) -> None:
    assert ids(flask(HANDED.format(who=who, asked=asked))["show"]) == {"project_id": said}


BY_ROLE = """
import enum
from functools import wraps


class Role(enum.Enum):
    GOVERNMENT = "Government"
    SUPPLIER = "Supplier"


def view_handler(required_roles):
    if not required_roles or not isinstance(required_roles, list):
        raise ValueError("required_roles must be a non-empty list")

    def decorator(func):
        @wraps(func)
        async def wrapper(request: Request, *args, **kwargs):
            user = getattr(request, "user", None)
            if not user:
                raise HTTPException(status_code=401)
            if "*" in required_roles:
                print("all")
            else:
                if not any(role in user.role_names for role in required_roles):
                    raise HTTPException(status_code=403)
            return await func(request, *args, **kwargs)

        return wrapper

    return decorator


@router.delete("/projects/{{project_id}}")
@view_handler({roles})
async def remove(request: Request, project_id: int, session: SessionDep):
    session.delete(session.get(Project, project_id))
"""


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ("[Role.GOVERNMENT]", "unknown"),
        ("[Role.GOVERNMENT, Role.SUPPLIER]", "unknown"),
        ('["*"]', "missing"),
        ('["*", Role.GOVERNMENT]', "missing"),
        ("ROLES", "missing"),  # which nobody can read
    ],
)
def test_a_decorator_is_told_roles_or_that_all_may_come(roles: str, said: str) -> None:
    assert ids(fastapi(BY_ROLE.format(roles=roles))["remove"]) == {"project_id": said}
