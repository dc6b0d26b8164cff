"""Judges: the errors of the running app are recorded where a person can look for them."""

from prodlint import Finding, Project, Proof, Skip

WORDS = {  # signs that do not suffice, the best first
    "mail": "errors are mailed, where nobody can search for them or count them",
    "chat": "errors go to a chat, where nobody can search for them",
    "dependency": "an error tracker is a dependency, and no start of it was found",
    "plain-logs": "logs go to standard output in lines of text; there is no error tracker",
    "logger": "modules log, and no configuration of logs was found; there is no error tracker",
}


def check(project: Project):
    strong = project.watching("tracker") or project.watching("logs")
    weak = project.watching(*WORDS)
    server = project.server()
    if strong:
        yield from (Proof(sign.at, f"errors are recorded: {sign.words}") for sign in strong[:5])
    elif weak:
        best = min(weak, key=lambda sign: tuple(WORDS).index(sign.sort))
        words = WORDS[best.sort]
        yield Skip(f"{words} ({best.words})", best.at, verdict="partial")
    elif server is None:
        yield Skip("no server code was found here", verdict="unknown")
    elif project.files[server.path].language not in ("python", "javascript", "typescript", "json"):
        words, measured = "the language's framework logs by itself; where to is not in the repository", project.watching("metrics")
        if measured:
            yield Skip(f"{words}, and the app is measured ({measured[0].words})", measured[0].at, verdict="partial")
        else:
            yield Skip(words, server, verdict="unknown")
    else:
        yield Finding(server, "nothing records what goes wrong: no error tracker is started and no logs are configured", confidence="medium")
