"""Rails: classes that list a model only for the tenant of whoever asks, so that a row of it that is found by its id alone may be another tenant's.

Knows: scopes of a model that are handed `current_account` and the like, collections of these (`current_account.users`). Does not know: scopes that
every query has (`scopes.py`), what a user has (`current_user.orders`), which says little of what others may have.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.reader import Function

_TENANT = (
    r"(?:@?current_|Current\.)(?:account|org(?:ani[sz]ation)?|provider|tenant|company|team|workspace|store|shop|site|library|school|community|instance"
    r"|agency|club|family|household|project|space|institution|practice)\b"
)
_CHAIN = r"(?:\s*&?\.\s*\w+[?!]?(?:\([^()]*\))?)"


def listed_for_one(function: Function, model: str) -> bool:
    """Does another method of the class of this one select the model only for the tenant of who asks?"""
    owner = function.owner
    if owner is None or not model[:1].isupper():
        return False
    plural = rf"{re.escape(re.sub(r'(?<=[a-z])(?=[A-Z])', '_', model).lower())}e?s"
    of_model = re.compile(rf"\b{re.escape(model)}{_CHAIN}*?\s*\.\s*\w+\([^()]*{_TENANT}[^()]*\)|{_TENANT}\s*\.\s*{plural}\b")
    return any(of_model.search(each.body) for each in owner.functions if each is not function and each.name != function.name)
