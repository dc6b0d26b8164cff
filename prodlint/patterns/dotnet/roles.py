"""Roles and requirements of ASP.NET that an attribute names by something that stands elsewhere: `[Authorize(Roles = BaseController.StaffRoles)]`,
`[Authorize<ManageUsersRequirement>]`.

Knows: constants of text, put together of others; requirements of the project behind an attribute of the project that extends `AuthorizeAttribute`.
Does not know: what a requirement asks, who has a role. A constant that classes give different values says nothing unless its class is named.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re

_CONSTANT = re.compile(
    r"\b(?:class|struct|interface|record)\s+(\w+)"
    r"|\b(?:const|static\s+readonly)\s+string\s+(\w+)\s*=\s*([^;\n]{1,300}(?:\n[^;\n]{0,300}){0,4});"
)
_ASKED = re.compile(
    r"(\[Authorize\((?:[^\]]{0,200},)?\s{0,9}Roles\s{0,9}=\s{0,9})((?:\$?\"[^\"\n]{0,300}\"|[\w.+\s()]){1,80}?)(?=\)\]|,\s{0,9}\w+\s{0,9}=)"
)
_PART = re.compile(r"\s*(?:(\$?)\"([^\"]*)\"|nameof\(\s*([\w.]+)\s*\)|([A-Za-z_][\w.]*))\s*(?:\+|$)")
_HOLE = re.compile(r"\{\s*([A-Za-z_][\w.]*|nameof\([\w.]+\))\s*\}")
_DEPTH, _MANY, _LONG = 4, 8, 500  # constants of constants, classes that have one of a name, characters of a list of roles

_GENERIC = re.compile(r"\bclass\s+AuthorizeAttribute\s*<\s*\w+\s*>[^{};]{0,200}?:[^{};]{0,200}?\bAuthorizeAttribute\b")
_REQUIREMENT = re.compile(r"\b(?:class|record)\s+(\w+)(?:\([^{};]{0,300}?\))?\s*:\s*[^{};]{0,200}?\b\w*Requirement\b")
_BY_REQUIREMENT = re.compile(r"\bAuthorize\s*<\s*(?:\w+\.)*(\w+)\s*>(?:\(\s*\))?")


class AspRoles:
    """What the attributes of a project name."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._values: dict[str, set[str]] = {}  # `Name` and `Class.Name` -> what it is said to be
        self._requirements: set[str] = set()
        self._generic = False
        self._known: dict[tuple[str, str, int], str | None] = {}
        for text in texts:
            owner = ""
            for kind, name, value in _CONSTANT.findall(text) if "string" in text else ():
                owner = kind or owner
                if name:
                    for key in (name, f"{owner}.{name}"):
                        self._values.setdefault(key, set()).add(f"{owner}|{value.strip()}")
            if "Requirement" in text:
                self._requirements.update(_REQUIREMENT.findall(text))
                self._generic |= _GENERIC.search(text) is not None

    def spelled(self, around: str) -> str:
        """What stands around an action, with the roles that constants hold, and with requirements as the policies that they are."""
        if self._generic:
            around = _BY_REQUIREMENT.sub(self._as_policy, around)
        return _ASKED.sub(self._as_text, around) if "Roles" in around else around

    def _as_policy(self, found: re.Match[str]) -> str:
        name = found.group(1)
        return f'Authorize(Policy = "{name.removesuffix("Requirement")}")' if name in self._requirements else found.group()

    def _as_text(self, found: re.Match[str]) -> str:
        text = self._text(found.group(2), "", _DEPTH)
        return found.group() if text is None else f'{found.group(1)}"{text}"'

    def _text(self, expression: str, owner: str, depth: int) -> str | None:
        """The text that an expression surely is; None where it is not known."""
        out, at = "", 0
        while at < len(expression):
            part = _PART.match(expression, at)
            if part is None:
                return None
            filled, text, named, name = part.groups()
            given: str | None = text
            if name is not None:
                given = self._constant(name, owner, depth)
            elif named is not None:
                given = named.rpartition(".")[2]
            elif filled:
                given = self._filled(text, owner, depth)
            if given is None:
                return None
            out, at = out + given, part.end()
        return out

    def _filled(self, text: str, owner: str, depth: int) -> str | None:
        """`$"{Roles.Admin},{Roles.Manager}"`."""
        found = {hole: self._text(hole, owner, depth) for hole in _HOLE.findall(text)}
        return None if None in found.values() or "{" in _HOLE.sub("", text) else _HOLE.sub(lambda hole: found[hole.group(1)] or "", text)

    def _constant(self, name: str, owner: str, depth: int) -> str | None:
        """A constant by its name; one of the same class comes first."""
        last = ".".join(name.split(".")[-2:])
        own = f"{owner}.{name}" if "." not in name else ""
        key = (own if own in self._values else last, owner, depth)
        if depth > 0 and key not in self._known:
            known = sorted(self._values.get(key[0], ()))
            texts = {self._text(value, of, depth - 1) for of, _, value in (each.partition("|") for each in known[:_MANY])}
            only = texts.pop() if len(texts) == 1 and len(known) <= _MANY else None
            self._known[key] = only if only is not None and len(only) <= _LONG else None
        return self._known.get(key)
