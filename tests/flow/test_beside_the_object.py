"""What a generic view of Django's does beside its object: the context that it shows, where it leads to."""

from __future__ import annotations

import pytest

from tests.flow.apps import project

FILES = {
    "manage.py": 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")\n',
    "site_/__init__.py": "",
    "site_/settings.py": 'ROOT_URLCONF = "site_.urls"\nINSTALLED_APPS = ["shop"]\n',
    "site_/urls.py": 'from django.urls import path\n\nfrom shop.views import Show\n\nurlpatterns = [path("orders/<int:pk>/", Show.as_view())]\n',
    "shop/__init__.py": "",
    "shop/models.py": "from django.contrib.auth.models import User\nfrom django.db import models\n\n\nclass Order(models.Model):\n"
    "    user = models.ForeignKey(User, on_delete=models.CASCADE)\n    text = models.TextField()\n",
}
VIEW = """
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import DetailView, UpdateView

from shop.models import Order


class Show(LoginRequiredMixin, KIND):
    model = Order
    fields = ["text"]

    def get_queryset(self):
        return Order.objects.filter(user=self.request.user)

    def HOOK
"""
CONTEXT = """get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["other"] = Order.objects.get(pk=self.request.GET["other"]WHOSE)
        return context"""
LEADS = """get_success_url(self):
        Order.objects.filter(pk=self.request.GET["other"]WHOSE).delete()
        return "/" """


@pytest.mark.parametrize(("kind", "hook", "method"), [("DetailView", CONTEXT, "GET"), ("UpdateView", LEADS, "POST")])
@pytest.mark.parametrize(("whose", "said"), [("", "missing"), (", user=self.request.user", "owned")])
def test_rows_beside_the_object(kind: str, hook: str, method: str, whose: str, said: str) -> None:
    view = VIEW.replace("KIND", kind).replace("HOOK", hook).replace("WHOSE", whose)
    found = [handler for handler in project({**FILES, "shop/views.py": view}).handlers() if method in handler.route.methods]
    assert [handler.route.ownership for handler in found] == [said]
