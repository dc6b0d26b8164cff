"""Judges: an answer that says error has a status that says so."""

from prodlint import Finding, Project, Related, Skip


def check(project: Project):
    found = project.errors_answered_with_success()
    if not found:
        yield Skip("no except clause of a route answers with the status of a success")
    for hazard in found:
        where = hazard.reached.label if hazard.reached else hazard.symbol
        route = hazard.reached.route if hazard.reached else None
        yield Finding(
            hazard.at,
            f"{where} failed and answers with 200; clients, monitors and caches take it for success",
            confidence="low" if hazard.beside else "high" if hazard.sure else "medium",
            symbol=hazard.symbol,
            route=route,
            related=(Related(hazard.related, "the error is taken here"),) if hazard.related else (),
        )
