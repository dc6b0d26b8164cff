"""Helpers that query any model by the keywords they are given; keys of an API that say whose they are."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, flask, ids

HELPERS = """
    import operator

    class Base(db.Model):
        __abstract__ = True

        @classmethod
        def query_by(cls, reverse=False, **kwargs):
            filters = []
            for name, value in kwargs.items():
                key = "%s" % name
                if not hasattr(cls, key) or value is None:
                    continue
                filters.append(operator.attrgetter(key)(cls) == value)
            if filters:
                return db.session.execute(db.select(cls).where(*filters)).scalars().all()
            return []

    class Chat(Base):
        id = db.Column(db.Integer, primary_key=True)
        owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        name = db.Column(db.String)

    class ApiKey(Base):
        id = db.Column(db.Integer, primary_key=True)
        token = db.Column(db.String)
        owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))

    def in_a_loop(model, filters):
        found = db.select(model)
        for field, value in filters.items():
            found = found.where(getattr(model, field) == value)
        return db.session.execute(found).scalars().first()

    def in_a_list(model, **filters):
        return db.session.execute(db.select(model).where(*[getattr(model, k) == v for k, v in filters.items()])).scalars().first()

    @app.route("/chats/<int:chat_id>")
    @login_required
    def show(chat_id):
        chat = {look_up}
        if not chat:
            abort(404)
        return jsonify(chat.name)
"""


@pytest.mark.parametrize(
    ("look_up", "expected"),
    [
        ("Chat.query_by(id=chat_id, owner_id=current_user.id)[0]", "owned"),
        ("Chat.query_by(id=chat_id)[0]", "missing"),
        ('in_a_loop(Chat, {"id": chat_id, "owner_id": current_user.id})', "owned"),
        ('in_a_loop(Chat, {"id": chat_id})', "missing"),
        ("in_a_list(Chat, id=chat_id, owner_id=current_user.id)", "owned"),
        ("in_a_list(Chat, id=chat_id)", "missing"),
        ('in_a_loop(Chat, {"id": chat_id, "owner_id": request.args["owner"]})', "missing"),
    ],
)
def test_a_helper_that_queries_by_the_keywords_it_is_given(look_up: str, expected: str) -> None:
    found = flask(HELPERS.replace("{look_up}", look_up))
    assert ids(found["show"])["chat_id"] == expected


def test_what_the_client_may_add_to_the_keywords_is_not_known() -> None:
    code = HELPERS.replace("{look_up}", 'in_a_loop(Chat, {"id": chat_id, "owner_id": current_user.id, **request.args})')
    assert ids(flask(code)["show"]).get("chat_id", "unknown") != "owned"


KEYS = (
    HELPERS.replace("{look_up}", "Chat.query.get(chat_id)")
    + """
    def key_of():
        key = ApiKey.query.filter_by(token=request.headers.get("X-Api-Key")).first()
        return key

    @app.route("/keys/<int:chat_id>")
    def held(chat_id):
        key = ApiKey.query.filter_by(token=request.headers.get("X-Api-Key")).first()
        if key is None:
            abort(401)
        chat = Chat.query.get(chat_id)
        if chat is None or chat.owner_id != key.owner_id:
            abort(404)
        return jsonify(chat.name)

    @app.route("/keys/<int:chat_id>/open")
    def not_held(chat_id):
        key = key_of()
        if key is None:
            abort(401)
        return jsonify(Chat.query.get(chat_id).name)
"""
)


LINK = """
    @app.route("/links/<token>/<int:chat_id>")
    def linked(token, chat_id):
        key = ApiKey.query.filter_by(token=token).first_or_404()
        chat = Chat.query.get(chat_id)
        if chat.owner_id != key.owner_id:
            abort(404)
        return jsonify(chat.name)
"""


def test_a_key_in_a_header_says_whose_it_is() -> None:
    found = flask(KEYS)
    assert (found["held"].route.authentication, ids(found["held"])) == ("required", {"chat_id": "owned"})
    assert (found["not_held"].route.authentication, ids(found["not_held"])) == ("required", {"chat_id": "missing"})
    assert ids(flask(KEYS + LINK)["linked"])["chat_id"] == "public"  # whoever has the link is nobody in particular


def test_a_method_of_the_project_that_is_called_like_a_manager() -> None:
    code = """
    from shop.base import Thing

    @router.get("/things/{thing_id}")
    def one(thing_id: int, user: CurrentUser, db: SessionDep):
        return Thing.query(db, thing_id, user.id)

    @router.get("/any/{thing_id}")
    def any_of_them(thing_id: int, user: CurrentUser, db: SessionDep):
        return Thing.objects(db, thing_id)
    """
    base = """
    from sqlalchemy import ForeignKey, select
    from sqlalchemy.orm import Mapped, mapped_column

    from shop.models import Base

    class Thing(Base):
        __tablename__ = "things"
        id: Mapped[int] = mapped_column(primary_key=True)
        owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

        @classmethod
        def query(cls, db, thing_id, owner_id):
            return db.scalars(select(cls).where(cls.id == thing_id, cls.owner_id == owner_id)).first()

        @classmethod
        def objects(cls, db, thing_id):
            return db.scalars(select(cls).where(cls.id == thing_id)).first()
    """
    found = fastapi(code, {"shop/base.py": base})
    assert ids(found["one"]) == {"thing_id": "owned"}
    assert ids(found["any_of_them"]) == {"thing_id": "missing"}


def test_the_attribute_of_flask_sqlalchemy_comes_before_a_mixins_method() -> None:
    code = """
    class Reading:
        @classmethod
        def query(cls):
            return db.session.query(cls)

        @classmethod
        def get_by(cls, *criterions, **kw):
            return cls.query.filter(*criterions).filter_by(**kw).first()

    class Chat(db.Model, Reading):
        id = db.Column(db.Integer, primary_key=True)
        owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))

    @app.route("/chats/<int:chat_id>", methods=["DELETE"])
    @login_required
    def remove(chat_id):
        chat = Chat.get_by(id=chat_id)
        chat.delete()
        return ""
    """
    assert ids(flask(code)["remove"]) == {"chat_id": "missing"}


def test_an_id_that_goes_where_nobody_can_follow_is_not_the_callers_with_its_parent() -> None:
    code = """
    import archive

    @app.route("/orders/<int:order_id>/files/<int:file_id>", methods=["DELETE"])
    @login_required
    def remove(order_id, file_id):
        order = Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404()
        archive.remove(file_id)
        return order.status

    @app.route("/orders/<int:order_id>/notes/<int:file_id>", methods=["DELETE"])
    @login_required
    def unseen(order_id, file_id):
        Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404()
        archive.remove(file_id)
        return ""
    """
    found = flask(code)
    assert ids(found["remove"])["order_id"] == "owned"
    assert (found["remove"].route.ownership, found["unseen"].route.ownership) == ("unknown", "unknown")


REPOSITORY = """
class Repository:
    model = Project

    def __init__(self, session):
        self.session = session

    @property
    def base(self):
        return select(self.model)

    def get_by(self, **columns):
        row = self.session.scalar(self.base.where(*[getattr(self.model, name) == value for name, value in columns.items()]))
        if row is None:
            raise HTTPException(404)
        return row

    def remove(self, row_id):
        self.session.execute(remove(self.model).where(self.model.id == row_id))


class Loaded(Repository):
    @property
    def base(self):
        return super().base.options(selectinload(self.model.tasks))


@router.delete("/mine/{project_id}")
def mine(project_id: int, user: CurrentUser, session: SessionDep):
    projects = Loaded(session)
    projects.get_by(id=project_id, owner_id=user.id)
    projects.remove(project_id)


@router.delete("/any/{project_id}")
def any_of_them(project_id: int, user: CurrentUser, session: SessionDep):
    projects = Loaded(session)
    projects.get_by(id=project_id)
    projects.remove(project_id)
"""


def test_a_property_that_adds_to_that_of_the_class_above() -> None:
    found = fastapi(REPOSITORY)
    assert {name: handler.route.ownership for name, handler in found.items()} == {"mine": "owned", "any_of_them": "missing"}
