"""What the model itself says of whose eyes a row is for, who wrote it down, to whom something goes; and what DRF asks where a view says nothing."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import django, fastapi, flask, ids, project

SIGNED_IN = """
    @app.get("/me")
    @login_required
    def me():
        return current_user.email
"""
RESIDENT = """
    class Resident(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        {columns}


    @app.get("/residents/<int:resident_id>")
    def one(resident_id):
        return jsonify(Resident.query.get_or_404(resident_id).id)
"""


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("date_of_birth = db.Column(db.Date)", "private"),
        ("first_name = db.Column(db.String); phone = db.Column(db.String)", "private"),
        ("name = db.Column(db.String); phone = db.Column(db.String)", ""),
        ("room = db.Column(db.Integer)", ""),
    ],
)
def test_columns_say_that_a_row_is_kept_of_somebody(columns: str, expected: str) -> None:
    assert flask(SIGNED_IN + RESIDENT.format(columns=columns))["one"].exposed[1] == expected


def test_a_page_of_somebody_whom_visitors_look_for() -> None:
    code = SIGNED_IN + RESIDENT.replace("Resident", "Doctor").format(columns="first_name = db.Column(db.String); phone = db.Column(db.String)")
    assert flask(code)["one"].exposed[1] == ""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/customers/<int:number>/accounts", "nobody"),
        ("/customers/count/<int:number>", ""),
        ("/shipping/customers/<int:number>", "nobody"),
        ("/ping/<int:number>", ""),
    ],
)
def test_words_of_a_path_are_whole_words(path: str, expected: str) -> None:
    code = f"""
    class Customer(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        email = db.Column(db.String)


    @app.get("{path}")
    def show(number):
        return jsonify(Customer.query.get(number).email)


    @app.get("/customers/<int:number>")
    def other(number):
        return jsonify(Customer.query.get(number).email)
    """
    assert flask(code)["show"].exposed[1] == expected


PATIENTS = """
class Patient(models.Model):
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    date_of_birth = models.DateField()


class Finding(models.Model):
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE)


class Step(models.Model):
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE)


class Memo(models.Model):
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
"""


@pytest.mark.parametrize(
    ("model", "more", "expected"),
    [
        ("Patient", "", "unknown"),
        ("Finding", "", "unknown"),
        ("Step", "", "unknown"),
        ("Memo", "", "missing"),
        ("Patient", "Patient.objects.filter(created_by=request.user)", "missing"),
    ],
)
def test_staff_writes_down_what_is_of_others(model: str, more: str, expected: str) -> None:
    code = f"""
    from shop.records import Finding, Memo, Patient, Step


    @login_required
    def show(request, pk):
        return JsonResponse({{"pk": get_object_or_404({model}, pk=pk).pk}})


    @login_required
    def mine(request):
        return JsonResponse({{"all": list({more or "Project.objects.filter(owner=request.user)"}.values("pk"))}})
    """
    records = "from django.conf import settings\nfrom django.db import models\n" + PATIENTS
    found = django(code, "path('files/<int:pk>/', show)\npath('files/', mine)", {"shop/records.py": records})
    assert ids(found["show"]) == {"pk": expected}


@pytest.mark.parametrize(
    ("field", "verb", "expected"),
    [("receiver_id", "post", "unknown"), ("to_user_id", "post", "unknown"), ("owner_id", "post", "missing"), ("receiver_id", "delete", "missing")],
)
def test_a_caller_names_whom_something_goes_to(field: str, verb: str, expected: str) -> None:
    code = f"""
    class Transfer(BaseModel):
        {field}: int


    @router.{verb}("/credits")
    def show(body: Transfer, session: SessionDep, user: CurrentUser):
        other = session.get(User, body.{field})
        other.email = user.email
        session.commit()
    """
    assert set(ids(fastapi(code)["show"]).values()) == {expected}


SETTINGS = "INSTALLED_APPS = []\nREST_FRAMEWORK = {'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated']}\n"


@pytest.mark.parametrize(
    ("decorators", "settings", "expected"),
    [
        ('@api_view(["GET"])', SETTINGS, "required"),
        ('@api_view(["GET"])\n    @permission_classes([])', SETTINGS, "none"),
        ('@api_view(["GET"])\n    @permission_classes([permissions.AllowAny])', SETTINGS, "none"),
        ('@api_view(["GET"])', "INSTALLED_APPS = []\n", "none"),
        ("", SETTINGS, "none"),
    ],
)
def test_a_function_of_drf_asks_what_the_settings_ask(decorators: str, settings: str, expected: str) -> None:
    code = f"""
    {decorators or "# plain"}
    def show(request, pk):
        return JsonResponse({{"text": Note.objects.get(pk=pk).text}})
    """
    assert django(code, "path('notes/<int:pk>/', show)", {"config/settings.py": settings})["show"].route.authentication == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("project = self.get_object()", "owned"),
        ("project = Project.objects.get(pk=pk)", "missing"),
        ("project = Project.objects.get(pk=pk)\n            self.check_object_permissions(request, project)", "owned"),
    ],
)
def test_a_generic_view_runs_the_action_that_the_project_wrote(body: str, expected: str) -> None:
    code = f"""
    class Show(generics.RetrieveAPIView):
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
        permission_classes = [permissions.IsAuthenticated, IsOwner]

        def retrieve(self, request, pk):
            {body}
            return Response(ProjectSerializer(project).data)
    """
    assert ids(django(code, "path('projects/<int:pk>/', Show.as_view())")["get"]) == {"pk": expected}


def test_strangers_make_rows_where_they_may_rewrite_them() -> None:
    code = """
    @login_required
    def mine(request):
        return JsonResponse({"all": list(Project.objects.filter(owner=request.user).values("pk"))})


    class CountrySerializer(serializers.ModelSerializer):
        class Meta:
            model = Country
            fields = ["name"]


    class Countries(viewsets.ModelViewSet):
        queryset = Country.objects.all()
        serializer_class = CountrySerializer
    """
    app = django(code, "register('countries', Countries)\npath('mine/', mine)", {"config/settings.py": "INSTALLED_APPS = []\n"})
    assert app["update"].exposed[1] == "alters"
    assert app["create"].exposed[1] == "makes"


def test_a_list_of_a_collection_whose_rows_are_somebodys() -> None:
    code = """
    from fastapi import Depends, FastAPI
    from fastapi.security import OAuth2PasswordBearer
    from motor.motor_asyncio import AsyncIOMotorClient

    app = FastAPI()
    scheme = OAuth2PasswordBearer(tokenUrl="login")
    db = AsyncIOMotorClient("mongodb://localhost").bank


    @app.get("/accounts/{number}")
    async def one(number: str, token: str = Depends(scheme)):
        return await db["accounts"].find_one({"number": number})


    @app.get("/accounts")
    async def all_of_them(token: str = Depends(scheme)):
        return await db["accounts"].find().to_list(100)


    @app.get("/products")
    async def products(token: str = Depends(scheme)):
        return await db["products"].find().to_list(100)
    """
    found = {handler.route.handler.rpartition(".")[2]: handler for handler in project({"app.py": dedent(code)}).handlers()}
    assert [(each.model, each.guarded) for each in found["all_of_them"].lists] == [("accounts", True)]
    assert found["products"].lists == ()


def test_permissions_that_stand_over_a_class() -> None:
    code = """
    @permission_classes((permissions.IsAdminUser,))
    class Show(generics.RetrieveAPIView):
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
    """
    assert ids(django(code, "path('projects/<int:pk>/', Show.as_view())")["get"]) == {"pk": "admin"}


CLOSES = """
    class Close(LoginRequiredMixin, RedirectView):
        url = "/projects/"

        def get_redirect_url(self, *args, **kwargs):
            project = Project.objects.get({term})
            project.delete()
            return super().get_redirect_url(*args, **kwargs)
"""


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("pk=kwargs['pk']", "missing"),
        ("pk=self.kwargs['pk']", "missing"),
        ("pk=kwargs['pk'], owner=self.request.user", "owned"),
    ],
)
def test_what_a_view_does_on_its_way_to_another_page(term: str, expected: str) -> None:
    code = "\n    from django.contrib.auth.mixins import LoginRequiredMixin\n    from django.views.generic import RedirectView\n" + CLOSES.format(
        term=term
    )
    assert ids(django(code, "path('projects/<int:pk>/close/', Close.as_view())")["get"]) == {"pk": expected}


@pytest.mark.parametrize("base", ["TemplateView", "FormView", "CreateView"])
def test_what_a_page_is_filled_with(base: str) -> None:
    code = f"""
    from django.contrib.auth.mixins import LoginRequiredMixin
    from django.views.generic import CreateView, FormView, TemplateView


    class Show(LoginRequiredMixin, {base}):
        def get_context_data(self, **kwargs):
            context = super().get_context_data(**kwargs)
            context["project"] = Project.objects.get(pk=self.kwargs["pk"])
            return context
    """
    assert ids(django(code, "path('projects/<int:pk>/', Show.as_view())")["get"]) == {"pk": "missing"}


CONTAINER = """
from dependency_injector import containers, providers

from shop.services import Orders, Rows


class Container(containers.DeclarativeContainer):
    rows = providers.Singleton(Rows)
    orders = providers.Factory(Orders, rows=rows)
"""
SERVICES = """
from app import Order


class Rows:
    def one(self, number):
        return Order.query.get_or_404(number)

    def of(self, number, who):
        return Order.query.filter_by(id=number, user_id=who).first_or_404()


class Orders:
    def __init__(self, rows):
        self.rows = rows

    def show(self, number):
        return self.rows.one(number).status

    def mine(self, number, who):
        return self.rows.of(number, who).status
"""


@pytest.mark.parametrize(("call", "expected"), [("orders.show(number)", "missing"), ("orders.mine(number, current_user.id)", "owned")])
def test_a_container_of_dependencies_hands_over_a_service(call: str, expected: str) -> None:
    code = f"""
    from dependency_injector.wiring import Provide, inject
    from shop.containers import Container


    @app.get("/orders/<int:number>")
    @login_required
    @inject
    def show(number, orders=Provide[Container.orders]):
        return jsonify({call})
    """
    found = flask(code, {"shop/__init__.py": "", "shop/containers.py": CONTAINER, "shop/services.py": SERVICES})
    assert ids(found["show"]) == {"number": expected}
