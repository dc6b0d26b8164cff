"""Judges: what a call says of its own success is looked at, where it does not raise."""

from prodlint import Project, Skip


def check(project: Project):
    found = project.unchecked_results()
    if not found:
        yield Skip("no call that tells its failure in what it returns goes unasked")
    for answer in found:
        grave = answer.call.kind in ("payment", "auth")
        yield answer.finding(
            f"{answer.name} does not raise when it fails, it says so in what it returns, and nobody asks; a failure is taken for success",
            confidence="high" if grave or answer.how == "used" else "medium",
            runs="uses it",
            severity="error" if grave else None,
        )
