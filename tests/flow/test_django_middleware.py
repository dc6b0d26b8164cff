"""What the project's own Django middlewares put on the request, and whether they turn strangers away."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from tests.flow.apps import django, ids

SHOW = "path('notes/<int:pk>/', show)"
SETTINGS = 'MIDDLEWARE = ["django.contrib.auth.middleware.AuthenticationMiddleware", "shop.middleware.Around"]\n'
VIEW = """
    {login}
    def show(request, pk):
        return JsonResponse({{"text": get_object_or_404(Note, pk=pk, project=request.project).text}})
"""
HEAD = """
    from django.http import HttpResponse, JsonResponse
    from django.shortcuts import get_object_or_404, redirect

    from shop.models import Project


    class Around:
        def __init__(self, get_response):
            self.get_response = get_response

"""

PUT = {
    "whatever a header names": (
        """
        def __call__(self, request):
            request.project = None
            slug = request.headers.get("X-Project")
            if slug:
                request.project = Project.objects.filter(pk=slug).first()
            return self.get_response(request)
        """,
        "missing",
    ),
    "what a header names, for its members": (
        """
        def __call__(self, request):
            project = get_object_or_404(Project, pk=request.headers["X-Project"])
            if not project.members.filter(pk=request.user.pk).exists():
                return HttpResponse("not yours", status=403)
            request.project = project
            return self.get_response(request)
        """,
        "owned",
    ),
    "the caller's own": (
        """
        def process_request(self, request):
            request.project = Project.objects.filter(owner=request.user).first()
        """,
        "owned",
    ),
    "what nobody can read": (
        """
        def process_request(self, request):
            request.project = SimpleLazyObject(lambda: find_project(request))
        """,
        "owned",
    ),
}


@pytest.mark.parametrize("what", PUT)
def test_what_a_middleware_puts_on_the_request(what: str) -> None:
    body, expected = PUT[what]
    more = {"shop/settings.py": SETTINGS, "shop/middleware.py": dedent(HEAD) + indent(dedent(body), "    ")}
    found = django(VIEW.format(login="@login_required"), SHOW, more)["show"]
    assert ids(found)["pk"] == expected


STRANGERS = {
    "turned away": (
        """
        def __call__(self, request):
            if not request.user.is_authenticated:
                return redirect("login")
            return self.get_response(request)
        """,
        "required",
    ),
    "turned away but on some paths": (
        """
        def process_view(self, request, view, args, kwargs):
            if self.is_open(view):
                return None
            if request.user.is_anonymous:
                return redirect("login")
            return None
        """,
        "unknown",
    ),
    "let through, and the known sent to finish": (
        """
        def __call__(self, request):
            if request.user.is_authenticated and not request.user.finished:
                return redirect("finish")
            return self.get_response(request)
        """,
        "none",
    ),
    "let through, and what goes wrong written down": (
        """
        def __call__(self, request):
            if request.user.is_authenticated:
                note(request.user.id)
            try:
                response = self.get_response(request)
            except Exception:
                write("it went wrong")
                raise
            if request.path not in QUIET:
                write("done")
            return response
        """,
        "none",
    ),
    "let through, and the answer worked on": (
        """
        def __call__(self, request):
            for flag in self.flags:
                if request.user.is_authenticated and flag in request.GET:
                    request.flags[flag] = True
            return self.process_response(request, self.get_response(request))
        """,
        "none",
    ),
    "let through, and what was answered worked on": (
        """
        def __call__(self, request):
            self.process_request(request)
            response = self.get_response(request)
            if request.user.is_authenticated:
                note(request.user.id)
            return self.process_response(request, response)
        """,
        "none",
    ),
    "refused with a dict called so": (
        """
        def __call__(self, request):
            if not request.user.is_authenticated:
                response = {"error": "log in"}
                return JsonResponse(response, status=401)
            return self.get_response(request)
        """,
        "required",
    ),
    "let through first": (
        """
        def __call__(self, request):
            if not request.user.is_authenticated:
                return self.get_response(request)
            if request.user.blocked:
                return HttpResponse("blocked", status=403)
            return self.get_response(request)
        """,
        "none",
    ),
}


@pytest.mark.parametrize("how", STRANGERS)
def test_strangers_are(how: str) -> None:
    body, expected = STRANGERS[how]
    code = """
        def show(request, pk):
            return JsonResponse({"text": get_object_or_404(Note, pk=pk).text})
    """
    more = {"shop/settings.py": SETTINGS, "shop/middleware.py": dedent(HEAD) + indent(dedent(body), "    ")}
    assert django(code, SHOW, more)["show"].route.authentication == expected


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("request.user.is_anonymous", "required"),
        ("not request.user.is_authenticated", "required"),
        ("request.user.is_authenticated", "none"),
        ("request.user.is_authenticated and not request.user.finished", "none"),
    ],
)
def test_a_view_redirects_some(test: str, expected: str) -> None:
    code = f"""
        def show(request, pk):
            if {test}:
                return redirect("elsewhere")
            return JsonResponse({{"text": get_object_or_404(Note, pk=pk).text}})
    """
    assert django(code, SHOW)["show"].route.authentication == expected


def test_a_middleware_that_is_added_to_what_a_package_lists() -> None:
    settings = 'from defaults import *\n\nMIDDLEWARE += ["shop.middleware.Around"]\n'
    body, _ = STRANGERS["turned away"]
    more = {"shop/settings.py": settings, "shop/middleware.py": dedent(HEAD) + indent(dedent(body), "    ")}
    assert django(VIEW.format(login=""), SHOW, more)["show"].route.authentication == "required"
