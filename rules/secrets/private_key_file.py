"""Judges: no private key lies in the repository as a file."""

import re

from prodlint import Finding, Project, Proof, Span

# what build tools make for every developer alike, and stores of certificates that are trusted
COMMON = re.compile(
    r"(?i)(?:^|/)debug\.keystore$|(?:^|/)[\w.-]*(?:trust[-_.]?store|cacerts)[\w.-]*$"
    r"|(?:^|/)(?:tests?|testing|testdata|fixtures|examples?)/|(?:^|/)test|[/_.-](?:demo|dummy|examples?|sample)(?:[_-][\w-]*)?\.\w+$"
)

# what encrypts the way to a server on the own machine
LOCAL = re.compile(r"(?i)(?:^|/)(?:localhost|127\.0\.0\.1)[\w.+-]*\.(?:key|pem)$")


def check(project: Project):
    found = False
    for path, secret in project.secrets():
        if secret.home == "key-file":
            found = found or (secret.confidence != "low" and LOCAL.search(path) is None)
            at = Span(path, secret.line, secret.column, secret.line, secret.end_column)
            text = f"{path.rpartition('/')[2]} holds a private key: make a new pair, and replace the public key wherever it is trusted"
            confidence = "low" if LOCAL.search(path) else secret.confidence
            yield Finding(at, text, confidence, subject={"kind": secret.kind}, text=secret.salted)
    for path in project.git.stores:
        if project.tracked.get(path, True) is not False and not COMMON.search(path):
            found = True
            yield Finding(
                Span(path, 1),
                f"{path.rpartition('/')[2]} is a store of keys: what it holds opens something",
                "medium",
                subject={"kind": "key-store"},
                text=path,
            )
    if not found:
        yield Proof(Span(next(iter(project.files), "."), 1), "no private key lies here as a file")
