"""Ids that a serializer finds in a nested body, and what else it was told beside."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, flask, ids

SERIALIZER = """
    from rest_framework_json_api import serializers as japi


    class MoveSerializer({base}):
        notes = serializers.ListField(child=serializers.DictField())

        def create(self, validated_data):
            numbers = [item["id"] for item in validated_data["notes"]]
            notes = Note.objects.filter(id__in=numbers{more})
            for note in notes:
                note.project = self.context["project"]
                note.save()
            return self.context["project"]

        class Meta:
            model = Project
            fields = ["id", "notes"]


    class MoveView(viewsets.GenericViewSet):
        permission_classes = [permissions.IsAuthenticated]
        serializer_class = MoveSerializer

        def get_queryset(self):
            return Project.objects.filter(owner=self.request.user)

        def create(self, request, *args, **kwargs):
            project = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
            serializer = self.get_serializer(data={{"notes": request.data}}, context={{"project": project, "user": request.user}})
            serializer.is_valid(raise_exception=True)
            serializer.save()
            return Response(status=204)
"""
URLS = "path('projects/<int:pk>/move/', MoveView.as_view({'post': 'create'}))"


@pytest.mark.parametrize("base", ["serializers.ModelSerializer", "japi.ModelSerializer"])
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "missing"),
        (", project__owner=self.context['user']", "owned"),
        (", project=self.context['project']", "owned"),
        (", text__contains='a'", "missing"),
    ],
)
def test_ids_in_a_list_of_a_serializer(base: str, more: str, said: str) -> None:
    found = ids(django(SERIALIZER.format(base=base, more=more), URLS)["create"])
    assert [verdict for name, verdict in found.items() if name != "pk"] == [said]


@pytest.mark.parametrize(
    ("word", "login", "said"), [("username", "", "public"), ("username", "@login_required", "unknown"), ("parent", "", "missing")]
)
def test_what_an_opaque_look_up_found_by_a_username_is_no_part_of_the_body(word: str, login: str, said: str) -> None:
    found = flask(f"""
    def find(word):
        account = registry.one(word)
        if account is None:
            raise ValueError
        return account

    @app.route("/me")
    @login_required
    def me():
        return jsonify(current_user.id)

    @app.route("/orders/change", methods=["POST"])
    {login}
    def change():
        order = Order.query.get(find(request.get_json()["{word}"]).id)
        order.status = "sent"
        db.session.commit()
        return ""
    """)
    assert found["change"].route.ownership == said
