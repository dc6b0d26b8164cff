"""Policies of Ruby that a project makes by hand: whether their answer turns somebody away."""

from __future__ import annotations

import pytest

from prodlint.patterns.ruby.handmade import turns_away

ASKED = r"(?<![\w.@])policy\.\w+\?"
DECIDES = [
    "error!('no', 401) unless policy.read?\nOrder.find(id)",
    "head :forbidden and return unless policy.read?",
    "return render(status: 403) if !policy.read?",
    "return if not policy.read?",
    "raise Denied unless current_user && policy.read?",
    "policy.read? || raise(Denied)",
    "policy.read? or error!(403)",
    "unless policy.read?\n  flash[:alert] = 'no'\n  redirect_to root_path\nend\nrender json: order",
    "unless policy.read?\n  return\nend\nrender json: order",
    "if policy.read?\n  present order\nelse\n  error!(403)\nend",
    "if policy.read?\n  present order\nend",
]
SHOWS = [
    "data[:editable] = true if policy.edit?\nrender json: data",
    "render json: order, status: (policy.edit? ? 200 : 202)",
    "order.destroy\nflash[:notice] = 'gone' if policy.edit?\nredirect_to orders_path",
    "order.destroy\nif policy.edit?\n  render json: 1\nend",
    "if policy.edit?\n  data[:editable] = true\nend\nrender json: data",
    "if policy.edit?\n  data[:editable] = true\nelse\n  data[:editable] = false\nend\nrender json: data",
    "unless policy.edit?\n  data.delete(:notes)\nend\nrender json: data",
    "return render(json: full) if policy.edit?\nrender json: order",
]


ROW = r"(?<![\w.@:])member(?![\w?!])(?:\.(?:present|persisted)\?)?"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return head(:forbidden) unless member\nroom.destroy", True),
        ("redirect_to root_path if member.nil?\nrender json: room", True),
        ("head 403 unless member.present?", True),
        ("@joined = member.present?\nrender json: room", False),
        ("member.touch if member\nrender json: room", False),
        ("room.destroy\nhead 204 if member", False),
    ],
)
def test_a_row_of_who_asks_decides_where_somebody_without_one_is_turned_away(body: str, told: bool) -> None:
    assert turns_away(body, ROW) is told


@pytest.mark.parametrize(("body", "told"), [*((each, True) for each in DECIDES), *((each, False) for each in SHOWS)])
def test_an_answer_decides_where_somebody_is_turned_away(body: str, told: bool) -> None:
    assert turns_away(body, ASKED) is told
