"""Permissions that a DRF view keeps in a dictionary by the action."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.flow.apps import django

WAYS = {
    "an action that is not there raises": """
        try:
            return [permission() for permission in self.permission_classes_by_action[self.action]]
        except KeyError:
            return [permission() for permission in self.permission_classes]
    """,
    "the default that is given": """
        return [permission() for permission in self.permission_classes_by_action.get(self.action, [IsAuthenticated])]
    """,
    "the default is the view's own": """
        return [permission() for permission in self.permission_classes_by_action.get(self.action, self.permission_classes)]
    """,
    "looked for first": """
        if self.action in self.permission_classes_by_action:
            return [permission() for permission in self.permission_classes_by_action[self.action]]
        return super().get_permissions()
    """,
    "an entry of that name": """
        try:
            return [permission() for permission in self.permission_classes_by_action[self.action]]
        except KeyError:
            return [permission() for permission in self.permission_classes_by_action["default"]]
    """,
}
VIEW = """
class Projects(viewsets.ViewSet):
    permission_classes = [{own}]
    permission_classes_by_action = {{"destroy": [IsAdminUser], "list": (AllowAny,), "default": [IsAuthenticated]}}

    def get_permissions(self):
{body}

    def retrieve(self, request, pk):
        return Response(Project.objects.get(pk=pk).owner.email)

    def list(self, request):
        return Response([])

    def destroy(self, request, pk):
        Project.objects.get(pk=pk).delete()
        return Response()
"""
IMPORTS = "from rest_framework.permissions import AllowAny, IsAdminUser, IsAuthenticated\n"


def said(body: str, own: str = "IsAuthenticated") -> dict[str, tuple[str, str]]:
    lines = "\n".join(f"        {line}" for line in dedent(body).strip().splitlines())
    found = django(IMPORTS + VIEW.format(own=own, body=lines), "register('projects', Projects, basename='projects')")
    return {name.rpartition(".")[2]: (handler.route.authentication, handler.route.ownership) for name, handler in found.items()}


@pytest.mark.parametrize("way", WAYS)
def test_what_each_action_asks(way: str) -> None:
    found = said(WAYS[way])
    assert found["retrieve"] == ("required", "missing")
    assert found["destroy"] == ("required", "admin")
    assert found["list"][0] == "none"


def test_a_view_that_lets_everybody_in_beside_its_dictionary() -> None:
    assert said(WAYS["the default is the view's own"], own="AllowAny")["retrieve"][0] == "none"


def test_something_more_is_asked_there_and_nothing_is_told() -> None:
    found = said("""
        if self.request.method == "GET":
            return [AllowAny()]
        return [permission() for permission in self.permission_classes_by_action[self.action]]
    """)
    assert found["destroy"] != ("required", "missing")


def test_what_a_class_of_a_package_asks_beside_is_not_known() -> None:
    code = "from company.views import StaffView\n" + IMPORTS + VIEW.replace("Projects(viewsets.ViewSet)", "Projects(StaffView, viewsets.ViewSet)")
    code = code.replace("    permission_classes = [{own}]\n", "")
    body = "        return [permission() for permission in self.permission_classes_by_action.get(self.action, self.permission_classes)]"
    code = code.replace(', "default": [IsAuthenticated]', "").format(body=body)
    found = django(code, "register('projects', Projects, basename='projects')")["retrieve"]
    assert found.route.authentication == "unknown"


@pytest.mark.parametrize(("package", "login"), [("company.views", "unknown"), ("drf_multiple_model.viewsets", "none")])
def test_a_whole_view_of_a_package_may_ask_for_a_login(package: str, login: str) -> None:
    code = f"""
    from {package} import StaffView

    class Projects(StaffView):
        def retrieve(self, request, pk):
            return Response(Project.objects.get(pk=pk).owner.email)
    """
    settings = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/settings.py": "REST_FRAMEWORK = {}\n",
    }
    found = django(code.replace("(StaffView)", "(StaffView, viewsets.ViewSet)"), "register('projects', Projects, basename='projects')", settings)
    assert found["retrieve"].route.authentication == login
