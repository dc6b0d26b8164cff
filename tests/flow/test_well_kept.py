"""Guards as they stand in applications that are kept well, and what only looks like them."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask, ids

OWNER_CLASS = """
    from rest_framework import permissions

    class OfMine(permissions.BasePermission):
        def has_object_permission(self, request, view, obj):
            return obj.owner == request.user
"""


def settings(classes: str) -> dict[str, str]:
    return {"shop/conf/settings.py": f"REST_FRAMEWORK = {{'DEFAULT_PERMISSION_CLASSES': {classes}}}\n", "shop/access.py": OWNER_CLASS}


STANDARD = "['rest_framework.permissions.IsAuthenticated', 'shop.access.OfMine']"
OBJECTS = {
    "the settings' own class is asked about the object": ("", STANDARD, "owned"),
    "the view names its own instead": ("permission_classes = [permissions.IsAuthenticated]", STANDARD, "missing"),
    "a property gives what the settings say": (
        "@property\n        def permission_classes(self):\n            return api_settings.DEFAULT_PERMISSION_CLASSES",
        STANDARD,
        "owned",
    ),
    "a property gives a class that asks for a login only": (
        "@property\n        def permission_classes(self):\n            return [permissions.IsAuthenticated]",
        STANDARD,
        "missing",
    ),
    "the settings ask for a login only": ("", "['rest_framework.permissions.IsAuthenticated']", "missing"),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_object_permissions_of_the_settings(name: str) -> None:
    line, classes, expected = OBJECTS[name]
    code = f"""
    from rest_framework.settings import api_settings

    class Projects(viewsets.ReadOnlyModelViewSet):
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
        {line}
    """
    found = django(code, "register('projects', Projects, basename='projects')", settings(classes))
    assert ids(found["retrieve"]) == {"pk": expected}


def test_settings_name_modules_as_imports_do() -> None:
    """A program that starts in a folder of the repository names its modules from there."""
    code = """
    class Projects(viewsets.ReadOnlyModelViewSet):
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
    """
    more = {
        "manage.py": "",
        "shop/manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n",
        "shop/conf/__init__.py": "",
        "shop/conf/settings.py": "REST_FRAMEWORK = {'DEFAULT_PERMISSION_CLASSES': ['access.mine.OfMine']}\n",
        "shop/access/__init__.py": "",
        "shop/access/mine.py": OWNER_CLASS,
    }
    found = django(code, "register('projects', Projects, basename='projects')", more)
    assert ids(found["retrieve"]) == {"pk": "owned"}


HELPED = """
class Shows:
    def answer(self, request, project):
        if {test}:
            return Response({no})
        return Response(ProjectSerializer(project).data)

class Show(Shows, APIView):
    permission_classes = [permissions.IsAuthenticated]

    def get(self, request, pk):
        project = Project.objects.get(pk=pk)
        {tail}
"""


@pytest.mark.parametrize(
    ("test", "no", "tail", "expected"),
    [
        ("project.owner != request.user", "status=403", "return self.answer(request, project)", "owned"),
        ("project.owner == request.user", "status=403", "return self.answer(request, project)", "missing"),
        ("project.owner != request.user", "ProjectSerializer(project).data", "return self.answer(request, project)", "missing"),
        (
            "project.owner != request.user",
            "status=403",
            "self.answer(request, project)\n        return Response(ProjectSerializer(project).data)",
            "missing",
        ),
    ],
)
def test_a_helper_answers_for_the_handler(test: str, no: str, tail: str, expected: str) -> None:
    """What a handler returns as it is, is the response: a return of the helper refuses."""
    found = django(HELPED.format(test=test, no=no, tail=tail), "path('projects/<int:pk>/', Show.as_view())")
    assert ids(found["get"]) == {"pk": expected}


@pytest.mark.parametrize(
    ("given", "expected"), [("request.data", {"project": "missing"}), ("[{'text': note.text} for note in Note.objects.filter(pk=pk)]", {})]
)
def test_what_a_serializer_is_given_comes_from_the_client_or_not(given: str, expected: dict[str, str]) -> None:
    code = f"""
    @api_view(["POST"])
    @permission_classes([permissions.IsAuthenticated])
    def copy(request, pk):
        serializer = NoteSerializer(data={given}, many=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(status=204)
    """
    found = django(code, "path('projects/<int:pk>/', copy)")
    assert {link.id: link.ownership for link in found["copy"].links} == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("filter(privacy_level='public')", "unknown"),
        ("filter(privacy_level=PUBLIC)", "unknown"),
        ("filter(privacy_level='private')", "missing"),
        ("filter(colour='public')", "missing"),
    ],
)
def test_rows_that_say_that_everybody_may_see_them(shown: str, expected: str) -> None:
    """Beside the caller's own rows, what is public is no way around the guard."""
    code = f"""
    PUBLIC = "public"

    @login_required
    def show(request, pk):
        rows = Project.objects.{shown}
        if request.GET.get("mine"):
            rows = Project.objects.filter(owner=request.user)
        return JsonResponse({{"id": get_object_or_404(rows, pk=pk).pk}})
    """
    assert ids(django(code, "path('projects/<int:pk>/', show)")["show"])["pk"] == expected


ENTRIES = """
from sqlalchemy.orm import declared_attr

class Entry(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    order_id = db.Column(db.Integer, db.ForeignKey("order.id"))
    group_id = db.Column(db.Integer)
    item = db.Column(db.Integer)

class Line(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    order_id = db.Column(db.Integer, db.ForeignKey("order.id"))

def entry_of(order, user):
    entry = Entry.query.filter_by(user=user, order=order).first()
    if not entry:
        entry = Entry.query.filter_by({term}, order=order).first()
    return entry

@app.get("/orders/<int:order_id>/lines/<int:line_id>")
@login_required
def show(order_id, line_id):
    order = Order.query.get(order_id)
    if not entry_of(order, current_user):
        abort(403)
    line = Line.query.get(line_id)
    if line.order_id != order.id:
        abort(404)
    return jsonify(line.id)
"""


@pytest.mark.parametrize(("term", "expected"), [("group=user.group", "unknown"), ("item=3", "missing")])
def test_an_entry_for_one_of_the_callers_groups(term: str, expected: str) -> None:
    """What is there for the caller or for a group of theirs says something; what is there for anybody does not."""
    assert ids(flask(ENTRIES.format(term=term))["show"])["line_id"] == expected


@pytest.mark.parametrize(
    ("terms", "does", "expected"),
    [
        ("status='published'", "return jsonify(order.id)", "unknown"),
        ("is_public=True", "return jsonify(order.id)", "unknown"),
        ("is_public=False", "return jsonify(order.id)", "missing"),
        ("status='published'", "db.session.delete(order)\n        db.session.commit()\n        return ''", "missing"),
        ("is_public=True", "order.status = request.json['to']\n        db.session.commit()\n        return ''", "missing"),
        ("is_booked=False", "order.status = 'booked'\n        db.session.commit()\n        return ''", "unknown"),
    ],
)
def test_what_everybody_may_see_nobody_may_change(terms: str, does: str, expected: str) -> None:
    code = f"""
    @app.post("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        order = Order.query.filter_by(id=order_id, {terms}).first_or_404()
        {does}
    """
    assert ids(flask(code)["show"]) == {"order_id": expected}


SETS = """
@router.post("/orders")
def order(body: list[int], user: CurrentUser, session: SessionDep):
    mine = {{p.id for p in session.scalars(select(Project).where(Project.owner_id == user.id))}}
    if {test}:
        raise HTTPException(403)
    return session.scalars(select(Task).where(Task.project_id.in_(body))).all()
"""


@pytest.mark.parametrize(
    ("test", "owned"),
    [
        ("not set(body).issubset(mine)", True),
        ("not set(body) <= mine", True),
        ("set(body) - mine", True),
        ("not mine.issuperset(body)", True),
        ("set(body).issubset(mine)", False),
        # whoever says what the big set holds may say anything beside
        ("not mine <= set(body)", False),
        ("not mine.issubset(body)", False),
        ("not set(body).issuperset(mine)", False),
        ("mine - set(body)", False),
        ("len(mine) < len(body)", False),
        ("set(body).isdisjoint({1, 2})", False),
        ("not set(body) - mine", False),
    ],
)
def test_ids_that_are_all_among_the_callers(test: str, owned: bool) -> None:
    handler = fastapi(SETS.format(test=test))["order"]
    assert (handler.route.ownership == "owned") is owned


SCOPES = """
from starlette.authentication import has_required_scope, requires

def guarded(scopes=None):
    def decorator(func):
        def wrapper(request, *args, **kwargs):
            if not has_required_scope(request, scopes or []):
                raise HTTPException(403)
            return func(request, *args, **kwargs)
        return wrapper
    return decorator

@router.get("/users/{{user_id}}")
{decorator}
def show(request: Request, user_id: int, session: SessionDep):
    return session.get(User, user_id)
"""


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ('@requires(["authenticated", "users:write"])', "unknown"),
        ('@requires("authenticated")', "missing"),
        ('@requires(["authenticated", "orders:read"])', "missing"),
        ('@guarded(["users.read"])', "unknown"),
        ('@guarded(["orders.read"])', "missing"),
    ],
)
def test_scopes_of_those_who_manage_people(decorator: str, expected: str) -> None:
    assert ids(fastapi(SCOPES.format(decorator=decorator))["show"])["user_id"] == expected


SIDES = """
@router.get("/projects/{{project_id}}/tasks/{{task_id}}")
def show(project_id: int, task_id: int, user: CurrentUser, session: SessionDep):
    project = session.get(Project, project_id)
    if project.kind in ("team", "group"):
        if {one}:
            raise HTTPException(403)
    else:
        if {other}:
            raise HTTPException(403)
    task = session.get(Task, task_id)
    if task.project_id != project.id:
        raise HTTPException(404)
    return task
"""
MEMBER = "not session.scalar(select(ProjectMember).where(ProjectMember.project_id == project.id, ProjectMember.user_id == user.id))"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (MEMBER, "project.owner_id != user.id", "owned"),
        ("project.owner_id != user.id", MEMBER, "owned"),
        (MEMBER, "project.closed", "unknown"),
        (MEMBER, "project.owner_id == user.id", "unknown"),
    ],
)
def test_a_guard_on_either_side(one: str, other: str, expected: str) -> None:
    """Whichever way a handler takes, it has asked; where only one of them asks, it has not."""
    assert ids(fastapi(SIDES.format(one=one, other=other))["show"])["task_id"] == expected


REQUESTED = """
def accessible(ids, user, session):
    kept = set()
    for each in ids:
        if each.startswith("p-") and str(user.id) in each:
            kept.add(each)
    return kept

@router.post("/projects")
def show(body: list[str], user: CurrentUser, session: SessionDep):
    asked = set(body)
    left = {left}
    if left:
        raise HTTPException(403)
    return session.scalars(select(Project).where(Project.id.in_(body))).all()
"""


@pytest.mark.parametrize(("left", "flagged"), [("asked - accessible(asked, user, session)", False), ("asked - {1}", True)])
def test_what_is_left_of_what_was_asked_for(left: str, flagged: bool) -> None:
    handler = fastapi(REQUESTED.format(left=left))["show"]
    assert (handler.route.ownership == "missing") is flagged


def test_what_stands_in_a_token_is_not_chosen() -> None:
    found = fastapi(
        """
        class Step(BaseModel):
            challenge_token: dict
            project: dict

        @router.post("/steps")
        def step(body: Step, user: CurrentUser, session: SessionDep):
            return session.get(Project, body.challenge_token["project_id"])

        @router.post("/others")
        def other(body: Step, user: CurrentUser, session: SessionDep):
            return session.get(Project, body.project["project_id"])
        """
    )
    assert (ids(found["step"]), ids(found["other"])) == ({}, {"project": "missing"})


@pytest.mark.parametrize(("end", "listed"), [("return rows", True), ("return {'n': 3}", False)])
def test_a_list_that_nobody_sees(end: str, listed: bool) -> None:
    """Rows that a handler goes through to bring them up to date leave it for nobody."""
    code = f"""
    @router.post("/projects")
    def refresh(user: CurrentUser, session: SessionDep):
        rows = session.scalars(select(Project)).all()
        for row in rows:
            row.fresh = True
        {end}
    """
    assert bool(fastapi(code)["refresh"].lists) is listed
