"""Fields that a serializer fills itself before it reads what was sent."""

from __future__ import annotations

import pytest

from tests.flow.apps import django

CODE = """
class NoteSerializer(serializers.ModelSerializer):
    project = serializers.PrimaryKeyRelatedField(queryset=Project.objects.all())

    class Meta:
        model = Note
        fields = ["id", "project", "text"]

    def to_internal_value(self, data):
        BODY
        return super().to_internal_value(data)

    def current(self):
        pk = self.context["request"].session.get("project_id")
        if not pk:
            raise exceptions.PermissionDenied()
        return pk


class Notes(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = NoteSerializer
    queryset = Note.objects.all()

    def get_queryset(self):
        return super().get_queryset().filter(project__owner=self.request.user)
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('data["project"] = self.current()', []),
        ("pass", ["project"]),
        ('data["text"] = self.current()', ["project"]),
        ('data["project"] = data.get("project_id")', ["project"]),
        ('data.setdefault("project", self.current())', ["project"]),
        ('if "project" not in data:\n            data["project"] = self.current()', ["project"]),
        ('data["project"] = self.current()\n        data["project"] = data["chosen"]', ["project"]),
        # the client's own is read first, or on one way; it is what the client sent after all
        ('out = super().to_internal_value(data)\n        data["project"] = self.current()\n        return out', ["project"]),
        ('if "project" in data:\n            return super().to_internal_value(data)\n        data["project"] = self.current()', ["project"]),
        ('chosen = data.get("project_id")\n        data["project"] = chosen', ["project"]),
    ],
)
def test_what_the_serializer_puts_there_no_client_chose(body: str, expected: list[str]) -> None:
    found = django(CODE.replace("BODY", body), "register('notes', Notes)")
    for action in ("create", "update"):
        assert [link.id for link in found[action].links if link.ownership == "missing"] == expected
