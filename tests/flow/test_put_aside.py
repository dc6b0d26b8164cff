"""What is noted beside rows, or put into lists and dictionaries, and changes nothing that is kept."""

from __future__ import annotations

import pytest

from tests.flow.apps import django

SHOW = """
def show(request, slug):
    countries = list(Country.objects.all())
    country = Country.objects.get(pk=slug)
    {does}
    return JsonResponse({{"countries": [each.pk for each in countries], "one": country.pk}})


@login_required
def a(request, pk):
    Project.objects.filter(owner=request.user, pk=pk).delete()


@login_required
def b(request, pk):
    Project.objects.filter(owner=request.user, pk=pk).update(owner=None)


@login_required
def c(request, pk):
    get_object_or_404(Project, owner=request.user, pk=pk).delete()


@login_required
def d(request, pk):
    get_object_or_404(Project, owner=request.user, pk=pk).delete()
"""
URLS = "path('s/<int:slug>/', show)\npath('a/<int:pk>/', a)\npath('b/<int:pk>/', b)\npath('c/<int:pk>/', c)\npath('d/<int:pk>/', d)"


@pytest.mark.parametrize(
    ("does", "changes"),
    [
        ("country.chart = slug", False),
        ("country.name = slug\n    country.save()", True),
        ("seen = {}\n    seen[slug] = {}\n    seen[slug].update(country)", False),
        ("known(slug).update(country)", True),
    ],
)
def test_what_is_only_put_aside_for_the_page(does: str, changes: bool) -> None:
    found = django(SHOW.format(does=does), URLS)["show"]
    assert bool(found.exposed[1]) is changes
