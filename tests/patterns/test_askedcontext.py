"""C#: an object that holds who asks and is asked whether they may: a check where nothing runs after a no, and none where nobody listens."""

from __future__ import annotations

import pytest

from prodlint.patterns.dotnet.asked_context import MAY
from tests.patterns.apps import told

CONTEXT = """
public class CurrentContext : ICurrentContext
{
    public async Task<bool> ViewLicenseHistory(Guid orgId)
    {
        return await EditSubscription(orgId);
    }

    public async Task<bool> EditSubscription(Guid orgId)
    {
        return (await GetProviderDetails()).Any(each => each.OrganizationId == orgId) || await OrganizationOwner(orgId);
    }
}
"""
DATA = """
public class LicenseContext : DbContext
{
    public DbSet<License> Licenses { get; set; }
}
public class License
{
    public Guid Id { get; set; }
    public Guid OrganizationId { get; set; }
    public Guid UserId { get; set; }
}
"""


def loose(before: str) -> list[tuple[str, str]]:
    controller = f"""
[Authorize]
[Route("organizations/{{organizationId}}/licenses")]
public class LicensesController(ICurrentContext currentContext, LicenseContext db) : ControllerBase
{{
    [HttpDelete]
    public async Task<IActionResult> DropAll(Guid organizationId)
    {{
        {before}
        await db.Licenses.Where(l => l.OrganizationId == organizationId).ExecuteDeleteAsync();
        return NoContent();
    }}
}}
"""
    files = {"Controllers/LicensesController.cs": controller, "Context/CurrentContext.cs": CONTEXT, "Data/LicenseContext.cs": DATA}
    return told("csharp", "aspnet", "public class LicensesController", files)


@pytest.mark.parametrize(
    "before",
    [
        "if (!await currentContext.ViewLicenseHistory(organizationId)) { throw new NotFoundException(); }",
        "if (!await currentContext.ViewLicenseHistory(organizationId)) return Error.Unauthorized();",
        "if (organizationId == Guid.Empty || !await currentContext.ViewLicenseHistory(organizationId)) { return Forbid(); }",
    ],
)
def test_a_no_that_ends_the_action_is_a_check(before: str) -> None:
    assert loose(before) == []


@pytest.mark.parametrize(
    "before",
    [
        "",
        "await currentContext.ViewLicenseHistory(organizationId);",
        "if (!await currentContext.ViewLicenseHistory(organizationId)) { _log.LogWarning(organizationId); }",
        "if (await currentContext.ViewLicenseHistory(organizationId)) { return Forbid(); }",
        "if (!await currentContext.ViewLicenseHistory(organizationId) && strict) { return Forbid(); }",
        "if (!await currentContext.ViewLicenseHistory(organizationId)) { return Ok(); }",
        "if (!await currentContext.ViewLicenseHistory(organizationId)) { return Forbid(); } else { audit.Note(); }",
        "if (!await licenses.ViewLicenseHistory(organizationId)) { throw new NotFoundException(); }",
    ],
)
def test_what_lets_the_action_go_on_is_none(before: str) -> None:
    assert [name for name, _ in loose(before)] == ["organizationId"]


@pytest.mark.parametrize(
    "name", ["OrganizationExists", "HasOrganization", "LoadOwner", "GetUser", "TryAddMember", "IsValidUser", "DeleteOrder", "ExistsAsync"]
)
def test_whether_there_is_such_a_thing_asks_for_no_right(name: str) -> None:
    assert MAY.fullmatch(name) is None
    assert MAY.fullmatch("OrganizationOwner") is not None
