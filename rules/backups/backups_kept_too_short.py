"""Judges: automated backups are kept for a week."""

from prodlint import Finding, Project, Proof, Skip

ENOUGH = 7


def check(project: Project):
    kept = [store for store in project.stores() if store.days]
    if not kept:
        yield Skip("no managed database with backups is declared here")
    for store in kept:
        name, at = store.declared.name, store.declared.at
        if store.days >= ENOUGH or store.covered is not None:
            yield Proof(at, f"{name} keeps {store.days:g} days of backups")
        else:
            days = f"{store.days:g} day{'' if store.days == 1 else 's'}"
            words = f"{name} keeps {days} of backups" + ("" if store.said else ", which is what the provider does by itself")
            yield Finding(at, words, subject={"resource": name})
