class ReportsController < ApplicationController
  def show
    render json: Report.build(params[:id])
  rescue StandardError => e
    # ruleid: error-detail-in-response-ruby
    render json: { error: e.message }, status: :internal_server_error
    # ruleid: error-detail-in-response-ruby
    render json: { error: e.backtrace }, status: 500
    # ruleid: error-detail-in-response-ruby
    render plain: e.message, status: 500
    # ok: error-detail-in-response-ruby
    render json: { error: "the report could not be made" }, status: :internal_server_error
    # ok: error-detail-in-response-ruby
    render json: { error: e.message }, status: :unprocessable_entity
    # ok: error-detail-in-response-ruby
    render plain: "failed", status: 500
  end
end
