"""Ids in Django and Django REST framework handlers: what ties them to the caller, and what only looks as if it did."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

SHOW = "path('projects/<int:pk>/', show)"
VIEWS = "register('projects', Projects, basename='projects')"

OWNED = {
    "owner in the look-up": (
        """
        @login_required
        def show(request, pk):
            return JsonResponse({"id": get_object_or_404(Project, pk=pk, owner=request.user).pk})
        """,
        SHOW,
        "show",
    ),
    "narrowed twice": (
        """
        @login_required
        def show(request, pk):
            rows = Project.objects.filter(pk=pk)
            rows = rows.filter(owner=request.user)
            return JsonResponse({"rows": list(rows)})
        """,
        SHOW,
        "show",
    ),
    "compared after the look-up, a response refuses": (
        """
        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            if project.owner != request.user:
                return HttpResponseForbidden()
            return JsonResponse({"id": project.pk})
        """,
        SHOW,
        "show",
    ),
    "a relation of the caller": (
        """
        @login_required
        def show(request, pk):
            return JsonResponse({"id": request.user.projects.get(pk=pk).pk})
        """,
        SHOW,
        "show",
    ),
    "a queryset of the class": (
        """
        class Projects(viewsets.ModelViewSet):
            serializer_class = ProjectSerializer
            permission_classes = [permissions.IsAuthenticated]

            def get_queryset(self):
                return Project.objects.filter(owner=self.request.user)
        """,
        VIEWS,
        "retrieve",
    ),
    "super narrows what the base gives": (
        """
        class Base(viewsets.ModelViewSet):
            queryset = Project.objects.all()
            serializer_class = ProjectSerializer
            permission_classes = [permissions.IsAuthenticated]

            def get_queryset(self):
                return super().get_queryset().filter(owner=self.request.user)


        class Projects(Base):
            def get_queryset(self):
                return super().get_queryset().order_by("id")
        """,
        VIEWS,
        "destroy",
    ),
    "object permission over all rows": (
        """
        class Projects(viewsets.ModelViewSet):
            queryset = Project.objects.all()
            serializer_class = ProjectSerializer
            permission_classes = [permissions.IsAuthenticated, IsOwner]
        """,
        VIEWS,
        "retrieve",
    ),
    "get_object in an action": (
        """
        class Projects(viewsets.GenericViewSet):
            queryset = Project.objects.all()
            permission_classes = [permissions.IsAuthenticated & IsOwner]

            @action(detail=True)
            def export(self, request, pk=None):
                return Response(self.get_object().pk)
        """,
        VIEWS,
        "export",
    ),
    "permissions made with arguments": (
        """
        class MemberOf(permissions.BasePermission):
            def __init__(self, find):
                self.find = find

            def has_permission(self, request, view):
                return Project.objects.filter(pk=self.find(view), members=request.user).exists()


        class Projects(viewsets.GenericViewSet):
            def get_permissions(self):
                return [permissions.IsAuthenticated(), MemberOf(lambda view: view.kwargs["pk"])]

            @action(detail=True)
            def notes(self, request, pk=None):
                return Response(list(Note.objects.filter(project_id=pk)))
        """,
        VIEWS,
        "notes",
    ),
    "permission class of a function view": (
        """
        class IsMember(permissions.BasePermission):
            def has_permission(self, request, view):
                return Project.objects.filter(pk=view.kwargs["pk"], members=request.user).exists()


        @api_view(["GET"])
        @permission_classes([IsMember])
        def show(request, pk):
            return Response(list(Note.objects.filter(project_id=pk)))
        """,
        SHOW,
        "show",
    ),
    "the action's own permission": (
        """
        class Projects(viewsets.ModelViewSet):
            queryset = Project.objects.all()
            serializer_class = ProjectSerializer

            def get_permissions(self):
                if self.action == "create":
                    return [permissions.IsAuthenticated()]
                return [permissions.IsAuthenticated(), IsOwner()]
        """,
        VIEWS,
        "destroy",
    ),
    "a manager that knows the caller": (
        """
        class ProjectQuerySet:
            pass


        def visible(user):
            return Project.objects.filter(Q(owner=user) | Q(members=user))


        @login_required
        def show(request, pk):
            return JsonResponse({"id": get_object_or_404(visible(request.user), pk=pk).pk})
        """,
        SHOW,
        "show",
    ),
    "check_object_permissions by hand": (
        """
        class Show(APIView):
            permission_classes = [permissions.IsAuthenticated, IsOwner]

            def get(self, request, pk):
                project = get_object_or_404(Project, pk=pk)
                self.check_object_permissions(request, project)
                return Response(project.pk)
        """,
        "path('projects/<int:pk>/', Show.as_view())",
        "get",
    ),
}

LOOSE = {
    "by id alone": (
        """
        @login_required
        def show(request, pk):
            return JsonResponse({"id": get_object_or_404(Project, pk=pk).pk})
        """,
        SHOW,
        "show",
    ),
    "everybody's but the caller's": (
        """
        @login_required
        def show(request, pk):
            return JsonResponse({"id": Project.objects.exclude(owner=request.user).get(pk=pk).pk})
        """,
        SHOW,
        "show",
    ),
    "not the caller's, with Q": (
        """
        @login_required
        def show(request, pk):
            return JsonResponse({"id": get_object_or_404(Project, ~Q(owner=request.user), pk=pk).pk})
        """,
        SHOW,
        "show",
    ),
    "the caller only written": (
        """
        @login_required
        def show(request, pk):
            Project.objects.filter(pk=pk).update(owner=request.user)
            return JsonResponse({})
        """,
        SHOW,
        "show",
    ),
    "the caller only annotated": (
        """
        @login_required
        def show(request, pk):
            return JsonResponse({"rows": list(Project.objects.annotate(mine=Q(owner=request.user)).filter(pk=pk))})
        """,
        SHOW,
        "show",
    ),
    "the test is inverted": (
        """
        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            if project.owner == request.user:
                return HttpResponseForbidden()
            return JsonResponse({"id": project.pk})
        """,
        SHOW,
        "show",
    ),
    "the manager instead of get_object": (
        """
        class Projects(viewsets.GenericViewSet):
            permission_classes = [permissions.IsAuthenticated, IsOwner]

            def get_queryset(self):
                return Project.objects.filter(owner=self.request.user)

            @action(detail=True)
            def export(self, request, pk=None):
                return Response(Project.objects.get(pk=pk).pk)
        """,
        VIEWS,
        "export",
    ),
    "an owner or anybody who is logged in": (
        """
        class Projects(viewsets.ModelViewSet):
            queryset = Project.objects.all()
            serializer_class = ProjectSerializer
            permission_classes = [IsOwner | permissions.IsAuthenticated]
        """,
        VIEWS,
        "retrieve",
    ),
    "another action's permission": (
        """
        class Projects(viewsets.ModelViewSet):
            queryset = Project.objects.all()
            serializer_class = ProjectSerializer

            def get_permissions(self):
                if self.action == "destroy":
                    return [permissions.IsAuthenticated(), IsOwner()]
                return [permissions.IsAuthenticated()]
        """,
        VIEWS,
        "retrieve",
    ),
    "public on one branch": (
        """
        class Projects(viewsets.ModelViewSet):
            serializer_class = ProjectSerializer
            permission_classes = [permissions.IsAuthenticated]

            def get_queryset(self):
                if self.request.query_params.get("all"):
                    return Project.objects.all()
                return Project.objects.filter(owner=self.request.user)
        """,
        VIEWS,
        "retrieve",
    ),
}


@pytest.mark.parametrize("name", OWNED)
def test_tied_to_the_caller(name: str) -> None:
    code, urls, handler = OWNED[name]
    assert ids(django(code, urls)[handler])["pk"] == "owned"


@pytest.mark.parametrize("name", LOOSE)
def test_tied_to_nobody(name: str) -> None:
    code, urls, handler = LOOSE[name]
    assert ids(django(code, urls)[handler])["pk"] == "missing"


TRAPS = {
    "the answer of the guard is dropped": """
        def may(user, project):
            return project.owner == user


        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            may(request.user, project)
            return JsonResponse({"id": project.pk})
    """,
    "another object is held": """
        @login_required
        def show(request, pk):
            mine = get_object_or_404(Project, pk=request.GET["mine"])
            if mine.owner != request.user:
                return HttpResponseForbidden()
            return JsonResponse({"id": get_object_or_404(Project, pk=pk).pk})
    """,
    "nobody is asked for": """
        def may(project, user=None):
            return project.owner == user


        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            if not may(project):
                return HttpResponseForbidden()
            return JsonResponse({"id": project.pk})
    """,
    "the permission says yes to everybody": """
        class Anybody(permissions.BasePermission):
            def has_object_permission(self, request, view, obj):
                if view.kwargs:
                    return True
                return obj.owner == request.user


        class Show(generics.RetrieveAPIView):
            queryset = Project.objects.all()
            serializer_class = ProjectSerializer
            permission_classes = [permissions.IsAuthenticated, Anybody]


        show = Show.as_view()
    """,
}


@pytest.mark.parametrize("name", TRAPS)
def test_no_false_proof(name: str) -> None:
    found = django(TRAPS[name], SHOW)
    assert all(ids(handler).get("pk") != "owned" for handler in found.values())
    assert found


def test_a_child_is_not_tied_by_its_checked_parent() -> None:
    code = """
        @login_required
        def show(request, pk, note_id):
            project = get_object_or_404(Project, pk=pk, owner=request.user)
            note = get_object_or_404(Note, pk=note_id)
            return JsonResponse({"project": project.pk, "text": note.text})


        @login_required
        def safe(request, pk, note_id):
            project = get_object_or_404(Project, pk=pk, owner=request.user)
            return JsonResponse({"text": project.notes.get(pk=note_id).text})
    """
    found = django(code, "path('projects/<int:pk>/notes/<int:note_id>/', show)\npath('safe/<int:pk>/<int:note_id>/', safe)")
    assert ids(found["show"]) == {"pk": "owned", "note_id": "missing"}
    assert ids(found["safe"]) == {"pk": "owned", "note_id": "owned"}


NOTES = """
    class Notes(viewsets.ModelViewSet):
        serializer_class = {serializer}
        permission_classes = [permissions.IsAuthenticated]

        def get_queryset(self):
            return Note.objects.filter(project__owner=self.request.user)
{more}
"""


@pytest.mark.parametrize(
    ("serializer", "more", "expected"),
    [
        ("NoteSerializer", "", {"project": "missing"}),
        ("ProjectSerializer", "", {}),
        (
            "NoteSerializer",
            "        def perform_create(self, serializer):\n            serializer.save(project=self.request.user.projects.get())\n",
            {},
        ),
        (
            "NoteSerializer",
            "        def create(self, request, *args, **kwargs):\n"
            "            if Project.objects.get(pk=request.data['project']).owner != request.user:\n"
            "                raise exceptions.PermissionDenied()\n"
            "            return super().create(request, *args, **kwargs)\n",
            {"project": "owned"},
        ),
    ],
    ids=["nothing checks", "not a field", "the server sets it", "the view checks the body"],
)
def test_foreign_keys_of_the_body(serializer: str, more: str, expected: dict[str, str]) -> None:
    found = django(NOTES.format(serializer=serializer, more=more), "register('notes', Notes, basename='notes')")
    assert {link.id: link.ownership for link in found["create"].links} == expected


BOARDS = """
    from django.conf import settings
    from django.db import models

    from shop.models import Project


    class Board(models.Model):
        created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE{option})
        project = models.ForeignKey(Project, on_delete=models.CASCADE{option})

        def {method}(self, *args, **kwargs):
            {when}
                self.created_by = current.user
            super().save(*args, **kwargs)
"""
BOARD_VIEWS = """
    from shop.boards import Board


    class BoardSerializer(serializers.ModelSerializer):
        class Meta:
            model = Board
            fields = "__all__"


    class Boards(viewsets.ModelViewSet):
        serializer_class = BoardSerializer
        permission_classes = [permissions.IsAuthenticated]

        def get_queryset(self):
            return Board.objects.filter(created_by=self.request.user)
"""


@pytest.mark.parametrize(
    ("option", "method", "when", "owners", "links"),
    [
        ("", "adopt", "if True:", {"created_by"}, {"project"}),
        (", editable=False", "adopt", "if True:", set(), set()),
        ("", "save", "if not self.pk:", set(), {"project"}),
        ("", "save", "if not self.created_by_id:", {"created_by"}, {"project"}),
    ],
    ids=["the client says", "not editable", "the model says", "the model says for want of the client's word"],
)
def test_what_a_serializer_of_all_fields_lets_the_client_say(option: str, method: str, when: str, owners: set[str], links: set[str]) -> None:
    models = BOARDS.replace("{option}", option).replace("{method}", method).replace("{when}", when)
    made = django(BOARD_VIEWS, "register('boards', Boards, basename='boards')", {"shop/boards.py": models})["create"]
    assert ({owner.id for owner in made.owners}, {link.id for link in made.links}) == (owners, links)


def test_reference_data_is_nobodys() -> None:
    code = """
        @login_required
        def show(request, pk):
            return JsonResponse({"name": get_object_or_404(Country, pk=pk).name})
    """
    assert ids(django(code, SHOW)["show"]) == {"pk": "not-applicable"}


def test_what_strangers_may_read_not_everybody_may_change() -> None:
    """The framework's own update and destroy change the row; that anybody may read it is no leave to."""
    code = """
        class Projects(viewsets.ModelViewSet):
            queryset = Project.objects.all()
            serializer_class = ProjectSerializer
            permission_classes = [permissions.IsAuthenticatedOrReadOnly]
    """
    found = django(code, VIEWS)
    assert {name: ids(handler)["pk"] for name, handler in found.items() if "pk" in ids(handler)} == {
        "retrieve": "public", "update": "missing", "partial_update": "missing", "destroy": "missing",
    }  # fmt: skip
