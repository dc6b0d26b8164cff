"""Reports for tests of decide and render: small, real shapes, one hostile corner of each kind."""

from __future__ import annotations

from hashlib import blake2b

from prodlint.checklist import checklist
from prodlint.config import Config
from prodlint.decide import decide
from prodlint.facts import comments
from prodlint.model import FileFacts, Problem, Source, Span
from prodlint.report import Access, Edit, Finding, Fix, ItemVerdict, Proof, Related, Report, Route, RouteRef, Rule, Said, Skip

PAGE = "# Missing ownership check\n\nAn id that the client chooses selects an object.\n"


def rule(name: str, code: str, item: str, severity: str = "error", default: bool = True) -> Rule:
    summary = f"What {name} is about."
    return Rule(name, code, item, severity, summary, PAGE, f"rules/{item}/{name.replace('-', '_')}.py", default=default)


OWNERSHIP = rule("missing-ownership-check", "PRD301", "access")
TIMEOUT = rule("external-call-without-timeout", "PRD501", "errors", "warning")
SECRET = rule("hardcoded-secret", "PRD401", "secrets")
BACKUPS = rule("database-without-backups", "PRD701", "backups")
META = (
    rule("suppression-without-reason", "PRD901", "meta", "warning"),
    rule("unused-suppression", "PRD902", "meta", "warning"),
    rule("expired-suppression", "PRD903", "meta", "warning"),
)
RULES = (OWNERSHIP, TIMEOUT, SECRET, BACKUPS, *META)

API = """\
from shop import crud

@app.get("/orders/{order_id}")
def get_order(order_id: int, db=Depends(session)):
    return crud.order(db, order_id)

def pay(order):
    return requests.post(URL, json=order)
"""


def source(path: str, text: str) -> Source:
    data = text.encode()
    return Source(path, data, blake2b(data).hexdigest(), True)


def facts(path: str, text: str) -> FileFacts:
    return FileFacts(path, "text", text.count("\n"), comments=comments.read(text, path))


def decided(
    texts: dict[str, str],
    said: list[Said],
    config: Config | None = None,
    problems: tuple[Problem, ...] = (),
    rules: tuple[Rule, ...] = RULES,
    **options,
) -> Report:
    """What `decide` makes of these answers about these files."""
    sources = {path: source(path, text) for path, text in texts.items()}
    read = {path: facts(path, text) for path, text in texts.items()}
    return decide(said, problems, sources, read, config or Config(), rules, **options)


def ownership(line: int = 5, column: int = 27, **more) -> Said:
    """The contract's own example, in `API`."""
    defaults = {
        "symbol": "shop.api.get_order",
        "subject": {"id": "order_id", "source": "path", "model": "Order"},
        "route": RouteRef(("GET",), "/orders/{order_id}", "shop.api.get_order", "shop/api.py", 4),
        "related": (Related(Span("shop/crud.py", 12, 5), "Order is looked up by id here"),),
    }
    message = "GET /orders/{order_id} returns an Order chosen by the client; nothing ties it to the caller"
    return Said(OWNERSHIP, Finding(Span("shop/api.py", line, column, line, column + 8), message, **{**defaults, **more}))


def timeout(line: int = 8, path: str = "shop/api.py", **more) -> Said:
    at = Span(path, line, 12, line, 42)
    fix = Fix("add timeout=10", (Edit(Span(path, line, 41, line, 41), ", timeout=10"),))
    return Said(TIMEOUT, Finding(at, "requests.post waits forever", **{"fix": fix, "confidence": "medium", **more}))


def sample() -> Report:
    """One report with a finding of each severity, a suppressed one, a hostile one, a proof, a skip and both kinds of problem."""
    hostile = "in\x1b[31m|a|<b>&\"'`\n::error::x%,"
    files = {
        "shop/api.py": API,
        "we ird%/é.py": "KEY = 1  # prodlint: ignore[hardcoded-secret] -- rotated\n",
        "b.tf": 'resource "x" {}\n',
    }
    said = [
        timeout(),
        ownership(),
        Said(SECRET, Finding(Span("we ird%/é.py", 1, 1, 1, 4), "a stripe key", text="salted", subject={"kind": "stripe"})),
        Said(BACKUPS, Finding(Span("b.tf", 1), f"{hostile} keeps no snapshot", severity="info", text="x")),
        Said(BACKUPS, Proof(Span("b.tf", 1), "aws_db_instance.other keeps 7 days of snapshots")),
        Said(TIMEOUT, Skip("no client is made here", Span("b.tf", 1))),
    ]
    problems = (
        Problem("shop/odd.py", 3, "could not be parsed: unexpected <token>", "warning", unread=("shop/odd.py",)),
        Problem("", 0, "rule unhandled-external-error crashed: KeyError\x07"),
    )
    return decided(files, said, problems=problems)


def sources() -> dict[str, Source]:
    """The files of `sample`."""
    return {
        "shop/api.py": source("shop/api.py", API),
        "we ird%/é.py": source("we ird%/é.py", "KEY = 1  # prodlint: ignore[hardcoded-secret] -- rotated\n"),
        "b.tf": source("b.tf", 'resource "x" {}\n'),
    }


def routes() -> list[Route]:
    """A table of routes: two files, each word once, a hostile path."""
    order = Access("Order", "order_id", "path", "missing", "shop/crud.py", 12)
    caller = Related(Span("shop/api.py", 39), "caller known as user (Depends(current_user))")
    return [
        Route(("GET",), "/", "shop.pages.Home", "shop/pages.py", 4, "django", "none", "public"),
        Route(
            ("GET", "HEAD"),
            "/orders/{order_id}",
            "shop.api.get_order",
            "shop/api.py",
            38,
            "fastapi",
            "required",
            "missing",
            (order,),
            (caller,),
        ),
        Route((), "/a|<b>\x1b[0m", "shop.api.odd", "shop/api.py", 90, "fastapi"),
    ]


def items() -> tuple[ItemVerdict, ...]:
    """The checklist of `sample` and `routes`."""
    return checklist(sample(), routes())
