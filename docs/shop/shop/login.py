from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from shop.models import User

engine = create_engine("sqlite:///shop.db")


def session():
    with Session(engine) as db:
        yield db


def current_user(token: str = Depends(OAuth2PasswordBearer("login")), db: Session = Depends(session)) -> User:
    user = db.scalar(select(User).where(User.token == token))
    if user is None:
        raise HTTPException(401)
    return user
