"""What a function lists as a whole, and what only a condition says of whose rows it lists."""

from __future__ import annotations

import pytest

from prodlint.patterns.go import operations as go_operations
from prodlint.patterns.text.reader import functions
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.ties.lists import listed


@pytest.mark.parametrize(
    ("call", "all_of"),
    [
        ("prisma.invoice.findMany()", ["invoice"]),
        ("prisma.invoice.findMany({ where: { archived: false } })", ["invoice"]),
        ("prisma.invoice.findMany({ where: { archived: false }, select: { id: true, email: true } })", ["invoice"]),
        ("prisma.invoice.findMany({ where: { archived: false }, orderBy: { id: 'desc' } })", ["invoice"]),
        ("prisma.invoice.findMany({ select: { id: true }, where: { archived: false } })", ["invoice"]),
        ("invoices.paginate(req.query)", ["invoices"]),
        ("invoices.paginate({}, options)", ["invoices"]),
        ("invoices.paginate({ userId })", []),
        ("prisma.invoice.findMany({ where: { userId } })", []),
        ("prisma.invoice.findMany({ select: { total: true }, where: { order: { id } } })", []),
    ],
)
def test_only_the_condition_says_whose_rows_are_listed(call: str, all_of: list[str]) -> None:
    code = Code(f"async function index(req, res) {{ return res.json(await {call}); }}\n", "javascript")
    assert list(listed(functions(code)[0])) == all_of


def test_a_file_of_many_operations_is_read_once() -> None:
    lines = "".join(
        f'huma.Register(api, huma.Operation{{Method: http.MethodGet, Path: "/o/{{id}}/{number}"}}, show{number})\n' for number in range(400)
    )
    go_operations._operations.cache_clear()
    assert [go_operations.registered(lines, f"show{number}") for number in range(400)] == [
        ("GET", f"/o/{{id}}/{number}", "") for number in range(400)
    ]
    assert go_operations.registered(lines, "other") is None
    assert go_operations._operations.cache_info().misses == 1


def test_a_chain_of_ruby_ends_with_its_lines() -> None:
    notes, last = "pagy, @notes = pagy(Note.all, items: 20)", "@last = Post.all\n      .order(:id)\n      .first"
    text = f"class A\n  def index\n    {notes}\n    {last}\n    @n = pagy.count\n  end\nend\n"
    assert list(listed(functions(Code(text, "ruby"))[0])) == ["Note"]
