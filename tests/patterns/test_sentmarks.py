"""NestJS: decorators of parameters that give what the client sent."""

from __future__ import annotations

import pytest

from tests.patterns.apps import linked

CONTROLLER = """import { Controller, Get, Param } from '@nestjs/common';
@Controller('patients')
export class PatientsController {
  constructor(private prisma: PrismaService) {}
  @Get(':id')
  one(@TenantId() tenantId: string, @Param('id') id: string) {
    return this.prisma.patient.findFirst({ where: { id, tenantId } });
  }
}
"""
MARK = """import { createParamDecorator, ExecutionContext } from '@nestjs/common';
export const TenantId = createParamDecorator((data: unknown, ctx: ExecutionContext) => {
  const request = ctx.switchToHttp().getRequest();
  BODY
});
"""
GUARD = """@Injectable()
export class TenantGuard implements CanActivate {
  async canActivate(context: ExecutionContext) {
    const request = context.switchToHttp().getRequest();
    return this.members.has(request.user.id, request.headers['tenant-id']);
  }
}
"""


@pytest.mark.parametrize(
    ("body", "guard", "tied"),
    [
        ("return request.headers['tenant-id'];", "", False),  # anybody can send it
        (
            "const tenantId = request.headers['tenant-id'] as string;\n  if (!tenantId) throw new BadRequestException();\n  return tenantId;",
            "",
            False,
        ),
        ("return request.user.tenantId;", "", True),
        ("return request.tenant ?? request.headers['tenant-id'];", "", True),
        ("return decode(request.headers['authorization']).tenantId;", "", True),
        ("return request.headers['tenant-id'];", GUARD, True),  # something before the handler looks at it
    ],
)
def test_a_decorator_that_reads_a_header_says_nobody(body: str, guard: str, tied: bool) -> None:
    files = {"src/patients.controller.ts": CONTROLLER, "src/tenant.decorator.ts": MARK.replace("BODY", body), "src/guard.ts": guard}
    project = linked("nest", "@Get(", {path: text for path, text in files.items() if text})
    assert (not list(project.loose_ids("typescript"))) is tied
    assert (project.pattern_routes()[0].ownership == "owned") is tied
