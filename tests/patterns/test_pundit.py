"""Policies of Pundit: what looks at the row, and what only at the role."""

from __future__ import annotations

import pytest

from prodlint.patterns.ruby.pundit import Policies

BASE = """\
class ApplicationPolicy
  def initialize(user, record)
    @user, @record = user, record
  end

  def update?
    admin?
  end
  alias edit? update?

  def admin?
    user.admin?
  end

  def show?
    true
  end

  def same_team?
    user.team == record.team
  end
end
"""


def role_only(body: str, action: str, base: str = BASE) -> bool:
    return Policies([base, f"class NotePolicy < ApplicationPolicy\n{body}end\n"]).role_only("Note", action)


@pytest.mark.parametrize(
    ("body", "action", "only"),
    [
        ("", "update", True),
        ("", "edit", True),
        ("", "show", False),  # everybody may: nothing was forgotten
        ("", "destroy", False),  # nobody knows what is asked
        ("  def update?\n    admin? && same_team?\n  end\n", "update", False),
        ("  def update?\n    admin? && same_team?\n  end\n", "edit", False),
        ("  def update?\n    super && user.editor?\n  end\n", "update", False),
        ("  def initialize(user, note)\n    @note = note\n  end\n  def update?\n    note.open?\n  end\n", "update", False),
        ("  def update?\n    loop?\n  end\n  def loop?\n    update?\n  end\n", "update", False),
    ],
)
def test_a_policy_looks_at_the_row_or_only_at_the_role(body: str, action: str, only: bool) -> None:
    assert role_only(body, action) is only


def test_a_role_may_be_one_over_all_tenants_where_no_policy_holds_a_tenant_against_who_asks() -> None:
    assert not role_only("", "update", BASE.replace("user.team == record.team", "user.active?"))


def test_hostile_text_is_read_in_linear_time() -> None:
    assert not Policies(["class NotePolicy\n" + "  def a?\n    b?\n" * 5_000]).role_only("Note", "a")
    assert not Policies(["class APolicy < BPolicy\nend\n", "class BPolicy < APolicy\nend\n"]).role_only("A", "a")
