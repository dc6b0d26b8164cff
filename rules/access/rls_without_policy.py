"""Judges: a table with row-level security has a policy, or is meant for the server alone."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    found = False
    for database in project.databases():
        for table in database.tables() if database.has_api else ():
            if not table.rls or not database.reach(table):
                continue
            found = True
            if table.policies:
                yield Proof(
                    table.said or table.at,
                    f"{table.title} has a policy" if len(table.policies) == 1 else f"{table.title} has {len(table.policies)} policies",
                )
            elif "policy" in database.catalog.doubts:
                place = database.catalog.doubts["policy"]
                yield Skip(f"{table.title}: policies are made for tables whose names only the running database knows", place, verdict="unknown")
            else:
                yield Finding(
                    table.said or table.at,
                    f"{table.title} has row-level security and no policy: only the service role reads or writes it",
                    confidence="high" if database.ordered else "medium",
                    subject={"schema": table.schema, "table": table.name},
                    text=f"{table.title} has no policy",
                )
    if not found:
        yield Skip("no table with row-level security is behind a data API here")
