"""What apps of a few files do: books with authors, places that are free, goods that only the house offers, tables named in other languages."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, flask, ids

SIGNED_IN = """
    @app.get("/me")
    @login_required
    def me():
        return current_user.email
"""
BOOKS = """
    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(80))
        author = db.Column(db.String(80))
        copies = db.Column(db.Integer)


    class Article(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        author = db.Column(db.String(80))
"""


def test_who_wrote_a_book_is_no_user() -> None:
    found = flask(
        BOOKS
        + """
    @app.put("/books/<int:book_id>")
    @login_required
    def book(book_id):
        Book.query.get(book_id).title = request.form["title"]
        db.session.commit()


    @app.put("/articles/<int:article_id>")
    @login_required
    def article(article_id):
        Article.query.get(article_id).author = request.form["author"]
        db.session.commit()
    """
    )
    assert ids(found["book"]) == {"book_id": "not-applicable"}
    assert ids(found["article"]) == {"article_id": "missing"}


SEATS = """
    class Seat(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        status = db.Column(db.String)
        is_booked = db.Column(db.Boolean)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    @app.post("/seats/<int:seat_id>")
    @login_required
    def show(seat_id):
        seat = Seat.query.get(seat_id)
"""
TAKEN = {
    "by its status": """
        if seat and seat.status == "available":
            seat.status = "booked"
            seat.user_id = current_user.id
            db.session.commit()
        return redirect("/")
    """,
    "by a mark, with an early return": """
        if seat.is_booked:
            return "taken", 409
        seat.is_booked = True
        seat.user_id = current_user.id
        db.session.commit()
        return "ok"
    """,
}
NOT_TAKEN = {
    "nobody asks whether it is free": """
        seat.user_id = current_user.id
        db.session.commit()
        return "ok"
    """,
    "it is given back": """
        if seat.status == "booked":
            seat.status = "available"
            seat.user_id = None
            db.session.commit()
        return redirect("/")
    """,
    "another word than free": """
        if seat.status == "confirmed":
            seat.user_id = current_user.id
            db.session.commit()
        return redirect("/")
    """,
}


@pytest.mark.parametrize("name", TAKEN)
def test_who_comes_takes_what_is_free(name: str) -> None:
    assert ids(flask(SEATS + TAKEN[name])["show"]) == {"seat_id": "unknown"}


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_what_is_not_free_is_somebodys(name: str) -> None:
    assert ids(flask(SEATS + NOT_TAKEN[name])["show"]) == {"seat_id": "missing"}


def test_strangers_offer_no_goods() -> None:
    found = flask(
        SIGNED_IN
        + """
    class Product(db.Model):
        id = db.Column(db.Integer, primary_key=True)


    class Booking(db.Model):
        id = db.Column(db.Integer, primary_key=True)


    class Room(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        left = db.Column(db.Integer)


    @app.post("/products")
    def offer():
        db.session.add(Product(name=request.form["name"]))
        db.session.commit()


    @app.post("/bookings")
    def book():
        room = Room.query.filter_by(name=request.form["room"]).first()
        room.left -= 1
        db.session.add(Booking(room_id=room.id))
        db.session.commit()


    @app.post("/products/new")
    @login_required
    def add():
        db.session.add(Product(name=request.form["name"]))
        db.session.commit()
    """
    )
    assert {name: handler.exposed[1] for name, handler in found.items() if handler.exposed[1]} == {"offer": "offers"}


def test_without_any_login_nobody_forgot_one() -> None:
    found = flask("""
    class Product(db.Model):
        id = db.Column(db.Integer, primary_key=True)


    @app.post("/products")
    def offer():
        db.session.add(Product(name=request.form["name"]))
        db.session.commit()
    """)
    assert found["offer"].exposed == ("", "")


@pytest.mark.parametrize(
    ("table", "verdict"), [("clientes", "missing"), ("vendedores", "missing"), ("usuarios", "missing"), ("instrumentos", "unknown")]
)
def test_who_signs_in_has_many_names(table: str, verdict: str) -> None:
    found = flask(f"""
    import sqlite3


    @app.put("/rows/<int:row>")
    @login_required
    def show(row):
        sqlite3.connect("shop.db").execute(f"UPDATE {table} SET nome = '{{request.form['nome']}}' WHERE id = {{row}}")
    """)
    assert ids(found["show"]) == {"row": verdict}


HOUSES = """
    from motor.motor_asyncio import AsyncIOMotorClient

    db = AsyncIOMotorClient("mongodb://localhost")["houses"]
    houses = db["houses"]


    @router.get("/mine")
    async def mine(user: CurrentUser):
        return await houses.find_one({"name": user.email})


    class Change(BaseModel):
        name: str
        title: str


    @router.put("/houses")
    async def show(change: Change):
        house = await houses.find_one({"name": change.name})
        if not house:
            raise HTTPException(404)
        %s
"""


@pytest.mark.parametrize(
    ("does", "verdict"),
    [
        ('await houses.update_one({"_id": house["_id"]}, {"$set": {"title": change.title}})', "missing"),
        ('return {"title": house["title"]}', "unknown"),
    ],
)
def test_a_row_that_is_found_by_its_name_is_changed_by_its_id(does: str, verdict: str) -> None:
    assert fastapi(HOUSES % does)["show"].route.ownership == verdict


CLAIMS = """
    import jwt


    def claims_of():
        try:
            return jwt.decode(request.headers["Authorization"], "key", algorithms=["HS256"])
        except jwt.InvalidTokenError:
            abort(401)


    @app.post("/admin/credit")
    def show():
        claims = claims_of()
        if %s:
            abort(403)
        Order.query.get(request.form["order_id"]).status = "paid"
        db.session.commit()
"""


@pytest.mark.parametrize(
    ("test", "kinds"),
    [
        ('not claims["areYouStaff"] == True', True),
        ('claims.get("clerk") != True', True),
        ('claims["verified"] != True', False),
        ("not claims", False),
    ],
)
def test_what_a_token_says_of_who_brings_it_may_be_a_kind(test: str, kinds: bool) -> None:
    assert flask(CLAIMS % test)["show"].kinds is kinds


def test_what_no_app_publishes_is_no_example_of_what_all_may_read() -> None:
    found = flask("""
    class Customer(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        password_hash = db.Column(db.String)


    @app.get("/customers/<int:customer_id>")
    def open_to_all(customer_id):
        return jsonify(Customer.query.get(customer_id).id)


    @app.post("/customers/find")
    @login_required
    def show():
        return jsonify(Customer.query.get(request.json["id"]).id)
    """)
    assert ids(found["show"]) == {"id": "missing"}


def test_a_loan_takes_a_copy_from_the_shelf() -> None:
    found = flask(
        BOOKS
        + """
    @app.post("/loans/<int:book_id>")
    @login_required
    def show(book_id):
        Book.query.get(book_id).copies -= 1
        db.session.add(Order(user_id=current_user.id, status="lent"))
        db.session.commit()
    """
    )
    assert found["show"].makes_own


STAFF = """
    @app.get("/admin")
    @login_required
    def staff():
        if current_user.role != "admin":
            abort(403)
        return jsonify([order.status for order in Order.query.all()])
"""
SIGNS_UP = """
    @app.post("/register")
    def show():
        %s
        db.session.add(User(name=request.form["name"], %s))
        db.session.commit()
"""


@pytest.mark.parametrize(
    ("first", "given", "says"),
    [
        ("role = request.form['role']", "role=role", ["role"]),
        ("data = request.get_json()", "is_admin=data.get('is_admin', False)", ["is_admin"]),
        ("role = request.form['role']\n        if role not in ('buyer', 'seller'):\n            abort(400)", "role=role", []),
        ("role = 'user'", "role=role", []),
        ("colour = request.form['role']", "colour=colour", []),
    ],
)
def test_who_signs_up_says_no_more_than_who_they_are(first: str, given: str, says: list[str]) -> None:
    found = flask(STAFF + SIGNS_UP % (first, given))["show"]
    assert [choice.field for choice in found.promotes] == says


SCHEMAS = """
    from enum import Enum
    from typing import Literal


    class Roles(str, Enum):
        admin = "admin"
        user = "user"


    class Kinds(str, Enum):
        buyer = "buyer"
        seller = "seller"


    class New(BaseModel):
        email: str
        role: %s


    @router.post("/register")
    def show(new: New, session: SessionDep):
        session.add(User(%s))
        session.commit()
"""


@pytest.mark.parametrize(
    ("words", "given", "says"),
    [
        ("str", "role=new.role", True),
        ("str = 'user'", "**new.model_dump()", True),
        ("Roles", "role=new.role.value", True),
        ("Kinds", "role=new.role", False),
        ("Literal['buyer', 'seller']", "role=new.role", False),
        ("str", "email=new.email, role='user'", False),
    ],
)
def test_a_schema_may_say_which_roles_there_are(words: str, given: str, says: bool) -> None:
    assert bool(fastapi(SCHEMAS % (words, given))["show"].promotes) is says


SIGN_UP = """
    @app.post("/register")
    def register():
        db.session.add(User(name=request.form["name"]))
        db.session.commit()
"""
NOTHING_ASKED = """
    class Category(db.Model):
        id = db.Column(db.Integer, primary_key=True)


    @app.get("/categories")
    def every():
        return jsonify([category.id for category in Category.query.all()])


    class Post(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        author_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    @app.get("/posts")
    def read():
        return jsonify([post.id for post in Post.query.all()])


    @app.post("/categories")
    def make():
        db.session.add(Category(name=request.form["name"]))
        db.session.commit()


    @app.delete("/categories/<int:category_id>")
    def gone(category_id):
        db.session.delete(Category.query.get(category_id))
        db.session.commit()
"""


def test_where_people_sign_up_and_nobody_asks_them_to_sign_in_all_may_change_all() -> None:
    exposed = {name for name, handler in flask(SIGN_UP + NOTHING_ASKED).items() if handler.exposed[1] == "nobody"}
    assert exposed == {"make", "gone"}
    assert not any(handler.exposed[1] for handler in flask(NOTHING_ASKED).values())


@pytest.mark.parametrize(
    ("name", "first", "given", "says"),
    [
        ("register_admin", "pass", "role='admin'", ["role"]),
        ("register_admin", "if User.query.filter_by(name=request.form['name']).first():\n            abort(409)", "is_admin=True", ["is_admin"]),
        ("register_admin", "if User.query.filter_by(role='admin').first():\n            abort(409)", "role='admin'", []),
        ("register_admin", "if User.query.count():\n            abort(409)", "role='admin'", []),
        ("register_admin", "if request.form['code'] != app.config['CODE']:\n            abort(403)", "role='admin'", []),
        ("register_admin", "db.session.add(Shop(name=request.form['shop']))", "role='admin'", []),
        ("register", "pass", "role='admin'", []),
        ("register_admin", "pass", "role='user'", []),
    ],
)
def test_who_asks_for_it_is_made_an_admin(name: str, first: str, given: str, says: list[str]) -> None:
    shop = """
    class Shop(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String)
    """
    code = (STAFF + shop + SIGNS_UP % (first, given)).replace("def show", f"def {name}")
    assert [choice.field for choice in flask(code)[name].promotes] == says
