"""Registration through a project's own helpers: decorators, loaders, routers that speak like a framework's."""

from __future__ import annotations

import pytest

from prodlint import ir
from prodlint.models import load
from prodlint.routing.registrations import Finder
from prodlint.routing.table import Table
from tests.routing.tables import logins, project, routes, untold


def test_a_decorator_of_the_project_registers_what_it_decorates():
    text = """
        from flask import Flask
        from flask_restful import Api, Resource

        app = Flask(__name__)
        api = Api(app)

        def endpoint(*urls, **options):
            def register(cls):
                api.add_resource(cls, *urls, **options)
                return cls
            return register

        @endpoint("/v1/orders", "/v1/orders/all")
        class Orders(Resource):
            def get(self): ...

        @endpoint("/v1/orders/<int:order_id>")
        class Order(Resource):
            def delete(self, order_id): ...
    """
    assert routes(text) == [
        "DELETE /v1/orders/<int:order_id> app.Order.delete",
        "GET /v1/orders app.Orders.get",
        "GET /v1/orders/all app.Orders.get",
    ]
    assert untold(text) == []


def test_blueprints_loaded_by_their_names_stand_under_their_prefixes():
    files = {
        "shop/__init__.py": "",
        "shop/loading.py": """
            from importlib import import_module
            from types import ModuleType
            from flask import Blueprint

            def views_of(name: str) -> ModuleType:
                return import_module(f"shop.{name}.views")

            def blueprint_of(name: str) -> Blueprint:
                module = views_of(name)
                return module.blueprint

            def register(app, rows):
                for name, prefix in rows:
                    app.register_blueprint(blueprint_of(name), url_prefix=prefix)
        """,
        "shop/orders/__init__.py": "",
        "shop/orders/views.py": """
            from flask import Blueprint

            blueprint = Blueprint("orders", __name__)

            @blueprint.get("/<int:order_id>")
            def show(order_id): ...
        """,
        "shop/app.py": """
            from flask import Flask
            from shop.loading import register

            def create_app():
                app = Flask(__name__)
                register(app, [("orders", "/orders"), ("gone", "/gone")])
                return app
        """,
    }
    assert routes(files) == ["GET /orders/<int:order_id> shop.orders.views.show"]
    assert untold(files) == ["shop/loading.py:15 route not resolved: app.register_blueprint(blueprint_of(…)): the router could not be resolved"]


def test_a_decorator_without_its_call_is_applied_by_hand():
    text = """
        from flask import Flask
        app = Flask(__name__)

        def show(order_id): ...

        app.route("/orders/<int:order_id>", methods=["PUT"])(show)
    """
    assert routes(text) == ["PUT /orders/<int:order_id> app.show"]


HANDED = """
    from functools import wraps
    from fastapi import FastAPI, APIRouter, Request

    def guarded(method, path, scopes=None, **options):
        def decorator(func):
            @wraps(func)
            async def wrapper(request: Request, *args, **kwargs):
                return await func(request, *args, **kwargs)
            return method(path, **options)(wrapper)
        return decorator

    router = APIRouter(prefix="/orders")

    @guarded(router.get, "/{order_id}", ["orders:read"])
    def show(request: Request, order_id: int): ...

    @guarded(router.put, path="/{order_id}/note", response_model=None)
    async def note(request: Request, order_id: int): ...

    @guarded(print, "/{order_id}/nothing")
    def nothing(request: Request, order_id: int): ...

    app = FastAPI()
    app.include_router(router, prefix="/api")
"""


def test_a_decorator_that_is_handed_the_method_of_a_router_registers():
    assert routes(HANDED) == ["GET /api/orders/{order_id} app.show", "PUT /api/orders/{order_id}/note app.note"]
    assert untold(HANDED) == []


OWN_ROUTER = """
    class Router:
        def __init__(self):
            self.registry = []
        def register(self, prefix, viewset, base_name=None):
            self.registry.append((prefix, viewset, base_name))
        @property
        def urls(self):
            return self.get_urls()
        def get_urls(self):
            return [make(*entry) for entry in self.registry]
"""
ORDERS = """
    class Orders:
        def list(self, request): ...
        def retrieve(self, request, pk=None): ...
"""


def test_a_copy_of_drf_in_the_tree_registers_as_drf_does():
    files = {
        "shop/__init__.py": "",
        "shop/routers.py": OWN_ROUTER,
        "shop/orders.py": ORDERS,
        "shop/urls.py": """
            from django.urls import include, path
            from shop.orders import Orders
            from shop.routers import Router

            router = Router()
            router.register("orders", Orders)
            urlpatterns = [path("api/", include(router.urls))]
        """,
    }
    assert routes(files) == ["GET /api/orders/ shop.orders.Orders.list", "GET /api/orders/<pk>/ shop.orders.Orders.retrieve"]


VIEWSET = """
    from rest_framework import viewsets
    class Orders(viewsets.ViewSet):
        def list(self, request): ...
    class Lines(viewsets.ViewSet):
        def list(self, request): ...
"""


def test_registrations_on_what_register_returns_are_nested():
    files = {
        "views.py": VIEWSET,
        "urls.py": """
            from django.urls import include, path
            from rest_framework_extensions.routers import ExtendedSimpleRouter
            from views import Lines, Orders

            router = ExtendedSimpleRouter()
            orders = router.register("orders", Orders)
            orders.register("lines", Lines, parents_query_lookups=["order"])
            router.register("old", Orders).register("rows", Lines, parents_query_lookups=["order"])
            urlpatterns = [path("api/", include(router.urls))]
        """,
    }
    assert routes(files) == [
        "GET /api/old/ views.Orders.list",
        "GET /api/old/<parent_lookup_order>/rows/ views.Lines.list",
        "GET /api/orders/ views.Orders.list",
        "GET /api/orders/<parent_lookup_order>/lines/ views.Lines.list",
    ]


def test_routers_that_nobody_mounts_are_listed_under_an_unknown_path():
    files = {
        "views.py": VIEWSET,
        "api.py": """
            from django.urls import path
            from rest_framework.routers import SimpleRouter
            from views import Lines, Orders

            router = SimpleRouter()
            router.register("orders", Orders)

            def more(routes):
                routes.register("lines", Lines)
        """,
    }
    assert routes(files) == ["GET /…/lines/ views.Lines.list", "GET /…/orders/ views.Orders.list"]
    said = "routes.register(lines): the router could not be resolved; the prefix of its routes is not known"
    assert untold(files) == [f"api.py:10 route not resolved: {said}"]


def test_an_include_that_gives_nothing_is_told():
    text = """
        from django.urls import include, path
        from shop.registry import known

        def patterns():
            return [entry for entry in known()]

        urlpatterns = [path("shop/", include(patterns()))]
    """
    assert [line.partition(" ")[0] for line in untold(text)] == ["app.py:2", "app.py:6"]


ADMIN = """
    from django.contrib import admin
    from django.urls import path
    from django.views import View

    class Import(View):
        def dispatch(self, request): ...

    class Export(Import):
        pass

    class OrderAdmin(admin.ModelAdmin):
        def get_urls(self):
            return [
                path("import/", self.admin_site.admin_view(Import.as_view())),
                path("export/", self.admin_site.admin_view(Export.as_view())),
                path("count/", self.admin_site.admin_view(self.count)),
            ]

        def count(self, request): ...
"""


def test_entries_that_no_list_is_seen_to_take_are_listed_and_told():
    assert routes(ADMIN) == [
        "ANY /…/count/ app.OrderAdmin.count",
        "ANY /…/export/ app.Export.dispatch",
        "ANY /…/import/ app.Import.dispatch",
    ]
    said = "3 routes in no list that is seen to be included; what stands before their paths is not known"
    assert untold(ADMIN) == [f"app.py:15 route not resolved: {said}"]
    assert set(logins(ADMIN).values()) == {"required"}


def test_settings_stand_for_what_the_source_sets_them_to():
    files = {
        "shop/__init__.py": "",
        "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\nAPI = 'v2/'\nADMIN_PATH = 'back-office/'\n",
        "shop/testing.py": "API = 'other/'\n",
        "shop/urls.py": """
            from django.conf import settings
            from django.urls import path
            from shop import views

            urlpatterns = [
                path(settings.API + "orders/", views.orders),
                path(getattr(settings, "ADMIN_PATH", "admin/"), views.admin),
                path(getattr(settings, "OLD_PATH", "old/"), views.old),
            ]
        """,
        "shop/views.py": "def orders(request): ...\ndef admin(request): ...\ndef old(request): ...\n",
    }
    assert routes(files) == ["ANY /back-office/ shop.views.admin", "ANY /old/ shop.views.old", "ANY /v2/orders/ shop.views.orders"]
    files = {
        "config/base.py": "class Base:\n    ORDERS_PREFIX = '/orders'\n",
        "app.py": """
            from flask import Blueprint, Flask
            app = Flask(__name__)
            orders = Blueprint("orders", __name__)
            @orders.get("/new")
            def new(): ...
            app.register_blueprint(orders, url_prefix=app.config["ORDERS_PREFIX"])
        """,
    }
    assert routes(files) == ["GET /orders/new app.new"]


def test_a_parameter_that_is_given_something_else_is_that():
    text = """
        from django.urls import path

        def orders(request): ...

        def patterns(prefix=None):
            if not prefix:
                prefix = "/"
            else:
                prefix = f"/{prefix}/"
            urlpatterns = [path(f"api{prefix}orders", orders)]
            return urlpatterns

        urlpatterns = patterns() + patterns("beta")
    """
    assert routes(text) == ["ANY /api/beta/orders app.orders", "ANY /api/orders app.orders"]


def test_a_view_that_may_be_replaced_is_the_one_that_is_given():
    text = """
        from django.urls import path
        from django.views import View
        from shop.extensions import audited

        class Orders(View):
            def get(self, request): ...

        urlpatterns = [path("orders/", audited(Orders).as_view())]
    """
    assert routes(text) == ["GET /orders/ app.Orders.get"]


def test_registrations_on_what_nobody_can_tell_are_listed_and_told():
    text = """
        from fastapi import FastAPI
        from shop.plugins import host

        app = FastAPI()

        @app.get("/")
        def index(): ...

        def show(order_id: int): ...

        host.router.add_api_route("/orders/{order_id}", show, methods=["GET"])
    """
    assert routes(text) == ["GET / app.index", "GET /orders/{order_id} app.show"]
    said = "host.router.add_api_route(…): the router could not be resolved; the prefix of its routes is not known"
    assert untold(text) == [f"app.py:12 route not resolved: {said}"]


def test_each_framework_that_is_imported_and_has_no_route_is_told():
    files = {
        "web.py": "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef index(): ...\n",
        "api.py": "import falcon\nfrom fastapi import FastAPI\n",
        "client.py": "import aiohttp\n",
    }
    assert untold(files) == [
        "api.py:1 imports falcon, but no route of falcon was read: prodlint does not know its routing",
        "api.py:2 imports fastapi, but no route of fastapi was found in this project",
    ]


def test_a_package_on_top_of_a_framework_is_told_where_only_the_framework_beneath_has_routes():
    web = "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef index(): ...\n"
    orders = "from flask_restful import Resource\nclass Orders(Resource):\n    def get(self): ...\n"
    assert untold({"web.py": web, "orders.py": orders}) == [
        "orders.py:1 imports flask_restful, but no route of flask_restful was found in this project"
    ]
    assert untold({"web.py": web, "orders.py": "from flask_restful import reqparse\n"}) == []
    served = f"{web}from flask_restful import Api\nfrom orders import Orders\napi = Api(app)\napi.add_resource(Orders, '/orders')\n"
    assert untold({"web.py": served, "orders.py": orders}) == []
    base = "from flask_restful import Resource\nclass Base(Resource): ...\n"
    derived = "from base import Base\nclass Orders(Base):\n    def get(self): ...\n"
    assert untold({"web.py": served, "orders.py": derived, "base.py": base}) == []


def test_an_included_package_does_not_speak_for_views_of_the_project():
    files = {
        "shop/__init__.py": "",
        "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n",
        "shop/urls.py": "from django.urls import include, path\nurlpatterns = [path('oauth/', include('oauth2_provider.urls'))]\n",
    }
    assert untold({**files, "shop/views.py": "from django.shortcuts import render\n"}) == []
    api = "from rest_framework.views import APIView\nclass Orders(APIView):\n    def get(self, request): ...\n"
    pages = "from django.views import View\nclass Page(View):\n    def get(self, request): ...\n"
    assert untold({**files, "shop/api.py": api, "shop/pages.py": pages}) == [
        "shop/api.py:1 imports rest_framework.views, but no route of rest_framework was found in this project",
        "shop/pages.py:1 imports django.views, but no route of django was found in this project",
    ]


def test_only_the_config_of_an_app_is_the_settings_of_the_project():
    files = {
        "config.py": "PREFIX = '/orders'\n",
        "web.py": """
            import json
            from flask import Blueprint, Flask, current_app
            app = Flask(__name__)
            config = json.load(open("local.json"))
            mine = app.config
            orders = Blueprint("orders", __name__)
            @orders.get("/new")
            def new(): ...
            app.register_blueprint(orders, url_prefix=%s)
        """,
    }
    made = {given: routes({**files, "web.py": files["web.py"] % given}) for given in ("config['PREFIX']", "config.get('PREFIX')", "mine['PREFIX']")}
    assert made == {
        "config['PREFIX']": ["GET …/new web.new"],
        "config.get('PREFIX')": ["GET …/new web.new"],
        "mine['PREFIX']": ["GET /orders/new web.new"],
    }
    files["web.py"] = """
        from flask import Flask, current_app
        def new(): ...
        def setup(app):
            app.add_url_rule(app.config["PREFIX"] + "/a", view_func=new)
            app.add_url_rule(current_app.config.get("PREFIX") + "/b", view_func=new)
        setup(Flask(__name__))
    """
    assert routes(files) == ["GET /orders/a web.new", "GET /orders/b web.new"]


def test_folders_without_init_are_modules_of_their_package():
    files = {
        "shop/__init__.py": "",
        "shop/orders/views.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/{order_id}')\ndef show(order_id): ...\n",
        "main.py": """
            from fastapi import FastAPI
            import shop.orders.views

            app = FastAPI()
            app.include_router(shop.orders.views.router, prefix="/orders")
        """,
    }
    assert routes(files) == ["GET /orders/{order_id} shop.orders.views.show"]
    assert untold(files) == []


def test_a_table_of_paths_is_read_by_the_members_that_are_its_keys():
    text = """
        from enum import Enum
        from fastapi import FastAPI

        class Action(Enum):
            SHOW = "show"
            HIDE = "hide"

        PATHS = {Action.SHOW: "/orders/show", Action.HIDE: "/orders/hide"}
        app = FastAPI()

        @app.post(PATHS[Action.HIDE])
        def hide(): ...
    """
    assert routes(text) == ["POST /orders/hide app.hide"]


def test_view_classes_that_a_decorator_stores_are_listed_and_told():
    files = {
        "shop/__init__.py": "",
        "shop/registry.py": """
            from collections import defaultdict
            registry = defaultdict(list)

            def register_view(model, name=""):
                def keep(cls):
                    registry[model].append((name, cls))
                    return cls
                return keep
        """,
        "shop/views.py": """
            from django.views.generic import View
            from shop.registry import register_view

            class Base(View):
                def get(self, request, pk): ...

            @register_view("order", "show")
            class Show(Base): ...
        """,
        "shop/urls.py": """
            from django.urls import include, path
            from shop.registry import registry

            def urls_of(model):
                return [path(name, cls.as_view()) for name, cls in registry[model]]

            urlpatterns = [path("orders/<int:pk>/", include(urls_of("order")))]
        """,
    }
    assert routes(files) == ["GET /…/ shop.views.Show.get"]
    assert "shop/views.py:9 route not resolved: 1 view given to @register_view: where they are served is not known" in untold(files)


def test_a_router_that_is_handed_to_functions_takes_what_they_register():
    files = {
        "views.py": VIEWSET,
        "parts.py": "from views import Orders\ndef add_orders(router):\n    router.register('orders', Orders)\n    return router\n",
        "urls.py": """
            from django.urls import include, path
            from rest_framework.routers import DefaultRouter
            from parts import add_orders

            api = DefaultRouter()
            add_orders(api)
            urlpatterns = [path("api/", include(api.urls))]
        """,
    }
    assert routes(files) == ["GET /api/orders/ views.Orders.list"]
    assert untold(files) == []


VIEW_MAKERS = {
    "shop/__init__.py": "",
    "shop/models.py": "from django.db import models\nclass Order(models.Model): ...\nclass Item(models.Model): ...\n",
    "shop/views.py": """
        from django.views import View

        class Orders(View):
            def get(self, request): ...

        class OrderForm: ...

        def make(model):
            class Made(View):
                def get(self, request, pk): ...
                def delete(self, request, pk): ...
            return Made

        def crud(form, base):
            return type("Crud", (base,), {"form": form})

        def generated(model):
            return type("Generated", BASES[model], {})

        def show(model):
            def view(request, pk): ...
            return view
    """,
}
MAKERS = """
    from django.urls import path
    from shop.models import Item, Order
    from shop.views import OrderForm, Orders, crud, generated, make, show
    urlpatterns = [path("a/<pk>/", %s)]
"""


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("make(Order).as_view()", ["DELETE /a/<pk>/ shop.views.make.Made.delete", "GET /a/<pk>/ shop.views.make.Made.get"]),
        ("crud(OrderForm, base=Orders).as_view()", ["GET /a/<pk>/ shop.views.Orders.get"]),
        ("crud(OrderForm, Orders).as_view()", ["GET /a/<pk>/ shop.views.Orders.get"]),
        ("show(Order)", ["ANY /a/<pk>/ shop.views.show.view"]),
    ],
)
def test_a_view_is_what_a_function_makes_not_the_model_that_it_is_given(view, expected):
    assert routes({**VIEW_MAKERS, "shop/urls.py": MAKERS % view}) == expected


def test_a_class_that_is_no_view_is_not_taken_for_one():
    files = {**VIEW_MAKERS, "shop/urls.py": MAKERS % "generated(Order).as_view()"}
    assert routes(files) == []
    assert any("could not be followed to a class" in told for told in untold(files))


def test_calls_that_are_resolved_are_kept_so_that_no_other_takes_their_address():
    made = project({
        "app.py": """
            from aiohttp import web
            async def show(request): ...
            def setup(app):
                add = app.router.add_route
                add("GET", "/orders", show)
            app = web.Application()
            setup(app)
        """
    })  # fmt: skip
    finder = Finder(made.names, load(), Table())
    finder.run()
    assert [endpoint.path for endpoint in finder.table.endpoints] == ["/orders"]
    assert any(isinstance(call, ir.Call) for call in finder.unknown_routers.resolved)


ENTRY = """
    from django.contrib.auth.decorators import login_required, user_passes_test
    from django.http import HttpResponse
    from django.urls import path

    def known(view):
        decorator = user_passes_test(lambda user: user.is_authenticated and user.is_active, login_url="login")
        return decorator(view)

    def show(request):
        return HttpResponse("here")

    def entry(route, view, name=None):
        {body}

    urlpatterns = [entry("a", show, name="a"), path("b", show)]
"""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return path(route, known(view), name=name)", "required"),
        ("return path(route, login_required(known(view)), name=name)", "required"),
        ("return path(route, login_required(login_url='x')(view), name=name)", "required"),
        ("view = login_required(view)\n        return path(route, view, name=name)", "required"),
        ("return path(route, view, name=name)", "none"),
        ("if name:\n            view = login_required(view)\n        return path(route, view, name=name)", "none"),
        ("made = path(route, view)\n        view = login_required(view)\n        return made", "none"),
        ("other = login_required(view)\n        return path(route, view, name=name)", "none"),
    ],
)
def test_what_a_helper_wraps_around_the_view_of_an_entry(body: str, said: str) -> None:
    text = ENTRY.format(body=body)
    assert logins(text) == {"ANY /a": said, "ANY /b": "none"}
    assert untold(text) == []


DERIVED = """
    from {package} import {name}
    from fastapi import Depends, FastAPI

    router = {name}({told})

    @router.get("/show")
    def show(): ...

    app = FastAPI()
    app.include_router(router, prefix="/v1")
"""


@pytest.mark.parametrize(
    ("package", "name", "told", "path"),
    [
        ("commons.wrapping", "Router", "dependencies=[Depends(print)]", "GET /v1/show app.show"),
        ("commons.wrapping", "SafeRouter", "prefix='/orders', dependencies=[]", "GET /v1/orders/show app.show"),
        ("commons.wrapping", "Dispatcher", "dependencies=[Depends(print)]", "GET /show app.show"),
        ("commons.wrapping", "Router", "", "GET /show app.show"),
    ],
)
def test_a_router_of_a_package_that_nobody_reads(package: str, name: str, told: str, path: str) -> None:
    assert routes(DERIVED.format(package=package, name=name, told=told)) == [path]
