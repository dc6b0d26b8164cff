"""Rows that a client names by the fields of a DRF serializer: the project's own related fields, other names of fields, serializers in serializers."""

from __future__ import annotations

import pytest

from tests.flow.apps import django

VIEWS = """
    class ProjectField(serializers.PrimaryKeyRelatedField):
        def __init__(self, **kwargs):
            kwargs.setdefault("pk_field", serializers.UUIDField())
            super().__init__(**kwargs)

        def get_queryset(self):
            ROWS

    class LineSerializer(serializers.Serializer):
        text = serializers.CharField()
        FIELD

    class BasketSerializer(serializers.Serializer):
        lines = LineSerializer(many=True)
        first = LineSerializer()

    class Projects(viewsets.ModelViewSet):
        serializer_class = ProjectSerializer
        permission_classes = [permissions.IsAuthenticated]

        def get_queryset(self):
            return Project.objects.filter(owner=self.request.user)

    class Line(generics.GenericAPIView):
        permission_classes = [permissions.IsAuthenticated]

        def post(self, request):
            serializer = LineSerializer(data=request.data, context=self.get_serializer_context())
            serializer.is_valid(raise_exception=True)
            data = serializer.validated_data
            note = Note.objects.create(project=data["project"], text=data["text"])
            return Response({"id": note.pk})

    class Basket(generics.GenericAPIView):
        permission_classes = [permissions.IsAuthenticated]

        def post(self, request):
            serializer = BasketSerializer(data=request.data, context={"request": request})
            serializer.is_valid(raise_exception=True)
            Note.objects.create(project=serializer.validated_data["first"]["project"])
            return Response({})

    class Baskets(generics.GenericAPIView):
        permission_classes = [permissions.IsAuthenticated]

        def post(self, request):
            serializer = BasketSerializer(data=request.data, context={"request": request})
            serializer.is_valid(raise_exception=True)
            for line in serializer.validated_data["lines"]:
                Note.objects.create(project=line.get("project"))
            return Response({})
"""
ROUTES = 'register("projects", Projects, basename="project")\npath("it/", {}.as_view())'
OWN = 'project_id = ProjectField(source="project")'
ALL = 'project_id = serializers.PrimaryKeyRelatedField(source="project", queryset=Project.objects.all())'
MINE = "return Project.objects.filter(owner=self.context['request'].user)"


@pytest.mark.parametrize(
    ("field", "rows", "loose"),
    [
        (OWN, MINE, False),
        (OWN, "return Project.objects.filter(owner=self.root.context['request'].user)", False),
        (OWN, "return Project.objects.all()", True),
        (OWN, "return Project.objects.filter(name=self.context['request'].data['name'])", True),
        (ALL, MINE, True),
        ('project = ProjectField(label="Project")', MINE, False),
    ],
)
def test_what_rows_a_field_of_ones_own_lets_a_client_name(field: str, rows: str, loose: bool) -> None:
    for name in ("Line", "Basket", "Baskets"):
        found = django(VIEWS.replace("FIELD", field).replace("ROWS", rows), ROUTES.format(name))["post"]
        assert {link.ownership for link in found.links} == ({"missing"} if loose else set()), name
        assert found.route.ownership == ("unknown" if loose else "owned"), name


HELD = """if attrs["project"].owner != self.context["request"].user:
                raise exceptions.PermissionDenied()
            return attrs"""


@pytest.mark.parametrize("name", ["Line", "Basket", "Baskets"])
def test_a_serializer_in_a_serializer_asks_itself(name: str) -> None:
    asks = f"{ALL}\n\n        def validate(self, attrs):\n            {HELD}"
    found = django(VIEWS.replace("FIELD", asks).replace("ROWS", MINE), ROUTES.format(name))["post"]
    assert (found.links, found.route.ownership) == ((), "owned")
