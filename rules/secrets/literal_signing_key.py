"""Judges: a key that signs or encrypts is no literal of the source; where somebody tries the app by hand, the literal opens what that run makes."""

import re

from prodlint import Finding, Project, Skip

# by the name of the file: test-auth.js, productionReadinessTest.js, debug_token.rb; what only begins alike, testimonials.js, is none
TRIES = re.compile(
    r"(?:^|/)(?:test|debug|try|tmp|temp|analy[sz]e|check|verify)[-_.][\w.-]*$|(?:^|/)(?:test|debug)[A-Z][\w.-]*$|[a-z](?:Test|Debug)\.[cm]?[jt]s$|(?:^|/)debug/"
)
# tools of whoever writes the code, run by hand against the real app too
TOOLS = re.compile(r"(?:^|/)(?:scripts?|tools?|bin|seeds?|seeders?|examples?|scratch)/")


def check(project: Project):
    told = False
    drawn = {path for path, secret in project.secrets() if secret.confidence == "high"}  # a key that a machine drew is the app's, wherever it stands
    for at, match in project.matches("literal-signing-key"):
        if match.metadata.get("role", "finding") == "finding":
            told = True
            doubted = at.path not in drawn
            tried, tool = doubted and TRIES.search(at.path), doubted and TOOLS.search(at.path)
            confidence = "low" if tried and tool else "medium" if tried or tool else match.metadata.get("confidence", "medium")
            yield Finding(
                at,
                match.message,
                confidence=confidence,
                subject={key: match.metadata[key] for key in ("library", "call", "kind") if key in match.metadata} or None,
                severity="warning" if tried or tool else None,
            )
    yield from project.silence(told, Skip("no literal that signs or encrypts was found outside Python"))
