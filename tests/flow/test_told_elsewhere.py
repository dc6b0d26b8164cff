"""Rows that a filter leaves as they are where a package, handed the request, says something of the caller that nobody can read."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

CODE = """
from acme_access import companies_of, parse_query
from rest_framework import filters


class Reachable(filters.BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        BODY
        return queryset.filter(owner=request.user)


class Projects(viewsets.ReadOnlyModelViewSet):
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    permission_classes = [permissions.IsAuthenticated]
    filter_backends = [Reachable]
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("reachable = companies_of(request)\n        if 'all' in reachable:\n            return queryset", "unknown"),
        ("pass", "owned"),
        ("reachable = companies_of(request)\n        if not reachable:\n            return queryset", "missing"),
        ("reachable = companies_of(request)\n        if reachable is None:\n            return queryset", "missing"),
        ("reachable = parse_query(request)\n        if reachable['all']:\n            return queryset", "missing"),
        # what the client says, what the framework says of the request, and what is not asked at all
        ("reachable = request.query_params.get('all')\n        if reachable:\n            return queryset", "missing"),
        ("reachable = companies_of(request)\n        if request.query_params.get('all'):\n            return queryset", "missing"),
        ("reachable = companies_of(view)\n        if 'all' in reachable:\n            return queryset", "missing"),
        ("reachable = companies_of(request)\n        return queryset", "missing"),
    ],
)
def test_what_a_package_says_of_the_caller(body: str, expected: str) -> None:
    found = django(CODE.replace("BODY", body), "register('projects', Projects)")["retrieve"]
    assert ids(found)["pk"] == expected


MADE = """
def runs_before(*tests):
    def outer(name):
        def wrapper(view):
            def inner(*args, **kwargs):
                for test in tests:
                    test(args[0])
                return view(*args, **kwargs)
            return inner
        return wrapper
    return outer


def is_known(request):
    if not request.user.is_authenticated:
        raise exceptions.PermissionDenied()


DECORATED
def noted(*args, **kwargs):
    BODY


@noted
def show(request, pk):
    project = Project.objects.get(pk=pk)
    project.delete()
    return JsonResponse({})


@login_required
def other(request):
    return JsonResponse({})
"""


@pytest.mark.parametrize(
    ("decorated", "body", "expected"),
    [
        ("@runs_before(is_known)", '"""Lets in who is known."""', ("unknown", "unknown")),
        ("", '"""Lets in everybody."""', ("none", "missing")),
        ("", "return args[0]", ("none", "missing")),
    ],
)
def test_a_decorator_that_another_one_makes(decorated: str, body: str, expected: tuple[str, str]) -> None:
    code = MADE.replace("DECORATED", decorated).replace("BODY", body)
    found = django(code, "path('p/<pk>/', show)\npath('o/', other)")["show"]
    assert (found.route.authentication, ids(found)["pk"]) == expected
