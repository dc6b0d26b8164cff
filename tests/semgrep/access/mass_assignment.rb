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

class GuestsController < ApplicationController
  before_action :require_admin!, only: %i[destroy]

  def guest_params
    # ruleid: mass-assignment-rails-owner
    params.require(:guest).permit(:email, :admin)
  end
end

class MenusController < ApplicationController
  before_action :set_admin_menu

  def menu_params
    # ruleid: mass-assignment-rails-owner
    params.require(:menu).permit(:title, :user_id)
  end
end

class DesksController < ApplicationController
  before_action :authenticate_user_or_admin!

  def desk_params
    # ruleid: mass-assignment-rails-owner
    params.require(:desk).permit(:title, :user_id)
  end
end

class BookingsController < ApplicationController
  skip_before_action :authenticate_user!, raise: false
  before_action :check_status

  def booking_params
    # ok: mass-assignment-rails-owner
    params.require(:booking).permit(:guest_name, :organization_id)
  end

  def guest_params
    # ruleid: mass-assignment-rails-owner
    params.require(:guest).permit(:name, :user_id)
  end
end

class RecordingsController < ApplicationController
  def request_body
    # ok: mass-assignment-rails
    @request_body ||= params.permit!.to_h.except(:action, :controller, :format)
  end

  def next_page
    # ok: mass-assignment-rails
    recordings_path(params.permit!.merge(page: 2))
  end

  def create
    # ruleid: mass-assignment-rails
    Recording.create!(params.permit!.except(:controller, :action))
  end

  def recording_params
    # ruleid: mass-assignment-rails
    params.permit!
  end
end
