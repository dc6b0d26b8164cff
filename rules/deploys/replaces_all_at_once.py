"""Judges: a new release replaces the old one step by step."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    asked = False
    for workload in project.workloads():
        strategy = workload.strategy
        if strategy is None or workload.keeps_data:
            continue
        asked = True
        if strategy in ("RollingUpdate", "Rolling"):
            yield Proof(workload.at, f"{workload.name} is replaced step by step")
        else:
            words = f"{workload.name} is deployed by the strategy {strategy}: every pod stops before a new one starts"
            yield Finding(workload.where_strategy, words, subject={"resource": workload.name})
    if not asked:
        yield Skip("no workload of Kubernetes names a strategy")
