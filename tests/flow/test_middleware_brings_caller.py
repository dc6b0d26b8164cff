"""A middleware of Django that makes the caller out of what nobody can read, and turns away whom it finds nobody for."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

MIDDLEWARE = """
from django.http import HttpResponseForbidden
from acme.identity import user_of, header_of


class Identity:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        BODY
        return self.get_response(request)
"""
SETTINGS = "MIDDLEWARE = ['shop.middleware.Identity']\nROOT_URLCONF = 'shop.views'\nINSTALLED_APPS = ['shop']\n"
VIEWS = """
def show(request, pk):
    project = Project.objects.get(pk=pk)
    project.delete()
    return JsonResponse({})


@login_required
def other(request):
    return JsonResponse({})
"""
FOUND = "user = user_of(request)\n        "
REFUSED = "return HttpResponseForbidden()\n        request.user = user"
INSISTS = "user = user_of(request)\n        if not user:\n            return HttpResponseForbidden()\n        request.user = user"
PREFIX = "if request.path.startswith('/private/'):\n            return self.get_response(request)\n        "


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        (INSISTS, "p/<pk>/", "unknown"),
        (INSISTS.replace("not user", "user is None"), "p/<pk>/", "unknown"),
        (
            "try:\n            header = header_of(request)\n        except KeyError:\n            return HttpResponseForbidden()\n        " + INSISTS,
            "p/<pk>/",
            "unknown",
        ),
        (PREFIX + INSISTS, "p/<pk>/", "unknown"),
        (PREFIX + INSISTS, "private/<pk>/", "none"),  # it is not asked there
        # nobody is turned away, or not who is nobody
        ("request.user = user_of(request)", "p/<pk>/", "none"),
        ("user = user_of(request)\n        if user:\n            request.user = user", "p/<pk>/", "none"),
        (
            FOUND + "if header_of(request) and not user:\n            " + REFUSED,
            "p/<pk>/",
            "none",
        ),
        (INSISTS.replace("request.user = user", "request.user = user_of(request)"), "p/<pk>/", "none"),
        (
            FOUND + "if header_of(request):\n            if not user:\n                " + REFUSED,
            "p/<pk>/",
            "none",
        ),
        (INSISTS.replace("return HttpResponseForbidden()", "print('nobody')"), "p/<pk>/", "none"),
    ],
)
def test_who_is_nobody_is_turned_away(body: str, path: str, expected: str) -> None:
    more = {
        "shop/middleware.py": MIDDLEWARE.replace("BODY", body),
        "shop/settings.py": SETTINGS,
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    }
    found = django(VIEWS, f"path('{path}', show)\npath('o/', other)", more)["show"]
    assert found.route.authentication == expected
    assert ids(found)["pk"] in ("missing", "unknown")
