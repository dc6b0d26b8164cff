"""A role that is named is a check only where something hangs on it."""

from __future__ import annotations

import pytest

from prodlint.models import load
from prodlint.patterns.entries import before
from prodlint.patterns.entries.around import ties_by_name
from prodlint.patterns.text.reader import functions
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.text.words import Words
from prodlint.patterns.ties.roles import is_staff, only_staff, without_plain, without_roles_of_all

DELETES = "const order = await prisma.order.delete({ where: { id: req.params.id } });"


def roles(body: str, language: str = "javascript") -> tuple[str, ...]:
    function = functions(Code(f"async function remove(req, res) {{ {body} }}", language))[0]
    return before.read(function, Words(load()["patterns"], language, {}), lambda *_: None).roles


@pytest.mark.parametrize(
    "body",
    [
        f'const label = req.user.role === "admin" ? "Staff" : "You"; {DELETES} res.json({{ order, label }});',
        f"log(req.user.isAdmin); {DELETES}",
        f'console.info("removed", {{ by: req.user.id, staff: req.user.isAdmin }}); {DELETES}',
        f'if (req.user.role !== "admin") {{ audit(); }} {DELETES}',
        f'if (req.user.role !== "admin") audit("order removed");\n{DELETES}',
        f"{DELETES} res.json({{ order, isAdmin: req.user.isAdmin }});",
        f'if (["admin", "root"].includes(req.user.role)) {{ logger.warn("staff"); }} else {{ logger.info("else"); }} {DELETES}',
    ],
)
def test_a_role_that_is_only_mentioned_is_no_check(body: str) -> None:
    assert roles(body) == ()


@pytest.mark.parametrize(
    "body",
    [
        f'if (req.user.role !== "admin") return res.status(403).end(); {DELETES}',
        f'if (req.user.role !== "admin") {{ audit(); throw new Forbidden(); }} {DELETES}',
        f'if (req.user.role === "admin") {{ {DELETES} }}',
        f'if (req.user.role === "admin") {{ audit(); }} else {{ return res.sendStatus(403); }} {DELETES}',
        f"if (!req.user.isAdmin) {{ next(new Error()); }} {DELETES}",
        f"const where = req.user.isAdmin ? {{}} : {{ team: 1 }}; {DELETES}",
        f'const may = req.user.role === "admin"; if (!may) return; {DELETES}',
        f"assert(req.user.isAdmin); {DELETES}",
        f'if (!["admin", "root"].includes(req.user.role)) {{ throw new Error("no"); }} {DELETES}',
        f'if (busy || req.user.role !== "admin") {{ return; }} {DELETES}',
    ],
)
def test_a_role_that_decides_is_a_check(body: str) -> None:
    assert roles(body)


@pytest.mark.parametrize(
    ("asked", "is_role"),
    [
        ("requireApiMember()", False),
        ("requireCurrentUser()", False),
        ("ensureAccount(req)", False),
        ("requireAdmin()", True),
        ('requireMember("owner")', True),
        ("requireMemberRole(req)", True),
    ],
)
def test_whoever_is_signed_in_has_no_role(asked: str, is_role: bool) -> None:
    assert bool(roles(f"const {{ member, response }} = await {asked}; if (response) return response; {DELETES}")) is is_role


def test_the_path_of_a_route_asks_nobody() -> None:
    assert not ties_by_name('("/members/:memberId/policies", requireLogin, ')
    assert not ties_by_name("{ url: '/teams/:id/permissions', preHandler: [signedIn] }")
    assert ties_by_name('("/members/:memberId", requireLogin, onlyOwner, ')


@pytest.mark.parametrize(
    ("around", "kept"),
    [
        ("RequireAuthorization(policy => policy.RequireRole(UserRole.JobSeeker.ToString()))", False),
        ('RequireAuthorization(p => p.RequireRole("Member", "Admin"))', False),
        ("RequireAuthorization(policy => policy.RequireRole(UserRole.Admin.ToString()))", True),
        ('RequireAuthorization("InvoiceOwner")', True),
    ],
)
def test_a_policy_of_a_route_that_names_roles(around: str, kept: bool) -> None:
    assert ties_by_name(without_plain(around)) is kept


def test_a_list_of_roles_counts_whatever_it_is_handed_to() -> None:
    staff, everybody = "auth([UserRole.LAB_TECHNICIAN])", "auth([UserRole.CUSTOMER, UserRole.ADMIN])"
    assert ties_by_name(without_roles_of_all(staff, reads=False))
    assert not ties_by_name(without_roles_of_all(everybody, reads=False))


def test_everybody_is_no_permission() -> None:
    assert not ties_by_name(" @permitAll ")
    assert not ties_by_name("[AllowAnonymous]")
    assert not ties_by_name("@IsPublic() @Get(':id')")
    assert only_staff('allowRoles("admin", "owner")')
    assert not only_staff('allowRoles("admin", "customer")')
    assert only_staff("class UserController ['admin'] ['super.admin']")
    assert not only_staff("class UserController ['admin'] ['role:super-admin|customer']")


@pytest.mark.parametrize(
    ("role", "staff"),
    [
        ("InventoryManager", True),
        ("SuperAdmin", True),
        ("SalesOperator", True),
        ("StoreManager", False),
        ("OrgAdmin", False),
        ("ProjectOwner", False),
        ("Customer", False),
    ],
)
def test_a_role_of_staff_in_one_word(role: str, staff: bool) -> None:
    assert is_staff(role) == staff


def test_a_signature_that_is_verified_is_a_check() -> None:
    assert roles(f"const ok = await receiver.verify({{ signature: req.get('Upstash-Signature'), body }}); if (!ok) return; {DELETES}")
    assert not roles(f"const ok = await receiver.verify({{ body }}); if (!ok) return; {DELETES}")


def test_who_owns_something_is_asked_for_it() -> None:
    assert ties_by_name("SmsMiddleware.isSmsCampaignOwnedByUser")
    assert not ties_by_name("SmsMiddleware.countCampaigns")
