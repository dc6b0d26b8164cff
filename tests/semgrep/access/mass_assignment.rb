class NotesController < ApplicationController
  def all_params
    # ruleid: mass-assignment-rails
    params.require(:note).permit!
  end

  def owned_params
    # ruleid: mass-assignment-rails-owner
    params.require(:note).permit(:title, :user_id)
  end

  def note_params
    # ok: mass-assignment-rails-owner
    params.require(:note).permit(:title, :category_id)
  end
end
