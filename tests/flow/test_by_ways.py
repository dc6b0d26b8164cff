"""Rows that a wrapper holds on one way by their id, and on another by what they stand in."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import django, ids

WAYS = """
    from functools import wraps
    from django.contrib.auth.decorators import login_required
    from django.http import HttpResponse, HttpResponseForbidden


    class Member(models.Model):
        project = models.ForeignKey(Project, on_delete=models.CASCADE)
        user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


    class File(models.Model):
        project = models.ForeignKey(Project, on_delete=models.CASCADE)
        author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


    def allowed(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if File.objects.filter(id=kwargs["pk"], author=request.user).exists():
                return view(request, *args, **kwargs)
            {second}
            return HttpResponseForbidden()
        return wrapper


    @login_required
    @allowed
    def remove(request, project_id, pk):
        {query}.delete()
        return HttpResponse()
"""
MEMBER = """if Member.objects.filter(user=request.user, project_id=kwargs["project_id"]).exists():
                return view(request, *args, **kwargs)"""
INSIDE = "File.objects.filter(pk=pk, project_id=project_id)"


@pytest.mark.parametrize(
    ("second", "query", "word"),
    [
        (MEMBER, INSIDE, "owned"),
        ("", "File.objects.filter(pk=pk)", "owned"),
        (MEMBER, "File.objects.filter(pk=pk)", "missing"),  # a member of one project, and a file of another
        (MEMBER.replace("user=request.user, ", ""), INSIDE, "missing"),
        ('if request.GET.get("force"):\n                return view(request, *args, **kwargs)', INSIDE, "missing"),
        (f'{MEMBER}\n            if request.GET.get("preview"):\n                return view(request, *args, **kwargs)', INSIDE, "missing"),
    ],
)
def test_each_way_holds_the_row_by_something(second: str, query: str, word: str) -> None:
    code = "from django.conf import settings\nfrom django.db import models\n"
    body = WAYS.replace("{second}", second).replace("{query}", query)
    found = django(code + dedent(body), "path('files/<int:project_id>/<int:pk>/', remove)")
    assert ids(found["remove"])["pk"] == word
