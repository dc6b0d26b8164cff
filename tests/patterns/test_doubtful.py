"""Rails and Go: what is told only as possible, since such evidence was wrong more often than right. Shapes of real apps, each with its mutation."""

from __future__ import annotations

import msgspec
import pytest

from prodlint.model import Span
from prodlint.patterns.evidence.judge import confidence
from prodlint.patterns.evidence.loose import LooseId
from prodlint.patterns.ruby.loads import asked_beside, names_loaded
from prodlint.patterns.text.reader import functions
from prodlint.patterns.text.tokens import Code
from prodlint.report import RouteRef
from tests.patterns.apps import told

MODELS = "class User < ApplicationRecord\n  devise :database_authenticatable\nend\nclass Moment < ApplicationRecord\n  belongs_to :user\nend\n"
LOADED = """\
class MomentsController < ApplicationController
  before_action :set_moment, only: %i[show update]

  def show
  end

  def update
    {update}
  end

  private

  def set_moment
    @moment = Moment.find(params[:id])
  end
end
"""


def rails(**files: str) -> list[tuple[str, str]]:
    return told("ruby", "rails", "< ApplicationController", {"app/models/all.rb": MODELS, **{f"app/{name}.rb": text for name, text in files.items()}})


@pytest.mark.parametrize(
    ("update", "sure"),
    [
        ("@moment.update(title: params[:title])", "medium"),
        # asked in words of the project, which may refuse
        ("return unless allowed(current_user.reads?(@moment))\n    @moment.update(title: params[:title])", "low"),
        # what somebody thinks of a row gives no right to it, nor does what only a page is told
        ("current_user.unlike(@moment) if current_user.liked?(@moment)\n    @moment.update(title: params[:title])", "medium"),
        ("@mine = @moment.user == current_user\n    @moment.update(title: params[:title])", "medium"),
        ("@mine = @moment.user == current_user\n    stop_here unless @mine\n    @moment.update(title: params[:title])", "low"),
    ],
)
def test_what_another_method_of_the_class_holds_against_who_asks_is_doubted_where_it_is_loaded(update: str, sure: str) -> None:
    assert rails(moments=LOADED.format(update=update)) == [("id", sure)]


def test_an_action_that_leaves_alone_what_was_loaded_before_it_changes_none_of_it() -> None:
    def changing(update: str) -> list[str]:
        every = functions(Code(LOADED.format(update=update), "ruby"))
        loader = next(each for each in every if each.name == "set_moment")
        return [each.name for each in names_loaded(loader) if each is not loader]

    assert changing("current_user.update(title: params[:title])") == []
    assert changing("@moment.update(title: params[:title])") == ["update"]


def test_of_another_row_it_says_nothing() -> None:
    def asked(update: str) -> bool:
        every = functions(Code(LOADED.format(update=update), "ruby"))
        return asked_beside(next(each for each in every if each.name == "set_moment"), {"show", "update"})

    assert asked("leave_for(moments_path) unless @moment.user_id == current_user.id")
    assert asked("forbid(authorized?(:update?, @moment))")
    assert not asked("leave_for(moments_path) unless @momentum.user_id == current_user.id")
    assert not asked("leave_for(moments_path) unless @other.user_id == current_user.id")
    # nor of this one, where another action that changes it is written in a class above
    every = functions(Code(LOADED.format(update="forbid(authorized?(:update?, @moment))"), "ruby"))
    assert not asked_beside(next(each for each in every if each.name == "set_moment"), {"show", "update", "destroy"})


def test_what_handlers_of_many_classes_read_is_shown_to_others_than_whose_it_is() -> None:
    one = "class {}Controller < ApplicationController\n  def show\n    @moment = Moment.find(params[:id])\n    render json: @moment\n  end\nend\n"
    mine = "class MineController < ApplicationController\n  def show\n    @moment = current_user.moments.find(params[:id])\n  end\nend\n"
    few = {name: one.format(name) for name in ("A", "B")}
    assert rails(mine=mine, **few) == [("id", "medium")] * 2
    assert rails(mine=mine, C=one.format("C"), **few) == [("id", "low")] * 3
    # whoever changes one has to be asked, however many read them
    changes = one.format("D").replace("render json: @moment", "@moment.destroy")
    assert ("id", "medium") in rails(mine=mine, C=one.format("C"), D=changes, **few)


def loose(language: str, **more: object) -> LooseId:
    kinds = {"str": "", "bool": False}
    given = {"at": Span("x.go", 1, 1), "id": "id", "ref": RouteRef(("GET",), "/orders/:id", "Get", "x.go", 1), "unread": None, "language": language}
    rest = {each.name: kinds[each.type.__name__] for each in msgspec.structs.fields(LooseId) if each.name not in given}
    return LooseId(**{**rest, **given, "strong": True, "owned": "owned", "model": "Order.find", "file_knows": True, "framework": "rails", **more})


LARAVEL = {"framework": "php", "signed": True}
GO = {"framework": "go", "model": "h.repo.GetOrder", "checked": True}
AT_RPC = RouteRef((), "", "UpdateOrder", "api/orders.go", 1)


@pytest.mark.parametrize(
    ("language", "more", "sure"),
    [
        ("ruby", {}, "medium"),
        ("ruby", {"owned": "person", "changes": True}, "medium"),
        ("ruby", {"owned": "person", "model": "User.find", "id": "recipient"}, "low"),
        ("ruby", {"owned": "person", "model": "User.find", "id": "user_id"}, "medium"),
        ("ruby", {"owned": "person", "model": "User.find", "id": "user_id", "checked": True, "large": True}, "low"),
        ("ruby", {"owned": "person", "model": "User.find"}, "low"),  # a profile is shown to others
        ("ruby", {"owned": "person", "model": "User.find", "ref": RouteRef((), "", "UsersController.edit", "x.rb", 1)}, "medium"),
        ("ruby", {"large": True, "sibling": True, "seldom": True}, "low"),
        ("ruby", {"large": True, "sibling": True}, "medium"),
        ("ruby", {"large": True, "sibling": True, "seldom": True, "changes": True}, "medium"),
        ("ruby", {"large": True, "checked": True}, "low"),
        ("ruby", {"large": True, "checked": True, "private": True}, "medium"),
        ("php", {**LARAVEL, "sibling": True}, "medium"),
        ("php", {**LARAVEL, "changes": True, "by_permission": True}, "low"),
        ("php", {**LARAVEL, "changes": True, "uncalled": True}, "low"),
        ("php", {**LARAVEL, "checked": True}, "medium"),
        ("php", {**LARAVEL, "checked": True, "large": True}, "low"),
        ("php", {**LARAVEL, "checked": True, "large": True, "others_tied": True}, "medium"),
        ("php", {**LARAVEL, "aside": True, "owned": "person"}, "low"),
        ("ruby", {"owned": "", "others_tied": True, "checked": True}, "low"),
        ("ruby", {"owned": ""}, "medium"),
        ("ruby", {"asked_beside": True, "changes": True}, "low"),
        ("ruby", {"asked_beside": True, "changes": True, "apart": True}, "medium"),
        ("ruby", {"ref": RouteRef((), "", "ApplicationController.set_order", "x.rb", 1)}, "low"),
        ("go", {**GO, "sibling": True}, "medium"),
        ("go", {**GO, "usual": True}, "low"),
        ("go", {**GO, "usual": True, "sibling": True}, "medium"),
        ("go", {**GO, "sibling": True, "model": "h.ProcessSubmission", "id": "problem"}, "medium"),
        ("go", {**GO, "model": "h.ProcessSubmission", "id": "problem"}, "low"),
        ("go", {**GO, "model": "h.ProcessSubmission", "id": "problem", "routed": True}, "medium"),
        ("go", {**GO, "model": "h.repo.GetOrder", "id": "problem"}, "medium"),
        ("go", {**GO, "sibling": True, "owned": "free", "others_tied": True}, "low"),
        ("go", {**GO, "changes": True}, "medium"),
        ("go", {**GO, "changes": True, "at": Span("things/api/grpc/endpoint.go", 1, 1)}, "low"),
        ("go", {**GO, "changes": True, "at": Span("things/api/http/endpoint.go", 1, 1)}, "medium"),
        ("go", {**GO, "changes": True, "ref": RouteRef(("POST",), "/login", "PostLogin", "x.go", 1)}, "low"),
        ("go", {**GO, "changes": True, "model": "RoleFuncs.DeleteRole"}, "low"),
        ("go", {**GO, "changes": True, "model": "RoleFuncs.DeleteRole", "kept": True}, "medium"),
        ("go", {**GO, "changes": True, "model": "h.repo.DeletePayroll"}, "medium"),
        ("go", {**GO, "changes": True, "owned": "person", "signed": True, "model": "h.users.Delete"}, "low"),
        ("go", {**GO, "changes": True, "owned": "person", "signed": True, "whose": True, "model": "h.users.Delete"}, "medium"),
        # nothing is known of what stands before a procedure that is called by its name alone
        ("go", {**GO, "changes": True, "checked": False, "file_knows": False, "ref": AT_RPC}, "low"),
        ("go", {**GO, "changes": True, "checked": False, "ref": AT_RPC}, "medium"),
    ],
)
def test_kinds_of_evidence(language: str, more: dict[str, object], sure: str) -> None:
    assert confidence(loose(language, **more)) == sure
