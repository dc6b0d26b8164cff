"""Judges: something asks the app whether it is well, by a route that means something."""

from prodlint import Finding, Project, Proof, Skip

OF_BYTES = ("TCP", "UDP", "TCP_UDP", "TLS")  # a network load balancer opens a connection, which is all it can ask


def check(project: Project):
    yield from target_groups(project)
    routes = project.health_routes()
    probes = project.watching("probe")
    if probes:
        yield from (Proof(sign.at, sign.words) for sign in probes[:5])
    elif routes:
        at, path = routes[0]
        yield Skip(f"{path} says whether the app is well; nothing in the repository asks it", at, verdict="partial")
    elif project.server() is None:
        yield Skip("no server code was found here", verdict="unknown")
    else:
        yield Skip("no health route and no health check is in the repository; a platform may ask by itself", verdict="unknown")


def target_groups(project: Project):
    for group in project.blocks("aws_lb_target_group", "aws_alb_target_group"):
        kind, protocol = group.text("target_type") or "", group.text("health_check.protocol") or group.text("protocol") or ""
        if kind == "lambda" or (protocol.upper() in OF_BYTES and group.has("health_check")):
            continue
        if group.text("health_check.path", "") == "" and group.flag("health_check.enabled", default=True) is not None:
            words = f"{group.name} names no route for its health check: it asks /, which says little about what the app needs"
            yield Finding(group.at, words, subject={"resource": group.name})
