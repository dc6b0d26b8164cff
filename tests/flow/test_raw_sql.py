"""Ids in raw SQL: through cursors, drivers and wrappers of the project; placeholders in order and by name; what stands behind an OR."""

from __future__ import annotations

import pytest

from prodlint.flow.lookups.sql_places import places
from tests.flow.apps import fastapi, flask, ids

ROUTE = """
    @app.route("/orders/<int:order_id>")
    @login_required
    def show(order_id):
"""

OWNED = {
    "a cursor": """
        cursor = connect().cursor()
        cursor.execute("SELECT total FROM invoices WHERE id = %s AND user_id = %s", (order_id, current_user.id))
        return jsonify(cursor.fetchone())
    """,
    "names in another order than the statement has them": """
        row = database.fetch_one(
            "UPDATE invoices SET paid = :paid WHERE id = :id AND user_id = :me RETURNING total",
            {"me": current_user.id, "id": order_id, "paid": True},
        )
        return jsonify(row)
    """,
    "numbers": """
        return jsonify(pool.fetchrow("SELECT total FROM invoices WHERE user_id = $2 AND id = $1", order_id, current_user.id))
    """,
    "text with bound values": """
        from sqlalchemy import text

        query = text("SELECT total FROM invoices WHERE id = :id AND user_id = :me").bindparams(id=order_id, me=current_user.id)
        return jsonify(db.session.execute(query).one())
    """,
    "pieces put together": """
        conditions = ["id = %s", "user_id = %s"]
        values = [order_id, current_user.id]
        return jsonify(wrapper.rows("SELECT total FROM invoices WHERE " + " AND ".join(conditions), values))
    """,
    "two ways to be the caller's": """
        query = "SELECT total FROM invoices WHERE id = ? AND (user_id = ? OR shared_with = ?)"
        return jsonify(wrapper.rows(query, (order_id, current_user.id, current_user.id)))
    """,
    "a condition that only staff do without": """
        query = "SELECT total FROM invoices WHERE id = %s"
        values = [order_id]
        if not current_user.is_admin:
            query += " AND user_id = %s"
            values.append(current_user.id)
        return jsonify(wrapper.rows(query, values))
    """,
}

MISSING = {
    "a cursor": """
        cursor = connect().cursor()
        cursor.execute("SELECT total FROM invoices WHERE id = %s", (order_id,))
        return jsonify(cursor.fetchone())
    """,
    "a wrapper that could not be followed": """
        return jsonify(app.extensions["warehouse"].fetch_dict("SELECT total FROM invoices WHERE id = %(id)s", {"id": order_id}))
    """,
    "an f-string": """
        return jsonify(database.fetch_one(f"SELECT total FROM invoices WHERE id = {order_id}"))
    """,
    "the caller on the other side of an OR": """
        return jsonify(wrapper.rows("SELECT total FROM invoices WHERE id = ? OR user_id = ?", (order_id, current_user.id)))
    """,
    "everybody but the caller": """
        return jsonify(wrapper.rows("SELECT total FROM invoices WHERE id = ? AND user_id <> ?", (order_id, current_user.id)))
    """,
    "who changed it": """
        wrapper.run("UPDATE invoices SET changed_by = %s WHERE id = %s", (current_user.id, order_id))
        return "", 204
    """,
}


@pytest.mark.parametrize("name", OWNED)
def test_owned(name: str) -> None:
    assert ids(flask(ROUTE + OWNED[name])["show"]) == {"order_id": "owned"}


@pytest.mark.parametrize("name", MISSING)
def test_missing(name: str) -> None:
    assert ids(flask(ROUTE + MISSING[name])["show"]) == {"order_id": "missing"}


def test_through_a_wrapper_of_the_project() -> None:
    handler = fastapi(
        """
        from shop.store import invoices


        @router.get("/invoices/{invoice_id}")
        def show(invoice_id: int, user: CurrentUser):
            return invoices.find(invoice_id)


        @router.get("/mine/{invoice_id}")
        def mine(invoice_id: int, user: CurrentUser):
            return invoices.find_for(invoice_id, user.id)
        """,
        {
            "shop/store.py": """
            import asyncpg


            class Store:
                def __init__(self, dsn):
                    self.dsn = dsn

                def one(self, statement, *values):
                    return asyncpg.connect(self.dsn).fetchrow(statement, *values)

                def find(self, key):
                    return self.one("SELECT * FROM invoices WHERE id = $1", key)

                def find_for(self, key, user_id):
                    return self.one("SELECT * FROM invoices WHERE id = $1 AND user_id = $2", key, user_id)


            invoices = Store("postgres://")
            """
        },
    )
    assert ids(handler["show"]) == {"invoice_id": "missing"}
    assert ids(handler["mine"]) == {"invoice_id": "owned"}


def test_an_id_that_nobody_could_follow_is_unknown() -> None:
    handler = flask(ROUTE + "        return jsonify(app.extensions['orders'].lookup(order_id))\n")["show"]
    assert handler.route.ownership == "unknown"


def test_a_list_of_values_out_of_sight_proves_nothing() -> None:
    found = flask(
        ROUTE
        + """
        values = collect(order_id, current_user)
        return jsonify(wrapper.rows("SELECT total FROM invoices WHERE id = %s AND user_id = %s", values))
    """
    )
    assert found["show"].route.ownership == "unknown"


STATEMENTS = {
    "id = :id AND EXISTS (SELECT 1 FROM staff WHERE id = :me)": "missing",
    "id = :id AND NOT user_id = :me": "missing",
    "id = :id AND user_id NOT IN (:me)": "missing",
    "id = :id AND id NOT IN (SELECT invoice_id FROM hidden WHERE user_id = :me)": "missing",
    "id = :id AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.invoice_id = invoices.id AND h.user_id = :me)": "missing",
    "id = :id AND (user_id = :me OR note <> 'private')": "unknown",
    "id = :id AND user_id >= :me": "unknown",
    "id = :id AND user_id = :me UNION SELECT total FROM invoices WHERE id = :id": "missing",
    "id = :id ORDER BY (SELECT count(*) FROM likes WHERE user_id = :me)": "missing",
    "id = :id AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = invoices.account_id AND a.user_id = :me)": "owned",
    "id = :id AND account_id IN (SELECT id FROM accounts WHERE user_id = :me)": "owned",
    "id = :id AND (user_id = :me OR is_public = true)": "owned",
    "id = :id AND (user_id = :me OR status = 'published')": "owned",
    "id = :id AND (user_id = :me OR status = 'paid')": "unknown",
    "id = :id AND (:staff OR user_id = :me)": "owned",
    "id = :id AND deleted_at IS NULL AND note IS NOT NULL AND user_id = :me": "owned",
    "id = :id AND total > 3 AND user_id = :me": "owned",
    "id = :id AND :me = user_id": "owned",
    "(id = :id AND user_id = :me) OR (id = :id AND shared_with = :me)": "owned",
    "id = :id AND user_id = :me UNION SELECT total FROM invoices WHERE id = :id AND shared_with = :me": "owned",
}


@pytest.mark.parametrize("condition", STATEMENTS)
def test_what_a_statement_leaves_open(condition: str) -> None:
    code = f"""
        query = text("SELECT total FROM invoices WHERE {condition}")
        return jsonify(db.session.execute(query, {{"id": order_id, "me": current_user.id, "staff": current_user.is_admin}}).one())
    """
    assert ids(flask("    from sqlalchemy import text\n" + ROUTE + code)["show"])["order_id"] == STATEMENTS[condition]


TABLES = {
    "SELECT i.total FROM invoices i CROSS JOIN users u WHERE i.id = :id AND u.id = :me": "missing",
    "SELECT i.total FROM invoices i JOIN users u ON u.id = :me WHERE i.id = :id": "missing",
    "WITH mine AS (SELECT * FROM invoices WHERE user_id = :me) SELECT total FROM invoices WHERE id = :id": "missing",
    "SELECT i.total FROM invoices i JOIN accounts a ON a.id = i.account_id WHERE i.id = :id AND a.user_id = :me": "owned",
    "SELECT i.total FROM invoices i JOIN accounts a USING (account_id) WHERE i.id = :id AND a.user_id = :me": "owned",
    "WITH mine AS (SELECT * FROM invoices WHERE user_id = :me) SELECT total FROM mine WHERE id = :id": "owned",
    "SELECT total FROM (SELECT * FROM invoices WHERE user_id = :me) t WHERE t.id = :id": "owned",
}


@pytest.mark.parametrize("statement", TABLES)
def test_a_condition_on_a_table_that_nothing_joins(statement: str) -> None:
    code = f"""
        return jsonify(db.session.execute(text("{statement}"), {{"id": order_id, "me": current_user.id}}).one())
    """
    assert ids(flask("    from sqlalchemy import text\n" + ROUTE + code)["show"])["order_id"] == TABLES[statement]


def test_a_statement_with_very_many_conditions_is_read_in_time() -> None:
    conditions = " OR ".join(f"(user_id = :me AND total = :t{number} AND (" for number in range(1500))
    found, ways = places(f"SELECT total FROM invoices WHERE {conditions}")
    assert len(found) == 3000
    assert len(ways) < 3000


# what a form books on, beside a list of what is the caller's -> what is said of the route
BOOKED = {
    "INSERT INTO movements (account_id, amount) VALUES (%s, %s)', (request.form['account_id'], 5)": "unknown",
    "INSERT INTO movements (AccountID, amount) VALUES (%s, %s)', (request.form['account_id'], 5)": "unknown",
    "INSERT INTO movements (account_id, user_id) VALUES (%s, %s)', (request.form['account_id'], current_user.id)": "owned",
    "INSERT INTO movements (product_id, amount) VALUES (%s, %s)', (request.form['product_id'], 5)": "owned",
    "INSERT INTO movements (movement_id, amount) VALUES (%s, %s)', (request.form['movement_id'], 5)": "owned",
}


@pytest.mark.parametrize("statement", BOOKED)
def test_a_row_that_goes_with_what_the_form_says(statement: str) -> None:
    found = flask(f"""
    @app.route("/transfer", methods=["POST"])
    @login_required
    def transfer():
        cursor = connect().cursor()
        cursor.execute('{statement})
        cursor.execute("SELECT number FROM accounts WHERE user_id = %s", (current_user.id,))
        return jsonify(cursor.fetchall())
    """)
    assert found["transfer"].route.ownership == BOOKED[statement]


def test_a_row_that_goes_with_one_of_the_callers() -> None:
    found = flask("""
    @app.route("/transfer", methods=["POST"])
    @login_required
    def transfer():
        cursor = connect().cursor()
        cursor.execute("SELECT number FROM accounts WHERE id = %s AND user_id = %s", (request.form["account_id"], current_user.id))
        if cursor.fetchone() is None:
            abort(404)
        cursor.execute("INSERT INTO movements (account_id, amount) VALUES (%s, %s)", (request.form["account_id"], 5))
        return jsonify("done")
    """)
    assert found["transfer"].route.ownership == "owned"
