"""Judges: a table that has policies has row-level security switched on."""

from prodlint import Finding, Project, Proof, Related, Skip


def check(project: Project):
    found = False
    for database in project.databases():
        for table in database.tables():
            if not table.policies:
                continue
            found = True
            first = min(table.policies.values(), key=lambda policy: (policy.at.path, policy.at.line))
            if table.rls:
                yield Proof(table.said or table.at, f"{table.title} has policies, and row-level security is on")
            elif table.doubt or "enable" in database.catalog.doubts:
                yield Skip(f"{table.title}: whether row-level security is on is decided when the migrations run", table.at, verdict="unknown")
            else:
                count = f"{len(table.policies)} policies that do" if len(table.policies) > 1 else "a policy that does"
                yield Finding(
                    table.said or first.at,
                    f"{table.title} has {count} nothing: row-level security is off",
                    confidence="high" if database.ordered else "medium",
                    subject={"schema": table.schema, "table": table.name},
                    related=(Related(table.at, f"{table.title} is created here"),),
                    text=f"{table.title} has policies without row-level security",
                )
    if not found:
        yield Skip("no row policy is in this repository")
