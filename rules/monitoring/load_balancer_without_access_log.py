"""Judges: a load balancer writes down who asked for what."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    balancers = [each for each in project.blocks("aws_lb", "aws_alb") if (each.text("load_balancer_type") or "application") == "application"]
    if not balancers:
        yield Skip("no load balancer is declared here")
    for each in balancers:
        on = each.flag("access_logs.enabled", default=False)
        if on:
            yield Proof(each.where("access_logs"), f"{each.name} writes an access log")
        elif on is None:
            yield Skip(f"whether {each.name} writes an access log is set outside this repository", each.at, verdict="unknown")
        else:
            yield Finding(each.at, f"{each.name} writes no access log", subject={"resource": each.name})
