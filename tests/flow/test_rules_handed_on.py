"""Decorators that hand the words they were told on to the function that weighs them."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

CODE = """
import functools

from django.core.exceptions import PermissionDenied

ALL = "all"
ANALYST = "analyst"
MANAGER = "manager"


def allow(*rules):
    def decorator(view):
        @functools.wraps(view)
        def wrapper(request, *args, **kwargs):
            if not permitted(request.user, request, rules, **kwargs):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return wrapper

    return decorator


def permitted(user, request, rules, **kwargs):
    if ALL in rules:
        return True
    checks = [(ANALYST, lambda: user.has_perm("shop.analyst")), (MANAGER, lambda: manages(user, **kwargs))]
    return RESULT


def manages(user, **kwargs):
    return Project.objects.filter(owner=user, pk=kwargs.get("pk")).exists()


@allow(RULES)
def show(request, pk):
    return JsonResponse({"owner": Project.objects.get(pk=request.GET.get("id")).owner.email})
"""
SOME = "any(check() for rule, check in checks if rule in rules)"


@pytest.mark.parametrize(
    ("rules", "result", "expected"),
    [
        ("ANALYST", SOME, ("required", "unknown")),  # by the role, or by the other id: nobody can tell
        ("ANALYST, MANAGER", 'user.has_perm("shop.analyst")', ("required", "unknown")),
        ("ALL, ANALYST", SOME, ("none", "public")),
        ("ANALYST", "user.is_authenticated", ("required", "missing")),
        ("MANAGER", "manages(user, **kwargs)", ("required", "missing")),
    ],
)
def test_what_the_words_of_a_decorator_let_in(rules: str, result: str, expected: tuple[str, str]) -> None:
    found = django(CODE.replace("RULES", rules).replace("RESULT", result), "path('p/<pk>/', show)")["show"]
    assert (found.route.authentication, ids(found)["id"]) == expected


def test_what_one_list_of_words_says_is_no_answer_for_another() -> None:
    code = CODE.replace("RULES", "MANAGER").replace("RESULT", "manages(user, **kwargs)").replace('request.GET.get("id")', "pk")
    either = code.replace("if not permitted(request.user, request, rules, **kwargs):", "if not (TWO):")
    calls = "permitted(request.user, request, rules, **kwargs) or permitted(request.user, request, [ALL], **kwargs)"
    assert ids(django(code, "path('p/<pk>/', show)")["show"]) == {"pk": "owned"}
    assert ids(django(either.replace("TWO", calls), "path('p/<pk>/', show)")["show"])["pk"] != "owned"
