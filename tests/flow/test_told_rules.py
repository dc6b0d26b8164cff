"""Decorators that hand on what they are told: `@grant_access(IS_STAFF)`, where one function answers for every rule there is."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

VIEW = """
from shop.access import DECORATOR


@login_required
@DECORATOR
def show(request, pk):
    project = Project.objects.get(pk=pk)
    return JsonResponse({"name": project.name})
"""
ACCESS = """
from functools import wraps

from django.core.exceptions import PermissionDenied

from shop import rules as known

IS_STAFF, IS_MANAGER = "is_staff", "is_manager"


def may(user, rules):
    checks = [(IS_STAFF, lambda: known.staff(user)), (IS_MANAGER, lambda: known.manager(user))]
    return any(check() for rule, check in checks if rule in rules)


def grant(*rules):
    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if not TEST:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return wrapper

    return decorator
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("may(request.user, rules)", "unknown"),
        ("may(rules=rules, user=request.user)", "unknown"),
        # who is logged in comes in, whatever the decorator was told
        ("request.user.is_authenticated", "missing"),
        # and nobody is asked: what is told is about the path
        ("request.path.startswith(rules)", "missing"),
        ("len(rules) > 0", "missing"),
    ],
)
def test_whom_one_function_lets_in_by_each_rule_nobody_can_tell(test: str, expected: str) -> None:
    found = django(VIEW.replace("DECORATOR", "grant", 1).replace("DECORATOR", "grant('is_manager')"), "path('p/<int:pk>/', show)",
                   {"shop/access.py": ACCESS.replace("TEST", test)})["show"]  # fmt: skip
    assert ids(found)["pk"] == expected


@pytest.mark.parametrize(
    ("test", "end", "expected"),
    [
        ("may(request.user, rules)", "return redirect('/login')", "unknown"),
        ("may(request.user, rules)", "return HttpResponseForbidden()", "unknown"),
        ("outside(request.user, rules)", "raise PermissionDenied", "unknown"),
        # nobody is turned away, or not for who they are
        ("may(request.user, rules)", "print('no')", "missing"),
        ("may(request.user, rules)", "return HttpResponse(status=429)", "missing"),
        ("may(request.user, rules)", "request.plain = True", "missing"),
        # a request is checked, not who sent it; and a function that looks at nothing
        ("well_formed(request, rules)", "raise PermissionDenied", "missing"),
        ("whoever(request.user, rules)", "raise PermissionDenied", "missing"),
    ],
)
def test_somebody_has_to_be_turned_away_for_who_they_are(test: str, end: str, expected: str) -> None:
    more = "def well_formed(request, rules):\n    return request.path in rules\n\n\ndef whoever(user, rules):\n    return True\n\n\ndef grant("
    access = ACCESS.replace("TEST", test).replace("raise PermissionDenied", end).replace("def grant(", more)
    found = django(VIEW.replace("DECORATOR", "grant", 1).replace("DECORATOR", "grant('is_manager')"), "path('p/<int:pk>/', show)",
                   {"shop/access.py": access})["show"]  # fmt: skip
    assert ids(found)["pk"] == expected


def test_a_decorator_that_is_told_nothing_is_read_as_it_stands() -> None:
    plain = ACCESS.replace("TEST", "request.user.is_authenticated").replace(
        "def grant(*rules):\n    def decorator(view):", "def decorator(view):\n    if True:"
    )
    plain = plain.replace("\n    return decorator\n", "")
    found = django(VIEW.replace("DECORATOR", "decorator"), "path('p/<int:pk>/', show)", {"shop/access.py": plain})["show"]
    assert ids(found)["pk"] == "missing"


AROUND = """
from django.contrib.auth.decorators import permission_required


def needs(perm):
    def around(view):
        BODY
        return view

    return around
"""


@pytest.mark.parametrize(
    ("body", "granted"),
    [
        ("view = permission_required(perm, raise_exception=True)(view)\n        view.asked = perm", True),
        ("view.asked = perm", False),
        # not around every view, and not around this one
        ("if perm:\n            view = permission_required(perm)(view)", False),
        ("other = permission_required(perm)(view)", False),
    ],
)
def test_a_decorator_of_a_library_that_one_of_the_project_puts_around(body: str, granted: bool) -> None:
    view = VIEW.replace("DECORATOR", "needs", 1).replace("DECORATOR", "needs('shop.view_project')")
    found = django(view, "path('p/<int:pk>/', show)", {"shop/access.py": AROUND.replace("BODY", body)})["show"]
    assert any("permission_required" in said.message for said in found.route.evidence) is granted
