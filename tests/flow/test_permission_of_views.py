"""`permission_required` on a view whose mixin stands in a package that nobody reads."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

CODE = """
from django.views import generic
from django.views.generic.detail import SingleObjectMixin
from participation.dashboard import mixins as theirs


class Edit(BASES):
    model = Project
    fields = ["owner"]
    SAID


@login_required
def other(request):
    return JsonResponse({})
"""
SAID = 'permission_required = "shop.change_project"'


@pytest.mark.parametrize(
    ("bases", "said", "expected"),
    [
        ("theirs.DashboardBaseMixin, generic.UpdateView", SAID, ("unknown", "unknown")),
        ("theirs.DashboardBaseMixin, generic.UpdateView", "permission_required = None", ("none", "missing")),
        ("theirs.DashboardBaseMixin, generic.UpdateView", "pass", ("none", "missing")),
        ("generic.UpdateView", SAID, ("none", "missing")),  # nothing asks for it
        ("SingleObjectMixin, generic.UpdateView", SAID, ("none", "missing")),
    ],
)
def test_what_a_mixin_out_of_sight_asks_for(bases: str, said: str, expected: tuple[str, str]) -> None:
    found = django(CODE.replace("BASES", bases).replace("SAID", said), "path('p/<pk>/', Edit.as_view())\npath('o/', other)")["post"]
    assert (found.route.authentication, ids(found)["pk"]) == expected
