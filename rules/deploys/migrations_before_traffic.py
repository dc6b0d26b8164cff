"""Judges: migrations of the database run as a step of the deploy, before the new code takes traffic."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    first = project.migration_file()
    found = project.migrating()
    if first is None and not found:
        yield Skip("no migration of a database is in this repository")
    elif not found:
        deploys = [each for each in project.delivery.deploys if each.live]
        if deploys:
            words = f"the deploy to {deploys[0].target} applies no migration: somebody has to, and new code meets an old schema until then"
            yield Finding(deploys[0].at, words, confidence="medium")
        else:
            yield Skip("which step applies the migrations is not in this repository", first, verdict="unknown")
    elif found[0].when == "before":
        yield Proof(found[0].at, found[0].words)
    elif found[0].when == "after":
        yield Finding(found[0].at, found[0].words, confidence="medium")
    elif found[0].when == "perhaps":
        yield Skip(found[0].words, found[0].at, verdict="unknown")
    else:
        more = ": every instance tries" if found[0].when == "start" else ""
        yield Skip(found[0].words + more, found[0].at, verdict="partial")
