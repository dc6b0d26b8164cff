"""Rows that some may see and others not, where one route of an app forgets to ask."""

from __future__ import annotations

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import by_name, project

MODELS = """
from django.conf import settings
from django.db import models


class CaseQuerySet(models.QuerySet):
    def with_project(self):
        return self.select_related("project")

    def for_user(self, user):
        if user.is_superuser:
            return self
        return self.filter(models.Q(is_quarantined=False) | models.Q(project__members__user=user))


class Project(models.Model):
    name = models.TextField()


class Member(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Case(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    is_quarantined = models.BooleanField()
    objects = CaseQuerySet.as_manager()
"""

VIEWS = """
from django.urls import include, path
from django.views.generic import DetailView, UpdateView
from rest_framework import permissions, routers, serializers, viewsets

from shop.models import Case


class CaseSerializer(serializers.ModelSerializer):
    class Meta:
        model = Case
        fields = ["id", "name"]


class Show(DetailView):
    model = Case

    def get_queryset(self):
        return super().get_queryset().{narrowed}


class Change(UpdateView):
    model = Case
    fields = ["name"]

    def get_queryset(self):
        return super().get_queryset().with_project().{narrowed}


class CaseViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Case.objects.all()
    serializer_class = CaseSerializer
    permission_classes = [permissions.AllowAny]

    def get_queryset(self):
        return super().get_queryset(){api}


router = routers.DefaultRouter()
router.register("cases", CaseViewSet)
urlpatterns = [path("cases/<int:pk>/", Show.as_view()), path("cases/<int:pk>/change/", Change.as_view()), path("api/", include(router.urls))]
"""


def handlers(narrowed: str, api: str) -> dict[str, Handler]:
    views = VIEWS.replace("{narrowed}", narrowed).replace("{api}", api)
    return by_name(project({"shop/__init__.py": "", "shop/models.py": MODELS, "shop/views.py": views}))


@pytest.mark.parametrize(
    ("narrowed", "api", "word"),
    [
        ("for_user(self.request.user)", "", "missing"),
        ("for_user(self.request.user)", ".for_user(self.request.user)", "unknown"),
        ("with_project()", "", "public"),  # nobody asks
    ],
)
def test_the_odd_one_out(narrowed: str, api: str, word: str) -> None:
    found = handlers(narrowed, api)["retrieve"]
    assert [each.ownership for each in found.ids] == [word]


SEEN = """
from django.conf import settings
from django.db import models


class Label(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    published = models.BooleanField()


class Labelled(models.Model):
    label = models.ForeignKey(Label, on_delete=models.CASCADE)
"""

CHANGED = """
from django.db.models import Q
from django.urls import include, path
from rest_framework import permissions, routers, serializers, viewsets

from shop.models import Label, Labelled


class IsOwner(permissions.BasePermission):
    def has_object_permission(self, request, view, obj):
        return request.method in permissions.SAFE_METHODS or obj.user == request.user


class LabelSerializer(serializers.ModelSerializer):
    class Meta:
        model = Label
        fields = ["id", "published"]


class LabelledSerializer(serializers.ModelSerializer):
    label = serializers.PrimaryKeyRelatedField(queryset=Label.objects.all())

    class Meta:
        model = Labelled
        fields = ["id", "label"]


class LabelViewSet(viewsets.ModelViewSet):
    serializer_class = LabelSerializer
    permission_classes = [{permissions}]

    def get_queryset(self):
        terms = {open}
        if self.request.user.is_authenticated:
            terms |= Q(user=self.request.user)
        return Label.objects.filter(terms)


class LabelledViewSet(viewsets.ModelViewSet):
    serializer_class = LabelledSerializer
    permission_classes = [permissions.IsAuthenticated]

    def get_queryset(self):
        return Labelled.objects.filter(label__user=self.request.user)


router = routers.DefaultRouter()
router.register("labels", LabelViewSet, basename="label")
router.register("labelled", LabelledViewSet, basename="labelled")
urlpatterns = [path("api/", include(router.urls))]
"""


def labels(asked: str, open_rows: str = "Q(published=True)") -> dict[str, Handler]:
    views = CHANGED.replace("{permissions}", asked).replace("{open}", open_rows)
    found = project({"shop/__init__.py": "", "shop/models.py": SEEN, "shop/views.py": views}).handlers()
    return {".".join(handler.route.handler.split(".")[-2:]): handler for handler in found}


def test_who_may_see_a_row_may_not_change_it() -> None:
    found = labels("permissions.IsAuthenticatedOrReadOnly")
    for action in ("update", "partial_update", "destroy"):
        assert [each.ownership for each in found[f"LabelViewSet.{action}"].ids] == ["missing"]
    assert [each.ownership for each in found["LabelViewSet.retrieve"].ids] == ["unknown"]
    (link,) = found["LabelledViewSet.create"].links
    assert link.ownership == "missing"  # strangers see some labels, not all


def test_whoever_asks_whose_it_is_keeps_it() -> None:
    found = labels("permissions.IsAuthenticatedOrReadOnly, IsOwner")
    assert {each.ownership for action in ("update", "destroy") for each in found[f"LabelViewSet.{action}"].ids} == {"owned"}


def test_rows_that_nobody_owns_leave_a_doubt() -> None:
    found = labels("permissions.IsAuthenticated", "Q(user=None)")
    assert {each.ownership for action in ("update", "destroy") for each in found[f"LabelViewSet.{action}"].ids} == {"unknown"}
