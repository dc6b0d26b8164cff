"""Views of django-filter and django-tables2: what their own `get_queryset` gives is what they show."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

CODE = """
from django.views.generic import ListView
from django_filters.views import FilterView
from django_tables2 import SingleTableView


class Table(SingleTableView):
    template_name = "table.html"


class Notes(BASE):
    def get_queryset(self):
        return Note.objects.filter(project=self.kwargs["pk"]SCOPE)
"""


@pytest.mark.parametrize("base", ["ListView", "FilterView", "SingleTableView", "Table"])
@pytest.mark.parametrize(("scope", "expected"), [("", "missing"), (", project__owner=self.request.user", "owned")])
def test_what_a_table_shows(base: str, scope: str, expected: str) -> None:
    code = CODE.replace("BASE", base).replace("SCOPE", scope)
    assert ids(django(code, "path('notes/<pk>/', login_required(Notes.as_view()))")["get"]) == {"pk": expected}
