"""What of an exception reaches the client."""

from __future__ import annotations

import pytest

from tests.calls.projects import project


@pytest.mark.parametrize(
    ("helper", "leaks"),
    [
        ("return {'error': str(error)}", True),
        ("return 'try again'", False),
        ("if isinstance(error, IntegrityError):\n            return 'known already'\n        return str(error)", False),
        ("text = f'{error}'\n        return 'no'", False),
    ],
)
def test_a_helper_that_is_given_the_exception(helper: str, leaks: bool) -> None:
    found = project(
        app=f"""
    from flask import Flask
    from sqlalchemy.exc import IntegrityError, SQLAlchemyError
    app = Flask(__name__)
    def words(error):
        {helper}
    @app.get("/x")
    def x():
        try:
            return load()
        except SQLAlchemyError as error:
            return words(error), 400
    """
    ).caught_errors()
    assert bool([at for caught in found for at in caught.leaks]) is leaks


@pytest.mark.parametrize(
    ("path", "low"), [("scripts/x.py", True), ("populate.py", True), ("shop/examples/x.py", True), ("shop/tools/x.py", False), ("shop/api.py", False)]
)
def test_scripts_and_examples_stand_beside_the_app(path: str, low: bool) -> None:
    from prodlint.calls.records import beside

    assert beside(path) is low


def test_a_name_that_is_bound_anew_carries_nothing() -> None:
    text = """
        from flask import Flask, jsonify
        app = Flask(__name__)

        @app.post("/a")
        def left():
            try:
                answer = work()
            except Exception as error:
                answer = {"error": str(error)}
                return "sorry", 500
            return jsonify(answer)

        @app.post("/b")
        def anew():
            try:
                work()
            except Exception as error:
                answer = {"error": str(error)}
            answer = {"ok": True}
            return jsonify(answer)

        @app.post("/c")
        def carried():
            try:
                answer = work()
            except Exception as error:
                answer = {"error": str(error)}
            return jsonify(answer)
    """
    found = [at.line for error in project(app=text).caught_errors() for at in error.leaks]
    assert found == [29]


@pytest.mark.parametrize(
    ("head", "staff"),
    [
        ("@staff_member_required\ndef page(request):", True),
        ("@user_passes_test(lambda user: user.is_superuser)\ndef page(request):", True),
        ("@login_required\ndef page(request):", False),
        ("@user_passes_test(lambda user: user.is_active)\ndef page(request):", False),
    ],
)
def test_what_staff_alone_reads(head: str, staff: bool) -> None:
    text = "from django.http import JsonResponse\n" + head
    text += "\n    try:\n        return load()\n    except Exception as error:\n        return JsonResponse({'error': str(error)}, status=500)\n"
    (caught,) = [each for each in project(shop__views=text).caught_errors() if each.leaks]
    assert caught.staff is staff


def test_a_page_of_the_admin_is_for_staff() -> None:
    text = """
    from django.contrib import admin, messages
    class Orders(admin.ModelAdmin):
        def send(self, request, queryset):
            try:
                load()
            except Exception as error:
                messages.error(request, f"no: {error}")
    """
    (caught,) = [each for each in project(shop__orders=text).caught_errors() if each.leaks]
    assert caught.staff


@pytest.mark.parametrize(
    ("call", "charges"),
    [
        ("stripe.Charge.create", True),
        ("stripe.PaymentIntent.confirm", True),
        ("stripe.Subscription.create", True),
        ("stripe.Charge.retrieve", False),
        ("stripe.Invoice.list", False),
        ("stripe.Product.create", False),
        ("stripe.checkout.Session.create", False),
    ],
)
def test_what_changes_something_at_a_payment_provider(call: str, charges: bool) -> None:
    text = f"import stripe\nfrom flask import Flask\napp = Flask(__name__)\n@app.post('/a')\ndef pay():\n    return {call}('x')\n"
    (found,) = [each for each in project(app=text).external_calls() if each.role == "call"]
    assert found.charges is charges


def test_a_payment_that_a_checkout_makes_is_a_charge() -> None:
    text = "import Adyen\nfrom flask import Flask\napp = Flask(__name__)\nadyen = Adyen.Adyen()\n@app.post('/a')\ndef pay():\n"
    (found,) = [
        each for each in project(app=f"{text}    return adyen.checkout.payments_api.payments({{}})\n").external_calls() if each.role == "call"
    ]
    assert found.charges


@pytest.mark.parametrize(("answer", "leaks"), [("self.finish({'error': str(error)})", True), ("record.finish(error=str(error))", False)])
def test_what_is_finished_is_an_answer_of_tornado_alone(answer: str, leaks: bool) -> None:
    text = f"""
        from fastapi import APIRouter
        router = APIRouter()
        @router.post("/hooks")
        async def hook(self, record):
            try:
                work()
            except Exception as error:
                {answer}
    """
    assert bool([at for caught in project(app=text).caught_errors() for at in caught.leaks]) is leaks


@pytest.mark.parametrize(("other", "leaks"), [("", False), ("from rest_framework.views import APIView", True)])
def test_the_text_of_a_missing_page_is_shown_by_rest_framework_alone(other: str, leaks: bool) -> None:
    text = f"""
        from django.http import Http404
        {other}
        def order(request, pk):
            try:
                return load(pk)
            except Exception as error:
                raise Http404(f"no order: {{error}}")
    """
    urls = 'from django.urls import path\nfrom shop.views import order\nurlpatterns = [path("orders/<int:pk>/", order)]\n'
    found = project(shop__views=text, shop__urls=urls, settings='ROOT_URLCONF = "shop.urls"').caught_errors()
    assert bool([at for caught in found for at in caught.leaks]) is leaks
