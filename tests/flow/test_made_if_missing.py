"""A row that is made where there is none: that it is there proves nothing."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

MEMBER = """
    from django.conf import settings
    from django.contrib.auth.decorators import login_required
    from django.db import models


    class Member(models.Model):
        user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
        project = models.ForeignKey(Project, on_delete=models.CASCADE)


    @login_required
    def show(request, pk):
        project = get_object_or_404(Project, pk=pk)
        {asks}
        return JsonResponse({{"id": project.id}})


    @login_required
    def through(request, pk):
        member, _ = Member.objects.update_or_create(user=request.user, project_id=pk)
        return JsonResponse({{"notes": list(Note.objects.filter(project=member.project).values())}})
"""
REFUSED = "\n        if not member:\n            return HttpResponseForbidden()"


@pytest.mark.parametrize(
    ("asks", "word"),
    [
        ("member = Member.objects.filter(user=request.user, project=project).first()" + REFUSED, "owned"),
        ("member = Member.objects.get_or_create(user=request.user, project=project)[0]" + REFUSED, "missing"),
        ("member, made = Member.objects.get_or_create(user=request.user, project=project)" + REFUSED, "missing"),
        ("member, made = Member.objects.update_or_create(user=request.user, project=project)" + REFUSED, "missing"),
    ],
)
def test_who_is_made_a_member_was_none(asks: str, word: str) -> None:
    handlers = django(MEMBER.format(asks=asks), "path('a/<int:pk>/', show)\npath('b/<int:pk>/', through)")
    assert ids(handlers["show"]) == {"pk": word}
    assert handlers["through"].route.ownership == "unknown"
