"""Judges: no .env file and no credential is in the history of the repository."""

from prodlint import Finding, Project, Proof, Skip, Span


def check(project: Project):
    if project.history is None:
        yield Skip("the history was not searched; `prodlint check --history` does", verdict="unknown")
        return
    still = {secret.salted for _, secret in project.secrets()}
    gone = [leak for leak in project.history if leak.salted not in still and not (leak.kind == "env-file" and project.tracked.get(leak.path))]
    for leak in gone:
        where = "was in the repository" if leak.kind == "env-file" else f"was in {leak.path.rpartition('/')[2]}, line {leak.line}"
        how = f" ({leak.rotate})" if leak.rotate else ""
        text = f"{leak.title} {where} (commit {leak.commit[:12]}) and is in the history still: take back what it held{how}"
        yield Finding(Span(leak.path, 1), text, "high", subject={"kind": leak.kind}, text=f"{leak.path} {leak.salted}")
    if not gone:
        yield Proof(Span(next(iter(project.files), "."), 1), "no commit holds a .env file or a credential of a known shape")
