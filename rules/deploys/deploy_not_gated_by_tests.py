"""Judges: a deploy cannot run when the tests fail."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    deploys = [each for each in project.delivery.deploys if each.live]
    platform = project.blocks("vercel", "netlify", "railway", "render")
    if not deploys and platform and project.delivery.tests:
        words = f"{platform[0].name}: the platform deploys what is pushed; whether it waits for the tests is set there"
        yield Skip(words, platform[0].at, verdict="partial")
        return
    if not deploys:
        yield Skip("no deploy runs in a pipeline of this repository; whether a platform waits for the tests is set there", verdict="unknown")
        return
    tier = next(tier for tier in ("production", "", "before") if any(each.stage == tier for each in deploys))
    required = project.required_checks()
    for each in sorted((each for each in deploys if each.stage == tier), key=lambda each: (each.at.path, each.at.line)):
        at = each.gate_at or each.at
        if each.gate == "yes":
            yield Proof(at, f"the deploy to {each.target} {each.why}")
        elif each.gate == "partial":
            yield Skip(f"the deploy to {each.target} {each.why}", at, verdict="partial")
        elif each.gate == "no":
            yield Finding(at, f"the deploy to {each.target} does not depend on the tests: {each.why}", subject={"resource": each.node.job.id})
        elif each.gate == "unproven" and required is not None:
            yield Proof(required.at, f"{required.name} requires the checks of the branch from which {each.target} is deployed")
        elif each.gate == "unproven":
            yield Skip(f"the deploy to {each.target} is unproven: {each.why}", at, verdict="partial")
        else:
            yield Skip(f"the deploy to {each.target} waits for no tests: {each.why}", each.at, verdict="unknown")
