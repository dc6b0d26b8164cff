"""What a cache gives to whoever comes next."""

from __future__ import annotations

import pytest

from tests.flow.apps import flask, ids

APP = """
    from cachetools import TTLCache, cached
    from flask_caching import Cache
    from functools import cache, lru_cache

    shared = Cache(app)
    KEPT = TTLCache(100, 60)


    @lru_cache(maxsize=100)
    def load(order_id):
        return Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404()


    @cache
    def load_for(order_id, user_id):
        return Order.query.filter_by(id=order_id, user_id=user_id).first_or_404()


    @cached(TTLCache(100, 60))
    def check(order_id):
        if Order.query.get_or_404(order_id).user_id != current_user.id:
            abort(403)


    def mine(order_id):
        return Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404()


    @app.get("/orders/<int:order_id>")
    @login_required
    {around}
    def show(order_id):
        {body}
"""

WAYS = {
    "owned": (
        ("", "return jsonify(load_for(order_id, current_user.id).status)"),
        ("@shared.cached(timeout=60, make_cache_key=key_of_user)", "return jsonify(mine(order_id).status)"),
        ("", "order = mine(order_id); KEPT[order_id] = order.status; return jsonify(KEPT[order_id])"),
    ),
    "unknown": (
        ("", "return jsonify(load(order_id).status)"),
        ("", "check(order_id); return jsonify(Order.query.get_or_404(order_id).status)"),
        ("@shared.cached(timeout=60)", "return jsonify(mine(order_id).status)"),
        ("", "return KEPT[order_id] if order_id in KEPT else jsonify(mine(order_id).status)"),
        ("", "return KEPT.get(order_id) or jsonify(mine(order_id).status)"),
    ),
}


@pytest.mark.parametrize(("word", "around", "body"), [(word, *way) for word, ways in WAYS.items() for way in ways])
def test_what_was_kept_for_somebody_else(word: str, around: str, body: str) -> None:
    found = flask(APP.replace("{around}", around or "# nothing").replace("{body}", body))["show"]
    assert found.route.ownership == word and set(ids(found).values()) <= {word}


def test_a_list_that_is_kept_for_all() -> None:
    code = """
    from flask_caching import Cache

    shared = Cache(app)


    @app.get("/orders")
    @login_required
    @shared.cached(timeout=60)
    def orders():
        return jsonify([order.status for order in Order.query.filter_by(user_id=current_user.id)])
    """
    assert flask(code)["orders"].route.ownership == "unknown"
    assert flask(code.replace("@shared.cached(timeout=60)", "# as it is"))["orders"].route.ownership == "owned"
