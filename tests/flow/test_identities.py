"""An id that is proven for one model is the number of somebody else's row in another; what refers to the proven row stays proven."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, ids

PROVEN = {
    "by a query": "if session.query(Project).filter(Project.id == project_id, Project.owner_id == user.id).first() is None:\n            raise gone",
    "by its owner": "if session.get(Project, project_id).owner_id != user.id:\n            raise gone",
    "by a membership": "if not session.query(ProjectMember).filter_by(project_id=project_id, user_id=user.id).first():\n            raise gone",
}
READ = {
    "session.get(Project, project_id)": "owned",
    "session.query(Task).filter(Task.project_id == project_id).all()": "owned",
    "session.query(ProjectMember).filter_by(project_id=project_id).all()": "owned",
    "session.query(Task).join(Project).filter(Project.id == project_id).all()": "owned",
    "session.get(Task, project_id)": "unknown",
    "session.query(Task).filter(Task.id == project_id).first()": "unknown",
}


@pytest.mark.parametrize("proof", PROVEN)
@pytest.mark.parametrize("read", READ)
def test_an_id_of_a_project(proof: str, read: str) -> None:
    code = f"""
    @router.get("/projects/{{project_id}}")
    def show(project_id: int, user: CurrentUser, session: SessionDep):
        gone = HTTPException(404)
        {PROVEN[proof]}
        return {read}
    """
    assert ids(fastapi(code)["show"]) == {"project_id": READ[read]}


def test_the_parts_of_a_composite_key() -> None:
    code = """
    @router.get("/projects/{project_id}")
    def show(project_id: int, user: CurrentUser, session: SessionDep):
        if session.get(ProjectMember, (project_id, user.id)) is None:
            raise HTTPException(404)
        return session.get(Project, project_id)
    """
    assert ids(fastapi(code)["show"]) == {"project_id": "owned"}


RELATED = {
    "Project.objects.get(pk=pk)": "owned",
    "Note.objects.filter(project_id=pk).first()": "owned",
    "Note.objects.filter(project__pk=pk).first()": "owned",
    "Note.objects.get(pk=pk)": "unknown",
    "get_object_or_404(Note, pk=pk)": "unknown",
}


@pytest.mark.parametrize("read", RELATED)
def test_rows_of_the_callers_by_their_relation(read: str) -> None:
    code = f"""
    @login_required
    def show(request, pk):
        get_object_or_404(request.user.projects, pk=pk)
        found = {read}
        return JsonResponse({{"text": found.text}})

    @login_required
    def by_get(request, pk):
        request.user.projects.get(pk=pk)
        found = {read}
        return JsonResponse({{"text": found.text}})
    """
    found = django(code, "path('show/<int:pk>/', show)\npath('get/<int:pk>/', by_get)")
    assert [ids(found[name])["pk"] for name in ("show", "by_get")] == [RELATED[read]] * 2


def test_models_that_share_their_keys() -> None:
    models = """
    from django.conf import settings
    from django.db import models


    class Project(models.Model):
        owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


    class Shop(Project):
        name = models.TextField()


    class Budget(models.Model):
        project = models.OneToOneField(Project, primary_key=True, on_delete=models.CASCADE)


    class Country(models.Model):
        name = models.TextField()


    class Note(models.Model):
        project = models.ForeignKey(Project, on_delete=models.CASCADE)
    """
    code = """
    @login_required
    def shop(request, pk):
        get_object_or_404(Project, pk=pk, owner=request.user)
        return JsonResponse({"name": get_object_or_404(models.Shop, pk=pk).name})

    @login_required
    def budget(request, pk):
        get_object_or_404(Project, pk=pk, owner=request.user)
        return JsonResponse({"of": get_object_or_404(models.Budget, pk=pk).amount})

    @login_required
    def note(request, pk):
        get_object_or_404(models.Budget, pk=pk, project__owner=request.user)
        return JsonResponse({"of": get_object_or_404(Note, pk=pk).text})
    """
    urls = "path('shop/<int:pk>/', shop)\npath('budget/<int:pk>/', budget)\npath('note/<int:pk>/', note)"
    found = django("from shop import models\n" + code.replace("\n    ", "\n"), urls, {"shop/models.py": models})
    assert [ids(found[name])["pk"] for name in ("shop", "budget", "note")] == ["owned", "owned", "unknown"]


def test_a_permission_that_looks_up_something_else() -> None:
    code = """
    class MayProject(permissions.BasePermission):
        def has_permission(self, request, view):
            return Project.objects.filter(pk=view.kwargs["pk"], owner=request.user).exists()

    class InProject(permissions.BasePermission):
        def has_permission(self, request, view):
            return Project.objects.filter(pk=view.kwargs["project_pk"], owner=request.user).exists()

    class NoteView(generics.RetrieveUpdateAPIView):
        queryset = Note.objects.all()
        serializer_class = NoteSerializer
        permission_classes = [MayProject]

    class InProjectView(generics.ListAPIView):
        serializer_class = NoteSerializer
        permission_classes = [InProject]

        def get_queryset(self):
            return Note.objects.filter(project_id=self.kwargs["project_pk"])
    """
    urls = "path('notes/<int:pk>/', NoteView.as_view())\npath('projects/<int:project_pk>/notes/', InProjectView.as_view())"
    found = django(code, urls)
    assert ids(found["put"])["pk"] == "unknown"
    assert ids(found["get"]) == {"project_pk": "owned"}
