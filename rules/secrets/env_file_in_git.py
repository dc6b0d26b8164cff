"""Judges: no .env file with an app's settings is part of the repository."""

import re

from prodlint import Finding, Project, Proof, Skip, Span

NAME = re.compile(r"(?:^|/)(?:\.env(?:[.-][\w.-]+)?|\.envrc|\.dev\.vars|\.?(?<!\.(?=xcode))[\w-]+\.env)$")
SAMPLE = re.compile(r"(?i)example|sample|template|dist|default|schema|tmpl|tpl|skeleton|\.(?:erb|j2|jinja2?|license|md|d\.ts)$|[._-]ex$")
EXAMPLE = re.compile(r"(?i)(?:^|/)(?:(?:[\w-]*[._-])?examples?(?:[._-][\w-]*)?|docs?|documentation)/")
STAGE = re.compile(
    r"(?i)(?:test|testing|ci|e2e|dev|devel|development|docker|local-?dev|cypress|playwright|panther|dusk(?:\.\w+)?|storybook|codespaces|gitpod|travis|circleci|scrutinizer|appveyor|buildkite|pipelines?)$"
)
SENSITIVE = re.compile(
    r"(?i)secret|passw|pwd|token|(?:api|private|access|auth|signing|encryption|master)_?key|credential|dsn|database_url|redis_url|salt"
)
ABOUT = re.compile(
    r"(?i)_(?:life_?time|ttl|expir\w*|expires_in|length|algo(?:rithm)?|enabled|issuer|audience|type|name|header)$"
)  # what is only said of one
LOCAL = re.compile(
    r"(?i)@?(?:localhost|127\.0\.0\.1|host\.docker\.internal)\b|@\w+(?::\d+)?(?:/|$)|^(?:postgres|root|admin|test|secret|password|changeme|null|none|nil|true|false)$"
    r"|^[a-z][a-z+]*://[\w.-]+(?::\d+)?(?:/[\w-]*)?(?:\?(?:(?!pass|secret|token|key)[\w=&.-])*)?$|^(?:sqlite|file):"  # no password
    r"|^%kernel\.\w+%/"
)
PLACEHOLDER = re.compile(r"(?i)your[_-]|\[[a-z_ -]+\]|<[^<>]+>|change[ _-]?(?:me|this)|replace|placeholder|x{4}|^\.{3}|example")
OF_A_TOOL = re.compile(r"(?:^|/)\.(?:devcontainer|github|gitlab|circleci|vscode|idea|docker|ci)/")
OF_A_STAGE = re.compile(r"(?i)(?:^|/)(?:[\w-]*[._-])?(?:dev|devel|development|local|ci|tests?|testing|e2e)/")
TESTS = re.compile(r"(?i)(?:^|[^a-z])(?:tests?|testing|e2e|cypress|playwright)(?:[^a-z]|$)")
HIDDEN = "****"  # a value that was judged; a credential of low confidence is a word
PUBLIC = re.compile(r"^(?:NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|GATSBY|VUE_APP)_")


def check(project: Project):
    kept = [path for path in project.files if NAME.search(path) and not project.is_aside(path)]
    real = [path for path in kept if not SAMPLE.search(path.rpartition("/")[2])]
    shared = [path for path in real if project.tracked.get(path) or (not project.git.present and path not in project.git.ignored)]
    for path in shared:
        found = judged(project, path)
        yield found
        elsewhere = OF_A_TOOL.search(path) or TESTS.search(path) or EXAMPLE.search(path) or project.symfony_defaults(path)
        if found.confidence == "low" and not elsewhere and dotenv(project, path):
            words = f"{path.rpartition('/')[2]} is in the repository; what it holds opens nothing, and what is added to it next is published"
            yield Skip(words, found.at, verdict="partial")
    if shared:
        return
    if real:
        yield Proof(Span(real[0], 1), f"{real[0]} is kept out of the repository")
    elif not project.git.present:
        yield Skip("this is no git repository: what is tracked could not be seen", verdict="unknown")
    else:
        sample = f"; {kept[0]} holds the names alone" if kept else ""
        yield Proof(Span(kept[0] if kept else next(iter(project.files), "."), 1), f"git tracks no .env file{sample}")


def dotenv(project: Project, path: str) -> list:
    """What it sets."""
    return [entry for block in project.files[path].blocks if block.kind == "dotenv" for entry in block.entries if entry.value.strip()]


def opens(entry) -> bool:
    """May what is set here open something, on a machine that is not one's own?"""
    return bool(SENSITIVE.search(entry.key)) and not (PUBLIC.match(entry.key) or ABOUT.search(entry.key) or LOCAL.search(entry.value))


def judged(project: Project, path: str) -> Finding:
    written = [entry for entry in dotenv(project, path) if entry.kind == "string"]
    entries = [entry for entry in written if not PLACEHOLDER.search(entry.value)]
    opening = [entry for entry in entries if opens(entry)]
    telling = [entry.key for entry in opening]
    secrets = [secret for secret in project.files[path].secrets if secret.confidence != "low"]
    outside = "" if project.git.present else ": nothing keeps it out of a repository"
    if telling or secrets:
        names = ", ".join(telling[:3]) or "a credential"
        message = (
            f"{path.rpartition('/')[2]} is in the repository with a value for {names}{outside}: take every value in it back, then keep it out of git"
        )
    else:
        message = f"{path.rpartition('/')[2]} is in the repository{outside}: what is added to it next is published; keep it out of git"
    to_fill = [entry.key for entry in written if SENSITIVE.search(entry.key) and PLACEHOLDER.search(entry.value)]
    sure = "low" if len(to_fill) > 1 and not (telling or secrets) else confidence(project, path, entries, telling or secrets)
    # a word that anybody would try first, or nothing yet: the file should go, and nothing has leaked
    tried = STAGE.search(path.rpartition("/")[2].removesuffix(".env")) or OF_A_STAGE.search(path)  # it opens what is thrown away, as far as we know
    nothing = "info" if not (telling or secrets) else "warning"
    severity = None if not tried and (secrets or any(entry.value != HIDDEN for entry in opening)) else nothing
    return Finding(Span(path, 1), message, sure, subject={"kind": "env-file"}, text=path, severity=severity)


def confidence(project: Project, path: str, entries: list, sensitive: list) -> str:
    name = path.rpartition("/")[2]
    if project.symfony_defaults(path):
        return "low"  # what is secret stands in `.env.local`, and a value that stands here is told by itself
    if name == ".envrc" and not entries and not sensitive:
        return "low"  # direnv is told which shell to open; what it sets lies elsewhere
    if entries and all(PUBLIC.match(entry.key) for entry in entries):
        return "low"
    if EXAMPLE.search(path) or OF_A_STAGE.search(path) or STAGE.search(name.removesuffix(".env")) or name.endswith("local.env"):
        return "medium" if sensitive and any(secret.confidence != "low" for secret in project.files[path].secrets) else "low"
    if project.git.present:
        return "high" if sensitive else "medium"
    return "medium" if sensitive else "low"
