"""Entry points that a server calls with one event, fields of GraphQL, and ids within what was sent."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.project import link
from tests.patterns.apps import told

SCHEMA = """model User { id String @id
  orders Order[]
}
model Order { id String @id
  userId String
  user User @relation(fields: [userId], references: [id])
}
"""
OWNED = "app.get('/mine', requireAuth, async (req, res) => { res.json(await prisma.order.findMany({ where: { userId: req.user.id } })); });\n"


def graphql(field: str, extra: dict[str, str] | None = None, root: str = "Mutation") -> list[tuple[str, str]]:
    files = {"src/resolvers.ts": f"export const resolvers = {{\n  {root}: {{\n    {field}\n  }},\n}};\n", "src/routes.ts": OWNED, **(extra or {})}
    return told("typescript", "graphql", "=> {", files)


def event(path: str, text: str, message: str) -> list[tuple[str, str]]:
    sign = next(number for number, line in enumerate(text.splitlines(), 1) if "=> {" in line)
    width = len(text.splitlines()[sign - 1]) + 1
    entry = Match("entries", sign, 1, sign, width, message, {"role": "entry", "framework": "event"})
    kept = (Match("source-text", 1, 1, 1, 1, text, {}), Match("source-text", 1, 1, 1, 1, OWNED, {}))
    facts = {path: FileFacts(path, "x", 0, matches=(entry, kept[0])), "src/own.ts": FileFacts("src/own.ts", "x", 0, matches=(kept[1],))}
    return [(each.id, each.finding().confidence) for each in link(facts, models=load()).loose_ids("typescript")]


REMOVE = "await prisma.order.delete({ where: { id: args.orderId } });"


@pytest.mark.parametrize(
    ("field", "ids"),
    [
        ("remove: async (_, args, context) => { if (!context.user) throw new Error('no'); " + REMOVE + " },", ["orderId"]),
        ("remove: async (_parent, { orderId }, { user }) => { await prisma.order.delete({ where: { id: orderId } }); },", ["orderId"]),
        ("remove: async (_, { orderId }, { user }) => { await prisma.order.delete({ where: { id: orderId, userId: user.id } }); },", []),
        ("remove: async (_, args, ctx) => { const o = await prisma.order.findFirst({ where: { id: args.orderId } });"
         " if (o.userId !== ctx.user.id) throw new Error('no'); " + REMOVE + " },", []),
        ("remove: combineResolvers(isOwner, async (_, args, ctx) => { " + REMOVE + " }),", []),
        ("remove: combineResolvers(isAuthenticated, async (_, args, { user }) => { " + REMOVE + " }),", ["orderId"]),
    ],
)  # fmt: skip
def test_a_field_of_mutation_is_an_entry_point(field: str, ids: list[str]) -> None:
    assert [name for name, sure in graphql(field) if sure == "medium"] == ids


def test_a_field_of_another_type_is_none() -> None:
    """Its parent was asked for before."""
    assert graphql("remove: async (parent, args, context) => { " + REMOVE + " },", root="Order") == []


@pytest.mark.parametrize(
    ("said", "sure"),
    [("@auth(requires: ADMIN)", "low"), ("@isOwner", "low"), ("@auth(requires: USER)", "medium"), ("", "medium")],
)
def test_what_a_directive_asks_before_a_field(said: str, sure: str) -> None:
    schema = f"export default gql`\n  type Mutation {{\n    remove(orderId: ID!): Boolean! {said}\n  }}\n`;\n"
    found = graphql("remove: async (_, args, context) => { if (!context.user) throw new Error('no'); " + REMOVE + " },", {"src/schema.ts": schema})
    assert {each for _, each in found} <= {sure}
    assert found or sure == "low"


def test_rules_of_graphql_shield_stand_before_a_field() -> None:
    rules = "export const permissions = shield({\n  Mutation: {\n    remove: isOrderOwner,\n  },\n});\n"
    field = "remove: async (_, args, context) => { if (!context.user) throw new Error('no'); " + REMOVE + " },"
    assert all(sure == "low" for _, sure in graphql(field, {"src/permissions.ts": rules}))
    assert [sure for _, sure in graphql(field, {"src/permissions.ts": rules.replace("remove:", "edit:")})] == ["medium"]


def test_where_nobody_read_the_schema_a_field_that_looks_at_nobody_may_leave_that_to_a_directive() -> None:
    quiet = "remove: async (_, args, context) => { " + REMOVE + " },"
    assert all(sure == "low" for _, sure in graphql(quiet))
    assert [sure for _, sure in graphql(quiet, {"src/schema.ts": "gql`\n  type Mutation {\n    remove(orderId: ID!): Boolean!\n  }\n`;\n"})] == [
        "medium"
    ]
    every = "shield({\n  Mutation: {\n    '*': isOwner,\n  },\n});\n"
    assert all(sure == "low" for _, sure in graphql("remove: async (_, args, { user }) => { " + REMOVE + " },", {"src/permissions.ts": every}))


NUXT = """export default defineEventHandler(async (event) => {
  const { user } = await requireUserSession(event)
  const body = await readBody(event)
  await prisma.order.delete({ where: { id: body.orderId%s } })
})
"""
EDGE = """Deno.serve(async (req) => {
  const user = await getUser(req)
  const { orderId } = await req.json()
  await prisma.order.delete({ where: { id: orderId%s } })
  return new Response('ok')
})
"""
LAMBDA = """export const handler = async (event) => {
  const userId = event.requestContext.authorizer.claims.sub
  await prisma.order.delete({ where: { id: event.pathParameters.orderId%s } })
}
"""


@pytest.mark.parametrize(
    ("path", "text", "message", "mine"),
    [
        ("server/api/orders.delete.ts", NUXT, "h3", ", userId: user.id"),
        ("supabase/functions/orders/index.ts", EDGE, "edge", ", userId: user.id"),
        ("src/orders.ts", LAMBDA, "lambda", ", userId"),
    ],
)
def test_a_function_that_is_handed_one_event_is_an_entry_point(path: str, text: str, message: str, mine: str) -> None:
    assert event(path, text % "", message) == [("orderId", "medium")]
    assert event(path, text % mine, message) == []


def test_a_plugin_of_nuxt_is_none() -> None:
    assert event("layers/base/plugins/orders.ts", NUXT % "", "h3") == []


ROUTE = "app.post('/orders/edit', requireAuth, async (req, res) => {{ {} }});\n"
UPDATE = "await prisma.order.update({{ where: {{ id: {} }}, data: {{ total: 1 }} }});"


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ("for (const item of req.body.items) { " + UPDATE.format("item.id") + " }", ["itemId"]),
        ("const { orders } = req.body; for (const { id } of orders) { " + UPDATE.format("id") + " }", ["orderId"]),
        ("const { orders } = req.body; await Promise.all(orders.map(({ id }) => prisma.order.delete({ where: { id } })));", ["orderId"]),
        ("const { order } = req.body; " + UPDATE.format("order.id"), ["orderId"]),
        ("const { orderIds = [] } = reqBody(req); await prisma.order.deleteMany({ where: { id: { in: orderIds } } });", ["orderIds"]),
        ("const { orders } = req.body; const ids = orders.map((o) => o.id);"
         " await prisma.order.deleteMany({ where: { id: { in: ids }, userId: req.user.id } });", []),
        # a row that was found by what was sent is none of it
        ("const { slug } = req.body; const shop = await shops.bySlug(slug); await prisma.order.deleteMany({ where: { shopId: shop.id } });", []),
        ("const file = await req.body.file; await prisma.order.deleteMany({ where: { id: file.id } });", []),
    ],
)  # fmt: skip
def test_ids_within_lists_and_objects_that_were_sent(body: str, ids: list[str]) -> None:
    found = told("typescript", "router", "app.", {"src/orders.ts": OWNED + ROUTE.format(body)})
    assert [name for name, _ in found] == ids


OVER = "req.body.orderId = req.user.orderId; "


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (OVER + UPDATE.format("req.body.orderId"), []),
        ("if (req.body.mine) { " + OVER + "} " + UPDATE.format("req.body.orderId"), ["orderId"]),
        ("if (!req.body.orderId) " + OVER + UPDATE.format("req.body.orderId"), ["orderId"]),
        ("try { " + OVER + "} catch {} " + UPDATE.format("req.body.orderId"), ["orderId"]),
        ("items.forEach(() => { " + OVER + "}); " + UPDATE.format("req.body.orderId"), ["orderId"]),
        (OVER + UPDATE.format("req.query.orderId"), ["orderId"]),
    ],
)
def test_what_is_put_over_a_field_of_the_body_is_the_callers(body: str, ids: list[str]) -> None:
    assert [name for name, _ in told("typescript", "router", "app.", {"src/orders.ts": OWNED + ROUTE.format(body)})] == ids


GUARDED = "await checkOrderAccess(req, req.body.orderId); " + UPDATE.format("req.body.orderId")
FORGETS = """export async function checkOrderAccess(_req, _orderId) {
  const who = await auth();
  if (process.env.VERBOSE) { console.log(`user ${who.id} opens ${_orderId}`); }
  return who;
}
"""
LOOKS = """export async function checkOrderAccess(req, orderId) {
  const who = await auth();
  if (!(await prisma.order.findFirst({ where: { id: orderId, userId: who.id } }))) throw new Error('no');
}
"""


@pytest.mark.parametrize(("check", "ids"), [(FORGETS, ["orderId"]), (LOOKS, [])])
def test_a_check_that_never_looks_at_the_id_ties_nothing(check: str, ids: list[str]) -> None:
    files = {"src/orders.ts": "import { checkOrderAccess } from './access';\n" + OWNED + ROUTE.format(GUARDED), "src/access.ts": check}
    assert [name for name, _ in told("typescript", "router", "app.", files)] == ids


COUNTS = """export async function canOwnMore(userId) {
  const n = await prisma.order.count({ where: { userId } });
  return n < 5;
}
"""


def test_a_check_that_asks_data_alone_knows_nobody() -> None:
    body = "if (!(await canOwnMore(req.body.userId))) return res.status(403).end(); "
    body += "await prisma.order.deleteMany({ where: { userId: req.body.userId } });"
    files = {"src/orders.ts": "import { canOwnMore } from './limits';\n" + OWNED + ROUTE.format(body), "src/limits.ts": COUNTS}
    assert [name for name, _ in told("typescript", "router", "app.", files)] == ["userId"]
    asks = COUNTS.replace("return n", "const session = await getSession(); if (session.user.id !== userId) throw new Error('no'); return n")
    assert told("typescript", "router", "app.", {**files, "src/limits.ts": asks}) == []


def test_a_comparison_that_tells_a_validator_to_refuse_ties() -> None:
    row = "const o = await prisma.order.findFirst({ where: { id: req.body.orderId } }); "
    lookup = UPDATE.format("req.body.orderId")
    refused = row + "if (o.userId !== req.user.id) { provider.error('id', 'Permission denied!'); } " + lookup
    logged = row + "if (o.userId !== req.user.id) { console.error('Permission denied!'); } " + lookup
    assert told("typescript", "router", "app.", {"src/orders.ts": OWNED + ROUTE.format(refused)}) == []
    assert [name for name, _ in told("typescript", "router", "app.", {"src/orders.ts": OWNED + ROUTE.format(logged)})] == ["orderId"]


HOOKS = """export const guardHandle: Handle = async ({ event, resolve }) => {
  const session = await event.locals.auth();
  if (!(await isMember(session.user.id, event.params.id))) throw error(403);
  return resolve(event);
};
"""
PAGE = """export const actions = {
  remove: async ({ params, locals, request }) => {
    if (!locals.user) return fail(401);
    const data = await request.formData();
    await prisma.order.delete({ where: { id: %s } });
  },
};
"""


@pytest.mark.parametrize(
    ("used", "hooks", "sure"),
    [
        ("params.id", HOOKS, "low"),
        ("params.id", "", "medium"),
        ("params.id", HOOKS.replace("event.params.id", "event.locals.teamId"), "medium"),
        ("data.get('orderId')", HOOKS, "medium"),
    ],
)
def test_a_hook_of_sveltekit_that_looks_at_a_part_of_the_path_is_an_unread_guard(used: str, hooks: str, sure: str) -> None:
    path, text = "src/routes/orders/[id]/+page.server.ts", PAGE % used
    entry = Match("entries", 1, 1, 1, 23, "actions", {"role": "entry", "framework": "loader"})
    facts = {path: FileFacts(path, "x", 0, matches=(entry, Match("source-text", 1, 1, 1, 1, text, {})))}
    for name, other in (("src/hooks.server.ts", hooks), ("src/own.ts", OWNED)):
        facts[name] = FileFacts(name, "x", 0, matches=(Match("source-text", 1, 1, 1, 1, other, {}),))
    assert [each.finding().confidence for each in link(facts, models=load()).loose_ids("typescript")] == [sure]
