"""Names by which who asks is known, or seems to be."""

from __future__ import annotations

import pytest

from prodlint.patterns.entries.around import ties_by_name
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.ties.whose import injected


@pytest.mark.parametrize(
    ("mark", "ties"),
    [("@ManagersOnly", True), ("@StaffOnly", True), ("@ReadOnly", False), ("@AuthenticatedOnly", False), ("@InternalOnly", False)],
)
def test_a_mark_for_some_names_them(mark: str, ties: bool) -> None:
    assert ties_by_name(f'@GetMapping("/{{id}}") {mark}') is ties


@pytest.mark.parametrize(
    ("used", "known"),
    [
        ("var order = await _context.Orders.FindAsync(id);", False),
        ("_context.Orders.Remove(order); await _context.SaveChangesAsync();", False),
        ("var mine = orders.Where(o => o.UserId == _context.UserId);", True),
        ("if (!_context.Roles.Contains(role)) return Forbid();", True),
    ],
)
def test_a_context_of_tables_is_not_who_asks(used: str, known: bool) -> None:
    text = f"public class Orders {{ private readonly IUserContext _context; public object One(int id) {{ {used} }} }}"
    assert injected(Code(text, "csharp"), "_context") is known
