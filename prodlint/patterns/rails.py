"""What Rails runs before and after an action: methods that load an object for actions, and the actions that check it.

Knows: `before_action` with `only` and `except`, what is private, names of checks (Pundit, CanCan, Action Policy) and comparisons with the
caller. Does not know: what a check decides.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.reader import Function

_PRIVATE = re.compile(r"^[ \t]*(?:private|protected)[ \t]*$", re.M)
_GUARD = re.compile(
    r"\bauthori[sz]e!?\b|\bpolicy\b|\bcan\?|\bcannot\?|\ballowed_to\?|\bauthorize_\w+|\b(?:ensure|require|verify|check)_\w*(?:owner|access|permission|member|role|admin|can_)\w*"
    r"|(?:===?|!=)\s*(?:@?current_\w+|Current\.\w+)|\bcurrent_\w+(?:\.\w+)*\s*(?:===?|!=)|\b(?:is_)?(?:admin|owner|member)\?|:forbidden\b|NotAuthorized|AccessDenied|\b404\b|\.include\?\(?\s*@?current_"
)
VERIFIED = re.compile(r"after_action[ (]+:verify_authorized\b|^\s*check_authorization\b|after_action[ (]+:verify_policy_scoped\b", re.M)
_SKIPPED = re.compile(r"skip_after_action[ (]+:verify_authorized\b(?![^\n]*only)|skip_authorization_check\b(?![^\n]*only)")


def checked_by_actions(function: Function, verified: bool) -> bool:
    """Is this a method that loads an object before actions, every one of which checks it? verified: an action without a check fails in this app."""
    owner = function.owner
    if owner is None or function.code.language != "ruby":
        return False
    code = function.code
    text = code.text[code.starts[owner.first] : code.starts[min(owner.last, len(code) - 1)]]
    private = _private_from(text, code.starts[owner.first])
    used = re.search(rf"before_action[ (]+(?:(?!\n\s*\w+_action)[^\n]|,\n)*:{re.escape(function.name)}\b((?:[^\n]|,\n)*)", text)
    hidden = code.starts[function.at] > private
    if not hidden and used is None:
        return False
    if verified and not _SKIPPED.search(text):
        return True
    names = _named(used.group(1) if used else "", "only")
    spared = _named(used.group(1) if used else "", "except")
    variables = set(re.findall(r"(@\w+)\s*(?:\|\|)?=[^=~>]", function.body))
    actions = [
        each
        for each in owner.functions
        if code.starts[each.at] < private and each is not function and (not names or each.name in names) and each.name not in spared
    ]
    bodies = [code.source(each.first, each.last) for each in actions]
    calls = [body for body in bodies if variables & set(re.findall(r"@\w+", body)) or re.search(rf"\b{re.escape(function.name)}\b", body)]
    implied = [body for each, body in zip(actions, bodies, strict=True) if each.name in ("show", "edit", "update", "destroy") and body not in calls]
    return bool(calls) and all(_GUARD.search(body) for body in (*calls, *(implied if used else ())))


def _private_from(text: str, start: int) -> int:
    found = _PRIVATE.search(text)
    return start + found.start() if found else 1 << 60


def _named(rest: str, word: str) -> set[str]:
    found = re.search(rf"\b{word}:\s*(%i\[[^\]]*\]|\[[^\]]*\]|:\w+)", rest)
    return set(re.findall(r"\w+", found.group(1).removeprefix("%i"))) if found else set()
