"""Callables that stand before a handler or behind a name: `auth=` of django-ninja, `LocalProxy` of werkzeug."""

from __future__ import annotations

import pytest

from tests.flow.apps import by_name, flask, ids, project

MODELS = """
from django.conf import settings
from django.db import models


class Company(models.Model):
    name = models.TextField()


class Member(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    company = models.ForeignKey(Company, models.CASCADE)
    status = models.TextField()


class Report(models.Model):
    company = models.ForeignKey(Company, models.CASCADE)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
"""
NINJA = """
from django.urls import path
from ninja import NinjaAPI

from shop.models import Member, Report

api = NinjaAPI()


def company_of(report_id):
    report = Report.objects.filter(pk=report_id).first()
    return report.company_id if report else None


def is_member(request, param, resolve):
    named = request.resolver_match.kwargs.get(param)
    if not named:
        return False
    company_id = resolve(named)
    if not company_id:
        return False
    member = Member.objects.filter(user=request.user, company_id=company_id).first()
    return member is not None and member.status == "approved"


def of_kind(kind):
    def check(request):
        return request.user.kind == kind

    return check


def own_report(param):
    def check(request):
        if request.user.is_staff:
            return True
        return is_member(request, param, company_of)

    return check


def whoever(param):
    def check(request):
        is_member(request, param, company_of)
        return True

    return check


def every(request, checks):
    return all(check(request) for check in checks)


def some(request, checks):
    return any(check(request) for check in checks)


def both(*checks):
    return lambda request: every(request, checks)


def either(*checks):
    return lambda request: some(request, checks)


members = both(of_kind("industry"), own_report("report_id"))
members_or_kind = either(of_kind("industry"), own_report("report_id"))


def member_or_anybody(request):
    if is_member(request, "report_id", company_of):
        return True
    return request.user.is_authenticated


def gives_who_asks(request):
    if not is_member(request, "report_id", company_of):
        return None
    return request.user


async def late(request):
    return is_member(request, "report_id", company_of)


@api.get("/reports/{report_id}", auth=AUTH)
def show(request, report_id: int):
    return Report.objects.get(pk=report_id)


urlpatterns = [path("api/", api.urls)]
"""


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        ("members", "owned"),
        ('own_report("report_id")', "owned"),
        ('both(own_report("report_id"))', "owned"),
        ('lambda request: is_member(request, "report_id", company_of)', "owned"),
        ("members_or_kind", "unknown"),
        # a login is enough on one way; nobody waits for the answer
        ('lambda request: is_member(request, "report_id", company_of) or request.user.is_authenticated', "missing"),
        ("member_or_anybody", "missing"),
        ("late", "missing"),
        ("gives_who_asks", "owned"),
        ('lambda request: not is_member(request, "report_id", company_of)', "missing"),
        ('own_report("other_id")', "missing"),
        ('whoever("report_id")', "missing"),
        ('[own_report("report_id"), whoever("report_id")]', "missing"),
    ],
)
def test_what_a_callable_says_no_to_is_refused(auth: str, expected: str) -> None:
    found = by_name(project({"shop/__init__.py": "", "shop/models.py": MODELS, "shop/api.py": NINJA.replace("AUTH", auth)}))["show"]
    assert (found.route.authentication, ids(found)) == ("required", {"report_id": expected})


PROXY = """
import jwt
from tokens import issuer_of
from werkzeug.local import LocalProxy


class Shop(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    shop_id = db.Column(db.Integer, db.ForeignKey("shop.id"))
    created_by = db.Column(db.Integer, db.ForeignKey("user.id"))


def find():
    return g.acting


def issuer(token):
    try:
        named = issuer_of(token)
    except ValueError:
        abort(403)
    return named


acting: object = LocalProxy(PROXIED)


@app.before_request
def require_key():
    token = request.headers.get("Authorization")
    if not token:
        abort(401)
    claims = jwt.decode(token, "key", algorithms=["HS256"])
    shop = Shop.query.get(claims["iss"])
    if not shop:
        abort(403)
    g.acting = PUT


@app.get("/notes/<note_id>")
def show(note_id):
    return jsonify(Note.query.filter_by(id=note_id, shop_id=str(acting.id)).one())
"""


@pytest.mark.parametrize(
    ("proxied", "put", "expected"),
    [
        ("lambda: g.acting", "shop", "owned"),
        ("find", "shop", "owned"),
        ("lambda: g.acting", 'Shop.query.get(request.args.get("shop"))', "missing"),
        ("lambda: g.acting", 'Shop.query.get(request.headers.get("X-Shop"))', "missing"),
        ("lambda: acting", "shop", "missing"),
        ("lambda: g.acting", "Shop.query.filter_by(id=issuer(token)).one()", "unknown"),  # whether the token was held against its key is not shown
    ],
)
def test_a_proxy_is_asked_while_a_request_is_served(proxied: str, put: str, expected: str) -> None:
    found = flask(PROXY.replace("PROXIED", proxied).replace("PUT", put))["show"]
    assert ids(found)["note_id"] == expected
