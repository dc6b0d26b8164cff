"""`created_by` that a base class gives many models: whose a row is, it says only where some route asks for it."""

from __future__ import annotations

import pytest

from tests.flow.apps import ids, project

MODELS = """
from django.conf import settings
from django.db import models


class Base(models.Model):
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    TOUCHED = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)

    class Meta:
        abstract = True


class Report(Base):
    name = models.TextField()
OTHERS
"""
VIEWS = """
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.urls import path

from shop.models import Report


@login_required
def show(request, pk):
    return JsonResponse({"name": Report.objects.get(pk=pk).name})


@login_required
def make(request):
    return JsonResponse({"id": Report.objects.create(created_by=request.user, updated_by=request.user, name="").pk})


@login_required
def others(request):
    return JsonResponse({"rows": list(Report.objects.filter(ASKED).values())})


urlpatterns = [path("<pk>/", show), path("make/", make), path("others/", others)]
"""


@pytest.mark.parametrize(
    ("touched", "many", "asked", "expected"),
    [
        ("updated_by", 12, "", "unknown"),
        ("updated_by", 12, "created_by=request.user", "missing"),  # elsewhere it says whose the row is
        ("updated_by", 3, "", "missing"),
        ("reader", 12, "", "missing"),
    ],
)
def test_who_wrote_a_row_down(touched: str, many: int, asked: str, expected: str) -> None:
    others = "\n\n".join(f"class Other{number}(Base):\n    name = models.TextField()" for number in range(many))
    models = MODELS.replace("TOUCHED", touched).replace("OTHERS", f"\n\n{others}")
    found = project({"shop/__init__.py": "", "shop/models.py": models, "shop/views.py": VIEWS.replace("ASKED", asked)})
    shown = next(handler for handler in found.handlers() if handler.route.handler.endswith(".show"))
    assert ids(shown) == {"pk": expected}


@pytest.mark.parametrize(("asked", "expected"), [("", "unknown"), ("assigned_to=request.user", "missing")])
def test_who_works_on_what_others_brought(asked: str, expected: str) -> None:
    models = MODELS.replace("TOUCHED", "updated_by").replace("(Base)", "(models.Model)").replace("OTHERS", "    assigned_to = WORKER")
    models = models.replace("WORKER", "models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)")
    views = VIEWS.replace("ASKED", asked).replace("created_by=request.user, updated_by=request.user, ", "")
    found = project({"shop/__init__.py": "", "shop/models.py": models, "shop/views.py": views})
    shown = next(handler for handler in found.handlers() if handler.route.handler.endswith(".show"))
    assert ids(shown) == {"pk": expected}


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ("ticket = models.ForeignKey(Ticket, models.CASCADE)", "missing"),  # the ticket's
        ("reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)", "missing"),
        ("other = models.ForeignKey(Other1, models.CASCADE)", "unknown"),
        ("part_of = models.ForeignKey('self', models.CASCADE)", "unknown"),
    ],
)
def test_another_way_says_whose_a_row_is(beside: str, expected: str) -> None:
    others = "\n\n".join(f"class Other{number}(Base):\n    name = models.TextField()" for number in range(12))
    ticket = "class Ticket(Base):\n    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)"
    models = MODELS.replace("TOUCHED", "updated_by").replace("OTHERS", f"    {beside}")
    models = models.replace("class Report", f"{others}\n\n\n{ticket}\n\n\nclass Report")
    found = project({"shop/__init__.py": "", "shop/models.py": models, "shop/views.py": VIEWS.replace("ASKED", "")})
    shown = next(handler for handler in found.handlers() if handler.route.handler.endswith(".show"))
    assert ids(shown) == {"pk": expected}
