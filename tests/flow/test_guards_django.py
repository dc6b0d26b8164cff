"""Guards of Django apps that stand elsewhere than in the handler: what helpers hand back, querysets for a user, what a middleware grants,
authentication that knows no user, keywords of @action, constructors of views."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import DJANGO_MODELS, DJANGO_VIEWS, by_name, django, ids, project

SHOW = "path('projects/<int:pk>/', show)"
VIEWS = "register('projects', Projects, basename='projects')"

QUERYSET = """
class ProjectQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.is_superuser:
            return self
        return self.filter(public=True)

    def with_notes(self, user):
        return self.filter(closed=False)


class Shared(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    public = models.BooleanField()
    objects = ProjectQuerySet.as_manager()
"""

SAID = {
    "a helper hands a row or a refusal back": (
        """
        def found(request, pk):
            project = Project.objects.get(pk=pk)
            if request.user is not None and not project.members.filter(pk=request.user.pk).exists():
                return HttpResponseForbidden("not yours")
            return project


        @login_required
        def show(request, pk):
            project = found(request, pk)
            if isinstance(project, HttpResponseForbidden):
                return project
            return JsonResponse({"owner": project.owner.email})
        """,
        "owned",
    ),
    "nobody reads the refusal": (
        """
        def check(request, project):
            if project.owner != request.user:
                return HttpResponseForbidden("not yours")
            return None


        @login_required
        def show(request, pk):
            project = Project.objects.get(pk=pk)
            check(request, project)
            return JsonResponse({"owner": project.owner.email})
        """,
        "missing",
    ),
    "the answer of a helper in a part of an object": (
        """
        class Answer:
            def __init__(self, note=None, error=None):
                self.note = note
                self.error = error


        def answer(project, wanted):
            note = Note.objects.filter(pk=wanted).first()
            if note is None:
                return Answer(error="none")
            if note.project_id != project.pk:
                return Answer(error="not of this project")
            return Answer(note=note)


        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, owner=request.user)
            found = answer(project, pk)
            if found.note is None:
                raise Http404
            return JsonResponse({"text": found.note.text})
        """,
        "owned",
    ),
    "nothing of anybody else's is among them": (
        """
        @login_required
        def show(request, pk):
            chosen = Project.objects.filter(pk=pk)
            if chosen.exclude(owner=request.user).exists():
                return HttpResponseForbidden()
            return JsonResponse({"rows": [project.owner.email for project in chosen]})
        """,
        "owned",
    ),
    "mine among those that were chosen": (
        """
        @login_required
        def show(request, pk):
            chosen = Project.objects.filter(pk=pk)
            mine = [project for project in chosen if project.owner == request.user]
            return JsonResponse({"rows": [project.owner.email for project in mine]})
        """,
        "owned",
    ),
    "mine are counted, all are shown": (
        """
        @login_required
        def show(request, pk):
            chosen = Project.objects.filter(pk=pk)
            mine = [project for project in chosen if project.owner == request.user]
            return JsonResponse({"count": len(mine), "rows": [project.owner.email for project in chosen]})
        """,
        "missing",
    ),
    "everything for staff, what is public for others": (
        """
        def visible(user):
            return Project.objects.all() if user.is_superuser else Project.objects.filter(public=True)


        @login_required
        def show(request, pk):
            return JsonResponse({"text": get_object_or_404(Note.objects.filter(project__in=visible(request.user)), pk=pk).text})
        """,
        "missing",
    ),
    "all rows for who may edit, one's own for others": (
        """
        def role(project, user):
            return project.members.filter(pk=user.pk).values_list("role", flat=True).first()


        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            notes = Note.objects.filter(project_id=pk)
            if role(project, request.user) not in ("editor", "owner"):
                notes = notes.filter(author=request.user)
            return JsonResponse({"rows": [note.text for note in notes]})
        """,
        "owned",
    ),
    "the sender knows a secret": (
        """
        def valid_signature(signature, message):
            return any(signature == digest(secret, message) for secret in settings.SECRETS)


        def show(request, pk):
            if not valid_signature(request.headers.get("X-Signature"), request.body):
                return JsonResponse({}, status=403)
            Project.objects.filter(pk=pk).update(state="ready")
            return JsonResponse({})
        """,
        "admin",
    ),
    "what is signed is not what a header says": (
        """
        def show(request, pk):
            if not valid_signature(pk, request.body):
                return JsonResponse({}, status=403)
            Project.objects.filter(pk=pk).update(state="ready")
            return JsonResponse({})
        """,
        "unknown",
    ),
    "a message says that it was refused": (
        """
        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            error = None
            if project.owner != request.user:
                error = "not yours"
            if error:
                return JsonResponse({"error": error}, status=400)
            return JsonResponse({"owner": project.owner.email})
        """,
        "owned",
    ),
    "a message in one case only": (
        """
        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            error = None
            if request.GET["mode"] == "strict":
                if project.owner != request.user:
                    error = "not yours"
            if error:
                return JsonResponse({"error": error}, status=400)
            return JsonResponse({"owner": project.owner.email})
        """,
        "unknown",
    ),
    "allowed but for one case": (
        """
        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            allowed = True
            if request.GET["mode"] == "strict":
                allowed = project.owner == request.user
            if not allowed:
                return HttpResponseForbidden()
            return JsonResponse({"owner": project.owner.email})
        """,
        "unknown",
    ),
    "everybody else's": (
        """
        @login_required
        def show(request, pk):
            chosen = Project.objects.filter(pk=pk).exclude(owner=request.user)
            return JsonResponse({"rows": [project.owner.email for project in chosen]})
        """,
        "missing",
    ),
    "what a middleware grants": (
        """
        @login_required
        def show(request, pk):
            if not request.user_permissions.manage_projects:
                return HttpResponseForbidden()
            return JsonResponse({"owner": get_object_or_404(Project, pk=pk).owner.email})
        """,
        "unknown",
    ),
    "a redirect names the row by its id only": (
        """
        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            if project.owner == request.user:
                project.delete()
            return redirect("projects", project.pk)
        """,
        "owned",
    ),
    "a redirect to the page's own address": (
        """
        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            title = project.title.lower()
            if request.GET.get("slug") != title:
                return redirect(reverse("show", kwargs={"pk": pk, "slug": title}))
            if project.owner != request.user:
                raise PermissionDenied
            return JsonResponse({"owner": project.owner.email})
        """,
        "owned",
    ),
    "a redirect with more than an address": (
        """
        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            title = project.title.lower()
            if request.GET.get("slug") != title:
                return redirect(reverse("show", kwargs={"pk": pk, "title": title}))
            if project.owner != request.user:
                raise PermissionDenied
            return JsonResponse({"owner": project.owner.email})
        """,
        "missing",
    ),
    "a redirect carries data of the row": (
        """
        @login_required
        def show(request, pk):
            project = get_object_or_404(Project, pk=pk)
            return redirect(project.document.url)
        """,
        "missing",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_said(name: str) -> None:
    code, expected = SAID[name]
    found = django("from django.shortcuts import redirect\n" + "\n".join(line[8:] for line in code.splitlines()), SHOW)
    assert ids(found["show"]).get("pk") == expected


@pytest.mark.parametrize(("method", "expected"), [("visible_to", "unknown"), ("with_notes", "missing")])
def test_querysets_for_a_user(method: str, expected: str) -> None:
    code = f"""
        from shop.sharing import Shared


        @login_required
        def show(request, pk):
            return JsonResponse({{"owner": get_object_or_404(Shared.objects.{method}(request.user), pk=pk).owner.email}})


        @login_required
        def asked(request, pk):
            shared = get_object_or_404(Shared, pk=pk)
            if not Shared.objects.filter(pk=shared.pk).{method}(request.user).exists():
                raise Http404
            return JsonResponse({{"owner": shared.owner.email}})
    """
    model = "from django.conf import settings\nfrom django.db import models\n" + QUERYSET
    found = django(code, SHOW + "\npath('asked/<int:pk>/', asked)", {"shop/sharing.py": model})
    assert (ids(found["show"]), ids(found["asked"])) == ({"pk": expected}, {"pk": expected})


@pytest.mark.parametrize(("roles", "expected"), [("request.user_permissions.run_shop", "unknown"), ("request.path", "missing")])
def test_a_test_func_may_ask_for_a_role(roles: str, expected: str) -> None:
    code = f"""
        from django.contrib.auth.mixins import UserPassesTestMixin
        from django.views.generic import DetailView


        class Show(UserPassesTestMixin, DetailView):
            model = Project

            def test_func(self):
                return self.{roles}


        show = Show.as_view()
    """
    assert ids(django(code, SHOW)["get"]) == {"pk": expected}


SERVER = """
    from rest_framework.authentication import BaseAuthentication


    class Servers(BaseAuthentication):
        def authenticate(self, request):
            if request.headers.get("Authorization") != settings.SHARED_SECRET:
                raise exceptions.AuthenticationFailed()
            return {answer}


    class Projects(viewsets.GenericViewSet):
        queryset = Project.objects.all()
        permission_classes = [permissions.IsAuthenticated]

        @action(detail=True, authentication_classes=[Servers], permission_classes={permissions})
        def export(self, request, pk=None):
            return Response(Project.objects.get(pk=pk).owner.email)
"""


@pytest.mark.parametrize(
    ("answer", "given", "expected"),
    [
        ("None", "[]", ("required", "unknown")),
        ("(Project.objects.get(key=request.headers['key']).owner, None)", "[]", ("required", "missing")),
        ("(Project.objects.get(key=request.headers['key']).owner, None)", "[permissions.IsAuthenticated]", ("required", "missing")),
    ],
)
def test_keywords_of_an_action(answer: str, given: str, expected: tuple[str, str]) -> None:
    found = django(SERVER.format(answer=answer, permissions=given), VIEWS)["export"]
    assert (found.route.authentication, ids(found)["pk"]) == expected


@pytest.mark.parametrize(
    ("over", "said"),
    [("not request.headers.get('X')", "none"), ("'X' not in request.headers", "none"), ("request.method == 'OPTIONS'", "required")],
)
def test_a_secret_of_servers_that_nobody_needs_to_bring(over: str, said: str) -> None:
    passes = f"def authenticate(self, request):\n            if {over}:\n                return None"
    code = SERVER.format(answer="None", permissions="[]").replace("def authenticate(self, request):", passes)
    assert django(code, VIEWS)["export"].route.authentication == said


TOKENS = """
from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed


def user_of(request):
    {read}


class Tokens(BaseAuthentication):
    def authenticate(self, request):
        {body}


class Guests(BaseAuthentication):
    def authenticate(self, request):
        return AnonymousUser(), None


class Signed(Tokens):
    pass


class Either(BaseAuthentication):
    def authenticate(self, request):
        if "X-Old" in request.headers:
            return Tokens().authenticate(request)
        return Signed().authenticate(request)


class Projects(viewsets.GenericViewSet):
    queryset = Project.objects.all()
    authentication_classes = [{given}]
    permission_classes = []

    def retrieve(self, request, pk=None):
        return Response(Project.objects.get(pk=pk).members.count())
"""
READ = "return Project.objects.get(key=signing.loads(request.headers['X-Key'])).owner"
NO_KEY = "if 'X-Key' not in request.headers:\n            "
BANNED = NO_KEY.replace("not in", "in") + "raise AuthenticationFailed()\n        "
REFUSED = NO_KEY + "raise AuthenticationFailed()\n        "


@pytest.mark.parametrize(
    ("given", "read", "body", "said"),
    [
        ("Tokens", READ, REFUSED + "return user_of(request), None", "required"),
        ("Tokens", REFUSED.replace("\n    ", "\n") + READ, "return user_of(request), None", "required"),
        ("Signed", READ, REFUSED + "return (user_of(request), None)", "required"),
        ("Either", READ, REFUSED + "return (user_of(request), None)", "required"),
        ("Either", READ, "return user_of(request), None", "none"),
        ("Tokens", READ, NO_KEY + "return\n        " + REFUSED + "return user_of(request), None", "none"),
        ("Tokens", READ, REFUSED.replace("not in", "in") + "user = None\n        return user, None", "none"),
        ("Tokens", READ, REFUSED + "if request.headers['X-Key']:\n            return user_of(request), None", "none"),
        ("Tokens", READ, "return user_of(request), None", "none"),
        ("Tokens", "return None", BANNED + "return user_of(request), None", "none"),
        ("Tokens", READ, BANNED + "return (user_of(request) or AnonymousUser(), None)", "none"),
        ("Tokens", READ, BANNED + "user = AnonymousUser()\n        return user, None", "none"),
        ("Tokens", READ, BANNED + "return request._request.user, None", "none"),
        ("Tokens", READ, BANNED + "user = Project.objects.filter(key=1).first()\n        return user, None", "none"),
        (
            "Tokens",
            READ,
            "user = user_of(request)\n        if user is None:\n            raise AuthenticationFailed()\n        return user, None",
            "required",
        ),
        ("Guests, Tokens", READ, REFUSED + "return user_of(request), None", "none"),
    ],
)
def test_authentication_that_lets_in_nobody_without_a_token(given: str, read: str, body: str, said: str) -> None:
    found = django(TOKENS.format(given=given, read=read, body=body), VIEWS)["retrieve"]
    assert found.route.authentication == said


@pytest.mark.parametrize("own", ["def get_authenticators(self):\n        return []", "authentication_classes = load(settings.CLASSES)"])
def test_who_says_by_itself_which_classes_authenticate_is_not_asked_by_those_of_the_settings(own: str) -> None:
    code = TOKENS.format(given="", read=READ, body=REFUSED + "return user_of(request), None").replace("authentication_classes = []", own)
    asks = 'REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["shop.views.Tokens"]}\nROOT_URLCONF = "shop.views"\n'
    assert django(code, VIEWS, {"shop/settings.py": asks})["retrieve"].route.authentication == "none"


def test_a_constructor_says_what_a_view_shows() -> None:
    code = """
        from django.views.generic import DetailView


        class Show(DetailView):
            def __init__(self, model=Country):
                self.model = model


        show = login_required(Show.as_view())
    """
    assert ids(django(code, SHOW)["get"]) == {"pk": "not-applicable"}


def test_a_serializer_that_knows_the_user() -> None:
    code = """
        class NewNote(serializers.ModelSerializer):
            class Meta:
                model = Note
                fields = ["project", "text"]

            def validate_project(self, project):
                if project.owner != self.user:
                    raise serializers.ValidationError("not yours")
                return project


        class Notes(viewsets.ModelViewSet):
            serializer_class = NewNote
            permission_classes = [permissions.IsAuthenticated]

            def get_queryset(self):
                return Note.objects.filter(project__owner=self.request.user)
    """
    found = django(code, "register('notes', Notes, basename='notes')")
    assert {link.id: link.ownership for link in found["create"].links} == {"project": "owned"}


NINJA = """
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import path
from ninja import NinjaAPI
from ninja.security import APIKeyHeader, HttpBearer, django_auth

from shop.models import Project


class Key(APIKeyHeader):
    def __init__(self, scopes=()):
        self.scopes = scopes

    def authenticate(self, request, key):
        return Project.objects.filter(key=key).first()


class Staff(HttpBearer):
    def authenticate(self, request, token):
        user = find(token)
        if user.is_staff:
            return user
        return None


class Program(HttpBearer):
    def authenticate(self, request, token):
        found = find(token)
        if found.user_id is not None or found.application not in settings.PROGRAMS:
            return None
        request.user = AnonymousUser()
        return found


def programs(*names):
    return [Program(*names)]


worker = programs("WORKER")
keys = [Key(scopes={"stock"}), Staff()]
callers = [django_auth, Program()]


def find(token):
    ...


api = NinjaAPI()


@api.get("/projects/{pk}", auth=AUTH)
def show(request, pk: int):
    return {"name": Project.objects.get(pk=pk).name}


urlpatterns = [path("api/", api.urls)]
"""
NINJA_MODELS = """
from django.conf import settings
from django.db import models


class Project(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = models.TextField()
"""


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        ("django_auth", "missing"),
        ("Key()", "missing"),
        ("Key(scopes=())", "missing"),
        ('Key(scopes={"stock"})', "unknown"),
        ('[django_auth, Key(scopes={"stock"})]', "missing"),
        ("Program()", "unknown"),
        ('programs("WORKER")', "unknown"),
        ("worker", "unknown"),
        ("keys", "unknown"),
        ("callers", "missing"),
    ],
)
def test_what_ninja_authentication_asks_for(auth: str, expected: str) -> None:
    found = by_name(project({"shop/__init__.py": "", "shop/models.py": NINJA_MODELS, "shop/api.py": NINJA.replace("AUTH", auth)}))
    assert (found["show"].route.authentication, ids(found["show"])) == ("required", {"pk": expected})


@pytest.mark.parametrize(
    ("owner", "expected"),
    [("", ("required", "unknown")), ("owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)", ("required", "missing"))],
)
def test_tokens_of_machines_and_of_users(owner: str, expected: tuple[str, str]) -> None:
    code = """
        from shop.tokens import AccessToken


        def token_required(view):
            def wrapper(request, *args, **kwargs):
                if AccessToken.objects.filter(token=request.META["HTTP_AUTHORIZATION"]).count() < 1:
                    return JsonResponse({"error": "no"}, status=401)
                return view(request, *args, **kwargs)

            return wrapper


        @token_required
        def show(request, pk):
            return JsonResponse({"owner": get_object_or_404(Project, pk=pk).owner.email})
    """
    model = f"""
        from django.conf import settings
        from django.db import models


        class AccessToken(models.Model):
            token = models.CharField(max_length=40)
            {owner}
    """
    found = django(code, SHOW, {"shop/tokens.py": model})["show"]
    assert (found.route.authentication, ids(found)["pk"]) == expected


SOME = {
    "something about callers decides who sees all": (
        """
            def get_queryset(self):
                contract = self.request.user.contracts.first()
                if contract is None or contract.is_external:
                    return Project.objects.filter(owner=self.request.user)
                return Project.objects.all()
        """,
        "unknown",
    ),
    "what rows are looked up by is missing": (
        """
            def get_queryset(self):
                if self.request.user.team:
                    return Project.objects.filter(owner__team=self.request.user.team)
                return Project.objects.all()
        """,
        "missing",
    ),
    "there is a caller": (
        """
            def get_queryset(self):
                if not self.request.user.is_authenticated:
                    return Project.objects.none()
                return Project.objects.all()
        """,
        "missing",
    ),
    "what the query sifts by is reported nowhere": (
        """
            def get_queryset(self):
                rows = Project.objects.all()
                archived = self.request.query_params.get("archived")
                if archived is not None:
                    rows = rows.filter(archived=archived == "true")
                colours = self.request.query_params.get("colours")
                if colours is not None:
                    rows = rows.filter(colours__in=[colours])
                return rows
        """,
        "missing",
    ),
}


@pytest.mark.parametrize("what", SOME)
def test_some_callers_see_more(what: str) -> None:
    body, expected = SOME[what]
    code = "\n\nclass Projects(viewsets.ModelViewSet):\n    permission_classes = [permissions.IsAuthenticated]\n" + dedent(body).replace(
        "\n", "\n    "
    )
    assert ids(django(code, VIEWS)["retrieve"])["pk"] == expected


def test_a_permission_reads_the_path_beside_the_request() -> None:
    code = """
        class MayEdit(permissions.BasePermission):
            def has_permission(self, request, view):
                project = Project.objects.get(pk=request.parser_context["kwargs"]["pk"])
                return project.owner == request.user


        @api_view(["POST"])
        @permission_classes([permissions.IsAuthenticated, MayEdit])
        def close(request, pk):
            project = Project.objects.get(pk=pk)
            project.delete()
            return Response(status=204)
    """
    assert ids(django(code, "path('projects/<int:pk>/close/', close)")["close"]) == {"pk": "owned"}


def test_a_check_that_raises_gives_nothing_to_read() -> None:
    code = """
        def access_check(project, user):
            if project.closed:
                raise Http404()
            if project.owner == user:
                return True
            if project.members.filter(pk=user.pk).exists():
                return True
            return project.is_public


        @login_required
        def show(request, pk):
            project = Project.objects.get(pk=pk)
            access_check(project, request.user)
            return JsonResponse({"owner": project.owner.email})
    """
    assert ids(django(code, SHOW)["show"]) == {"pk": "unknown"}


def test_abilities_for_a_user_are_a_doubt() -> None:
    code = """
        class MayNote(permissions.BasePermission):
            def has_permission(self, request, view):
                return view.project().get_abilities(request.user)["note"]


        class Projects(viewsets.GenericViewSet):
            permission_classes = [permissions.IsAuthenticated, MayNote]

            def project(self):
                return Project.objects.get(pk=self.kwargs["pk"])

            def retrieve(self, request, pk):
                return Response({"owner": self.project().owner.email})
    """
    assert ids(django(code, VIEWS)["retrieve"])["pk"] == "unknown"


def test_what_wraps_a_list_of_urls_that_nobody_took() -> None:
    """Entries of urlpatterns that a function of the project wraps: what it asks for could not be told, so nothing is said of them."""
    code = """
        def show(request, pk):
            return JsonResponse({"owner": Project.objects.get(pk=pk).owner.email})


        def remove(request, pk):
            Project.objects.get(pk=pk).delete()
            return JsonResponse({})
    """
    more = {
        "shop/more.py": """
            from django.urls import path

            from shop.guarded import wrapped
            from shop.views import remove

            guarded = [path("projects/<int:pk>/remove/", remove)]
            urls = wrapped(guarded)
        """
    }
    found = django(code, SHOW, more)
    assert found["show"].route.authentication == "none"
    assert (found["remove"].route.authentication, ids(found["remove"])["pk"]) == ("unknown", "unknown")


ENOUGH = {
    "permissions.IsAdminUser | IsMine": {"found": ("required", "owned"), "taken": ("unknown", "unknown"), "held": ("required", "owned")},
    "(permissions.IsAuthenticated & IsMine) | permissions.IsAdminUser": {
        "found": ("required", "owned"),
        "taken": ("required", "missing"),
        "held": ("required", "owned"),
    },
    "permissions.IsAuthenticated & (permissions.IsAdminUser | IsMine)": {
        "found": ("required", "owned"),
        "taken": ("required", "missing"),
        "held": ("required", "owned"),
    },
    "permissions.IsAdminUser | permissions.AllowAny": {"found": ("none", "public"), "taken": ("none", "public"), "held": ("none", "public")},
}


@pytest.mark.parametrize("enough", ENOUGH)
def test_one_of_several_permissions_is_enough(enough: str) -> None:
    """One that only looks at the object lets everybody in where the view shows it none."""
    code = f"""
        from rest_framework import generics
        from rest_framework.views import APIView


        class IsMine(permissions.BasePermission):
            def has_object_permission(self, request, view, obj):
                return obj.owner == request.user


        class Found(generics.RetrieveAPIView):
            queryset = Project.objects.all()
            serializer_class = ProjectSerializer
            permission_classes = [{enough}]


        class Taken(APIView):
            permission_classes = [{enough}]

            def get(self, request, pk):
                return Response(ProjectSerializer(Project.objects.get(pk=pk)).data)


        class Held(APIView):
            permission_classes = [{enough}]

            def get(self, request, pk):
                project = Project.objects.get(pk=pk)
                self.check_object_permissions(request, project)
                return Response(ProjectSerializer(project).data)
    """
    urls = "\n".join(f"path('{name.lower()}/<int:pk>/', {name}.as_view())" for name in ("Found", "Taken", "Held"))
    handlers = project(
        {
            "shop/__init__.py": "",
            "shop/models.py": DJANGO_MODELS,
            "shop/views.py": DJANGO_VIEWS + dedent(code) + f"\nurlpatterns = [{', '.join(urls.splitlines())}]\n",
        }
    ).handlers()
    assert {each.route.path.split("/")[1]: (each.route.authentication, each.ids[0].ownership) for each in handlers} == ENOUGH[enough]
