"""Judges: rules of Firebase let nobody write, and nobody read everything, who has not signed in."""

from prodlint import Finding, Project, Skip

WHO = {
    "anybody": "anybody in the world",
    "until": "anybody in the world, until the date in the rule, and nobody after it",
    "signed-in": "whoever signs up",
}


def check(project: Project):
    facts = list(project.facts("firebase-rule"))
    for at, fact in facts:
        who, writes, whole = fact.data["who"], bool(fact.data["writes"]), bool(fact.data["whole"])
        done = "change" if writes else "read"
        what = "everything" if whole else fact.name
        if (who == "signed-in" and writes and whole) or (who != "signed-in" and (writes or whole)):
            yield Finding(
                at, f"{WHO[who]} may {done} {what}", confidence="high" if whole or who == "anybody" else "medium", text=f"{done} {fact.name}"
            )
    if not facts:
        yield Skip("no rule of Firebase lets in everybody, or there is no Firebase here")
