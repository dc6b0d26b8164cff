"""Judges: no policy believes what users write about themselves."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    found = False
    for database in project.databases():
        for table in database.guarded() if database.has_api else ():
            for policy in table.policies.values():
                found = True
                trusts = database.conditions.trusts_metadata
                if trusts(policy.using) or trusts(policy.check):
                    yield Finding(
                        policy.at,
                        f'the policy "{policy.name}" on {table.title} believes user_metadata, which every user can change',
                        confidence="high" if database.ordered else "medium",
                        subject={"schema": table.schema, "table": table.name},
                        text=f"{policy.name} on {table.title} trusts user_metadata",
                    )
                else:
                    yield Proof(policy.at, f'the policy "{policy.name}" on {table.title} reads nothing that users write about themselves')
    if not found:
        yield Skip("no row policy of a data API is in this repository")
