"""Judges: a database session that failed is rolled back before it is used again."""

from prodlint import Project, Related, Skip

WHEN = {"handler": "in the same clause", "after": "further on", "loop": "in the next round"}


def check(project: Project):
    found = project.broken_sessions()
    if not found:
        yield Skip("no except clause leaves a failed session in use")
    for hazard in found:
        yield hazard.finding(
            f"{hazard.name} failed here and is used again {WHEN[hazard.how]} without {hazard.name}.rollback(); until then it refuses every statement",
            related=(Related(hazard.related, f"{hazard.name} is used again here"),) if hazard.related else (),
        )
