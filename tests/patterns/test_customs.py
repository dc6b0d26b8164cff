"""What other handlers of an app say of one that ties nothing: what nearly all of them tie, who may sign up, where permissions decide."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.patterns.evidence import customs
from prodlint.patterns.evidence.judge import confidence
from prodlint.patterns.evidence.loose import LooseId
from prodlint.project import link


def loose(text: str, path: str = "src/routes.ts") -> dict[str, LooseId]:
    """The loose ids of a file of routes, by the route's path."""
    facts = {path: FileFacts(path, "x", 0, matches=(Match("source-text", 1, 1, 1, 1, text, {"id": "source-text"}),))}
    return {each.ref.path: each for each in link(facts, models=load()).loose_ids("typescript")}


HEAD = 'import { Router } from "express";\nimport { prisma } from "./db";\nconst router = Router();\nrouter.use(requireLogin);\n'
STAFF = "".join(
    f'router.get("/desk/parts{number}/:partId", allowRoles("desk", "chief"), async (req, res) => {{\n'
    f"  res.json(await prisma.part{number}.findUnique({{ where: {{ id: req.params.partId }} }}));\n}});\n"
    for number in range(14)
)
MINE = (
    'router.get("/orders/:orderId", async (req, res) => {\n'
    "  const order = await prisma.order.findUnique({ where: { id: req.params.orderId } });\n  res.json({ order, by: req.user.id });\n});\n"
    'router.get("/my/invoices/:invoiceId", async (req, res) => {\n'
    "  const invoice = await prisma.invoice.findUnique({ where: { id: req.params.invoiceId } });\n  res.json({ invoice, by: req.user.id });\n});\n"
    'router.get("/my/invoices", async (req, res) => {\n  res.json(await prisma.invoice.findMany({ where: { userId: req.user.id } }));\n});\n'
    'router.delete("/my/invoices/:invoiceId", async (req, res) => {\n'
    "  await prisma.invoice.delete({ where: { id: req.params.invoiceId } });\n  res.json({ by: req.user.id });\n});\n"
)


def test_handlers_for_staff_do_not_hide_what_asks_for_nothing() -> None:
    found = loose(HEAD + STAFF + MINE + "export default router;\n")
    assert confidence(found["/orders/:orderId"]) == confidence(found["/my/invoices/:invoiceId"]) == "medium"
    assert confidence(found["/desk/parts3/:partId"]) == "low"


SERVER = (
    'router.{verb}("/servers/:serverId/{name}", allowRoles("operator", "chief"), async (req, res) => {{\n'
    "  const server = await prisma.server.findUnique({{ where: {{ id: req.params.serverId }} }});\n{check}"
    "  res.json(await {name}(server.id));\n}});\n"
)
CHECK = "  if (server.organizationId !== req.session.organizationId) return res.sendStatus(403);\n"


@pytest.mark.parametrize(("checked", "told"), [(5, "medium"), (2, "low")])
def test_an_id_that_nearly_every_handler_ties_behind_the_same_role(checked: int, told: str) -> None:
    names = ["restart", "rename", "prune", "inspect", "resize"][:checked]
    text = HEAD + "".join(SERVER.format(verb="post", name=name, check=CHECK) for name in names)
    text += SERVER.format(verb="delete", name="wipe", check="")
    found = loose(text + "export default router;\n")
    assert {path: confidence(each) for path, each in found.items()} == {"/servers/:serverId/wipe": told}


@pytest.mark.parametrize(
    ("asks", "told"),
    [
        ('  if (req.user.role !== "admin") return res.sendStatus(403);\n', "low"),
        ('  if (req.user.role !== "admin" && req.body.force) return res.sendStatus(403);\n', "medium"),
        ("  if (!req.user.isSuperAdmin) throw new ForbiddenError();\n", "low"),
        ("  if (!req.user.isSuperAdmin && server.locked) throw new ForbiddenError();\n", "medium"),
        ("  if (req.user.isSuperAdmin) return res.json(server);\n", "medium"),
        ('  await requireRole(["admin", "manager"]);\n', "low"),
        ('  await requireRole(["admin", "customer"]);\n', "medium"),
        ("  await assertAdmin();\n", "low"),
        ("  await assertOrgAdmin();\n", "medium"),
    ],
)
def test_who_rules_everything_need_tie_nothing(asks: str, told: str) -> None:
    text = HEAD + "".join(SERVER.format(verb="post", name=name, check=CHECK) for name in ("restart", "rename", "prune", "inspect"))
    found = loose(text + SERVER.format(verb="delete", name="wipe", check=asks) + "export default router;\n")
    assert {path: confidence(each) for path, each in found.items()} == {"/servers/:serverId/wipe": told}


def test_handlers_for_staff_say_nothing_of_those_for_customers() -> None:
    same = customs.key("javascript", False, False, "serverId", "server")
    staff = customs.key("javascript", True, True, "serverId", "server")
    assert customs.usual([(same, True, True)] * 5 + [(staff, False, True)]) == ({same}, frozenset())
    assert customs.usual([(same, True, True)] * 3 + [(same, True, False)] * 2) == ({same}, {same})
    assert customs.usual([(same, True, True)] * 5 + [(same, False, True)] * 2) == (frozenset(), frozenset())
    assert customs.key("javascript", False, False, "id", "") is None
    assert customs.key("go", False, False, "id", "subscriber") == customs.key("go", False, False, "subscriber_id", "")


UPDATES = (
    'router.put("/bookings/:bookingId", async (req, res) => {\n'
    "  res.json(await prisma.booking.update({ where: { id: req.params.bookingId }, data: { seats: req.body.seats } }));\n});\n"
    'router.get("/bookings", async (req, res) => {\n  res.json(await prisma.booking.findMany());\n});\n'
)
SIGN_UP = 'router.post("/auth/register", async (req, res) => {\n  res.json(await prisma.user.create({ data: req.body }));\n});\n'
SCHEMA = "export const bookings = pgTable('bookings', {\n  id: text('id'),\n  userId: text('user_id').references(() => users.id),\n});\n"


@pytest.mark.parametrize(("more", "told"), [(SIGN_UP, "medium"), ("", "low")])
def test_what_all_may_list_is_shared_only_among_people_who_know_each_other(more: str, told: str) -> None:
    found = loose(HEAD + SCHEMA + UPDATES + more + "export default router;\n")
    assert confidence(found["/bookings/:bookingId"]) == told


READS = 'router.get("/{path}", requireLogin, async (req, res) => {{\n  res.json({{ row: await {call}, by: req.user.id }});\n}});\n'


@pytest.mark.parametrize(
    ("path", "call", "told"),
    [
        ("states/:id", 'db("states").where("id", req.params.id).first()', "low"),  # a table of states
        ("invoices/:id", "prisma.invoice.findUnique({ where: { id: req.params.id } })", "medium"),  # what one has with another
    ],
)
def test_what_nobody_says_belongs_to_somebody_is_told_where_its_name_or_the_id_says_so(path: str, call: str, told: str) -> None:
    mine = READS.format(path="mine", call="prisma.invoice.findMany({ where: { userId: req.user.id } })")
    found = loose(HEAD + READS.format(path=path, call=call) + mine + "export default router;\n")
    assert confidence(found[f"/{path}"]) == told
