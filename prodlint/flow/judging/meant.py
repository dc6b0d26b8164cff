"""Routes that strangers are meant to come to.

Knows: habits of naming paths, and what an app writes to say that a route is public. Does not know: what a route does with data (`strangers.py`).
"""

from __future__ import annotations

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import last_name
from prodlint.flow.verdicts import Outcome
from prodlint.routing.table import SAFE, Endpoint

# With something in hand that says what they may see.
MEANT = re.compile(
    r"public|shar(?:e|ed|ing)(?:$|[-_/])|embed|webhook|hook(?:$|[-_/])|callback|verif|confirm|activat|subscribe|(?<![a-z])track(?!er)|invit|reset|forgot|recover|oauth"
    r"|(?<![a-z])sso(?![a-z])|saml|(?<![a-z])health(?![a-z]*[-_/]?(?:care|record|data|profile|info|metric))|(?<![a-z])ping(?:back)?(?![a-z])"
    r"|(?<![a-z])(?:heart[-_]?)?beats?(?![a-z])|(?<![a-z])feeds?(?![a-z])"
    r"|(?<![a-z])rss(?![a-z])|sitemap|widget|log_?in|log_?out|sign_?(?:in|up|out)|regist|auth(?:$|[-_/ ])|token|(?<!change[-_])password|setup"
    r"|install|onboard|checkout|contact|captcha|well-known|(?<![a-z])metrics|badge|avatar|newsletter|demo(?!graph)|payment|paypal|stripe|notify|cron|run[-_]?jobs?|(?<![a-z])jobs?[-_/](?:run|execute|process|start|trigger|perform|daily|nightly|hourly|clean)"
    r"|tasks?/run",
    re.I,
)
PARAMETER = re.compile(r"[<{]")
MADE_PUBLIC = re.compile(r"Public(?:Access|API|Api|Endpoint|View|ViewSet)*(?:Mixin)?$")
OPENED = "@login_not_required"  # among what stands before a route
# How things are, of the app or of what somebody started; how one row is that an id before it names, `/documents/{id}/status`, is the row's own.
STATUS = re.compile(r"^[^<{]*status", re.I)
CAPTCHA = re.compile(r"captcha|turnstile", re.I)


def meant(endpoint: Endpoint, outcome: Outcome) -> bool:
    """Are strangers meant to come, with a secret or a link in hand, or to sign up, or by a line that says so?"""
    if any(words == OPENED for _, _, words in outcome.evidence) or made_public(endpoint, outcome) or _opened_alone(endpoint, outcome):
        return True
    name = endpoint.name.rpartition(".")[2]
    status = STATUS.search(endpoint.path) or ("status" in name.lower() and not PARAMETER.search(endpoint.path))
    return outcome.secret or bool(status or MEANT.search(f"{endpoint.path} {name}"))


def _opened_alone(endpoint: Endpoint, outcome: Outcome) -> bool:
    """`@action(permission_classes=[AllowAny])` on what only shows one row, whatever its method: somebody thought of this one action. What lists
    people was not thought through."""
    if outcome.changed or outcome.made or outcome.all_users or outcome.bared:
        return False
    given = [before.expr for before in endpoint.before if before.kind == "permission"]
    alone = any(isinstance(expr, ir.Seq) and [last_name(item) for item in expr.items] == ["AllowAny"] for expr in given)
    return alone and bool(endpoint.methods) and set(endpoint.methods) <= SAFE


def made_public(endpoint: Endpoint, outcome: Outcome) -> bool:
    """`class Checks(PublicAPIMixin, ViewSet)`: a view that somebody made public, and said so. So does one that checks a captcha, which nobody asks
    of who is logged in, and takes something in; what only gives rows away keeps robots out with it, and nobody who can count."""
    node = endpoint.handler.node if endpoint.handler is not None else None
    if (outcome.changed or outcome.made) and isinstance(node, ir.Function) and any(CAPTCHA.search(name) for name in node.calls):
        return True
    node = endpoint.cls.node if endpoint.cls is not None else None
    return isinstance(node, ir.Class) and any(MADE_PUBLIC.match(last_name(base)) for base in node.bases)
