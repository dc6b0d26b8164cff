"""A mail that tells of a row is no row: what is set on it changes nothing."""

from __future__ import annotations

import pytest

from tests.flow.apps import DJANGO_MODELS, django

CODE = """
from django.core.mail import EmailMessage


class Notes(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = NoteSerializer
    queryset = Note.objects.all()

    @action(detail=True, methods=["post"], permission_classes=[permissions.AllowAny])
    def share(self, request, pk=None):
        note = self.get_object()
        tell(note, request.data["to"])
        BODY
        return Response(status=201)


def tell(note, to):
    body = f"<p>{note.text} {note.project.owner}</p>"
    send("A note", to, body)


def send(subject, to, body, sender=("Us", "us@example.com")):
    if not isinstance(to, list):
        to = [to]
    mail = EmailMessage(subject, body, sender[1], to)
    mail.content_subtype = "html"
    mail.send()
"""


@pytest.mark.parametrize(("body", "changes"), [("pass", False), ("note.text = request.data['text']\n        note.save()", True)])
def test_what_is_set_on_a_mail(body: str, changes: bool) -> None:
    models = DJANGO_MODELS.replace("class Note(models.Model)", "class Note(TimeStampedModel)")  # of a package: it may have any field
    models = "from django_extensions.db.models import TimeStampedModel\n" + models
    found = django(CODE.replace("BODY", body), "register('notes', Notes)", {"shop/models.py": models})["share"]
    assert (bool(found.changes), any(choice.changed for choice in found.ids)) == (changes, changes)
