"""Entry points outside Python are read each by itself: in whatever order, and in however many processes, the same is told of them."""

from __future__ import annotations

import sys

import pytest

from prodlint import forks
from prodlint.patterns import together
from prodlint.project import Project
from prodlint.report import Skip
from prodlint.rulebook import Rulebook
from tests.patterns.apps import linked, told

LAYERS = """\
export async function farthest(id) {
  return first(id)
}
export async function first(id) {
  return second(id)
}
export async function second(id) {
  return third(id)
}
export async function third(id) {
  return prisma.order.findUnique({ where: { id } })
}
"""
ROUTE = """\
export async function GET(request, { params }) {
  return Response.json(await %s(params.id))
}
"""
TIED = """\
export async function GET(request, { params }) {
  const user = await currentUser()
  return Response.json(await prisma.order.findUnique({ where: { id: params.id, userId: user.id } }))
}
"""


@pytest.mark.parametrize(("far", "near"), [("a", "b"), ("b", "a")])
def test_a_function_is_as_well_known_whoever_asked_for_it_first(far: str, near: str) -> None:
    files = {"lib/orders.ts": LAYERS, f"app/api/{far}/route.ts": ROUTE % "farthest", f"app/api/{near}/route.ts": ROUTE % "first"}
    assert [name for name, _ in told("typescript", "next", "function GET", files)] == ["id"], "one of them is too far away to tell"


def many(count: int) -> dict[str, str]:
    routes = {f"app/api/r{n:03}/route.ts": TIED if n % 3 else ROUTE % "second" for n in range(count)}
    return {"lib/orders.ts": LAYERS, **routes}


def said(project: Project) -> tuple[object, ...]:
    return [each.finding() for each in project.loose_ids("typescript")], project.pattern_routes()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process reads all entry points")
def test_processes_say_what_one_says(monkeypatch: pytest.MonkeyPatch) -> None:
    count = together.WORTH + 7
    alone, shared = (linked("next", "function GET", many(count)) for _ in range(2))
    shared.jobs = 3
    counts = []
    real = forks.forked
    monkeypatch.setattr(forks, "forked", lambda *given: counts.append(given[:2]) or real(*given))
    assert said(shared) == said(alone)
    assert counts == [(count, 3)]
    assert len(said(alone)[0]) == sum(n % 3 == 0 for n in range(count))


def test_of_routes_outside_python_it_is_not_said_that_no_login_is_required() -> None:
    book = Rulebook()
    project = linked("next", "function GET", {"app/api/orders/[id]/route.ts": TIED})
    (said,) = book.check(book.named("missing-authentication"))(project)
    assert isinstance(said, Skip) and said.verdict == "unknown" and "outside Python" in said.reason
