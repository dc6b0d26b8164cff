"""Rails: lists of parameters that name who owns a row, where the controller holds that name or never writes what the list lets through; and which
model is written whole.

Knows: checks of Pundit, CanCan and Action Policy, assignments and `merge` of the same column, methods that only search by what they let through.
Does not know: what a policy decides; which rows are written elsewhere.
"""

from __future__ import annotations

from prodlint import regex as re

_METHOD = re.compile(r"^[ \t]*def[ \t]+(?:self\.)?(\w+)", re.M)
_SEARCHES = re.compile(r"(?:^|_)(?:search\w*|filter\w*|quer(?:y|ies)|sort\w*|options|usage|report\w*|export)(?:_|$)")
_ASKS = re.compile(
    r"\bauthori[sz]e!?[ (]|\b(?:load_and_)?authorize_resource\b|\bpolicy(?:\(|_scope\b)|\bverify_authorized\b|\bcan(?:not)?\?"
    r"|\bensure_authori[sz]ed\b|\ballowed_to\?"
)
_KEY = re.compile(r":(user(?=_?id\b)|(?:owner|family|account|tenant|organi[sz]ation|org|company|workspace|site|store)(?=_id\b))")
_WRITE = r"\.(?:new|create|build|update(?:_attributes)?|assign_attributes|insert|upsert|first_or_create|first_or_initialize)(?:_\w+)?!?"
_WHOLE = re.compile(
    r"\brequire\(?\s*:(\w+)\s*\)?\s*\.permit!|\bnew\s+([A-Z]\w*)\(\s*\w+\.body\b|\b([A-Z]\w*)\.(?:update|create)\(\s*\w+\.body\b"
    r"|\bprisma\.(\w+)\.(?:update|create)\("
)
# people sign up there, and nobody to a course
_SIGN_UP = re.compile(r"\bDevise::RegistrationsController\b|\bclass (?:\w+::)*RegistrationsController\b(?s:.{0,4000}?)\bUser\.(?:new|create)\b")


def held(text: str, line: int) -> bool:
    """Is what `permit` lets through, in this line of a controller, held against who asks, or only searched by?"""
    lines = text.split("\n")
    above = "\n".join(lines[:line])
    method = next(iter(reversed(_METHOD.findall(above))), "")
    listed = "\n".join(lines[line - 1 :]).split(")\n", 1)[0]
    keys = set(_KEY.findall(listed))
    searches = _SEARCHES.search(method) is not None and not _writes(text, method)  # `report_params` may be what a report is made of
    if searches or not keys:
        return searches
    if _ASKS.search(text) is not None or all(_sets(text, key) for key in keys):
        return True
    return "user" not in keys and (method.endswith("sign_up_params") or _SIGN_UP.search(text) is not None)  # who signs up is nobody yet


def whole(text: str, line: int) -> str:
    """The model of which this line writes every column as it was sent, `params.require(:club_note).permit!`, `Note.update(req.body, ...)`,
    `prisma.clubNote.create({ data: req.body })`; "" for none."""
    lines = text.split("\n")
    found = _WHOLE.search(lines[line - 1]) if line <= len(lines) else None
    return "".join(part[:1].upper() + part[1:] for part in next(filter(None, found.groups())).split("_")) if found is not None else ""


def _writes(text: str, method: str) -> bool:
    """Is a row made or changed with what this method lets through? What is made and not saved is an object that searches."""
    found = re.search(rf"{_WRITE}[( ]\s*{re.escape(method)}\b", text)
    return found is not None and (not found.group().startswith(".new") or re.search(r"\.save\b", text) is not None)


def _sets(text: str, key: str) -> bool:
    """Does the controller itself write that column? That it selects by it elsewhere, `where(user: current_user)`, writes nothing."""
    given = rf"(?:{_WRITE}|\.(?:reverse_)?merge!?)[( ][^)\n]{{0,300}}\b{key}(?:_?id)?:\s*@?(?:current_|Current\.)"
    return re.search(rf"\.{key}(?:_?id)?\s*=[^=~]|\bmerge!?\([^)]{{0,300}}\b{key}(?:_?id)?\b|{given}", text) is not None
