"""Judges: how the app is deployed is written down."""

from prodlint import Finding, Project, Proof, Skip, Span


def check(project: Project):
    first = project.first_code() or project.first_infrastructure()
    if first is None:
        yield Skip("there is no code here")
        return
    found = project.documents.ship()
    template = project.documents.template()
    readme = project.readme()
    if found:
        yield Proof(found[0].at, f"{found[0].heading or found[0].path} says how the app is deployed")
    elif template is not None:
        yield Skip("what is written about deploys are the words of the scaffolding tool", template.at, verdict="partial")
    else:
        active = any(each.live for each in project.delivery.deploys)
        why = ": a pipeline does it, and what to do when that fails stands nowhere" if active else ""
        yield Finding(Span(readme, 1) if readme else first, f"nothing says how the app is deployed{why}")
