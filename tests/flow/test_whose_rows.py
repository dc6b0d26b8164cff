"""Whose rows they are, told by how an app asks for them; who comes in where one of several permissions is enough, and by decorators further in."""

from __future__ import annotations

from textwrap import dedent

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import DJANGO_MODELS, DJANGO_VIEWS, django, fastapi, flask, ids, project

SERIES = """
    class Series(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user1Id = db.Column(db.Integer)
        title = db.Column(db.String)


    @app.get("/series")
    @login_required
    def mine():
        return jsonify([each.title for each in Series.query.filter_by({term}).all()])


    @app.delete("/series/<int:series_id>")
    @login_required
    def remove(series_id):
        db.session.delete(Series.query.filter_by(id=series_id).first())
        db.session.commit()
        return ""


    @app.get("/everything")
    @login_required
    def everything():
        return jsonify([each.title for each in Series.query.all()])
"""


@pytest.mark.parametrize(
    ("term", "ownership", "listed"),
    [("user1Id=current_user.id", "missing", ["Series"]), ("title=current_user.motto", "not-applicable", []), ("title='a'", "not-applicable", [])],
)
def test_a_column_that_is_held_against_the_caller_says_whose_the_rows_are(term: str, ownership: str, listed: list[str]) -> None:
    found = flask(SERIES.format(term=term))
    assert ids(found["remove"]) == {"series_id": ownership}
    assert [each.model for each in found["everything"].lists] == listed


def test_a_row_that_is_the_callers_on_one_way_only_is_not_theirs() -> None:
    found = flask(
        SERIES.format(term="user1Id=current_user.id")
        + """
    @app.patch("/series/<int:series_id>")
    @login_required
    def change(series_id):
        if request.json["action"] == "rename":
            Series.query.filter_by(id=series_id).update({"title": request.json["title"]})
        else:
            Series.query.filter_by(id=series_id, user1Id=current_user.id).update({"title": ""})
        db.session.commit()
        return ""
    """
    )
    assert ids(found["change"]) == {"series_id": "missing"}


KINDS = """
    class Offer(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    def employers(view):
        @wraps(view)
        def inside(*args, **kwargs):
            if current_user.kind != "employer":
                abort(403)
            return view(*args, **kwargs)
        return inside


    @app.get("/offers/<int:offer_id>")
    @login_required
    @employers
    def show(offer_id):
        return jsonify(Offer.query.get_or_404(offer_id).id)


    @app.delete("/offers/<int:offer_id>")
    @login_required
    @employers
    def remove(offer_id):
        offer = Offer.query.get_or_404(offer_id)
        {guard}
        db.session.delete(offer)
        return ""
"""


@pytest.mark.parametrize(("guard", "ownership"), [("if offer.user_id != current_user.id: abort(403)", "missing"), ("db.session.flush()", "unknown")])
def test_being_an_employer_is_not_enough_where_others_ask_whose_it_is(guard: str, ownership: str) -> None:
    found = flask("from functools import wraps\n" + KINDS.format(guard=guard).replace("\n    ", "\n"))
    assert ids(found["show"]) == {"offer_id": ownership}


def test_a_login_that_a_function_of_the_app_asks_for_is_asked_for() -> None:
    files = {
        "app.py": """
from flask import Flask, jsonify, request
from flask_jwt_extended import current_user, jwt_required
from flask_restful import Api, Resource
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)
api = Api(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    password = db.Column(db.String)


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


@jwt_required()
def find(order_id):
    return jsonify(Order.query.get(order_id).id)


@jwt_required(optional=True)
def look(order_id):
    return jsonify(Order.query.get(order_id).id)


class Orders(Resource):
    def get(self, order_id):
        return find(order_id)

    def put(self, order_id):
        return look(order_id)


api.add_resource(Orders, "/orders/<int:order_id>")
"""
    }
    found = {handler.route.methods: handler.route.authentication for handler in project(files).handlers()}
    assert (found["GET",], found["PUT",]) == ("required", "none")


EITHER = """
    from rest_framework import permissions, viewsets
    from rest_framework.permissions import AllowAny, IsAdminUser, IsAuthenticated, IsAuthenticatedOrReadOnly
    from shop.models import Order


    class Orders(viewsets.ModelViewSet):
        queryset = Order.objects.all()
        permission_classes = [{permissions}]
"""


@pytest.mark.parametrize(
    ("permissions", "reading", "deleting"),
    [
        ("IsAdminUser | IsAuthenticated", "required", "required"),
        ("IsAdminUser | IsAuthenticatedOrReadOnly", "none", "required"),
        ("IsAdminUser | AllowAny", "none", "none"),
        ("IsAdminUser & IsAuthenticated", "required", "required"),
    ],
)
def test_where_one_of_several_permissions_is_enough_the_most_lenient_counts(permissions: str, reading: str, deleting: str) -> None:
    found = django(EITHER.format(permissions=permissions), 'register("orders", Orders)')
    by_method = {method: handler for handler in found.values() for method in handler.route.methods if "<pk>" in handler.route.path}
    assert (by_method["GET"].route.authentication, by_method["DELETE"].route.authentication) == (reading, deleting)
    assert (by_method["DELETE"].route.ownership == "admin") is ("&" in permissions)


def test_what_a_class_says_twice_it_says_as_it_says_it_last() -> None:
    code = EITHER.format(permissions="IsAdminUser") + "        permission_classes = [IsAuthenticated]\n"
    found = django(code, 'register("orders", Orders)')
    assert {handler.route.authentication for handler in found.values()} == {"required"}
    assert "admin" not in {handler.route.ownership for handler in found.values()}


PEOPLE = """
    class UserAccount(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        {column} = db.Column(db.String)


    @app.get("/people")
    def people():
        return jsonify([each.id for each in UserAccount.query{terms}.all()])


    @app.delete("/people/<int:person_id>")
    @login_required
    def forget(person_id):
        {role}
        db.session.delete(UserAccount.query.get_or_404(person_id))
        return ""


    @app.delete("/results")
    def clear():
        Order.query.delete()
        db.session.commit()
        return ""


    @app.get("/orders")
    @login_required
    def orders():
        return jsonify([order.id for order in Order.query.filter_by(user_id=current_user.id)])
"""


ADMINS = "if not current_user.is_admin: abort(403)"


@pytest.mark.parametrize(
    ("column", "terms", "role", "why"),
    [("email", "", ADMINS, "users"), ("nickname", "", ADMINS, ""), ("email", ".filter_by(is_public=True)", ADMINS, ""), ("email", "", "", "")],
)
def test_the_list_of_all_who_sign_in_is_nothing_for_strangers_where_staff_keep_them(column: str, terms: str, role: str, why: str) -> None:
    found = flask(PEOPLE.format(column=column, terms=terms, role=role))
    assert found["people"].exposed[1] == why
    assert found["clear"].exposed == ("Order", "all")


def test_admins_who_are_kept_in_a_table_of_their_own_may_see_all() -> None:
    found = fastapi("""
        import jwt
        from sqlalchemy import Column, Integer, String
        from shop.auth import scheme


        class Administrator(models.Base):
            __tablename__ = "admins"
            id = Column(Integer, primary_key=True)
            name = Column(String)
            hashed_password = Column(String)


        def get_admin(session: SessionDep, token: str = Depends(scheme)) -> Administrator:
            claims = jwt.decode(token, "key", algorithms=["HS256"])
            admin = session.query(Administrator).filter(Administrator.name == claims["sub"]).first()
            if admin is None:
                raise HTTPException(403)
            return admin


        @router.delete("/projects/{project_id}")
        def show(project_id: int, session: SessionDep, admin: Administrator = Depends(get_admin)):
            session.delete(session.get(Project, project_id))
    """)
    assert found["show"].route.ownership == "admin"


def test_todos_that_everybody_makes_for_themselves_are_not_everybodys() -> None:
    found = flask("""
    class Todo(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        assigned_to_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        created_by_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    @app.post("/todos")
    @login_required
    def add():
        db.session.add(Todo(created_by_id=current_user.id))
        return ""


    @app.get("/todos")
    @login_required
    def show():
        return jsonify([todo.id for todo in Todo.query.all()])
    """)
    (listed,) = found["show"].lists
    assert listed.guarded and listed.personal


COMPANIES = """
    from rest_framework import permissions, viewsets
    from rest_framework.permissions import BasePermission
    from shop.models import Project


    class IsCompanyOrAdmin(BasePermission):
        def has_permission(self, request, view):
            if view.action in ["update", "partial_update"]:
                return request.user.role in ["admin", "company"]
            return False


    class Projects(viewsets.ModelViewSet):
        queryset = Project.objects.all()
        permission_classes = [permissions.IsAuthenticated, IsCompanyOrAdmin]

        def get_queryset(self):
            queryset = super().get_queryset()
            if wanted := self.request.query_params.get("since"):
                queryset = queryset.filter(created__gte=wanted)
            return queryset


    class Mine(viewsets.ModelViewSet):
        queryset = Project.objects.all()
        permission_classes = [permissions.IsAuthenticated, IsCompanyOrAdmin]

        def get_queryset(self):
            return Project.objects.filter(owner=self.request.user)
"""


def project_handlers(code: str, registered: str) -> tuple[Handler, ...]:
    routes = "\n".join(f"router.{line}" for line in registered.splitlines())
    tail = f"\n\nrouter = routers.DefaultRouter()\n{routes}\nurlpatterns = [path('api/', include(router.urls))]\n"
    return project({"shop/__init__.py": "", "shop/models.py": DJANGO_MODELS, "shop/views.py": DJANGO_VIEWS + dedent(code) + tail}).handlers()


def test_a_permission_for_companies_or_admins_is_none_for_admins() -> None:
    files = 'register("projects", Projects)\nregister("mine", Mine)'
    found = {(handler.route.path, *handler.route.methods): ids(handler) for handler in project_handlers(COMPANIES, files)}
    assert found["/api/projects/<pk>/", "PUT"] == {"pk": "missing"}
    assert found["/api/projects/<pk>/", "DELETE"] == {"pk": "admin"}  # nobody gets in
    assert found["/api/mine/<pk>/", "PUT"] == {"pk": "owned"}


LISTS = {
    "Note.query.all()": True,
    "Note.query.filter_by(archived=False).all()": True,
    "Note.query.filter_by(is_public=True).all()": None,
    "Note.query.filter_by(shared=True).all()": None,
    "Note.query.filter_by(visibility='public').all()": None,
}


@pytest.mark.parametrize("rows", LISTS)
def test_what_people_keep_for_themselves_and_show_to_all(rows: str) -> None:
    found = flask(f"""
    class Note(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    @app.get("/notes")
    @login_required
    def notes():
        return jsonify([note.id for note in {rows}])


    @app.post("/notes")
    @login_required
    def make():
        db.session.add(Note(user_id=current_user.id))
        db.session.commit()
        return ""
    """)
    assert next((each.guarded and each.personal for each in found["notes"].lists), None) is LISTS[rows]


@pytest.mark.parametrize(("column", "personal"), [("user_id", False), ("recipient_id", True), ("sender_id", True)])
def test_messages_that_go_to_somebody(column: str, personal: bool) -> None:
    """What is said in a room that is open to all is for all who come in."""
    found = flask(f"""
    class Message(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        {column} = db.Column(db.Integer, db.ForeignKey("user.id"))


    @app.get("/messages")
    @login_required
    def messages():
        return jsonify([message.id for message in Message.query.all()])


    @app.post("/messages")
    @login_required
    def send():
        db.session.add(Message({column}=current_user.id))
        db.session.commit()
        return ""
    """)
    assert [each.personal for each in found["messages"].lists] == [personal]


@pytest.mark.parametrize(("column", "ownership"), [("booked_by", "missing"), ("assigned_user", "not-applicable"), ("last_user", "not-applicable")])
def test_who_looks_after_a_row_is_not_whose_it_is(column: str, ownership: str) -> None:
    found = flask(f"""
    class Room(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        {column} = db.Column(db.Integer)


    @app.get("/rooms/<int:room_id>")
    @login_required
    def show(room_id):
        return jsonify(db.session.get(Room, room_id).name)


    @app.get("/rooms/mine")
    @login_required
    def mine():
        return jsonify([room.name for room in Room.query.filter_by({column}=current_user.id)])
    """)
    assert ids(found["show"]) == {"room_id": ownership}


@pytest.mark.parametrize(("column", "said"), [("submitter_id", "missing"), ("submission_id", "not-applicable")])
def test_who_handed_it_in_is_whose_it_is(column: str, said: str) -> None:
    found = flask(f"""
        class Talk(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            {column} = db.Column(db.Integer)
            year = db.Column(db.Integer)

        @app.route("/talks/<int:talk_id>/delete", methods=["POST"])
        @login_required
        def drop(talk_id):
            db.session.delete(Talk.query.get(talk_id))
            db.session.commit()
            return "", 204
    """)["drop"]
    assert found.route.ownership == said
