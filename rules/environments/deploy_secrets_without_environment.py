"""Judges: jobs that deploy with secrets of their own take them from a named environment.

Does not know: what a secret of a job that deploys nothing opens; a token of a scanner or of a test account needs no environment.
"""

from prodlint import Finding, Project, Proof, Skip

OF_THE_SERVICE = {"GITHUB_TOKEN", "ACTIONS_STEP_DEBUG"}


def check(project: Project):
    asked, seen = False, set()
    deploying = {deploy.node.job.at for deploy in project.delivery.deploys if deploy.live}
    for node in project.delivery.nodes.values():
        job = node.job
        secrets = [name for name in job.secrets if name.upper() not in OF_THE_SERVICE]
        if job.at in seen or job.at not in deploying or not secrets or node.pipeline.service != "GitHub Actions" or job.calls:
            continue
        asked = True
        seen.add(job.at)
        if job.bound:
            yield Proof(job.at, f"the job {job.id} takes its secrets from an environment")
        else:
            many = f"{secrets[0]} and {len(secrets) - 1} more" if len(secrets) > 1 else secrets[0]
            words = f"the job {job.id} reads {many}, and names no environment: every workflow of the repository can read the same"
            yield Finding(job.at, words, subject={"resource": job.id})
    if not asked:
        yield Skip("no job that deploys reads a secret")
