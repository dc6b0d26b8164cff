"""Guards that leave off before they ask, ask of some only, are made and never run, or stand in a piece of SQL that takes no row away."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask, ids

LEAVES_OFF = {
    "unknown": (
        "if request.args.get('draft'):\n        return",
        "if order.total > 3:\n        return",
        "if order.id in SEEN:\n        return",
        "if request.args.get('a'):\n        if request.args.get('b'):\n            return",
        "if order.user_id == current_user.id or request.args.get('draft'):\n        return",
        "if order.user_id != current_user.id:\n        if request.args.get('draft'):\n            return\n        abort(403)",
        "draft = request.headers.get('X-Draft') == '1'\n    if draft:\n        return",
        "if is_draft():\n        return",
        "if request.args.get('draft'):\n        return False",
        "try:\n        kind = request.args['kind']\n    except KeyError:\n        return",
    ),
    "owned": (
        "if order is None:\n        return",
        "if not order.user_id:\n        return",
        "if current_user.is_admin:\n        return",
        "if app.config['OPEN']:\n        return",
        "if order.user_id == current_user.id:\n        return",
        "if order.user_id != current_user.id:\n        return abort(403)",
        "log('asked')",
    ),
}


@pytest.mark.parametrize(("word", "first"), [(word, first) for word, many in LEAVES_OFF.items() for first in many])
def test_a_guard_that_returns_before_it_asks(word: str, first: str) -> None:
    code = f"""
SEEN = set()


def is_draft():
    return request.args.get("kind") == "draft"


def check(order):
    {first}
    if order.user_id != current_user.id:
        abort(403)


@app.get("/orders/<int:order_id>")
@login_required
def show(order_id):
    order = Order.query.get_or_404(order_id)
    check(order)
    return jsonify(order.status)
"""
    assert ids(flask(code)["show"]) == {"order_id": word}


@pytest.mark.parametrize(("last", "word"), [('return ""', "owned"), ("return jsonify(order.status)", "unknown")])
def test_what_a_function_does_itself_behind_its_guard(last: str, word: str) -> None:
    code = f"""
    def archive(order):
        if order.status == "archived":
            return
        if order.user_id != current_user.id:
            abort(403)
        order.status = "archived"
        db.session.commit()


    @app.post("/orders/<int:order_id>")
    @login_required
    def change(order_id):
        order = Order.query.get_or_404(order_id)
        archive(order)
        {last}
    """
    assert ids(flask(code)["change"]) == {"order_id": word}


def test_what_a_guard_that_is_made_twice_was_told() -> None:
    code = """
    class Guard:
        def __init__(self, skip):
            self.skip = skip

        def check(self, order):
            if self.skip:
                return
            if order.user_id != current_user.id:
                abort(403)


    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        order = Order.query.get_or_404(order_id)
        Guard(request.args.get("draft")).check(order)
        return jsonify(order.status)
    """
    assert ids(flask(code)["show"]) == {"order_id": "unknown"}


def test_a_context_that_asks_when_all_is_done() -> None:
    code = """
    from contextlib import contextmanager


    @contextmanager
    def mine(order):
        yield order
        if order.user_id != current_user.id:
            abort(403)


    @app.put("/orders/<int:order_id>")
    @login_required
    def change(order_id):
        order = Order.query.get_or_404(order_id)
        with mine(order):
            order.status = "paid"
            db.session.commit()
        return ""
    """
    assert ids(flask(code)["change"]) == {"order_id": "unknown"}


def test_object_permissions_that_a_view_leaves_out_for_some() -> None:
    code = """
    class IsOwner(permissions.BasePermission):
        def has_object_permission(self, request, view, obj):
            return obj.owner == request.user


    class Whole(viewsets.ReadOnlyModelViewSet):
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
        permission_classes = [permissions.IsAuthenticated, IsOwner]


    class Parts(Whole):
        def check_object_permissions(self, request, obj):
            if request.query_params.get("draft"):
                return
            super().check_object_permissions(request, obj)


    class Deaf(Whole):
        def permission_denied(self, request, message=None, code=None):
            self.refused = message


    class Lazy(IsOwner):
        def has_object_permission(self, request, view, obj):
            return (one.owner == request.user for one in [obj])


    class Anybody(Whole):
        permission_classes = [permissions.IsAuthenticated, Lazy]
    """
    for view, word in (("Whole", "owned"), ("Parts", "unknown"), ("Anybody", "unknown"), ("Deaf", "unknown")):
        assert ids(django(code, f"register('projects', {view})")["retrieve"]) == {"pk": word}, view


SOME = {
    "unknown": (
        "if current_user.id not in {order.user_id for order in orders}",
        "if current_user.id not in [order.user_id for order in orders]",
        "if any(user_id != current_user.id for user_id in {order.status: order.user_id for order in orders}.values())",
    ),
    "missing": ("if max(order.user_id for order in orders) != current_user.id", "if min(order.user_id for order in orders) != current_user.id"),
    "owned": (
        "if {order.user_id for order in orders} != {current_user.id}",
        "if any(user_id != current_user.id for user_id in {order.id: order.user_id for order in orders}.values())",
    ),
}


@pytest.mark.parametrize(("word", "test"), [(word, test) for word, tests in SOME.items() for test in tests])
def test_what_holds_for_one_of_the_rows_that_a_client_names(word: str, test: str) -> None:
    code = f"""
    @app.post("/orders")
    @login_required
    def show():
        orders = Order.query.filter(Order.id.in_(request.get_json()["ids"])).all()
        {test}:
            abort(403)
        return jsonify([order.status for order in orders])
    """
    found = ids(flask(code)["show"])["ids"]
    assert found == word or (word == "unknown" and found == "missing")


@pytest.mark.parametrize(
    ("some", "owned"),
    [("ids", True), ("sorted(ids)", True), ("ids[1:]", False), ("islice(ids, 1)", False), ("[i for i in ids if i not in known]", False)],
)
def test_a_loop_over_some_of_the_ids(some: str, owned: bool) -> None:
    code = f"""
    from itertools import islice


    @app.post("/orders")
    @login_required
    def remove():
        ids = request.get_json()["ids"]
        known = request.get_json()["known"]
        asked = {some}
        for order_id in asked:
            if Order.query.get_or_404(order_id).user_id != current_user.id:
                abort(403)
        Order.query.filter(Order.id.in_(ids)).delete()
        db.session.commit()
    """
    assert (ids(flask(code)["remove"])["ids"] == "owned") is owned


@pytest.mark.parametrize("rest", ["[Order.query.get(part).status for part in parts]", "Order.query.get(parts[1]).status"])
def test_a_path_that_names_several(rest: str) -> None:
    code = f"""
    @app.get("/orders/<names>")
    @login_required
    def show(names):
        parts = names.split(",")
        order = Order.query.get_or_404(parts[0])
        if order.user_id != current_user.id:
            abort(403)
        return jsonify({rest})
    """
    assert "owned" not in {word for name, word in ids(flask(code)["show"]).items() if name != "names[0]"}


NEVER_RUN = {
    "owned": ("await ensure(doc, user)", "task = asyncio.create_task(ensure(doc, user)); await task", "guard = partial(refuse, doc, user); guard()"),
    "unknown": (
        "task = asyncio.create_task(ensure(doc, user))",
        "await asyncio.wait([asyncio.create_task(ensure(doc, user))])",
        "guard = partial(refuse, doc, user)",
        "tasks.add_task(lambda: refuse(doc, user))",
    ),
}


@pytest.mark.parametrize(("word", "guard"), [(word, guard) for word, guards in NEVER_RUN.items() for guard in guards])
def test_a_guard_that_is_made_and_stops_nobody(word: str, guard: str) -> None:
    code = f"""
    import asyncio
    from functools import partial

    from fastapi import BackgroundTasks


    def refuse(doc, user):
        if doc.owner_id != user.id:
            raise HTTPException(403)


    async def ensure(doc, user):
        refuse(doc, user)


    @app.get("/projects/{{project_id}}")
    async def show(project_id: int, tasks: BackgroundTasks, session: SessionDep, user: CurrentUser):
        doc = session.get(Project, project_id)
        {guard}
        return doc
    """
    found = ids(fastapi(code)["show"])["project_id"]
    assert found == word or (word == "unknown" and found == "missing")


def test_an_answer_that_was_kept_for_somebody_else() -> None:
    code = """
    from functools import lru_cache


    @lru_cache(maxsize=100)
    def mine(order):
        return order.user_id == current_user.id


    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        order = Order.query.get_or_404(order_id)
        if not mine(order):
            abort(403)
        return jsonify(order.status)
    """
    assert ids(flask(code)["show"]) == {"order_id": "unknown"}


def test_columns_that_the_client_wrote_before_they_were_asked() -> None:
    code = """
    @app.put("/orders/<int:order_id>")
    @login_required
    def change(order_id):
        order = Order.query.get_or_404(order_id)
        for key, value in request.get_json().items():
            setattr(order, key, value)
        if order.user_id != current_user.id:
            abort(403)
        db.session.commit()
        return jsonify(order.status)
    """
    assert ids(flask(code)["change"])["order_id"] != "owned"


@pytest.mark.parametrize(("default", "word"), [("None", None), ("Order.query.get(order_id)", "unknown")])
def test_the_row_that_comes_where_none_of_the_callers_does(default: str, word: str | None) -> None:
    code = f"""
    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        return jsonify(next((order for order in current_user.orders if order.id == order_id), {default}).status)
    """
    assert ids(flask(code)["show"]).get("order_id") == word


def test_rows_that_begin_anew() -> None:
    code = """
    @login_required
    def show(request, pk):
        rows = Project.objects.filter(owner=request.user)
        return JsonResponse({"name": rows.model.objects.get(pk=pk).name})
    """
    assert ids(django(code, "path('projects/<int:pk>/', show)")["show"]) == {"pk": "missing"}


STATEMENTS = {
    "owned": (
        "SELECT * FROM orders WHERE id = $1 AND user_id = $2",
        "SELECT * FROM orders WHERE id = $1 AND $2 IN (SELECT user_id FROM members WHERE order_id = $1)",
        "SELECT * FROM orders o WHERE o.id = $1 AND $2 IN (SELECT m.user_id FROM members m WHERE m.team_id = o.team_id)",
        "SELECT o.* FROM orders o LEFT JOIN members m ON m.order_id = o.id WHERE o.id = $1 AND m.user_id = $2",
    ),
    "not": (
        "SELECT * FROM orders WHERE id = $1 AND $2 IN (SELECT user_id FROM members)",
        "SELECT * FROM orders WHERE id = $1 AND COALESCE($3, user_id) = $2",
        "SELECT o.* FROM orders o LEFT JOIN members m ON m.order_id = o.id AND m.user_id = $2 WHERE o.id = $1"
        " AND (m.user_id IS NULL OR m.user_id = $2)",
        "SELECT o.* FROM orders o LEFT JOIN members ON members.order_id = o.id WHERE o.id = $1 AND (members.user_id IS NULL OR members.user_id = $2)",
    ),
}


@pytest.mark.parametrize(("word", "statement"), [(word, statement) for word, many in STATEMENTS.items() for statement in many])
def test_what_a_statement_takes(word: str, statement: str) -> None:
    code = f"""
    @app.get("/orders/<int:order_id>")
    @login_required
    async def show(order_id):
        return jsonify(await pool.fetchrow("{statement}", order_id, current_user.id, request.args.get("as")))
    """
    assert (ids(flask(code)["show"])["order_id"] == "owned") is (word == "owned")


def test_a_condition_that_the_client_leaves_out_of_a_text() -> None:
    code = """
    @app.get("/orders/<int:order_id>")
    @login_required
    async def show(order_id):
        more = "" if request.args.get("all") else f" AND user_id = {current_user.id}"
        return jsonify(await pool.fetchrow(f"SELECT * FROM orders WHERE id = $1{more}", order_id))
    """
    assert flask(code)["show"].route.ownership != "owned"


def test_rows_of_one_condition_or_another() -> None:
    code = """
    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        return jsonify(Order.select().where(Order.user_id == current_user.id).orwhere(Order.id == order_id).get().status)
    """
    assert flask(code)["show"].route.ownership == "missing"
