"""Judges: how data comes back from a copy is written down or scripted."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    way = project.restores()
    copies = [each.at for each in project.copies() if each.scheduled]
    copies += [store.declared.at for store in project.stores() if store.days or store.covered is not None]
    if way is not None:
        yield Proof(way, "how data comes back from a copy is here")
    elif copies:
        yield Finding(copies[0], "data is copied, and nothing says how it comes back: a copy that nobody has restored is a hope", confidence="medium")
    else:
        yield Skip("no copy of data is made by this repository, and how one comes back is not written here", verdict="unknown")
