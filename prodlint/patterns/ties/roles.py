"""Annotations and middleware that ask for a role: whether the role is one of staff, or one that every customer has.

Knows: Spring's `@PreAuthorize`, `@Secured`, `@RolesAllowed`, ASP.NET's `[Authorize(Roles = ...)]`, lists of roles that routers and decorators of
JavaScript are handed; words for administrators of everything and of one tenant. Does not know: who has which role.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.reader import Function

_OF_MACHINES = re.compile(
    r"(?:has(?:Any)?(?:Role|Authority)\(|\bRoles\s*=|@RolesAllowed\(|@Secured\()[^()\w]*(?:ROLE_)?(?:APPLICATION|SYSTEM|MACHINE|SERVICE|INTERNAL|INTEGRATION)\w*[\"']\s*\)"
    r"|@Profile\(\s*(?:value\s*=\s*)?[\[{]?\s*\"(?:!\s*prod\w*|dev\w*|local\w*|test\w*)\""
)
_MACHINE = re.compile(r"(?i)(?:ROLE_)?(?:SERVICE|SYSTEM|MACHINE|INTERNAL|SERVICE_ACCOUNT)")  # beside staff: another system of the same owner
_ASKS = re.compile(
    r"@(?:PreAuthorize|Secured|RolesAllowed)\((?:[^()\"]|\"[^\"]*\"|\([^()]*\))*\)"
    r"|\[Authorize\((?=[^\]]*\bRoles\s*=)(?![^\]]*\bPolicy\s*=)(?:[^()\"\]]|\"[^\"]*\"|\([^()]*\))*\)\]"
)
# an expression over the arguments that asks for more than that there is one, a bean that is asked
_OF_OBJECT = re.compile(r"#\w+\b(?!\s*(?:[!=]=\s*null|[<>]))|@\w+\.|hasPermission|returnObject")
_STAFF = re.compile(
    r"(?i)(?:role_)?(?:(?:\w*_)?(?:adm|admin|administrator|administrador|superuser|super_?admin|root|staff|moderator|operator|sysadmin|system|manager)|owner)s?"
)  # but a `vault-owner` has one of them
# who rules one tenant rules nothing of another
_TENANT = r"(?i)(?:role_)?(?:tenant|org|organi[sz]ation|team|workspace|store|company|project|group|customer|site|account|shop|school)"
_OF_TENANT = re.compile(rf"{_TENANT}_?\w*admin\w*")
_IN_TENANT = re.compile(rf"{_TENANT}_")
_SAYS_ROLE = re.compile(r"(?<=[a-z])(?:Role|Authority)$|_(?i:role|authority)$")  # of constants: `ADMIN_ROLE`
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ROLE = re.compile(r"\b[A-Z][A-Z_]{2,}\b|(?<=['\"])\w[\w-]*|\b[A-Z]\w+(?=[,'\")])")
# annotations that document: their words say nothing of what is checked
_DOCUMENTS = re.compile(
    r"@(?:A(?:pi|PI)\w*|Operation|Schema|Parameters?|Tag|Swagger\w*|Hidden)\((?:[^()\"]|\"[^\"]*\"|\((?:[^()\"]|\"[^\"]*\"|\([^()]*\))*\))*\)"
)

# ASP.NET: a policy that is written where the route is
_POLICY_OF_ROLE = re.compile(r"RequireAuthorization\(\s*\w+\s*=>\s*\w+\s*\.\s*RequireRole\(((?:[^()]|\([^()]*\))*)\)\s*\)")
# and one whose name says that it lets in whoever is signed in
_POLICY_OF_ALL = re.compile(
    r"\[Authorize\(\s*(?:Policy\s*=\s*)?\"?(?:\w+\.)*(?i:(?:valid|any|known|active|registered|authenticated|signed_?in|logged_?in|require[sd]?)_?"
    r"(?:authenticated_?)?users?|(?:require[sd]?_?)?(?:authenticated|authentication|login|sign_?in)|(?:default|bearer|jwt|user)_?(?:only|policy)?)\"?\s*\)\]"
)

# roles that whoever signs up has, and where a router or a decorator lists who may come in
_OF_ALL = re.compile(
    r"(?i)(?:role_)?(?:regular_?|normal_?|standard_?|basic_?)?(?:user|customer|client|buyer|member|student|learner|patient|guest|subscriber|passenger|rider"
    r"|candidate|applicant|job_?seeker|reader|participant|visitor|shopper|travell?er)s?"
)
_ONE = r"(?:[\w.]+|['\"`][\w -]{1,40}['\"`])"
_OF_ENUM = r"\w*(?:[rR]oles?|ROLES?)(?:Enum|Type|Name|_?ENUM|_?TYPE)?\.\w+"
_LISTS_ROLES = re.compile(
    rf"\b\w*(?i:role|permit|allow|restrict|authori[sz]e|grant)\w*\(\s*\[?\s*({_ONE}(?:\s*,\s*{_ONE}){{0,12}})\s*,?\s*\]?\s*\)"
    rf"|\b\w+\(\s*\[?\s*({_OF_ENUM}(?:\s*,\s*{_OF_ENUM}){{0,12}})\s*,?\s*\]?\s*\)"  # `auth([UserRole.ADMIN])`, whatever it is called
    r"|['\"]role:([\w,|-]+)['\"]"  # Laravel
)
_SUPER = re.compile(r"['\"](?:is[._-]?|role:|only[._-]?)?super[._-]?admin(?:istrator)?s?(?:[._-]?only)?['\"]")  # of Laravel
_REQUIRES = re.compile(r"(?i)(?:require|ensure|assert|enforce|must_?be)_?(\w+?)(?:_?(?:role|access|user|only|session|auth))*")
_GRANTS = ("has", "is", "permit", "Roles")  # words of the expressions, no roles
_DECORATES = re.compile(r"@Roles\((?:[^()]|\([^()]*\))*\)")


# what refuses by who calls and looks at no row: `if (!SecurityUtils.isSystem()) throw new UnauthorizedException()`
_REFUSED = re.compile(
    r"\bif\s*\(\s*!\s*(?:[A-Z]\w*\s*\.\s*)?(?:is|has|can)(?!Authenticated|LoggedIn|SignedIn|Anonymous|Guest|Verified|Active|Enabled|Valid|Present|Empty)"
    r"[A-Z]\w*\s*\(\s*\)\s*\)\s*\{?\s*throw\s+(?:new\s+)?\w*(?:Unauthori[sz]ed|Forbidden|AccessDenied|NotAuthori[sz]ed|NotAllowed)\w*"
)


def refuses_others(function: Function) -> bool:
    """Java, Kotlin, C#: does a handler refuse whoever is not of some kind, whatever was asked for? What a row is asked for is no such thing."""
    return _REFUSED.search(function.body) is not None


def without_plain(around: str) -> str:
    """The annotations without those that let in whoever is signed in, or whoever rules a tenant of their own: these say nothing of an object."""
    around = _POLICY_OF_ROLE.sub(lambda found: found.group() if _all_staff(found.group(1)) else " authenticated ", around)
    around = _POLICY_OF_ALL.sub("[Authorize]", _DOCUMENTS.sub(" ", around))
    return _ASKS.sub(lambda found: found.group() if _says_something(found.group()[1:]) else " ", around)


def strange(around: str) -> tuple[str, ...]:
    """The roles for which annotations ask, where no name says whom they let in: `hasAuthority('OFFICE')`, `SecurityRules.IS_OFFICE`."""
    out: list[str] = []
    for text in _ASKS.findall(_DOCUMENTS.sub(" ", around)):
        roles = [role for role in _ROLE.findall(text.split("(", 1)[1]) if not role.startswith(_GRANTS)]
        if roles and not _OF_OBJECT.search(text) and not any(is_of_all(role) or is_staff(role) for role in roles):
            out += roles
    return tuple(dict.fromkeys(out))


def without_staff(around: str) -> str:
    """The annotations without those that ask for a role of those who rule everything: these say nothing of a part of the path."""
    return _ASKS.sub(lambda found: " " if _says_staff(found.group()[1:]) else found.group(), around)


def without_documents(around: str) -> str:
    """The annotations without those that only document, as `@ApiResponse({ status: 403, description: "Insufficient permissions" })`."""
    return _DOCUMENTS.sub(" ", around)


def _all_staff(listed: str) -> bool:
    """Are all the roles of `RequireRole(UserRole.Admin.ToString(), "owner")` of staff?"""
    roles = [
        name or text
        for text, name in re.findall(r"\"(\w+)\"|\b([A-Za-z]\w*)(?=\.ToString\(\)|\)|\s*[,)]|\s*$)", listed)
        if (name or text) != "ToString"
    ]
    return not roles or all(map(is_staff, roles))


def without_roles_of_all(around: str, reads: bool) -> str:
    """What stands around a handler, where a list of roles that holds one of everybody's (`allow("user", "admin")`) only says that somebody signs in.
    What all the listed ones may read may be meant for all of them. Roles of a method stand above those of its class."""
    asked = all if reads else any
    for above in list(_DECORATES.finditer(around))[-2::-1]:
        around = around[: above.start()] + around[above.end() :]

    def said(found: re.Match[str]) -> str:
        listed = next(filter(None, found.groups()))
        return " authenticated " if asked(map(is_of_all, re.split(r"[,|]", listed))) else found.group()

    return _LISTS_ROLES.sub(said, around)


def lists_all(around: str) -> bool:
    """Does a list of roles hold one of everybody's?"""
    return any(any(map(is_of_all, re.split(r"[,|]", found))) for found in map("".join, _LISTS_ROLES.findall(around)))


def only_staff(around: str) -> bool:
    """Does a list, or a middleware by its name (`'super.admin'`), let in those who rule everything, and nobody else?"""
    if _SUPER.search(around):
        return True
    listed = (re.split(r"[,|]", found) for found in map("".join, _LISTS_ROLES.findall(around)))
    return any(all(is_staff(re.sub(r"\W+", "_", role.strip(" \n\t'\"`").rsplit(".", 1)[-1])) for role in roles) for roles in listed)


def is_of_all(role: str) -> bool:
    """Is it a role that whoever signs up has, as `user`, `ROLE_CUSTOMER`?"""
    return _OF_ALL.fullmatch(_SAYS_ROLE.sub("", re.sub(r"\W+", "_", role.strip(" \n\t'\"`").rsplit(".", 1)[-1]))) is not None


def is_staff(role: str) -> bool:
    """Is it a role of those who rule everything, as `"admin"`, `ADMIN`, `Super Admin`?"""
    name = _SAYS_ROLE.sub("", re.sub(r"\W+", "_", role))
    if _STAFF.fullmatch(name):
        return _OF_TENANT.fullmatch(name) is None
    parted = _HUMPS.sub("_", name)  # `InventoryManager`
    return _STAFF.fullmatch(parted) is not None and _IN_TENANT.match(parted) is None


def requires_staff(name: str, roles: list[str]) -> bool:
    """Does a call that stops all others let in only staff: `requireRole(["admin", "manager"])` (its literals are given), `assertAdmin()`?"""
    found = _REQUIRES.fullmatch(name)
    return found is not None and (all(map(is_staff, roles)) if roles else is_staff(found.group(1)))


def _says_something(text: str) -> bool:
    return _OF_OBJECT.search(text) is not None or _says_staff(text)


def _says_staff(text: str) -> bool:
    if _OF_OBJECT.search(text):
        return False
    text = re.sub(r"\b\w+\.(?=[A-Z]\w*)", "", text.split("(", 1)[1])  # `Roles.Admin`, `UserRole.ADMIN`
    roles = [role for role in _ROLE.findall(text) if not role.startswith(_GRANTS)]
    return any(map(is_staff, roles)) and all(is_staff(role) or _MACHINE.fullmatch(role) for role in roles)


def for_machines(function: Function) -> bool:
    """Spring, ASP.NET: is another system the only one that may call, by its role, or is the handler there only where the app is developed?"""
    above = f"{function.owner.header if function.owner is not None else ''} {function.header}"
    return _OF_MACHINES.search(above) is not None
