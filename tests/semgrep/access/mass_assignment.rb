class NotesController < ApplicationController
  def all_params
    # ruleid: mass-assignment-rails
    params.require(:note).permit!
  end

  def owned_params
    # ruleid: mass-assignment-rails-owner
    params.require(:note).permit(:title, :user_id)
  end

  def accounts_params
    # ruleid: mass-assignment-rails-owner
    params.require(:account).permit(:email, :admin)
  end

  def note_params
    # ok: mass-assignment-rails-owner
    params.require(:note).permit(:title, :category_id)
  end
end

class PeopleController < ApplicationController
  before_action :authenticate_user!
  before_action :require_admin!, except: %i[index]
  before_action :set_person

  def person_params
    # ok: mass-assignment-rails-owner
    params.require(:person).permit(:email, :admin, :company_id)
  end
end
