"""Tenants that no name gives away: a column which users and several kinds of rows share, and which most routes ask for."""

from __future__ import annotations

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import project

CODE = """
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, sessionmaker

Base = declarative_base()
Local = sessionmaker()
app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token")


class Landlord(Base):
    __tablename__ = "landlords"
    id = Column(Integer, primary_key=True)
    OWNER


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    hashed_password = Column(String)
    landlord_id = Column(Integer, ForeignKey("landlords.id"))


class House(Base):
    __tablename__ = "houses"
    id = Column(Integer, primary_key=True)
    landlord_id = Column(Integer, ForeignKey("landlords.id"))


class Notice(Base):
    __tablename__ = "notices"
    id = Column(Integer, primary_key=True)
    landlord_id = Column(Integer, ForeignKey("landlords.id"))


class Lease(Base):
    __tablename__ = "leases"
    id = Column(Integer, primary_key=True)
    house_id = Column(Integer, ForeignKey("houses.id"))


class Country(Base):
    __tablename__ = "countries"
    id = Column(Integer, primary_key=True)


def get_db():
    yield Local()


def me(token: str = Depends(scheme), db: Session = Depends(get_db)) -> User:
    user = db.get(User, jwt.decode(token, "k", algorithms=["HS256"])["sub"])
    if user is None:
        raise HTTPException(401)
    return user


@app.get("/houses")
def houses(db: Session = Depends(get_db), user: User = Depends(me)):
    return db.query(House).filter(House.landlord_id == user.landlord_id).all()


@app.get("/notices")
def notices(db: Session = Depends(get_db), user: User = Depends(me)):
    return db.query(Notice).filter(Notice.landlord_id == user.landlord_id).all()


@app.get("/houses/{house_id}")
def house(house_id: int, db: Session = Depends(get_db), user: User = Depends(me)):
    found = db.get(House, house_id)
    if found.landlord_id != user.landlord_id:
        raise HTTPException(403)
    return found


@app.delete("/leases/{lease_id}")
def remove(lease_id: int, db: Session = Depends(get_db), user: User = Depends(me)):
    db.delete(db.get(Lease, lease_id))
    db.commit()


@app.get("/leases")
def leases(db: Session = Depends(get_db), user: User = Depends(me)):
    return db.query(Lease).all()


@app.get("/countries/{country_id}")
def country(country_id: int, db: Session = Depends(get_db), user: User = Depends(me)):
    return db.get(Country, country_id)


@app.get("/countries")
def countries(db: Session = Depends(get_db), user: User = Depends(me)):
    return db.query(Country).all()
"""
HOUSES = ".filter(House.landlord_id == user.landlord_id)"
NOTICES = ".filter(Notice.landlord_id == user.landlord_id)"


def handlers(code: str) -> dict[str, Handler]:
    return {found.route.handler.rpartition(".")[2]: found for found in project({"main.py": code.replace("    OWNER\n", "")}).handlers()}


def test_rows_that_lead_to_what_users_and_rows_share() -> None:
    found = handlers(CODE)
    assert found["remove"].route.ownership == "missing"
    assert [choice.owner_path for choice in found["remove"].ids] == [("house_id", "landlord_id")]
    assert [(each.model, each.guarded) for each in found["leases"].lists] == [("Lease", True)]
    assert found["country"].route.ownership == "not-applicable" and not any(each.guarded for each in found["countries"].lists)
    assert found["house"].route.ownership == "owned"


QUIET = {
    "too few ask for it": CODE.replace(HOUSES, "").replace(NOTICES, ""),
    "fewer ask than do not": CODE
    + "".join(
        f"""

@app.delete("/leases/{{lease_id}}/{part}")
def remove_{part}(lease_id: int, db: Session = Depends(get_db), user: User = Depends(me)):
    db.delete(db.get(Lease, lease_id))
    db.commit()
"""
        for part in ("signature", "deposit", "tenant")
    ),
    "departments keep nobody out": CODE.replace("landlord", "department").replace("Landlord", "Department"),
    "regions keep nobody out": CODE.replace("landlord", "region").replace("Landlord", "Region"),
    "users have it alone": CODE.replace(
        '    landlord_id = Column(Integer, ForeignKey("landlords.id"))\n\n\nclass Notice', "\n\nclass Notice"
    ).replace(HOUSES, ""),
}


@pytest.mark.parametrize("why", QUIET)
def test_what_is_no_tenant(why: str) -> None:
    found = handlers(QUIET[why])
    assert found["remove"].route.ownership != "missing" and not any(each.guarded for each in found["leases"].lists)
