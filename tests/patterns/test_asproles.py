"""ASP.NET: roles that constants hold, requirements as attributes, and messages that only staff may send."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from prodlint.patterns.dotnet.roles import AspRoles
from prodlint.patterns.dotnet.secured_messages import SecuredMessages
from prodlint.patterns.ties.roles import without_plain

CONSTANTS = [
    'public static class Groups { public const string Admin = "Admin"; public const string Buyer = "Customer"; }',
    'class Base { public const string Inside = $"{Groups.Admin}, {Names.Boss}"; public const string All = Groups.Admin + "," + Groups.Buyer; }',
    'public class Names { public const string Boss = nameof(Kind.Manager); public const string Loop = Loop; public const string Twice = "Admin"; }',
    'public class Other { public const string Twice = "Customer"; }',
]


@pytest.mark.parametrize(
    ("written", "roles"),
    [
        ("Roles = Inside", "Admin, Manager"),
        ("Roles = Base.Inside", "Admin, Manager"),
        ('Roles = $"{Inside}"', "Admin, Manager"),
        ("Roles = App.Auth.Base.All", "Admin,Customer"),
        ('AuthenticationSchemes = "x", Roles = Groups.Admin', "Admin"),
        ("Roles = Other.Twice", "Customer"),
    ],
)
def test_a_constant_is_what_it_holds(written: str, roles: str) -> None:
    assert f'Roles = "{roles}")]' in AspRoles(CONSTANTS).spelled(f"[Authorize({written})]")


@pytest.mark.parametrize("written", ["Roles = Twice", "Roles = Unknown.Admins", "Roles = Loop", 'Roles = $"{Twice}"', "Roles = Join(Groups.Admin)"])
def test_what_is_not_surely_known_stays_as_it_was(written: str) -> None:
    assert AspRoles(CONSTANTS).spelled(f"[Authorize({written})]") == f"[Authorize({written})]"


def test_a_constant_that_names_customers_says_no_more_than_a_login() -> None:
    known = AspRoles(CONSTANTS)
    assert "Authorize" in without_plain(known.spelled("[Authorize(Roles = Inside)]"))
    assert "Authorize" not in without_plain(known.spelled("[Authorize(Roles = Groups.Buyer)]"))


REQUIREMENT = "public class ManageUsersRequirement() : BasePermissionRequirement(p => p.ManageUsers);"
ATTRIBUTE = "public class AuthorizeAttribute<T> : AuthorizeAttribute, IAuthorizationRequirementData where T : new() { }"


def test_a_requirement_of_the_project_is_a_policy() -> None:
    around = "[Authorize<ManageUsersRequirement>]"
    assert AspRoles([ATTRIBUTE, REQUIREMENT]).spelled(around) == '[Authorize(Policy = "ManageUsers")]'
    assert AspRoles([ATTRIBUTE]).spelled(around) == around  # nobody knows what it asks
    assert AspRoles([REQUIREMENT]).spelled(around) == around  # nobody asks it


MESSAGE = (
    "public class CloseOrder : IRequest<int>, ISecuredRequest { public int Id { get; set; } public string[] Roles => new[] { Admin, Claims.Write }; }"
)
BEHAVIOUR = """public class AuthorizationBehavior<TRequest, TResponse> : IPipelineBehavior<TRequest, TResponse> where TRequest : ISecuredRequest
{ public async Task<TResponse> Handle(TRequest request) { if (!request.Roles.Any(Has)) throw new AuthorizationException();
return await next(); } }"""
PUT = "services.AddMediatR(c => c.AddOpenBehavior(typeof(AuthorizationBehavior<,>)));"
USES = "using NArchitecture.Core.Application.Pipelines.Authorization;"


@pytest.mark.parametrize(
    ("texts", "secured"),
    [
        ([MESSAGE, BEHAVIOUR, PUT], True),
        ([f"{USES}\n{MESSAGE}", PUT], True),  # the behaviour of the package
        ([MESSAGE, PUT], False),  # nobody knows the interface
        ([MESSAGE, BEHAVIOUR], False),
        ([MESSAGE, BEHAVIOUR, f"// {PUT}"], False),
        ([MESSAGE, BEHAVIOUR.replace("throw new AuthorizationException()", "log.Warn()"), PUT], False),
        ([MESSAGE.replace("Claims.Write", "Claims.Customer"), BEHAVIOUR, PUT], False),
        ([MESSAGE.replace("Claims.Write", "Claims.Instructor"), BEHAVIOUR, PUT], False),
        ([MESSAGE.replace("Admin, ", ""), BEHAVIOUR, PUT], False),  # a right alone: who has it?
        ([MESSAGE.replace("Roles =>", "Roles { get; set; } ="), BEHAVIOUR, PUT], False),  # the client may fill it in
        ([MESSAGE.replace(", ISecuredRequest", ""), BEHAVIOUR, PUT], False),
    ],
)
def test_messages_that_only_staff_may_send(texts: list[str], secured: bool) -> None:
    known = SecuredMessages(texts)
    assert known.only({"CloseOrder"}) is secured
    assert not known.only({"CloseOrder", "OpenOrder"})
    assert not known.only(())


def test_files_that_only_hold_roles_are_read() -> None:
    rules = yaml.safe_load((Path(__file__).parents[2] / "rules/access/entries_csharp.yaml").read_text())["rules"]
    (form,) = [rule["pattern-regex"] for rule in rules if rule["id"] == "asked-before-csharp"]
    assert re.search(form, 'public static class RoleCodes { public const string ADMIN_AND_TECHNICAL = $"{ADMIN},{TECHNICAL_STAFF}"; }')
    assert re.search(form, 'public const string ADMIN_ONLY = "admin";')
    assert not re.search(form, 'public class Rolodex { const string Card = "x"; }')
