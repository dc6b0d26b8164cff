"""What strangers may change in a Django app, secrets that stand for a login, helpers that give an error or nothing, and which people own anything."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import by_name, django, ids, project

HEAD = """
import jwt
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404


@login_required
def mine(request):
    return JsonResponse({"names": list(Project.objects.filter(owner=request.user).values("pk"))})

"""
SAID = {
    "deleted by whoever asks": (
        """
        def show(request, pk):
            if request.method == "POST":
                get_object_or_404(Project, pk=pk).delete()
            return HttpResponse()
        """,
        "projects/<int:pk>/",
        "missing",
    ),
    "what a link in a mail names": (
        """
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            project.mails = False
            project.save()
            return HttpResponse()
        """,
        "unsubscribe/<int:pk>/",
        "unknown",
    ),
    "changed for whoever brings a token, by one method": (
        """
        def show(request, pk):
            if request.method == "GET":
                who = jwt.decode(request.COOKIES["session"], KEY, algorithms=["HS256"])
                project = get_object_or_404(Project, pk=pk)
                project.seen_by = who["sub"]
                project.save()
                return HttpResponse()
            return HttpResponse(status=405)
        """,
        "projects/<int:pk>/",
        "unknown",
    ),
    "only shown, in a dictionary that is updated": (
        """
        def show(request, pk):
            told = {"project": get_object_or_404(Project, pk=pk)}
            told.update({"title": "One"})
            return JsonResponse(told)
        """,
        "projects/<int:pk>/",
        "public",
    ),
    "by who knows its secret": (
        """
        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            if project.invite_token != request.GET["invite"]:
                raise Http404
            return JsonResponse({"owner": project.owner.email})
        """,
        "projects/<int:pk>/",
        "unknown",
    ),
    "a role, or nothing for anybody": (
        """
        @login_required
        def show(request, pk):
            if not request.user.has_perm("shop.manage") or not settings.OPEN:
                return HttpResponseForbidden()
            return JsonResponse({"owner": get_object_or_404(Project, pk=pk).owner.email})
        """,
        "projects/<int:pk>/",
        "unknown",
    ),
}


@pytest.mark.parametrize(("code", "url", "said"), SAID.values(), ids=SAID)
def test_function_views(code, url, said):
    found = django(HEAD + dedent(code), f"path('mine/', mine)\npath('{url}', show)")
    assert ids(found["show"])["pk"] == said


def test_what_a_signed_message_names_is_not_the_clients_choice():
    code = """
    def show(request):
        told = jwt.decode(request.POST["parameters"], KEY, algorithms=["HS256"], options={"verify_signature": VERIFY})
        Project.objects.get(pk=told["project_id"]).delete()
        return HttpResponse()
    """
    urls = "path('mine/', mine)\npath('ready/', show)"
    assert ids(django(HEAD + dedent(code).replace("VERIFY", "True"), urls)["show"]) == {}
    assert ids(django(HEAD + dedent(code).replace("VERIFY", "False"), urls)["show"]) == {"parameters": "missing"}


def test_an_error_or_nothing():
    code = """
    def refused(request):
        if not settings.TOKEN:
            return JsonResponse({}, status=500)
        if request.META.get("HTTP_AUTHORIZATION") != settings.TOKEN:
            return JsonResponse({}, status=403)
        return None


    def show(request, pk):
        ERRORrefused(request)
        if error:
            return error
        get_object_or_404(Project, pk=pk).delete()
        return HttpResponse()
    """
    urls = "path('mine/', mine)\npath('projects/<int:pk>/', show)"
    read = django(HEAD + dedent(code).replace("ERROR", "error = "), urls)["show"]
    assert (ids(read)["pk"], read.route.authentication) == ("admin", "required")
    dropped = django(HEAD + dedent(code).replace("ERROR", "error = None\n    "), urls)["show"]
    assert (ids(dropped)["pk"], dropped.route.authentication) == ("missing", "none")


OFFICE = """
from django.conf import settings
from django.db import models


class Person(models.Model):
    name = models.TextField()
    company = models.CharField(max_length=9)
{more}

class Letter(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE)


class Draft(models.Model):
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
"""
LETTERS = """
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.urls import path

from office.models import Letter


@login_required
def letter(request, pk):
    return JsonResponse({"name": Letter.objects.get(pk=pk).person.name})


urlpatterns = [path("letters/<int:pk>/", letter)]
"""
LINKS = {
    "kept in files": ("", "not-applicable"),
    "users themselves": ("    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)\n", "missing"),
    "who sign in": ("    password = models.CharField(max_length=99)\n", "missing"),
}


@pytest.mark.parametrize(("more", "said"), LINKS.values(), ids=LINKS)
def test_people_own_things_where_something_leads_from_them_to_a_user(more, said):
    found = by_name(project({"office/__init__.py": "", "office/models.py": OFFICE.format(more=more), "office/urls.py": LETTERS}))
    assert ids(found["letter"])["pk"] == said


VIEWS = """
class Projects(viewsets.ModelViewSet):
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    permission_classes = [permissions.IsAuthenticated]

    def get_queryset(self):
        return Project.objects.filter(owner=self.request.user)


class Countries(viewsets.ModelViewSet):
    queryset = Country.objects.all()
    permission_classes = [permissions.AllowAny]
"""


def test_a_stranger_rewrites_a_row_by_its_id():
    found = django(VIEWS, "register('projects', Projects)\nregister('countries', Countries)\nregister('carts/items', Countries)")
    assert {name: handler.exposed[1] for name, handler in found.items()}["destroy"] == "alters"


def test_a_literal_is_all_that_a_serializer_writes():
    code = """
    @login_required
    @api_view(["POST"])
    def show(request):
        {note}
        made = NoteSerializer(note, data={data}, partial=True)
        made.is_valid(raise_exception=True)
        made.save()
        return Response(made.data)
    """
    note = "note = Note.objects.filter(project__owner=request.user).first()"

    def written(data: str) -> list[str]:
        return [link.field for link in django(HEAD + dedent(code).format(note=note, data=data), "path('notes/', show)")["show"].links]

    assert written('{"text": "done"}') == []
    assert written('{"project": request.data["project_id"]}') == written("request.data") != []
