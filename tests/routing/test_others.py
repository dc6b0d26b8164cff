"""How Tornado, Sanic, Quart, Litestar, connexion and Flask-AppBuilder register routes."""

import pytest

from tests.routing.tables import logins, routes, untold


def test_tornado():
    text = r"""
        import tornado.web
        from tornado.web import Application, RequestHandler, url
        ID = r"(?P<order_id>\d+)"
        class Base(RequestHandler):
            def get(self, *args): ...
        class Orders(Base):
            def post(self): ...
        class Order(Base): ...
        class Missing(RequestHandler): ...
        handlers = [(r"/orders", Orders), url(r"/orders/%s" % ID, Order), (r"/.*", Missing)]
        app = Application(handlers)
    """
    assert routes(text) == [
        "ANY /.* app.Missing",
        "GET /orders app.Orders.get",
        r"GET /orders/(?P<order_id>\d+) app.Order.get",
        "POST /orders app.Orders.post",
    ]


def test_one_method_under_several_verbs():
    text = """
        import tornado.web
        from flask import Flask
        from flask.views import MethodView
        from starlette.applications import Starlette
        from starlette.endpoints import HTTPEndpoint
        from starlette.routing import Route
        def answer(self, request): ...
        class Spawn(tornado.web.RequestHandler):
            def non_get(self): ...
            post = non_get
            delete = non_get
        class Again(Spawn):
            def non_get(self): ...
        class Order(MethodView):
            def get(self, order_id): ...
            put = get
            decorators = []
            patch = decorators
        class Page(HTTPEndpoint):
            get = answer
        app = tornado.web.Application([(r"/spawn", Spawn), (r"/again", Again)])
        flask = Flask(__name__)
        flask.add_url_rule("/orders/<order_id>", view_func=Order.as_view("order"))
        pages = Starlette(routes=[Route("/page", Page)])
    """
    assert routes(text) == [
        "DELETE /again app.Again.delete",
        "DELETE /spawn app.Spawn.delete",
        "GET /orders/<order_id> app.Order.get",
        "GET /page app.Page.get",
        "POST /again app.Again.post",
        "POST /spawn app.Spawn.post",
        "PUT /orders/<order_id> app.Order.put",
    ]


def test_tornado_by_another_name():
    text = r"""
        import tornado.web
        from tornado.web import URLSpec as route
        class Order(tornado.web.RequestHandler):
            def get(self, order_id): ...
        class App(tornado.web.Application):
            def __init__(self, **settings):
                super().__init__([route(r"/orders/(\d+)", Order, name="order")], **settings)
    """
    assert routes(text) == [r"GET /orders/(\d+) app.Order.get"]


def test_sanic():
    text = """
        from sanic import Blueprint, Sanic
        from sanic.views import HTTPMethodView
        app = Sanic("shop")
        bp = Blueprint("orders", url_prefix="/orders")
        @bp.get("/<order_id:int>")
        async def show(request, order_id): ...
        class All(HTTPMethodView):
            async def get(self, request): ...
        bp.add_route(All.as_view(), "/")
        app.blueprint(bp)
    """
    assert routes(text) == ["GET /orders/ app.All.get", "GET /orders/<order_id:int> app.show"]


def test_quart():
    text = """
        from quart import Blueprint, Quart
        app = Quart(__name__)
        bp = Blueprint("orders", __name__)
        @bp.route("/<int:order_id>", methods=["PUT"])
        async def change(order_id): ...
        @app.websocket("/ws")
        async def ws(): ...
        app.register_blueprint(bp, url_prefix="/orders")
    """
    assert routes(text) == ["PUT /orders/<int:order_id> app.change", "WEBSOCKET /ws app.ws"]


def test_other_names_of_tornado_handlers():
    text = """
        import tornado.web
        class MainHandler(tornado.web.RequestHandler):
            def get(self): ...
        class Shop(tornado.web.Application):
            def __init__(self):
                main = MainHandler
                tornado.web.Application.__init__(self, [(r"/", main), (r"/odd", 3)])
    """
    assert routes(text) == ["GET / app.MainHandler.get"]


def test_decorators_of_tornado_that_hold_a_pattern():
    own = """
        import tornado.web
        class route:
            table = []
            def __init__(self, pattern, name=None):
                self.pattern = pattern
            def __call__(self, handler):
                self.table.append(tornado.web.url(self.pattern, handler))
                return handler
        @route(r"/orders/(\\d+)$", name="order")
        class Order(tornado.web.RequestHandler):
            def get(self, order_id): ...
            def post(self, order_id): ...
        @route("orders")
        class Orders(tornado.web.RequestHandler):
            def get(self): ...
        @route("/reports")
        class Report: ...
    """
    assert routes(own) == [r"GET /orders/(\d+)$ app.Order.get", r"POST /orders/(\d+)$ app.Order.post"]
    library = """
        import tornado.web
        from tornado_utils.routes import route
        from base import BaseHandler
        @route("/stats/$")
        @tornado.web.authenticated
        class StatsHandler(BaseHandler):
            def get(self): ...
    """
    assert routes(library) == ["GET /stats/$ app.StatsHandler.get"]


def test_litestar():
    text = """
        from litestar import Controller, Litestar, Router, delete, get
        class Orders(Controller):
            path = "/orders"
            @get("/{order_id:int}")
            async def show(self, order_id: int) -> dict: ...
            @delete("/{order_id:int}")
            async def remove(self, order_id: int) -> None: ...
        @get("/health")
        async def health() -> str: ...
        api = Router(path="/api", route_handlers=[Orders])
        app = Litestar(route_handlers=[api, health])
    """
    assert routes(text) == [
        "DELETE /api/orders/{order_id:int} app.Orders.remove",
        "GET /api/orders/{order_id:int} app.Orders.show",
        "GET /health app.health",
    ]


def test_connexion():
    files = {
        "app.py": "import connexion\napp = connexion.FlaskApp(__name__)\napp.add_api('openapi.yaml')\n",
        "orders.py": "def show(order_id): ...\ndef create(body): ...\n",
        "openapi.yaml": """
            openapi: 3.0.0
            servers: [{url: /v1}]
            paths:
              /orders:
                post: {operationId: orders.create, responses: {}}
              /orders/{order_id}:
                get: {operationId: orders.show, responses: {}}
        """,
    }
    assert routes(files) == ["GET /v1/orders/{order_id} orders.show", "POST /v1/orders orders.create"]


def connexion(call: str, specification: str, *modules: str) -> dict[str, str]:
    files = {"app.py": f"import connexion\nfrom connexion.resolver import *\napp = connexion.App(__name__)\n{call}\n", "openapi.yaml": specification}
    return files | {name: body for name, _, body in (module.partition(": ") for module in modules)}


SHOP = """
openapi: "3.0.0"
servers: [{url: /v1}]
security: [{key: []}]
paths:
  /orders:
    get: {operationId: orders.find, security: [], responses: {}}
    post: {operationId: orders.create, security: [{login: []}], responses: {}}
  /orders/{order_id}:
    get: {operationId: orders.Orders.show, responses: {}}
    put: {operationId: orders.Orders.change, security: [{}, {key: []}], responses: {}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key, x-apikeyInfoFunc: auth.key}
    login: {type: http, scheme: bearer}
"""
ORDERS = """orders.py: def find(): ...
def create(body): ...
class Base:
    @classmethod
    def show(cls, order_id): ...
class Orders(Base):
    @staticmethod
    def change(order_id): ...
"""


def test_connexion_takes_methods_of_classes_and_its_own_base_path():
    served = ["GET {}/orders orders.find", "GET {}/orders/{{order_id}} orders.Orders.show", "POST {}/orders orders.create"]
    served += ["PUT {}/orders/{{order_id}} orders.Orders.change"]
    calls = {"app.add_api('openapi.yaml')": "/v1", "app.add_api('openapi.yaml', base_path='/shop')": "/shop"}
    calls |= {"app.add_api(Path(__file__).parent / 'openapi.yaml', '/shop')": "/shop", "app.add_api('openapi.yaml', base_path=config())": "…"}
    for call, base in calls.items():
        assert routes(connexion(call, SHOP, ORDERS)) == [each.format(base) for each in served]
    assert untold(connexion("app.add_api('openapi.yaml', base_path=config())", SHOP, ORDERS)) == [
        "app.py:4 route not resolved: the base_path that openapi.yaml is taken with is not known"
    ]


def test_connexion_asks_for_credentials_where_a_function_looks_at_them():
    checks = "auth.py: def key(token): return {'sub': 'shop'} if token == SECRET else None\n"
    assert logins(connexion("app.add_api('openapi.yaml')", SHOP, ORDERS, checks)) == {
        "GET /v1/orders": "none",
        "GET /v1/orders/{order_id}": "required",
        "POST /v1/orders": "unknown",  # nothing looks at what the scheme asks for
        "PUT /v1/orders/{order_id}": "none",  # {} lets everyone pass
    }


LOOKS = {
    "def key(token): return jwt.decode(token, SECRET, algorithms=['HS256'])": "required",
    "def key(token):\n    if token not in KEYS:\n        return None\n    return {'sub': token}": "required",
    "def key(token): return {'sub': token}": "unknown",
    "def key(token):\n    print(token)\n    return dict(sub=token)": "unknown",
    "def key(token): return jwt.decode(token, options={'verify_signature': False})": "unknown",
    "def key(token): return jwt.decode(token, verify=False)": "unknown",
    "def other(token): return None": "unknown",
}


@pytest.mark.parametrize("checks", LOOKS)
def test_who_lets_everybody_pass_looks_at_no_credentials(checks: str):
    found = logins(connexion("app.add_api('openapi.yaml')", SHOP, ORDERS, f"auth.py: import jwt\n{checks}\n"))
    assert found["GET /v1/orders/{order_id}"] == LOOKS[checks]


RESTY = """
swagger: "2.0"
basePath: /v1
paths:
  /orders:
    get: {responses: {}}
    post: {responses: {}}
  /orders/{order_id}:
    get: {responses: {}}
  /paid-orders/{order_id}:
    delete: {x-swagger-router-controller: shop.paid, responses: {}}
"""


def test_connexion_makes_names_up():
    served = ["DELETE /v1/paid-orders/{order_id} shop.paid.delete", "GET /v1/orders shop.orders.search"]
    served += ["GET /v1/orders/{order_id} shop.orders.get", "POST /v1/orders shop.orders.post"]
    modules = ["shop/__init__.py: ", "shop/orders.py: def search(): ...\ndef get(order_id): ...\ndef post(body): ...\n"]
    paid = "shop/paid.py: def delete(order_id): ...\n"
    call = "app.add_api('openapi.yaml', resolver=RestyResolver('shop'))"
    assert routes(connexion(call, RESTY, *modules, paid)) == served
    assert untold(connexion(call, RESTY, *modules)) == [
        "openapi.yaml:11 route not resolved: DELETE /paid-orders/{order_id} leads to shop.paid.delete: no such function"
    ]
    assert len(untold(connexion("app.add_api('openapi.yaml')", RESTY, *modules, paid))) == 4 + 1  # and connexion has no route
    views = "views.py: class OrdersView:\n    def search(self): ...\n    def get(self, order_id): ...\n    def post(self, body): ...\n"
    assert routes(connexion("app.add_api('openapi.yaml', resolver=MethodResolver('views'))", RESTY, views)) == [
        "GET /v1/orders views.OrdersView.search",
        "GET /v1/orders/{order_id} views.OrdersView.get",
        "POST /v1/orders views.OrdersView.post",
    ]


APPBUILDER = """
from flask import Flask
from flask_appbuilder import AppBuilder, BaseView, ModelRestApi, expose
from flask_appbuilder.security.decorators import has_access
app = Flask(__name__)
appbuilder = AppBuilder(app)
class Base(BaseView):
    @expose("/ping")
    def ping(self): ...
class Reports(Base):
    route_base = "/reports"
    @expose("/<int:pk>", methods=["POST"])
    @has_access
    def change(self, pk): ...
class Orders(ModelRestApi):
    resource_name = "orders"
    include_route_methods = {"get", "cancel"}
    @expose("/<pk>/cancel", methods=["PUT"])
    def cancel(self, pk): ...
appbuilder.add_view(Reports, "Reports")
appbuilder.add_api(Orders)
"""


def test_flask_appbuilder():
    assert routes(APPBUILDER) == [
        "GET /api/v1/orders/<pk> app.Orders.get",
        "GET /reports/ping app.Reports.ping",
        "POST /reports/<int:pk> app.Reports.change",
        "PUT /api/v1/orders/<pk>/cancel app.Orders.cancel",
    ]
    assert logins(APPBUILDER)["POST /reports/<int:pk>"] == "required"


def test_flask_appbuilder_sets_of_methods_and_the_page_at_the_root():
    text = """
from flask_appbuilder import AppBuilder, IndexView, ModelRestApi, ModelView, expose
class Method:
    GET = "get"
    LIST = "list"
    READ = {GET, "get_list"}
class Index(IndexView):
    @expose("/lang/<locale>")
    def language(self, locale): ...
class Base(ModelRestApi):
    @expose("/distinct/<column>")
    def distinct(self, column): ...
class Orders(Base):
    resource_name = "orders"
    include_route_methods = Method.READ | {"cancel"}
    @expose("<int:pk>/cancel", methods=["PUT"])
    def cancel(self, pk): ...
class Rows(ModelView):
    include_route_methods = Method.LIST
class Unknown(Base):
    resource_name = "unknown"
    include_route_methods = Method.READ | chosen()
builder = AppBuilder(app, indexview=Index)
builder.add_api(Orders)
builder.add_view(Rows)
builder.add_api(Unknown)
"""
    told = routes(text)
    assert [row for row in told if "unknown" not in row] == [
        "GET /api/v1/orders/ app.Orders.get_list",
        "GET /api/v1/orders/<pk> app.Orders.get",
        "GET /lang/<locale> app.Index.language",
        "GET /rows/list/ app.Rows.list",
        "PUT /api/v1/orders/<int:pk>/cancel app.Orders.cancel",
    ]
    assert "GET /api/v1/unknown/distinct/<column> app.Unknown.distinct" in told, "what cannot be told is served"


def test_litestar_routers_in_routers_are_listed_once():
    text = """
        from litestar import Litestar, get
        from litestar.router import Router
        @get("/{order_id:int}")
        async def show(order_id: int) -> dict: ...
        orders = Router(path="/orders", route_handlers=[show])
        api = Router(path="/api", route_handlers=[orders])
        app = Litestar(route_handlers=[api])
    """
    assert routes(text) == ["GET /api/orders/{order_id:int} app.show"]


UNSERVED = """
    from litestar import Controller, Litestar, Router, get
    class Orders(Controller):
        path = "/orders"
        @get("/")
        async def index(self) -> list: ...
    class Drafts(Controller):
        path = "/drafts"
        @get("/")
        async def index(self) -> list: ...
    {body}
"""


def test_litestar_serves_only_what_stands_in_a_list():
    both = ["GET /drafts app.Drafts.index", "GET /orders app.Orders.index"]
    served = {
        "app = Litestar(route_handlers=[Orders])": both[1:],
        "handlers = [Orders]; app = Litestar(route_handlers=handlers)": both[1:],
        "handlers = [Orders]; handlers.append(Drafts); app = Litestar(route_handlers=handlers)": both,
        "app = Litestar([Orders]); app.register(Drafts)": both,
        "app = Litestar([Orders, *found()])": both,
        "app = Litestar(**settings)": both,
        "router = Router('/', route_handlers=[Orders])": both,  # its app is made elsewhere
    }
    for body, listed in served.items():
        assert routes(UNSERVED.replace("{body}", body)) == listed


def test_sanic_versions_and_groups():
    text = """
        from sanic import Blueprint, Sanic
        app = Sanic("shop")
        orders = Blueprint("orders", "/orders", version=2)
        carts = Blueprint("carts", url_prefix="/carts")
        api = Blueprint.group(carts, url_prefix="/api")
        @orders.route("/<order_id:int>", ["PUT", "PATCH"])
        async def change(request, order_id): ...
        @carts.get("/")
        async def index(request): ...
        app.blueprint(orders)
        app.blueprint(api)
    """
    assert routes(text) == ["GET /api/carts/ app.index", "PUT,PATCH /v2/orders/<order_id:int> app.change"]


def test_sanic_takes_lists_of_blueprints_and_paths_without_a_slash():
    text = """
        from sanic import Blueprint, Sanic
        app = Sanic("shop")
        orders = Blueprint("orders", url_prefix="orders")
        carts = Blueprint("carts", url_prefix="/carts", version=1)
        blueprints = [orders, carts]
        @orders.get("/")
        async def index(request): ...
        @carts.get("mine")
        async def mine(request): ...
        @app.get("health")
        async def health(request): ...
        app.blueprint(blueprints)
    """
    assert routes(text) == ["GET /health app.health", "GET /orders/ app.index", "GET /v1/carts/mine app.mine"]
    assert untold(text) == []


def test_litestar_route_and_its_methods():
    text = """
        from litestar import HttpMethod, Litestar, route

        @route("/orders/{order_id:int}", http_method=[HttpMethod.GET, HttpMethod.DELETE])
        async def order(order_id: int) -> None: ...

        @route(path="/all", http_method=HttpMethod.POST)
        async def everything() -> None: ...

        app = Litestar([order, everything])
    """
    assert routes(text) == ["GET,DELETE /orders/{order_id:int} app.order", "POST /all app.everything"]


def test_sanic_puts_the_version_before_the_path_of_a_group():
    text = """
        from sanic import Blueprint, Sanic

        orders = Blueprint("orders", url_prefix="/orders", version=2)
        lines = Blueprint("lines", url_prefix="/lines")

        @orders.get("/<order_id:int>")
        async def show(request, order_id): ...
        @lines.get("/")
        async def all_lines(request): ...
        app = Sanic("Shop")
        app.blueprint(Blueprint.group(orders, lines, url_prefix="/api", version="1"))
        """
    assert routes(text) == ["GET /v1/api/lines/ app.all_lines", "GET /v2/api/orders/<order_id:int> app.show"]


def test_litestar_serves_a_handler_under_every_path_of_a_list():
    text = """
        from litestar import Litestar, get

        @get(["/", "/home"])
        async def home() -> dict: ...
        app = Litestar(route_handlers=[home])
        """
    assert routes(text) == ["GET / app.home", "GET /home app.home"]


def test_apps_of_starlette_are_called_so():
    from tests.routing.tables import project

    bare = "from starlette.applications import Starlette\nfrom starlette.routing import Mount, Route\ndef show(request): ...\n"
    bare += "app = Starlette(routes=[Route('/a', show), Mount('/b', routes=[Route('/c', show)])])\n"
    fast = "from fastapi import FastAPI\nfrom starlette.routing import Route\ndef show(request): ...\napp = FastAPI(routes=[Route('/a', show)])\n"
    assert {r.framework for r in project({"app.py": bare}).routes()} == {"starlette"}
    assert {r.framework for r in project({"app.py": fast}).routes()} == {"fastapi"}
