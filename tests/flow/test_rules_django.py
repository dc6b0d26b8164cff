"""Permissions of django-rules: what the predicate asks that was added under a name, each beside the mutation that asks less."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

RULES = """
import rules
from rules import add_perm, is_authenticated, is_superuser, predicate
from shop.models import Project


@predicate
def is_owner(user, obj):
    if obj is None:
        return True
    if is_superuser(user):
        return True
    return obj.owner == user


@rules.predicate
def is_tall(user):
    return user.height > 3


@predicate
def is_member(user, project):
    return project.members.filter(pk=user.pk).exists()


is_any = is_owner | is_member
add_perm("shop.superuser", is_authenticated & is_superuser)
add_perm("shop.owner", is_authenticated & is_owner)
add_perm("shop.logged", is_authenticated)
add_perm("shop.tall", is_tall)
add_perm("shop.member", is_member)
add_perm("shop.any", is_authenticated & is_any)
add_perm("shop.all", is_authenticated | is_owner)
rules.add_rule("shop.rule", is_owner & ~is_tall)
add_perm("shop.reset", is_owner)
rules.set_perm("shop.reset", rules.always_allow)
"""
VIEWS = """
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import DetailView, ListView, View
from rules.contrib.views import PermissionRequiredMixin


class Show(PermissionRequiredMixin, DetailView):
    model = Project
    permission_required = "shop.{name}"

    def get_object(self):
        return get_object_or_404(Project, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        return {{"project": self.get_object()}}


class Do(PermissionRequiredMixin, View):
    permission_required = "shop.{name}"

    def post(self, request, pk):
        project = get_object_or_404(Project, pk=pk)
        project.delete()


@login_required
def asks(request, pk):
    project = get_object_or_404(Project, pk=pk)
    if not request.user.has_perm("shop.{name}", project):
        raise Http404
    return JsonResponse({{"id": project.id}})
"""


@pytest.mark.parametrize(
    ("name", "shown", "done", "asked"),
    [
        ("superuser", "admin", "admin", "admin"),
        ("owner", "owned", "missing", "owned"),  # a plain view hands no object on, and a predicate says yes to none
        ("member", "owned", "missing", "owned"),
        ("any", "unknown", "missing", "unknown"),
        ("rule", "owned", "missing", "owned"),
        ("tall", "unknown", "missing", "unknown"),
        ("logged", "missing", "missing", "missing"),
        ("all", "missing", "missing", "missing"),
        ("reset", "unknown", "missing", "unknown"),  # which of the two ran last is not told
    ],
)
def test_a_permission_holds_what_its_predicate_asks(name: str, shown: str, done: str, asked: str) -> None:
    found = django(
        VIEWS.format(name=name),
        "path('a/<int:pk>/', Show.as_view())\npath('b/<int:pk>/', Do.as_view())\npath('c/<int:pk>/', asks)",
        {"shop/rules.py": RULES},
    )
    assert {handler: ids(found[handler]).get("pk") for handler in ("get", "post", "asks")} == {"get": shown, "post": done, "asks": asked}


def test_a_permission_that_nobody_added_here_is_held_as_before() -> None:
    found = django(VIEWS.format(name="else"), "path('c/<int:pk>/', asks)", {"shop/rules.py": RULES})
    assert ids(found["asks"]) == {"pk": "unknown"}
