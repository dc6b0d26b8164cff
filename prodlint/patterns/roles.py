"""Annotations that ask for a role: whether the role is one of staff, or one that every customer has.

Knows: Spring's `@PreAuthorize`, `@Secured`, `@RolesAllowed`, ASP.NET's `[Authorize(Roles = ...)]`; words for administrators of everything and of one
tenant. Does not know: who has which role.
"""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"@(?:PreAuthorize|Secured|RolesAllowed)\((?:[^()\"]|\"[^\"]*\"|\([^()]*\))*\)"
    r"|\[Authorize\((?=[^\]]*\bRoles\s*=)(?![^\]]*\bPolicy\s*=)(?:[^()\"\]]|\"[^\"]*\"|\([^()]*\))*\)\]"
)
_OF_OBJECT = re.compile(r"#\w|@\w+\.|hasPermission|returnObject")  # an expression over the arguments, a bean that is asked
_STAFF = re.compile(
    r"(?i)(?:role_)?(?:\w*_)?(?:adm|admin|administrator|administrador|superuser|super_?admin|root|staff|moderator|operator|sysadmin|system|owner|manager)s?"
)
# who rules one tenant rules nothing of another
_OF_TENANT = re.compile(
    r"(?i)(?:role_)?(?:tenant|org|organi[sz]ation|team|workspace|store|company|project|group|customer|site|account|shop|school)_?\w*admin\w*"
)
_ROLE = re.compile(r"\b[A-Z][A-Z_]{2,}\b|(?<=['\"])\w+|\b[A-Z]\w+(?=[,'\")])")
# annotations that document: their words say nothing of what is checked
_DOCUMENTS = re.compile(
    r"@(?:Api\w*|Operation|Schema|Parameters?|Tag|Swagger\w*|Hidden)\((?:[^()\"]|\"[^\"]*\"|\((?:[^()\"]|\"[^\"]*\"|\([^()]*\))*\))*\)"
)


def without_plain(around: str) -> str:
    """The annotations without those that let in whoever is signed in, or whoever rules a tenant of their own: these say nothing of an object."""
    return _ASKS.sub(lambda found: found.group() if _says_something(found.group()[1:]) else " ", _DOCUMENTS.sub(" ", around))


def is_staff(role: str) -> bool:
    """Is it a role of those who rule everything, as `"admin"`, `ADMIN`, `Super Admin`?"""
    name = re.sub(r"\W+", "_", role)
    return bool(_STAFF.fullmatch(name)) and not _OF_TENANT.fullmatch(name)


def _says_something(text: str) -> bool:
    if _OF_OBJECT.search(text):
        return True
    text = re.sub(r"\b\w+\.(?=[A-Z]\w*)", "", text.split("(", 1)[1])  # `Roles.Admin`, `UserRole.ADMIN`
    roles = [role for role in _ROLE.findall(text) if not role.startswith(("has", "is", "permit", "Roles"))]
    return bool(roles) and all(is_staff(role) for role in roles)
