"""Keys of other rows that a client may set: told where the app ties such rows elsewhere and nothing looks at whose this one is."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.project import link

MODELS = """\
class User < ApplicationRecord
  has_secure_password
end
class Client < ApplicationRecord
  belongs_to :user
end
"""
CLIENTS = """\
class ClientsController < ApplicationController
  def show
    @client = current_user.clients.find(params[:id])
  end
end
"""
INVOICES = """\
class InvoicesController < ApplicationController
  {line}
  def create
    {before}
    @invoice = current_user.invoices.create!(invoice_params)
  end

  private

  def invoice_params
    params.require(:invoice).permit(:amount, {keys})
  end
end
"""


def rails(keys: str = ":client_id", line: str = "", before: str = "", model: str = "", clients: str = CLIENTS) -> list[tuple[str, str]]:
    invoice = f"class Invoice < ApplicationRecord\n  belongs_to :user\n  belongs_to :client\n{model}end\n"
    texts = {
        "app/models/all.rb": MODELS,
        "app/models/invoice.rb": invoice,
        "app/controllers/clients_controller.rb": clients,
        "app/controllers/invoices_controller.rb": INVOICES.format(keys=keys, line=line, before=before),
    }
    return _told(texts, "rails", "ruby", "app/controllers/invoices_controller.rb")


def _told(texts: dict[str, str], framework: str, language: str, path: str) -> list[tuple[str, str]]:
    facts = {}
    for name, text in texts.items():
        lines = text.count("\n") + 1
        entry = Match("entries", 1, 1, lines, 1, "", {"role": "entry", "framework": framework})
        matches = (Match("source-text", 1, 1, 1, 1, text, {}), *((entry,) if "ontroller" in name else ()))
        facts[name] = FileFacts(name, "x", 0, matches=matches)
    return [(each.id, each.finding().confidence) for each in link(facts, models=load()).loose_ids(language) if each.at.path == path]


@pytest.mark.parametrize("keys", [":client_id", ":note, :client_id, :other", "client_ids: []", ":client_id, lines: [:name]"])
def test_a_key_of_a_row_of_somebody_that_is_let_through_is_told(keys: str) -> None:
    assert rails(keys) == [("client_ids" if "client_ids" in keys else "client_id", "medium")]


@pytest.mark.parametrize(
    "given",
    [
        {"keys": ":note"},
        {"keys": ":kind_id"},  # of a model that nobody declares
        {"before": "current_user.clients.find(params[:invoice][:client_id])"},
        {"before": "return head(:forbidden) unless current_user.clients.exists?(params.dig(:invoice, :client_id))"},
        {"line": "before_action :check_client, only: [:create]"},
        {"model": "  validate :client_is_mine\n"},
        {"model": "  validate :belongs_to_same_owner\n"},
    ],
)
def test_where_something_looks_at_whose_row_it_is_nothing_is_told(given: dict[str, str]) -> None:
    assert rails(**given) == []


@pytest.mark.parametrize(
    ("given", "confidence"),
    [
        ({"line": "before_action :set_client_options, only: [:new]"}, "medium"),
        ({"line": "before_action :require_create_permission, only: [:client]"}, "medium"),  # who may make an invoice may not name anybody's client
        ({"line": "before_action :require_admin"}, "low"),
        ({"clients": CLIENTS.replace("current_user.clients.find", "Client.find")}, "low"),  # nobody says that these are anybody's own
        ({"clients": CLIENTS.replace("current_user.clients.find(params[:id])", "current_user.clients")}, "low"),  # only listed
    ],
)
def test_how_sure_it_is(given: dict[str, str], confidence: str) -> None:
    assert rails(**given) == [("client_id", confidence)]


CLIENT = "<?php\nclass Client extends Model { protected $fillable = ['user_id', 'name']; }\n"
SHOW = """\
<?php
class ClientController extends Controller
{
    public function show(Request $request, $id)
    {
        return $request->user()->clients()->findOrFail($id);
    }
}
"""
STORE = """\
<?php
class InvoiceController extends Controller
{
    public function store(Request $request)
    {
        $data = $request->validate(['client_id' => %s, 'amount' => 'required']);
        %s
        $request->user()->invoices()->create($data);
    }
}
"""


@pytest.mark.parametrize(
    ("rule", "before", "told"),
    [
        ("'required|exists:clients,id'", "", [("client_id", "medium")]),
        ("['required', 'exists:clients,id']", "", [("client_id", "medium")]),
        ("['required', Rule::exists('clients', 'id')]", "", [("client_id", "medium")]),
        ("['required', Rule::exists('clients', 'id')->where('user_id', auth()->id())]", "", []),
        ("'required|exists:kinds,id'", "", []),
        ("'required|integer'", "", []),
        ("'required|exists:clients,id'", "$request->user()->clients()->findOrFail($data['client_id']);", []),
        ("'required|exists:clients,id'", "$this->authorize('use', Client::find($request->client_id));", []),
    ],
)
def test_a_rule_of_laravel_that_only_asks_whether_there_is_a_row(rule: str, before: str, told: list[tuple[str, str]]) -> None:
    texts = {"Client.php": CLIENT, "ClientController.php": SHOW, "InvoiceController.php": STORE % (rule, before)}
    assert _told(texts, "php", "php", "InvoiceController.php") == told


OWN = """\
class InvoicesController < ApplicationController
  def show
    if guest? || current_user.wide?
      @invoice = Invoice.find(params[:id])
    else
      @invoice = current_user.{own}.find(params[:id])
    end
  end
end
"""


@pytest.mark.parametrize("own", ["invoices", "tickets"])
def test_a_row_among_the_callers_own_says_nothing_of_the_same_id_in_another_branch(own: str) -> None:
    models = MODELS + "class Invoice < ApplicationRecord\n  belongs_to :user\nend\n"
    texts = {"app/models/all.rb": models, "app/controllers/invoices_controller.rb": OWN.format(own=own)}
    told = _told(texts, "rails", "ruby", "app/controllers/invoices_controller.rb")
    assert [name for name, _ in told] == (["id"] if own == "invoices" else [])
