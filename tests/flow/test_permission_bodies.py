"""What permissions of DRF say in their own words: which program asks, permissions by the action, abilities of an object."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

OF_PROGRAMS = """
OPS = "ops"


class OfProgram(permissions.BasePermission):
    client_id = None

    def has_permission(self, request, view):
        if isinstance(self.client_id, (list, tuple)):
            return request.auth.application.client_id in self.client_id
        return self.client_id == request.auth.application.client_id


class OfOps(OfProgram):
    client_id = OPS


def of(*names):
    return type("OfSome", (OfProgram,), {{"client_id": names}})


class Notes(viewsets.ReadOnlyModelViewSet):
    permission_classes = [permissions.IsAuthenticated{asked}]
    queryset = Note.objects.all()
    serializer_class = NoteSerializer
"""


@pytest.mark.parametrize(("asked", "said"), [("", "missing"), (", OfOps", "unknown"), (", of(OPS)", "unknown")])
def test_which_program_asks_is_a_question_of_what_the_caller_may(asked: str, said: str) -> None:
    app = django(OF_PROGRAMS.format(asked=asked), 'register("notes", Notes)')
    assert ids(app["retrieve"]) == {"pk": said}


BY_ACTION = """
class ByAction(permissions.BasePermission):
    needed = {{"list": [], "retrieve": ["%(app)s.view_%(model)s"]}}

    def allows(self, user, view):
        if getattr(view, "_ignore_model_permissions", {default}):
            return True
        try:
            queryset = view.get_queryset()
        except AttributeError:
            queryset = getattr(view, "queryset", None)
        names = {{"app": queryset.model._meta.app_label, "model": queryset.model._meta.model_name}}
        return user.has_perms([name % names for name in self.needed[view.action]])

    def has_permission(self, request, view):
        return self.allows(request.user, view)


class Notes(viewsets.ReadOnlyModelViewSet):
    permission_classes = [permissions.IsAuthenticated, ByAction]
    queryset = Note.objects.all()
    serializer_class = NoteSerializer
    {own}
"""


@pytest.mark.parametrize(
    ("own", "default", "said"), [("", "False", "unknown"), ("_ignore_model_permissions = True", "False", "missing"), ("", "True", "missing")]
)
def test_permissions_of_the_model_by_the_action(own: str, default: str, said: str) -> None:
    app = django(BY_ACTION.format(own=own, default=default), 'register("notes", Notes)')
    assert ids(app["retrieve"]) == {"pk": said}


DESCRIBED = """
class Projects(viewsets.ReadOnlyModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    {own}

    def get_queryset(self):
        if {test}:
            return self.queryset.all()
        return self.queryset.filter(owner=self.request.user)
"""


@pytest.mark.parametrize(
    ("test", "own", "said"),
    [
        ('getattr(self, "swagger_fake_view", False)', "", "owned"),
        ('hasattr(self, "swagger_fake_view")', "", "owned"),
        ("self.swagger_fake_view", "swagger_fake_view = True", "missing"),
        ('getattr(self, "all_of_them", False)', "", "missing"),
    ],
)
def test_views_that_only_describe_an_api_show_no_rows(test: str, own: str, said: str) -> None:
    app = django(DESCRIBED.format(test=test, own=own), 'register("projects", Projects)')
    assert ids(app["retrieve"]) == {"pk": said}


# what asks for a login, beside what does not
PROJECTS = """

class Projects(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
"""

ABILITIES = """
class Allows(permissions.BasePermission):
    def has_permission(self, request, view):
        return True

    def has_object_permission(self, request, view, obj):
        {asked}


class Notes(viewsets.GenericViewSet):
    permission_classes = [Allows]
    queryset = Note.objects.all()
    serializer_class = NoteSerializer

    def empty(self, request, pk):
        note = self.get_object()
        note.text = ""
        note.save()
        return Response(status=200)
"""


@pytest.mark.parametrize(("asked", "told"), [("return obj.get_abilities(request.user).get(view.action, False)", False), ("return True", True)])
def test_whom_no_login_stops_a_question_of_the_object_may(asked: str, told: bool) -> None:
    urls = 'path("notes/<int:pk>/empty", Notes.as_view({"post": "empty"}))\nregister("projects", Projects)'
    handler = django(ABILITIES.format(asked=asked) + PROJECTS, urls)["empty"]
    assert (bool(handler.exposed[1]) or ids(handler) == {"pk": "missing"}) is told


COUNTED = """
class Allows(permissions.IsAuthenticated):
    def has_object_permission(self, request, view, obj):
        roles = []
        for project_id, role in Membership.objects.filter(project__in=obj.project.nearby(request.user)).values_list("project_id", "role"):
            if project_id == obj.project_id:
                roles.append(role)
        allowed = {}
        if request.user.is_authenticated:
            allowed = {"retrieve": bool(roles)%s, "update": roles and Project.objects.filter(pk=obj.project_id).count() > 1}
        return allowed.get(view.action, False)


class Notes(viewsets.ReadOnlyModelViewSet):
    permission_classes = [Allows]
    queryset = Note.objects.all()
    serializer_class = NoteSerializer

    def filter_queryset(self, queryset):
        return super().filter_queryset(queryset).filter(project=self.kwargs["project_id"])
"""


@pytest.mark.parametrize(("asked", "said"), [("", "unknown"), (" and obj.project.owner == request.user", "owned")])
def test_that_rows_are_there_is_not_all_that_a_permission_weighs(asked: str, said: str) -> None:
    handler = django(COUNTED % asked, 'register(r"projects/(?P<project_id>[0-9]+)/notes", Notes)')["retrieve"]
    assert ids(handler) == {"pk": said, "project_id": said}


SENT = """
class OwnerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Project
        fields = ["id", "owner"]


class Projects(viewsets.GenericViewSet):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = OwnerSerializer

    def make(self, request, name):
        serializer = self.get_serializer(data={data})
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(status=201)
"""


@pytest.mark.parametrize(("data", "owners"), [("request.data", {"owner"}), ('{"owner": request.user.pk}', set()), ('{"name": name}', set())])
def test_what_a_serializer_is_given_says_whose_a_new_row_is(data: str, owners: set[str]) -> None:
    app = django(SENT.replace("{data}", data), 'path("p/<str:name>", Projects.as_view({"post": "make"}))')
    assert {choice.id for choice in app["make"].owners} == owners


GROUPED = """
from django.db.models import Count, F


@login_required
def mine(request):
    return JsonResponse({"n": list(Note.objects.filter(project__owner=request.user).values())})


@login_required
def change(request, pk):
    Note.objects.filter(pk=pk, project__owner=request.user).update(text="")
    return JsonResponse({})


def strangers(request):
    return JsonResponse({"shown": BODY})
"""


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{n["text"]: n["n"] for n in Note.objects.values("text").annotate(n=Count("id"))}', False),
        ('{n["text"]: n["n"] for n in Note.objects.values("text").annotate(n=F("id"))}', True),
        ('{n["pk"]: n["n"] for n in Note.objects.values("pk").annotate(n=Count("id"))}', True),
        ('list(Country.objects.filter(id__in=Note.objects.values("country")).values())', False),
    ],
)
def test_rows_that_are_counted_by_kind_or_only_choose_are_not_shown(body: str, told: bool) -> None:
    app = django(GROUPED.replace("BODY", body), 'path("mine/", mine)\npath("change/<int:pk>", change)\npath("notes", strangers)')
    assert (app["strangers"].exposed[1] == "only") is told


PUBLIC = """
class {base}:
    permission_classes = [permissions.AllowAny]


class Checks({base}, viewsets.GenericViewSet):
    queryset = {model}.objects.all()

    def empty(self, request, pk):
        row = self.get_object()
        row.text = ""
        row.save()
        return Response(status=200)


class Notes(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = NoteSerializer

    def get_queryset(self):
        return Note.objects.filter(project__owner=self.request.user)
"""


@pytest.mark.parametrize("model", ["Country", "Note"])
@pytest.mark.parametrize(("base", "told"), [("PublicAPIMixin", False), ("PublicIdMixin", True), ("RowsMixin", True)])
def test_a_view_that_somebody_made_public_by_name(base: str, told: bool, model: str) -> None:
    urls = (
        'path("checks/<int:pk>/empty", Checks.as_view({"post": "empty"}))\nregister("projects", Projects)\nregister("notes", Notes, basename="notes")'
    )
    handler = django(PUBLIC.format(base=base, model=model) + PROJECTS, urls)["empty"]
    assert (bool(handler.exposed[1]) or ids(handler) == {"pk": "missing"}) is told


JOINED = """
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    email = models.EmailField()


class Team(models.Model):
    members = models.ManyToManyField(User, related_name="teams")


class Invite(APIView):
    permission_classes = [permissions.IsAuthenticated]

    def post(self, request):
        team = request.user.teams.get(id=request.data["team"])
        try:
            team.members.add(User.objects.get(email=request.data["email"]))
        except User.DoesNotExist:
            user = User.objects.filter(email__iexact=request.data["email"]).first()
            {then}
        return Response({{}})
"""


@pytest.mark.parametrize(("then", "said"), [("team.members.add(user)", "unknown"), ("user.is_active = False; user.save()", "missing")])
def test_who_is_put_into_a_team_twice_is_not_changed(then: str, said: str) -> None:
    assert ids(django(JOINED.format(then=then), 'path("invite", Invite.as_view())')["post"])["email"] == said


TWICE = """
class Projects(viewsets.ReadOnlyModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = ProjectSerializer

    def get_queryset(self):
        return Project.objects.all()

    def list(self, request, *args, **kwargs):
        if "count" in request.query_params:
            return Response({"count": len(self.filter_queryset(self.get_queryset()).all())})
        return super().list(request, *args, **kwargs)
"""


def test_a_list_that_is_asked_for_twice_is_told_once() -> None:
    assert len(django(TWICE, 'register("projects", Projects, basename="projects")')["list"].lists) == 1


BY_CODE = """
from django.contrib.auth.models import User
from django.db import models


class {model}(models.Model):
    code = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.CASCADE)


class ByCode(APIView):
    permission_classes = []

    def post(self, request, code):
        user = {model}.objects.get(code=code).user
        user.set_password(request.data["password"])
        user.save()
        return Response(status=204)
"""


@pytest.mark.parametrize(("model", "told"), [("PasswordChangeRequest", False), ("ChangeRequest", True)])
def test_a_code_that_somebody_was_sent_lets_them_in(model: str, told: bool) -> None:
    urls = 'path("byuser/<uuid:code>", ByCode.as_view())\nregister("projects", Projects)'
    handler = django(BY_CODE.format(model=model) + PROJECTS, urls)["post"]
    assert (bool(handler.exposed[1]) or "missing" in ids(handler).values()) is told


PAID = """
PRICE, TERMS = 5, 3


@login_required
def show(request, pk):
    if request.user.{test}:
        raise Http404
    return JsonResponse({{"text": Note.objects.get(pk=pk).text}})


@login_required
def mine(request, pk):
    return JsonResponse({{"text": get_object_or_404(Note, pk=pk, project__owner=request.user).text}})
"""


@pytest.mark.parametrize("test", ["credits < PRICE", "terms != TERMS", "terms != 3"])
def test_a_number_that_has_a_name_is_no_role(test: str) -> None:
    assert ids(django(PAID.format(test=test), 'path("<int:pk>", show)\npath("mine/<int:pk>", mine)')["show"]) == {"pk": "missing"}


VOUCHED = """
from payments.gateway import Gateway


class Paid(APIView):
    permission_classes = []

    def post(self, request):
        if not Gateway.{check}(settings.GATEWAY, request):
            return Response(status=401)
        note = Note.objects.get(pk=request.data["reference"])
        note.text = request.data["decision"]
        note.save()
        return Response(status=200)
"""


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ("validate_processor_response", False),
        ("verify_signature", False),
        ("prepare_processor", True),
        ("check_gateway_status", True),
        ("validate_callback_url", True),
    ],
)
def test_a_message_that_a_package_vouches_for_is_no_strangers(check: str, told: bool) -> None:
    urls = 'path("paid", Paid.as_view())\nregister("projects", Projects)'
    handler = django(VOUCHED.replace("{check}", check) + PROJECTS, urls)["post"]
    assert (bool(handler.exposed[1]) or "missing" in ids(handler).values()) is told


ALONE = """
class Boards(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAuthenticated]
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer

    def get_queryset(self):
        return Project.objects.filter(owner=self.request.user)

    @action(detail=True, methods=["{method}"], permission_classes=[{asked}])
    def board(self, request, pk):
        project = get_object_or_404(Project, pk=pk)
        {does}
        return Response({{"owner": project.owner.email}})
"""


@pytest.mark.parametrize(
    ("method", "asked", "does", "told"),
    [
        ("get", "permissions.AllowAny", "pass", False),
        ("get", "", "pass", True),
        ("post", "permissions.AllowAny", "project.delete()", True),
        ("get", "permissions.AllowAny", "project.delete()", True),
    ],
)
def test_one_action_that_shows_and_was_opened_by_itself(method: str, asked: str, does: str, told: bool) -> None:
    handler = django(ALONE.format(method=method, asked=asked, does=does), 'register("boards", Boards)')["board"]
    assert (bool(handler.exposed[1]) or "missing" in ids(handler).values()) is told


OF_TABLE = """
class Notes(viewsets.ModelViewSet):
    permission_classes = [{asked}]
    queryset = Note.objects.all()
    serializer_class = NoteSerializer
"""


@pytest.mark.parametrize(
    ("asked", "shown", "changed"),
    [
        ("permissions.DjangoModelPermissions", "missing", "unknown"),
        ("permissions.DjangoModelPermissions, permissions.IsAuthenticated", "missing", "unknown"),
        ("permissions.IsAuthenticated", "missing", "missing"),
        ("permissions.IsAuthenticated | permissions.DjangoModelPermissions", "missing", "missing"),
    ],
)
def test_who_may_change_a_table_was_chosen_by_staff(asked: str, shown: str, changed: str) -> None:
    app = django(OF_TABLE.format(asked=asked), 'register("notes", Notes)')
    assert (ids(app["retrieve"]), ids(app["destroy"])) == ({"pk": shown}, {"pk": changed})


UNREAD = """
from fences.mixins import {base}
from swapper import load_model

Thing = load_model("things", "Thing")


class ThingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Thing
        fields = ["id"]


class Kept({base}, generics.RetrieveUpdateAPIView):
    serializer_class = ThingSerializer
    queryset = Note.objects.all()

    def get_object(self):
        note = get_object_or_404(self.get_queryset(), project_id=self.kwargs["project_id"])
        {check}
        return note


class Things({base}, generics.ListAPIView):
    serializer_class = ThingSerializer
"""


@pytest.mark.parametrize(
    ("base", "check", "said"),
    [
        ("ProtectedMixin", "self.check_object_permissions(self.request, note)", "unknown"),
        ("ProtectedMixin", "pass", "missing"),
        ("LoginRequiredMixin", "self.check_object_permissions(self.request, note)", "missing"),
        ("CountedMixin", "self.check_object_permissions(self.request, note)", "missing"),
    ],
)
def test_what_a_package_asks_of_an_object_cannot_be_told(base: str, check: str, said: str) -> None:
    urls = 'path("p/<int:project_id>/", Kept.as_view())\npath("things/", Things.as_view())\nregister("projects", Projects)'
    found = django(UNREAD.format(base=base, check=check) + PROJECTS, urls)
    assert ids(found["put"]) == {"project_id": said}


CALLED_BACK = """
class Done(APIView):
    permission_classes = [permissions.AllowAny]

    def post(self, request):
        key = request.query_params.get("callback")
        if key == {secret}:
            Note.objects.filter(pk=request.query_params["note_id"]).delete()
        return Response(status=200)
"""


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("settings.CALLBACK_KEY", False),
        ("settings.PAYMENT_TOKEN", True),
        ("settings.PRIMARY_KEY", True),
        ("settings.NAME", True),
        ("request.data['token']", True),
    ],
)
def test_what_settings_call_a_secret_is_one(secret: str, told: bool) -> None:
    handler = django(CALLED_BACK.format(secret=secret) + PROJECTS, 'path("done", Done.as_view())\nregister("projects", Projects)')["post"]
    assert (bool(handler.exposed[1]) or "missing" in ids(handler).values()) is told


PEOPLE = """
from django.contrib.auth.models import User


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "email"]


class People(viewsets.ModelViewSet):
    permission_classes = [permissions.IsAdminUser]
    queryset = User.objects.all()
    serializer_class = UserSerializer

    @action(detail=False, methods=["get"], permission_classes=[permissions.AllowAny])
    def mails(self, request):
        return Response(UserSerializer(User.objects.all(), many=True).data)
"""


def test_an_opened_action_that_lists_people_is_told() -> None:
    handler = django(PEOPLE + PROJECTS, 'register("people", People)\nregister("projects", Projects)')["mails"]
    assert handler.exposed[1]
