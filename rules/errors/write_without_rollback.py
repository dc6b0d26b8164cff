"""Judges: writes that belong together are one transaction, and a session that failed is rolled back before it is used again."""

from prodlint import Project, Related, Skip

WHEN = {"handler": "in the same clause", "after": "further on", "loop": "in the next round"}
HALF = {
    "children": "{first} is saved, then {second} for it, and nothing makes them one transaction; when one fails, half of it stays",
    "replaced": "{first} are deleted and written again without a transaction; when writing fails, they are gone",
    "amounts": "{first} and {second} are changed together and saved one by one without a transaction; when the second fails, the sums are wrong",
    "commits": "{first} is committed before {second}, which belongs to it; when the second fails, half of it stays (flush() gives the id)",
}


def check(project: Project):
    broken, halves = project.broken_sessions(), project.half_writes()
    if not broken and not halves:
        yield Skip("no except clause leaves a failed session in use, and no writes that belong together stand apart")
    for hazard in broken:
        yield hazard.finding(
            f"{hazard.name} failed here and is used again {WHEN[hazard.how]} without {hazard.name}.rollback(); until then it refuses every statement",
            related=(Related(hazard.related, f"{hazard.name} is used again here"),) if hazard.related else (),
        )
    for hazard in halves:
        yield hazard.finding(
            HALF[hazard.how].format(first=hazard.name, second=hazard.other),
            confidence="high" if hazard.how == "amounts" else "medium",
            related=(Related(hazard.related, "the first write is here"),),
        )
