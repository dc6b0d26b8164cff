"""Judges: a policy that lets people write looks at who they are."""

from prodlint import Finding, Project, Proof, Skip

WRITES = ("insert", "update", "delete", "all")


def check(project: Project):
    found = False
    for database in project.databases():
        for table in database.guarded() if database.has_api else ():
            if not table.rls or not database.reach(table):
                continue
            for policy in table.policies.values():
                if policy.permissive and policy.command in WRITES and database.speaks_to(policy):
                    found = True
                    yield from _judged(database, table, policy)
    if not found:
        yield Skip("no row policy lets people of a data API write")


def _judged(database, table, policy):
    conditions = database.conditions
    parts = [part for part in (policy.using, policy.check) if part is not None]
    deciding = policy.using if policy.using is not None and policy.command != "insert" else policy.check
    if deciding is None or any(conditions.always(part) for part in parts) or any(conditions.never(part) for part in parts):
        return  # always true: always-true-write-policy says so
    if narrowed(database, table, policy):
        yield Skip(f'"{policy.name}" on {table.title} is narrowed by restrictive policies', policy.at, verdict="unknown")
        return
    if conditions.for_everybody_signed_in(deciding):
        sure = "high" if database.ordered and policy.command != "insert" else "medium"  # what is inserted may be everybody's by design
        yield _finding(database, table, policy, "it asks only that somebody is signed in", sure)
        return
    asks = conditions.asks_caller(deciding)
    if asks:
        yield Proof(policy.at, f'the policy "{policy.name}" on {table.title} asks who the caller is')
    elif asks is None:
        yield Skip(f'"{policy.name}" on {table.title}: a function or a table with policies of its own decides', policy.at, verdict="unknown")
    elif table.kind != "platform":
        yield _finding(database, table, policy, "nothing in it depends on the caller", "low" if policy.command == "insert" else "medium")


def narrowed(database, table, policy):
    """Is there a restrictive policy that also has a say?"""
    return any(not each.permissive and each.command in (policy.command, "all") for each in table.policies.values())


def _finding(database, table, policy, why, confidence):
    whom = database.speaks_to(policy)
    who = "everybody" if "anon" in whom and "signed in" not in why else "everybody who is signed in"
    act = {"insert": "insert into", "update": "update rows of", "delete": "delete rows of", "all": "write"}[policy.command]
    return Finding(
        policy.at,
        f'the policy "{policy.name}" lets {who} {act} {table.title}: {why}',
        confidence=confidence,
        subject={"schema": table.schema, "table": table.name},
        text=f"{policy.name} on {table.title} ignores the caller",
    )
