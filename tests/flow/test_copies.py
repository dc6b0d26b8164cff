"""What a row holds goes into a new one: a copy that the caller reads."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

COPY = """
    from django.conf import settings
    from django.contrib.auth.decorators import login_required
    from django.db import models
    from django.http import JsonResponse
    from django.shortcuts import get_object_or_404


    class Report(models.Model):
        author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
        above = models.ForeignKey("self", null=True, on_delete=models.CASCADE)
        title = models.TextField()
        body = models.TextField()


    @login_required
    def copy(request, pk):
        report = {found}
        made = Report.objects.create(author=request.user, {fields})
        return JsonResponse({"id": made.id})
"""
ANYBODYS = "get_object_or_404(Report, pk=pk)"


@pytest.mark.parametrize(
    ("found", "fields", "word"),
    [
        (ANYBODYS, "title=report.title, body=report.body", "missing"),
        ("get_object_or_404(Report, pk=pk, author=request.user)", "title=report.title, body=report.body", "owned"),
        (ANYBODYS, 'title=request.POST["title"], above=report', None),  # what it goes with
        (ANYBODYS, 'title=request.POST["title"], body="about " + report.title', None),
    ],
)
def test_a_row_that_is_copied_is_shown(found: str, fields: str, word: str | None) -> None:
    code = COPY.replace("{found}", found).replace("{fields}", fields)
    assert ids(django(code, "path('reports/<int:pk>/copy/', copy)")["copy"]).get("pk") == word
