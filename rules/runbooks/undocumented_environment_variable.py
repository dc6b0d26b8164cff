"""Judges: an environment variable without which the app does not start is written down."""

from prodlint import Finding, Project, Proof, Skip

EMPTY = (".go", ".java", ".kt", ".cs")  # there an absent variable reads as an empty value, which many an app takes as it is


def check(project: Project):
    reads = project.required_variables()
    bare = {name: at for name, at in project.bare_variables().items() if name not in reads}
    if not reads and not bare:
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
    unsaid = sorted((at, name) for name, at in bare.items() if name not in known)
    for at, name in unsaid:
        words = f"{name} is read without a fallback, and no document or example of an environment file names it"
        yield Finding(at, words, confidence="low" if at.path.endswith(EMPTY) else "medium", subject={"resource": name})
    if not missing and all(at.path.endswith(EMPTY) for at, _ in unsaid):
        every = {**bare, **reads}
        yield Proof(min(every.values()), f"all {len(every)} variables that the code requires are written down")
