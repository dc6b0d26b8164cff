"""Routes that nobody has to log in for: what no app publishes, apps without any login, logins themselves, and definitions that are written twice."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import FLASK, by_name, django, fastapi, flask, ids, project

SIGNED_IN = """
    @app.get("/me")
    @login_required
    def me():
        return current_user.email
"""


def why(code: str) -> dict[str, str]:
    return {name: handler.exposed[1] for name, handler in flask(code).items()}


def test_what_no_app_publishes_is_shown_to_strangers() -> None:
    found = why(
        SIGNED_IN
        + """
    class Product(db.Model):
        id = db.Column(db.Integer, primary_key=True)


    @app.get("/orders")
    def everything():
        return jsonify([order.status for order in Order.query.all()])


    @app.get("/orders/<int:order_id>")
    def one(order_id):
        return jsonify(Order.query.get_or_404(order_id).status)


    @app.get("/orders/track/<int:order_id>")
    def track(order_id):
        return jsonify(Order.query.get_or_404(order_id).status)


    @app.get("/products/<int:product_id>")
    def product(product_id):
        return jsonify(Product.query.get_or_404(product_id).id)


    @app.get("/orders/mine")
    def mine():
        return jsonify([order.status for order in Order.query.filter_by(user_id=current_user.id)])
    """
    )
    assert {name for name, word in found.items() if word == "private"} == {"everything", "one"}


def test_a_status_is_changed_like_anything_else() -> None:
    found = why(
        SIGNED_IN
        + """
    class Shipment(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        state = db.Column(db.String)


    @app.put("/shipments/<int:shipment_id>/status")
    def update_status(shipment_id):
        Shipment.query.get_or_404(shipment_id).state = request.json["state"]
        db.session.commit()
        return ""
    """
    )
    assert found["update_status"] == "alters"


def test_whose_a_new_row_is_says_the_client() -> None:
    found = why(
        SIGNED_IN
        + """
    @app.post("/orders")
    def place():
        db.session.add(Order(user_id=request.json["user_id"]))
        db.session.commit()
        return ""


    class UserOrm(db.Model):
        username = db.Column(db.String, primary_key=True)


    @app.post("/users")
    def join():
        db.session.add(UserOrm(username=request.json["username"]))
        db.session.commit()
        return ""


    @app.post("/guest/orders")
    def as_guest():
        db.session.add(Order(status="new"))
        db.session.commit()
        return ""
    """
    )
    assert (found["place"], found["as_guest"], found["join"]) == ("named", "", "")


def test_no_route_asks_for_a_login() -> None:
    code = """
    class Product(db.Model):
        id = db.Column(db.Integer, primary_key=True)


    @app.get("/orders")
    def everything():
        return jsonify([order.status for order in Order.query.all()])


    @app.delete("/products/<int:product_id>")
    def remove(product_id):
        db.session.delete(Product.query.get_or_404(product_id))
        db.session.commit()
        return ""


    @app.get("/products")
    def products():
        return jsonify([product.id for product in Product.query.all()])


    @app.post("/orders")
    def place():
        db.session.add(Order(status="new"))
        db.session.commit()
        return ""


    @app.get("/about")
    def about():
        return "us"
    """
    handlers = flask(code)
    assert {name for name, handler in handlers.items() if handler.exposed[1] == "nobody"} == {"everything", "remove"}
    said = {name: handler.route.ownership for name, handler in handlers.items()}
    assert said == {"everything": "missing", "remove": "missing", "products": "unknown", "place": "unknown", "about": "public"}


def test_no_login_and_nothing_that_is_somebodys() -> None:
    handlers = flask("""
    class Product(db.Model):
        id = db.Column(db.Integer, primary_key=True)


    @app.delete("/products/<int:product_id>")
    def remove(product_id):
        db.session.delete(Product.query.get_or_404(product_id))
        db.session.commit()
        return ""
    """)
    assert handlers["remove"].exposed == ("", "")


def test_what_names_the_user_whose_password_is_asked() -> None:
    handlers = fastapi("""
    from passlib.context import CryptContext
    from pydantic import BaseModel
    from sqlalchemy.orm import Mapped, mapped_column
    from shop.models import Base

    hashes = CryptContext(schemes=["bcrypt"])


    class Tenant(Base):
        __tablename__ = "tenants"
        id: Mapped[int] = mapped_column(primary_key=True)
        slug: Mapped[str]


    class Login(BaseModel):
        slug: str
        name: str
        password: str


    def verify(plain: str, hashed: str) -> bool:
        return hashes.verify(plain, hashed)


    @router.post("/login")
    def login(body: Login, session: SessionDep):
        tenant = session.query(Tenant).filter(Tenant.slug == body.slug).first()
        user = session.query(User).filter(User.id == body.name, User.tenant_id == tenant.id).first()
        if not user or not verify(body.password, user.hashed_password):
            raise HTTPException(401)
        user.last_seen = 1
        session.commit()
        return user


    @router.post("/forget")
    def forget(body: Login, session: SessionDep):
        tenant = session.query(Tenant).filter(Tenant.slug == body.slug).first()
        session.delete(tenant)
        session.commit()
    """)
    assert ids(handlers["login"]) == {}
    assert ids(handlers["forget"]) == {"slug": "missing"}


def test_the_last_class_of_a_name_is_the_one_that_serves() -> None:
    views = """
from rest_framework import permissions, viewsets
from rest_framework.decorators import action


class Notes(viewsets.ViewSet):
    permission_classes = [permissions.AllowAny]

    @action(detail=False)
    def early(self, request): ...


class Notes(viewsets.ViewSet):
    permission_classes = [permissions.IsAuthenticated]

    @action(detail=False)
    def late(self, request): ...
"""
    urls = """
from rest_framework.routers import DefaultRouter
from shop.views import Notes

router = DefaultRouter()
router.register("notes", Notes, basename="notes")
urlpatterns = router.urls
"""
    found = by_name(project({"shop/__init__.py": "", "shop/views.py": views, "shop/urls.py": urls}))
    assert {name: handler.route.authentication for name, handler in found.items()} == {"late": "required"}


def test_routes_whose_functions_have_one_name_are_all_routes() -> None:
    found = project(
        {
            "app.py": FLASK
            + """
@app.get("/a")
def show():
    return "a"


@app.get("/b", endpoint="b")
def show():
    return "b"
"""
        }
    )
    assert {route.path for route in found.routes()} == {"/a", "/b"}


def test_what_is_only_spelled_like_something_private() -> None:
    tables = ("Border", "Recorder", "Ideal", "PurchaseOrder", "CRMOrder", "sales_order")
    classes = "\n".join(f"    class {name}(db.Model):\n        id = db.Column(db.Integer, primary_key=True)\n" for name in tables)
    routes = "\n".join(
        f'    @app.get("/{name}")\n    def get_{name}():\n        return jsonify([row.id for row in {name}.query.all()])\n' for name in tables
    )
    found = why(SIGNED_IN + "\n" + classes + "\n" + routes)
    assert sorted(name for name, word in found.items() if word == "private") == ["get_CRMOrder", "get_PurchaseOrder", "get_sales_order"]


def test_a_new_password_names_nobody() -> None:
    handlers = fastapi("""
    from django.contrib.auth.password_validation import validate_password
    from pydantic import BaseModel
    from werkzeug.security import check_password_hash


    class Change(BaseModel):
        password: str
        new_password: str
        passenger: str


    @router.put("/users/{user_id}/strong")
    def strong(user_id: int, body: Change, user: CurrentUser, session: SessionDep):
        other = session.get(User, user_id)
        validate_password(body.password, other)
        other.hashed_password = body.password
        session.commit()


    @router.put("/users/{user_id}/fresh")
    def fresh(user_id: int, body: Change, user: CurrentUser, session: SessionDep):
        other = session.get(User, user_id)
        if check_password_hash(other.hashed_password, body.new_password):
            raise HTTPException(400, "it must be another one")
        other.hashed_password = body.new_password
        session.commit()


    @router.put("/tasks/{task_id}/seat")
    def seat(task_id: int, body: Change, user: CurrentUser, session: SessionDep):
        task = session.get(Task, task_id)
        task.verify(body.passenger)
        task.status = "taken"
        session.commit()


    @router.put("/users/{user_id}/known")
    def known(user_id: int, body: Change, user: CurrentUser, session: SessionDep):
        other = session.get(User, user_id)
        if not check_password_hash(other.hashed_password, body.password):
            raise HTTPException(403)
        other.hashed_password = body.new_password
        session.commit()
    """)
    assert [ids(handlers[name]) for name in ("strong", "fresh", "seat", "known")] == [
        {"user_id": "missing"},
        {"user_id": "missing"},
        {"task_id": "missing"},
        {},
    ]


def test_a_class_that_was_registered_before_it_was_written_again_still_serves() -> None:
    found = project(
        {
            "app.py": FLASK
            + """
from flask_restful import Api, Resource

api = Api(app)


class Item(Resource):
    @login_required
    def get(self, order_id):
        return jsonify(Order.query.get_or_404(order_id).status)


api.add_resource(Item, "/any/<int:order_id>")


class Item(Resource):
    @login_required
    def get(self, order_id):
        return jsonify(Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404().status)


api.add_resource(Item, "/mine/<int:order_id>")
"""
        }
    )
    assert {handler.route.path: ids(handler)["order_id"] for handler in found.handlers()}["/any/<int:order_id>"] == "missing"


def test_a_class_that_extends_the_one_before_it_keeps_what_that_one_has() -> None:
    code = """
    class Base(views.APIView):
        permission_classes = [permissions.IsAuthenticated]


    class Base(Base):
        def get(self, request, pk):
            return Response(Note.objects.get(pk=pk).text)
    """
    found = django("from rest_framework import views\n" + code.replace("\n    ", "\n"), "path('notes/<int:pk>/', Base.as_view())")
    assert all(handler.route.authentication != "none" for handler in found.values())


def test_collections_of_old_drivers() -> None:
    code = (
        SIGNED_IN
        + """
    from flask_pymongo import PyMongo

    mongo = PyMongo(app)


    @app.delete("/lists/<list_id>")
    def drop(list_id):
        mongo.db.lists.remove({"_id": list_id})
        return ""


    @app.put("/lists/<list_id>")
    def rename(list_id):
        mongo.db.lists.update({"_id": list_id}, {"$set": {"name": request.json["name"]}})
        return ""


    @app.get("/orders")
    def orders():
        return jsonify(list(mongo.db.orders.find()))


    @app.get("/words")
    def words():
        counts = {"a": 1}
        counts.update({"b": 2})
        return jsonify(counts)
    """
    )
    found = {name: handler.exposed for name, handler in flask(code).items()}
    assert (found["drop"], found["rename"], found["orders"]) == (("lists", "alters"), ("lists", "alters"), ("orders", "private"))
    assert found["words"] == ("", "")


def test_an_id_that_goes_where_nobody_can_follow() -> None:
    code = (
        FLASK
        + """
from shop.helpers import query


@app.get("/orders/<int:order_id>")
@login_required
def show(order_id):
    return jsonify(query("orders/get", order_id))
"""
    )
    unread = project({"shop/__init__.py": "", "shop/app.py": code, "shop/helpers.py": "def query(name, *values):\n\n\ndef query(name):\n    pass\n"})
    library = project({"shop/__init__.py": "", "shop/app.py": code.replace("from shop.helpers", "from elsewhere.helpers")})
    assert by_name(unread)["show"].route.ownership == "unknown" and by_name(library)["show"].route.ownership == "unknown"


PARENTS = """
    class Note(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        order_id = db.Column(db.Integer, db.ForeignKey("order.id"))
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        return jsonify(Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404().status)


    @app.delete("/orders/<int:order_id>")
    @login_required
    def remove(order_id):
        Order.query.filter_by(id=order_id, user_id=current_user.id).delete()
        return ""


    @app.post("/notes")
    @login_required
    def add():
        db.session.add(Note(order_id=request.json["order_id"], user_id=current_user.id))
        return ""


    @app.post("/orders/<int:order_id>/notes")
    @login_required
    def held(order_id):
        order = Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404()
        db.session.add(Note(order_id=order.id, user_id=current_user.id))
        return ""
"""


def test_what_a_new_row_goes_with() -> None:
    handlers = flask(PARENTS)
    assert {link.id: link.ownership for link in handlers["add"].links} == {"order_id": "missing"} and handlers["add"].links[0].guarded
    assert handlers["held"].links == ()


def test_what_everybody_may_see_a_row_may_go_with() -> None:
    handlers = flask(
        PARENTS
        + """
    @app.get("/board/<int:order_id>")
    def board(order_id):
        return jsonify(Order.query.get_or_404(order_id).status)
    """
    )
    assert {link.id: link.ownership for link in handlers["add"].links} == {"order_id": "unknown"}


def test_what_is_booked_of_one_room_is_a_calendar() -> None:
    found = why(
        SIGNED_IN
        + """
    class Booking(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        room_id = db.Column(db.Integer)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    @app.get("/rooms/<int:room_id>/bookings")
    def of_a_room(room_id):
        return jsonify([booking.id for booking in Booking.query.filter_by(room_id=room_id)])


    @app.get("/bookings/<int:booking_id>")
    def one(booking_id):
        return jsonify(Booking.query.get_or_404(booking_id).user_id)


    @app.get("/bookings")
    def everything():
        return jsonify([booking.id for booking in Booking.query.all()])
    """
    )
    assert {name for name, word in found.items() if word == "private"} == {"one", "everything"}


CUSTOMERS = """
    class Customer(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        manager_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    class Deal(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        customer_id = db.Column(db.Integer, db.ForeignKey("customer.id"))
        author_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    @app.post("/deals")
    @login_required
    def add():
        db.session.add(Deal(customer_id=request.json["customer_id"], {more}))
        return jsonify(current_user.id)
"""


def test_a_customer_whom_somebody_looks_after_is_no_account() -> None:
    users = FLASK.replace("class User(db.Model):\n", "class User(db.Model):\n    password_hash = db.Column(db.String)\n")

    def owners(more: str) -> list[str]:
        return [owner.id for owner in by_name(project({"app.py": users + dedent(CUSTOMERS.format(more=more))}))["add"].owners]

    assert owners("") == [] and owners("author_id=request.json['author_id']") == ["author_id"]


def test_tables_without_a_class_have_no_attributes() -> None:
    handlers = flask("""
    followers = db.Table("followers", db.Column("user_id", db.Integer, db.ForeignKey("user.id")))


    @app.get("/mine")
    @login_required
    def mine():
        return jsonify([order.id for order in current_user.orders.filter_by(id=request.args["id"])])
    """)
    assert handlers["mine"].route.authentication == "required"


def test_who_asks_is_looked_up_and_everything_is_listed() -> None:
    handlers = fastapi("""
    @router.get("/countries")
    def everything(session: SessionDep, user: CurrentUser):
        return session.query(Country).all()


    @router.post("/countries")
    def add(session: SessionDep, user: CurrentUser):
        session.add(Country(name="x"))
        session.commit()


    @router.get("/me")
    def me(user: CurrentUser):
        return user
    """)
    said = {name: handlers[name].route.ownership for name in ("everything", "add", "me")}
    assert said["everything"] != "owned" and said["add"] != "owned" and said["me"] == "owned"


def test_accounts_of_patients_are_nobodys_business() -> None:
    found = why(
        SIGNED_IN
        + """
    class PatientAccount(db.Model):
        id = db.Column(db.Integer, primary_key=True)


    class UserAccount(db.Model):
        id = db.Column(db.Integer, primary_key=True)


    @app.get("/patients")
    def patients():
        return jsonify([patient.id for patient in PatientAccount.query.all()])


    @app.get("/people")
    def people():
        return jsonify([user.id for user in UserAccount.query.all()])
    """
    )
    assert (found["patients"], found["people"]) == ("private", "")


LEFT_BEHIND = """
class {model}(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String)


@app.post("/left")
def leave():
    db.session.add({model}(text=request.json["text"]))
    db.session.commit()
    return "", 201


@app.post("/desk/left")
@login_required
def note():
    db.session.add({model}(text=request.json["text"]))
    db.session.commit()
    return "", 201
"""
KEEPING = """

@app.{method}("/desk/orders/<int:order_id>")
@login_required
def {method}_order(order_id):
    order = Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404()
    order.status = request.json["status"]
    db.session.commit()
    return jsonify(order.status)
"""


@pytest.mark.parametrize(
    ("model", "why"), [("Enquiry", ""), ("Booking", ""), ("SurveyResponse", ""), ("EventRegistration", ""), ("Tariff", "changes")]
)
def test_what_visitors_hand_in_and_staff_works_on(model: str, why: str) -> None:
    code = LEFT_BEHIND.replace("{model}", model) + "".join(KEEPING.format(method=method) for method in ("post", "put", "patch", "delete"))
    assert flask(code)["leave"].exposed[1] == why


def test_what_one_of_those_who_come_has_booked_is_no_calendar() -> None:
    found = why(
        SIGNED_IN
        + """
    class Appointment(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        doctor_id = db.Column(db.Integer)
        patient_id = db.Column(db.Integer)


    @app.get("/patients/<int:patient_id>/appointments")
    def of_a_patient(patient_id):
        return jsonify([each.id for each in Appointment.query.filter_by(patient_id=patient_id)])


    @app.get("/doctors/<int:doctor_id>/appointments")
    def of_a_doctor(doctor_id):
        return jsonify([each.id for each in Appointment.query.filter_by(doctor_id=doctor_id)])
    """
    )
    assert (found["of_a_patient"], found["of_a_doctor"]) == ("private", "")


PATIENTS = {
    "shop/models.py": """
    from django.conf import settings
    from django.db import models


    class Project(models.Model):
        owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


    class Note(models.Model):
        project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="notes")


    class Country(models.Model):
        name = models.TextField()


    class Patient(models.Model):
        user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


    class Course(models.Model):
        title = models.TextField()


    class Booking(models.Model):
        course = models.ForeignKey(Course, on_delete=models.CASCADE)
        patient = models.ForeignKey(Patient, on_delete=models.CASCADE)
    """
}


@pytest.mark.parametrize(("guard", "said"), [("", "named"), ("@permission_classes([permissions.IsAuthenticated])", "")])
def test_a_new_row_for_the_patient_whom_a_stranger_names(guard: str, said: str) -> None:
    code = f"""
    from shop.models import Booking, Course, Patient


    @api_view(["POST"])
    {guard or "@permission_classes([permissions.AllowAny])"}
    def book(request):
        patient = Patient.objects.get(id=request.data["patient_id"])
        course = Course.objects.get(id=request.data["course_id"])
        booking = Booking.objects.create(patient=patient, course=course)
        return Response({{"ends": booking.pk}})


    @login_required
    def mine(request):
        return JsonResponse({{"names": list(Project.objects.filter(owner=request.user).values("pk"))}})
    """
    handlers = django(code, "path('book/', book)\n path('mine/', mine)", PATIENTS)
    assert handlers["book"].exposed[1] == said
    assert not (guard and handlers["book"].owners)  # the desk books for patients


ALTERED = """
class Tariff(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)


class Enquiry(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String)


@app.post("/tariffs/new")
def save():
    db.session.add(Tariff(name=request.form["name"]))
    db.session.commit()
    return ""


@app.post("/enquiries")
def ask():
    db.session.add(Enquiry(text=request.form["text"]))
    db.session.commit()
    return ""


@app.delete("/enquiries/<int:enquiry_id>")
def drop(enquiry_id):
    db.session.delete(Enquiry.query.get_or_404(enquiry_id))
    db.session.commit()
    return ""


@app.route("/{path}/<int:tariff_id>")
{guard}
def gone(tariff_id):
    db.session.delete(Tariff.query.get_or_404(tariff_id))
    db.session.commit()
    return ""
"""


@pytest.mark.parametrize(
    ("path", "guard", "said"),
    [
        ("delete_tariff", "", ("alters", "makes")),
        ("hapus", "", ("alters", "makes")),
        ("eliminar", "", ("alters", "makes")),
        ("silver", "", ("", "")),
        ("hapus", "@login_required", ("", "")),
    ],
)
def test_whoever_may_delete_every_row_may_make_rows_too(path: str, guard: str, said: tuple[str, str]) -> None:
    found = why(dedent(SIGNED_IN) + ALTERED.replace("{path}", path).replace("{guard}", guard))
    assert (found["gone"], found["save"]) == said
    assert (found["drop"], found["ask"]) == ("alters", "")  # what visitors hand in they may make


def test_what_people_make_where_nobody_asks_them_to_sign_in() -> None:
    handlers = flask("""
    class Chart(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String)


    class Product(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String)


    class Setting(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String)


    @app.post("/users")
    def join():
        db.session.add(User(email=request.json["email"]))
        db.session.commit()
        return ""


    @app.post("/charts")
    def save():
        db.session.add(Chart(name=request.json["name"]))
        db.session.commit()
        return ""


    @app.post("/products")
    def offer():
        db.session.add(Product(name=request.json["name"]))
        db.session.commit()
        return ""


    @app.get("/charts/<int:chart_id>")
    def chart(chart_id):
        return jsonify(Chart.query.get_or_404(chart_id).name)


    @app.get("/shared/charts/<int:chart_id>")
    def shared(chart_id):
        return jsonify(Chart.query.get_or_404(chart_id).name)


    @app.get("/products")
    def products():
        return jsonify([product.name for product in Product.query.all()])


    @app.get("/settings/all")
    def settings():
        return jsonify([setting.name for setting in Setting.query.all()])
    """)
    assert {name for name, handler in handlers.items() if handler.exposed[1] == "nobody"} == {"save", "offer", "chart"}
    said = {name: handlers[name].route.ownership for name in ("chart", "shared", "products", "settings")}
    assert said == {"chart": "missing", "shared": "public", "products": "unknown", "settings": "unknown"}


def test_many_documents_at_once_are_made_too() -> None:
    handlers = fastapi("""
    from pymongo import MongoClient

    collection = MongoClient()["shop"]["samples"]
    users = MongoClient()["shop"]["users"]


    @router.post("/sync")
    def sync(body: dict):
        users.insert_one({"email": body["email"]})


    @router.post("/upload")
    def upload(rows: list[dict]):
        collection.insert_many([{"weight": row["weight"]} for row in rows])


    @router.get("/samples")
    def samples():
        return list(collection.find({}))
    """)
    assert handlers["samples"].exposed == ("samples", "nobody")


BOTH = """
class Appointment(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    email = db.Column(db.String)


@app.route("/appointments", methods=["GET", "POST"])
def appointments():
    if request.method == "POST":
        BODY
    return jsonify([each.email for each in Appointment.query.ROWS])
"""


@pytest.mark.parametrize(
    ("rows", "said"),
    [("all()", "private"), ("filter_by(email=request.form['email'])", ""), ("filter_by(name='')", "")],
)
def test_a_form_that_shows_everybodys_rows_beside_it(rows: str, said: str) -> None:
    made = "db.session.add(Appointment(email=request.form['email']))\n        db.session.commit()"
    assert why(dedent(SIGNED_IN) + BOTH.replace("BODY", made).replace("ROWS", rows))["appointments"] == said


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("Gallery", "offers"),
        ("Article", "offers"),
        ("Part", "offers"),
        ("Mark", "offers"),
        ("Bookmark", ""),
        ("Question", ""),
        ("Listing", ""),
        ("Score", ""),
    ],
)
def test_what_a_house_shows_its_visitors_they_do_not_write(model: str, said: str) -> None:
    code = """
class Shown(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String)


@app.post("/new")
def add():
    db.session.add(Shown(title=request.json["title"]))
    db.session.commit()
    return ""
"""
    assert why(dedent(SIGNED_IN) + code.replace("Shown", model))["add"] == said


def test_no_login_and_rows_for_whom_the_client_names() -> None:
    handlers = flask("""
    @app.post("/orders")
    def place():
        db.session.add(Order(user_id=request.json["user_id"]))
        db.session.commit()
        return ""


    @app.post("/guests/orders")
    def as_guest():
        db.session.add(Order(status="new"))
        db.session.commit()
        return ""


    @app.get("/orders")
    def everything():
        return jsonify([order.status for order in Order.query.all()])
    """)
    assert {name: handlers[name].exposed[1] for name in ("place", "as_guest", "everything")} == {
        "place": "nobody",
        "as_guest": "",
        "everything": "nobody",
    }


def sql_house(columns: str) -> dict[str, str]:
    """What each route of an app exposes that has no login, and no CREATE TABLE; whether a row was there to delete is no question of who asks."""
    code = f"""
import mysql.connector
from flask import Flask, jsonify, request

app = Flask(__name__)
db = mysql.connector.connect()


def unlink(client_id, offer_id):
    cursor = db.cursor()
    cursor.execute("DELETE FROM bookmarked WHERE client_id = %s AND offer_id = %s", (client_id, offer_id))
    return cursor.rowcount > 0


@app.get("/clients/<int:client_id>")
def one(client_id):
    cursor = db.cursor()
    cursor.execute("SELECT * FROM clients WHERE client_id = %s", (client_id,))
    return jsonify(cursor.fetchone())


@app.post("/clients")
def add():
    cursor = db.cursor()
    cursor.execute("INSERT INTO clients ({columns}) VALUES (%s, %s, %s)", (request.json["a"], request.json["b"], request.json["c"]))
    return ""


@app.delete("/bookmarked")
def forget():
    if not unlink(request.args.get("client_id"), request.args.get("offer_id")):
        raise ValueError("not found")
    return ""
"""
    return {name: handler.exposed[1] for name, handler in by_name(project({"app.py": code})).items()}


def test_no_login_and_a_table_of_people_that_only_sql_fills() -> None:
    assert sql_house("name, surname, phone_number") == {"one": "nobody", "add": "nobody", "forget": "nobody"}
    assert set(sql_house("title, price, phone_number").values()) == {""}


@pytest.mark.parametrize(("owner", "said"), [("user_id=request.json['user_id'], ", "nobody"), ("", "")])
def test_no_login_and_goods_in_the_name_of_whom_the_client_says(owner: str, said: str) -> None:
    found = flask(f"""
    class Product(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        name = db.Column(db.String)


    @app.get("/products")
    def everything():
        return jsonify([each.name for each in Product.query.all()])


    @app.post("/products")
    def add():
        db.session.add(Product({owner}name=request.json["name"]))
        db.session.commit()
        return ""
    """)
    assert (found["add"].exposed[1], found["everything"].exposed[1]) == (said, "")
