"""Judges: a view that a data API serves reads with the rights of whoever asks."""

from prodlint import Finding, Project, Proof, Related, Skip


def check(project: Project):
    found = False
    for database in project.databases():
        for view in database.views() if database.has_api else ():
            readers = sorted(role for role, rights in database.reach(view).items() if "select" in rights)
            if not readers:
                continue
            found = True
            if view.options.get("security_invoker", "off") in ("", "true", "on", "1", "yes") and view.kind == "view":
                yield Proof(view.at, f"{view.title} reads with the rights of whoever asks")
            else:
                yield from _judged(database, view, readers)
    if not found:
        yield Skip("no view is served by a data API here")


def _judged(database, view, readers):
    guarded, unknown, open_anyway = [], [], []
    for key, relation in database.read_by(view):
        if relation is None:
            unknown.append(".".join(key))
        elif relation.rls and all(database.allowed(relation, role, "select") == "all" for role in readers):
            open_anyway.append(relation.title)
        elif relation.rls:
            guarded.append(relation)
    who = " and ".join(readers)
    kind = "materialized view" if view.kind == "materialized" else "view"
    if guarded and view.kind == "view" and database.conditions.mentions_caller(view.query):
        yield Skip(f"{view.title} reads with its owner's rights and asks who the caller is itself", view.at, verdict="unknown")
    elif guarded:
        names = ", ".join(sorted(relation.title for relation in guarded)[:3])
        why = "no row policy can limit it" if view.kind == "materialized" else "it reads with its owner's rights, past their policies"
        related = tuple(Related(each.said or each.at, f"{each.title} is guarded here") for each in guarded[:3] if each.at.path)
        sure = "low" if _meant(view) else "high"
        yield _finding(database, view, f"{who} may read {names} through the {kind} {view.title}: {why}", sure, related)
    elif view.kind == "materialized":
        yield _finding(database, view, f"{who} may read all of the materialized view {view.title}: no row policy can limit it", "medium", ())
    elif unknown:
        yield Skip(f"{view.title} reads {', '.join(sorted(unknown)[:3])}, which this repository does not create", view.at, verdict="unknown")
    elif open_anyway:
        yield Proof(view.at, f"{view.title} shows of {', '.join(sorted(open_anyway)[:3])} what {who} may read anyway")


def _meant(view):
    """Was it opened on purpose? Its text says so, and a GRANT names it."""
    said = view.options.get("security_invoker") in ("off", "false", "0", "no") or "security_barrier" in view.options
    return said and view.named and view.kind == "view"


def _finding(database, view, message, confidence, related):
    return Finding(
        view.at,
        message,
        confidence=confidence if database.ordered or confidence == "low" else "medium",
        subject={"schema": view.schema, "table": view.name},
        related=related,
        text=f"{view.title} reads past row-level security",
    )
