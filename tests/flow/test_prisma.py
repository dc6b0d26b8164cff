"""Rows that Prisma's client for Python selects."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

DB = {
    "shop/prisma_db.py": """
        from prisma import Prisma

        db = Prisma()
    """
}
CODE = """
    from shop.prisma_db import db

    @router.get("/orders/{order_id}")
    async def show(order_id: str, user: CurrentUser):
        BODY

    @router.get("/mine/{order_id}")
    async def mine(order_id: str, user: CurrentUser):
        return await db.order.find_first(where={"id": order_id, "user_id": user.id})

    @router.delete("/mine/{order_id}")
    async def cancel(order_id: str, user: CurrentUser):
        if not await db.order.find_first(where={"id": order_id, "user_id": user.id}):
            raise HTTPException(404)
        return await db.order.delete(where={"id": order_id})
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return await db.order.find_unique(where={'id': order_id})", "missing"),
        ("return await db.order.delete(where={'id': order_id})", "missing"),
        ("return await db.order.update(where={'id': order_id}, data={'user_id': user.id})", "missing"),
        ("return await db.order.find_unique(where={'id': order_id, 'user_id': user.id})", "owned"),
        ("return await db.order.find_first(where={'AND': [{'id': order_id}, {'user_id': {'equals': user.id}}]})", "owned"),
        ("return await db.order.find_first(where={'OR': [{'id': order_id}, {'user_id': user.id}]})", "missing"),
        ("return await db.order.find_first(where={'id': order_id, 'NOT': {'user_id': user.id}})", "missing"),
        ("return await db.order.find_first(where={'id': order_id, 'user_id': {'not': user.id}})", "missing"),
        ("return await db.order.find_first(where={'id': order_id, 'customer': {'is': {'user_id': user.id}}})", "owned"),
        ("return await db.order.find_first(where={'id': order_id, 'buyers': {'none': {'user_id': user.id}}})", "missing"),
        ("return await db.order.find_unique(where={'id_user_id': {'id': order_id, 'user_id': user.id}})", "owned"),
        ("order = await db.order.find_unique_or_raise(where={'id': order_id})\n        return order", "missing"),
        (
            "order = await db.order.find_unique(where={'id': order_id})\n        if order.user_id != user.id:\n"
            "            raise HTTPException(403)\n        return order",
            "owned",
        ),
    ],
)
def test_what_a_where_says_of_whose_a_row_is(body: str, said: str) -> None:
    found = fastapi(CODE.replace("BODY", body), DB)
    assert ids(found["show"])["order_id"] == said
    assert ids(found["mine"])["order_id"] == ids(found["cancel"])["order_id"] == "owned"


def test_a_list_of_all_rows_is_one() -> None:
    found = fastapi(CODE.replace("BODY", "return await db.order.find_many(where={'status': 'open'})"), DB)
    assert [(each.model, each.guarded) for each in found["show"].lists] == [("order", True)]


def test_the_same_words_of_another_library_are_no_prisma() -> None:
    found = fastapi(CODE.replace("BODY", "return db.order.update(where={'id': order_id})").replace("await db.order.f", "db.order.g"), {
        "shop/prisma_db.py": "db = object()\n"})  # fmt: skip
    assert not found["show"].ids


@pytest.mark.parametrize(("column", "said"), [("slug", "unknown"), ("kind", "missing")])
def test_a_row_that_was_just_made_is_found_by_what_it_is_called(column: str, said: str) -> None:
    body = f"await db.order.create(data={{'{column}': order_id}})\n        return await db.order.find_first(where={{'{column}': order_id}})"
    assert ids(fastapi(CODE.replace("BODY", body), DB)["show"])["order_id"] == said


def test_a_client_that_is_generated_into_a_package_of_another_name_is_one() -> None:
    generated = {"shop/prisma_db.py": DB["shop/prisma_db.py"].replace("from prisma ", "from generated_client ")}
    found = fastapi(CODE.replace("BODY", "return await db.order.delete(where={'id': order_id})"), generated)
    assert ids(found["show"])["order_id"] == "missing"
