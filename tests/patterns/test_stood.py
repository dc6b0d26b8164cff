"""What stands before a route of JavaScript because of what mounts its router, and guards before handlers that are read, or told as unknown."""

from __future__ import annotations

import time

import pytest

from prodlint.patterns.javascript.mounts import Mounts
from prodlint.patterns.javascript.script_guards import _CALLER, _CALLS
from prodlint.patterns.javascript.uses import Uses
from prodlint.report import Finding, Skip
from tests.patterns.apps import linked, told

ORDERS = "const orders = Router();\norders.get('/:id', find);\nexport default orders;\n"
APP = "import orders from './orders';\nBEFORE\napp.use('/admin/orders', orders);\nAFTER\n"


def before(first: str, last: str = "", made: str = "const app = express();\n") -> list[str]:
    app = made + APP.replace("BEFORE", first).replace("AFTER", last)
    return Mounts([("src/app.ts", app), ("src/orders.ts", ORDERS)]).before("src/orders.ts", "orders", "/:id")[1].split()


@pytest.mark.parametrize(
    ("first", "last", "stands"),
    [
        ("app.use('/admin', requireAdmin);", "", ["requireAdmin"]),
        ("app.use('/admin/*', requireRole('admin'));", "", ["requireRole('admin')"]),
        ("app.use(requireAdmin);", "", ["requireAdmin"]),
        ("", "app.use('/admin', requireAdmin);", []),  # only after it
        ("app.use('/shop', requireAdmin);", "", []),
        ("if (process.env.LIVE) app.use('/admin', requireAdmin);", "", []),
        ("if (process.env.LIVE) {\n  app.use('/admin', requireAdmin);\n}", "", []),
        ("process.env.LIVE && app.use('/admin', requireAdmin);", "", []),
        ("function other(app) {\n  app.use('/admin', requireAdmin);\n}", "", []),
        ("app.use(['/shop', '/desk'], requireAdmin);", "", []),  # paths that are not read
        ("app.use(SHOP_PATH, requireAdmin);", "", []),
        ("app.use(helmet({ policy: 'same-origin' }), cors(), express.json());", "", []),
        ("app.use(passport.session());", "", []),  # finds out who calls, and turns nobody away
        ("app.use(authenticate);", "", []),  # of a whole app it may as well only find out
        ("app.use('/admin', authenticate);", "", ["authenticate"]),
    ],
)
def test_what_an_app_uses_before_it_mounts_a_router(first: str, last: str, stands: list[str]) -> None:
    assert before(first, last) == stands


def test_a_path_of_hono_without_a_star_is_that_path_alone() -> None:
    made = "const app = new Hono<{ Bindings: Env; Variables: Vars }>();\n"
    assert before("app.use('/admin', requireAdmin);", made=made) == []
    assert before("app.use('/admin/*', requireAdmin);", made=made) == ["requireAdmin"]


TYPED = "const desk = new Hono<{\n  Bindings: Env;\n  Variables: Vars;\n}>();\ndesk.use('*', requireAdmin());\n"
LINES = "const desk = Router();\ndesk.use(\n  authenticate,\n  allow([Role.DESK]),\n);\n"


def test_types_and_lines_of_a_router_hide_nothing_of_what_it_uses() -> None:
    assert "requireAdmin" in Uses(TYPED).of("desk", "/:id")
    assert "allow([Role.DESK])" in Uses(LINES).of("desk", "/:id")
    signup = LINES.replace("desk.use", "desk.post('/signup', signUp);\ndesk.use") + "desk.post('/x', h);\n"
    known = Mounts([("src/desk.ts", signup)])
    first, last = signup.index("signup'"), len(signup)
    assert "authenticate" not in known.before("src/desk.ts", "desk", "/signup", at=12)[1] and first < last
    assert "authenticate" in known.before("src/desk.ts", "desk", "/x", at=10_000)[1]


GUARDED = """import { orders } from './orders';
const shops = Router();
shops.use('/:shopId', async (req, res, next) => {
  const shopId = req.params.shopId;
  const mine = MINE;
  if (!mine) { res.status(403).end(); return; }
  next();
}, orders);
export default shops;
"""
HELD = """const orders = Router({ mergeParams: true });
async function inShop(req, res, next) {
  const { shopId, orderId } = req.params;
  const order = await prisma.order.findUnique({ where: { id: orderId } });
  if (!order || order.shopId !== SHOP) return res.status(404).end();
  next();
}
orders.delete('/orders/:orderId', inShop, async (req, res) => {
  await prisma.order.delete({ where: { id: req.params.orderId } });
  res.end();
});
export { orders };
"""


@pytest.mark.parametrize(
    ("mine", "shop", "names"),
    [
        ("req.session.shops[shopId] !== undefined", "shopId", []),
        ("!!req.session.shops[shopId]", "shopId", []),
        ("req.session.shops[shopId] !== undefined", "req.query.shop", ["orderId"]),
        ("req.query.shops[shopId] !== undefined", "shopId", ["orderId"]),  # what the client sends
        ("shopId !== undefined", "shopId", ["orderId"]),
    ],
)
def test_a_guard_that_is_written_where_a_router_is_mounted(mine: str, shop: str, names: list[str]) -> None:
    files = {"src/shops.ts": GUARDED.replace("MINE", mine), "src/orders.ts": HELD.replace("SHOP", shop)}
    assert [name for name, _ in told("typescript", "router", "orders.delete", files)] == names


HELD_BY_ID = """router.delete('/products/:productId', requireLogin, async (req, res) => {
  const { productId } = req.params;
  ASKED
  await prisma.product.delete({ where: { id: productId } });
  res.end();
});
"""


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("if (!req.session.shelf[productId]) return res.status(403).end();", []),
        ("if (req.session.shelf[productId] === undefined) return res.status(403).end();", []),
        ("if (req.session.shelf[productId]?.role !== 'owner') throw new ForbiddenError();", []),
        ("const mine = !!req.session.shelf[productId];\n  if (!mine) return res.status(403).end();", []),
        ("if (!req.session.shelf[productId]) { req.session.shelf[productId] = true; await bump(productId); }", ["productId"]),
        ("const isNew = req.session.shelf[productId] === undefined;\n  log(isNew);", ["productId"]),
        ("if (req.session.shelf[productId] !== undefined) return res.status(409).end();", ["productId"]),  # who has it is refused
        ("if (req.user.blocked[productId] === true) return res.status(403).end();", ["productId"]),
        ("const dark = !!req.user.shelf[productId];", ["productId"]),
        ("if (!req.user.mutes[productId]) await notify(productId);", ["productId"]),
        ("if (!req.session.viewed[productId]) return res.status(403).end();", ["productId"]),  # a mark says nothing of whose it is
    ],
)
def test_what_who_asks_has_by_an_id(asked: str, names: list[str]) -> None:
    files = {"src/products.ts": f"const router = Router();\n{HELD_BY_ID.replace('ASKED', asked)}"}
    assert [name for name, _ in told("typescript", "router", "router.delete", files)] == names


BOARDS = """const { validateGet, checked } = require('../validation/board');
const router = express.Router();
router.get('/invoices/:invoiceId', authenticate, VALIDATES, checked, async (req, res) => {
  const invoice = await prisma.invoice.findUnique({ where: { id: req.params.invoiceId } });
  res.json({ invoice, by: req.user.id });
});
router.get('/invoices', authenticate, async (req, res) => {
  res.json(await prisma.invoice.findMany({ where: { userId: req.user.id } }));
});
"""
CHECKS = """const rules = (kind) => [param('invoiceId').custom(async (value, { req }) => await inOrganization(ORG, value))];
module.exports = { validateGet: rules('get'), checked };
function checked(req, res, next) { if (!validationResult(req).isEmpty()) return res.status(422).end(); next(); }
"""


@pytest.mark.parametrize(
    ("validates", "org", "findings", "unread"),
    [
        ("validateGet", "req.user.organization", 0, 1),
        ("checked", "req.user.organization", 1, 0),  # not the one that looks at the id
        ("validateGet", "'boards'", 1, 0),  # it looks at nobody who asks
    ],
)
def test_checks_of_a_validator_that_look_at_who_asks_are_told_as_unknown(validates: str, org: str, findings: int, unread: int) -> None:
    files = {"src/routes/boards.js": BOARDS.replace("VALIDATES", validates), "src/validation/board.js": CHECKS.replace("ORG", org)}
    project = linked("router", "router.get", files)
    said = list(project.unscoped_lookups("javascript"))
    assert len([each for each in said if isinstance(each, Finding) and each.confidence != "low"]) == findings
    assert len([each for each in said if isinstance(each, Skip) and "looks at parts of the path" in each.reason]) == unread


GUARD = """async function guard(req, res, next) {
  BODY
  next();
}
const router = Router();
router.delete('/invoices/:invoiceId', guard, async (req, res) => {
  await prisma.invoice.delete({ where: { id: req.params.invoiceId } });
  res.end();
});
router.get('/invoices', async (req, res) => {
  res.json(await prisma.invoice.findMany({ where: { userId: req.user.id } }));
});
"""


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        # it asks something that is not read whether this one may
        (
            "const { invoiceId } = req.params;\n  if (!(await rights.of(req.user.id).reach(invoiceId))) return res.status(403).end();",
            "low",
        ),
        ("const { id } = req.user;\n  const user = await User.findById(id);\n  if (!user || user.blocked) return res.status(403).end();", "medium"),
        ("const user = await User.findById(decoded['invoiceId']);\n  if (!user) return res.status(403).end();", "medium"),
        ("if (!req.user) throw new Error('403');\n  if (!isUUID(req.params.invoiceId)) return res.status(404).end();", "medium"),
        (
            "const row = await load(req.params.invoiceId);\n  if (!row || !req.user) return res.status(404).end();",
            "medium",
        ),
        ("await audit(req.user.id, req.params.invoiceId);\n  if (!req.user) return res.status(401).end();", "medium"),
    ],
)
def test_a_guard_that_is_not_read_is_doubt_only_where_who_asks_and_the_id_meet(body: str, sure: str) -> None:
    found = told("typescript", "router", "router.", {"src/invoices.ts": GUARD.replace("BODY", body)})
    assert [confidence for name, confidence in found if name == "invoiceId"] in ([sure], [] if sure == "low" else [sure])


def test_hostile_text_before_routes_is_read_in_bounded_time() -> None:
    started = time.monotonic()
    assert not _CALLS.findall("$a" * 10_000)
    assert _CALLER.search("verify" * 6_600) is None
    Uses("a.use(" + "\n" * 60_000)
    Uses(("a.use(" + "\n" * 1000) * 60)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(("guard", "sure"), [("requireLogin", "medium"), ("internalOnly", "low"), ("clientOnly", "medium")])
def test_routes_for_the_other_systems_of_an_app(guard: str, sure: str) -> None:
    text = (
        f"const router = Router();\nrouter.delete('/documents/:docId', {guard}, async (req, res) => {{\n"
        "  await prisma.document.delete({ where: { id: req.params.docId } });\n  res.end();\n});\n"
        "router.get('/documents', requireLogin, async (req, res) => {\n"
        "  res.json(await prisma.document.findMany({ where: { userId: req.user.id } }));\n});\n"
    )
    assert told("typescript", "router", "router.", {"src/documents.ts": text}) == [("docId", sure)]


@pytest.mark.parametrize(("name", "names"), [("docid", ["docid"]), ("userid", ["userid"]), ("paid", []), ("valid", [])])
def test_an_id_in_one_word(name: str, names: list[str]) -> None:
    text = (
        "export default async function handler(req: NextApiRequest, res: NextApiResponse) {\n"
        f"  await prisma.document.update({{ where: {{ id: req.query.{name} as string }}, data: {{ open: true }} }});\n  res.end();\n}}\n"
    )
    assert [each for each, _ in told("typescript", "http", "handler(req", {"pages/api/documents/open.ts": text})] == names
