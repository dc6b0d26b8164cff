"""Endpoints that are classes: FastEndpoints of C#, whose one method handles one route.

Knows: `Get("/x/{id}")`, `Verbs` and `Routes` of `Configure()`, `AllowAnonymous`, `Roles`, `Policies`, `Permissions` and `Claims` there and in the
`Group` that it names, `[HttpGet("/x")]` and `[AllowAnonymous]` above the class, parts of a request that a claim fills (`[FromClaim]`); a login is
asked for unless the endpoint says that everybody may call it (fast-endpoints.com/docs/security). Does not know: pre-processors, mappers, versions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prodlint import regex as re
from prodlint.patterns.entries.inline import joined
from prodlint.patterns.entries.parameters import Entry, entry_of
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.words import Words

BASE = re.compile(
    r"\bclass\s+\w+(?:<[^<>{;]*>)?\s*(?:\([^{;]*?\))?\s*:\s*(?:FastEndpoints\.)?(?:Endpoint(?:WithoutRequest|WithMapping|WithMapper)?\b(?!s)|Ep\.(?:Req|NoReq)\b)"
)
_HANDLES = ("HandleAsync", "ExecuteAsync")
_VERB = re.compile(r"(?<![\w.])(Get|Post|Put|Patch|Delete)\(\s*\$?@?\"([^\"]*)\"")
_VERBS = re.compile(r"\bVerbs\(\s*Http\.(\w+)")
_ROUTES = re.compile(r"\bRoutes\(\s*\$?@?\"([^\"]*)\"")
_ABOVE = re.compile(r"\[Http(Get|Post|Put|Patch|Delete)\(\s*\"([^\"]*)\"")
_GROUP = re.compile(r"(?<![\w.])Group<\s*(?:\w+\.)*(\w+)\s*>\(")
_PREFIX = re.compile(r"(?<![\w.])Configure\(\s*\"([^\"]*)\"")
_ROLES = re.compile(r"(?<![\w])Roles\(([^()]*)\)")
_ROLE = re.compile(r"\w+(?=\"|\s*(?:,|$))")  # `"Admin"`, `Role.Admin`
# a claim that says who calls is one that everybody has
_ASKS = re.compile(
    r"(?<![\w])(?:Policies|Policy|Permissions|PermissionsAll|AccessControl|Scopes)\("
    r"|(?<![\w])Claims(?:All)?\((?!\s*(?:\"(?i:sub|user_?id|uid|id|e?mail|user_?name|name)\"|(?:System\.Security\.Claims\.)?ClaimTypes\.(?:NameIdentifier|Name|Email))\s*\))"
)
_OPEN = re.compile(r"(?<![\w])AllowAnonymous\(|\[AllowAnonymous\b")
_DECLARES = re.compile(r"\b(?:class|record|struct)\s+\w+")
_FROM_CLAIM = re.compile(r"\[(?:FromClaim|HasPermission)\b[^\]]*\]\s*(?:\[[^\]]*\]\s*)*(?:(?:public|required|init)\s+)*[\w<>?.]+\s+(\w+)")


def endpoints(found: Sequence[Function], words: Words) -> Iterator[Entry]:
    """The handlers of a file; what a group asks is told later, by `grouped`."""
    for function in found:
        owner = function.owner
        if owner is None or function.name not in _HANDLES or BASE.search(owner.header) is None:
            continue
        said = _configured(owner.functions)
        methods, path = _route(said, owner.header)
        around = f"{owner.header} {_asked(said, owner.header)}"
        yield entry_of(function, "fastendpoints", methods, path, f"{owner.name}.{function.name}", words, around)


def _configured(functions: Sequence[Function]) -> str:
    """What the endpoint, or the group, says of itself."""
    return next((each.body for each in functions if each.name == "Configure"), "")


def _route(said: str, header: str) -> tuple[tuple[str, ...], str]:
    found = _VERB.search(said) or _ABOVE.search(header)
    if found is not None:
        return (found.group(1).upper(),), f"/{joined(found.group(2))}"
    route = _ROUTES.search(said)
    return tuple(each.upper() for each in _VERBS.findall(said)), f"/{joined(route.group(1))}" if route is not None else ""


def _asked(said: str, header: str) -> str:
    """The same as the attributes of a controller say it."""
    listed = (",".join(_ROLE.findall(each)) for each in _ROLES.findall(said))
    roles = "".join(f' [Authorize(Roles = "{each}")]' for each in listed)
    asks = " hasPermission" if _ASKS.search(said) else ""
    return f"{'[AllowAnonymous]' if _OPEN.search(f'{said} {header}') else '[Authorize]'}{roles}{asks}"


def group_of(entry: Entry) -> str:
    """The class of the group that an endpoint names."""
    owner = entry.function.owner
    found = _GROUP.search(_configured(owner.functions)) if owner is not None else None
    return found.group(1) if found is not None else ""


def grouped(entry: Entry, group: Function) -> None:
    """The endpoint takes up what the constructor of its group says."""
    prefix = next(iter(_PREFIX.findall(group.body)), "")
    entry.path = f"/{joined(prefix, entry.path)}" if entry.path else ""
    asked = _asked(group.body, "")
    entry.around = f"{entry.around} {asked.replace('[Authorize]', '', 1) if '[AllowAnonymous]' in entry.around else asked}"


def of_claims(text: str, request: str) -> tuple[str, ...]:
    """Parts of a request that the claims of whoever calls fill; what stands in the classes beside it says nothing of it."""
    found = re.search(rf"\b(?:class|record|struct)\s+{re.escape(request)}\b", text)
    if found is None:
        return ()
    following = _DECLARES.search(text, found.end())
    return tuple(_FROM_CLAIM.findall(text[found.end() : following.start() if following is not None else len(text)]))
