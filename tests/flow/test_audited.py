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


USER = "models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name='+')"
WORKER = f"assigned_to = {USER}"
PEOPLE = f"""class Customer(models.Model):
    name = models.TextField()


class Client(models.Model):
    user = {USER}


class Shop(models.Model):
    owner = {USER}


class Company(models.Model):
    name = models.TextField()


class Firm(models.Model):
    name = models.TextField()


class Member(models.Model):
    user = {USER}
    firm = models.ForeignKey(Firm, models.CASCADE)


"""


@pytest.mark.parametrize(
    ("columns", "asked", "expected"),
    [
        ((WORKER, f"created_by = {USER}"), "", "unknown"),
        ((WORKER, f"reported_by = {USER}"), "", "unknown"),
        ((WORKER, "customer = models.ForeignKey(Customer, models.CASCADE)"), "", "unknown"),
        ((WORKER, "submitter_email = models.EmailField()"), "", "unknown"),
        ((WORKER, "submitter_email = models.EmailField()", f"user = {USER}"), "", "missing"),
        ((WORKER, "email = models.EmailField()"), "", "missing"),
        ((WORKER, "company = models.ForeignKey(Company, models.CASCADE)"), "", "unknown"),
        ((WORKER, "firm = models.ForeignKey(Firm, models.CASCADE)"), "", "missing"),  # of which users are members
        ((WORKER, f"created_by = {USER}"), "assigned_to=request.user", "missing"),
        # nobody else is told of, or only who touched it, or a row that is nobody's
        ((WORKER,), "", "missing"),
        ((f"assignee = {USER}",), "", "missing"),
        ((WORKER, f"updated_by = {USER}"), "", "missing"),
        ((WORKER, f"manager = {USER}"), "assigned_to=request.user", "missing"),
        # another way says whose it is
        ((WORKER, f"user = {USER}"), "", "missing"),
        ((WORKER, f"created_by = {USER}", f"owner = {USER}"), "", "missing"),
        ((WORKER, "client = models.ForeignKey(Client, models.CASCADE)"), "", "missing"),
        ((WORKER, f"created_by = {USER}", "shop = models.ForeignKey(Shop, models.CASCADE)"), "", "missing"),
    ],
)
def test_who_works_on_what_others_brought(columns: tuple[str, ...], asked: str, expected: str) -> None:
    models = MODELS.replace("(Base)", "(models.Model)").replace("OTHERS", "\n".join(f"    {column}" for column in columns))
    models = models.replace("class Report", f"{PEOPLE}class Report").replace("TOUCHED", "updated_by")
    views = VIEWS.replace("ASKED", asked).replace("created_by=request.user, updated_by=request.user, ", "")
    found = project({"shop/__init__.py": "", "shop/models.py": models, "shop/views.py": views})
    shown = next(handler for handler in found.handlers() if handler.route.handler.endswith(".show"))
    assert ids(shown) == {"pk": expected}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Subject", "unknown"),
        ("TaxRate", "unknown"),
        ("Border", "unknown"),
        *((name, "missing") for name in ("Note", "Wallet", "Conversation", "Document", "Invoice", "Reminder", "Bookmark", "Budget", "Goal")),
        *((name, "missing") for name in ("Order", "Prescription", "Diary", "ChatMessage")),
    ],
)
def test_what_people_make_for_themselves_is_theirs_who_wrote_it_down(name: str, expected: str) -> None:
    others = "\n\n".join(f"class Other{number}(Base):\n    name = models.TextField()" for number in range(12))
    models = MODELS.replace("TOUCHED", "updated_by").replace("OTHERS", f"\n\n{others}").replace("Report", name)
    found = project({"shop/__init__.py": "", "shop/models.py": models, "shop/views.py": VIEWS.replace("ASKED", "").replace("Report", name)})
    shown = next(handler for handler in found.handlers() if handler.route.handler.endswith(".show"))
    assert ids(shown) == {"pk": expected}


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        ("class Meeting(Base):\n    files = models.ManyToManyField(Document)", "unknown"),
        (f"class Letter(Base):\n    user = {USER}\n    files = models.ManyToManyField(Document)", "missing"),
        ("class Meeting(Base):\n    files = models.TextField()", "missing"),
    ],
)
def test_a_document_goes_with_what_it_hangs_on(holder: str, expected: str) -> None:
    others = "\n\n".join(f"class Other{number}(Base):\n    name = models.TextField()" for number in range(12))
    models = MODELS.replace("TOUCHED", "updated_by").replace("OTHERS", f"\n\n{others}\n\n\n{holder}").replace("Report", "Document")
    found = project({"shop/__init__.py": "", "shop/models.py": models, "shop/views.py": VIEWS.replace("ASKED", "").replace("Report", "Document")})
    shown = next(handler for handler in found.handlers() if handler.route.handler.endswith(".show"))
    assert ids(shown) == {"pk": expected}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("published_by",), "missing"),
        (("restored_by",), "missing"),
        (("assigned_by",), "missing"),
        (("published_by", "approved_by"), "missing"),  # who sells it, and the staff that lets it through
        (("approved_by",), "not-applicable"),
        (("deleted_by", "restored_by"), "not-applicable"),  # of every row that may be thrown away
    ],
)
def test_who_published_a_row_owns_it_where_nobody_else_does(columns: tuple[str, ...], expected: str) -> None:
    models = MODELS.replace("(Base)", "(models.Model)").replace("OTHERS", "\n".join(f"    {name} = {USER}" for name in columns))
    views = VIEWS.replace("ASKED", "").replace("created_by=request.user, updated_by=request.user, ", f"{columns[0]}=request.user, ")
    found = project({"shop/__init__.py": "", "shop/models.py": models.replace("TOUCHED", "updated_by"), "shop/views.py": views})
    shown = next(handler for handler in found.handlers() if handler.route.handler.endswith(".show"))
    assert ids(shown) == {"pk": expected}


def test_who_published_a_row_does_not_own_what_another_wrote() -> None:
    models = MODELS.replace("(Base)", "(models.Model)").replace("OTHERS", f"    published_by = {USER}\n    author = {USER}")
    found = project({"shop/__init__.py": "", "shop/models.py": models, "shop/views.py": VIEWS.replace("ASKED", "author=request.user")})
    shown = next(handler for handler in found.handlers() if handler.route.handler.endswith(".show"))
    assert [choice.owner_path for choice in shown.ids] == [("author",)]


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
