"""Whether what stands around an entry point says that it checks more than that somebody is signed in.

Knows: names of middleware, wrappers, annotations and permissions. Does not know: what they do (`before.py`), which roles are staff (`roles.py`).
"""

from __future__ import annotations

from prodlint import regex as re

_WORDS_OF_TIE = re.compile(
    r"(?i:owner|owned_?by|permission|permit|rbac|member|belong|policy|ability|authori[sz]e\s*\(|authority)|[aA]ccess(?:Control|Guard|Check|Read|Write|To(?!ken))|\bOwned[A-Z]\w*\(|\bcan[A-Z_]|[oO]wns[A-Z_(<]|[aA]uthori[sz]e[A-Z_]"
    r"|(?:[rR]equires?|[eE]nsure|[cC]heck|[vV]erify)[A-Z_]\w{0,60}?(?:[tT]eam|[oO]rg|[wW]orkspace|[pP]roject|[rR]ole|[aA]ccess)|hasRole|Roles?\(|RolesAllowed\(|@Secured\("
    r"|\b(?:[wW]orkspace|[tT]eam|[oO]rg(?:anization)?|[pP]roject|[tT]enant|[rR]esource)Access\b"
    r"|\w\(\s{0,9}\[?\s{0,9}\w{0,40}(?:[rR]oles?|ROLES?)(?:Enum|Type|Name|_?ENUM|_?TYPE)?\.\w"  # `auth([UserRole.ADMIN])`
    # `@ManagersOnly`, and not `@ReadOnly` or `@AuthenticatedOnly`
    r"|@\w{0,40}(?:Admin|Manager|Staff|Moderator|Editor|Operator|Supervisor|Root|Teacher|Instructor|Organi[sz]er|Host|Leader|Employee|Agent|Seller|Vendor)s?Only\b"
    r"|['\"](?:can|role|role_or_permission|ability|abilities):"
)
_FOR_ALL = re.compile(
    r"(?i)\bpermit_?all\b|\ballow_?anonymous\b|\ballow_?all\b|@(?:is|make)?_?public_?(?:route|endpoint|api|access)?\(|@(?:skip|no|bypass|without)_?(?:jwt_?)?auth\w*\("
    r"|(?-i:\b(?:public|unauthed|open)Procedure\b)"  # tRPC
)
# a role or permission for what is one's own, `[Authorize(Roles = "Admin,ManageOwnOrders")]`, `@Permissions("orders:update:own")`: whose it is,
# the handler has to ask itself
_OF_OWN = re.compile(
    r"\b\w+\([^()\"']{0,200}(?:[\"'][^\"'()]{0,200}[\"'][^()\"']{0,80}){0,8}?[\"'][^\"'()]{0,200}(?:(?<=[a-z])Own(?=[A-Z])|(?<![A-Za-z])own(?![A-Za-z]))[^()]{0,300}\)"
)
_PATH = re.compile(r"([\"'`])/[^\"'`\s]*\1")  # `/members/:id` asks nobody
# Ruby, PHP: what a class, its actions and their parameters are called asks nothing: `class MembersController`, `function update(Member $member)`
_DECLARED_THERE = re.compile(r"\bclass\s+[\w:]+\s*<\s|\bpublic\s+function\s")
_DECLARED = re.compile(r"\bclass\s+[\w:\\]+|\bdef\s+[\w.!?]+|\bfunction\s+\w+\s*\([^)]{0,2000}\)")
_NAMES = re.compile(
    r"\b(?:class|interface|extends|implements)\s+[\w.<>, ]{1,160}?(?=\s*(?:[@{(:]|$|\b(?:extends|implements|public|override|fun)\b))"
    r"|\bva[lr]\s+\w{1,60}\s*:\s*[\w.<>?]{1,80}|\b[A-Z]\w{0,60}<[\w<>,.? ]{0,160}>"
)
# Go: what a middleware for a login is made of says nothing of what it asks: `middleware.Auth(users, tenantMemberService)`
_PART = r"&?(?:\w{1,40}\.){0,4}\w{0,40}(?:Service|Svc|Repo|Repository|Store|Config|Cfg|Manager|DB|Db|db|cfg)\b"
_LOGIN_MADE = re.compile(
    r"\b((?:Require)?(?:Auth(?:n|enticate|enticated|entication|Required)?|JWT|Jwt|Session)(?:Middleware)?)"
    rf"\(\s{{0,9}}{_PART}(?:\s{{0,9}},\s{{0,9}}{_PART}){{0,9}}\s{{0,9}},?\s{{0,9}}\)"
)
# guards that let in whoever is signed in
_ONLY_SIGNED = re.compile(r"(?i)jwt|gql|auth|throttl|session|access_?token|local|logged|rate|rest|bearer|user|refresh|rt")


def ties_by_name(around: str) -> bool:
    """Do names of middleware, wrappers or annotations say that they check more than that somebody is signed in?"""
    if _DECLARED_THERE.search(around):
        around = _DECLARED.sub(" ", around)
    around = _OF_OWN.sub(" ", _PATH.sub(" ", _FOR_ALL.sub(" ", _LOGIN_MADE.sub(r"\1()", around))))
    guards = {name for listed in re.findall(r"\bUseGuards\(([^)]*)\)", around) for name in re.findall(r"\w+", listed)}
    return bool(_WORDS_OF_TIE.search(around)) or any(not _ONLY_SIGNED.search(name) for name in guards)


def without_names(around: str) -> str:
    """Java, Kotlin: without what the class, what it extends and what the handler gives are called: a `MemberController` asks for no membership."""
    return _NAMES.sub(" ", around)


def for_all(around: str) -> bool:
    """Does what stands around a handler say that everybody may call it?"""
    return _FOR_ALL.search(around) is not None
