"""Judges: an answer that says error has a status that says so."""

from prodlint import Project, Related, Skip


def check(project: Project):
    found = project.errors_answered_with_success()
    if not found:
        yield Skip("no except clause of a route answers with the status of a success")
    for hazard in found:
        where = hazard.reached.label if hazard.reached else hazard.symbol
        yield hazard.finding(
            f"{where} failed and answers with 200; clients, monitors and caches take it for success",
            confidence="high" if hazard.sure else "medium",
            related=(Related(hazard.related, "the error is taken here"),) if hazard.related else (),
        )
