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
        ("const order = await db.order.findUnique({ where: { id: orderId } });\n" + REFUSED, "team.id", ["orderId"]),  # it is handed the team for nothing
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
