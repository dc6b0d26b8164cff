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
