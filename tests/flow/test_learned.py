"""Shapes of code in which checks were forgotten, and added later, in the histories of real apps: found before, quiet after."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import django, fastapi, ids

PROFILES = """
class Profiles:
    def dispatch(self, request, *args, **kwargs):
        request.profile_user = person(request.user, kwargs["username"])
        return super().dispatch(request, *args, **kwargs)


def person(viewer, username):
    if viewer.username == username:
        return viewer
    return get_object_or_404(User, username=username)


class ProjectOf(Profiles, View):
    @method_decorator(login_required)
    def post(self, request, username, pk):
        project = get_object_or_404({of}.project_set, pk=pk)
        project.delete()
        return redirect("/")
"""


@pytest.mark.parametrize(("of", "said"), [("request.profile_user", "unknown"), ("request.user", "owned")])
def test_who_may_be_the_caller_or_anybody_is_not_the_caller(of: str, said: str) -> None:
    more = "from django.contrib.auth.models import User\nfrom django.utils.decorators import method_decorator\nfrom django.views import View\n"
    more += "from django.shortcuts import redirect\n"
    assert ids(django(more + PROFILES.replace("{of}", of), "path('<str:username>/<int:pk>/', ProjectOf.as_view())")["post"])["pk"] == said


def test_what_a_base_class_asks_of_those_that_have_it() -> None:
    models = """
    from django.conf import settings
    from django.core.exceptions import PermissionDenied
    from django.db import models


    class Kept(models.Model):
        def refuse(self, viewer):
            if not hasattr(self, "owner"):
                return
            if self.owner == viewer:
                return
            raise PermissionDenied()


    class Project(Kept):
        owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


    class Note(Kept):
        project = models.ForeignKey(Project, on_delete=models.CASCADE)


    class Country(models.Model):
        name = models.TextField()
    """
    code = """
    @login_required
    def project(request, pk):
        found = get_object_or_404(Project, pk=pk)
        found.refuse(request.user)
        found.delete()
        return JsonResponse({})

    @login_required
    def note(request, pk):
        found = get_object_or_404(Note, pk=pk)
        found.refuse(request.user)
        found.delete()
        return JsonResponse({})
    """
    found = django(code.replace("\n    ", "\n"), "path('p/<int:pk>/', project)\npath('n/<int:pk>/', note)", {"shop/models.py": models})
    assert ids(found["project"]) == {"pk": "owned"}
    assert ids(found["note"])["pk"] != "owned"


FOUND_BY = """
def finder(model):
    def find(pk):
        try:
            return model.objects.get(pk=pk)
        except model.DoesNotExist:
            raise exceptions.NotFound(f"{model.__name__} {pk}")

    find.__name__ = f"get_{model.__name__}"
    return find


find_project = finder(Project)


@api_view(["POST"])
@permission_classes([permissions.IsAuthenticated])
def publish(request, pk):
    project = find_project(pk)
    {guard}
    serializer = ProjectSerializer(data=request.data, context={"request": request, "project": project})
    if serializer.is_valid():
        project.notes.all().delete()
        project.save()
        return Response(serializer.data)
    return Response(serializer.errors, status=400)
"""


@pytest.mark.parametrize(("guard", "said"), [("", "missing"), ("if project.owner != request.user:\n        raise exceptions.NotFound()", "owned")])
def test_finders_that_a_function_makes_and_data_that_is_valid(guard: str, said: str) -> None:
    """What is valid is nobody's, whoever a serializer is told of."""
    assert ids(django(FOUND_BY.replace("{guard}", guard), "path('p/<int:pk>/', publish)")["publish"]) == {"pk": said}


OWN_ID = {
    "session.get(User, user_id)": "owned",
    "session.query(Project).filter(Project.owner_id == user_id).all()": "owned",
    "session.get(Task, user_id)": "unknown",
}


@pytest.mark.parametrize("read", OWN_ID)
def test_an_id_that_is_the_callers_own_names_a_user(read: str) -> None:
    code = f"""
    @router.get("/people/{{user_id}}")
    def show(user_id: int, user: CurrentUser, session: SessionDep):
        if user_id != user.id:
            raise HTTPException(403)
        return {read}
    """
    assert ids(fastapi(code)["show"]) == {"user_id": OWN_ID[read]}


def test_actions_by_the_names_of_methods() -> None:
    code = """
    class Notes(viewsets.ModelViewSet):
        queryset = Note.objects.all()
        serializer_class = NoteSerializer

    note = Notes.as_view({"get": Notes.retrieve.__name__, "delete": Notes.destroy.__name__})
    """
    assert {"retrieve", "destroy"} <= set(django(code.replace("\n    ", "\n"), "path('n/<int:pk>/', note)"))


@pytest.mark.parametrize(("test", "links"), [("True", ["project_id"]), ("Project.objects.filter(pk=pk, owner=request.user).exists()", [])])
def test_what_a_new_row_goes_with_where_a_test_holds(test: str, links: list[str]) -> None:
    code = f"""
    @login_required
    def add(request, pk):
        if {test}:
            Note.objects.create(project_id=pk, text=request.POST["text"])
        return JsonResponse({{}})
    """
    assert [link.field for link in django(code, "path('p/<int:pk>/', add)")["add"].links] == links


MEMBERS = "session.query(ProjectMember).filter(ProjectMember.project_id == project_id).all()"
REMEMBERED = {
    "left when found": (
        "for member in MEMBERS:\n            if member.user_id == user.id:\n                break\n        else:\n            raise no",
        "owned",
    ),
    "left for something else": (
        "for member in MEMBERS:\n            if member.role:\n                break\n        else:\n            raise no",
        "missing",
    ),
    "a flag in a loop": (
        "ok = False\n        for member in MEMBERS:\n            if member.user_id == user.id:\n                ok = True\n                break\n"
        "        if not ok:\n            raise no",
        "owned",
    ),
    "a flag for something else": (
        "ok = False\n        for member in MEMBERS:\n            if member.role:\n                ok = True\n                break\n"
        "        if not ok:\n            raise no",
        "missing",
    ),
    "a flag that is taken away": (
        "ok = True\n        if project.owner_id != user.id:\n            ok = False\n        if not ok:\n            raise no",
        "owned",
    ),
    "a flag that is given back": (
        "ok = True\n        if project.owner_id != user.id:\n            ok = False\n        if project.name:\n            ok = True\n"
        "        if not ok:\n            raise no",
        "unknown",
    ),
}


@pytest.mark.parametrize("way", REMEMBERED)
def test_what_a_loop_or_a_flag_remembers(way: str) -> None:
    """Code behind a loop that is left runs, and knows what held where it was left."""
    guard, said = REMEMBERED[way]
    code = f"""
    @router.delete("/projects/{{project_id}}")
    def drop(project_id: int, user: CurrentUser, session: SessionDep):
        project, no = session.get(Project, project_id), HTTPException(403)
        {guard.replace("MEMBERS", MEMBERS)}
        session.delete(project)
    """
    assert ids(fastapi(code)["drop"]) == {"project_id": said}


EACH = {
    "raise no": "owned",
    "break": "unknown",
    "continue": "unknown",
}


@pytest.mark.parametrize("end", EACH)
def test_what_a_loop_passes_over_is_still_there(end: str) -> None:
    code = f"""
    @router.post("/projects/drop")
    def drop(user: CurrentUser, session: SessionDep, ids: list[int] = Body(...)):
        no = HTTPException(403)
        for pid in ids:
            if session.get(Project, pid).owner_id != user.id:
                {end}
            print(pid)
        session.query(Project).filter(Project.id.in_(ids)).delete()
    """
    assert ids(fastapi(code)["drop"]) == {"ids": EACH[end]}


@pytest.mark.parametrize("way", ["break\n        else:\n            raise no", "ok = True\n        if not ok:\n            raise no"])
def test_one_that_is_mine_says_nothing_of_the_others(way: str) -> None:
    code = f"""
    @router.post("/projects/drop")
    def drop(user: CurrentUser, session: SessionDep, ids: list[int] = Body(...)):
        no, ok = HTTPException(403), False
        for pid in ids:
            if session.get(Project, pid).owner_id == user.id:
                {way}
        session.query(Project).filter(Project.id.in_(ids)).delete()
    """
    assert ids(fastapi(code)["drop"]) == {"ids": "unknown"}


REGISTRY = """
from django.apps import apps
from django.views.generic import UpdateView

Notes = apps.get_model("shop", "note")


class NoteView(UpdateView):
    model = Notes
    fields = ["text"]
    {scope}


@login_required
def drop(request, pk):
    apps.get_model("shop.Project").objects.get(pk=pk{owner}).delete()
    return JsonResponse({})
"""


@pytest.mark.parametrize("scoped", [False, True])
def test_models_that_the_registry_of_apps_gives(scoped: bool) -> None:
    scope = "def get_queryset(self):\n        return Notes.objects.filter(project__owner=self.request.user)" if scoped else ""
    code = REGISTRY.replace("{scope}", scope).replace("{owner}", ", owner=request.user" if scoped else "")
    found = django(code, "path('n/<int:pk>/', login_required(NoteView.as_view()))\npath('p/<int:pk>/', drop)")
    assert [(choice.model, choice.ownership) for name in ("post", "drop") for choice in found[name].ids] == [
        ("Note", "owned" if scoped else "missing"),
        ("Project", "owned" if scoped else "missing"),
    ]


BULK = """
class DropSerializer(serializers.Serializer):
    ids = serializers.ListField(child=serializers.IntegerField())

    def validate_ids(self, ids):
        if Note.objects.filter(pk__in=ids{scope}).count() != len(ids):
            raise serializers.ValidationError("no such notes")
        return ids


class Projects(viewsets.GenericViewSet):
    serializer_class = DropSerializer

    def get_queryset(self):
        return Project.objects.filter(owner=self.request.user)

    def get_serializer_context(self):
        context = super().get_serializer_context()
        context.update({"project": self.get_object()})
        return context

    @action(detail=True, methods=["post"])
    def drop(self, request, pk=None):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        Note.objects.filter(pk__in=serializer.validated_data["ids"]).delete()
        return Response(status=204)
"""


@pytest.mark.parametrize(("scope", "said"), [("", "missing"), (', project=self.context["project"]', "owned")])
def test_what_a_serializer_asks_of_a_field_that_is_no_foreign_key(scope: str, said: str) -> None:
    found = django(BULK.replace("{scope}", scope), 'register("projects", Projects, basename="project")')
    assert ids(found["drop"])["ids"] == said


@pytest.mark.parametrize(("table", "said"), [("UserDomainRole", "missing"), ("DomainPermission", "missing"), ("FavouriteDomain", "not-applicable")])
def test_tables_that_say_who_may_do_what_with_a_row(table: str, said: str) -> None:
    models = f"""
    from django.conf import settings
    from django.db import models


    class Domain(models.Model):
        name = models.TextField()


    class {table}(models.Model):
        user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
        domain = models.ForeignKey(Domain, on_delete=models.CASCADE)
    """
    more = "class Project(models.Model):\n    pass\n\n\nclass Note(models.Model):\n    pass\n\n\nclass Country(models.Model):\n    pass\n"
    code = """
    from shop.models import Domain

    @login_required
    def drop(request, pk):
        get_object_or_404(Domain, pk=pk).delete()
        return JsonResponse({"by": request.user.pk})
    """
    found = django(code, "path('d/<int:pk>/', drop)", {"shop/models.py": dedent(models) + "\n\n" + more})
    assert ids(found["drop"]) == {"pk": said}


def test_another_method_of_an_action_has_its_permissions() -> None:
    code = """
    class Projects(viewsets.GenericViewSet):
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
        permission_classes = [permissions.IsAuthenticated, IsOwner]

        @action(detail=True, methods=["post"], permission_classes=[permissions.IsAuthenticated])
        def notes(self, request, pk=None):
            project = self.get_object()
            if project.owner != request.user:
                raise exceptions.PermissionDenied()
            project.save()
            return Response({})

        @notes.mapping.delete
        def drop(self, request, pk=None):
            self.get_object().notes.all().delete()
            return Response({})

        @action(detail=True, methods=["post"])
        def close(self, request, pk=None):
            self.get_object().save()
            return Response({})
    """
    found = django(code.replace("\n    ", "\n"), 'register("projects", Projects, basename="project")')
    assert {name: ids(found[name])["pk"] for name in ("notes", "drop", "close")} == {"notes": "owned", "drop": "missing", "close": "owned"}
