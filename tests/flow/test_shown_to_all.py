"""Rows that an app shows to all who log in, and lets only their owner change."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

MODEL = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shop.models import Base


class ROW(Base):
    __tablename__ = "rounds"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
"""
READS = """
@router.get("/PLACE/{round_id}/PLACE")
def PLACE(round_id: int, session: SessionDep, user: CurrentUser):
    return session.get(ROW, round_id)
"""
ASKS = """
@router.METHOD("/asked/{round_id}/AT")
def asked_AT(round_id: int, session: SessionDep, user: CurrentUser):
    found = session.get(ROW, round_id)
    if found.owner_id != user.id:
        raise HTTPException(403)
    session.delete(found)
"""


def asks(method: str, at: int) -> str:
    return ASKS.replace("METHOD", method).replace("AT", str(at))


KEPT = [asks("delete", at) for at in range(2)]
LOOSE = [READS.replace("PLACE", path) for path in ("one", "two", "three")]


@pytest.mark.parametrize(
    ("name", "handlers", "expected"),
    [
        ("Round", [*LOOSE, *KEPT], "unknown"),
        ("Round", [*LOOSE[:2], *KEPT], "missing"),  # no habit yet
        ("Round", LOOSE, "missing"),  # nobody has thought about it
        ("Round", [*LOOSE, *KEPT, *(asks("get", at) for at in (7, 8))], "missing"),  # others ask to read, too
        ("Invoice", [*LOOSE, *KEPT], "missing"),  # by mistake
    ],
)
def test_what_many_routes_show_and_few_may_change(name: str, handlers: list[str], expected: str) -> None:
    app = fastapi((MODEL + "".join(handlers)).replace("ROW", name))
    assert ids(app["one"]) == {"round_id": expected}


LINK = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shop.models import Base


class LINK(Base):
    __tablename__ = "links"
    country_id: Mapped[int] = mapped_column(ForeignKey("countries.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


@router.get("/countries/{country_id}")
def show(country_id: int, session: SessionDep, user: CurrentUser):
    return session.get(Country, country_id)
"""


@pytest.mark.parametrize(
    ("link", "expected"), [("CountryMember", "missing"), ("CountryAssignmentRequest", "not-applicable"), ("CountryAccessLog", "not-applicable")]
)
def test_who_asked_for_something_does_not_belong_to_it(link: str, expected: str) -> None:
    assert ids(fastapi(LINK.replace("LINK", link))["show"]) == {"country_id": expected}
