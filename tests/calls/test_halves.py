"""Writes that belong together: which shapes are told, and what makes a transaction of them."""

from __future__ import annotations

from tests.calls.projects import project

MODELS = """
    from django.db import models

    class Order(models.Model):
        total = models.IntegerField()

    class Line(models.Model):
        order = models.ForeignKey(Order, on_delete=models.CASCADE)

    class Account(models.Model):
        balance = models.IntegerField()
"""
VIEWS = """
    from django.db import transaction
    from django.db.models import F
    from rest_framework.decorators import api_view

    from shop.models import Account, Line, Order

    def _fill(names):
        order = Order(total=3)
        order.save()
        for name in names:
            if name:
                Line.objects.create(order=order)

    @api_view(["POST"])
    def place(request):
        _fill(request.data["names"])
"""


def _found(**files: str) -> list[tuple[int, str]]:
    return [(half.at.line, half.how) for half in project(shop__models=MODELS, **files).half_writes()]


def test_a_row_and_its_rows_in_a_helper_of_a_view() -> None:
    assert _found(shop__views=VIEWS) == [(13, "children")]


def test_a_transaction_of_the_caller_holds_them() -> None:
    assert not _found(shop__views=VIEWS.replace("@api_view", "@transaction.atomic\n    @api_view"))
    assert not _found(shop__views=VIEWS.replace("        _fill(request", "        with transaction.atomic():\n            _fill(request"))


def test_requests_that_are_transactions_hold_them() -> None:
    databases = 'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "ATOMIC_REQUESTS": %s}}'
    assert not _found(shop__views=VIEWS, settings=databases % "True")
    assert _found(shop__views=VIEWS, settings=databases % "False")
    assert not _found(shop__views=VIEWS, settings='DATABASES = {"default": url()}\nDATABASES["default"]["ATOMIC_REQUESTS"] = True')


def test_a_task_is_no_request() -> None:
    task = VIEWS.replace("from rest_framework.decorators import api_view", "from celery import shared_task").replace(
        '@api_view(["POST"])', "@shared_task"
    )
    assert _found(shop__tasks=task, settings='DATABASES = {"default": {"ATOMIC_REQUESTS": True}}') == [(13, "children")]


def test_what_nobody_runs_and_what_the_admin_runs_is_left_alone() -> None:
    assert not _found(shop__views=VIEWS.split("@api_view")[0])
    admin = """
        from django.contrib import admin
        from shop.models import Line, Order

        class OrderAdmin(admin.ModelAdmin):
            def save_model(self, request, obj, form, change):
                order = Order.objects.create(total=1)
                for name in form.names:
                    Line.objects.create(order=order)
    """
    assert not _found(shop__admin=admin)


def test_amounts_by_f_expressions() -> None:
    views = """
        from django.db.models import F
        from rest_framework.decorators import api_view

        @api_view(["POST"])
        def move(request, source, target):
            source.balance = F("balance") - 3
            source.save()
            target.balance = F("balance") + 3
            target.save()

        @api_view(["POST"])
        def touch(request, source, target):
            source.name = "a"
            source.save()
            target.name = "b"
            target.save()
    """
    assert _found(shop__views=views) == [(10, "amounts")]


def test_branches_are_different_stories() -> None:
    views = """
        from rest_framework.decorators import api_view
        from shop.models import Line, Order

        @api_view(["POST"])
        def place(request, order, again):
            if again:
                Line.objects.filter(order=order).delete()
            else:
                Line.objects.create(order=order)
    """
    assert not _found(shop__views=views)


def test_a_commit_before_a_call_to_somebody_else_is_meant() -> None:
    text = """
        import requests
        from fastapi import FastAPI
        from sqlalchemy.orm import Session
        from shop.tables import Line, Order

        app = FastAPI()

        @app.post("/orders")
        def place(session: Session):
            order = Order()
            session.add(order)
            session.commit()
            requests.post("https://example.com", json=order.id, timeout=3)
            line = Line(order_id=order.id)
            session.add(line)
            session.commit()
    """
    together = text.replace('requests.post("https://example.com", json=order.id, timeout=3)', "pass")
    assert project(shop__app=text).half_writes() == ()
    assert [half.how for half in project(shop__app=together).half_writes()] == ["commits"]
