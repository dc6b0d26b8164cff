"""Rails: what was taken for a check and is none, and what changes a row by another name. Shapes of real apps, each with its mutation."""

from __future__ import annotations

import pytest

from prodlint.patterns.entries.around import ties_by_name
from tests.patterns.apps import told

MODELS = """\
class User < ApplicationRecord
  devise :database_authenticatable
end
class Recording < ApplicationRecord
  belongs_to :user
end
"""
MINE = """\
class MineController < ApplicationController
  before_action :authenticate_user!

  def show
    @recording = current_user.recordings.find(params[:id])
  end
end
"""


def rails(body: str, name: str = "RecordingsController", models: str = MODELS, mine: str = MINE, **more: str) -> list[tuple[str, str]]:
    files = {
        "app/models/all.rb": models,
        "app/controllers/mine_controller.rb": mine,
        "app/controllers/these_controller.rb": f"class {name} < ApplicationController\n{body}end\n",
        **{f"app/{path}.rb": text for path, text in more.items()},
    }
    return told("ruby", "rails", "< ApplicationController", files)


FOUND = "@recording = Recording.find(params[:id])"
ASKED = "authorize! :read, @recording"


BEFORE = "  before_action :load, only: [:{}]\n"
EARLY = f"  def structure\n    {ASKED}\n    {FOUND}\n    render json: @recording\n  end\n"
LOADS = f"  def load\n    {FOUND}\n  end\n"


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        (EARLY, True),
        (f"  def structure\n    {FOUND}\n    {ASKED}\n    render json: @recording\n  end\n", False),
        # what runs before the action, or stands higher up in it, has found it already
        (BEFORE.format("structure") + EARLY + LOADS, False),
        (BEFORE.format("other") + EARLY + LOADS, True),
        (f"  load_resource\n{EARLY}", False),
        (f"  def structure\n    {FOUND}\n    {ASKED}\n    {FOUND}\n  end\n", False),
    ],
)
def test_a_right_to_what_is_found_only_afterwards_is_a_right_to_nothing(body: str, is_told: bool) -> None:
    assert (("id", "medium") in rails(body)) is is_told


def test_the_name_of_a_class_asks_nobody() -> None:
    models = MODELS.replace("Recording", "Member")
    mine = MINE.replace("recording", "member").replace("Recording", "Member")
    body = "  before_action :authenticate_user!\n  def destroy\n    Member.find(params[:id]).destroy\n  end\n"
    assert rails(body, "MembersController", models, mine) == [("id", "medium")]
    asked = body.replace("authenticate_user!", "check_membership")
    assert rails(asked, "MembersController", models, mine) == [("id", "low")]
    assert not ties_by_name("class PermissionsController extends Controller public function update(Member $member)")
    assert ties_by_name("class ThingsController extends Controller #[RequiresPermission('things')] public function update(Thing $thing)")
    assert ties_by_name("class ThingsController < ApplicationController def update :require_member")


def test_a_login_as_devise_names_it_asks_for_no_membership() -> None:
    models = MODELS.replace("User", "Member").replace("user", "member")
    mine = MINE.replace("user", "member")
    line = "  before_action :{}!\n"
    body = f"  def destroy\n    {FOUND}\n    @recording.destroy\n  end\n"
    assert rails(line.format("authenticate_member") + body, models=models, mine=mine) == [("id", "medium")]
    assert rails(line.format("authenticate_admin") + body, models=models, mine=mine) == [("id", "low")]
    own = "  def authenticate_member!\n    head :forbidden unless params[:id].in?(current_member.recording_ids)\n  end\n"
    assert ("id", "medium") not in rails(line.format("authenticate_member") + body + own, models=models, mine=mine)


def test_a_page_on_which_a_person_is_changed_is_no_profile_that_all_may_see() -> None:
    mine = MINE.replace("current_user.recordings.find(params[:id])", "User.find(current_user.id)")
    body = "  def {}\n    @user = User.find(params[:id])\n  end\n"
    assert rails(body.format("edit"), "UsersController", mine=mine) == [("id", "medium")]
    assert rails(body.format("show"), "UsersController", mine=mine) == [("id", "low")]


@pytest.mark.parametrize(
    ("lines", "changes"),
    [
        ("@note = Note.find(params[:id])\n    @note.text = params[:text]\n    @note.save", True),
        ("@note = Note.find params[:id]\n    @note.text = params[:text]\n    if @note.save\n      head :ok\n    end", True),
        ("@note = Note.find params[:id]\n    @note.destroy", True),
        ("@note = Note.find(params[:id])\n    @like = Like.new(note: @note)\n    @like.save", False),
        ("@note = Note.find(params[:id])\n    render json: @note", False),
    ],
)
def test_a_row_that_was_found_is_changed_where_it_is_saved(lines: str, changes: bool) -> None:
    # what everybody may read its owner alone may change
    models = MODELS.replace("Recording", "Comment")
    mine = MINE.replace("recording", "comment")
    body = f"  before_action :authenticate_user!\n  def renew\n    {lines.replace('Note', 'Comment').replace('note', 'comment')}\n  end\n"
    assert rails(body, "CommentsController", models, mine) == [("id", "medium" if changes else "low")]


def test_rows_are_of_whom_the_table_says_that_a_model_names() -> None:
    schema = 'ActiveRecord::Schema.define do\n  create_table "remarks" do |t|\n    t.integer "{}"\n    t.text "body"\n  end\nend\n'
    models = "class User < ApplicationRecord\n  has_secure_password\nend\nclass Saying < ApplicationRecord\n  self.table_name = 'remarks'\nend\n"
    mine = MINE.replace("current_user.recordings.find(params[:id])", "Saying.where(uid: current_user.uid).find(params[:id])")
    body = "  before_action :authenticate_user!\n  def destroy\n    @saying = Saying.find(params[:id])\n    @saying.destroy\n  end\n"
    more = {"x": mine}

    def of(column: str, line: str) -> list[tuple[str, str]]:
        extra = {"models/schema": schema.format(column) + line, "models/note": more["x"] if line else ""}
        return rails(body, "SayingsController", models, "", **extra)

    assert of("user_id", "") == [("id", "medium")]
    assert of("uid", "# current_user.uid\n") == [("id", "medium")]
    assert of("uid", "") == [("id", "low")]


LOADER = """\
  before_filter :find, :only => [:show, :remove]
  {line}

  def show
    render json: @recording
  end

  def remove
    @recording.destroy
    head :ok
  end

  private

  def find
    @recording = Recording.find(params[:id])
  end

  def require_maker
    redirect_to root_path unless current_user.id == @recording.user_id
  end
"""


@pytest.mark.parametrize(
    ("line", "is_told"),
    [("before_filter :require_maker, :only => [:show, :remove]", False), ("before_filter :require_maker, :only => [:remove]", True), ("", True)],
)
def test_what_ran_before_actions_was_called_a_filter(line: str, is_told: bool) -> None:
    assert (("id", "medium") in rails(LOADER.format(line=line))) is is_told


ABOVE = """\
class ApplicationController < ActionController::Base
  def require_owner
    record = instance_variable_get("@#{{controller_name.singularize}}")
    {body}
  end
end
"""
REFUSED = "redirect_to root_path unless current_user.id == record.user_id"


@pytest.mark.parametrize(
    ("asked", "body", "is_told"),
    [
        ("return unless require_owner", REFUSED, False),
        ("return unless require_owner", "logger.info(record)", True),
        ("require_something", REFUSED, True),
        ("@recording.touch\n    return unless require_owner", REFUSED, True),
        ("@other = Recording.find(params[:other_id])\n    return unless require_owner\n    @other.destroy", REFUSED, True),
        ("", REFUSED, True),
    ],
)
def test_a_method_of_the_classes_above_may_hold_the_row_that_the_controller_is_named_for(asked: str, body: str, is_told: bool) -> None:
    action = f"  def renew\n    {FOUND}\n    {asked}\n    @recording.destroy\n  end\n"
    above = {"controllers/application_controller": ABOVE.format(body=body)}
    assert any(confidence == "medium" for _, confidence in rails(action, "RecordingsController", **above)) is is_told


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ("params[:recording_ids].compact", ["recording_ids"]),
        ("params[:recording_ids].reject(&:blank?).map(&:to_i)", ["recording_ids"]),
        ("params[:recording][:ids].split(',')", ["ids"]),
        ("params.require(:recording)[:id].strip", ["id"]),
        ("current_user.recording_ids.compact", []),
    ],
)
def test_what_is_done_with_a_parameter_is_no_name_of_it(given: str, ids: list[str]) -> None:
    body = f"  before_action :authenticate_user!\n  def remove\n    Recording.where(id: {given}).destroy_all\n  end\n"
    assert [name for name, _ in rails(body)] == ids


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("return nil unless can?(:update, @recording)", False),
        ("return head(:forbidden) unless @recording.ready? && can?(:update, @recording)", False),
        ("raise Forbidden unless can?(:update, @recording)", False),
        # Rails goes on after these; what a branch does is for some alone; what is gone is gone
        ("render :denied unless can?(:update, @recording)", True),
        ("redirect_to root_path unless can?(:update, @recording)", True),
        ("@recording.update(a: 1)\n    return unless can?(:update, @recording)", True),
        ("if params[:careful]\n      return unless can?(:update, @recording)\n    end", True),
        ("unless can?(:update, @recording)\n      flash[:alert] = 'no'\n    else\n      render :edit\n    end", True),
        ("return nil unless @recording.open? || can?(:update, @recording)", True),
        ("return nil if can?(:update, @recording)", True),
        ("return nil unless can?(:create, Recording)", True),
        ("@editable = can?(:update, @recording)", True),
        ("unless can?(:update, @recording)\n      @readonly = true\n    end", True),
        ("return if @recording.user_id != spree_current_user.id", False),
        ("return if @recording.user_id != spree_current_store.id", True),
    ],
)
def test_whoever_may_not_is_turned_away_by_what_an_ability_answers(line: str, is_told: bool) -> None:
    body = f"  before_action :authenticate_user!\n  def renew\n    {FOUND}\n    {line}\n    @recording.destroy\n  end\n"
    assert (("id", "medium") in rails(body)) is is_told


SHOWN = """\
  helper_method :resource

  def update
    %s
    resource.update(params[:recording])
  end

  def resource
    @recording ||= Recording.find(params[:id])
  end
"""


@pytest.mark.parametrize(
    ("check", "is_told"), [("authorize resource", False), ("return unless current_user.can_edit?(@recording)", False), ("prepare_form", True)]
)
def test_a_method_that_is_there_for_views_is_no_action(check: str, is_told: bool) -> None:
    assert bool([each for each in rails(SHOWN % check) if each[1] == "medium"]) is is_told


THROUGH = """\
  helper_method :resource, :parent

  def update
    %s
    resource.update(params[:track])
  end

  def resource
    @track ||= parent.tracks.find(params[:id])
  end

  def parent
    @recording ||= Recording.find(params[:recording_id])
  end
"""


@pytest.mark.parametrize(("check", "is_told"), [("authorize resource", False), ("prepare_form", True)])
def test_what_is_found_within_a_parent_is_checked_with_it(check: str, is_told: bool) -> None:
    said = [each for each in rails(THROUGH % check) if each == ("recording_id", "medium")]
    assert bool(said) is is_told


HOLDS = """\
class ApplicationController < ActionController::Base
  before_action :authenticate_user!, :check_parts

  def parts
    params.keys.map { |key| key.delete_suffix("_id").classify.%s }
  end

  def check_parts
    head :not_found if parts.any? { |each| each.try(:user) != current_user }
  end
end
"""
BY_ID = "  def show\n    @recording = Recording.find(params[:id])\n    render json: @recording\n  end\n"


@pytest.mark.parametrize(("makes", "is_told"), [("constantize.find_by(id: params[key])", False), ("downcase", True)])
def test_a_check_of_whatever_a_request_names_is_not_read(makes: str, is_told: bool) -> None:
    """Which rows pass it nobody here says: neither that this one is looked at, nor that it is not."""
    said = rails(BY_ID, **{"controllers/application_controller": HOLDS % makes})
    assert bool([each for each in said if each[1] == "medium"]) is is_told


def test_what_is_no_part_of_a_path_by_its_name_passes_no_such_check() -> None:
    other = BY_ID.replace("params[:id]", "params[:r_id]")
    assert ("r_id", "medium") in rails(other, **{"controllers/application_controller": HOLDS % "constantize.find_by(id: params[key])"})


SIGNS_UP = """\
class UsersController < ApplicationController
  skip_before_action :authenticate_request, only: [:create]

  def create
    render json: User.create(params.permit(:name))
  end
end
"""
LISTS = """\
  before_action :authenticate_request, only: [%s]

  def index
    render json: Recording.all
  end

  def destroy
    Recording.find(params[:id]).destroy
  end
"""
ROOT = "class ApplicationController < ActionController::API\n  before_action :authenticate_request\n%send\n"


@pytest.mark.parametrize(
    ("asks", "users", "root", "is_told"),
    [
        (":destroy", SIGNS_UP, "", True),
        (":destroy", "", "", False),  # nobody may sign up: who signs in may keep them together
        (":index, :destroy", SIGNS_UP, "", False),  # colleagues, as far as anybody here can tell
        (":destroy", SIGNS_UP, "  include RequiresLogin\n", False),
    ],
)
def test_what_whoever_comes_may_list_only_its_owner_may_change(asks: str, users: str, root: str, is_told: bool) -> None:
    files = {"controllers/users_controller": users, "controllers/application_controller": ROOT % root}
    said = rails(LISTS % asks, mine="", **{path: text for path, text in files.items() if text})
    assert bool([each for each in said if each[1] == "medium"]) is is_told


ONCE = """\
  def create
    %s
    %s.touch
  end

  def recording
    @recording ||= Recording.find(params[:id])
  end
"""


@pytest.mark.parametrize(
    ("check", "used", "is_told"),
    [("authorize!(:disable, recording)", "recording", False), ("prepare_form", "recording", True), ("authorize!(:disable, form)", "form", True)],
)
def test_a_method_that_finds_a_row_once_is_no_action(check: str, used: str, is_told: bool) -> None:
    assert bool([each for each in rails(ONCE % (check, used)) if each[1] == "medium"]) is is_told


def test_a_filter_holds_wherever_it_stands_in_its_class() -> None:
    late = f"  def helper\n  end\n\n  before_action :check_membership{{}}\n\n  def destroy\n    {FOUND}\n    @recording.destroy\n  end\n"
    assert rails(late.format("")) == [("id", "low")]
    assert rails(late.format(", only: [:helper]")) == [("id", "medium")]


def test_what_is_asked_in_a_lambda_on_one_line_is_asked() -> None:
    line = "  before_action -> {{ {} }}, only: %i[{}]\n"
    body = f"  def destroy\n    {FOUND}\n    @recording.destroy\n  end\n"
    asks = "leave_unless(:can_edit_any_recording?)"
    assert rails(line.format(asks, "destroy") + body) == [("id", "low")]
    assert rails(line.format(asks, "create") + body) == [("id", "medium")]
    assert rails(line.format("set_locale(:en)", "destroy") + body) == [("id", "medium")]


@pytest.mark.parametrize(
    ("noted", "told"),
    [
        ("@mine = @recording.user == current_user", [("id", "medium")]),
        ("@can = can?(:destroy, @recording)", [("id", "medium")]),
        ("Rails.logger.info(@recording.user == current_user)", [("id", "medium")]),
        ("mine = @recording.user == current_user\n    return unless mine", []),
        ("@mine = @recording.user == current_user\n    return head(:forbidden) unless @mine", []),
        ("logger.info('odd'); return unless @recording.user == current_user", []),
    ],
)
def test_what_is_only_noted_turns_nobody_away(noted: str, told: list[tuple[str, str]]) -> None:
    assert rails(f"  before_action :authenticate_user!\n\n  def destroy\n    {FOUND}\n    {noted}\n    @recording.destroy\n  end\n") == told
