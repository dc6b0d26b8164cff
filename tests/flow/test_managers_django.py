"""Managers of the project's own: what their methods make and select."""

from __future__ import annotations

import pytest

from tests.flow.apps import ids, project

MODELS = """
from django.contrib.auth.models import User
from django.db import models

from shop.managers import BillManager, BillRows


class Quote(models.Model):
    owner = models.ForeignKey(User, models.CASCADE)


class Bill(models.Model):
    owner = models.ForeignKey(User, models.CASCADE)
    quote = models.ForeignKey(Quote, models.CASCADE)
    objects = BillManager.from_queryset(BillRows)()

    def sum_up(self):
        for line in self.lines.select_related("price").all():
            self.total += line.amount
        self.save()


class Line(models.Model):
    bill = models.ForeignKey(Bill, models.CASCADE, related_name="lines")
    amount = models.IntegerField()


class Invitation(models.Model):
    owner = models.ForeignKey(User, models.CASCADE)
    code = models.CharField(max_length=64)
"""
MANAGERS = """
from django.db import models


class BillRows(models.QuerySet):
    def of(self, user):
        return self.filter(owner=user)


class BillManager(models.Manager):
    def draft(self, quote):
        return self.create(owner=quote.owner, quote=quote)
"""
VIEWS = """
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.models import Bill, Invitation, Quote


class Accept(APIView):
    permission_classes = [IsAuthenticated]

    def post(self, request, quote_id):
        quote = get_object_or_404(Quote, pk=quote_id, owner=request.user)
        bill = Bill.objects.draft(quote)
        bill.sum_up()
        return Response({"id": bill.pk})


class BillSerializer(serializers.Serializer):
    quote = serializers.PrimaryKeyRelatedField(queryset=Quote.objects.all())


class Make(APIView):
    permission_classes = [IsAuthenticated]

    def post(self, request):
        serializer = BillSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        bill = Bill.objects.draft(serializer.validated_data["quote"])
        return Response({"id": bill.pk})


class Show(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request, bill_id):
        return Response(get_object_or_404(Bill.objects.of(request.user), pk=bill_id).total)


class Join(APIView):
    permission_classes = [IsAuthenticated]

    def post(self, request):
        found = get_object_or_404(Invitation, code=request.data["code"])
        found.accepted_by = request.user
        found.save()
        return Response({})


class Withdraw(APIView):
    permission_classes = [IsAuthenticated]

    def delete(self, request):
        get_object_or_404(Invitation, pk=request.data["invitation_id"]).delete()
        return Response({})
"""
URLS = """
from django.urls import path

from shop.views import Accept, Join, Make, Show, Withdraw

urlpatterns = [
    path("quotes/<int:quote_id>/accept", Accept.as_view()),
    path("make", Make.as_view()),
    path("bills/<int:bill_id>", Show.as_view()),
    path("join", Join.as_view()),
    path("withdraw", Withdraw.as_view()),
]
"""


@pytest.fixture(scope="module")
def handlers():
    files = {"shop/models.py": MODELS, "shop/managers.py": MANAGERS, "shop/views.py": VIEWS, "shop/urls.py": URLS, "shop/__init__.py": ""}
    return {handler.route.path.split("/")[1]: handler for handler in project(files).handlers()}


def test_a_manager_has_the_methods_of_both_of_its_classes(handlers) -> None:
    assert ids(handlers["bills"]) == {"bill_id": "owned"}  # of the queryset
    assert ids(handlers["quotes"]) == {"quote_id": "owned"}
    assert not handlers["quotes"].lists  # a row that the manager's own method made is no list of rows


def test_the_owner_of_an_object_that_a_row_belongs_to_is_not_named_by_the_body(handlers) -> None:
    assert handlers["make"].changes == () and not handlers["make"].owners


def test_who_holds_the_code_of_an_invitation_may_use_it(handlers) -> None:
    assert ids(handlers["join"]) == {}
    assert ids(handlers["withdraw"]) == {"invitation_id": "missing"}


OPEN = """
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from shop.models import Bill

Person = get_user_model()


@login_required
def rename(request, pk):
    get_user_model().objects.filter(id=pk).update(email=request.POST["email"])
    return HttpResponse()


@login_required
def close(request, pk):
    get_object_or_404(Person, pk=pk).delete()
    return HttpResponse()


def drop(request, pk):
    if request.method == "POST":
        get_object_or_404(Bill, pk=pk).delete()
    return HttpResponse()
"""


def test_rows_of_the_user_model_are_not_the_callers_and_what_strangers_delete_is_reported() -> None:
    urls = "from django.urls import path\nfrom shop.open import rename, close, drop\n"
    urls += "urlpatterns = [path('rename/<pk>', rename), path('close/<pk>', close), path('drop/<pk>', drop)]\n"
    files = {"shop/models.py": MODELS, "shop/managers.py": MANAGERS, "shop/open.py": OPEN, "shop/urls.py": urls, "shop/__init__.py": ""}
    said = {handler.route.path.split("/")[1]: ids(handler) for handler in project(files).handlers()}
    assert said == {"rename": {"pk": "missing"}, "close": {"pk": "missing"}, "drop": {"pk": "missing"}}


TENANTS = {
    "shop/__init__.py": "",
    "shop/settings.py": """
MIDDLEWARE = ["django.contrib.auth.middleware.AuthenticationMiddleware", "shop.tenants.Middleware"]
ROOT_URLCONF = "shop.views"
""",
    "shop/tenants.py": """
from contextvars import ContextVar

tenant = ContextVar("tenant")


def current_tenant():
    return tenant.get()


class Middleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        tenant.set(request.user.tenant_set.first())
        return self.get_response(request)
""",
    "shop/models.py": """
from django.conf import settings
from django.db import models

from shop.tenants import current_tenant


class Tenant(models.Model):
    users = models.ManyToManyField(settings.AUTH_USER_MODEL)


class OfTenant(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(tenant=current_tenant())


class Order(models.Model):
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    FIRST
    SECOND
""",
    "shop/views.py": """
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.generic import DetailView

from shop.models import Order


@login_required
def show(request, pk):
    return JsonResponse({"tenant": get_object_or_404(Order, pk=pk).tenant_id})


class Detail(LoginRequiredMixin, DetailView):
    model = Order


urlpatterns = [path("orders/<int:pk>/", show), path("orders/<int:pk>/detail/", Detail.as_view())]
""",
}


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ("objects = OfTenant()", "", "owned"),
        ("objects = OfTenant()", "everything = models.Manager()", "owned"),
        ("everything = models.Manager()", "objects = OfTenant()", "missing"),  # the first one is the default
        ("", "", "missing"),
    ],
)
def test_what_django_looks_up_by_itself_goes_through_the_first_manager(first: str, second: str, word: str) -> None:
    files = {path: text.replace("FIRST", first).replace("SECOND", second) for path, text in TENANTS.items()}
    found = {handler.route.handler.rpartition(".views.")[2]: handler for handler in project(files).handlers()}
    assert ids(found["show"]) == ids(found["Detail.get"]) == {"pk": word}
