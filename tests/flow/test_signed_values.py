"""Values that a signature stands for which the client brings beside them."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

PAYMENT = """
    import hashlib
    import hmac
    import os

    KEY = os.environ["KEY_SECRET"]


    def signed(order_id: str, signature: str) -> bool:
        made = {made}
        return {same}


    @router.post("/settled")
    def settle(session: SessionDep, data: dict = Body(...)):
        order_id, other_id, signature = data.get("order_id"), data.get("other_id"), data.get("{called}")
        {asks}
        session.get(Task, {chosen}).status = "paid"
        session.commit()


    @router.get("/tasks")
    def mine(user: CurrentUser, session: SessionDep):
        return session.scalars(select(Task).join(Project).where(Project.owner_id == user.id)).all()
"""
KEYED = "hmac.new(KEY.encode(), order_id.encode(), hashlib.sha256).hexdigest()"
DIGEST = "hmac.compare_digest(made, signature)"
REFUSED = "if not signed(order_id, signature):\n            raise HTTPException(400)"


@pytest.mark.parametrize(
    ("same", "asks", "chosen", "called", "word"),
    [
        (DIGEST, REFUSED, "order_id", "signature", "unknown"),
        ("made == signature", REFUSED, "order_id", "gatewaySignature", "unknown"),
        # what was signed is another one, nobody heeds the answer, and what the client brings is no signature
        (DIGEST, REFUSED, "other_id", "signature", "missing"),
        (DIGEST, "signed(order_id, signature)", "order_id", "signature", "missing"),
        (DIGEST, REFUSED, "order_id", "name", "missing"),
    ],
)
def test_whoever_signed_an_id_chose_it(same: str, asks: str, chosen: str, called: str, word: str) -> None:
    code = PAYMENT.format(same=same, asks=asks, chosen=chosen, called=called, made=KEYED)
    assert ids(fastapi(code)["settle"]) == {chosen: word}


@pytest.mark.parametrize("made", ["hashlib.md5(order_id.encode()).hexdigest()", "assign_number(order_id)", "order_id"])
def test_what_anybody_can_make_is_no_signature(made: str) -> None:
    code = PAYMENT.format(same="made == signature", asks=REFUSED, chosen="order_id", called="signature", made=made)
    assert ids(fastapi(code)["settle"]) == {"order_id": "missing"}
