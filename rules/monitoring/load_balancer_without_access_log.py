"""Judges: a load balancer writes down who asked for what."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    balancers = [each for each in project.blocks("aws_lb", "aws_alb") if asked(each)]
    if not balancers:
        yield Skip("no load balancer is declared here")
    for each in balancers:
        on = each.flag("access_logs.enabled", default=False)
        if on:
            yield Proof(each.where("access_logs"), f"{each.name} writes an access log")
        elif on is None:
            yield Skip(f"whether {each.name} writes an access log is set outside this repository", each.at, verdict="unknown")
        else:
            why = ": a place for it is named, and it is not switched on" if each.has("access_logs") else ""
            yield Finding(each.at, f"{each.name} writes no access log{why}", subject={"resource": each.name})


def asked(balancer):
    """One for applications, or another whose code asks for a log: a network balancer writes one for TLS alone, which is not known here."""
    return (balancer.text("load_balancer_type") or "application") == "application" or balancer.has("access_logs")
