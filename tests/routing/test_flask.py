"""How Flask and its relatives register routes."""

from textwrap import dedent

import pytest

from tests.routing.tables import routes, untold

HEAD = "from flask import Flask, Blueprint\nfrom flask.views import MethodView\napp = Flask(__name__)\n"

ONE_FILE = {
    "a decorator": ('@app.route("/a", methods=["GET", "POST"])\ndef a(): ...', ["GET,POST /a app.a"]),
    "short forms": ('@app.post("/a")\ndef a(): ...', ["POST /a app.a"]),
    "two rules": ('@app.route("/a")\n@app.route("/a/<int:n>")\ndef a(n=0): ...', ["GET /a app.a", "GET /a/<int:n> app.a"]),
    "add_url_rule": ('def a(): ...\napp.add_url_rule("/a", view_func=a, methods=["PUT"])', ["PUT /a app.a"]),
    "a lambda": ('app.add_url_rule("/a", "a", lambda: "")', ["GET /a app.<lambda>"]),
    "a wrapped handler": ("def guard(f): return f\ndef a(): ...\napp.add_url_rule('/a', view_func=guard(a))", ["GET /a app.a"]),
    "a method view": (
        'class A(MethodView):\n    def get(self): ...\n    def delete(self): ...\napp.add_url_rule("/a", view_func=A.as_view("a"))',
        ["DELETE /a app.A.delete", "GET /a app.A.get"],
    ),
    "a method view in a variable": (
        'class A(MethodView):\n    def get(self): ...\n    def put(self, id): ...\nview = A.as_view("a")\n'
        'app.add_url_rule("/a", view_func=view, methods=["GET"])\napp.add_url_rule("/a/<id>", view_func=view, methods=["PUT"])',
        ["GET /a app.A.get", "PUT /a/<id> app.A.put"],
    ),
    "a name that is taken again": (
        "from flask_smorest import Blueprint as Blp\nblp = Blp('b', __name__)\n@blp.route('/a')\nclass A(MethodView):\n    def get(self): ...\n"
        "@blp.route('/a/<id>')\nclass A(MethodView):\n    def delete(self, id): ...\napp.register_blueprint(blp)",
        ["DELETE /a/<id> app.A.delete", "GET /a app.A.get"],
    ),
    "an inherited method": (
        "class Base(MethodView):\n    def get(self): ...\nclass A(Base):\n    def post(self): ...\napp.add_url_rule('/a', view_func=A.as_view('a'))",
        ["GET /a app.A.get", "POST /a app.A.post"],
    ),
    "prefix where the blueprint is made": (
        'bp = Blueprint("b", __name__, url_prefix="/b")\n@bp.route("/a")\ndef a(): ...\napp.register_blueprint(bp)',
        ["GET /b/a app.a"],
    ),
    "a prefix that its class takes from its name": (
        "class Section(Blueprint):\n    def __init__(self, name, where, **options):\n        options.setdefault('url_prefix', '/' + name)\n"
        "        super().__init__(name, where, **options)\nclass Deep(Section):\n    def __init__(self, name, where, **options):\n"
        "        super().__init__(name, where, **options)\nbp = Deep('b', __name__)\nown = Section('c', __name__, url_prefix='/own')\n"
        '@bp.route("/a")\ndef a(): ...\n@own.route("/c")\ndef c(): ...\napp.register_blueprint(bp)\napp.register_blueprint(own)',
        ["GET /b/a app.a", "GET /own/c app.c"],
    ),
    "a prefix that its class sets, whatever is asked for": (
        "class Section(Blueprint):\n    def __init__(self, name, where, **options):\n        options['url_prefix'] = '/fixed'\n"
        "        super().__init__(name, where, **options)\nbp = Section('b', __name__, url_prefix='/asked')\n"
        '@bp.route("/a")\ndef a(): ...\napp.register_blueprint(bp)',
        ["GET /fixed/a app.a"],
    ),
    "prefix where it is registered wins": (
        'bp = Blueprint("b", __name__, url_prefix="/b")\n@bp.route("/a")\ndef a(): ...\napp.register_blueprint(bp, url_prefix="/c")',
        ["GET /c/a app.a"],
    ),
    "registered twice": (
        'bp = Blueprint("b", __name__)\n@bp.route("/a")\ndef a(): ...\n'
        'for v in ("v1", "v2"):\n    app.register_blueprint(bp, url_prefix=f"/{v}", name=v)',
        ["GET /v1/a app.a", "GET /v2/a app.a"],
    ),
    "nested blueprints": (
        'outer = Blueprint("o", __name__, url_prefix="/o")\ninner = Blueprint("i", __name__, url_prefix="/i")\n'
        '@inner.get("/a")\ndef a(): ...\nouter.register_blueprint(inner)\napp.register_blueprint(outer, url_prefix="/x")',
        ["GET /x/i/a app.a"],
    ),
    "a loop over pairs": (
        'def a(): ...\ndef b(): ...\nRULES = [("/a", a), ("/b", b)]\nfor rule, view in RULES:\n    app.add_url_rule(rule, view_func=view)',
        ["GET /a app.a", "GET /b app.b"],
    ),
    "a loop over a dict": (
        'def a(): ...\ndef b(): ...\nVIEWS = {"/a": a, "/b": b}\nfor rule, view in VIEWS.items():\n    app.add_url_rule(rule, view_func=view)',
        ["GET /a app.a", "GET /b app.b"],
    ),
    "a loop over a list that is filled": (
        "def a(): ...\nRULES = []\nRULES.append(('/a', a))\nRULES += [('/b', a)]\n"
        "for rule, view in RULES:\n    app.add_url_rule(rule, view_func=view)",
        ["GET /a app.a", "GET /b app.a"],
    ),
    "a loop within a loop": (
        "def a(): ...\nfor kind in ('hot', 'new'):\n"
        "    for tail in ('', '/<int:page>'):\n        app.add_url_rule('/{}{}'.format(kind, tail), view_func=a)",
        ["GET /hot app.a", "GET /hot/<int:page> app.a", "GET /new app.a", "GET /new/<int:page> app.a"],
    ),
    "a helper that registers": (
        "def a(): ...\ndef b(): ...\ndef add(target, table, prefix=''):\n"
        "    for rule, view in table:\n        target.add_url_rule(prefix + rule, view_func=view)\n"
        "add(app, [('/a', a)])\nadd(app, [('/b', b)], prefix='/x')",
        ["GET /a app.a", "GET /x/b app.b"],
    ),
    "a helper with a default set inside": (
        "bp = Blueprint('b', __name__)\n@bp.get('/a')\ndef a(): ...\nALL = [bp]\ndef configure(target, blueprints=None):\n    if not blueprints:\n"
        "        blueprints = ALL\n    for each in blueprints:\n        target.register_blueprint(each, url_prefix='/x')\nconfigure(app)",
        ["GET /x/a app.a"],
    ),
    "options passed on": (
        "def a(): ...\ndef add(rule, view, **options):\n    app.add_url_rule(rule, view_func=view, **options)\nadd('/a', a, methods=['DELETE'])",
        ["DELETE /a app.a"],
    ),
    "a blueprint of its own kind": (
        "class Versioned(Blueprint):\n    def add(self, rule, view):\n        self.add_url_rule('/v1' + rule, view_func=view)\n"
        "def a(): ...\nbp = Versioned('b', __name__, url_prefix='/b')\nbp.add('/a', a)\napp.register_blueprint(bp)",
        ["GET /b/v1/a app.a"],
    ),
    "text put together": (
        'ROOT = "/api"\nVERSION = 2\n@app.get("%s/v%s/a" % (ROOT, VERSION))\ndef a(): ...\n@app.get("/".join([ROOT, "b"]))\ndef b(): ...\n'
        '@app.get(ROOT.strip("/") + "/c")\ndef c(): ...',
        ["GET /api/b app.b", "GET /api/v2/a app.a", "GET api/c app.c"],
    ),
    "flask-restful": (
        "from flask_restful import Api, Resource\napi = Api(app, prefix='/api')\n"
        "class A(Resource):\n    def get(self): ...\n    def post(self): ...\n"
        "api.add_resource(A, '/a', '/a/<id>')",
        ["GET /api/a app.A.get", "GET /api/a/<id> app.A.get", "POST /api/a app.A.post", "POST /api/a/<id> app.A.post"],
    ),
    "flask-restful, a method of its own": (
        "from flask_restful import Api, Resource\ndef scoped(url):\n    return '/org' + url\n"
        "class Own(Api):\n    def add_scoped(self, resource, *urls, **kw):\n"
        "        urls = [scoped(url) for url in urls]\n        self.add_resource(resource, *urls, **kw)\n"
        "class A(Resource):\n    def get(self): ...\napi = Own(app)\napi.add_scoped(A, '/a', endpoint='a')",
        ["GET /org/a app.A.get"],
    ),
    "flask-restx": (
        "from flask_restx import Api, Namespace, Resource\napi = Api(app, prefix='/api')\nns = Namespace('orders')\n"
        "@ns.route('/<int:id>')\nclass A(Resource):\n    def get(self, id): ...\napi.add_namespace(ns)",
        ["GET /api/orders/<int:id> app.A.get"],
    ),
    "flask-restx, a namespace that the api makes": (
        "from flask_restx import Api, Resource\nclass Own(Api): ...\napi = Own(app, prefix='/api')\nns = api.namespace('orders', 'All orders')\n"
        "@ns.route('/<int:id>')\nclass A(Resource):\n    def get(self, id): ...",
        ["GET /api/orders/<int:id> app.A.get"],
    ),
    "flask-smorest": (
        "from flask_smorest import Api, Blueprint as Blp\napi = Api(app)\nblp = Blp('pets', __name__, url_prefix='/pets')\n"
        "@blp.route('/')\nclass Pets(MethodView):\n    def get(self): ...\n    def post(self): ...\napi.register_blueprint(blp)",
        ["GET /pets/ app.Pets.get", "POST /pets/ app.Pets.post"],
    ),
}


@pytest.mark.parametrize("text, expected", ONE_FILE.values(), ids=ONE_FILE)
def test_one_file(text, expected):
    assert routes(HEAD + text) == expected


def test_a_factory_registers_blueprints_of_other_modules():
    assert routes({
        "shop/__init__.py": """
            from flask import Flask
            def create_app(config=None):
                app = Flask(__name__)
                from shop.orders import bp as orders
                app.register_blueprint(orders, url_prefix="/orders")
                @app.get("/health")
                def health(): ...
                return app
        """,
        "shop/orders.py": """
            from flask import Blueprint
            bp = Blueprint("orders", __name__)
            from shop import views
        """,
        "shop/views.py": """
            from shop.orders import bp
            @bp.get("/<int:id>")
            def show(id): ...
        """,
    }) == ["GET /health shop.create_app.health", "GET /orders/<int:id> shop.views.show"]  # fmt: skip


def test_blueprints_found_by_the_name_of_their_module():
    assert routes({
        "shop/__init__.py": """
            import importlib
            from flask import Flask
            app = Flask(__name__)
            for name in ("orders", "users"):
                module = importlib.import_module(f"shop.{name}")
                app.register_blueprint(module.bp)
        """,
        "shop/orders.py": "from flask import Blueprint\nbp = Blueprint('o', __name__, url_prefix='/o')\n@bp.get('/')\ndef all(): ...\n",
        "shop/users.py": "from flask import Blueprint\nbp = Blueprint('u', __name__, url_prefix='/u')\n@bp.get('/')\ndef all(): ...\n",
    }) == ["GET /o/ shop.orders.all", "GET /u/ shop.users.all"]  # fmt: skip


def test_a_loop_over_what_cannot_be_told_is_told():
    text = HEAD + "for rule, view in load_rules():\n    app.add_url_rule(rule, view_func=view)\n"
    assert untold(text)[1] == "app.py:4 route not resolved: 1 registration in a loop over load_rules(…)"


def test_an_unknown_handler_is_told():
    text = HEAD + "app.add_url_rule('/a', view_func=registry['a'])\n"
    assert untold(text)[1] == "app.py:4 route not resolved: app.add_url_rule(/a): the handler could not be resolved"


def test_a_framework_without_a_route_is_a_problem():
    assert untold("from flask import Flask\n") == ["app.py:1 imports flask, but no route of flask was found in this project"]


def test_names_that_stand_for_themselves_come_to_an_end():
    text = "x = list(x)\ny = y.get('a')\np = p + p\nfor a in x:\n    app.add_url_rule(a, view_func=y[a])\n"
    text += "def add(p):\n" + "    p = p + p\n" * 40 + "    app.add_url_rule(p, view_func=add)\n    add(p)\nadd('/a')\n"
    assert len(routes(HEAD + text)) <= 1


def test_a_part_of_a_loop_that_cannot_be_told_is_told():
    files = {
        "app.py": """
            from flask import Flask
            from services import ENDPOINTS
            app = Flask(__name__)
            def of_service(service):
                found = []
                for method in service.DESCRIPTOR.methods:
                    found.append((method.path, method.handler, ["POST"]))
                return found
            def health(): ...
            def endpoints():
                return of_service(ENDPOINTS) + [("/health", health, ["GET"])]
            for path, handler, methods in endpoints():
                app.add_url_rule(path, handler.__name__, handler, methods=methods)
        """,
        "services.py": "ENDPOINTS = make()",
    }
    assert routes(files) == ["GET /health app.health"]
    assert untold(files) == ["app.py:7 route not resolved: 1 registration in a loop over service.DESCRIPTOR.methods"]


LOOPS = {
    "rows that a generator yields": """
        def rules():
            yield "/orders", orders
            for path in ("/lines", "/parts"):
                yield path, lines
            yield from [("/last", orders)]
        for path, view in rules():
            app.add_url_rule(path, view_func=view)
        """,
    "rows that a helper gives": """
        def rules():
            found = [("/orders", orders)]
            found.extend((path, lines) for path in ("/lines", "/parts"))
            found.append(("/last", orders))
            return found
        for path, view in rules():
            app.add_url_rule(path, view_func=view)
        """,
    "rows that dict makes": """
        RULES = [dict(rule="/orders", view=orders), dict({"view": lines}, rule="/lines"), dict(rule="/parts", view=lines)]
        RULES.append({"rule": "/last", "view": orders})
        for each in RULES:
            app.add_url_rule(each["rule"], view_func=each["view"])
        """,
    "a list that an object keeps": """
        class Rules:
            def __init__(self, app):
                self.rules = [("/orders", orders), ("/lines", lines), ("/parts", lines), ("/last", orders)]
                self.register(app)
            def register(self, app):
                for path, view in self.rules:
                    app.add_url_rule(path, view_func=view)
        Rules(app)
        """,
    "a dict that a class keeps": """
        class Rules:
            RULES = {"/orders": orders, "/lines": lines, "/parts": lines, "/last": orders}
            def register(self, app):
                for path, view in self.RULES.items():
                    app.add_url_rule(path, view_func=view)
        Rules().register(app)
        """,
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_loops_over_what_is_written_out_somewhere_else(loop):
    text = "from flask import Flask\napp = Flask(__name__)\ndef orders(): ...\ndef lines(): ...\n" + dedent(loop)
    assert routes(text) == ["GET /last app.orders", "GET /lines app.lines", "GET /orders app.orders", "GET /parts app.lines"]
    assert untold(text) == []


def test_methods_that_a_row_of_a_table_lists():
    text = """
        from flask import Flask
        app = Flask(__name__)
        def orders(): ...
        for each in [{"rule": "/orders", "methods": ["POST", "PUT"]}]:
            app.add_url_rule(each["rule"], view_func=orders, methods=each["methods"])
        """
    assert routes(text) == ["POST,PUT /orders app.orders"]


def test_a_generator_that_yields_what_it_reads_elsewhere_is_told():
    text = """
        from flask import Flask
        app = Flask(__name__)
        def rules(path):
            for line in open(path):
                yield line, line
        for path, view in rules("rules.txt"):
            app.add_url_rule(path, view_func=view)
        """
    assert routes(text) == []
    assert any("loop over" in told for told in untold(text))


def test_one_of_two_handlers_is_both():
    text = """
        from flask import Flask
        app = Flask(__name__)
        OLD = True
        def orders(): ...
        def orders_v1(): ...
        handler = orders_v1 if OLD else orders
        app.add_url_rule("/orders", view_func=handler)
        again = orders if OLD else again
        app.add_url_rule("/again", view_func=again)
        """
    assert routes(text)[-2:] == ["GET /orders app.orders", "GET /orders app.orders_v1"]
