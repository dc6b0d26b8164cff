"""Rails: classes that list a model only for the tenant of whoever asks, so that a row of it that is found by its id alone may be another tenant's.

Knows: scopes of a model that are handed `current_account` and the like, collections of these (`current_account.users`). Does not know: scopes that
every query has (`scopes.py`), what a user has (`current_user.orders`), which says little of what others may have.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.reader import Function

_TENANT = (
    r"(?:@?current_|Current\.)(?:account|org(?:ani[sz]ation)?|provider|tenant|company|team|workspace|store|shop|site|library|school|community|instance"
    r"|agency|club|family|household|project|space|institution|practice)\b"
)
_HANDED_ROW = re.compile(r"\b(?:authori[sz]e!?|can\?|allowed_to\?|policy)[ (]+(?::\w+[?!]?,\s*)?@")  # what was loaded before by the same id
_WHERE_ONE_IS_CHOSEN = re.compile(rf"\b(?:if|unless)\s+{_TENANT}|{_TENANT}\s*(?:\.(?:present|blank|nil)\?|&\.)")  # staff of all tenants
_CHAIN = r"(?:\s*&?\.\s*\w+[?!]?(?:\([^()]*\))?)"


def listed_for_one(function: Function, model: str) -> bool:
    """Does another method of the class of this one select the model only for the tenant of who asks?"""
    owner = function.owner
    if owner is None or not model[:1].isupper() or _HANDED_ROW.search(function.body):
        return False
    plural = _plural(model)
    of_model = re.compile(
        rf"\b{re.escape(model)}{_CHAIN}*?\s*\.\s*(?!new\b|create|build|insert|find_or_)\w+\([^()]*{_TENANT}[^()]*\)|{_TENANT}\s*\.\s*{plural}\b"
    )
    others = (each.body for each in owner.functions if each.name != function.name)
    return any(of_model.search(body) and not _WHERE_ONE_IS_CHOSEN.search(body) for body in others)


def listing(model: str) -> re.Pattern[str]:
    """`current_organization.contact_types`: the rows of a model that belong to the tenant of who asks."""
    return re.compile(rf"{_TENANT}\s*\.\s*{_plural(model)}\b")


def _plural(model: str) -> str:
    return rf"{re.escape(re.sub(r'(?<=[a-z])(?=[A-Z])', '_', model).lower())}e?s"
