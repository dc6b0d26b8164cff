"""What a project says of itself in `[tool.prodlint.access]`, outside Python: it reaches what patterns read."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.patterns.text import ownwords
from prodlint.project import Project, link

NEST = """import { Controller, Delete, Get, Param, UseGuards } from '@nestjs/common';
@Controller('orders')
@UseGuards(JwtAuthGuard)
export class OrdersController {
  constructor(private prisma: PrismaService) {}
  @Get(':id')
  @UseGuards(MineOnly)
  one(@Param('id') id: string, @CurrentUser() user: User) {
    return this.prisma.order.findUnique({ where: { id } });
  }
  @Delete(':id')
  drop(@Param('id') id: string, @CurrentUser() user: User) {
    return this.prisma.order.delete({ where: { id } });
  }
}
"""
EXPRESS = """import express from 'express';
const router = express.Router();
router.get('/invoices/:id', authenticate, mineOnly, async (req, res) => {
  log(req.user);
  res.json(await prisma.invoice.findUnique({ where: { id: req.params.id } }));
});
router.put('/invoices/:id', authenticate, async (req, res) => {
  await houseRule(req.user);
  res.json(await prisma.invoice.update({ where: { id: req.params.id }, data: { paid: true } }));
});
"""


def _project(framework: str, sign: str, text: str, **vocabulary: tuple[str, ...]) -> Project:
    at = [(number, len(line) + 1) for number, line in enumerate(text.splitlines(), 1) if line.strip().startswith(sign)]
    entries = [Match("entries", number, 1, number, end, "", {"role": "entry", "framework": framework}) for number, end in at]
    facts = FileFacts("src/app.ts", "x", 0, matches=(*entries, Match("source-text", 1, 1, 1, 1, text, {})))
    return link({"src/app.ts": facts}, models=load(), vocabulary=vocabulary)


def _told(project: Project) -> list[str]:
    return sorted(each.model.rpartition(".")[2] for each in project.loose_ids("typescript") if each.finding().confidence != "low")


@pytest.mark.parametrize(
    ("vocabulary", "told"),
    [
        ({}, ["delete"]),  # a guard of a name that says nothing may ask anything
        ({"public": ("OrdersController.drop",)}, []),
        ({"public": ("/orders/*",)}, []),
        ({"public": ("/invoices/*", "OrdersController.list")}, ["delete"]),
        ({"guards": ("MineOnly",)}, ["delete"]),
        ({"guards": ("JwtAuthGuard",)}, []),
    ],
)
def test_handlers_of_nest_are_open_or_guarded_as_the_project_says(vocabulary: dict[str, tuple[str, ...]], told: list[str]) -> None:
    assert _told(_project("nest", "@Get(", NEST.replace("@Delete(", "@Get(  "), **vocabulary)) == told


@pytest.mark.parametrize(
    ("vocabulary", "told"),
    [
        ({}, ["findUnique", "update"]),
        ({"guards": ("mineOnly",)}, ["update"]),
        ({"guards": ("access.mineOnly",)}, ["update"]),
        ({"guards": ("otherOnly",)}, ["findUnique", "update"]),
        ({"admin": ("houseRule",)}, ["findUnique"]),
        ({"admin": ("otherRule",)}, ["findUnique", "update"]),
        ({"public": ("/invoices/:id",)}, []),
        ({"public": ("/invoices",)}, ["findUnique", "update"]),
    ],
)
def test_routes_of_express_are_open_or_guarded_as_the_project_says(vocabulary: dict[str, tuple[str, ...]], told: list[str]) -> None:
    assert _told(_project("router", "router.", EXPRESS, **vocabulary)) == told


def test_a_route_that_is_open_on_purpose_is_listed_as_public() -> None:
    rows = {row.methods[0]: row.ownership for row in _project("router", "router.", EXPRESS, public=("/invoices/*",)).pattern_routes()}
    assert rows == {"GET": "public", "PUT": "public"}


@pytest.mark.parametrize(
    ("around", "stands"),
    [
        ("@UseGuards(JwtGuard, MineOnly)", True),
        ('("/orders/:id", auth, mineOnly,', False),
        ('("/MineOnly/:id", auth,', False),
        ("@UseGuards(MineOnlyToo)", False),
    ],
)
def test_a_guard_stands_by_its_whole_name_and_in_no_path(around: str, stands: bool) -> None:
    assert ownwords.stands(ownwords.names(["access.MineOnly"]), around) is stands


@pytest.mark.parametrize(("word", "told"), [("req.insider", []), ("insider", []), ("req.insider.key", []), ("req.other", ["delete"])])
def test_a_principal_is_known_by_its_own_name(word: str, told: list[str]) -> None:
    text = """const router = express.Router();
router.delete('/orders/:id', async (req, res) => {
  res.json(await prisma.order.delete({ where: { id: req.params.id, keeper: req.insider.key } }));
});
router.get('/orders', authenticate, async (req, res) => {
  res.json(await prisma.order.findMany({ where: { userId: req.user.id } }));
});
"""
    assert _told(_project("router", "router.", text, principals=(word,))) == told
