"""Judges: an environment variable without which the app does not start is written down."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    reads = project.required_variables()
    if not reads:
        yield Skip("the code requires no environment variable")
        return
    known = project.documented_variables()
    if not known:
        yield Skip("neither an example of an environment file nor a document lists variables", verdict="unknown")
        return
    missing = sorted(((at, name) for name, at in reads.items() if name not in known))
    for at, name in missing:
        words = f"the app does not start without {name}, and no document or example of an environment file names it"
        yield Finding(at, words, confidence="medium", subject={"resource": name})
    if not missing:
        yield Proof(min(reads.values()), f"all {len(reads)} variables that the code requires are written down")
