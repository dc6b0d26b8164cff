"""JavaScript: a right that is looked for among those of who asks, and without which the handler refuses:
`const may = req.user.permissions.includes("post:destroy"); if (!may) return res.status(403)`.

Knows: lists of rights by their name, what a search in one is handed, whether the answer turns somebody away. Does not know: who has which right. A
right for what is one's own (`post:update:own`), to read or to write (`orders:read`, which every token may have), and a role that everybody has say
nothing: whose the row is, the handler has to ask itself.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.reader import Function
from prodlint.patterns.ties.roles import is_of_all, is_staff

ASKS = re.compile(r"includes|has|find|some")
_RIGHTS = re.compile(r"(?i)\w*(?:permissions?|privileges?|rights|abilities|roles)")
_ONE = re.compile(
    r"\(\s*(?:\(?\s*\w+\s*(?::\s*[\w.\[\]]+)?\s*\)?\s*=>\s*\w+(?:\.\w+)?\s*={2,3}\s*)?(['\"`][\w.:/ -]{2,60}['\"`]|[A-Z]\w*\.\w{2,60})\s*\)"
)
_OWN = re.compile(r"(?i)(?<![a-z])own(?![a-z])|(?<=[a-z])Own(?=[A-Z]|$)|self|mine")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OF_TENANT = re.compile(r"tenant|org|organi[sz]ation|team|workspace|company|group|account")
_POWER = re.compile(r"delete|destroy|remove|manage|assign|unassign|moderate|ban|approve|impersonate|any|all|superadmin")
_KEPT = re.compile(r"\b(?:const|let|var)\s+(\w+)(?:\s*:\s*boolean)?\s*=\s*(?:!!\s*)?$")


def sought(function: Function, rights: str, opened: int, close: int) -> bool:
    """Is one right looked for in a list of `rights`, by a call with these brackets?"""
    if not _RIGHTS.fullmatch(rights.lstrip("_")):
        return False
    found = _ONE.fullmatch(function.code.source(opened, close + 1).strip())
    return found is not None and _is_of_few(found.group(1))


def _is_of_few(right: str) -> bool:
    """Is it a role of staff, or a right over what others have? What everybody may read, and states of an account, say nothing."""
    name = right.strip("'\"`")
    if _OWN.search(name) or is_of_all(right):
        return False
    parts = re.split(r"[:._/ -]+", _HUMPS.sub("_", name.rsplit(".", 1)[-1] if right[:1].isupper() else name).lower())
    if len(parts) < 2:
        return is_staff(name)
    return not _OF_TENANT.fullmatch(parts[0]) and any(map(_POWER.fullmatch, parts))


def asked(function: Function, call: int, close: int) -> int:
    """Where `if (!...)` asks for what a call gave, from its first token to its last: the token behind `!`, -1 where nothing does."""
    code = function.code
    texts = code.texts
    if texts[call - 1] == "!":
        return call
    kept = _KEPT.search(code.text[max(0, code.starts[call] - 90) : code.starts[call]])
    if kept is None:
        return -1
    whole = ["if", "(", "!", kept.group(1), ")"]
    return next((at + 3 for at in range(close, min(function.last, len(code) - 5, close + 300)) if texts[at : at + 5] == whole), -1)
