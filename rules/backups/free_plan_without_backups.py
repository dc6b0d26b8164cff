"""Judges: a hosted database has a plan with backups, where the repository names the plan."""

from prodlint import Finding, Project, Proof, Skip, Span


def check(project: Project):
    asked = False
    for block in project.blocks("render"):
        for entry in block.find("databases.*.plan"):
            asked = True
            name = block.text(f"{entry.key.rpartition('.')[0]}.name") or entry.key
            at = Span(block.path, entry.line, entry.column, entry.line, entry.end_column)
            if entry.value.lower() == "free":
                words = f"{name} has Render's free plan: no point-in-time recovery, and the database expires"
                yield Finding(at, words, subject={"resource": name})
            else:
                yield Proof(at, f"{name} has the plan {entry.value} of Render, which can be restored to a point in time")
    if not asked:
        yield Skip("no plan of a hosted database is named here; which one it is, and what it keeps, is on the platform", verdict="unknown")
