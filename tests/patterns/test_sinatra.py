"""Routes of Ruby that are blocks, what runs before them, and frameworks and scripts of which no route is read."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.patterns.ruby.sinatra import Apps, filters, route
from prodlint.patterns.text.reader import owners
from prodlint.patterns.text.tokens import Code
from prodlint.project import Project, link

APP = """\
require 'sinatra/base'

class Shop < Sinatra::Base
  use Rack::Session::Cookie
  before '/admin/*' do
    halt 403 unless current_user.admin?
  end
  before { authenticate! }

  get '/orders/:id', provides: :html do |id|
    erb :order, locals: { order: Order.find(id) }
  end

  namespace '/admin' do
    delete '/orders/:id' do
      Order.find(params[:id]).destroy
    end
  end

  get '/short' do 'text' end
end
"""
PADRINO = """\
Shop::Web.controllers :orders do
  get :index, map: '/o' do
    1
  end

  get :show, with: [:id, :part] do
    Order.find(params[:id])
  end

  delete :all do
    2
  end
end
"""
GRAPE = """\
class Orders < Grape::API
  resource :orders do
    before { authenticate! }
    route_param :id do
      get do
        Order.find(params[:id])
      end
      put :close do
        Order.find(params[:id]).close
      end
    end
  end
end
"""


def project(*files: tuple[str, str], sign: str = "") -> Project:
    """sign: the beginning of lines that the pattern of routes matches."""
    facts = {}
    for path, text in files:
        matches = [Match("source-text", 1, 1, 1, 1, text, {"id": "source-text"})]
        said = {"id": "entry", "role": "entry", "framework": "sinatra", "keep": "text"}
        for number, line in enumerate(text.splitlines(), 1):
            column = len(line) - len(line.lstrip()) + 1
            if sign and line.lstrip().startswith(tuple(sign.split())) and " do" in line:
                matches.append(Match("entry", number, column, number, len(line), "", said))
        facts[path] = FileFacts(path, "x", 0, matches=tuple(matches))
    return link(facts, models=load())


@pytest.mark.parametrize(
    ("text", "routes"),
    [
        (APP, [("GET", "/orders/:id"), ("DELETE", "/admin/orders/:id")]),
        (GRAPE, [("GET", "/orders/:id"), ("PUT", "/orders/:id/close")]),
        (PADRINO, [("GET", "/o"), ("GET", "/orders/show/:id/:part"), ("DELETE", "/orders/all")]),
        ("describe 'orders' do\n  get '/orders' do\n    expect(status).to eq(200)\n  end\nend\n", []),
        ("get '/orders/:id' do\n  Order.find(params[:id]).to_json\nend\n", [("GET", "/orders/:id")]),
    ],
    ids=["sinatra", "grape", "padrino", "a test's own words", "classic style"],
)
def test_blocks_are_routes_where_the_project_says_so(text: str, routes: list[tuple[str, str]]) -> None:
    listed = project(("app.rb", text), sign="get put delete").pattern_routes()
    assert [(route.methods[0], route.path) for route in listed] == routes


def test_filters_of_the_path_and_of_the_classes_above_stand_before_a_route() -> None:
    api = "class Api < Shop\n  delete '/admin/all' do\n    Order.delete_all\n  end\n  get '/mine' do\n    1\n  end\nend\n"
    apps, code = Apps([APP, api]), Code(api, "ruby")
    verbs = [at for at, text in enumerate(code.texts) if text in ("delete", "get")]
    around = [apps.before(*(read[0], read[2])) for at in verbs if (read := route(code, at, owners(code))) is not None]
    assert ["admin?" in text for text in around] == [True, False]
    assert all("authenticate!" in text and "Cookie" in text for text in around)


BLOCKS = """\
class Notes < Grape::API
  before { authenticate! }
  namespace :mine do
    before do
      error!(403) unless NotePolicy.new(current_user, Note.find(params[:id])).edit?
    end
    get ':id' do
      Note.find(params[:id])
    end
  end
  namespace :all do
    after_validation { count! }
    get ':id' do
      Note.find(params[:id])
    end
  end
end
"""


def test_a_filter_of_grape_holds_for_its_own_block() -> None:
    code = Code(BLOCKS, "ruby")
    read = [found for at, text in enumerate(code.texts) if text == "get" and (found := route(code, at, owners(code))) is not None]
    apps = Apps([BLOCKS])
    around = [apps.before(function, path) for function, _, path in read]
    assert ["NotePolicy" in text for text in around] == [True, False]
    assert ["count!" in text for text in around] == [False, True]
    assert all("authenticate!" in text for text in around)
    assert [len(list(filters(function, path))) for function, _, path in read] == [2, 2]


BESIDE = {
    "another class of the file": (
        """\
class Base < {kind}
  before do
    check 1
  end
end

class Orders < Base
  before do
    check 2
  end
  get '/orders/:id' do
    1
  end
end

class Invoices < {kind}
  get '/invoices/:id' do
    1
  end
end
""",
        [2, 0],
    ),
    "a block beside": (
        """\
class Orders < {kind}
  namespace '/mine' do
    before do
      check 1
    end
    get '/:id' do
      1
    end
  end
  namespace '/all' do
    get '/:id' do
      1
    end
  end
end
""",
        [1, 0],
    ),
}


@pytest.mark.parametrize("kind", ["Sinatra::Base", "Grape::API"])
@pytest.mark.parametrize(("text", "filters_of"), BESIDE.values(), ids=BESIDE)
def test_a_filter_of_another_class_or_block_of_the_file_stands_before_nothing(text: str, filters_of: list[int], kind: str) -> None:
    code = Code(text.format(kind=kind), "ruby")
    read = [route(code, at, owners(code)) for at in range(len(code)) if code.texts[at] == "get"]
    assert [len(list(filters(found[0], found[2]))) for found in read if found is not None] == filters_of


def test_a_filter_of_another_controller_of_padrino_stands_before_nothing() -> None:
    text = "Shop::Web.controllers :a do\n  before do\n    check 1\n  end\n  get :show do\n    1\n  end\nend\n"
    code = Code(text + text.replace("  before do\n    check 1\n  end\n", ""), "ruby")
    read = [route(code, at, owners(code)) for at in range(len(code)) if code.texts[at] == "get"]
    assert [len(list(filters(found[0], found[2]))) for found in read if found is not None] == [1, 0]


SCRIPT = '<?php\n$id = $_GET["id"];\n$row = mysqli_query($db, "SELECT * FROM orders WHERE id = $id");\n'


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("app.rb", "class App < Sinatra::Base\n  run!\nend\n", "uses Sinatra, but no route of it was found in this project"),
        (
            "main.go",
            'package main\n\nimport "github.com/beego/beego/v2/server/web"\n',
            "uses Beego, but no route of it was read: prodlint does not know its routing",
        ),
        ("app.rb", "class App < Roda\n  route do |r|\n  end\nend\n", "uses Roda, but no route of it was read: prodlint does not know its routing"),
        ("app.rb", "class Order < ApplicationRecord\nend\n", ""),
        ("schema.rb", "class Shop < GraphQL::Schema\nend\n", "uses GraphQL-Ruby, but no route of it was found"),
        ("Book.php", "<?php\n#[ApiResource]\nclass Book {}\n", "uses API Platform, but no route of it was read"),
        ("index.php", "<?php\n$app = new \\Slim\\App();\n$app->get('/x', fn ($request) => 1);\n", "uses Slim, but no route of it was read"),
        ("order.php", SCRIPT, "reads what the client sends and asks a database in a script of plain PHP"),
        ("form.php", '<?php\necho htmlspecialchars($_GET["q"]);\n', ""),
        ("report.php", '<?php\n$rows = $pdo->query("SELECT 1");\n', ""),
    ],
)
def test_a_framework_or_a_script_without_a_route_is_told(path: str, text: str, words: str) -> None:
    made = project((path, text))
    problems = made.route_problems()
    assert [problem.message.startswith(words) for problem in problems] == ([True] if words else [])
    answer = next(made.unscoped_lookups({"rb": "ruby", "go": "go"}.get(path.rpartition(".")[2], "php")))
    assert getattr(answer, "verdict", None) == ("unknown" if words else "not-applicable")


def test_more_scripts_are_told_once() -> None:
    (problem,) = project(("a.php", SCRIPT), ("b.php", SCRIPT)).route_problems()
    assert (problem.path, problem.line) == ("a.php", 2)
    assert "and 1 more scripts" in problem.message
