"""What stands before a Django view and asks in other words than a comparison: dispatch, permission classes with helpers of their own, kinds of
users, guards that raise through another method, rows that are found among the caller's."""

from __future__ import annotations

import pytest

from tests.flow.apps import by_name, django, ids, project

SHOW = "path('projects/<int:pk>/', show)"
VIEW = "path('projects/<int:pk>/', ShowView.as_view())"
HEAD = """
from django.contrib.auth.decorators import login_not_required, user_passes_test
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import redirect
from django.views.generic import DetailView
"""

SAID = {
    "dispatch answers for its view": (
        """
        class ShowView(LoginRequiredMixin, DetailView):
            model = Project

            def dispatch(self, request, *args, **kwargs):
                self.project = get_object_or_404(Project, pk=kwargs["pk"])
                if self.project.owner != request.user:
                    return redirect("home")
                return super().dispatch(request, *args, **kwargs)

            def get(self, request, pk):
                return JsonResponse({"owner": self.project.owner.email})
        """,
        VIEW,
        "owned",
    ),
    "dispatch goes on for everybody": (
        """
        class ShowView(LoginRequiredMixin, DetailView):
            model = Project

            def dispatch(self, request, *args, **kwargs):
                self.project = get_object_or_404(Project, pk=kwargs["pk"])
                if self.project.owner != request.user:
                    self.guest = True
                return super().dispatch(request, *args, **kwargs)

            def get(self, request, pk):
                return JsonResponse({"owner": self.project.owner.email})
        """,
        VIEW,
        "missing",
    ),
    "among the caller's rows": (
        """
        @login_required
        def show(request, pk):
            project = get_object_or_404(request.user.project_set, pk=pk)
            return JsonResponse({"owner": project.owner.email})
        """,
        SHOW,
        "owned",
    ),
    "one of the caller's rows by a generator": (
        """
        @login_required
        def show(request, pk):
            mine = Project.objects.filter(owner=request.user)
            project = next((each for each in mine if each.pk == pk), None)
            if project is None:
                raise Http404
            return JsonResponse({"notes": [note.text for note in Note.objects.filter(project_id=pk)]})
        """,
        SHOW,
        "owned",
    ),
    "only one kind of user": (
        """
        @user_passes_test(lambda user: user.is_finance)
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            return JsonResponse({"owner": project.owner.email})
        """,
        SHOW,
        "unknown",
    ),
    "what the middleware says of the kind of user": (
        """
        @login_required
        def show(request, pk):
            if not request.from_employer:
                raise Http404
            project = get_object_or_404(Project, pk=pk)
            return JsonResponse({"owner": project.owner.email})
        """,
        SHOW,
        "unknown",
    ),
    "how far an account is, is no kind": (
        """
        @login_required
        def show(request, pk):
            if not request.user.is_email_verified or not request.user.is_customer:
                raise Http404
            project = get_object_or_404(Project, pk=pk)
            return JsonResponse({"owner": project.owner.email})
        """,
        SHOW,
        "missing",
    ),
    "a role on the row": (
        """
        def role_of(project, user):
            return ROLES.get((project.tier, user.tier))


        class Board(Project):
            def get_role(self, user):
                return ROLES.lookup(self.tier, user.tier)


        @login_required
        def show(request, pk):
            board = Board.objects.get(pk=pk)
            if not board.get_role(request.user):
                raise Http404
            return JsonResponse({"owner": board.owner.email})
        """,
        SHOW,
        "unknown",
    ),
    "a login that is not asked for here": (
        """
        @login_not_required
        def show(request, pk):
            return JsonResponse({"owner": get_object_or_404(Project, pk=pk).owner.email})
        """,
        SHOW,
        "public",
    ),
    "a view of the admin": (
        """
        from django.contrib.auth.admin import UserAdmin


        class Admin(UserAdmin):
            def get_urls(self):
                return [path("merge/<int:pk>/", self.admin_site.admin_view(self.show)), *super().get_urls()]

            def show(self, request, pk):
                get_object_or_404(Project, pk=pk).delete()
                return JsonResponse({})
        """,
        "",
        "admin",
    ),
}


@pytest.mark.parametrize(("code", "urls", "said"), SAID.values(), ids=SAID)
def test_what_is_asked_before_the_view(code, urls, said):
    settings = {"shop/settings.py": 'MIDDLEWARE = ["django.contrib.auth.middleware.LoginRequiredMiddleware"]\n' if "not_required" in code else ""}
    found = django(HEAD + _flush(code), urls, settings)
    handler = found.get("show") or found["get"]
    assert ids(handler)["pk"] == said


def _flush(code: str) -> str:
    from textwrap import dedent

    return dedent(code)


VIEWSET = """
class Member(permissions.BasePermission):
    def has_permission(self, request, view):
        if view.action in ("list", "create"):
            return view.project().abilities(request.user)["comment"]
        return True


class Notes(viewsets.ModelViewSet):
    queryset = Note.objects.all()
    serializer_class = NoteSerializer
    {classes}

    def project(self):
        return get_object_or_404(Board, pk=self.kwargs["project_pk"])

    def get_queryset(self):
        return Note.objects.filter(project_id=self.kwargs["project_pk"])


class Board(Project):
    def abilities(self, user):
        return {{"comment": MATRIX.allows(self.tier, user.tier)}}
"""
LISTED = {
    "by a permission class that asks the row of the path": ("permission_classes = [Member]", "unknown"),
    "by nothing but a login": ("permission_classes = [permissions.IsAuthenticated]", "missing"),
    "added when it is asked which": (
        "permission_classes = [permissions.IsAuthenticated]\n\n    def get_permissions(self):\n"
        "        self.permission_classes += [Member]\n        return super().get_permissions()",
        "unknown",
    ),
}


@pytest.mark.parametrize(("classes", "said"), LISTED.values(), ids=LISTED)
def test_lists_below_a_row_of_the_path(classes, said):
    found = django(VIEWSET.format(classes=classes), "register('projects/(?P<project_pk>[0-9]+)/notes', Notes)")
    assert ids(found["list"])["project_pk"] == said


RAISES = """
class Checked(viewsets.ModelViewSet):
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    permission_classes = [permissions.AllowAny]

    def check_permissions(self, request, action=None, obj=None):
        for permission in self.rules():
            if not permission.allows(action=action, obj=obj):
                self.{refuses}(request)


class Projects(Checked):
    def check_permissions(self, request, action=None, obj=None):
        return super().check_permissions(request, action=action or self.action, obj=obj)

    def destroy(self, request, pk=None):
        project = Project.objects.get(pk=pk)
        self.check_permissions(request, "destroy", project)
        project.delete()
        return Response(status=204)
"""


@pytest.mark.parametrize(("refuses", "said", "asked"), [("permission_denied", "unknown", "unknown"), ("note", "missing", "none")])
def test_a_guard_that_raises_through_another(refuses, said, asked):
    handler = django(RAISES.format(refuses=refuses), "register('projects', Projects)")["destroy"]
    assert (ids(handler)["pk"], handler.route.authentication) == (said, asked)


OFFERED = {
    "what is on offer": ("get_object_or_404(Slot, pk=pk, is_booked=False)", "", "unknown"),
    "among what is on offer": ("get_object_or_404(Slot.objects.filter(is_available=True), pk=pk)", "", "unknown"),
    "refused where it is taken": ("get_object_or_404(Slot, pk=pk)", "if slot.booked:\n        raise Http404", "unknown"),
    "what is in use": ("get_object_or_404(Slot, pk=pk, is_active=True)", "", "missing"),
    "for everybody, or for its owner": (
        "get_object_or_404(Slot, pk=pk)",
        "if not (slot.is_public or slot.owner == request.user):\n        raise Http404",
        "unknown",
    ),
    "the first of a pair": (
        "get_object_or_404(Slot, pk=pk)",
        "allowed, reason = slot_access(request.user, slot)\n    if not allowed:\n        raise Http404",
        "unknown",
    ),
}
SLOTS = """
class Slot(Project):
    pass


def slot_access(user, slot):
    return RULES.may(user.tier, slot.tier), "no"


@login_required
def show(request, pk):
    slot = {found}
    {asked}
    return JsonResponse({{"owner": slot.owner.email}})
"""


@pytest.mark.parametrize(("found", "asked", "said"), OFFERED.values(), ids=OFFERED)
def test_what_rows_say_of_themselves(found, asked, said):
    code = SLOTS.format(found=found, asked=asked)
    assert ids(django(HEAD + code, SHOW)["show"])["pk"] == said


ACCOUNTS = """
from django.contrib.auth.models import AbstractUser
from django.db import models


class Account(AbstractUser):
    nickname = models.TextField()


class Project(models.Model):
    members = models.ManyToManyField(Account, related_name="joined")


class Note(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    text = models.TextField()
"""
JOINED = """
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from shop.models import Note


@login_required
def joined(request, pk):
    return JsonResponse({"name": request.user.joined.get(pk=pk).name})


@login_required
def asked(request, pk):
    note = get_object_or_404(Note, pk=pk)
    if not request.user.joined.filter(pk=note.project_id).exists():
        raise Http404
    return JsonResponse({"text": note.text})


@login_required
def looked(request, pk):
    note = get_object_or_404(Note, pk=pk)
    request.user.joined.filter(pk=note.project_id).exists()
    return JsonResponse({"text": note.text})


urlpatterns = [path("joined/<int:pk>/", joined), path("asked/<int:pk>/", asked), path("looked/<int:pk>/", looked)]
"""


def test_what_a_user_model_of_the_project_is_related_to():
    files = {"shop/__init__.py": "", "shop/models.py": ACCOUNTS, "shop/settings.py": 'AUTH_USER_MODEL = "shop.Account"\n', "shop/urls.py": JOINED}
    said = {name: ids(handler)["pk"] for name, handler in by_name(project(files)).items()}
    assert said == {"joined": "owned", "asked": "owned", "looked": "missing"}


GRAPHQL = """
import graphene

from shop.models import Note


def known(func):
    def wrapper(root, info, **kwargs):
        if not info.context.user.is_authenticated:
            raise Exception("log in first")
        return func(root, info, **kwargs)

    return wrapper


class DeleteNote(graphene.Mutation):
    class Arguments:
        pk = graphene.ID()

    @known
    def mutate(root, info, pk):
        Note.objects.get(pk=pk).delete()
        return DeleteNote()


class Mutation(graphene.ObjectType):
    delete_note = DeleteNote.Field()


schema = graphene.Schema(mutation=Mutation)
"""


def test_a_decorator_of_a_resolver_asks_the_context():
    files = {"shop/__init__.py": "", "shop/models.py": ACCOUNTS, "shop/settings.py": 'AUTH_USER_MODEL = "shop.Account"\n', "shop/schema.py": GRAPHQL}
    handler = by_name(project(files))["mutate"]
    assert (ids(handler)["pk"], handler.route.authentication) == ("missing", "required")


ANSWERS = {
    "everybody reads": ("bool(request.method in permissions.SAFE_METHODS or request.user.is_superuser)", ("none", "required")),
    "everybody": ("True", ("none", "none")),
    "nobody without a login": ("bool(request.user and request.user.is_authenticated)", ("required", "required")),
}


@pytest.mark.parametrize(("answer", "said"), ANSWERS.values(), ids=ANSWERS)
def test_what_a_permission_class_answers(answer, said):
    code = f"""
class Some(permissions.BasePermission):
    def has_permission(self, request, view):
        return {answer}


class Notes(viewsets.ModelViewSet):
    queryset = Note.objects.all()
    serializer_class = NoteSerializer
    permission_classes = [Some]
"""
    found = django(code, "register('notes', Notes)")
    assert (found["retrieve"].route.authentication, found["destroy"].route.authentication) == said
