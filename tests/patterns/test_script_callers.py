"""JavaScript and TypeScript: what middleware, wrappers and helpers of a project say of who asks, and what they leave open."""

from __future__ import annotations

import pytest

from prodlint.patterns.evidence.named import SIGNS_IN
from prodlint.patterns.javascript.requested import of_context
from tests.patterns.apps import told

BASE = """import { initTRPC, TRPCError } from '@trpc/server';
const t = initTRPC.context<Context>().create();
const enforceAccess = t.middleware(async ({ ctx, next, getRawInput }) => {
  const rawInput = await getRawInput();
  if (has('projectId', rawInput)) {
    const access = await getAccess({ userId: ctx.session.userId, projectId: rawInput.projectId as string });
    if (!access) throw new TRPCError({ code: 'FORBIDDEN' });
  }
  return next();
});
const getAccess = async ({ userId, projectId }: { userId: string; projectId: string }) =>
  db.member.findFirst({ where: { userId, projectId } });
const logged = t.middleware(async ({ ctx, next, getRawInput }) => {
  const rawInput = await getRawInput();
  ctx.log.info({ projectId: rawInput.projectId, userId: ctx.session.userId });
  if (!ctx.session) throw new TRPCError({ code: 'UNAUTHORIZED' });
  return next();
});
export const protectedProcedure = t.procedure.use(MIDDLEWARE);
"""
ROUTER = """import { protectedProcedure } from './trpc';
export const reports = createTRPCRouter({
  list: protectedProcedure.input(z.object({ projectId: z.string() })).query(async ({ input }) => {
    return db.report.findMany({ where: { projectId: input.projectId } });
  }),
  remove: protectedProcedure.input(z.object({ reportId: z.string() })).mutation(async ({ input }) => {
    return db.report.delete({ where: { id: input.reportId } });
  }),
});
"""


@pytest.mark.parametrize(("middleware", "names"), [("enforceAccess", ["reportId"]), ("logged", ["projectId", "reportId"])])
def test_a_base_of_procedures_ties_what_its_middleware_holds_against_who_asks(middleware: str, names: list[str]) -> None:
    files = {"src/trpc.ts": BASE.replace("MIDDLEWARE", middleware), "src/reports.ts": ROUTER}
    assert sorted(name for name, _ in told("typescript", "procedure", "protectedProcedure.input", files)) == names


HELPER = """type RequestWithClient = FastifyRequest<{ Params: { projectId: string } }>;
async function getProjectId(req: RequestWithClient): Promise<string> {
  const client = req.client!;
  GIVES
}
export async function overview(req: FastifyRequest, reply: FastifyReply) {
  const projectId = await getProjectId(req as RequestWithClient);
  return reply.send(await prisma.report.findMany({ where: { projectId } }));
}
"""


@pytest.mark.parametrize(
    ("gives", "names"),
    [
        (
            "const found = await prisma.project.findFirst({ where: { id: req.params.projectId, organizationId: client.organizationId } });"
            " if (!found) throw new Error('not found'); return found.id;",
            [],
        ),
        ("return req.params.projectId ?? client.projectId;", ["ProjectId"]),
        ("if (!client) throw new Error('who'); return req.params.projectId;", ["ProjectId"]),
    ],
)
def test_a_helper_that_holds_an_id_against_who_asks_gives_a_tied_one(gives: str, names: list[str]) -> None:
    files = {"src/reports.ts": HELPER.replace("GIVES", gives)}
    assert [name for name, _ in told("typescript", "http", "export async function overview", files)] == names


HANDLER = """import { withProjectAccess, withBody } from '@/lib/wrap';
export async function DELETE(request: NextRequest, props: { params: Promise<{ fileId: string }> }) {
  const params = await props.params;
  return WRAPPED
}
"""


@pytest.mark.parametrize(
    ("wrapped", "names"),
    [
        ("withProjectAccess(request, async (projectId) => prisma.file.deleteMany({ where: { id: params.fileId, projectId } }));", []),
        ("withProjectAccess<Out>(request, async ({ projectId }) => prisma.file.deleteMany({ where: { id: params.fileId, projectId } }));", []),
        (
            "withProjectAccess(request, async (access) => { const { projectId } = access;"
            " return prisma.file.deleteMany({ where: { id: params.fileId, projectId } }); });",
            [],
        ),
        ("withProjectAccess(request, async (projectId) => prisma.file.delete({ where: { id: params.fileId } }));", ["fileId"]),
        ("withBody(request, async ({ projectId }) => prisma.file.deleteMany({ where: { id: params.fileId, projectId } }));", ["fileId"]),
        (
            "withProjectAccess(request, async (access) => { const { body } = access;"
            " return prisma.file.deleteMany({ where: { id: params.fileId, ownerId: access.body.ownerId } }); });",
            ["fileId"],
        ),
        ("withProjectAccess(request, async (file) => prisma.file.deleteMany({ where: { id: params.fileId, name: file.name } }));", ["fileId"]),
    ],
)
def test_what_a_wrapper_that_checks_whose_something_is_hands_on_is_no_choice_of_the_client(wrapped: str, names: list[str]) -> None:
    files = {"app/api/files/[fileId]/route.ts": HANDLER.replace("WRAPPED", wrapped)}
    assert [name for name, _ in told("typescript", "next", "export async function DELETE", files)] == names


COOKIE = """import { verifyToken } from '@/lib/jwt';
async function authenticate(req: NextRequest, orderId: string) {
  const token = req.cookies.get('auth-token')?.value;
  let held = null;
  try { held = VERIFIED; } catch { held = null; }
  if (!held) return { error: 'Unauthorized' };
  const order = await prisma.order.findFirst({ where: { id: orderId, userId: held.userId } });
  return order ? { userId: held.userId } : { error: 'not yours' };
}
export async function DELETE(req: NextRequest, props: { params: Promise<{ orderId: string }> }) {
  const params = await props.params;
  const auth = await authenticate(req, params.orderId);
  if ('error' in auth) return NextResponse.json(auth, { status: 401 });
  await prisma.order.delete({ where: { id: params.orderId } });
}
"""


@pytest.mark.parametrize(("verified", "names"), [("await verifyToken(token)", []), ("{ userId: null }", ["orderId"])])
def test_a_cookie_that_bears_a_token_says_who_asks(verified: str, names: list[str]) -> None:
    jwt = "export const verifyToken = (t) => jwtVerify(t, key);\n"
    text = COOKIE.replace("VERIFIED", verified)
    text = text if names == [] else text.replace("req.cookies.get('auth-token')?.value", "''")
    files = {"app/api/orders/[orderId]/route.ts": text, "lib/jwt.ts": jwt}
    assert [each for each, _ in told("typescript", "next", "export async function DELETE", files)] == names


@pytest.mark.parametrize(
    ("read", "names"),
    [
        ("const params = await props.params; const id = params.orderId;", ["orderId"]),
        ("const { orderId: id } = await props.params;", ["orderId"]),
        ("const id = (await props.params).orderId;", ["orderId"]),
        ("const { id } = await request.json().catch(() => ({}));", ["id"]),
        ("const body = await request.json().catch(() => ({})); const id = body.id;", ["id"]),
    ],
)
def test_parts_of_a_path_are_read_off_whatever_nextjs_hands_over(read: str, names: list[str]) -> None:
    text = f"""export async function DELETE(request: NextRequest, props: {{ params: Promise<{{ orderId: string }}> }}) {{
  {read}
  await prisma.order.delete({{ where: {{ id }} }});
}}
"""
    assert [name for name, _ in told("typescript", "next", "export async function DELETE", {"app/api/orders/[orderId]/route.ts": text})] == names


@pytest.mark.parametrize(
    ("path", "signs_in"),
    [
        ("/:projectId/auth/signin", True),
        ("/:projectId/auth/forgot-password", True),
        ("/auth/github/callback", True),
        ("/auth/user/:id/first-login", False),
        ("/:projectId/logins", False),
        ("/auth/login/history", False),
    ],
)
def test_nobody_is_known_before_somebody_signs_in(path: str, signs_in: bool) -> None:
    assert bool(SIGNS_IN.search(path)) is signs_in


SIGNED = """const router = express.Router();
router.delete('/PATH/:orderId', GUARDrecords.wrap(async (req, res) => {
  await prisma.order.delete({ where: { id: req.params.orderId } });
  res.json({});
}));
"""


@pytest.mark.parametrize(("path", "guard", "shown"), [("orders", "requireAuth, ", True), ("auth/orders", "", False), ("orders", "", False)])
def test_a_word_of_the_path_signs_nobody_in(path: str, guard: str, shown: bool) -> None:
    found = told("javascript", "router", "router.delete", {"src/routes/orders.js": SIGNED.replace("PATH", path).replace("GUARD", guard)})
    assert [(name, confidence != "low") for name, confidence in found] == [("orderId", shown)]


PROCEDURE = """export const contacts = createTRPCRouter({
  remove: bookProcedure.input(z.object({ contactId: z.string() })).mutation(async ({ TAKEN }) => {
    return db.contact.deleteMany({ where: { id: input.contactId, bookId: GIVEN } });
  }),
});
"""


@pytest.mark.parametrize(
    ("taken", "given", "names"),
    [
        ("ctx: { book }, input", "book.id", []),
        ("ctx, input", "ctx.book.id", []),
        ("ctx: { db }, input", "db.id", ["contactId"]),
        ("ctx: { book }, input", "input.bookId", ["bookId", "contactId"]),
    ],
)
def test_what_a_base_of_procedures_put_into_the_context_is_no_choice_of_the_client(taken: str, given: str, names: list[str]) -> None:
    text = PROCEDURE.replace("TAKEN", taken).replace("GIVEN", given)
    found = [name for name, _ in told("typescript", "procedure", "bookProcedure.input", {"src/contacts.ts": text})]
    assert bool(found) is bool(names)


OF_APP = "and(eq(videos.id, id), eq(videos.appId, appId))"
HELD = """app.use('*', async (c, next) => {
  PUT
  await next();
});
app.get('/videos/:id', async (c) => {
  const appId = c.get('KEY');
  const id = c.req.param('id');
  const [video] = await db.select().from(videos).where(WHERE);
  return video ? c.json(video) : c.json({}, 404);
});
"""


@pytest.mark.parametrize(
    ("key", "where", "put", "names"),
    [
        ("appId", OF_APP, "c.set('appId', app.id);", []),
        ("X-App", OF_APP, "c.set('appId', app.id);", ["id"]),
        ("appId", "eq(videos.id, id)", "c.set('appId', app.id);", ["id"]),
        # nothing puts it there, or what puts it there took it from the client
        ("appId", OF_APP, "", ["id"]),
        ("appId", OF_APP, "c.set('appId', c.req.query('appId'));", ["id"]),
        ("appId", OF_APP, "const asked = c.req.query('app');\n  c.set('appId', asked);", ["id"]),
    ],
)
def test_an_id_that_something_before_put_into_the_context_of_hono_says_who_asks(key: str, where: str, put: str, names: list[str]) -> None:
    text = "import { Hono } from 'hono';\nconst app = new Hono();\n" + HELD.replace("KEY", key).replace("WHERE", where).replace("PUT", put)
    assert [name for name, _ in told("typescript", "router", "app.get(", {"src/videos.ts": text})] == names


@pytest.mark.parametrize(
    ("made", "model", "served"),
    [
        ("const context = getContextFromReq(req);", "context.models.hooks.deleteById", True),
        ("const context = await getOrgContext(req);", "context.models.hooks.deleteById", True),
        ("const context = makeDatabase();", "context.models.hooks.deleteById", False),
        ("const context = getContextFromReq(req);", "models.hooks.deleteById", False),
        ("const context = getContextFromReq(req);", "context.deleteById", False),
    ],
)
def test_models_of_a_context_that_is_made_for_the_request(made: str, model: str, served: bool) -> None:
    assert of_context(model, made) is served
