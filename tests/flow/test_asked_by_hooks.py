"""What stands between a request and its rows in well-kept Django apps: hooks of serializers in serializers, rows that go with the caller's, whose
rows a shared view holds, permissions that an app made up, programs that come by a secret of their own."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, flask, ids

LINES = """
    class Line(serializers.Serializer):
        first = serializers.ListField(child=serializers.IntegerField())
        more = serializers.ListField(child=serializers.IntegerField())

        def validate(self, data):
            project = self.context["project"]
            asked = set(data.get("first", []) + data.get("more", []))
            if asked:
                known = set(Note.objects.filter(project=project, id__in=asked).values_list("id", flat=True))
                unknown = asked - known
                if TEST:
                    raise serializers.ValidationError("unknown")
            return data

    class Basket(serializers.Serializer):
        lines = Line(many=True)

        def create(self, validated_data):
            for line in validated_data["lines"]:
                self._mark(line.get("first", []))
                self._mark(line.get("more", []))
            return []

        def _mark(self, ids):
            Note.objects.filter(id__in=set(ids)).update(text="")

    class Lines(APIView):
        permission_classes = [permissions.IsAuthenticated]

        def post(self, request, pk):
            project = get_object_or_404(Project, pk=pk)
            if project.owner != request.user:
                self.permission_denied(request)
            serializer = Basket(data=request.data, context={"request": request, "project": project})
            serializer.is_valid(raise_exception=True)
            serializer.save()
            return Response({})
"""


@pytest.mark.parametrize(("test", "said"), [("unknown", "unknown"), ("len(asked) > 9", "missing")])
def test_ids_in_lists_that_a_serializer_in_a_serializer_asks_about(test: str, said: str) -> None:
    found = django(LINES.replace("TEST", test), "path('lines/<int:pk>/', Lines.as_view())")["post"]
    assert ids(found) == {"lines.first": said, "lines.more": said}


JOBS = """
    from django.conf import settings
    from django.db import models

    class Team(models.Model):
        lead = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
        name = models.TextField()

    class Application(models.Model):
        project = models.ForeignKey(Project, on_delete=models.CASCADE)
        team = models.ForeignKey(Team, on_delete=models.CASCADE)
        accepted = models.BooleanField()

    class Job(models.Model):
        project = models.ForeignKey(Project, on_delete=models.CASCADE)
        team = models.ForeignKey(Team, on_delete=models.CASCADE)

    class JobSerializer(serializers.Serializer):
        team = serializers.SlugRelatedField(slug_field="name", queryset=Team.objects.all())

        def validate_team(self, value):
            project = self.context["project"]
            if TEST:
                raise serializers.ValidationError("not accepted")
            return value

        def create(self, validated_data):
            return Job.objects.create(project=self.context["project"], team=validated_data["team"])

    class Jobs(APIView):
        permission_classes = [permissions.IsAuthenticated]

        def post(self, request, pk):
            project = get_object_or_404(Project, pk=pk)
            if not project.members.filter(pk=request.user.pk).exists():
                self.permission_denied(request)
            serializer = JobSerializer(data=request.data, context={"request": request, "project": project})
            serializer.is_valid(raise_exception=True)
            serializer.save()
            return Response({})
"""
ROWS = {
    "not Application.objects.filter(project=project, team=value, accepted=True).exists()": "unknown",
    "Application.objects.filter(project=project, team=value).exists()": "missing",  # not twice, and any team at all
    "not Application.objects.filter(team=value, accepted=True).exists()": "missing",
}


@pytest.mark.parametrize("test", ROWS)
def test_a_row_that_goes_with_what_the_caller_may_reach(test: str) -> None:
    found = django(JOBS.replace("TEST", test), "path('jobs/<int:pk>/', Jobs.as_view())")["post"]
    assert {link.id: link.ownership for link in found.links} == {"team": ROWS[test]}


SHARED = """
    class Projects(viewsets.ModelViewSet):
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
        permission_classes = [permissions.IsAuthenticated]

        def filter_queryset(self, queryset):
            if queryset.model is MODEL:
                return super().filter_queryset(queryset.filter(owner=self.request.user))
            return super().filter_queryset(queryset)

        def create(self, request):
            serializer = ProjectSerializer(data=request.data)
            serializer.is_valid(raise_exception=True)
            project = serializer.save()
            Project.objects.filter(pk=project.id).update(imported=True)
            return Response({})
"""


def test_whose_rows_a_shared_view_holds() -> None:
    found = django(SHARED.replace("MODEL", "Project"), "register('projects', Projects)")
    assert ids(found["retrieve"]) == ids(found["destroy"]) == {"pk": "owned"}
    assert found["list"].route.ownership == "owned"
    assert ids(django(SHARED.replace("MODEL", "Note"), "register('projects', Projects)")["retrieve"]) == {"pk": "missing"}


def test_what_a_new_row_is_called_the_client_does_not_say() -> None:
    assert ids(django(SHARED.replace("MODEL", "Project"), "register('projects', Projects)")["create"]) == {}
    own = "    def create(self, validated_data):\n            return build(validated_data, self.context['request'].user)\n"
    made = (
        "    from outside import build\n    class OwnSerializer(ProjectSerializer):\n    "
        + own
        + SHARED.replace("= ProjectSerializer(", "= OwnSerializer(")
    )
    assert ids(django(made.replace("MODEL", "Project"), "register('projects', Projects)")["create"]) == {}
    named = "    class NamedSerializer(ProjectSerializer):\n        id = serializers.IntegerField()\n" + SHARED.replace(
        "serializer = ProjectSerializer(", "serializer = NamedSerializer("
    )
    assert ids(django(named.replace("MODEL", "Project"), "register('projects', Projects)")["create"]) == {"id": "missing"}


STAFF = """
    from django.contrib.auth.decorators import permission_required
    from django.contrib.auth.mixins import PermissionRequiredMixin
    from django.views import View

    MANAGE = "PERMISSION"

    @login_required
    @permission_required(MANAGE, raise_exception=True)
    def rename(request, pk):
        project = Project.objects.get(pk=pk)
        project.name = request.POST["name"]
        project.save()
        return JsonResponse({})

    class Rename(PermissionRequiredMixin, View):
        permission_required = MANAGE

        def post(self, request, pk):
            project = Project.objects.get(pk=pk)
            project.name = request.POST["name"]
            project.save()
            return JsonResponse({})
"""


@pytest.mark.parametrize(("permission", "said"), [("shop.manage_all", "unknown"), ("shop.change_project", "missing")])
def test_a_permission_that_the_app_made_up_is_a_role_of_it(permission: str, said: str) -> None:
    found = django(STAFF.replace("PERMISSION", permission), "path('rename/<int:pk>/', rename)\npath('again/<int:pk>/', Rename.as_view())")
    assert ids(found["rename"]) == ids(found["post"]) == {"pk": said}


def test_a_program_that_comes_by_its_own_secret() -> None:
    code = """
    from django.views import View
    from oauth2_provider.views.mixins import ClientProtectedResourceMixin

    class Rename(ClientProtectedResourceMixin, View):
        def post(self, request, pk):
            project = Project.objects.get(pk=pk)
            project.name = request.POST["name"]
            project.save()
            return JsonResponse({})
    """
    found = django(code, "path('rename/<int:pk>/', Rename.as_view())")["post"]
    assert (found.route.authentication, ids(found)) == ("required", {"pk": "unknown"})


def test_what_a_link_in_a_mail_names() -> None:
    code = """
    from django.conf import settings
    from django.db import models
    from django.views import View

    class Access(models.Model):
        user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
        invite_id = models.CharField(max_length=50)

    @login_required
    def mine(request):
        return JsonResponse({"n": Access.objects.filter(user=request.user).count()})

    class Accept(View):
        def post(self, request, invite_id):
            access = Access.objects.get(COLUMN=invite_id)
            access.accepted = True
            access.save()
            return JsonResponse({})
    """
    urls = "path('mine/', mine)\npath('accept/<slug:invite_id>/', Accept.as_view())"
    assert ids(django(code.replace("COLUMN", "invite_id"), urls)["post"]) == {"invite_id": "unknown"}
    assert ids(django(code.replace("COLUMN", "id"), urls)["post"]) == {"invite_id": "missing"}


def test_a_key_is_found_by_what_it_is() -> None:
    code = """
    class LicenseKey(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        key = db.Column(db.String)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))

    @app.post("/licenses/<int:user_id>/deactivate")
    @login_required
    def deactivate(user_id):
        found = LicenseKey.query.filter_by(user_id=user_id, COLUMN=request.json["key"]).first_or_404()
        found.active = False
        db.session.commit()
        return jsonify(found.id)
    """
    assert ids(flask(code.replace("COLUMN", "key"))["deactivate"]) == {"user_id": "unknown"}
    assert "missing" in ids(flask(code.replace("COLUMN", "id"))["deactivate"]).values()


def test_a_check_of_rows_that_stands_elsewhere() -> None:
    code = """
    from policies import check_related_permissions, check_quota_of

    class NoteOf(serializers.Serializer):
        project = serializers.IntegerField()

        def create(self, validated_data):
            project = Project.objects.get(pk=validated_data["project"])
            return super().create({"project": project})

    class Notes(APIView):
        permission_classes = [permissions.IsAuthenticated]

        def post(self, request):
            serializer = NoteOf(data=request.data)
            serializer.is_valid(raise_exception=True)
            note = serializer.create(serializer.validated_data)
            ASKS(request.user, Note, {}, {})
            return Response({"project": Project.objects.get(pk=request.data["project"]).name})
    """
    for asks, said in (("check_related_permissions", "unknown"), ("check_quota_of", "missing")):
        assert ids(django(code.replace("ASKS", asks), "path('notes/', Notes.as_view())")["post"])["project"] == said
