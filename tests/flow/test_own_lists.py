"""Lists of a row into which readers put themselves, and conditions on whose a row is that nobody can read."""

from __future__ import annotations

import pytest

from tests.flow.apps import by_name, django, ids, project

POSTS = """
from django.conf import settings
from django.db import models


class Post(models.Model):
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="posts")
    title = models.TextField()
    likes = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="liked")
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="edited")
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="readable")
"""
VIEW = """
from blog.models import Post
from elsewhere import viewer_of, terms_of, VIEWERS

@login_required
def toggle(request, pk):
    post = get_object_or_404(Post, pk=pk)
    {body}
    return JsonResponse({{}})
"""


def said(body: str) -> str:
    code = VIEW.format(body=body.replace("\n", "\n    "))
    return ids(django(code, "path('posts/<int:pk>/', toggle)", {"blog/__init__.py": "", "blog/models.py": POSTS})["toggle"]).get("pk", "nothing")


TOGGLE = "if {asked}:\n    {one}\nelse:\n    {other}"
LIKES, UNLIKES = "post.likes.add(request.user)", "post.likes.remove(request.user)"
CHANGES = "post.title = 'x'; post.save()"


@pytest.mark.parametrize("asked", ["request.user in post.likes.all()", "post.likes.filter(id=request.user.id).exists()"])
def test_who_likes_or_does_so_no_more_changes_nothing_of_others(asked: str) -> None:
    assert said(TOGGLE.format(asked=asked, one=UNLIKES, other=LIKES)) == "nothing"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (LIKES, "nothing"),
        (f"{LIKES}\n{CHANGES}", "missing"),
        ("post.likes.add(request.POST['user'])", "missing"),  # somebody else is made to like it
        ("post.editors.add(request.user)", "missing"),  # who may edit is no matter of whoever comes
        ("post.readers.add(request.user)", "missing"),  # nor is who may read it
        (TOGGLE.format(asked="request.user in post.likes.all()", one=CHANGES, other=LIKES), "unknown"),  # who likes it owns nothing
        (TOGGLE.format(asked="request.user in post.likes.all()", one=UNLIKES, other=CHANGES), "missing"),
    ],
)
def test_only_what_the_caller_does_with_themselves_is_theirs(body: str, expected: str) -> None:
    assert said(body) == expected


def test_a_like_is_no_proof_of_a_change() -> None:
    assert said(f"if request.user not in post.likes.all():\n    raise Http404\n{CHANGES}") == "unknown"
    assert said(f"if request.user not in post.editors.all():\n    raise Http404\n{CHANGES}") == "owned"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("author=viewer_of(request)", "unknown"),
        ("author_id=VIEWERS[0](request)", "unknown"),
        ("**terms_of(request)", "unknown"),
        ("title=viewer_of(request)", "missing"),  # says nothing of whose it is
        ("author__email=viewer_of(request)", "unknown"),
        ("author__is_active=viewer_of(request)", "missing"),  # nor does what many people are
        ("author__plan__in=viewer_of(request)", "missing"),
        ("author__isnull=viewer_of(request)", "missing"),
        ("author=7", "missing"),
        ("author=request.POST['author']", "missing"),
        ("author=request.user", "owned"),
    ],
)
def test_whose_a_row_is_may_be_asked_where_nobody_can_read_it(condition: str, expected: str) -> None:
    assert said(f"Post.objects.filter(pk=pk, {condition}).delete()\n") == expected


SQL = """
from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from elsewhere import session, tenant_of
from shop.auth import current_user

app = FastAPI()


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    title: Mapped[str]


@app.get("/orders/{{order_id}}")
def show(order_id: int, user=Depends(current_user)):
    return session.scalar(select(Order).where(Order.id == order_id, {condition}))
"""
AUTH = """
import jwt
from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer

scheme = OAuth2PasswordBearer(tokenUrl="token")


def current_user(token: str = Depends(scheme)):
    try:
        return jwt.decode(token, KEY, algorithms=["HS256"])["sub"]
    except jwt.PyJWTError:
        raise HTTPException(401)
"""


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("Order.user_id == tenant_of()", "unknown"), ("Order.title == tenant_of()", "missing")],
)
def test_a_comparison_with_a_column_that_says_whose(condition: str, expected: str) -> None:
    found = by_name(project({"shop/__init__.py": "", "shop/auth.py": AUTH, "shop/api.py": SQL.format(condition=condition)}))
    assert ids(found["show"])["order_id"] == expected


SHOWN = """
from django.conf import settings
from django.db import models
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import UpdateView


class Invite(models.Model):
    inviter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.CharField(max_length=64)
    number = models.CharField(max_length=64)


class Show(LoginRequiredMixin, UpdateView):
    model = Invite
    fields = ["number"]
    slug_field = "{column}"
    slug_url_kwarg = "key"
"""


@pytest.mark.parametrize(("column", "expected"), [("key", {}), ("number", {"key": "missing"})])
def test_the_column_that_a_view_of_one_object_is_asked_by_says_whether_it_is_a_secret(column: str, expected: dict[str, str]) -> None:
    found = django(SHOWN.format(column=column), "path('invites/<str:key>/', Show.as_view())")
    assert ids(found["get"]) == expected
