"""Django views that leave the look-up to a helper: what the helper refuses is what ties the object."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import by_name, ids, project

MODELS = """
from django.contrib.auth.models import User
from django.db import models


class Project(models.Model):
    code = models.UUIDField(unique=True)
    owner = models.ForeignKey(User, models.CASCADE)


class Member(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    project = models.ForeignKey(Project, models.CASCADE)
    may_write = models.BooleanField()
"""
VIEWS = """
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404

from shop.models import Member, Project


class OurRequest(HttpRequest):
    user: User


"""
URLS = """
from django.urls import path

from shop import views

urlpatterns = [path("p/<uuid:code>", views.show), path("r/<uuid:code>", views.read)]
"""
MEMBER = """
def project_for(request{request}, code):
    project = get_object_or_404(Project, code=code)
    if request.user.is_superuser:
        return project, True
    if request.user.id == project.owner_id:
        return project, True
    membership = get_object_or_404(Member, project=project, user={user})
    return project, membership.may_write


def writable(request{request}, code):
    project, may_write = project_for(request, code)
    if not may_write:
        raise PermissionDenied
    return project


@login_required
def show(request{request}, code):
    return JsonResponse({{"name": writable(request, code).name}})


@login_required
def read(request{request}, code):
    project, may_write = project_for(request, code)
    return JsonResponse({{"name": project.name, "may_write": may_write}})
"""


def said(request: str, user: str, handler: str) -> dict[str, str]:
    files = {
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/views.py": VIEWS + dedent(MEMBER.format(request=request, user=user)),
        "shop/urls.py": URLS,
    }
    return ids(by_name(project(files))[handler])


@pytest.mark.parametrize("request_type", ["", ": HttpRequest", ": OurRequest"])
def test_a_member_is_let_in_whatever_the_request_is_annotated_with(request_type: str) -> None:
    assert said(request_type, "request.user", "show") == {"code": "owned"}
    assert said(request_type, "request.user", "read") == {"code": "owned"}


@pytest.mark.parametrize("request_type", ["", ": HttpRequest", ": OurRequest"])
def test_somebody_elses_membership_lets_nobody_in(request_type: str) -> None:
    assert said(request_type, "User.objects.first()", "read")["code"] == "missing"
