"""Judges: a pod that serves says when it is ready."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    asked = False
    for workload in project.workloads():
        if not workload.serves:
            continue
        asked = True
        if workload.has_probe("readinessProbe"):
            yield Proof(workload.at, f"{workload.name} says when it is ready")
        else:
            words = f"{workload.name} has no readiness probe: it gets traffic before it can answer, and a release that never can replaces the old one"
            yield Finding(workload.at, words, subject={"resource": workload.name})
    if not asked:
        yield Skip("no workload of Kubernetes serves here")
