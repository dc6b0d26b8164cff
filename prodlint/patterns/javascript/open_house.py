"""Apps of JavaScript in which no route, or hardly any, asks who calls: one cause, told once.

Knows: words for sessions, tokens and guards in handlers, around them and in what they call; which routes sign people in. Does not know: what stands
before the whole app at its host; apps in other languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from posixpath import dirname

from prodlint import regex as re
from prodlint.model import Span
from prodlint.patterns.evidence.loose import LooseId
from prodlint.report import Finding, Related

# a password that is stored, a mail that is verified ask nobody who calls
LOGIN = re.compile(
    r"(?i)session|\bauth(?!or(?!i))|auth\(|auth(?:enticat|ori[sz]|ed\b)|current_?user|get_?user\(|viewer|jwt|bearer|access_?token|api_?key|passport|clerk|guard"
    r"|req(?:uest)?\.user|ctx\.user|locals\.|cookies?\b|permission|protected|(?:require|verify|check|ensure)_?(?:current_?|logged_?in_?)?(?:user|login|role|admin|token|signed_?in)|is_?admin"
    r"|actionClient|safeAction|signature|secret"
)
# anywhere in an app: something may stand before all of its routes, which nobody read
_CLOSED = re.compile(
    r"(?i)auth(?!or(?!i))|passport|jwt|keycloak|clerk|(?:require|ensure|verify|check)_?(?:user|login|token|signed)|api[-_]?key|\b40[13]\b"
    r"|unauthori[sz]ed|forbidden|ip_?(?:filter|allow)|allow_?list|white_?list|requestCert|validateSecurity|protect|guard|session|cookie|\btoken|signature"
    r"|\.use\(\s{0,9}(?:['\"`][^'\"`\n]{0,80}['\"`]\s{0,9},\s{0,9})?(?:verify|check|requires?)\b|listen\([^()\n]{0,80}(?:127\.0\.0\.1|localhost)"
)
SIGNS_IN = re.compile(r"(?i)log_?-?(?:in|out)|sign_?-?(?:in|up|out)|regist|auth(?:$|[/_.-])|password|refresh|otp|verif")
FEW = 3  # such routes below which each is told by itself
NAMED = 12  # that the words name
SHARE = 12  # routes, for each that asks


def home(path: str, packages: frozenset[str]) -> str:
    """The folder of the app that a file belongs to: the nearest one with a package.json."""
    folder = dirname(path)
    while folder and folder not in packages:
        folder = dirname(folder)
    return folder


def looks_closed(texts: Iterable[str]) -> bool:
    """Does any file of an app speak of logins, keys or addresses?"""
    return any(_CLOSED.search(text) for text in texts)


def told(
    loose: Iterable[LooseId], asking: Callable[[str], tuple[int, int]], packages: frozenset[str], closed: Callable[[str], bool] = lambda folder: False
) -> Iterator[Finding]:
    """The answers about ids, where those of an app in which nobody is asked are one. asking: how many routes of the app in that folder ask who
    calls, and how many there are; closed: may something stand before all of them?"""
    apps: dict[str, list[tuple[LooseId, Finding]]] = {}
    quiet: dict[str, list[tuple[LooseId, Finding]]] = {}
    for each in loose:
        finding = each.finding()
        if each.language not in ("javascript", "typescript"):
            yield finding
            continue
        if finding.confidence == "low":
            yield finding
        (quiet if finding.confidence == "low" else apps).setdefault(home(each.ref.file, packages), []).append((each, finding))
    for folder in dict.fromkeys((*apps, *quiet)):
        pairs, (some, every) = apps.get(folder, []), asking(folder)
        if len(pairs) < FEW and not (some or closed(folder)):  # whoever comes may change all of it, whosever it is
            open_to_all = [*pairs, *((each, finding) for each, finding in quiet.get(folder, ()) if _for_anybody(each))]
            places = {(each.ref.file, each.ref.line): each.changes for each, _ in open_to_all}
            pairs = open_to_all if len(places) >= FEW and sum(places.values()) > 1 else pairs
        if len(pairs) < FEW or some * SHARE > every:
            yield from (finding for _, finding in pairs)
        else:
            yield _once(pairs, f"only {some} of {every} routes of this app ask" if some else "no route of this app asks")


def _for_anybody(each: LooseId) -> bool:
    """Does a route take a row that the client names, with nothing that says whom it is for: no machine, no page of a site that counts, no secret?"""
    said = (
        each.machine
        or each.open_path
        or each.guest
        or each.behind_policies
        or each.unread is not None
        or each.unlocked
        or each.role
        or each.only_asked
    )
    return bool(each.ref.path) and not said and (each.changes or not each.public)


def _once(pairs: list[tuple[LooseId, Finding]], asks: str) -> Finding:
    first = pairs[0][0]
    places = {(each.ref.file, each.ref.line): _said(each) for each, _ in pairs}
    named = list(dict.fromkeys(places.values()))
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    words = f"{asks} who calls, and {len(places)} that ask nobody select rows by an id that the client chooses: {', '.join(named[:NAMED])}{more}"
    related = tuple(Related(Span(file, line), f"{route} asks nobody") for (file, line), route in places.items())
    subject: dict[str, str | None] = {"id": None, "source": None, "model": None}
    return Finding(first.at, words, "medium", first.ref.handler, subject, first.ref, related)


def _said(each: LooseId) -> str:
    return " ".join(part for part in (",".join(each.ref.methods), each.ref.path) if part) or each.ref.handler
