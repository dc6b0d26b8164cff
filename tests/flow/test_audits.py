"""Tables that tell who wrote a row down and who touched it last."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, ids

TABLE = """
    from django.conf import settings
    from django.contrib.auth.decorators import login_required
    from django.db import models
    from django.http import JsonResponse
    from django.shortcuts import get_object_or_404


    class Teacher(models.Model):
        user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


    class Customer(models.Model):
        user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


    class {name}(models.Model):
        {columns}
        text = models.TextField()


    {others}


    @login_required
    def remove(request, pk):
        get_object_or_404({name}, pk=pk).delete()
        return JsonResponse({{}})


    @login_required
    def listed(request):
        return JsonResponse({{"rows": list({name}.objects.all())}})


    @login_required
    def edit(request, pk):
        row = get_object_or_404({name}, pk=pk{asked})
        row.text = request.POST["text"]
        row.save()
        return JsonResponse({{}})
"""
KEY = "models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name='+')"
WROTE, TOUCHED = f"created_by = {KEY}", f"updated_by = {KEY}"
TAUGHT = "teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE)"
BOUGHT = "customer = models.ForeignKey(Customer, on_delete=models.CASCADE)"


def others(many: int) -> str:
    columns = f"\n        {WROTE}\n        {TOUCHED}"
    return "\n\n\n    ".join(f"class Other{number}(models.Model):{columns}" for number in range(many))


@pytest.mark.parametrize(("many", "word"), [(5, "unknown"), (2, "missing")])
def test_audit_columns_are_a_habit_of_the_app(many: int, word: str) -> None:
    code = TABLE.format(name="Subject", columns=f"{WROTE}\n        {TOUCHED}", asked="", others=others(many))
    assert ids(django(code, "path('rows/<int:pk>/', remove)")["remove"]) == {"pk": word}


@pytest.mark.parametrize(
    ("name", "columns", "asked", "word"),
    [
        ("Subject", (WROTE, TOUCHED), "", "unknown"),
        ("Subject", (WROTE, TOUCHED, TAUGHT), "", "unknown"),
        # one of them alone, another owner, what people make for themselves, what another route asks for
        ("Subject", (WROTE,), "", "missing"),
        ("Subject", (WROTE, TOUCHED, f"owner = {KEY}"), "", "missing"),
        ("Subject", (WROTE, TOUCHED, BOUGHT), "", "missing"),
        ("Order", (WROTE, TOUCHED), "", "missing"),
        ("Note", (WROTE, TOUCHED), "", "missing"),
        ("Invoice", (WROTE, TOUCHED), "", "missing"),
        ("Document", (WROTE, TOUCHED), "", "missing"),
        ("Subject", (WROTE, TOUCHED), ", created_by=request.user", "missing"),
    ],
)
def test_audit_columns_alone_say_little_of_whose_a_row_is(name: str, columns: tuple[str, ...], asked: str, word: str) -> None:
    code = TABLE.format(name=name, columns="\n        ".join(columns), asked=asked, others=others(5))
    handlers = django(code, "path('rows/<int:pk>/', remove)\npath('rows/', listed)\npath('rows/<int:pk>/edit/', edit)")
    assert ids(handlers["remove"]) == {"pk": word}
    assert bool(handlers["listed"].lists) is (word == "missing")
