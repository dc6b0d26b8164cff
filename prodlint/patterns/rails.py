"""What Rails runs before and after an action: methods that load an object for actions, and the actions that check it.

Knows: `before_action` with `only` and `except`, what is private, names of checks (Pundit, CanCan, Action Policy) and comparisons with the
caller. Does not know: what a check decides.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import regex as re
from prodlint.patterns.reader import Function

_PRIVATE = re.compile(r"^[ \t]*(?:private|protected)[ \t]*$", re.M)
_GUARD = re.compile(
    r"\bauthori[sz]e!?\b|\bpolicy\b|\bcan\?|\bcannot\?|\ballowed_to\?|\bauthorize_\w+|\b(?:ensure|require|verify|check)_\w*(?:owner|access|permission|member|role|admin|can_)\w*"
    r"|(?:===?|!=)\s*(?:@?current_\w+|Current\.\w+)|\bcurrent_\w+(?:\.\w+)*\s*(?:===?|!=)|\b(?:is_)?(?:admin|owner|member)\?|:forbidden\b|NotAuthorized|AccessDenied|\b404\b|\.include\?\(?\s*@?current_"
)
_LOGIN = re.compile(
    r"authenticate\w*!?|(?:require|ensure|check|verify)_?(?:login|logged_?in|signed_?in|user|auth\w*|session|token)\w*[!?]?"
    r"|\w*login_required|logged_in(?:_user)?\??|authorized?(?:_request|_user)?|doorkeeper_authorize!"
)
_CHANGING = re.compile(r"create|update|destroy|delete|edit|change|set_?|mark|add|remove|cancel|approve|accept|reject|toggle|activate|publish|upload")
# lines of a class that say for which actions a login is asked, and for which not
_WORDS = ("before_action", "before_filter", "skip_before_action", "skip_before_filter", "allow_unauthenticated_access")
VERIFIED = re.compile(r"after_action[ (]+:verify_authorized\b|^\s*check_authorization\b|after_action[ (]+:verify_policy_scoped\b", re.M)
_SKIPPED = re.compile(r"skip_after_action[ (]+:verify_authorized\b(?![^\n]*only)|skip_authorization_check\b(?![^\n]*only)")


def for_strangers(function: Function) -> bool:
    """Is it said by name that whoever comes may call the action, or all that this method is run before, where no name says that something changes?"""
    owner = function.owner
    if owner is None or function.code.language != "ruby":
        return False
    text = _class_text(function)
    used = [_named(rest, "only") for names, rest in _before(text, "before_action") if function.name in names]
    actions = set().union(*used) if used and all(used) else {function.name}
    if any(map(_CHANGING.match, actions)):
        return False
    lines = [(word, names, rest) for word in _WORDS for names, rest in _before(text, word)]
    return bool(actions) and all(any(_lets_in(*line, action) for line in lines) for action in actions)


def _lets_in(word: str, names: set[str], rest: str, action: str) -> bool:
    """Does one line of the class leave an action out of the login?"""
    only, but = _named(rest, "only"), _named(rest, "except")
    if word != "allow_unauthenticated_access" and not any(map(_LOGIN.fullmatch, names)):
        return False
    if word in ("before_action", "before_filter"):
        return action in but
    return action in only


def _before(text: str, word: str) -> Iterator[tuple[set[str], str]]:
    """(names of methods, options) of each line of a class that begins with a word."""
    for listed, rest in re.findall(rf"^[ \t]*{word}\b[ (]*((?::[\w!?]+(?:,[ \t\n]*)?)*)((?:[^\n]|(?<=,)\n)*)", text, re.M):
        yield set(re.findall(r"[\w!?]+", listed)), rest


def _class_text(function: Function) -> str:
    code, owner = function.code, function.owner
    return code.text[code.starts[owner.first] : code.starts[min(owner.last, len(code) - 1)]] if owner is not None else ""


def checked_by_actions(function: Function, verified: bool) -> bool:
    """Is this a method that loads an object before actions, every one of which checks it? verified: an action without a check fails in this app."""
    owner = function.owner
    if owner is None or function.code.language != "ruby":
        return False
    code = function.code
    text = _class_text(function)
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
