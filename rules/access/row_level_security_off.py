"""Judges: every table that a data API serves has row-level security."""

from prodlint import Finding, Project, Proof, Related, Skip


def check(project: Project):
    databases = project.databases()
    if not databases:
        yield Skip("no SQL schema or migration is in this repository")
    for database in databases:
        if not database.history.api:
            yield Skip(f"{database.title}: no role of a data API occurs; the database is reached through the app's own server", database.at)
        elif not database.has_api:
            yield Skip(f"{database.title}: the data API is switched off", database.configured.at)
        else:
            yield from _tables(database)


def _tables(database):
    for table in database.tables():
        reach = database.reach(table)
        if not reach:
            continue
        if table.rls:
            word = "is forced" if table.forced else "is on"
            if table.doubt:
                yield Skip(f"{table.title}: whether row-level security is on is not certain: {table.doubt}", table.said, verdict="unknown")
            else:
                yield Proof(table.said or table.at, f"row-level security of {table.title} {word}")
        else:
            yield _off(database, table, reach)
    for table in database.foreign():
        if reach := database.reach(table):
            yield _off(database, table, reach)
    if apart := [table for table in database.tables() if table.schema in database.served and not table.rls and not database.spoken(table)]:
        listed = _some([table.title for table in apart])
        yield Skip(f"{database.title}: {listed}: nothing says whether the data API serves this schema", apart[0].at, verdict="unknown")
    if missing := database.missing():
        listed = _some([f"{schema}.{name}" for (schema, name), _ in missing])
        yield Skip(f"{database.title}: {listed}: spoken of but not created in this repository", missing[0][1], verdict="unknown")


def _off(database, table, reach):
    rights = sorted({right for held in reach.values() for right in held}, key=("select", "insert", "update", "delete").index)
    who = " and ".join(sorted(reach))
    related = []
    if table.said:
        related.append(Related(table.at, f"{table.title} is created here"))
    confidence = "high" if database.ordered else "medium"
    if table.shaky or table.schema not in database.served or (database.may_expose_nothing and not table.named):
        confidence = "medium"
    if table.doubt or table.contested or "enable" in database.catalog.doubts:
        confidence = "low"
        place = database.catalog.doubts.get("enable")
        if place:
            related.append(Related(place, "row-level security is switched on here for tables whose names only the running database knows"))
    elif place := database.elsewhere.get(table.key):
        confidence = "medium"
        related.append(Related(place, "this file switches it on, but no tool runs it after the migrations"))
    why = " (a partition does not take it from its parent)" if table.parent in database.catalog.relations else ""
    lacks = "is a foreign table, which cannot have row-level security" if table.kind == "foreign" else f"has no row-level security{why}"
    message = f"{table.title} {lacks}: {who} may {_listed(rights)} every row through the data API"
    severity = "warning" if database.may_expose_nothing and not table.named else None
    return Finding(
        table.said or table.at,
        message,
        confidence=confidence,
        subject={"schema": table.schema, "table": table.name},
        related=tuple(related),
        text=f"{table.title} without row-level security",
        severity=severity,
    )


def _some(names):
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _listed(words):
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
