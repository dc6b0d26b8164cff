"""Messages of C# that say themselves which roles may send them, where a behaviour of the mediator asks for these before any handler runs:
`class CloseOrder : IRequest<..>, ISecuredRequest { public string[] Roles => new[] { Admin, Write } }`.

Knows: behaviours of the project that read `Roles` of such an interface and throw, and that of NArchitecture's package; whether one is registered;
lists of roles of staff, and of rights (`Read`, `Orders.Update`) beside them. Does not know: who has which right; lists that a client can fill in;
behaviours that are bound in other ways than `typeof(X<,>)`. A list that names anybody else, a customer or an instructor, says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re
from prodlint.patterns.ties.roles import is_staff

SECURED = "secured-message"  # the role that such messages are told to ask for

_BEHAVIOUR = re.compile(r"\bclass\s+(\w+)\s*<[^<>{};]{1,100}>[^{};]{0,300}?:\s*IPipelineBehavior\s*<[^{};]{1,400}\{")
_INTERFACE = re.compile(r"\bI(?=[A-Z])\w*(?:Secur|Authori[sz]|Role|Permission|Protect)\w*")
_REGISTERED = re.compile(r"\btypeof\(\s{0,9}(?:\w+\.){0,8}(\w+)\s{0,9}<\s{0,9},\s{0,9}>")
_PACKAGE = re.compile(r"^\s*using\s+(?:NArchitecture\.)?Core\.Application\.Pipelines\.Authorization\s*;", re.M)
_OF_PACKAGE = ("AuthorizationBehavior", "ISecuredRequest")
_MESSAGE = re.compile(r"\b(?:class|record)\s+(\w+)(?:\([^(){};]{0,600}\))?\s*:\s*([^{};]{1,400})\{")
_ROLES = re.compile(r"\bstring\s*\[\s*\]\s+Roles\s*(?:=>|\{\s*get;\s*\}\s*=)\s*(?:new\s*(?:string\s*)?\[\s*\]\s*\{|\[)([^{}\[\];]{1,600})[}\]]\s*;")
_KIND = re.compile(r"\b(?:class|record|struct|interface)\s+\w+")
_RIGHT = re.compile(r"(?:Read|Write|Create|Add|Update|Edit|Delete|Remove|List|Get\w*|View|Manage)(?:All|Any)?")


class SecuredMessages:
    """The messages that only staff may send."""

    def __init__(self, texts: Iterable[str]) -> None:
        said: list[tuple[str, str]] = []
        asks: dict[str, str] = {}  # an interface -> the behaviour that asks for its roles
        registered: set[str] = set()
        declared: set[str] = set()
        packaged = False
        for text in texts:
            packaged |= _PACKAGE.search(text) is not None
            if "typeof(" in text:
                registered.update(found.group(1) for found in _REGISTERED.finditer(text) if not _noted(text, found.start()))
            declared.update(found.split()[-1] for found in _KIND.findall(text) if found.endswith(_OF_PACKAGE))
            for behaviour in _BEHAVIOUR.finditer(text):
                if ".Roles" in text and "throw" in text:
                    asks.update(dict.fromkeys(_INTERFACE.findall(text[behaviour.start() :]), behaviour.group(1)))
            if "Roles" in text:
                said += _said(text)
        if packaged and declared.isdisjoint(_OF_PACKAGE):
            asks[_OF_PACKAGE[1]] = _OF_PACKAGE[0]
        kinds = {kind for kind, behaviour in asks.items() if behaviour in registered}
        self.names = frozenset(name for name, kind in said if kind in kinds)

    def only(self, sent: Iterable[str]) -> bool:
        """Are there messages, and are all of them for staff alone?"""
        names = set(sent)
        return bool(names) and names <= self.names


def _noted(text: str, at: int) -> bool:
    """Does a place stand behind `//`?"""
    return "//" in text[max(text.rfind("\n", 0, at), at - 500, 0) : at]


def _said(text: str) -> Iterable[tuple[str, str]]:
    """(message, each interface it is) where the list of its own roles names staff, and nobody but those to whom staff gives a right."""
    for found in _MESSAGE.finditer(text):
        inner = _KIND.search(text, found.end())
        listed = _ROLES.search(text, found.end(), inner.start() if inner is not None else len(text))
        roles = [part.strip(' \t\r\n"').rpartition(".")[2] for part in listed.group(1).split(",") if part.strip()] if listed is not None else []
        if any(map(is_staff, roles)) and all(is_staff(each) or _RIGHT.fullmatch(each) for each in roles):
            yield from ((found.group(1), kind) for kind in _INTERFACE.findall(found.group(2)))
