"""JavaScript and TypeScript: rights that are looked for, helpers that are handed a request and who asks, joins that narrow."""

from __future__ import annotations

import pytest

from tests.patterns.apps import linked, told

EXPRESS = """import express from 'express';
const router = express.Router();
router.delete('/boards/:id', authRequired, async (req, res) => {
  const permissions = req.user.permissions as Permission[];
  ASKS
  await db.delete().from('boards').where({ id: req.params.id });
  res.sendStatus(204);
});
"""


def _confidence(language: str, framework: str, sign: str, files: dict[str, str]) -> dict[str, str]:
    return dict(told(language, framework, sign, files))


@pytest.mark.parametrize(
    ("asks", "confidence"),
    [
        ("const may = permissions.includes('board:destroy');\n  if (!may) {\n    res.status(403).send({ code: 1 });\n    return;\n  }", "low"),
        ("if (!permissions.includes('board:destroy')) return res.status(403).end();", "low"),
        ("if (!permissions.find((each) => each === 'board:destroy')) throw new ForbiddenError();", "low"),
        ("const may = permissions.includes('board:destroy');\n  log(may);", "medium"),  # nobody is refused
        ("const may = permissions.includes('board:destroy');\n  if (!may) res.status(403).send();", "medium"),  # and on it goes
        ("if (!permissions.includes('board:destroy')) console.warn('odd');", "medium"),
        ("const may = permissions.includes('board:destroy');\n  if (!may && late) return res.status(403).end();", "medium"),
        ("if (!permissions.includes('board:destroy:own')) return res.status(403).end();", "medium"),  # whose it is, nobody asks
        ("if (!permissions.includes('boards:read')) return res.status(403).end();", "medium"),  # every token may have it
        ("if (!permissions.includes('verified')) return res.status(403).end();", "medium"),
        ("if (!permissions.includes('tenant_admin')) return res.status(403).end();", "medium"),
        ("if (!permissions.includes('admin')) return res.status(403).end();", "low"),
        ("if (!permissions.includes(Permission.DeleteBoard)) return res.status(403).end();", "low"),
        ("if (!permissions.includes('user')) return res.status(403).end();", "medium"),  # what everybody has
        ("if (!permissions.includes(req.body.right)) return res.status(403).end();", "medium"),  # what the client says
        ("const rights = req.body.permissions;\n  if (!rights.includes('board:destroy')) return res.status(403).end();", "medium"),
    ],
)
def test_a_right_without_which_a_handler_refuses_is_a_role(asks: str, confidence: str) -> None:
    assert _confidence("typescript", "router", "router.delete", {"src/boards.ts": EXPRESS.replace("ASKS", asks)}) == {"id": confidence}


HONO = """import { getOrder } from './helpers';
app.delete('/orders/:orderId', auth, async (c) => {
  const team = c.var.team;
  const orderId = c.req.param('orderId');
  await getOrder(c, HANDED);
  await removeOrder(orderId);
  return c.json({ ok: true });
});
const removeOrder = async (id: string) => db.order.delete({ where: { id } });
"""
HELPERS = """import { Context } from 'hono';
export const getOrder = async (c: Context, teamId: number) => {
  const orderId = c.req.param('orderId');
  BODY
  return order;
};
"""
REFUSED = "  if (!order) throw new ApiError({ code: 'NOT_FOUND' });"


@pytest.mark.parametrize(
    ("body", "handed", "names"),
    [
        ("const order = await db.order.findUnique({ where: { id: orderId, teamId } });\n" + REFUSED, "team.id", []),
        # it is handed the team for nothing
        ("const order = await db.order.findUnique({ where: { id: orderId } });\n" + REFUSED, "team.id", ["orderId"]),
        ("const order = await db.order.findUnique({ where: { id: orderId } });\n  audit(teamId);\n" + REFUSED, "team.id", ["orderId"]),
        ("const order = await db.order.findUnique({ where: { id: orderId, teamId } });\n" + REFUSED, "c.req.query('teamId')", ["orderId"]),
        ("const order = await db.order.findUnique({ where: { id: orderId } });\n  if (order.teamId !== teamId) throw new ApiError();", "team.id", []),
    ],
)
def test_a_helper_ties_what_it_takes_from_the_request_by_what_it_is_handed(body: str, handed: str, names: list[str]) -> None:
    files = {"src/orders.ts": HONO.replace("HANDED", handed), "src/helpers.ts": HELPERS.replace("BODY", body)}
    found = _confidence("typescript", "router", "app.delete", files)
    assert sorted(name for name in found if name == "orderId") == names


DRIZZLE = """export const comments = protectedProcedure.input(z.object({ cardId: z.string(), boardId: z.string() })).query(async ({ ctx, input }) => {
  await assertMember(ctx.session.user, input.boardId);
  const found = await db.select().from(cards)
    .JOIN
    .where(eq(cards.id, input.cardId));
  if (found.length === 0) throw new TRPCError({ code: 'NOT_FOUND' });
  return db.select().from(comments).where(eq(comments.cardId, input.cardId));
});
"""


@pytest.mark.parametrize(
    ("join", "names"),
    [
        ("innerJoin(boards, and(eq(cards.boardId, boards.id), eq(boards.id, input.boardId)))", []),
        ("leftJoin(boards, and(eq(cards.boardId, boards.id), eq(boards.id, input.boardId)))", ["cardId"]),
        ("innerJoin(boards, eq(cards.boardId, boards.id))", ["cardId"]),
        ("innerJoin(boards, or(eq(cards.boardId, boards.id), eq(boards.id, input.boardId)))", ["cardId"]),
        ("innerJoin(boards, and(eq(cards.boardId, boards.id), or(eq(boards.id, input.boardId), eq(boards.open, true))))", ["cardId"]),
        ("innerJoin(boards, and(eq(boards.id, input.boardId), eq(boards.archived, false)))", ["cardId"]),  # to nothing of the row
        (
            "innerJoin(columns, eq(cards.columnId, columns.id)).innerJoin(boards, and(eq(columns.boardId, boards.id), eq(boards.id, input.boardId)))",
            [],
        ),
    ],
)
def test_an_inner_join_with_what_is_checked_narrows(join: str, names: list[str]) -> None:
    assert [name for name, _ in told("typescript", "procedure", "protectedProcedure.input", {"src/c.ts": DRIZZLE.replace("JOIN", join)})] == names


NEST = """import { Controller, Get, Param } from '@nestjs/common';
@Controller('shares')
export class SharesController {
  constructor(private shares: SharesService) {}
  @Get('free/:id')
  free(@Param('id') id: string) {
    return this.shares.CALLED(id);
  }
}
@Injectable()
export class SharesService {
  constructor(private prisma: PrismaService) {}
  async CALLED(id: string) {
    const share = await this.prisma.share.findUnique({ where: { id } });
    return { free: !share };
  }
  async mine(user: User) {
    return this.prisma.share.findMany({ where: { userId: user.id } });
  }
}
"""


@pytest.mark.parametrize(("called", "asked"), [("isShareIdAvailable", True), ("isMineAvailableNow", False), ("getShare", False)])
def test_whether_an_id_is_free_gives_nothing_away(called: str, asked: bool) -> None:
    found = linked("nest", "@Get(", {"src/shares.ts": NEST.replace("CALLED", called)}).loose_ids("typescript")
    assert [each.only_asked for each in found if each.id == "id"] == [asked]


SERVICE = """import { initTRPC, TRPCError } from '@trpc/server';
const t = initTRPC.context<{ auth: boolean;EXTRA db: Db }>().create();
export const publicProcedure = t.procedure;
export const protectedProcedure = t.procedure.use(({ ctx, next }) => {
  if (!ctx.auth) throw new TRPCError({ code: 'UNAUTHORIZED' });
  return next();
});
"""
ASKED = """app.use('/trpc', async (c) => {
  const token = c.req.header('authorization');
  return handle({ createContext: () => ({ auth: HELD, db }) });
});
"""
BILLING = """export const billing = router({
  mine: protectedProcedure.query(async ({ ctx }) => db.billing.findMany({ where: { userId: ctx.user.id } })),
  cancel: PROCEDURE.input(z.object({ orgId: z.number() })).mutation(async ({ input }) => {
    return db.billing.update({ where: { id: input.orgId }, data: { ended: true } });
  }),
});
"""


@pytest.mark.parametrize(
    ("held", "extra", "procedure", "machine"),
    [
        ("token === env.BILLING_KEY", "", "protectedProcedure", True),
        ("token === env.BILLING_KEY", " user: User | null;", "protectedProcedure", False),  # it knows who calls
        ("sessions.has(token)", "", "protectedProcedure", False),  # one of many
        ("token === env.BILLING_KEY", "", "publicProcedure", False),
        ("token === process.env.NEXT_PUBLIC_API_KEY", "", "protectedProcedure", False),  # every page holds it
        ("token === env.BILLING_KEY", " sub: string;", "protectedProcedure", False),
    ],
)
def test_procedures_behind_a_key_that_services_share(held: str, extra: str, procedure: str, machine: bool) -> None:
    files = {
        "src/trpc.ts": SERVICE.replace("EXTRA", extra),
        "src/app.ts": ASKED.replace("HELD", held),
        "src/billing.ts": BILLING.replace("PROCEDURE", procedure),
    }
    found = linked("procedure", "Procedure.input", files).loose_ids("typescript")
    assert [each.machine for each in found if each.id == "orgId"] == [machine]


ACTIONS = """export const renameChat = actionClient.inputSchema(schema).action(async ({ ctx: { emailAccountId }, parsedInput: { chatId } }) => {
  await prisma.chat.update({ where: { id: chatId, emailAccountId }, data: { seen: true } });
});
"""
CLIENT = """export const actionClient = createSafeActionClient().use(async ({ next, bindArgsClientInputs }) => {
  const session = await auth();
  MADE
  return next({ ctx: { session, emailAccountId } });
});
"""
CHECKED = "const account = await findAccount(emailAccountId);\n  if (account?.userId !== session.user.id) throw new Error('Unauthorized');"


@pytest.mark.parametrize(
    ("made", "names"),
    [
        ("const emailAccountId = session.emailAccountId;", []),
        (f"const emailAccountId = bindArgsClientInputs[0] as string;\n  {CHECKED}", []),
        ("const emailAccountId = bindArgsClientInputs[0] as string;", ["chatId"]),  # who it is, the client says
        ("const emailAccountId = (await getRawInput()).emailAccountId;\n  if (!session.user.id) throw new Error();", ["chatId"]),
        ("const { emailAccountId } = rawInput as Input;\n  if (!session.user.id) throw new Error();", ["chatId"]),
        (
            "const emailAccountId = bindArgsClientInputs[0];\n  log.info({ emailAccountId, userId: session.user.id });\n"
            "  if (!session.user.id) throw new Error();",
            ["chatId"],  # it is only written down
        ),
        (
            "const emailAccountId = bindArgsClientInputs[0];\n"
            "  const row = await db.account.findFirst({ where: { id: emailAccountId, userId: session.user.id } });\n  if (!row) throw new Error();",
            [],
        ),
    ],
)
def test_an_id_of_the_context_is_of_who_asks_unless_the_client_sent_it(made: str, names: list[str]) -> None:
    files = {"src/safe.ts": CLIENT.replace("MADE", made), "src/chats.ts": ACTIONS}
    assert [name for name, _ in told("typescript", "procedure", "actionClient.inputSchema", files)] == names


INSTEAD = """router.get('/notes', authenticate, async (req, res) => {
  const userId = WHOSE;
  res.json(await prisma.note.findMany({ where: { userId } }));
});
"""


@pytest.mark.parametrize(
    ("whose", "names"),
    [
        ("req.user.id", []),
        ("req.query.userId ?? req.user.id", ["userId"]),
        ("Number(req.query.userId) || req.user.id", ["userId"]),
        ("req.user.isAdmin ? req.query.userId : req.user.id", []),
        ("req.user.id || req.query.userId", []),
    ],
)
def test_who_asks_only_stands_in_for_whom_the_client_names(whose: str, names: list[str]) -> None:
    assert [name for name, _ in told("typescript", "router", "router.get", {"src/notes.ts": INSTEAD.replace("WHOSE", whose)})] == names


WRAPPED = """export const POST = WRAPPER(async (request) => {
  const body = schema.parse(await request.json());
  return runJob({ id: body.jobId });
});
const runJob = async ({ id }: { id: string }) => prisma.job.update({ where: { id }, data: { done: true } });
"""


@pytest.mark.parametrize(
    ("wrapper", "machine"),
    [("withQstashOrInternal", True), ("withCronSecret", True), ("withInternalUser", False), ("withError", False)],
)
def test_wrappers_that_let_in_only_machines(wrapper: str, machine: bool) -> None:
    found = linked("next", "export const POST", {"src/app/api/jobs/route.ts": WRAPPED.replace("WRAPPER", wrapper)}).loose_ids("typescript")
    assert {each.machine for each in found} == {machine}


MEMBER = """export const removeRule = protectedProcedure.input(z.object({ orgId: z.string() })).mutation(async ({ ctx, input }) => {
  await getAuthorizedMember({ orgId: input.orgId, userId: ctx.session.user.id });
  return db.rule.deleteMany({ where: { orgId: input.orgId } });
});
async function getAuthorizedMember({ orgId, userId }: { orgId: string; userId: string }) {
  const member = await db.member.findFirst({ where: { orgId, userId } });
  ENDS
  return member;
}
"""


@pytest.mark.parametrize(
    ("ends", "names"),
    [
        ("if (!hasAdminRole(member?.role)) throw new Forbidden();", []),
        ("if (!hasAdminRole(member?.role)) return null;", ["orgId"]),  # and nobody looks at what it gives
        ("", ["orgId"]),
    ],
)
def test_a_check_that_throws_needs_nobody_who_hears_it(ends: str, names: list[str]) -> None:
    assert [name for name, _ in told("typescript", "procedure", "protectedProcedure.input", {"src/r.ts": MEMBER.replace("ENDS", ends)})] == names


SHOWN = """export EXPORTED = async (ctx) => {
  const body = ctx.query;
  await updateTemplate(body);
  return { props: {} };
};
"""


@pytest.mark.parametrize(("exported", "told_of"), [("const getServerSideProps", 0), ("const action", 1)])
def test_a_page_about_a_webhook_is_none(exported: str, told_of: int) -> None:
    files = {"src/pages/templates/webhook/index.page.tsx": SHOWN.replace("EXPORTED", exported)}
    assert len(list(linked("loader", "export", files).believed_hooks())) == told_of


@pytest.mark.parametrize("put", ["meta: { a: 1 }, emailAccountId: rawInput.emailAccountId", "emailAccountId: (rawInput as any).emailAccountId"])
def test_an_id_that_is_put_there_as_it_was_sent_is_nobodys(put: str) -> None:
    client = CLIENT.replace("session, emailAccountId", put).replace("MADE", "if (!session.user) throw new Error();")
    found = told("typescript", "procedure", "actionClient.inputSchema", {"src/safe.ts": client, "src/chats.ts": ACTIONS})
    assert [name for name, _ in found] == ["chatId"]


HELD = """router.get('/notes/:id', authenticate, async (req, res) => {
  const note = await prisma.note.findFirst({ QUERY });
  if (!note) return res.status(404).end();
  res.json(note);
});
"""


@pytest.mark.parametrize(
    ("query", "owned"),
    [
        ("where: { id: req.params.id, userId: req.user.id }", True),
        ("where: { id: req.params.id, userId: req.user.id }, include: { likes: true }", True),
        ("include: { likes: true }, where: { status: { not: 'gone' }, id: req.params.id, userId: req.user.id }", True),
        ("where: { id: req.params.id, userId: { not: req.user.id } }", False),
        ("where: { id: req.params.id, NOT: { userId: req.user.id } }", False),
        ("where: { id: req.params.id }, include: { likes: { where: { userId: req.user.id } } }", False),
        ("where: { id: req.params.id, viewedBy: { some: { userId: { not: req.user.id } } } }", False),
    ],
)
def test_a_query_is_the_callers_only_by_what_it_must_fulfil(query: str, owned: bool) -> None:
    rows = linked("router", "router.get", {"src/notes.ts": HELD.replace("QUERY", query)}).pattern_routes()
    assert (rows[0].ownership == "owned") is owned
