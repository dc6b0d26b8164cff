"""Judges: no credential is in a variable that a build tool puts into what every visitor loads."""

import re

from prodlint import Finding, Project, Related, Skip, Span

BROWSER = re.compile(r"^(?:NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|GATSBY|VUE_APP)_")
# names whose value nobody may see; a key or a token of such a name is often made for the browser
CLOSED = re.compile(r"(?:SECRET(?:_KEY)?|PRIVATE_KEY|SERVICE_ROLE(?:_KEY)?|PASSWORD|ADMIN_(?:KEY|TOKEN)|MASTER_KEY)(?:_\d+|_PROD|_LIVE)?$")
ABOUT = re.compile(r"_(?:DEMO|TEST|SHOW|HIDE|DISABLE|ENABLE|FORGOT|RESET)_")

SCRIPT = re.compile(r"(?:^|/)(?:(?<!src/)scripts?|tools?|bin)/")  # what Node runs, and no build packs; Astro packs `src/scripts/`


def check(project: Project):
    seen = set()
    for path, secret in project.secrets():
        if secret.home == "browser" and (secret.kind != "keyword" or CLOSED.search(secret.name)):
            seen.add((path, secret.line))
            at = Span(path, secret.line, secret.column, secret.line, secret.end_column)
            text = (
                f"a {secret.note} stands in {secret.name}, which the build puts into what every visitor loads; take it back and keep it on the server"
            )
            yield Finding(at, text, secret.confidence, subject={"kind": secret.kind}, text=secret.salted)
    named = False
    for path, block in project.raw_blocks("dotenv"):
        for entry in block.entries:
            if BROWSER.match(entry.key):
                named = True
                if CLOSED.search(entry.key) and not ABOUT.search(entry.key) and (path, entry.line) not in seen:
                    text = (
                        f"{entry.key} is named like a secret, and the build puts its value into what every visitor loads; read it on the server alone"
                    )
                    yield Finding(Span(path, entry.line, 1), text, "medium", subject={"kind": "name"}, text=entry.key)
    places: dict[str, list[Span]] = {}
    for at, fact in project.facts("browser-name"):
        places.setdefault(fact.name, []).append(at)
    for name, read in places.items():
        named = True
        yield of_name(name, read)
    if not named and not seen:
        yield Skip("no variable is made for the browser here")


def of_name(name: str, read: list[Span]) -> Finding:
    """One variable is one thing to rename, wherever it is read."""
    packed = [at for at in read if not SCRIPT.search(at.path)]
    first = (packed or read)[0]
    text = f"{name} is named like a secret, and the build puts its value into what every visitor loads; read it on the server alone"
    if not packed:
        text = f"{name} is named like a secret, and only scripts read it; the first page that does shows it to every visitor, so give it another name"
    more = f" ({len(read) - 1} more place{'s' if len(read) > 2 else ''})" if len(read) > 1 else ""
    related = tuple(Related(at, "it is read here as well") for at in read if at is not first)
    severity = None if packed else "warning"
    return Finding(first, text + more, "high" if packed else "medium", subject={"kind": "name"}, related=related, text=name, severity=severity)
