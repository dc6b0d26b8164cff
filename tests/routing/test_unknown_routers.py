"""Routes on routers that are made by factories, and on routers that nobody can tell: listed, and said."""

from __future__ import annotations

from tests.routing.tables import routes, untold

FACTORY = """
    from fastapi import APIRouter
    from fastapi.routing import APIRoute

    def router_class(route_class):
        class Made(APIRouter):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, route_class=route_class, **kwargs)
        return Made

    Router = router_class(APIRoute)
"""
ORDERS = """
    from fastapi import FastAPI
    from shop.routing import Router

    app = FastAPI()
    router = Router(prefix="/orders")

    @router.get("/{order_id}")
    def show(order_id: int):
        return order_id

    app.include_router(router, prefix="/v1")
"""


def test_a_class_that_a_factory_makes_is_a_router():
    files = {"shop/__init__.py": "", "shop/routing.py": FACTORY, "shop/orders.py": ORDERS}
    assert routes(files) == ["GET /v1/orders/{order_id} shop.orders.show"]
    assert untold(files) == []


def test_what_an_unknown_router_serves_is_listed_and_its_prefix_is_said_to_be_unknown():
    files = {"shop/__init__.py": "", "shop/orders.py": ORDERS.replace("from shop.routing import Router", "from versioned_routers import Router")}
    assert routes(files) == ["GET /{order_id} shop.orders.show"]
    assert untold(files)[0] == (
        "shop/orders.py:8 route not resolved: @router.get(…): the router could not be resolved; the prefix of its routes is not known"
    )


def test_a_factory_read_for_its_calls_leaves_none_unknown():
    text = """
        from fastapi import FastAPI

        def install(app, prefix):
            @app.get("/health")
            def health():
                return "ok"

        app = FastAPI()
        install(app, "/x")
    """
    assert routes(text) == ["GET /health app.install.health"]
    assert untold(text) == []


def test_a_decorator_that_takes_no_path_is_no_route():
    text = """
        from fastapi import FastAPI
        from registry import handlers

        app = FastAPI()

        @handlers.get("order.created")
        def created(event):
            return event

        @app.get("/")
        def index():
            return ""
    """
    assert routes(text) == ["GET / app.index"]
    assert untold(text) == []


def test_modules_that_a_loader_gives_a_router():
    """One of them imports the framework, the others take everything from the app."""
    text = """
        from {source} import jsonify

        @manager.route("/{name}/<int:key>", methods=["GET"])
        def {name}(key):
            return jsonify(key)
    """
    files = {
        "shop/__init__.py": "",
        "shop/answers.py": "def jsonify(value):\n    return value\n",
        "shop/orders.py": text.replace("{source}", "flask").replace("{name}", "orders"),
        "shop/items.py": text.replace("{source}", "shop.answers").replace("{name}", "items"),
    }
    assert routes(files) == ["GET /items/<int:key> shop.items.items", "GET /orders/<int:key> shop.orders.orders"]


def test_a_router_of_ninja_is_none_of_aiohttp_that_another_module_calls_others_by():
    """Its routes are read where the API is mounted; a second copy under no address, behind no `auth`, asked nobody for a login."""
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/__init__.py": "",
        "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n",
        "shop/checks.py": "import aiohttp\nfrom ninja import Router\n\nrouter = Router()\n\n@router.get('/checks')\ndef checks(request): ...\n",
        "shop/orders.py": "from ninja import Router\n\nrouter = Router()\n\n@router.get('/orders/{order_id}')\ndef show(order_id: int): ...\n",
        "shop/urls.py": """
            from django.urls import path
            from ninja import NinjaAPI
            from shop.checks import router as checks
            from shop.orders import router as orders

            api = NinjaAPI()
            api.add_router("", checks)
            api.add_router("", orders)
            urlpatterns = [path("api/", api.urls)]
        """,
    }
    assert routes(files) == ["GET /api/checks shop.checks.checks", "GET /api/orders/{order_id} shop.orders.show"]
    assert untold(files) == []
