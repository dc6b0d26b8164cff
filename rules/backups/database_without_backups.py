"""Judges: a managed database keeps automated backups."""

from prodlint import Finding, Project, Proof, Skip, Span


def check(project: Project):
    stores = project.stores()
    if not stores and (apps := project.paths("cdk.json", "**/cdk.json")):
        words = f"{apps[0]} makes the infrastructure by code: which databases it declares is known when it is synthesized (cdk synth)"
        yield Skip(words, Span(apps[0], 1), verdict="unknown")
    elif not stores:
        yield Skip("no managed database is declared in this repository; whether it has backups is decided where it runs", verdict="unknown")
    kept = any(store.days or store.covered is not None for store in stores)
    for store in stores:
        name, at = store.declared.name, store.declared.at
        if store.days:
            yield Proof(
                at,
                f"{name} keeps {store.days:g} {'day' if store.days == 1 else 'days'} of backups"
                + ("" if store.said else ", as the provider does by itself"),
            )
        elif store.covered is not None:
            yield Proof(store.covered.at, f"{name} is selected by the backup plan {store.covered.name}")
        elif store.days is None:
            yield Skip(f"{name}: for how long backups are kept is set outside this repository", at, verdict="partial" if kept else "unknown")
        else:
            why = "its backups are switched off" if store.said else "nothing switches backups on, and the provider keeps none by itself"
            yield Finding(at, f"{name} keeps no backup: {why}", subject={"resource": name})
