"""Of apps whose permissions are classes put together: groups of Django behind a relation, permissions that functions make, forms that views hand on,
jobs that know who started them, rows that a service gives back."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, flask, ids
from tests.flow.test_told_once import FLASK, told

IN_GROUP = """
class IsEditor(permissions.BasePermission):
    def has_permission(self, request, view):
        if not request.user or not request.user.is_authenticated:
            return False
        return request.user.memberships.filter({terms}).exists()


class Projects(viewsets.ReadOnlyModelViewSet):
    permission_classes = [IsEditor]
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
"""


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ('is_active=True, group__name__iexact="Editors"', "unknown"),
        ('groups__name__in=["Editors", "Staff"]', "unknown"),
        ("is_active=True", "missing"),
        ("group__name=request.GET['group']", "missing"),
        ('group__name__startswith="E"', "missing"),
        ('group__name="Customers"', "missing"),
    ],
)
def test_a_group_of_django_behind_a_relation_of_the_user_is_a_role(terms: str, said: str) -> None:
    app = django(IN_GROUP.format(terms=terms), 'register("projects", Projects)')
    assert ids(app["retrieve"]) == {"pk": said}


MADE_BY_A_FUNCTION = """
from outside import ProjectPermissions


class IsReading(permissions.BasePermission):
    def has_permission(self, request, view):
        return request.method in permissions.SAFE_METHODS


IsChanging = ~IsReading


def may_edit(field):
    class MayEdit(permissions.BasePermission):
        def has_permission(self, request, view):
            if not view.kwargs:
                return True  # an API is described
            allowed = ProjectPermissions(user=request.user, instance=view.get_project())
            return allowed.get_permissions()["edit"].get(field)

    return MayEdit


class OneNote(generics.RetrieveUpdateDestroyAPIView):
    permission_classes = [permissions.IsAuthenticated, {asked}]
    queryset = Note.objects.all()
    serializer_class = NoteSerializer

    def get_project(self):
        return Project.objects.filter(pk=self.kwargs.get("project_pk")).first()

    def get_queryset(self):
        return super().get_queryset().filter(project=self.get_project())
"""


@pytest.mark.parametrize(
    ("asked", "reads", "changes"),
    [
        ('IsReading | (IsChanging & may_edit("notes"))', "missing", "unknown"),
        ('IsReading | may_edit("notes")', "missing", "unknown"),
        ('may_edit("notes")', "unknown", "unknown"),
        ("IsReading | IsChanging", "missing", "missing"),
    ],
)
def test_who_only_reads_passes_one_side_and_who_changes_the_other(asked: str, reads: str, changes: str) -> None:
    app = django(MADE_BY_A_FUNCTION.format(asked=asked), "path('projects/<int:project_pk>/notes/<int:pk>/', OneNote.as_view())")
    assert ids(app["get"])["project_pk"] == reads and ids(app["delete"])["project_pk"] == changes


FORMS = """
from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import redirect
from django.views.generic import CreateView, FormView


def begin(pk):
    project = Project.objects.get(pk=pk)
    project.begun = True
    project.save()


class ProjectForm(forms.ModelForm):
    class Meta:
        model = Project
        fields = ["name"]


class Pick(forms.Form):
    project = forms.ModelChoiceField(queryset=Project.objects.none())

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["{named}"].queryset = user.projects.all()


class Make(LoginRequiredMixin, CreateView):
    model = Project
    form_class = ProjectForm

    def form_valid(self, form):
        made = form.save()
        begin({of}.pk)
        return redirect("/")


class Again(LoginRequiredMixin, FormView):
    form_class = Pick

    def form_valid(self, form):
        project = form.cleaned_data["project"]
        begin(project.pk)
        return redirect("/")
"""


@pytest.mark.parametrize(("of", "told"), [("made", False), ("form.instance", False), ("form.cleaned_data['project']", True)])
def test_the_row_that_a_form_of_a_view_makes_has_an_id_that_nobody_chose(of: str, told: bool) -> None:
    app = django(FORMS.format(of=of, named="project"), "path('make', Make.as_view())")
    assert ("missing" in ids(app["post"]).values()) is told


@pytest.mark.parametrize(("named", "said"), [("project", "unknown"), ("other", "missing")])
def test_what_a_row_has_that_a_form_offers_is_as_narrow_as_the_offer(named: str, said: str) -> None:
    app = django(FORMS.format(of="made", named=named), "path('again', Again.as_view())")
    assert set(ids(app["post"]).values()) == {said}


JOBS = """
from django.conf import settings
from django.db import models


class Job(models.Model):
    launcher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
"""
QUEUED = """
from shop.jobs import Job
from outside import later


@later
def clear(ids, job: Job):
    for project in Project.objects.filter({terms}).filter(pk__in=ids):
        project.delete()


@login_required
def start(request):
    clear(request.POST.getlist("ids"))
    return JsonResponse({{}})
"""


@pytest.mark.parametrize(
    ("terms", "said"), [("owner=job.launcher", "unknown"), ("owner__profile__account=job.launcher.profile.account_id", "unknown"), ("", "missing")]
)
def test_a_job_that_knows_who_started_it_is_not_told(terms: str, said: str) -> None:
    app = django(QUEUED.format(terms=terms), "path('start', start)", {"shop/jobs.py": JOBS})
    assert ids(app["start"]) == {"ids": said}


FETCHED = """
from outside import service


@login_required
def show(request, number):
    charge = service.charges.{verb}(number)
    return JsonResponse({{"text": Note.objects.get(pk=charge.note_id).text}})
"""


@pytest.mark.parametrize(("verb", "ids_told"), [("retrieve", set()), ("retrieve_charge", {"number"}), ("parse", {"number"})])
def test_what_a_service_gives_back_is_not_chosen_by_the_client(verb: str, ids_told: set[str]) -> None:
    app = django(FETCHED.format(verb=verb), "path('charges/<number>', show)")
    assert {choice.id for choice in app["show"].ids if choice.ownership == "missing"} == ids_told


SEARCH = """

@app.post("/orders/search")
@login_required
def search():
    {found}
    return jsonify([order.total for order in ({names})])
"""


def test_a_search_by_many_ids_is_one_finding() -> None:
    def searched(*names: str) -> list[str]:
        lines = [f"{name} = Order.query.get(request.json['{name}_id'])" for name in names]
        return told({"app.py": FLASK + SEARCH.format(found="\n    ".join(lines), names=", ".join(names))})

    assert len(searched("shop", "item")) == 2
    (one,) = searched("shop", "item", "batch", "place", "maker")
    assert one == "POST /orders/search reaches an Order by shop_id and by 4 more values"


CHILDREN = """

@app.post("/orders/<int:order_id>/with")
@app.post("/v2/orders/<int:order_id>/with")
@login_required
def put(order_id):
    order = Order.query.get(order_id)
    if order.user_id != current_user.id:
        abort(403)
    {found}
    return jsonify([item.total for item in ({names},)])
"""
ITEMS = """

class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    order_id = db.Column(db.Integer, db.ForeignKey("order.id"))
"""


def test_children_by_many_ids_are_one_finding() -> None:
    def chosen(*names: str) -> list[str]:
        lines = [f"{name} = Item.query.get(request.json['{name}_id'])" for name in names]
        code = CHILDREN.format(found="\n    ".join(lines), names=", ".join(names))
        return told({"app.py": FLASK + ITEMS + code}, "unbound-child")

    assert len(chosen("first")) == 1 and len(chosen("first", "gift")) == 2
    (one,) = chosen("first", "gift", "spare", "extra", "sample")
    assert "Item is chosen by first_id (and by 4 more ids) alone" in one


ROLES = """
from flask_httpauth import HTTPTokenAuth

auth = HTTPTokenAuth()


@app.get("/orders/<int:order_id>")
@auth.login_required({role})
def show(order_id):
    return jsonify(total=Order.query.get(order_id).total)
"""


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ('role=["Super Admin"]', "admin"),
        ('role="admin"', "admin"),
        ('role=["moderator", "support"]', "unknown"),
        ('role=["admin", "customer"]', "missing"),
        ("optional=False", "missing"),
        ("", "missing"),
    ],
)
def test_whom_a_decorator_of_flask_httpauth_lets_in(role: str, said: str) -> None:
    assert ids(flask(ROLES.format(role=role))["show"]) == {"order_id": said}


CAPTCHAS = """
class Orders(APIView):
    permission_classes = [permissions.IsAuthenticated]

    def get(self, request):
        return Response(Note.objects.filter(project__owner=request.user).values())


@api_view(["POST"])
@permission_classes([permissions.AllowAny])
def enrol(request):
    {checked}
    project = Project.objects.get(pk=request.data["project"])
    project.seats = request.data["seats"]
    project.save()
    return Response()
"""


@pytest.mark.parametrize(("checked", "said"), [("verify_captcha(request.data)", "unknown"), ("verify_size(request.data)", "missing")])
def test_who_has_to_solve_a_captcha_is_meant_to_be_unknown(checked: str, said: str) -> None:
    code = "from outside import verify_captcha, verify_size\n" + CAPTCHAS.format(checked=checked)
    app = django(code, "path('orders', Orders.as_view())\npath('enrol', enrol)")
    assert set(ids(app["enrol"]).values()) == {said}


def test_a_captcha_before_what_only_gives_a_row_away_opens_nothing() -> None:
    code = (
        CAPTCHAS.replace('project.seats = request.data["seats"]', "")
        .replace("    project.save()\n", "")
        .replace("Response()", "Response(project.title)")
    )
    app = django("from outside import verify_captcha\n" + code.format(checked="verify_captcha(request.data)"), "path('enrol', enrol)")
    assert set(ids(app["enrol"]).values()) == {"missing"}


OF_A_PACKAGE = """
from outside import {named}


def of_group(*names):
    class OfGroup(permissions.BasePermission):
        def has_permission(self, request, view):
            return request.user.groups.filter(name__in=names).exists()

    return OfGroup


class Close(APIView):
    permission_classes = [{named} | of_group("Editors")]

    def post(self, request):
        Country.objects.filter(name=request.data["name"]).delete()
        return Response()

"""


@pytest.mark.parametrize(
    ("named", "role"),
    [("IsSuperUser", True), ("IsAdminOnly", True), ("IsTeamAdmin", False), ("IsNotAdmin", False), ("IsReader", False), ("IsAdminOrReadOnly", False)],
)
def test_an_admin_of_a_package_or_a_group(named: str, role: bool) -> None:
    app = django(OF_A_PACKAGE.replace("{named}", named), "path('countries/close', Close.as_view())")
    assert app["post"].role is role
