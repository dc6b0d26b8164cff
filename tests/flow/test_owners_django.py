"""Whose a new row is, where a serializer of DRF lets the client say so."""

from __future__ import annotations

import pytest

from tests.flow.apps import DJANGO_MODELS, django

VIEWS = """
    class TicketSerializer(serializers.ModelSerializer):
        {declared}
        class Meta:
            model = Ticket
            fields = {fields}
            {meta}

        {method}


    class TicketView(generics.ListCreateAPIView):
        serializer_class = TicketSerializer
        permission_classes = [permissions.IsAuthenticated]

        def get_queryset(self):
            return Ticket.objects.filter(author=self.request.user)

        {hook}
"""
MODEL = """

class Ticket(models.Model):
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField()
"""
SAVES = "def perform_create(self, serializer):\n            serializer.save({})"
OPEN = {
    "all fields": {"fields": '"__all__"'},
    "listed": {"fields": '["author", "text"]'},
    "a hook that says nothing of it": {"fields": '"__all__"', "hook": SAVES.format("text='x'")},
}
CLOSED = {
    "not listed": {"fields": '["text"]'},
    "read only": {"fields": '"__all__"', "meta": 'read_only_fields = ["author"]'},
    "set by the view": {
        "fields": '"__all__"',
        "hook": SAVES.format("author=self.request.user"),
    },
    "declared as the caller": {"fields": '"__all__"', "declared": "author = serializers.HiddenField(default=serializers.CurrentUserDefault())"},
    "set when it is valid": {
        "fields": '"__all__"',
        "method": 'def validate(self, attrs):\n            attrs["author"] = self.context["request"].user\n            return attrs',
    },
}


def owners(case: dict[str, str]) -> list[str]:
    parts = {"declared": "", "meta": "pass", "method": "", "hook": ""} | case
    handlers = django(
        VIEWS.format(**parts).replace("class TicketSerializer", "from shop.models import Ticket\n\n\n    class TicketSerializer", 1),
        'path("tickets/", TicketView.as_view())',
        {"shop/models.py": DJANGO_MODELS + MODEL},
    )
    made = next(handler for name, handler in handlers.items() if "POST" in handler.route.methods)
    return [owner.id for owner in made.owners]


@pytest.mark.parametrize("case", OPEN.values(), ids=OPEN)
def test_the_client_says_whose_it_is(case: dict[str, str]) -> None:
    assert owners(case) == ["author"]


@pytest.mark.parametrize("case", CLOSED.values(), ids=CLOSED)
def test_the_server_says_whose_it_is(case: dict[str, str]) -> None:
    assert owners(case) == []
