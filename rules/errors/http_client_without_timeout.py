"""Judges: an HTTP client outside Python is bounded in time, by its call or for the whole project, or reported."""

import re

from prodlint import Finding, Project, Skip

# code that runs on the server: only there does a slow peer hold something that others need
SERVER = re.compile(
    r"(?:^|/)(?:pages/api|server|api|routes?|controllers?|services?|workers?|jobs|queues?|lambdas?|functions|trpc|actions|cron|webhooks?)/"
    r"|(?:^|/)route\.[jt]sx?$|\.(?:server|controller|service|resolver)\.[jt]s$|(?:^|/)server\.[jt]s$"
)
BROWSER = re.compile(
    r"(?:^|/)(?:components|hooks|public|static|client|ui|front|frontend|mobile|extension|stories|wwwroot|webapp|ClientApp)/|\.(?:tsx|jsx|vue|svelte)$|\.worker\.[jt]s$"
    # where Rails, Laravel and Phoenix keep what they send to browsers
    r"|(?:^|/)app/(?:javascript|assets|frontend|webpack\w*)/|(?:^|/)resources/(?:js|ts|scripts|assets|javascript)/|(?:^|/)assets/(?:js|ts|javascripts?|controllers)/"
)
# what whoever writes the code runs by hand
TOOLS = re.compile(r"(?:^|/)(?:scripts?|tools?|bin|seeds?|seeders?|examples?)/")

OTHERS = frozenset({"javascript", "typescript", "go", "ruby", "php", "java", "kotlin", "csharp", "rust"})


def check(project: Project):
    matches = [(at, match) for at, match in project.matches("http-client-without-timeout") if not project.is_aside(at.path)]
    imports = {(at.path, "axios" if "axios" in match.message else "got") for at, match in matches if match.metadata["role"] == "import"}
    bounded = {match.metadata["library"] for _, match in matches if match.metadata["role"] == "guard"}
    shown = {at.path for at, match in matches if match.metadata["role"] == "browser"}
    configured = {at.path for at, match in matches if match.metadata["role"] == "configured"}
    own = {at.path for at, match in matches if match.metadata["role"] == "own-fetch"}
    told, said = False, set()
    for at, match in matches:
        library, role = match.metadata.get("library", ""), match.metadata["role"]
        ours = (
            role == "fact"
            and on_server(at.path)
            and at.path not in shown
            and not project.runs_at_visitors(at.path)
            and ((library == "fetch" and at.path not in own) or (library not in bounded and (at.path, library) in imports))
        )
        if library == "apache" and at.path in configured:
            continue
        if (role == "finding" or ours) and (at.path, at.line, match.message) not in said:
            told = True
            said.add((at.path, at.line, match.message))  # `&http.Client{}` within another literal matches as a whole and as its part
            subject = {"library": library, "call": match.metadata.get("call")}
            yield Finding(at, match.message, confidence=match.metadata.get("confidence", "high"), subject=subject)
    outside = any(facts.language in OTHERS and not project.is_aside(path) for path, facts in project.files.items())
    words = "no HTTP client without a timeout was found outside Python"
    none = Skip(f"{words}, where calls are not listed one by one" if outside else words, verdict="unknown" if outside else "not-applicable")
    yield from project.silence(told, none)


def on_server(path: str) -> bool:
    return bool(SERVER.search(path)) and not BROWSER.search(path) and not TOOLS.search(path)
