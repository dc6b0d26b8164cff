"""What stands before the routes of a router: in its own file, and wherever other files mount it."""

from __future__ import annotations

import re

import pytest

from prodlint.patterns.entries import before
from prodlint.patterns.javascript.mounts import Mounts
from prodlint.patterns.javascript.routers import router_of
from prodlint.patterns.javascript.uses import Uses
from prodlint.patterns.text.imports import Imports
from prodlint.patterns.text.paths import MAX_LENGTH, constant
from prodlint.patterns.text.reader import functions
from prodlint.patterns.text.tokens import Code

MOUNTED = """const desk = require("./desk");
app.use("/desk", requireLogin, staffOnly("a", "b"), desk);
app.use("/api", requireLogin, desk);
"""


def test_a_guard_of_one_mount_is_no_guard_of_another() -> None:
    assert Mounts([("src/app.js", MOUNTED), ("src/desk.js", "")]).of("src/desk.js") == ("/desk", " requireLogin")
    alone = MOUNTED.replace('app.use("/api", requireLogin, desk);\n', "")
    assert Mounts([("src/app.js", alone), ("src/desk.js", "")]).of("src/desk.js") == ("/desk", ' requireLogin staffOnly("a", "b")')


def test_a_mount_in_a_test_opens_nothing() -> None:
    tried = 'const desk = require("../src/desk")\napp.use(desk)\n'
    known = Mounts([("a/test/desk.js", tried.replace("../src", "../../src")), ("src/app.js", MOUNTED), ("src/desk.js", "")])
    assert known.of("src/desk.js")[1] == " requireLogin"


def test_mounts_without_semicolons_are_told_apart() -> None:
    text = 'import desk from "./desk"\napp.use(cors())\napp.use("/desk", requireLogin, desk)\n'
    assert Mounts([("src/app.js", text), ("src/desk.js", "")]).of("src/desk.js") == ("/desk", " requireLogin")


def test_routers_of_one_file_are_mounted_by_their_names() -> None:
    text = 'import { staff as office, shop } from "./routes";\napp.use("/office", staffOnly, office);\napp.use("/shop", shop);\n'
    known = Mounts([("src/app.ts", text), ("src/routes.ts", "")])
    assert known.of("src/routes.ts", "staff") == ("/office", " staffOnly")
    assert known.of("src/routes.ts", "shop") == ("/shop", "")
    assert known.of("src/routes.ts", "other")[1] == ""


def test_routers_that_mount_routers_all_guard() -> None:
    files = [
        ("src/app.js", 'const api = require("./api");\napp.use("/api", signedIn, api);\n'),
        ("src/api.js", 'const desk = require("./desk");\nrouter.use("/desk", staffOnly, desk);\n'),
        ("src/desk.js", ""),
    ]
    assert Mounts(files).of("src/desk.js") == ("/api/desk", " staffOnly signedIn")


@pytest.mark.parametrize(
    "made",
    [
        "export const adminRoutes: Router = Router();",
        "const adminRoutes = express.Router({ mergeParams: true });",
        "const adminRoutes = new Hono<{ Bindings: Env }>();",
        "let adminRoutes = new Router();",
    ],
)
def test_whatever_a_router_is_called_what_it_uses_stands_before(made: str) -> None:
    uses = Uses(f"{made}\nadminRoutes.use(requireAdmin);\n")
    assert uses.of("adminRoutes", "/x/:id").strip(")") == "requireAdmin"


TWO = """const admin = Router();
const shop = Router();
const app = express();
admin.use(requireAdmin);
shop.use("/basket/*", ownsBasket);
app.use("/admin", signedIn, admin);
root.use(helmet());
"""


@pytest.mark.parametrize(
    ("router", "route", "before"),
    [
        ("admin", "/x/:id", "requireAdmin"),
        ("shop", "/basket/:id", "ownsBasket"),
        ("shop", "/baskets/:id", ""),
        ("app", "/x/:id", ""),
        ("who", "/x/:id", "requireAdmin ownsBasket"),
    ],
)
def test_what_one_router_uses_is_not_used_by_another(router: str, route: str, before: str) -> None:
    assert re.findall(r"\b[a-z]+[A-Z]\w+", Uses(TWO).of(router, route)) == before.split()


def test_a_router_of_the_same_file_is_behind_what_mounts_it() -> None:
    text = 'const desks = Router();\nrouter.use(signedIn);\nrouter.use("/desks", staffOnly, desks);\nrouter.use("/x", other);\n'
    assert [word for word in ("signedIn", "staffOnly", "other") if word in Uses(text).of("desks", "/:id")] == ["signedIn", "staffOnly"]


@pytest.mark.parametrize(
    ("text", "router"),
    [
        ('desks.get("/x", h)', "desks"),
        ('desks.route("/x").get(h)', "desks"),
        ('const desks = new Hono()\n  .use(a)\n  .get("/x", h)', "desks"),
    ],
)
def test_the_name_at_which_a_route_is_registered(text: str, router: str) -> None:
    code = Code(text, "typescript")
    assert router_of(code, code.texts.index("get") + 1) == router


def test_long_lines_are_read_in_bounded_time() -> None:
    assert Mounts([("a.js", ".use(a" + " " * 40_000 + "x"), ("b.js", "")]).of("b.js") == ("", "")


def test_paths_of_constants_of_constants_stay_short() -> None:
    def made(name: str, other: str) -> str:
        return f"const {name} = `/" + "".join(f"${{{other}{place}}}" for place in range(60)) + "`;\n"

    text = "".join(made(f"{name}{place}", other) for name, other in ("AB", "BC", "CD") for place in range(60)) + 'const D7 = "/x";\n'
    assert len(constant(text, "A1") or "") <= MAX_LENGTH
    assert constant('const API = "/api";\nconst USERS = `${API}/users`;\n', "USERS") == "/api/users"


@pytest.mark.parametrize(
    ("path", "last", "stands"),
    [
        ("server/middlewares/banned.js", "next();", True),
        ("server/middlewares/banned.js", "res.json(owner);", False),
        ("server/owners.js", "next();", False),
    ],
)
def test_a_middleware_in_a_folder_of_these_is_no_handler(path: str, last: str, stands: bool) -> None:
    body = "const owner = await User.findById(req.params.id);\n  if (!owner) return res.status(404).end();"
    code = Code(f"async function banned(req, res{', next' if 'next' in last else ''}) {{\n  {body}\n  {last}\n}}\n", "javascript")
    assert before.stands_before(path, functions(code)[0]) is stands


AMONG_VALIDATORS = """("/:id/copy", celebrate({ [Segments.BODY]: Joi.object({ name: Joi.string().max(255).trim().required(), count: Joi.number()
.integer().min(1).max(9).default(1), size: Joi.number().positive().allow(null) }), }), CampaignMiddleware.canEdit, members.ensure(role),
emailMiddleware.isCampaignOf"""


def test_what_may_be_called_before_a_handler_stands_among_validators() -> None:
    names = before.candidates(AMONG_VALIDATORS)
    assert {"canEdit", "ensure", "isCampaignOf"} <= set(names)
    assert not {"string", "max", "name", "copy", "Joi"} & set(names)
    assert before.candidates("remove: teamProcedure .input(schema) .mutation(")[0] == "teamProcedure"


def test_what_a_middleware_puts_into_the_body_is_not_the_clients() -> None:
    made = "req.body.messageId = message.id\nreq.body.orderId = Number(req.body.order)\nif (!req.body.id) req.body.id = 0\n"
    made += "req.body.a = req.body.id;\nif (req.body.kind === kinds.one) next();\n"
    assert before.put((made,)) == {"messageId"}


def test_an_index_hands_on_a_file_as_a_whole() -> None:
    texts = {
        "src/routes.ts": 'import { Members } from "./middlewares";\n',
        "src/middlewares/index.ts": 'export * as Members from "./members";\n',
        "src/middlewares/members.ts": "export async function remove(req, res) {}\n",
    }
    assert Imports(texts).origin("src/routes.ts", "Members") == ("src/middlewares/members.ts", "")
