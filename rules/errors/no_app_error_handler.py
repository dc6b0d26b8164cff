"""Judges: somebody answers for what nobody caught."""

from prodlint import Project, Proof, Skip


def check(project: Project):
    apps = project.web_apps()
    if not apps:
        yield Skip("no web app of a framework without an error page of its own was found")
        return
    first = min(apps, key=lambda app: (app.at.path.count("/"), app.at))
    if first.how == "handled":
        yield Proof(first.at, f"the {first.name} app has a handler for whatever nobody caught")
        return
    yield first.finding(
        f"the {first.name} app has no handler for unexpected errors: the user gets the framework's bare 500 page and the log no context of yours",
        confidence="low" if first.other else "medium",  # a service that collects errors has the context
    )
