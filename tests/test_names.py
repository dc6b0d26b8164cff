"""What a name means across files: imports, aliases, stars, re-exports, annotations, constructors, attributes of self, hierarchies."""

from __future__ import annotations

import textwrap

import msgspec
import pytest

from prodlint import ir
from prodlint.facts import facts_of
from prodlint.names import Definition, Names, Scope
from tests.pages import source

BODY = msgspec.msgpack.Decoder(tuple[ir.Stmt, ...])


def names(**files: str) -> Names:
    """shop__models="..." is the file shop/models.py, shop_PACKAGE="..." the file shop/__init__.py."""
    paths = {name.replace("__", "/").replace("_PACKAGE", "/__init__") + ".py": textwrap.dedent(text) for name, text in files.items()}
    return Names({path: facts_of(source(path, text)) for path, text in paths.items()})


def meaning(project: Names, path: str, name: str) -> str | None:
    """The dotted name of what `name` means at the top level of a file."""
    found = project.symbol(project.modules[path], name)
    return found.dotted if isinstance(found, Definition) else found


def kind(project: Names, path: str, name: str) -> str | None:
    """The dotted class that the value of a top-level name is an instance of."""
    found = project.type_of(ir.Name(name, 0), Scope(project.modules[path]))
    return found.dotted if isinstance(found, Definition) else found


@pytest.mark.parametrize(
    ("statement", "name", "expected"),
    [
        ("import flask", "flask", "flask"),
        ("import flask as f", "f", "flask"),
        ("from flask import Flask", "Flask", "flask.Flask"),
        ("from flask import Flask as App", "App", "flask.Flask"),
        ("from shop.models import Order", "Order", "shop.models.Order"),
        ("from .models import Order", "Order", "shop.models.Order"),
        ("from . import models", "models", "shop.models"),
        ("from shop import Order", "Order", "shop.models.Order"),
        ("from shop.models import *", "Order", "shop.models.Order"),
        ("from .models import Order as O\nAlias = O", "Alias", "shop.api.Alias"),
        ("try:\n    import ujson as json\nexcept ImportError:\n    import json", "json", "ujson"),
        ("if True:\n    from shop.models import Order", "Order", "shop.models.Order"),
    ],
)
def test_imports(statement: str, name: str, expected: str) -> None:
    project = names(shop_PACKAGE="from .models import Order\n", shop__models="class Order:\n    pass\n", shop__api=statement + "\n")
    assert meaning(project, "shop/api.py", name) == expected


def test_an_import_circle_ends() -> None:
    project = names(a="from b import x\n", b="from a import x\n")
    assert meaning(project, "a.py", "x") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("value = Client()", "shop.Client"),
        ("value: Client = make()", "shop.Client"),
        ("value: 'Client' = make()", "shop.Client"),
        ("value: Client | None = make()", "shop.Client"),
        ("from typing import Optional\nvalue: Optional[Client] = make()", "shop.Client"),
        ("from typing import Annotated\nOurs = Annotated[Client, 1]\nvalue: Ours = make()", "shop.Client"),
        ("def built() -> Client: ...\nvalue = built()", "shop.Client"),
        ("def built():\n    return Client()\nvalue = built()", "shop.Client"),
        ("value = Client().copy()", "shop.Client"),
        ("value = Holder().client", "shop.Client"),
        ("import requests\nvalue = requests.Session()", "requests.Session"),
        ("import boto3\nvalue = boto3.client('s3')", "boto3.client()"),
    ],
)
def test_types_of_values(text: str, expected: str) -> None:
    project = names(
        shop=f"class Client:\n    def copy(self) -> 'Client': ...\nclass Holder:\n    def __init__(self):\n        self.client = Client()\n{text}\n"
    )
    assert kind(project, "shop.py", "value") == expected


def test_the_hierarchy_crosses_files_and_ends_outside() -> None:
    project = names(
        shop__base="from rest_framework.viewsets import ModelViewSet\nclass Base(ModelViewSet):\n    def get_queryset(self): ...\n",
        shop__mixins="class Owned:\n    def check(self): ...\n",
        shop__views="from shop.base import Base\nfrom shop import mixins\nclass Orders(mixins.Owned, Base):\n    pass\n",
    )
    orders = project.symbol(project.modules["shop/views.py"], "Orders")
    assert isinstance(orders, Definition)
    order = [each.dotted if isinstance(each, Definition) else each for each in project.mro(orders)]
    assert order == ["shop.views.Orders", "shop.mixins.Owned", "shop.base.Base", "rest_framework.viewsets.ModelViewSet"]
    assert project.is_a(orders, "rest_framework.viewsets.ModelViewSet")
    found = project.class_member(orders, "get_queryset")
    assert isinstance(found, Definition)
    assert found.dotted == "shop.base.Base.get_queryset"


def test_a_hierarchy_in_a_circle_ends() -> None:
    project = names(a="class A(B):\n    pass\nclass B(A):\n    pass\n")
    first = project.symbol(project.modules["a.py"], "A")
    assert isinstance(first, Definition)
    assert len(project.mro(first)) >= 1


def test_a_source_folder_is_not_part_of_the_name() -> None:
    project = names(src__shop_PACKAGE="", src__shop__models="class Order:\n    pass\n", src__shop__api="from shop.models import Order\n")
    assert meaning(project, "src/shop/api.py", "Order") == "shop.models.Order"


def test_a_folder_on_the_path_is_not_part_of_the_name() -> None:
    files = {
        "apps_PACKAGE": "",
        "apps__shop_PACKAGE": "",
        "apps__shop__models": "class Order:\n    pass\n",
        "apps__shop__api": "from shop.models import Order\n",
        "site__urls": "from shop.models import Order\n",
    }
    ways = (
        'APPS = os.path.join(BASE, "apps")\nsys.path.append(APPS)',
        'sys.path.insert(0, str(BASE / "apps"))',
        'if __name__ == "__main__":\n    sys.path.append(str(BASE / "apps"))',
        "from site import paths\nsys.path.append(paths.APPS_DIR)",
    )
    for added in ways:
        project = names(**files, settings=added, site__paths='APPS_DIR = BASE / "apps"')
        assert meaning(project, "apps/shop/api.py", "Order") == "apps.shop.models.Order"
        assert meaning(project, "site/urls.py", "Order") == "apps.shop.models.Order"
    assert meaning(names(**files), "apps/shop/api.py", "Order") == "shop.models.Order"


def test_a_package_that_shares_its_name_with_an_installed_one_is_not_meant_where_all_say_its_whole_path() -> None:
    outside = "from flask.helpers import url_for\nfrom flask import Blueprint\n"
    files = {
        "shop_PACKAGE": "", "shop__web_PACKAGE": "", "shop__web__flask_PACKAGE": "", "shop__web__flask__helpers": "",
        **{f"shop__web__{name}": f"{outside}from shop.web.flask.helpers import mine\n" for name in ("a", "b", "c")},
    }  # fmt: skip
    assert meaning(names(**files), "shop/web/a.py", "Blueprint") == "flask.Blueprint"
    started = {name: text.replace("from shop.web.flask.helpers import mine", "") for name, text in files.items()}
    assert meaning(names(**started), "shop/web/a.py", "Blueprint") is None, "a program that is started there means its own"


def test_what_is_made_of_an_import_takes_its_name() -> None:
    project = names(
        shop_PACKAGE="",
        shop__urls="from rest_framework import routers\n\nrouters = routers.DefaultRouter()\nrouters.register('orders', object)\n",
        shop__db="import peewee\n\nif True:\n    peewee = None\n",
        shop__other="import jwt\n\njwt = make(jwt)\n",
    )
    assert kind(project, "shop/urls.py", "routers") == "rest_framework.routers.DefaultRouter"
    assert meaning(project, "shop/db.py", "peewee") == "peewee"
    assert meaning(project, "shop/other.py", "jwt") == "jwt"


def test_extensions_of_flask_by_their_former_name() -> None:
    """flask 0.12 exthook.py: `flask.ext.login` is `flask_login`."""
    project = names(
        shop="from flask.ext.login import current_user\nfrom flask.ext import login\nimport flask.ext.mail as mail\nfrom flask.extra import x\n"
    )
    assert meaning(project, "shop.py", "current_user") == "flask_login.current_user"
    assert meaning(project, "shop.py", "login") == "flask_login"
    assert meaning(project, "shop.py", "mail") == "flask_mail"
    assert meaning(project, "shop.py", "x") == "flask.extra.x"
