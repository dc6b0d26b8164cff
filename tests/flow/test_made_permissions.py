"""Permissions that are made elsewhere: by a function of the project, whose class is read, or where nobody can read them."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

CODE = """
from shop.permissions import CanRead, CanWrite


class Projects(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    permission_classes = [CanRead]

    def get_permissions(self):
        if self.action == "close":
            return [ASKED]
        return super().get_permissions()

    @action(methods=["post"], detail=True)
    def close(self, request, pk=None):
        project = get_object_or_404(Project, id=pk, owner_id=request.query_params.get("owner_id"))
        project.delete()
        return Response({})


@login_required
def other(request):
    return JsonResponse({})
"""

MADE = """
from rest_framework.permissions import BasePermission


class Has(BasePermission):
    def __init__(self, role=None):
        self.role = role

    def has_permission(self, request, view):
        BODY


def rights():
    class _Has(Has):
        pass

    return _Has


CanRead = rights()
CanWrite = rights()
"""
TOLD = """
def rights(role=None):
    class _Has(Has):
        def __init__(self):
            super().__init__(role)

    return _Has


CanRead = rights()
CanWrite = rights(role=["writer"])
"""
KNOWN = """user = request.user
        if not user or user.is_anonymous:
            return False
        return str(user.id) == request.query_params.get("owner_id")"""
LOGIN = "return request.user.is_authenticated"
NOBODY = "return True"


@pytest.mark.parametrize("asked", ["CanWrite()", "(CanWrite | CanRead)()", "CanWrite"])
@pytest.mark.parametrize(("body", "expected"), [(KNOWN, ("required", "owned")), (LOGIN, ("required", "missing")), (NOBODY, ("none", "missing"))])
def test_a_permission_that_a_function_makes(asked: str, body: str, expected: tuple[str, str]) -> None:
    more = {"shop/permissions.py": MADE.replace("BODY", body)}
    found = django(CODE.replace("ASKED", asked), "register('projects', Projects)\npath('o/', other)", more)["close"]
    assert (found.route.authentication, ids(found)["pk"]) == expected


@pytest.mark.parametrize(
    ("made", "asked", "expected"),
    [
        ("from acme import permission_for\nCanRead = permission_for('r')\nCanWrite = permission_for('w')", "CanWrite()", ("unknown", "unknown")),
        (
            "from acme import permission_for\nCanRead = permission_for('r')\nCanWrite = permission_for('w')",
            "permissions.AllowAny()",
            ("none", "missing"),
        ),
        ("CanRead = CanWrite = type('Can', (object,), {})", "CanWrite()", ("none", "missing")),
        # one of which nobody can tell what it asks, and one that asks nothing: either is enough
        ("from acme import permission_for\nCanRead = CanWrite = permission_for('r')", "(permissions.AllowAny | CanWrite)()", ("none", "missing")),
    ],
)
def test_a_permission_that_nobody_can_read(made: str, asked: str, expected: tuple[str, str]) -> None:
    found = django(CODE.replace("ASKED", asked), "register('projects', Projects)\npath('o/', other)", {"shop/permissions.py": made})["close"]
    assert (found.route.authentication, ids(found)["pk"]) == expected


@pytest.mark.parametrize("asked", ["CanWrite()", "(CanWrite | CanRead)()"])
def test_a_permission_that_depends_on_what_its_maker_was_told(asked: str) -> None:
    more = {"shop/permissions.py": MADE.partition("def rights")[0].replace("BODY", "return self.role or request.user.is_staff") + TOLD}
    found = django(CODE.replace("ASKED", asked), "register('projects', Projects)\npath('o/', other)", more)["close"]
    assert (found.route.authentication, ids(found)["pk"]) == ("unknown", "unknown")


REBOUND = """
def rights():
    class _Has(Has):
        pass

    {then}
    return _Has


CanRead = CanWrite = rights()
"""


@pytest.mark.parametrize(
    "then", ["_Has.has_permission = lambda *a: True", "_Has = permissions.AllowAny", "if DEBUG:\n        class _Has(Other):\n            pass"]
)
def test_a_class_that_its_maker_changes(then: str) -> None:
    more = {"shop/permissions.py": MADE.partition("def rights")[0].replace("BODY", LOGIN) + REBOUND.format(then=then)}
    found = django(CODE.replace("ASKED", "CanWrite()"), "register('projects', Projects)\npath('o/', other)", more)["close"]
    assert found.route.authentication in ("unknown", "none")


@pytest.mark.parametrize(
    ("made", "asked", "expected"),
    [
        ("CanRead = CanWrite = AllowAny", "CanWrite()", ("none", "missing")),
        ("def mk():\n    return AllowAny\n\nCanRead = CanWrite = mk()", "CanWrite()", ("none", "missing")),
        (
            "from acme import permission_for\nCanRead = CanWrite = permission_for('r')",
            "(permissions.IsAuthenticated & CanWrite)()",
            ("required", "unknown"),
        ),
    ],
)
def test_aliases_and_what_is_asked_beside(made: str, asked: str, expected: tuple[str, str]) -> None:
    more = {"shop/permissions.py": f"from rest_framework.permissions import AllowAny\n{made}\n"}
    found = django(CODE.replace("ASKED", asked), "register('projects', Projects)\npath('o/', other)", more)["close"]
    assert (found.route.authentication, ids(found)["pk"]) == expected
