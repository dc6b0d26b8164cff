"""A look-up that holds an id against the caller says nothing of a look-up by the same id that ran, or would have run, without it."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, ids

TAIL = 'return JsonResponse({"text": note.text})'
WAYS = {
    "the scoped one where the other finds nothing": (
        f"""
        try:
            note = Note.objects.get(pk=pk)
        except Note.DoesNotExist:
            note = Note.objects.get(project__owner=request.user, pk=pk)
        {TAIL}
        """,
        "missing",
    ),
    "the other one where the scoped one finds nothing": (
        f"""
        try:
            note = Note.objects.get(project__owner=request.user, pk=pk)
        except Note.DoesNotExist:
            note = Note.objects.get(pk=pk)
        {TAIL}
        """,
        "missing",
    ),
    "the scoped one after the other has answered": (
        f"""
        note = Note.objects.filter(pk=pk).first()
        if note:
            return JsonResponse({{"text": note.text}})
        note = Note.objects.get(project__owner=request.user, pk=pk)
        {TAIL}
        """,
        "missing",
    ),
    "the scoped one first, on every way": (
        f"""
        Note.objects.get(project__owner=request.user, pk=pk)
        note = Note.objects.filter(pk=pk).first()
        {TAIL}
        """,
        "owned",
    ),
    "both scoped": (
        f"""
        try:
            note = Note.objects.get(project__owner=request.user, pk=pk)
        except Note.DoesNotExist:
            note = Note.objects.get(project__members=request.user, pk=pk)
        {TAIL}
        """,
        "owned",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_two_look_ups_by_one_id(way: str) -> None:
    body, expected = WAYS[way]
    found = django(f"@login_required\ndef show(request, pk):{body.replace(chr(10) + '    ', chr(10))}", "path('notes/<int:pk>/', show)")
    assert ids(found["show"])["pk"] == expected


def test_a_helper_with_a_second_try() -> None:
    code = """
    def found(project, pk):
        try:
            return Note.objects.get(pk=pk)
        except Note.DoesNotExist:
            return Note.objects.get(project=project, pk=pk)

    @login_required
    def show(request, project_pk, pk):
        project = get_object_or_404(Project, pk=project_pk, owner=request.user)
        return JsonResponse({"text": found(project, pk).text})
    """
    assert ids(django(code, "path('projects/<int:project_pk>/notes/<int:pk>/', show)")["show"])["pk"] == "missing"


def test_one_of_two_checks_that_does_not_ask_about_the_object() -> None:
    code = """
    @login_required
    def show(request, project_pk, pk):
        in_project = Project.objects.filter(members=request.user, pk=project_pk).exists()
        wrote_it = Note.objects.filter(project__owner=request.user, project_id=project_pk, pk=pk).exists()
        if not (in_project or wrote_it):
            raise Http404
        return JsonResponse({"text": Note.objects.get(pk=pk).text})

    @login_required
    def both(request, project_pk, pk):
        member = Project.objects.filter(members=request.user, notes__pk=pk).exists()
        wrote_it = Note.objects.filter(project__owner=request.user, pk=pk).exists()
        if not member and not wrote_it:
            raise Http404
        return JsonResponse({"text": Note.objects.get(pk=pk).text})
    """
    urls = "path('projects/<int:project_pk>/notes/<int:pk>/', show)\npath('projects/<int:project_pk>/both/<int:pk>/', both)"
    found = django(code, urls)
    assert ids(found["show"])["pk"] == "unknown"
    assert ids(found["both"])["pk"] == "owned"


def test_a_column_called_after_a_model_refers_to_it_without_a_foreign_key() -> None:
    models = """
    from sqlalchemy import Column, Integer, String

    class Board(Base):
        __tablename__ = "boards"
        id = Column(Integer, primary_key=True)
        owner_id = Column(Integer)

    class Card(Base):
        __tablename__ = "cards"
        id = Column(Integer, primary_key=True)
        board_id = Column(Integer)
        text = Column(String)
    """
    code = """
    from shop.boards import Card

    @router.get("/cards/{card_id}")
    def card(card_id: int, user: CurrentUser, db: SessionDep):
        return db.query(Card).filter(Card.id == card_id).first()
    """
    found = fastapi(code, {"shop/boards.py": "from shop.models import Base\n" + models.replace("\n    ", "\n")})
    assert ids(found["card"]) == {"card_id": "missing"}


def test_a_caller_whom_the_client_may_replace() -> None:
    code = """
    @login_required
    def show(request, pk):
        note = get_object_or_404(Project, pk=pk, owner=request.GET.get("owner", request.user.pk))
        return JsonResponse({"text": note.owner.email})
    """
    assert ids(django(code, "path('projects/<int:pk>/', show)")["show"])["pk"] != "owned"


def test_a_handler_that_goes_on_after_the_scoped_look_up_failed() -> None:
    code = """
    @login_required
    def show(request, pk):
        try:
            Note.objects.get(project__owner=request.user, pk=pk)
        except Exception:
            pass
        return JsonResponse({"text": Note.objects.get(pk=pk).text})
    """
    assert ids(django(code, "path('notes/<int:pk>/', show)")["show"])["pk"] == "unknown"


def test_a_view_that_filters_nothing_itself_has_no_filter_backends() -> None:
    code = """
    from rest_framework_guardian.filters import ObjectPermissionsFilter

    class Projects(viewsets.ModelViewSet):
        queryset = Project.objects.all()
        permission_classes = [permissions.IsAuthenticated]
        filter_backends = [ObjectPermissionsFilter]

        def filter_queryset(self, queryset):
            return queryset
    """
    found = django(code, "register('projects', Projects, basename='projects')")
    assert ids(found["retrieve"])["pk"] == "missing"


SWALLOWED = {
    "a refusal that a handler drops": ("if project.owner != request.user:\n                raise PermissionError()", "pass", "unknown"),
    "a refusal that a handler hands on": ("if project.owner != request.user:\n                raise PermissionError()", "raise Http404", "owned"),
}


@pytest.mark.parametrize("name", SWALLOWED)
def test_a_refusal_within_a_block_that_tries(name: str) -> None:
    guard, handler, expected = SWALLOWED[name]
    code = f"""
    @login_required
    def show(request, pk):
        project = get_object_or_404(Project, pk=pk)
        try:
            {guard}
        except Exception:
            {handler}
        return JsonResponse({{"owner": project.owner.email}})
    """
    assert ids(django(code, "path('projects/<int:pk>/', show)")["show"])["pk"] == expected


@pytest.mark.parametrize(("beside", "expected"), [("request.user.is_authenticated", "unknown"), ("request.user.is_superuser", "owned")])
def test_what_lets_every_caller_around_the_owner(beside: str, expected: str) -> None:
    code = f"""
    @login_required
    def show(request, pk):
        project = get_object_or_404(Project, pk=pk)
        if not (project.owner == request.user or {beside}):
            raise Http404
        return JsonResponse({{"owner": project.owner.email}})
    """
    assert ids(django(code, "path('projects/<int:pk>/', show)")["show"])["pk"] == expected


def test_an_id_that_is_the_parents_or_whatever_the_client_says() -> None:
    code = """
    from shop.finding import numbers_of

    @router.delete("/projects/{project_id}/tasks")
    def delete_tasks(project_id: int, user: CurrentUser, db: SessionDep, ids: list[int] = Body(), everything: bool = Body()):
        project = db.scalars(select(Project).where(Project.id == project_id, Project.owner_id == user.id)).first()
        if project is None:
            raise HTTPException(404)
        chosen = ids
        if everything:
            chosen = numbers_of(project_id)
        db.execute(remove(Task).where(Task.id.in_(chosen)))

    @router.delete("/projects/{project_id}/all-tasks")
    def delete_all(project_id: int, user: CurrentUser, db: SessionDep):
        project = db.scalars(select(Project).where(Project.id == project_id, Project.owner_id == user.id)).first()
        if project is None:
            raise HTTPException(404)
        chosen = db.scalars(select(Task.id).where(Task.project_id == project_id))
        db.execute(remove(Task).where(Task.id.in_(chosen)))
    """
    found = fastapi(code)
    assert ids(found["delete_tasks"])["ids"] == "unknown"
    assert found["delete_all"].route.ownership == "owned"


DOCUMENTS = {
    "out = csv.writer(response)\n        out.writerow([task.id, task.status])": "missing",
    "with zipfile.ZipFile(response, 'w') as out:\n            out.writestr('task.txt', task.status)": "missing",
    "log.debug(task.status)": "unknown",
}


@pytest.mark.parametrize("body", DOCUMENTS)
def test_rows_that_are_written_into_a_document(body: str) -> None:
    code = f"""
    import csv, io, logging, zipfile
    log = logging.getLogger(__name__)

    @router.get("/tasks/export")
    def export(task_id: int, user: CurrentUser, session: SessionDep):
        response = io.StringIO()
        task = session.get(Task, task_id)
        {body}
        return StreamingResponse(response)
    """
    found = fastapi(code)["export"]
    assert ids(found).get("task_id", "unknown") == DOCUMENTS[body]
