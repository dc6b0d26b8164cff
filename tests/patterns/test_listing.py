"""Routes of JavaScript as `prodlint routes` lists them: with the prefixes of their mounts, joined to their handlers, and nothing that is none."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.project import link
from prodlint.report import Route


def listed(*files: tuple[str, str], entries: tuple[tuple[str, str, str, str], ...] = ()) -> list[Route]:
    """entries: (path, framework, message, the text that the pattern matched) as patterns would tell them."""
    facts = {}
    for path, text in files:
        matches = [Match("source-text", 1, 1, 1, 1, text, {"id": "source-text"})]
        for of, framework, message, sign in entries:
            if of == path:
                for number, line in enumerate(text.splitlines(), 1):
                    if sign in line:
                        column = line.index(sign) + 1
                        said = {"id": framework, "role": "entry", "framework": framework, "keep": "text"}
                        matches.append(Match("entries", number, column, number, column + len(sign), message, said))
        facts[path] = FileFacts(path, "x", 0, matches=tuple(matches))
    return list(link(facts, models=load()).pattern_routes())


def told(routes: list[Route]) -> list[tuple[str, str, str, str]]:
    return [(",".join(each.methods), each.path, each.handler, each.file) for each in routes]


APP = ("src/app.js", 'const express = require("express");\nconst api = require("./routes");\nconst app = express();\napp.use("/api", api);\n')
INDEX = (
    "src/routes/index.js",
    'const router = require("express").Router();\nconst people = require("./people");\nrouter.use("/people", signedIn, people);\n'
    "module.exports = router;\n",
)
PEOPLE = (
    "src/routes/people.js",
    'const { Router } = require("express");\nconst ctl = require("../controllers/people");\nconst { wrap } = require("../lib/wrap");\n'
    'const router = Router();\nrouter.get("/:id", wrap(ctl.show));\nrouter.patch("/me/profile", [validate, ctl.edit]);\n'
    'router.route("/").all(requireLogin).get(ctl.list).post(ctl.add.bind(ctl));\nmodule.exports = router;\n',
)
CONTROLLER = (
    "src/controllers/people.js",
    "exports.show = async (req, res) => {\n  res.json(await Person.findOne({ _id: req.params.id, owner: req.user.id }));\n};\n"
    "exports.edit = async (req, res) => {};\nexports.list = (req, res) => {};\nexports.add = (req, res) => {};\n"
    "exports.helper = (req, res) => {};\n",
)


def test_prefixes_of_all_mounts_and_the_controller_of_each_route() -> None:
    routes = listed(APP, INDEX, PEOPLE, CONTROLLER, entries=((CONTROLLER[0], "http", "a function", "(req, res"),))
    assert told(routes) == [
        ("GET", "/api/people/:id", "ctl.show", CONTROLLER[0]),
        ("PATCH", "/api/people/me/profile", "ctl.edit", CONTROLLER[0]),
        ("GET", "/api/people", "ctl.list", CONTROLLER[0]),
        ("POST", "/api/people", "ctl.add", CONTROLLER[0]),
    ]
    assert [each.ownership for each in routes] == ["owned", "unknown", "not-applicable", "unknown"]
    assert [each.authentication for each in routes][2:] == ["required", "required"]


def test_middleware_and_services_are_no_routes() -> None:
    guard = ("src/guard.js", "module.exports = function guard(req, res, next) {\n  if (!req.user) return res.status(401).end();\n  next();\n};\n")
    assert listed(guard, entries=((guard[0], "http", "a function", "(req, res"),)) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            (
                ("src/server.ts", 'import Fastify from "fastify";\nimport notes from "./notes";\nconst app = Fastify();\n'
                'app.register(notes, { prefix: "/v1/notes" });\n'),
                ("src/notes.ts", 'export default async function notes(fastify) {\n'
                '  fastify.get<{ Params: P }>("/:id", { preHandler: auth }, async (request, reply) => {});\n'
                 '  fastify.route({ method: ["PUT"], url: "/:id/x", handler: async (request) => {} });\n}\n'),
            ),
            [("GET", "/v1/notes/:id"), ("PUT", "/v1/notes/:id/x")],
        ),
        (
            (
                ("src/index.ts", 'import { Hono } from "hono";\nimport { notes } from "@/api/notes";\n'
                'const app = new Hono().basePath("/api");\napp.route("/notes", notes);\n'),
                ("src/api/notes.ts", 'import { Hono } from "hono";\nexport const notes = new Hono()\n  .get("/", (c) => c.json([]))\n'
                '  .delete("/:id", signedIn, (c) => c.json({}));\n'),
            ),
            [("GET", "/api/notes"), ("DELETE", "/api/notes/:id")],
        ),
        (
            (("src/notes.ts", 'const router = new Router({ prefix: "/api/notes" });\nrouter.post("/", (ctx) => notes.add(ctx));\n'),),
            [("POST", "/api/notes")],
        ),
        (
            (
                ("src/index.ts", 'const list = [{ path: "/shops", route: shops }];\nimport shops from "./shops";\n'
                'list.forEach((each) => router.use(each.path, each.route));\n'),
                ("src/shops.ts", 'const router = express.Router();\nrouter.get("/open", (req, res) => {});\nexport default router;\n'),
            ),
            [("GET", "/shops/open")],
        ),
        (
            (
                ("src/index.ts", 'import { notes } from "./notes";\nconst api = new Hono();\nconst list = [{ path: "notes", routes: notes }];\n'
                 "list.forEach((each) => api.route(each.path, each.routes));\n"),
                ("src/notes.ts", 'export const notes = new Hono();\nnotes.get("/:id", ctl.one);\n'),
            ),
            [("GET", "/notes/:id")],
        ),
        (
            (
                ("src/index.ts", 'import tasks from "./tasks";\nconst api = new Hono();\napi.route("/tasks", tasks);\n'),
                ("src/tasks.ts", "const tasks = new Hono<{\n  Variables: {\n    userId: string;\n  };\n}>()\n"
                 '  .get("/:id", describe({}), async (c) => c.json({}))\n  .put("/:id", async (c) => c.json({}));\nexport default tasks;\n'),
            ),
            [("GET", "/tasks/:id"), ("PUT", "/tasks/:id")],
        ),
        (
            (
                ("src/shops.route.ts", "class ShopRoute {\n  public path = '/shops';\n  public router = Router();\n  constructor() {\n"
                 "    this.router.get(`${this.path}/:id(\\\\d+)`, this.shops.one);\n  }\n}\n"),
            ),
            [("GET", "/shops/:id(\\\\d+)")],
        ),
    ],
)  # fmt: skip
def test_ways_to_register(files: tuple[tuple[str, str], ...], expected: list[tuple[str, str]]) -> None:
    assert [(",".join(each.methods), each.path) for each in listed(*files)] == expected


@pytest.mark.parametrize(
    "text",
    [
        'const found = await api.get("/people", { params });\n',
        'import axios from "axios";\nconst app = axios.create();\napp.get("/people", done);\n',
        'app.get("port");\n',
        'router.delete("/people/1", { preserveScroll: true });\n',
        'app.get("*", notFound);\n',
        'app.all("*", (req, res) => res.sendStatus(404));\n',
    ],
)
def test_calls_that_register_nothing(text: str) -> None:
    assert listed(("src/a.ts", text)) == []


def test_procedures_that_are_objects_bear_the_names_they_are_registered_by() -> None:
    path = "src/server/notes.ts"
    text = (
        'import * as trpc from "@trpc/server";\nexport const notes = trpc\n  .router<Context>()\n  .query("all", {\n'
        '    async resolve({ ctx }) {\n      return ctx.prisma.note.findMany();\n    },\n  })\n  .mutation("remove", {\n'
        "    input: z.object({ noteId: z.string() }),\n    async resolve({ ctx, input }) {\n"
        "      return ctx.prisma.note.delete({ where: { id: input.noteId } });\n    },\n  });\n"
    )
    rows = [(each.methods, each.path, each.handler) for each in listed((path, text), entries=((path, "procedure", "a function", "resolve("),))]
    assert rows == [(("QUERY",), "all", "all"), (("MUTATION",), "remove", "remove")]


def test_a_file_that_asks_other_servers_still_registers_routes() -> None:
    text = (
        'import axios from "axios";\nexport function routes(fastify: FastifyInstance) {\n'
        '  fastify.get("/people", { preHandler: signedIn }, async (request, reply) => {\n    return axios.get("/staff");\n  });\n}\n'
    )
    assert told(listed(("src/a.ts", text)))[0][:2] == ("GET", "/people")


def test_routes_in_a_list_have_their_own_guards() -> None:
    text = (
        'export const routes = [\n  { method: "GET", url: "/notes/:id", preHandler: [signedIn, isAdmin], handler: show },\n'
        '  { method: "PUT", url: "/notes/:id", preHandler: [signedIn], handler: edit },\n];\n'
    )
    rows = {(each.methods[0], each.path, each.ownership) for each in listed(("src/a.ts", f"{text}{HANDLERS}"))}
    assert rows == {("GET", "/notes/:id", "admin"), ("PUT", "/notes/:id", "unknown")}


HANDLERS = (
    "export const show = async (req, res) => prisma.note.findUnique({ where: { id: req.params.id } });\n"
    "export const edit = async (req, res) => prisma.note.update({ where: { id: req.params.id }, data: { text: req.body.text } });\n"
)
OWN = "prisma.note.findFirst({ where: { id: req.params.id, userId: req.user.id } })"
BY_ID = "prisma.note.update({ where: { id: req.params.id }, data: { done: true } })"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"const note = await {OWN}; if (!note) return res.sendStatus(404); res.json(await {BY_ID});", "owned"),
        (f"await {OWN.replace('findFirst', 'findFirstOrThrow')}; res.json(await {BY_ID});", "owned"),
        (f"const note = await {OWN}; await {BY_ID}; res.json(note);", "unknown"),  # nothing hangs on what was found
        (f"await {BY_ID}; const note = await {OWN}; if (!note) return res.sendStatus(404); res.json(note);", "unknown"),  # too late
    ],
)
def test_what_is_looked_up_by_its_id_alone_is_owned_behind_a_refusal(body: str, expected: str) -> None:
    text = f'const router = Router();\nrouter.put("/notes/:id", signedIn, async (req, res) => {{ {body} }});\n'
    assert [each.ownership for each in listed(("src/a.ts", text))] == [expected]


NEST = (
    "src/plans.controller.ts",
    '@Controller({ path: "plans", version: "1" })\nexport class PlansController {\n  @Get(":id")\n  one(\n    @Param("id") id: string,\n'
    '    @Query("page") page: string,\n  ) {}\n\n  @Post()\n  add(@Body() body: PlanDto) {}\n}\n',
)


def test_nest_with_the_prefixes_of_class_and_app() -> None:
    main = ("src/main.ts", 'app.setGlobalPrefix("api");\n')
    routes = listed(
        NEST, main, entries=((NEST[0], "nest", "Get", "@Get("), (NEST[0], "nest", "Query", "@Query("), (NEST[0], "nest", "Post", "@Post("))
    )
    assert told(routes) == [
        ("GET", "/api/v1/plans/:id", "PlansController.one", NEST[0]),
        ("POST", "/api/v1/plans", "PlansController.add", NEST[0]),
    ]


@pytest.mark.parametrize(
    ("guard", "expected"),
    [
        ("signedIn, isAdmin", "admin"),
        ('signedIn, allow("admin", "super admin")', "admin"),
        ("signedIn, allow(ROLES.Admin, ROLES.Customer)", "unknown"),
        ("signedIn", "unknown"),
        ('signedIn, log("/admin/notes")', "unknown"),
    ],
)
def test_routes_of_staff(guard: str, expected: str) -> None:
    text = f'const router = express.Router();\nrouter.put("/notes/:id", {guard}, (req, res) => {{ res.json(store.put(req.params.id)); }});\n'
    assert [each.ownership for each in listed(("src/notes.js", text))] == [expected]


def test_roles_of_a_handler_stand_above_those_of_its_class() -> None:
    text = '@Controller("plans")\n@Roles(Role.Admin)\nexport class PlansController {\n  @Get(":id")\n'
    text += '  @Roles(Role.Customer)\n  one(@Param("id") id: string) {}\n\n'
    text += '  @Delete(":id")\n  drop(@Param("id") id: string) {}\n}\n'
    routes = listed(("src/plans.ts", text), entries=(("src/plans.ts", "nest", "Get", "@Get("), ("src/plans.ts", "nest", "Delete", "@Delete(")))
    assert [each.ownership for each in routes] == ["unknown", "admin"]
