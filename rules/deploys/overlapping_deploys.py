"""Judges: two deploys cannot run at once, and none is stopped in the middle."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    turns = project.turns()
    production = [each for each in turns if each.deploy.stage == "production"] or turns
    for each in production:
        job = each.deploy.node.job.id
        if each.cancels and each.fragile:
            words = f"a newer run stops the job {job} in the middle of a migration or a change of infrastructure (cancel-in-progress)"
            yield Finding(each.group or each.deploy.at, words, subject={"resource": job})
        elif each.cancels:
            yield Skip(f"a newer run stops the job {job} in the middle of a deploy", each.group, verdict="partial")
        elif each.group is not None:
            yield Proof(each.group, f"deploys of the job {job} wait for one another")
        else:
            yield Skip(f"whether two deploys of the job {job} can run at once is not said", each.deploy.at, verdict="unknown")
    if not production:
        yield Skip("no pipeline deploys here")
