"""Filters of ASP.NET that a project writes itself, and what they check before an action.

Knows: `[TypeFilter(typeof(X))]`, `[ServiceFilter<X>]`, attributes that are filters, arguments and route values that a filter takes by their name, and
whether it refuses; attributes that extend such a filter and hand it a role, `class AdminOnlyAttribute() : RoleAttribute(Role.Admin)`. Does not
know: filters for the whole app, policies of `[Authorize]`, endpoint filters of minimal routes, middleware.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from prodlint import regex as re
from prodlint.patterns.text.meanings import Resolve, Value
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.words import Words
from prodlint.patterns.ties.flow import Flow
from prodlint.patterns.ties.roles import is_of_all

_FILTERS = re.compile(
    r"\bclass\s+(\w+)[^{};]{0,200}?:[^{};]{0,300}?\b(?:ActionFilterAttribute|I(?:Async)?(?:Authorization|Action|Resource)Filter|AuthorizeAttribute)\b"
)
# an attribute that only names the filter which does its work: `base(typeof(MemberFilter))`
_HANDS_ON = re.compile(r"\bclass\s+(\w+)[^{};]{0,200}?:\s*TypeFilterAttribute\b.{0,400}?\bbase\(\s*typeof\((\w+)\)", re.S)
_EXTENDS = re.compile(
    r"\bclass\s+(\w+Attribute)\b(?:\([^(){}]{0,300}\))?\s*:\s*(\w+Attribute)\b(?:\(([^(){};]{0,200})\))?([^{};]{0,200})(?:;|\{(?:[^{}]{0,600}?\bbase\(([^()]{0,200})\))?)"
)
_NAMED = re.compile(
    r"\b(?:Type|Service)Filter(?:Attribute)?(?:\(\s*typeof\(\s*|<\s*)(?:\w+\.)*(\w+)|[\[,]\s*(?!(?:Type|Service)Filter\b)(\w+)(?=[\](,])"
)
_RUNS = frozenset((
    "OnActionExecuting", "OnActionExecutionAsync", "OnAuthorization", "OnAuthorizationAsync", "OnResourceExecuting", "OnResourceExecutionAsync",
))  # fmt: skip
_REFUSES = re.compile(r"\.Result\s*=(?!=)|\bthrow\b|\bForbid\(|\bStatusCode\s*=\s*(?:40[134]|(?:Http)?StatusCodes?\.)")
_TURNS_AWAY = re.compile(r"Unauthori[sz]ed|Forbid|Challenge|\b40[13]\b|\bthrow\b|Redirect")  # and not who calls too often
# what lets in whoever shows something that was handed out: no user asks there
_BY_KEY = re.compile(r"(?<!Jwt)Token|ApiKey|Secret|Signature|Hmac")
_ROLE = re.compile(r"\w*(?:Roles?|Permissions?|Privileges?|Rights?|Access(?:Level)?)(?:Type|Names?|s)?\.\w+|\"[\w.:-]+\"")
_TAKES = re.compile(
    r"(?:ActionArguments|RouteData\.Values|RouteValues)(?:\.(?:TryGetValue|ContainsKey))?\s*[\[(]\s*\"(\w+)\"|GetRouteValue\(\s*\"(\w+)\""
)


class Check(msgspec.Struct, frozen=True):
    """What a filter asks: the arguments of the action that it holds against the caller, whether it asks for more than a login, whether it looks at
    who calls at all, and the role that an attribute hands to the filter that it extends."""

    ids: frozenset[str] = frozenset()
    asks: bool = False
    signs_in: bool = False
    role: str = ""


class AspFilters:
    """The filters of a project."""

    def __init__(
        self, texts: Iterable[tuple[str, str]], read: Callable[[str], Iterable[Function]], words: Words, resolve: Callable[[str], Resolve]
    ) -> None:
        self._read, self._words, self._resolve = read, words, resolve
        self._checks: dict[str, Check] = {}
        self._paths: dict[str, str] = {}
        self._hands_on: dict[str, str] = {}
        self._extends: dict[str, tuple[str, str]] = {}  # an attribute -> the one that it extends, what it hands to that one
        for path, text in texts:
            self._paths.update((name, path) for name in _FILTERS.findall(text))
            self._hands_on.update(_HANDS_ON.findall(text))
            for name, above, handed, _, to_base in _EXTENDS.findall(text):
                self._extends[name] = (above, handed or to_base)

    def before(self, around: str) -> Check:
        """What the filters that annotations name check together."""
        if not self._paths:
            return Check()
        names = {each for found in _NAMED.findall(around) for each in found if each}
        checks = [self._check(name) for name in sorted(names)]
        return Check(
            frozenset().union(*(each.ids for each in checks)),
            any(each.asks for each in checks),
            any(each.signs_in for each in checks),
            next((each.role for each in checks if each.role), ""),
        )

    def _check(self, name: str) -> Check:
        for form in (name, f"{name}Attribute"):
            filtered = self._hands_on.get(form, form)
            if filtered in self._paths:
                if filtered not in self._checks:
                    self._checks[filtered] = self._said(filtered)
                return self._checks[filtered]
            above, handed = self._extends.get(form, ("", ""))
            if above in self._paths:
                known = self._check(above)
                role = _role(handed) if known.signs_in else ""
                return Check(known.ids, known.asks or bool(role), known.signs_in, role)
        return Check()

    def _said(self, name: str) -> Check:
        path = self._paths[name]
        own = [each for each in self._read(path) if each.owner is not None and each.owner.name == name and each.params]
        if not any(each.name in _RUNS for each in own):
            return Check()
        # what runs may hand all of it to another method of the filter
        run = next((each for each in sorted(own, key=lambda each: each.name not in _RUNS) if _REFUSES.search(each.body)), None)
        if run is None:
            return Check()
        start = {run.params[0].name: Value(request=True)}
        reading = Flow(run, self._words, start, self._resolve(path)).read()
        # a check that is handed who asks and what is asked for: `UserCanEdit(userId, orderId)`
        between = any(re.search(rf"\b{re.escape(role)}\([^()]*,", run.body) for role in reading.roles)
        taken = frozenset(each for found in _TAKES.findall(run.body) for each in found if each)
        asks = bool(reading.roles or reading.tied)
        signs_in = (asks or reading.caller) and _TURNS_AWAY.search(run.body) is not None
        return Check(taken if between or reading.tied else frozenset(), asks or bool(_BY_KEY.search(name)), signs_in)


def _role(handed: str) -> str:
    """The role that an attribute hands to the filter that it extends, `Role.Monitor`, `"auditor"`; "" for one that whoever signs up has."""
    first = handed.split(",")[0].strip()
    return first if _ROLE.fullmatch(first) is not None and not is_of_all(first.strip('"')) else ""
