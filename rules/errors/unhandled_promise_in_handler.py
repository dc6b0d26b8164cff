"""Judges: what rejects in an Express handler reaches an error handler."""

from prodlint import Finding, Project, Skip

WORDS = {
    "await": "nobody catches what rejects here: Express before version 5 does not wait for the handler, the client waits in vain",
    "then": "this promise has no catch(): when it rejects the client waits in vain, and Node ends the process",
}

FEW = 4  # handlers of one file that are told one by one


def check(project: Project):
    packages = [package for package in project.blocks("package") if not project.is_aside(package.path)]
    express = [package for package in packages if package.has("dependencies.express")]
    old = [folder(package.path) for package in express if before_five(package.text("dependencies.express"))]
    matches = list(project.matches("unhandled-promise-in-handler"))
    wrapped = any(match.metadata["role"] == "guard" for _, match in matches)
    told = set()
    for at, match in matches:
        if match.metadata["role"] != "finding" or wrapped or not any(at.path.startswith(place) for place in old):
            continue
        entry = (at.path, match.message if match.metadata["how"] == "await" else at.line)
        if entry not in told:
            told.add(entry)
            yield Finding(
                at, WORDS[match.metadata["how"]], confidence=match.metadata["confidence"], subject={"library": "express", "call": "handler"}
            )
    lines = {(at.path, at.line) for at, _ in matches}
    named: dict[str, list] = {}
    for at in project.uncaught_handlers() if not wrapped and old else ():
        if (at.path, at.line) not in lines and any(at.path.startswith(place) for place in old) and at not in named.get(at.path, ()):
            named.setdefault(at.path, []).append(at)
    for found in (sorted(each, key=lambda at: (at.line, at.column)) for each in named.values()):
        more = f" ({len(found) - 1} more handlers of this file are like it)" if len(found) > FEW else ""
        for at in found[:1] if more else found:
            told.add(at)
            yield Finding(at, f"{WORDS['await']}{more}", confidence="medium", subject={"library": "express", "call": "handler"})
    none = "no Express handler with a promise that nobody catches was found" if express else "there is no Express app here"
    yield from project.silence(bool(told), Skip(none))


def before_five(version: str | None) -> bool:
    """Of a range like "^4.18.2"."""
    digits = (version or "").lstrip("^~>=v ").split(".")[0]
    return digits.isdigit() and int(digits) < 5


def folder(path: str) -> str:
    return path.rpartition("/")[0] + "/" if "/" in path else ""
