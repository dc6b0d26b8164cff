"""What a heading about failures, rollbacks or copies is really about, and whether what stands below it can be followed.

Knows: words that such headings share with features of products (recovery of passwords, rollbacks of transactions, names of tools), what makes a text
one that can be followed. Does not know: documents, or whether what they say is right.
"""

from __future__ import annotations

from typing import Protocol

from prodlint import regex as re
from prodlint.model import Span


class Told(Protocol):
    """A part of a document."""

    @property
    def heading(self) -> str: ...

    def said(self, *keys: str) -> list[tuple[Span, str]]: ...


# recovery and restoring of what is no data of the app, rollbacks that are no release's
_OF_A_PRODUCT = re.compile(
    r"(?i)\b(?:passwords?|accounts?|mfa|2fa|two-factor|totp|passkeys?|tokens?|credentials?|wallets?|seed phrases?|sessions?|connections?"
    r"|errors? (?:recovery|handling|boundar\w*)"
    r"|crash(?:es)?|exceptions?|status(?:es)?|state|scroll|drafts?|purchases?|subscriptions?|carts?|pdfs?|undo|transactions?|sagas?|savepoints?|consistency|two-phase|optimistic"
    r"|(?:soft[- ]?)?deleted|trash|approve|publish|window|tabs?)\b"
)
_DATA = re.compile(
    r"(?i)\b(?:data(?:base)?|backups?|dumps?|snapshots?|volumes?|disaster|point[- ]in[- ]time|pitr|postgres\w*|mysql|mongo\w*|sqlite|redis|s3|rds)\b"
)
_BRINGS_BACK = re.compile(
    r"(?i)\bpg_restore\b|\bpsql\b|\bmysql\b|\bmongorestore\b|\brestor(?:e|es|ed|ing)\b[^.\n]*\b(?:backup|dump|snapshot|database|data|copy|archive|volume)"
    r"|\b(?:backup|dump|snapshot|copy|archive)s?\b[^.\n]*\brestor|\bpoint[- ]in[- ]time\b"
    r"|\bpitr\b|\.(?:sql|dump|bak|tar|gz|zip|sqlite3?|db)\b|\brestore-db\b|\blitestream\b"
)
# words that only some of their uses make a matter of operations
_NEEDS_MORE: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"(?i)\bhot-?fix"),
        re.compile(r"(?i)^\W*hot-?fix(?:es)?\W*$|releas|process|deploy|branch|procedure|flow\b|policy|how to|making|shipping|apply"),
    ),
    (
        re.compile(r"(?i)\bon-?call\b"),
        re.compile(
            r"(?i)^\W*on-?call\W*(?:log|rota\w*|guide|schedule|process|handbook|runbook|playbook|engineers?|dut(?:y|ies)|checklist|escalation)?\W*$"
            r"|being on-?call"
        ),
    ),
    (
        re.compile(r"(?i)\bemergenc"),
        re.compile(
            r"(?i)^\W*emergenc(?:y|ies)\W*$"
            r"|emergency\W+(?:procedure|response|rollback|access|deploy|fix|stop|runbook|plan|contact|maintenance)"
        ),
    ),
)
_OF_TESTERS = re.compile(r"(?i)\b(?:QA|quality assurance|(?:manual )?test(?:ing|ers)?|sales|onboarding|marketing)\s+(?:play|run)[ -]?books?\b")
_UPKEEP = re.compile(r"(?i)\brun ?books?\b|\bplaybooks?\b|\btroubleshoot|\bincident|\bdisaster\b|\boutage")


def can_be_followed(part: Told) -> bool:
    """Is there something to do below it: a command, code, a numbered step, a list, more than one thing named or pointed to? A word is none."""
    count = {key: len(part.said(key)) for key in ("command", "code", "step", "bullet", "inline", "link")}
    return bool(count["command"] or count["code"] or count["step"]) or count["bullet"] > 1 or count["inline"] + count["link"] > 1


def about_operations(heading: str) -> bool:
    """Is a heading of a failure, a rollback or a recovery about the running app, and no feature of the product?"""
    if heading.lstrip().startswith("/") or _OF_TESTERS.search(heading):
        return False  # a command of a chat, a book of those who test
    if _UPKEEP.search(heading):
        return True
    if _OF_A_PRODUCT.search(heading) and not _DATA.search(heading):
        return False
    return all(more.search(heading) for word, more in _NEEDS_MORE if word.search(heading))


def brings_data_back(part: Told) -> bool:
    """Does a part about restoring say of what, and how: in its heading, or by what stands below?"""
    if not about_operations(part.heading) or not can_be_followed(part):
        return False
    below = "\n".join(text for _, text in part.said("command", "code", "step", "bullet", "text", "inline"))
    return _BRINGS_BACK.search(below) is not None or (_DATA.search(part.heading) is not None and bool(part.said("command", "code", "step", "bullet")))
