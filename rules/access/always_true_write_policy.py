"""Judges: no policy lets everybody write every row."""

import re

from prodlint import Finding, Project, Proof, Skip

# tables that anybody may add to by design: forms, sign-ups, counters
FORMS = re.compile(
    r"contact|wait_?list|newsletter|subscri|feedback|submission|request|survey|rsvp|lead|view|analytics|event|vote|inquir|enquir|report|registra|sign_?ups?",
    re.I,
)
MEANT = re.compile(r"\b(?:any(?:one|body)|every(?:one|body)|visitors?|guests?)\b", re.I)  # in the name of a policy that lets everybody add rows
OWNED = re.compile(r"(?:user|owner|author|account|profile|member|org|organi[sz]ation|tenant|team|customer|creator|sender)(?:_?id)?|created_by", re.I)
WRITES = ("insert", "update", "delete", "all")


def check(project: Project):
    databases = project.databases()
    if not any(table.policies for database in databases for table in database.guarded()):
        yield Skip("no row policy is in this repository")
    for database in databases:
        for table in database.guarded():
            if not table.rls or not (database.has_api and database.reach(table)):
                continue
            for policy in table.policies.values():
                if policy.permissive and policy.command in WRITES and (whom := database.speaks_to(policy)):
                    yield _judged(database, table, policy, whom)


def _judged(database, table, policy, whom):
    always = database.conditions.always
    using = policy.command != "insert" and (policy.using is not None or policy.command != "all" or policy.check is None) and always(policy.using)
    if policy.check is not None:
        check = always(policy.check)
    else:
        check = policy.command == "insert"
    if not using and not check:
        return Proof(policy.at, f'the policy "{policy.name}" on {table.title} limits who may write')
    who = "everybody" if "anon" in whom else "everybody who is signed in"
    what = {"insert": "insert any row into", "update": "update", "delete": "delete every row of", "all": "insert, update and delete every row of"}
    if policy.command == "update":
        act = "update every row of" if using else "turn a row that is theirs into anybody's in"
    else:
        act = what[policy.command] if using or policy.command == "insert" else "insert any row into"
    clause = "USING" if using else "WITH CHECK"
    said = f"its {clause} is always true" if (policy.using if using else policy.check) is not None else "it has no condition"
    return Finding(
        policy.at,
        f'the policy "{policy.name}" lets {who} {act} {table.title}: {said}',
        confidence="low" if policy.command == "insert" and _meant(table, policy, whom) else "high" if database.ordered else "medium",
        subject={"schema": table.schema, "table": table.name},
        text=f"{policy.name} on {table.title} is always true",
        severity="warning" if policy.command == "insert" else None,
    )


def _meant(table, policy, whom):
    """Is it right that people add rows who are not known?"""
    if FORMS.search(table.name):
        return True
    return "anon" in whom and MEANT.search(policy.name) is not None and not any(OWNED.fullmatch(column) for column in table.columns)
