"""What a strict reading found: guards that only write down what happens, refusals in a branch, a login that says nothing of rows."""

from __future__ import annotations

import pytest

from tests.patterns.apps import linked, told

ROUTES = """const { guard } = require('./guard');
router.delete('/invoices/:id', guard, async (req, res) => {
  await prisma.invoice.delete({ where: { id: req.params.id } });
  res.end();
});
"""
GUARD = "async function guard(req, res, next) {{ {} next(); }}\nmodule.exports = {{ guard }};\n"


@pytest.mark.parametrize(
    ("body", "unread"),
    [
        ("if (!(await acl.ask(req.user.id, req.params.id))) return res.status(403).end();", True),
        ("logger.info(`user ${req.user.id} opens ${req.params.id}`); if (!req.user.paid) return res.status(403).end();", False),
        ("if (req.headers['x-csrf'] !== req.session.csrf) return res.status(403).end(); await audit(req.user, req.params.id);", False),
    ],
)
def test_a_guard_that_only_writes_down_who_asks_for_what_is_no_unread_one(body: str, unread: bool) -> None:
    files = {"src/routes.js": ROUTES, "src/guard.js": GUARD.replace("{}", body).replace("{{", "{").replace("}}", "}")}
    found = list(linked("router", "router.", files).loose_ids("javascript"))
    assert [each.unread is not None for each in found] == ([True] if unread and found else [False] * len(found))
    assert found or unread


MAPPED = """router.delete('/invoices/:invoiceId', requireLogin, async (req, res) => {
  const { invoiceId } = req.params;
  BODY
  await prisma.invoice.delete({ where: { id: invoiceId } });
});
"""
REFUSES = "if (!req.session.workspaces[invoiceId]) return res.status(403).end();"


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (REFUSES, []),
        ("try { " + REFUSES + " } catch (e) { next(e); }", []),
        ("if (strict) { " + REFUSES + " }", ["invoiceId"]),
        ("items.forEach(() => { " + REFUSES + " });", ["invoiceId"]),
    ],
)
def test_a_refusal_in_a_branch_or_a_callback_ties_nothing(body: str, ids: list[str]) -> None:
    found = told("javascript", "router", "router.", {"src/invoices.js": MAPPED.replace("BODY", body)})
    assert [name for name, _ in found] == ids


@pytest.mark.parametrize(
    ("row", "sure"),
    [("color", "low"), ("invoice", "medium")],
)
def test_a_login_alone_makes_no_evidence_of_rows_of_which_nothing_is_known(row: str, sure: str) -> None:
    text = f"router.delete('/{row}s/:id', requireAuth, async (req, res) => {{ await prisma.{row}.delete({{ where: {{ id: req.params.id }} }}); }});\n"
    assert [each for _, each in told("javascript", "router", "router.", {"src/routes.js": text})] == [sure]
