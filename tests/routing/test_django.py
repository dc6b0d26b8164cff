"""How Django, Django REST framework and django-ninja register routes."""

import pytest

from tests.routing.tables import routes, untold

DJANGO = """
from functools import partial
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path
from django.views import View
from django.views.decorators.http import require_POST, require_http_methods
from django.views.generic import DetailView, ListView
def a(request, pk=None): ...
def b(request): ...
class V(View):
    def get(self, request): ...
    def post(self, request): ...
"""
DJANGOS = {
    "a function": ("urlpatterns = [path('a/<int:pk>/', a)]", ["ANY /a/<int:pk>/ urls.a"]),
    "a regular expression": (r"urlpatterns = [re_path(r'^a/(?P<pk>\d+)/(?:x|y)/$', a)]", ["ANY /a/<pk>/<var>/ urls.a"]),
    "methods by decorator": (
        "@require_POST\ndef c(request): ...\n@require_http_methods(['GET', 'PUT'])\ndef d(request): ...\nurlpatterns = [path('c', c), path('d', d)]",
        ["GET,PUT /d urls.d", "POST /c urls.c"],
    ),
    "wrapped in the table": ("urlpatterns = [path('a', login_required(a)), path('b', require_POST(b))]", ["ANY /a urls.a", "POST /b urls.b"]),
    "a class": ("urlpatterns = [path('v', V.as_view())]", ["GET /v urls.V.get", "POST /v urls.V.post"]),
    "a wrapped class": ("urlpatterns = [path('v', login_required(V.as_view()))]", ["GET /v urls.V.get", "POST /v urls.V.post"]),
    "a class that is made first": ("urlpatterns = [path('v', V().as_view())]", ["GET /v urls.V.get", "POST /v urls.V.post"]),
    "a generic class": ("class L(ListView):\n    model = None\nurlpatterns = [path('l', L.as_view())]", ["GET /l urls.L.get"]),
    "a partial": ("urlpatterns = [path('a', partial(a, pk=1))]", ["ANY /a urls.a"]),
    "include of a list": ("inner = [path('b', b)]\nurlpatterns = [path('a/', include(inner))]", ["ANY /a/b urls.b"]),
    "include of a tuple": ("inner = ([path('b', b)], 'app')\nurlpatterns = [path('a/', include(inner, namespace='n'))]", ["ANY /a/b urls.b"]),
    "nested includes": (
        "urlpatterns = [path('x/', include([path('y/', include([path('a', a), path('b', b)]))]))]",
        ["ANY /x/y/a urls.a", "ANY /x/y/b urls.b"],
    ),
    "concatenation": ("urlpatterns = [path('a', a)] + [path('b', b)]", ["ANY /a urls.a", "ANY /b urls.b"]),
    "added to": ("urlpatterns = [path('a', a)]\nurlpatterns += [path('b', b)]\nurlpatterns.append(path('c', b))",
                 ["ANY /a urls.a", "ANY /b urls.b", "ANY /c urls.b"]),
    "languages": ("urlpatterns = i18n_patterns(path('a', a), path('b', b))", ["ANY /en-us/a urls.a", "ANY /en-us/b urls.b"]),
    "languages of the settings": (
        "LANGUAGE_CODE = 'de'\nROOT_URLCONF = 'urls'\nurlpatterns = [path('a', a), *i18n_patterns(path('b/', include([path('b', b)])))]",
        ["ANY /a urls.a", "ANY /de/b/b urls.b"]),
    "languages, none for the default": (
        "LANGUAGE_CODE = 'de'\nROOT_URLCONF = 'urls'\nurlpatterns = i18n_patterns(re_path('^a$', a), prefix_default_language=False)",
        ["ANY /a urls.a"]),
    "languages before a regex": ("urlpatterns = i18n_patterns(re_path('^a$', a))", ["ANY /en-us/a urls.a"]),
    "languages that are off": ("USE_I18N = False\nROOT_URLCONF = 'urls'\nurlpatterns = i18n_patterns(path('a', a))", ["ANY /a urls.a"]),
    "a language that nobody can tell": (
        "LANGUAGE_CODE = chosen()\nROOT_URLCONF = 'urls'\nurlpatterns = i18n_patterns(path('a', a))", ["ANY /…/a urls.a"]),
    "a helper that returns a list": (
        "def crud(name, view):\n    return [path(f'{name}/', view), path(f'{name}/<int:pk>/', view)]\n"
        "urlpatterns = [*crud('orders', a), *crud('users', b)]",
        ["ANY /orders/ urls.a", "ANY /orders/<int:pk>/ urls.a", "ANY /users/ urls.b", "ANY /users/<int:pk>/ urls.b"],
    ),
    "a loop": ("urlpatterns = []\nfor name in ('x', 'y'):\n    urlpatterns.append(path(f'{name}/', a))", ["ANY /x/ urls.a", "ANY /y/ urls.a"]),
    "a comprehension": ("urlpatterns = [path(f'{n}/', v) for n, v in {'x': a, 'y': b}.items()]", ["ANY /x/ urls.a", "ANY /y/ urls.b"]),
    "only where it is debugged": (
        "DEBUG = False\nurlpatterns = [path('a', a)]\nif DEBUG:\n    urlpatterns += [path('b', b)]",
        ["ANY /a urls.a", "ANY /b urls.b"]),
}  # fmt: skip


@pytest.mark.parametrize("text, expected", DJANGOS.values(), ids=DJANGOS)
def test_django(text, expected):
    assert routes({"urls.py": DJANGO + text}) == expected


def test_django_across_modules_from_the_root():
    assert routes({
        "shop/__init__.py": "",
        "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n",
        "shop/urls.py": """
            from django.urls import include, path
            from shop.orders import urls as orders
            urlpatterns = [path("o/", include(orders)), path("u/", include("shop.users.urls", namespace="users"))]
        """,
        "shop/orders/__init__.py": "",
        "shop/orders/urls.py": "from django.urls import path\nfrom . import views\nurlpatterns = [path('<int:pk>/', views.show)]\n",
        "shop/orders/views.py": "def show(request, pk): ...\n",
        "shop/users/__init__.py": "",
        "shop/users/urls.py": "from django.urls import path\nfrom .views import Me\napp_name = 'users'\nurlpatterns = [path('me/', Me.as_view())]\n",
        "shop/users/views.py": "from django.views import View\nclass Me(View):\n    def get(self, request): ...\n",
    }) == ["ANY /o/<int:pk>/ shop.orders.views.show", "GET /u/me/ shop.users.views.Me.get"]  # fmt: skip


def test_what_django_cannot_tell_is_told():
    text = "urlpatterns = [path('a', a)]\nfor app in find_apps():\n    urlpatterns.append(path(app.name, app.view))"
    assert untold({"urls.py": DJANGO + text}) == ["urls.py:15 route not resolved: 1 registration in a loop over find_apps(…)"]


DRF = """
from django.urls import include, path
from rest_framework import generics, mixins, routers, viewsets
from rest_framework.decorators import action, api_view
from rest_framework.views import APIView
from rest_framework_nested.routers import NestedSimpleRouter
"""
DRFS = {
    "a function": ("@api_view(['GET', 'POST'])\ndef a(request): ...\nurlpatterns = [path('a/', a)]", ["GET,POST /a/ urls.a"]),
    "a view": ("class A(APIView):\n    def put(self, request): ...\nurlpatterns = [path('a/', A.as_view())]", ["PUT /a/ urls.A.put"]),
    "a generic view": (
        "class A(generics.ListCreateAPIView): ...\nurlpatterns = [path('a/', A.as_view())]",
        ["GET /a/ urls.A.get", "POST /a/ urls.A.post"],
    ),
    "a router with routes of its own": (
        "class Pages(routers.SimpleRouter):\n    routes = [\n"
        "        routers.Route(url=r'^{prefix}/$', mapping={'get': 'list'}, name='l', detail=False, initkwargs={}),\n"
        "        routers.Route(r'^{prefix}/add{trailing_slash}$', {'get': 'create', 'post': 'create'}, 'c', False, {}),\n"
        "        routers.DynamicRoute(url=r'^{prefix}/do/{url_path}$', name='x', detail=False, initkwargs={}),\n"
        "        routers.Route(url=r'^{prefix}/{lookup}/$', mapping={'get': 'retrieve'}, name='r', detail=True, initkwargs={}),\n    ]\n"
        "class A(mixins.ListModelMixin, mixins.CreateModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):\n"
        "    lookup_field = 'slug'\n    @action(detail=False)\n    def all(self, request): ...\n"
        "    @action(detail=True)\n    def one(self, request): ...\n"
        "r = Pages()\nr.register('a', A)\nurlpatterns = [path('p/', include(r.urls))]",
        [
            "GET /p/a/ urls.A.list",
            "GET /p/a/<slug>/ urls.A.retrieve",
            "GET /p/a/add/ urls.A.create",
            "GET /p/a/do/all urls.A.all",
            "POST /p/a/add/ urls.A.create",
        ],
    ),
    "an action that a nearer class takes away": (
        "class Base(viewsets.ViewSet):\n    @action(detail=False)\n    def all(self, request): ...\nclass A(Base):\n    all = None\n"
        "class B(Base): ...\nr = routers.SimpleRouter()\nr.register('a', A, 'a')\nr.register('b', B, 'b')\nurlpatterns = r.urls",
        ["GET /b/all/ urls.B.all"],
    ),
    "decorators under other names": (
        "from django.views.decorators.http import require_POST as post_only\nfrom rest_framework.decorators import action as serves\n"
        "from rest_framework.decorators import api_view as endpoint\n@post_only\ndef a(request): ...\n@endpoint(['PUT'])\ndef b(request): ...\n"
        "class C(viewsets.ViewSet):\n    @serves(detail=True, methods=['post'])\n    def close(self, request, pk): ...\n"
        "r = routers.SimpleRouter()\nr.register('c', C, 'c')\nurlpatterns = [path('a/', a), path('b/', b), *r.urls]",
        ["POST /a/ urls.a", "POST /c/<pk>/close/ urls.C.close", "PUT /b/ urls.b"],
    ),
    "a view set of a package that is not here": (
        "from parler_rest.views import ParlerModelViewSet\nclass A(ParlerModelViewSet):\n    def retrieve(self, request, pk): ...\n"
        "r = routers.SimpleRouter()\nr.register('a', A)\nurlpatterns = r.urls",
        [
            "DELETE /a/<pk>/ urls.A.destroy",
            "GET /a/ urls.A.list",
            "GET /a/<pk>/ urls.A.retrieve",
            "PATCH /a/<pk>/ urls.A.partial_update",
            "POST /a/ urls.A.create",
            "PUT /a/<pk>/ urls.A.update",
        ],
    ),
    "a view set of a package that is not here, by what its name says": (
        "from company.views import CreateListViewSet, CompanyReadOnlyModelViewSet\nclass A(CreateListViewSet): ...\n"
        "class B(CompanyReadOnlyModelViewSet):\n    http_method_names = ['get']\n"
        "r = routers.SimpleRouter()\nr.register('a', A)\nr.register('b', B)\nurlpatterns = r.urls",
        ["GET /a/ urls.A.list", "GET /b/ urls.B.list", "GET /b/<pk>/ urls.B.retrieve", "POST /a/ urls.A.create"],
    ),
    "a view set of a package that is not here, of which only the data is known": (
        "from company.views import TenantViewSet\nclass A(TenantViewSet):\n    queryset = Order.objects.all()\n"
        "    serializer_class = OrderSerializer\n"
        "class B(TenantViewSet):\n    def list(self, request): ...\n"
        "r = routers.SimpleRouter()\nr.register('a', A)\nr.register('b', B)\nurlpatterns = r.urls",
        ["GET /a/ urls.A.list", "GET /a/<pk>/ urls.A.retrieve", "GET /b/ urls.B.list"],
    ),
    "actions that are named of a view set of a package that is not here": (
        "from company.views import TenantViewSet\nclass A(TenantViewSet): ...\n"
        "urlpatterns = [path('a/', A.as_view({'get': 'list', 'post': 'create'}))]",
        ["GET /a/ urls.A.list", "POST /a/ urls.A.create"],
    ),
    "a view set": (
        "class A(viewsets.ReadOnlyModelViewSet): ...\nr = routers.DefaultRouter()\nr.register('a', A)\nurlpatterns = [path('api/', include(r.urls))]",
        ["GET /api/a/ urls.A.list", "GET /api/a/<pk>/ urls.A.retrieve"],
    ),
    "mixins, and a look-up field": (
        "class A(mixins.RetrieveModelMixin, viewsets.GenericViewSet):\n    lookup_field = 'slug'\nr = routers.SimpleRouter()\n"
        "r.register('a', A, basename='a')\nurlpatterns = r.urls",
        ["GET /a/<slug>/ urls.A.retrieve"],
    ),
    "actions": (
        "class A(viewsets.GenericViewSet):\n    @action(detail=True, methods=['post'], url_path='go/(?P<to>[a-z]+)')\n"
        "    def go(self, request, pk, to): ...\n"
        "    @action(detail=False)\n    def mine(self, request): ...\nr = routers.SimpleRouter()\nr.register('a', A, 'a')\nurlpatterns = [*r.urls]",
        ["GET /a/mine/ urls.A.mine", "POST /a/<pk>/go/<to>/ urls.A.go"],
    ),
    "an inherited action, mapped twice": (
        "class Base(viewsets.GenericViewSet):\n    @action(detail=True, methods=['post'])\n    def star(self, request, pk): ...\n"
        "    @star.mapping.delete\n    def unstar(self, request, pk): ...\n"
        "class A(Base): ...\nr = routers.SimpleRouter()\nr.register('a', A, 'a')\nurlpatterns = r.urls",
        ["DELETE /a/<pk>/star/ urls.A.unstar", "POST /a/<pk>/star/ urls.A.star"],
    ),
    "a method map": (
        "class A(viewsets.ModelViewSet): ...\nurlpatterns = [path('a/', A.as_view({'get': 'list', 'post': 'create'}))]",
        ["GET /a/ urls.A.list", "POST /a/ urls.A.create"],
    ),
    "a method map that is put together": (
        "class A(viewsets.ModelViewSet): ...\nMAKE = {'post': 'create'}\nBOTH = {**MAKE, 'get': 'list'}\nurlpatterns = [path('a/', A.as_view(BOTH))]",
        ["GET /a/ urls.A.list", "POST /a/ urls.A.create"],
    ),
    "methods that are let through": (
        "class A(viewsets.ModelViewSet):\n    http_method_names = ['get', 'head']\n"
        "r = routers.SimpleRouter()\nr.register('a', A)\nurlpatterns = r.urls",
        ["GET /a/ urls.A.list", "GET /a/<pk>/ urls.A.retrieve"],
    ),
    "a nested router": (
        "class A(viewsets.GenericViewSet): ...\nclass B(mixins.ListModelMixin, viewsets.GenericViewSet): ...\n"
        "r = routers.SimpleRouter()\nr.register('a', A)\nn = NestedSimpleRouter(r, 'a', lookup='a')\n"
        "n.register('b', B)\nurlpatterns = [path('', include(r.urls)), path('', include(n.urls))]",
        ["GET /a/<a_pk>/b/ urls.B.list"],
    ),
    "a nested router of a package that is not here": (
        "from company.routers import TenantRouter\nclass A(viewsets.GenericViewSet): ...\n"
        "class B(mixins.ListModelMixin, viewsets.GenericViewSet): ...\n"
        "r = routers.SimpleRouter()\nr.register('a', A)\nn = TenantRouter(r, 'a', lookup='a')\n"
        "n.register('b', B)\nurlpatterns = [path('', include(r.urls)), path('', include(n.urls))]",
        ["GET /a/<a_pk>/b/ urls.B.list"],
    ),
    "an empty prefix": (
        "class A(viewsets.ReadOnlyModelViewSet): ...\nclass B(mixins.ListModelMixin, viewsets.GenericViewSet): ...\nr = routers.SimpleRouter()\n"
        "r.register('', A)\nn = NestedSimpleRouter(r, '', lookup='a')\nn.register('b', B)\n"
        "urlpatterns = [path('x/', include(r.urls)), path('x/', include(n.urls))]",
        ["GET /x/ urls.A.list", "GET /x/<a_pk>/b/ urls.B.list", "GET /x/<pk>/ urls.A.retrieve"],
    ),
    "a loop over view sets": (
        "class A(mixins.ListModelMixin, viewsets.GenericViewSet): ...\nclass B(A): ...\nr = routers.SimpleRouter()\n"
        "for name, each in (('a', A), ('b', B)):\n    r.register(name, each)\nurlpatterns = r.urls",
        ["GET /a/ urls.A.list", "GET /b/ urls.B.list"],
    ),
    "a shared registry": (
        "class A(mixins.ListModelMixin, viewsets.GenericViewSet): ...\none = routers.SimpleRouter()\none.register('a', A)\n"
        "r = routers.DefaultRouter()\nr.registry.extend(one.registry)\nurlpatterns = [path('api/', include(r.urls))]",
        ["GET /api/a/ urls.A.list"],
    ),
}


@pytest.mark.parametrize("text, expected", DRFS.values(), ids=DRFS)
def test_drf(text, expected):
    assert routes({"urls.py": DRF + text}) == expected


def test_ninja():
    text = """
        from django.urls import path
        from ninja import NinjaAPI, Router
        api = NinjaAPI()
        orders = Router()
        @orders.get("/{order_id}")
        def show(request, order_id: int): ...
        @api.post("/login")
        def login(request): ...
        @api.api_operation(["PUT", "PATCH"], "/me")
        def me(request): ...
        api.add_router("/orders/", orders)
        urlpatterns = [path("api/", api.urls)]
    """
    assert routes({"urls.py": text}) == ["GET /api/orders/{order_id} urls.show", "POST /api/login urls.login", "PUT,PATCH /api/me urls.me"]


def test_a_model_controller_serves_the_rows_of_its_model():
    text = """
        from django.urls import path
        from ninja_extra import ModelConfig, ModelControllerBase, NinjaExtraAPI, api_controller
        from shop.models import Order

        @api_controller("/orders")
        class Orders(ModelControllerBase):
            model_config = ModelConfig(model=Order)

        api = NinjaExtraAPI()
        api.register_controllers(Orders)
        urlpatterns = [path("api/", api.urls)]
    """
    assert routes(text) == [
        "DELETE /api/orders/{id} app.Orders.delete",
        "GET /api/orders/ app.Orders.list",
        "GET /api/orders/{id} app.Orders.find_one",
        "PATCH /api/orders/{id} app.Orders.patch",
        "POST /api/orders/ app.Orders.create",
        "PUT /api/orders/{id} app.Orders.update",
    ]


def test_what_else_ninja_extra_decorates_with_is_no_route():
    text = """
        from django.urls import path
        from ninja_extra import NinjaExtraAPI, api_controller, http_get, paginate, route
        from ninja_extra.searching import searching

        @api_controller("/orders")
        class Orders:
            @http_get("")
            @paginate(PageNumberPagination, page_size=20)
            @searching(Searching, search_fields=["name"])
            def listed(self, request): ...

            @route.generic("/{order_id}", methods=["PUT", "PATCH"])
            def change(self, request, order_id: int): ...

        api = NinjaExtraAPI()
        api.register_controllers(Orders)
        urlpatterns = [path("api/", api.urls)]
    """
    assert routes(text) == ["GET /api/orders app.Orders.listed", "PUT,PATCH /api/orders/{order_id} app.Orders.change"]


def test_ninja_routers_that_a_loop_adds():
    files = {
        "shop/urls.py": """
            from django.urls import path
            from ninja import NinjaAPI
            api = NinjaAPI()
            for prefix, router in {"/orders": "shop.orders.router", "/lines": "shop.lines.router"}.items():
                api.add_router(prefix, router)
            urlpatterns = [path("api/", api.urls)]
            """,
        "shop/orders.py": 'from ninja import Router\nrouter = Router()\n@router.get("/{order_id}")\ndef order(request, order_id: int): ...\n',
        "shop/lines.py": 'from ninja import Router\nrouter = Router()\n@router.get("")\ndef lines(request): ...\n',
    }
    assert routes(files) == ["GET /api/lines shop.lines.lines", "GET /api/orders/{order_id} shop.orders.order"]


CRUD = """
from django.urls import include, path
from django.utils.decorators import classonlymethod
from django.views import View
KINDS = {"list": {}, "create": {}, "delete": {}}
class Crud(View):
    key = "pk"
    short = False
    @classonlymethod
    def place(cls, base, kind):
        if kind == "list":
            return f"{base}/"
        if kind == "create" or (kind == "list" and cls.short):
            return f"{base}/new/"
        base = f"{base}/<int:{cls.key}>"
        return f"{base}/{kind}/"
    @classonlymethod
    def get_urls(cls, base, kinds=None):
        kinds = kinds or KINDS.keys()
        if cls.short:
            kinds = [kind for kind in kinds if kind != "list"]
        return [path(cls.place(base, kind), cls.as_view()) for kind in kinds]
class Teams(Crud):
    key = "team"
    def get(self, request, **kwargs): ...
class Rooms(Crud):
    @classonlymethod
    def get_urls(cls, base, kinds=None):
        return super().get_urls(base, kinds=kinds)
    def post(self, request, **kwargs): ...
urlpatterns = [*Teams.get_urls("teams"), path("x/", include(Rooms.get_urls("rooms", kinds=["delete"])))]
"""


def test_urls_that_a_class_method_of_the_view_makes():
    assert routes({"urls.py": CRUD}) == [
        "GET /teams/ urls.Teams.get",
        "GET /teams/<int:team>/delete/ urls.Teams.get",
        "GET /teams/new/ urls.Teams.get",
        "POST /x/rooms/<int:pk>/delete/ urls.Rooms.post",
    ]
    assert untold({"urls.py": CRUD}) == []


def test_a_feed_is_served_by_its_own_methods():
    feed = """
from django.contrib.syndication.views import Feed
from django.urls import path
class Team(Feed):
    def get_object(self, request, slug): ...
    def items(self, team): ...
class Everything(Feed):
    def items(self): ...
urlpatterns = [path("<slug>/feed", Team()), path("feed", Everything())]
"""
    assert routes({"urls.py": feed}) == ["ANY /<slug>/feed urls.Team", "ANY /feed urls.Everything"]
    assert untold({"urls.py": feed}) == []
