"""Judges: a function that passes row policies asks who calls it, or is not for everybody to call."""

from prodlint import Finding, Project, Proof, Skip


def check(project: Project):
    found = False
    for database in project.databases():
        for function, who in database.open_functions() if database.has_api else ():
            found = True
            yield _judged(database, function, who)
    if not found:
        yield Skip("no function with its owner's rights is served by a data API here")


def _judged(database, function, who):
    asks = database.conditions.function_asks(function)
    if asks:
        return Proof(function.at, f"{function.title} runs with its owner's rights and asks who calls it")
    if asks is None:
        return Skip(f"{function.title} names its caller, and it is not known whether that decides anything", function.at, verdict="unknown")
    if place := database.catalog.doubts.get("execute"):
        return Skip(f"{function.title}: who may call it is decided when the migrations run", place, verdict="unknown")
    callers = "everybody" if "anon" in who else "everybody who is signed in"
    return Finding(
        function.at,
        f"{callers} may call {function.title}, which runs with its owner's rights, past all row policies, and does not ask who calls",
        confidence="high" if database.ordered and function.body else "medium",
        subject={"schema": function.schema, "resource": function.name},
        text=f"{function.title} for {callers}",
    )
