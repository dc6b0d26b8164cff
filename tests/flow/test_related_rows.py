"""What the row that another one belongs to is asked: its class is known by the foreign key, so its own methods say whose it is."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

ORGS = """
from django.conf import settings
from django.db import models
from guard.models import Guarded


class Org(Guarded, models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)

    def may(self, user_id, action: str) -> bool:
        {body}


class Staff(models.Model):
    org = models.ForeignKey(Org, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    allowed = models.JSONField()

    def has_permission(self, action):
        return self.allowed.get(action, False)


class Event(models.Model):
    org = models.ForeignKey("Org", on_delete=models.CASCADE)
"""
VIEW = """
from shop.orgs import Event


@login_required
def show(request, pk):
    event = get_object_or_404(Event, pk=pk)
    if not event.org.{asked}:
        raise Http404
    return JsonResponse({{"owner": event.org.owner.email}})
"""
STAFF = """if self.owner_id == user_id:
            return True
        if staff := Staff.objects.filter(org=self, user_id=user_id).first():
            return staff.has_permission(action)
        return False"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return self.owner_id == user_id", "owned"),
        ("return self.owner_id == user_id or Staff.objects.filter(org=self, user_id=user_id).exists()", "owned"),
        (STAFF, "owned"),
        ("return True", "missing"),
        ("return Staff.objects.filter(user_id=user_id).exists()", "unknown"),
        ("return bool(action)", "unknown"),
    ],
)
def test_a_method_of_the_row_that_it_belongs_to(body: str, said: str) -> None:
    app = django(VIEW.format(asked='may(request.user.id, "edit")'), 'path("events/<int:pk>", show)', {"shop/orgs.py": ORGS.format(body=body)})
    assert ids(app["show"]) == {"pk": said}


def test_a_method_that_nobody_can_read_is_in_doubt() -> None:
    app = django(
        VIEW.format(asked="can_be_seen_by(request.user)"), 'path("events/<int:pk>", show)', {"shop/orgs.py": ORGS.format(body="return True")}
    )
    assert ids(app["show"]) == {"pk": "unknown"}
