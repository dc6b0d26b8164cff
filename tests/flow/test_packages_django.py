"""Guards that packages bring to Django views, and what follows where permissions are given for whole tables."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

SHOW = "path('projects/<int:pk>/', show)"
VIEW = """
    from {package} import PermissionRequiredMixin
    from django.views.generic import DetailView


    class Show(PermissionRequiredMixin, DetailView):
        model = {model}
        permission_required = "shop.view_project"
{more}

    show = Show.as_view()
"""
PARENT = """
        def get_permission_object(self):
            return self.get_object().project
"""


@pytest.mark.parametrize(
    ("package", "model", "more", "expected"),
    [
        ("guardian.mixins", "Project", "", "owned"),
        ("rules.contrib.views", "Project", "", "owned"),
        ("guardian.mixins", "Note", PARENT, "owned"),
        ("django.contrib.auth.mixins", "Project", "", "missing"),
    ],
)
def test_a_permission_on_the_object(package: str, model: str, more: str, expected: str) -> None:
    found = django(VIEW.format(package=package, model=model, more=more), SHOW)["get"]
    assert (found.route.authentication, ids(found)) == ("required", {"pk": expected})


@pytest.mark.parametrize(("named", "expected"), [("pk", "owned"), ("other", "missing")])
def test_a_decorator_that_names_the_object(named: str, expected: str) -> None:
    code = f"""
        from guardian.decorators import permission_required


        @permission_required("shop.view_project", (Project, "pk", "{named}"))
        def show(request, pk):
            return JsonResponse({{"owner": Project.objects.get(pk=pk).owner.email}})
    """
    assert ids(django(code, SHOW)["show"]) == {"pk": expected}


@pytest.mark.parametrize(
    ("test", "expected"), [("user.is_superuser", "admin"), ("user.is_active", "missing"), ("user.groups.filter(name='x').exists()", "unknown")]
)
def test_a_test_of_the_user(test: str, expected: str) -> None:
    code = f"""
        from django.contrib.auth.decorators import user_passes_test


        @user_passes_test(lambda user: {test})
        def show(request, pk):
            return JsonResponse({{"owner": Project.objects.get(pk=pk).owner.email}})
    """
    assert ids(django(code, SHOW)["show"]) == {"pk": expected}


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("rest_framework.permissions.DjangoObjectPermissions", "owned"),
        ("teams.api.IsManager", "unknown"),
        ("rest_framework.permissions.IsAuthenticated", "missing"),
    ],
)
def test_permissions_of_other_packages(permission: str, expected: str) -> None:
    package, _, name = permission.rpartition(".")
    code = f"""
        from {package} import {name}


        class Projects(viewsets.ModelViewSet):
            queryset = Project.objects.all()
            serializer_class = ProjectSerializer
            permission_classes = [{name}]
    """
    assert ids(django(code, "register('projects', Projects, basename='projects')")["retrieve"]) == {"pk": expected}


def test_a_base_of_another_package_may_ask_for_a_login() -> None:
    code = """
        from teams.api import ProtectedMixin


        class Projects(ProtectedMixin, viewsets.ModelViewSet):
            queryset = Project.objects.all()
            serializer_class = ProjectSerializer
    """
    assert django(code, "register('projects', Projects, basename='projects')")["retrieve"].route.authentication == "unknown"


GRANTED = """
    from django.contrib.auth.decorators import permission_required


    @permission_required("shop.view_project")
    def show(request, pk):
        return JsonResponse({"owner": Project.objects.get(pk=pk).owner.email})


    @permission_required("shop.change_project")
    def rename(request, pk):
        Project.objects.filter(pk=pk).update(name=request.POST["name"])
        return JsonResponse({})


    @permission_required("shop.delete_project")
    def delete(request, pk):
        Project.objects.get(pk=pk).delete()
        return JsonResponse({})
"""
ROUTES = SHOW + "\npath('rename/<int:pk>/', rename)\npath('delete/<int:pk>/', delete)"
MINE = """
    @login_required
    def mine(request, pk):
        return JsonResponse({"owner": Project.objects.get(pk=pk, owner=request.user).owner.email})
"""


@pytest.mark.parametrize(("more", "route", "expected"), [("", "", "unknown"), (MINE, "\npath('mine/<int:pk>/', mine)", "missing")])
def test_permissions_for_whole_tables_are_a_policy_where_nothing_asks_for_more(more: str, route: str, expected: str) -> None:
    found = django(GRANTED + more, ROUTES + route)
    assert {ids(found[name])["pk"] for name in ("show", "rename", "delete")} == {expected}


STAFFED = "".join(
    f"""
    @permission_required("shop.change_task")
    def staffed{number}(request):
        return JsonResponse({{}})
"""
    for number in range(9)
)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ('@permission_required("shop.view_project")', "unknown"),
        ("@login_required", "missing"),  # who only logs in is held to what users may do
    ],
)
def test_where_many_routes_ask_for_a_permission_it_is_how_staff_gets_in(asked: str, expected: str) -> None:
    code = GRANTED.replace('@permission_required("shop.view_project")', asked)
    routes = "".join(f"\npath('s{number}/', staffed{number})" for number in range(9))
    found = django(code + MINE + STAFFED, ROUTES + "\npath('mine/<int:pk>/', mine)" + routes)
    assert ids(found["show"])["pk"] == expected
    assert ids(found["mine"])["pk"] == "owned"


def test_a_decorator_lets_staff_in_and_holds_the_rest() -> None:
    code = """
        from functools import wraps


        def members_only(function):
            @wraps(function)
            def wrapper(request, *args, **kwargs):
                project = get_object_or_404(Project, pk=kwargs.pop("pk"))
                kwargs["project"] = project
                if request.user.is_superuser:
                    return function(request, *args, **kwargs)
                if project.members.filter(pk=request.user.pk).exists():
                    return function(request, *args, **kwargs)
                raise exceptions.PermissionDenied()

            return wrapper


        @members_only
        def show(request, project):
            return JsonResponse({"owner": project.owner.email})
    """
    assert ids(django(code, SHOW)["show"]) == {"pk": "owned"}


def test_who_holds_the_key_of_a_row_may_have_it() -> None:
    code = """
        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk, ingest_key=request.headers["X-Key"])
            return JsonResponse({"owner": project.owner.email})
    """
    assert ids(django(code, SHOW)["show"]) == {"pk": "unknown"}


def test_a_model_is_known_by_its_fields_whatever_package_its_base_is_from() -> None:
    model = """
        from django.conf import settings
        from django.db import models
        from safedelete.models import SafeDeleteModel


        class Draft(SafeDeleteModel):
            author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    """
    code = """
        from shop.drafts import Draft


        @login_required
        def show(request, pk):
            return JsonResponse({"author": Draft.objects.get(pk=pk).author.email})
    """
    assert ids(django(code, SHOW, {"shop/drafts.py": model})["show"]) == {"pk": "missing"}


def test_permissions_that_ask_the_view_which_object_it_is_about() -> None:
    code = """
        class PkMixin:
            def get_object_pk(self):
                return self.kwargs.get(self.lookup_url_kwarg or self.lookup_field)


        class IsMember(permissions.BasePermission):
            def has_permission(self, request, view):
                return Project.objects.filter(pk=view.get_object_pk(), members=request.user).exists()


        class Projects(PkMixin, viewsets.ModelViewSet):
            queryset = Project.objects.all()
            serializer_class = ProjectSerializer
            permission_classes = [IsMember]
    """
    assert ids(django(code, "register('projects', Projects, basename='projects')")["retrieve"]) == {"pk": "owned"}


@pytest.mark.parametrize(("more", "expected"), [("", "unknown"), ("teams.filter(members=request.user)", "missing")])
def test_an_app_that_never_asks_for_the_team_has_one(more: str, expected: str) -> None:
    models = """
        from django.conf import settings
        from django.db import models


        class Organization(models.Model):
            members = models.ManyToManyField(settings.AUTH_USER_MODEL)


        class Site(models.Model):
            org = models.ForeignKey(Organization, models.CASCADE)


        class Link(models.Model):
            org = models.ForeignKey(Organization, models.CASCADE)
    """
    asks = "Organization.objects.get(pk=pk, members=request.user)" if more else "Organization.objects.get(pk=pk)"
    code = f"""
        from shop.teams import Link, Organization, Site


        @login_required
        def show(request, pk):
            return JsonResponse({{"site": Site.objects.get(pk=pk).org.name}})


        @login_required
        def link(request, pk):
            return JsonResponse({{"link": Link.objects.get(pk=pk).org.name}})


        @login_required
        def team(request, pk):
            return JsonResponse({{"team": {asks}.name}})
    """
    found = django(code, SHOW + "\npath('links/<int:pk>/', link)\npath('teams/<int:pk>/', team)", {"shop/teams.py": models})
    assert ids(found["show"]) == {"pk": expected}


FILTERS = """
from rest_framework_guardian.filters import ObjectPermissionsFilter


class OwnedOrGranted(ObjectPermissionsFilter):
    def filter_queryset(self, request, queryset, view):
        granted = super().filter_queryset(request, queryset, view)
        return granted | queryset.filter(owner=request.user) | queryset.filter(owner__isnull=True)


class GrantedOrAll(ObjectPermissionsFilter):
    def filter_queryset(self, request, queryset, view):
        return super().filter_queryset(request, queryset, view) | queryset


class Projects(viewsets.ModelViewSet):
    queryset = Project.objects.all()
    permission_classes = [permissions.IsAuthenticated]
    filter_backends = [{backend}]
"""


@pytest.mark.parametrize(
    ("backend", "expected"),
    [("ObjectPermissionsFilter", "owned"), ("OwnedOrGranted", "owned"), ("GrantedOrAll", "missing"), ("filters.SearchFilter", "missing")],
)
def test_a_filter_backend_of_a_package(backend: str, expected: str) -> None:
    code = FILTERS.replace("{backend}", backend)
    found = django("from rest_framework import filters\n" + code, "register('projects', Projects, basename='projects')")
    assert ids(found["retrieve"])["pk"] == expected


def test_what_a_view_set_of_a_package_that_is_not_here_does_is_not_known() -> None:
    handlers = django(
        """
        from company.views import TenantModelViewSet

        class Notes(TenantModelViewSet):
            queryset = Note.objects.all()
            serializer_class = NoteSerializer
        """,
        "register('notes', Notes)",
    )
    assert handlers["retrieve"].route.ownership == handlers["list"].route.ownership == "unknown"
    assert handlers["retrieve"].route.authentication == "unknown"
    assert {each.ownership for each in handlers["retrieve"].ids} <= {"unknown"}
    assert not handlers["list"].lists


@pytest.mark.parametrize(
    ("mixin", "ownership"), [("acl.mixins import APIPermissionRequiredMixin", "unknown"), ("acl.mixins import JSONMixin", "missing")]
)
def test_permissions_of_a_package_that_nobody_reads(mixin: str, ownership: str) -> None:
    name = mixin.rpartition(" ")[2]
    found = django(
        f"""
    from {mixin}


    class Show({name}, generics.RetrieveUpdateDestroyAPIView):
        permission_classes = [permissions.IsAuthenticated]
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
        permission_required = "project.view"
    """,
        "path('projects/<int:pk>/', Show.as_view())",
    )
    assert {ids(handler)["pk"] for handler in found.values() if handler.ids} == {ownership}


@pytest.mark.parametrize(
    ("mixin", "expected"),
    [
        ("ShopAccessMixin", "unknown"),
        ("ObjectPermissionsMixin", "unknown"),
        ("SearchableListMixin", "missing"),
        ("AutoLoginRequiredMixin", "missing"),
    ],
)
def test_what_asks_for_a_permission_that_a_view_names(mixin: str, expected: str) -> None:
    code = f"""
        from django.contrib.auth.mixins import LoginRequiredMixin
        from django.views.generic import DetailView
        from company.mixins import {mixin}


        class Show(LoginRequiredMixin, {mixin}, DetailView):
            model = Project
            permission_required = "shop.view_project"


        show = Show.as_view()
    """
    assert ids(django(code, SHOW)["get"]) == {"pk": expected}
