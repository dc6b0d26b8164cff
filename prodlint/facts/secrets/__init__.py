"""Credentials in a file.

Knows: in which order a text is searched, what one place is when two layers see it, and that a value is never kept: `shown` is redacted,
`salted` is a keyed hash. Does not know: other files, what git tracks.

Layers: tokens of a shape of their own, everywhere; then, where a file is the app's own and no test or document, passwords in addresses, files made
for credentials, and values under names that promise one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from prodlint import ir
from prodlint import regex as re
from prodlint.facts import asides
from prodlint.facts.secrets import typed, wording
from prodlint.facts.secrets.hashes import salted, shown
from prodlint.facts.secrets.hits import Found, Hit
from prodlint.model import Block, Secret

MAX_SECRETS = 500  # of one file; more is a list of something else
_LOCK = re.compile(
    r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.ya?ml|bun\.lockb?|[\w.-]+\.lock|go\.sum|\.terraform\.lock\.hcl"
    r"|[\w-]+\.lock\.json|packages\.lock\.json"
    r"|applicationhost\.config"  # IIS Express writes the same keys for everybody
    r"|\.[\w-]+\.baseline|\.gitleaksignore|\.trufflehogignore|\.gitallowed)$"
)
_DOCUMENT = re.compile(
    r"(?i)\.(?:md|mdx|rst|adoc|html?)$|(?:^|/)(?:(?:[\w]*-|api)?(?:docs?|documentation)|\.?scribe)/|(?:^|/)(?:README|CHANGELOG|CHANGES|HISTORY)[\w.-]*$"
    # requests to try an app with, as clients for that keep them
    r"|\.(?:http|rest|bru)$|(?:postman[^/]*collection|collection[^/]*postman|insomnia)[^/]*\.(?:json|ya?ml)$|(?:^|/)postman\w*/[^/]*collection[^/]*\.json$"
)
_EXAMPLE = re.compile(
    r"(?i)(?:^|[/._-])(?:examples?|samples?|templates?|tmpl|dist|defaults?|tutorials?|demos?|cookbooks?|skeleton)(?:[/._-]|$)|(?-i:/Demo(?=[A-Z]))"
)
# tests beyond those that no rule judges (`asides.of_tests`): what holds data for them alone
_TEST = re.compile(
    r"_test\.(?:dart|c|cc|cpp)$|(?:Test|Tests|TestCase|Spec|IT)\.(?:java|kt|php|cs|swift|scala|groovy)$"
    r"|(?:^|/)(?:[\w-]*tests|[\w-]*Tests|specs|__mocks__|mocks?|test-data|cassettes)/"
    r"|(?:^|/)(?:test|mock|dummy|fake|sample)[-_.]?(?i:data|users?|payloads?|fixtures?|constants?|accounts?)(?:\.\w+)?\.(?:[cm]?[jt]sx?|json|py|rb|php)$"
)
# also with the value on a line of its own, in a list of several, and behind the tag of a comment that documents
_SHOWN_AS = re.compile(r"\bexamples?['\"]?\s*[:=]\s*(?:\[\s*)?['\"`]\Z|@example\s+['\"`]?\Z")
# a text over several lines, in Java, that an annotation of OpenAPI shows
_SHOWN_TEXT = re.compile(r"\bExampleObject\([^()]{0,200}\Z|\bexamples?\s{0,4}=\s{0,8}\Z")
# what is made up for a schema as well as it could be drawn, for nothing in it says which one opens something
_MADE_FOR_SCHEMAS = ("json-web-token", "webhook-signing-secret")
_TEMPLATES = re.compile(r"(?i)(?:^|/)templates?/.*\.(?:html?|jinja2?|j2|txt|ya?ml)$")
# settings of a machine that is thrown away
_WORKSHOP = re.compile(
    r"(?i)(?:^|[/._-])(?:dev|devel|development|devstack|local|ci|tests?|testing|e2e\w*|seed(?:er)?s?|fake|fixtures?|factor(?:y|ies)|sandbox|playground|bench(?:marks?)?|staging-local"
    r"|devcontainer|codespaces|gitpod|d?dev|lando|docksal|vagrant\w*|phpunit|jest|karma|cypress|playwright|panther|pipelines?|mocks?|travis|circleci|scrutinizer|appveyor|buildkite)(?:[/._-]|$)"
    r"|(?:^|/)(?:pytest\.ini|tox\.ini|setup\.cfg)$|(?:^|/)\.(?:github|gitlab|circleci|devcontainer)/|(?-i:[a-z]Tests?)\.(?:sh|cmd|bat|ps1)$|\.(?:gitlab-ci|travis)\.ya?ml$|(?:^|/)(?:bitbucket-pipelines|(?:circle|appveyor|azure-pipelines)\.ya?ml$)|\.run\.xml$"
)
# what a package tries itself with opens nothing of the app's; `src/vendor/` may be of those who sell in a shop
_OTHERS = re.compile(r"^vendor/|(?:^|/)(?:node_modules|third_party|vendor/(?:[\w-]+\.[a-z]+|bundle|cache|gems))/")
_ENV_SAMPLE = re.compile(r"(?i)(?:^|/)(?:[\w-]*\.)?env[.-][\w.-]+$|(?:^|/)[\w.-]+\.env$")
_SEED = re.compile(r"(?i)seed(?:er)?s?")  # accounts that a seed makes are often made in production too
_COMPOSE = re.compile(r"(?i)compose[\w.-]*\.ya?ml$")
_KEY_FILE = re.compile(
    r"(?i)\.(?:pem|key|ppk|p8|pk8|asc|gpg|openssh|priv)$|(?:^|/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|[\w.-]*_(?:rsa|ed25519|private_?key))$"
)
_CREDENTIALS_FILE = re.compile(
    r"(?i)(?:^|/)(?:[._]netrc|\.?pgpass(?:\.conf)?|\.npmrc|\.yarnrc(?:\.yml)?|\.pypirc|\.git-credentials|\.dockercfg|\.docker/config\.json|\.?htpasswd"
    r"|shadow|\.boto|\.s3cfg|\.aws/credentials|\.?credentials|\.my\.cnf|logins\.json|kubeconfig(?:\.ya?ml)?|\.kube/config|[\w.-]*\.kubeconfig"
    r"|[\w.-]*\.tfstate(?:\.backup)?|[\w.-]*(?:service[-_]?account|google[-_]?credentials|gcp[-_]?key|credentials)[\w.-]*\.json"
    r"|\.vault[-_]?pass(?:word)?)$"
)
# the tests of a file of Rust, which stand in it; a block at the left edge ends at the left edge
_RUST_TESTS = re.compile(r"^#\[cfg\((?:all\()?test\b[^\n]*\n(?:#\[[^\n]*\n){0,8}(?:pub(?:\([^()\n]*\))? )?mod \w+ ?\{", re.M)
_GIVEN = re.compile(r"(?:^|[^A-Za-z\"'])(?:=|:|\()\s*[\"']$")
_LOOKED_UP = re.compile(r"environ|getenv|\benv\(|config\(|\.get\(|==|!=|\bor\b")
_ALLOWED = re.compile(r"pragma:\s*(?:allow|white)list\s+secret|gitleaks:allow", re.I)
_ALLOWED_NEXT = re.compile(r"pragma:\s*(?:allow|white)list\s+nextline\s+secret", re.I)


NOTHING = Found((), frozenset())
Syntax = Callable[[], ir.Module | None]


def read(path: str, text: str, language: str, syntax: Syntax | None, blocks: tuple[Block, ...], aside: str) -> Found:
    """The credentials of a file, in source order. syntax: gives the module of a Python file; asked only where a value is worth it."""
    if _LOCK.search(path):
        return NOTHING
    place = place_of(path)
    if aside == "vendored" and place != "live":
        return NOTHING  # what a package shows itself with
    tests = _rust_tests(text) if path.endswith(".rs") and place == "live" else []
    hits = [hit for hit in typed.hits(path, text, place, workshop_of(path)) if "private-key" not in hit.kind or not _OTHERS.search(path)]
    if place == "live" and not aside:
        from prodlint.facts.secrets import named

        hits += named.hits(path, text, language, syntax, blocks, workshop_of(path))
    elif place == "example" and not aside and _ENV_SAMPLE.search(path):
        from prodlint.facts.secrets import named

        hits += named.samples(text)
    if tests and hits:  # only what is a key by its form is told of a test
        hits = [hit for hit in hits if not _within(tests, hit)]
        hits += [hit for hit in typed.hits(path, text, "test", "") if _within(tests, hit)]
    return _told(path, text, place, hits, tests) if hits else NOTHING


def _rust_tests(text: str) -> list[tuple[int, int]]:
    """Where the tests of a file of Rust begin and end, as rustfmt lays them."""
    found, at = [], 0
    while start := _RUST_TESTS.search(text, at):
        at = text.find("\n}", start.end())
        if at < 0:
            break
        found.append((start.start(), at))
    return found


def _within(places: list[tuple[int, int]], hit: Hit) -> bool:
    return any(start <= hit.start < end for start, end in places)


def place_of(path: str) -> str:
    """What a value in this file is worth: "test", "documentation", "example" or "live"."""
    if asides.of_tests(path) or _TEST.search(path):
        return "test"
    if _EXAMPLE.search(path) and not _TEMPLATES.search(path):
        return "example"
    return "documentation" if _DOCUMENT.search(path) and not _TEMPLATES.search(path) else "live"


def workshop_of(path: str) -> str:
    """ "throw-away" for settings of tests and developers' machines, "compose" for those that may be, "" for the others."""
    if _WORKSHOP.search(path):
        return "compose" if path.endswith(".sql") and not _WORKSHOP.search(_SEED.sub("", path)) else "throw-away"
    return "compose" if _COMPOSE.search(path) and not re.search(r"(?i)prod|live|stag|deploy", path) else ""


def home_of(path: str, hit: Hit) -> str:
    """Which sort of place it is, where that says more than the kind: "browser", "key-file", "credentials-file", or ""."""
    if wording.in_browser(hit.name):
        return "browser"
    if "private-key" in hit.kind and _KEY_FILE.search(path):
        return "key-file"
    return "credentials-file" if _CREDENTIALS_FILE.search(path) else ""


def _literal(text: str, start: int, hit: Hit) -> bool:
    """Is the place all of a string in quotes, given to a name or an argument, and no default of a look-up?"""
    before = text[start : hit.start]
    return text[hit.end : hit.end + 1] == before[-1:] != "" and _GIVEN.search(before) is not None and _LOOKED_UP.search(before) is None


def _told(path: str, text: str, place: str, hits: list[Hit], tests: list[tuple[int, int]]) -> Found:
    """One Secret for each place; of places that overlap the better one stays. What somebody allowed is none, and is not kept all the same."""
    starts = [0]
    for found in re.finditer("\n", text):
        starts.append(found.end())
    out: dict[tuple[int, int], Secret] = {}
    values, workshop = set(), workshop_of(path)
    taken: list[tuple[int, int]] = []
    for hit in sorted(hits, key=lambda each: (each.rank, each.start, -each.end, each.kind)):
        value = text[hit.start : hit.end]
        line = bisect_right(starts, hit.start)
        if any(hit.start < end and start < hit.end for start, end in taken):
            continue
        if hit.confidence and _allowed(text, starts, line):
            values.update((value, hit.value))
            continue
        taken.append((hit.start, hit.end))
        if not hit.confidence:
            continue
        values.update((value, hit.value))
        column = hit.start - starts[line - 1] + 1
        breaks = value.find("\n")
        width = len(value) if breaks < 0 else breaks
        last, home = column + width, home_of(path, hit)
        literal = path.endswith(".py") and _literal(text, starts[line - 1], hit)
        where = "test" if _within(tests, hit) else place
        shown_there = path.endswith((".java", ".kt")) and _within_example(hit, text)
        said = ("low" if shown_there or _documents(hit, text) else hit.confidence, where, hit.title, hit.rotate, home, literal, workshop)
        secret = Secret(hit.kind, line, column, last, hit.name[:80], shown(value, hit.kind), salted(value), *said)
        out[hit.start, hit.end] = secret
        if len(out) >= MAX_SECRETS:
            break
    return Found(tuple(out[key] for key in sorted(out)), frozenset(values), _lines_of(text, starts, values))


def _documents(hit: Hit, text: str) -> bool:
    """A token that a schema shows to its readers, `example:"eyJ..."` in a tag of Go, `examples=["eyJ..."]` of a field, has mostly run out, or opens
    an endpoint that is nobody's."""
    return hit.kind in _MADE_FOR_SCHEMAS and (
        hit.name.lower() in ("example", "examples") or _SHOWN_AS.search(text, max(hit.start - 60, 0), hit.start) is not None
    )


def _within_example(hit: Hit, text: str) -> bool:
    """Does the value, which no provider's form makes real, stand in an answer that an annotation shows?"""
    start = text.rfind('"""', max(0, hit.start - 3000), hit.start)
    if start < 0 or hit.kind not in ("keyword", "json-web-token") or text.count('"""', 0, start) % 2:
        return False
    return _SHOWN_TEXT.search(text, max(0, start - 220), start) is not None


def _lines_of(text: str, starts: list[int], values: set[str]) -> tuple[int, ...]:
    """The lines in which one of the values stands, wherever it is repeated."""
    found: set[int] = set()
    for value in values:
        at = text.find(value) if len(value) > 5 else -1
        while at >= 0:
            first = bisect_right(starts, at)
            found.update(range(first, first + value.count("\n") + 1))
            at = text.find(value, starts[first] if first < len(starts) else len(text))
    return tuple(sorted(found))


def _allowed(text: str, starts: list[int], line: int) -> bool:
    """Does a comment of the line, or of the one before, say that somebody looked at it?"""
    end = starts[line] if line < len(starts) else len(text)
    if _ALLOWED.search(text, starts[line - 1], end):
        return True
    return line > 1 and _ALLOWED_NEXT.search(text, starts[line - 2], starts[line - 1]) is not None
