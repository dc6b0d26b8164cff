"""Spring Security's rules for paths: what the configuration asks of a request before its handler runs.

Knows: `requestMatchers("/a/**").hasRole("ADMIN")` and its older names, Kotlin's `authorize("/a/**", hasRole("ADMIN"))`, constants of the same file;
that each chain has a matcher and an order of its own, and that in a chain the first rule that fits counts; matchers of the project that hold the
path against who asks, after which the next rule counts for others; rules that classes of the project add to a chain that hands them its registry.
Does not know: filters, beans that decide, in which order such classes are asked. A configuration is taken to hold for
the module that it is in, else for what is nearest; where chains that may answer differ, none does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

from prodlint import regex as re
from prodlint.patterns.text.tokens import BLOCK, SINGLE, SLASHES
from prodlint.patterns.ties.roles import is_of_all

_RULES = re.compile(r"\.(?:request|ant|mvc|path|regex)Matchers\s*\(|\bauthorize\s*\(|\.(anyRequest|anyExchange)\s*\(")
_SAYS = re.compile(r"\s*\.\s*(not\s*\(\s*\)\s*\.\s*)?(\w+)\s*(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?")
_ASKS = re.compile(r"(\bnot\s*\(\s*)?\b(has(?:Any)?(?:Role|Authority)\s*\([^()]*\)|permitAll|denyAll|authenticated|access\s*\()")
_TEXT = re.compile(r"\"([^\"\n]*)\"")
# `HttpMethod.GET`, the same imported by its name, `"GET"` of an `AntPathRequestMatcher`
_SAID = re.compile(r"\.(?:name|toString|get\w*|[a-z]\w*)\(\)")  # of `MANAGER.getRole()`
_METHOD = re.compile(r"\bHttpMethod\.(\w+)|(?<![\w./\"])\"?(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE)\b")
# one of several matchers, each with a method and paths of its own, and the name of its class
_MATCHER = re.compile(r"\b(\w*[mM]atcher)\s*\(((?:[^()]|\([^()]*\))*)\)")
_OWN_MATCHER = re.compile(r"\bclass\s+(\w+)\b[^{}]{0,300}?(?:\bimplements\s[^{}]{0,200}?|:\s*)\bRequestMatcher\b")
_SPRING = re.compile(r"(?:antM|AntPathRequestM|MvcRequestM|mvcM|regexM|RegexRequestM|pathM|PathPatternRequestM|OrRequestM|requestM)atcher")
_WHO_ASKS = re.compile(r"\bSecurityContextHolder\b|\b[gG]etPrincipal\(|\bgetUserPrincipal\(|\bPrincipal\b|\buserPrincipal\b")
_COMPARES = re.compile(r"\bequals\(|(?<![!=<>])==(?!=)|\b(?:exists|is|has|can|contains|anyMatch)\w*\(")
_NAME = re.compile(r"\b([A-Z][A-Z0-9_]{2,}|[a-z]\w*)\b(?!\s*\()")
_GIVEN = re.compile(r"\b([A-Za-z_]\w*)(?:\s*:[^=\n]{1,200})?\s*=\s*")
_VALUE = re.compile(r"([^;]{0,2000}?)(?:;|\)\n|\n\s*\n)")
_COMMENT = re.compile(rf'{SLASHES}|({BLOCK}|"(?:\\.|[^"\\\n])*+"?|{SINGLE})')  # here a string ends with its line
# the parameter of a method that makes a chain
_CHAIN = re.compile(r"\b(?:Server)?HttpSecurity\s+\w+\s*[,)]|\b\w+\s*:\s*(?:Server)?HttpSecurity\b")
# a class that is handed the registry of a chain adds rules to it
_PART = re.compile(
    r"\bAuthorizationManagerRequestMatcherRegistry\s+\w+\s*\)|\b\w+\s*:\s*[\w.<>]*?\b(?:AuthorizationManagerRequestMatcherRegistry|AuthorizeHttpRequestsDsl)\s*\)"
)
_BEAN = re.compile(r"@(?:Component|Configuration|Service|Bean)\b")
_MAYBE = re.compile(r"@(?:Profile|Conditional\w*)\b|\bif\s*\(|\bwhen\s*[({]|\?[^?\n]*:")  # rules that hold only here or there
# a chain that hands its registry on: `authorizeHttpRequests(auth -> { rules.forEach(each -> each.configure(auth)); ... })`
_HANDS = re.compile(r"\bauthorizeHttpRequests\s*\(\s*\(?\s*(\w+)\s*\)?\s*->")
_OF_CHAIN = re.compile(r"\bsecurityMatchers?\s*\(|(?<!Matcher)\.(?:ant|mvc|path|regex|request)Matcher\s*\(")
_NO_RULE = re.compile(r"and|authorize\w*|\w+Matchers?")  # what follows the matchers of a chain
_ELSEWHERE = re.compile(r"\bEndpointRequest\b|\bPathRequest\b")  # what the framework itself serves
_ORDER = re.compile(r"@Order\(\s*([^()\n]{0,120}?)\s*\)")
_TRIAL = re.compile(r"@Profile\(\s*[\[{]?\s*\"(?:dev\w*|test\w*|local\w*|demo|e2e|mock\w*|ci)\"")
EVERY = "/**"
NOWHERE = "/\0"
LAST = 2**31
MAX_PATH = 400
MAX_WILD = 2  # of a kind: more make a form slow, and nobody writes them


class Rule(NamedTuple):
    """What one line of a chain asks of which requests."""

    method: str
    form: re.Pattern[str]
    requirement: str
    by: str = ""  # the class of the matcher, where it is none of Spring's


class Chain(NamedTuple):
    """The rules of one filter chain, and for which requests it answers."""

    rules: list[Rule]
    forms: list[re.Pattern[str]]  # empty: every request
    order: int | None  # None: written in a way that is not read
    sure: bool  # is it known for which requests it answers?

    def asks(self, method: str, path: str, own: frozenset[str]) -> str:
        """own: classes of matchers that let through only whoever the path names: what the next rule asks is what others meet."""
        fit = [each for each in self.rules if each.method in ("", method) and each.form.fullmatch(path)]
        asked = next((each.requirement for each in fit if each.by not in own), "")
        others = asked.startswith("has") and not any(map(is_of_all, re.findall(r"\w+", asked)))
        # whoever is let through for what they are is so for the first part of the path, and not for what the others name
        return f"access({fit[0].by})" if others and fit[0].by in own and path.count("{") > 1 else asked

    def without_rest(self) -> Chain:
        """The same without what it asks of all that no rule before fits."""
        every = _form(EVERY)
        return self._replace(rules=[rule for rule in self.rules if rule.form.pattern != every.pattern])


class Matchers:
    """`asks(method, path, file)`: the requirement as the configuration writes it, "" where none is known."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """texts: (path, text) of files in Java and Kotlin."""
        self.chains: dict[str, list[Chain]] = {}
        self._parts: dict[str, list[Rule]] = {}  # rules that a class adds to a chain of the same module
        self._handing: set[str] = set()  # modules with a chain that hands its registry on
        own: set[str] = set()
        for path, text in texts:
            if _PART.search(text) and not _CHAIN.search(text):
                plain = _without_comments(text)
                sure = _BEAN.search(plain) and not _MAYBE.search(plain) and "src/test/" not in path
                self._parts |= {path: list(_read(plain, _Paths(plain)))} if sure else {}
            elif (_RULES.search(text) or _OF_CHAIN.search(text)) and (found := list(_chains(text))):
                self.chains[path] = found
            if any(re.search(rf"\w\(\s*{name}\s*\)", text) for name in _HANDS.findall(text)):
                self._handing.add(_module(path))
            own |= {*_OWN_MATCHER.findall(text)} if _WHO_ASKS.search(text) and _COMPARES.search(text) else set()
        self._own = frozenset(own)

    def asks(self, method: str, path: str, file: str) -> str:
        if not path or len(path) > MAX_PATH:
            return ""
        near = [
            chain for each in self._near(file) for chain in self.chains[each] if not chain.forms or any(form.fullmatch(path) for form in chain.forms)
        ]
        parts = [rules for each, rules in sorted(self._parts.items()) if _module(each) == _module(file) and _module(file) in self._handing]
        added = {asked for rules in parts if (asked := Chain(rules, [], LAST, True).asks(method, path, self._own))}
        if added:
            own = {asked for chain in near if (asked := chain.without_rest().asks(method, path, self._own))}
            return added.pop() if len(added | own) == 1 else ""
        return _first([(chain, chain.asks(method, path, self._own)) for chain in near])

    def _near(self, file: str) -> list[str]:
        """The configurations of the module of a file, else those that share the most folders with it."""
        known = [path for path in sorted(self.chains) if "src/test/" not in path or "src/test/" in file]
        same = [path for path in known if _module(path) == _module(file)]
        most = max((_shared(path, file) for path in known), default=0)
        return same or [path for path in known if _shared(path, file) == most]


def _first(found: list[tuple[Chain, str]]) -> str:
    """The answer of the chain that comes first; "" where it is not told which does, and they differ."""
    unordered = any(chain.order is None for chain, _ in found)
    answers: set[str] = set()
    place: tuple[int, bool] | None = None
    for chain, asked in sorted(found, key=_place):
        if place is not None and _place((chain, "")) != place and not unordered:
            break
        answers.add(asked)
        if chain.sure and place is None:
            place = _place((chain, ""))
    return answers.pop() if len(answers) == 1 and place is not None else ""


def _place(each: tuple[Chain, str]) -> tuple[int, bool]:
    """Chains for some requests stand before those for all: Spring starts with no other order."""
    chain = each[0]
    return LAST if chain.order is None else chain.order, chain.sure and not chain.forms


def _module(path: str) -> str:
    return path[: f"/{path}".find("/src/")] if "/src/" in f"/{path}" else path.rpartition("/")[0]


def _shared(one: str, other: str) -> int:
    """How many folders two files share."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)))


def _chains(text: str) -> Iterator[Chain]:
    """The chains of one file, without those for trials."""
    text = _without_comments(text)
    paths = _Paths(text)
    starts = [found.start() for found in _CHAIN.finditer(text)]
    if _TRIAL.search(text[: max(text.find("class "), 0)]):
        return
    before = list(_read(text[: starts[0]] if starts else text, paths))
    if before:  # what a chain is handed, or one that is made in some other way
        yield Chain(before, [], LAST, not starts)
    for at, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=False)):
        head, body = text[starts[at - 1] if at else 0 : start], text[start:end]
        rules, (forms, sure) = list(_read(body, paths)), _matched(body, paths)
        if (rules or forms) and not _TRIAL.search(head):
            yield Chain(rules, forms, _order(head), sure)


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda found: found.group() if found.group(1) else " ", text)


def _order(head: str) -> int | None:
    """What `@Order` says: the lower, the earlier."""
    said = _ORDER.findall(head)
    if not said:
        return LAST
    found = re.fullmatch(r"(?:[\w.]*?\b(HIGHEST|LOWEST)_PRECEDENCE\b\s*)?([+-]?\s*\d{1,9})?", said[-1])
    if found is None or not found.group():
        return None
    return {"HIGHEST": -LAST, "LOWEST": LAST}.get(found.group(1) or "", 0) + int("".join((found.group(2) or "0").split()))


def _matched(body: str, known: _Paths) -> tuple[list[re.Pattern[str]], bool]:
    """(forms of the paths for which a chain answers, are they known?)."""
    paths: list[str] = []
    sure = True
    for found in _OF_CHAIN.finditer(body):
        inside = body[found.end() : _closed(body, found.end()) - 1]
        paths += (named := known.of(inside)) or [NOWHERE] * bool(_ELSEWHERE.search(inside))
        sure = sure and (bool(named) or bool(_ELSEWHERE.search(inside))) and "egated" not in inside and "!" not in inside
    for found in _RULES.finditer(body):
        said = _SAYS.match(body, end := _closed(body, found.end()))
        if said is not None and _NO_RULE.fullmatch(said.group(2)) and not found.group().startswith("authorize"):
            paths += known.of(body[found.end() : end - 1])
    return ([_form(path) for path in paths] if sure else []), sure


def _read(body: str, known: _Paths) -> Iterator[Rule]:
    """The rules of one chain, in order."""
    for found in _RULES.finditer(body):
        end = _closed(body, found.end())
        inside = body[found.end() : end - 1]
        if found.group().startswith("authorize"):
            said = _ASKS.search(inside)
            negated, requirement, inside = (said.group(1), said.group(2), inside[: said.start()]) if said is not None else (None, "", "")
        else:
            said = _SAYS.match(body, end)
            negated, requirement = (said.group(1), f"{said.group(2)}{said.group(3) or ''}") if said is not None else (None, "")
            if said is not None and _NO_RULE.fullmatch(said.group(2)):
                continue
        requirement = _SAID.sub("", requirement)
        if requirement and (inside or found.group(1)):
            for by, each in [("", "")] if found.group(1) else _matchers(inside):
                methods = ["".join(method) for method in _METHOD.findall(each)]
                for path in [EVERY] if found.group(1) else known.of(each) or ([EVERY] if methods else []):
                    for method in methods or [""]:
                        yield Rule(method.upper(), _form(path), "not()" if negated else requirement, by)


def _matchers(inside: str) -> list[tuple[str, str]]:
    """(class, what it is handed) of each matcher in the brackets of a rule; all of it where there is none, or where one joins or negates others."""
    found = [] if re.search(r"\b(?:And|Negated)\w*Matcher\b|\b(?:not|allOf)\(", inside) else _MATCHER.findall(inside)
    return [("" if _SPRING.fullmatch(by) else by, handed) for by, handed in found if '"' in handed or re.search(r"\b[A-Z_]{3,}\b", handed)] or [
        ("", inside)
    ]


def _closed(text: str, at: int) -> int:
    """The place after the bracket that closes the one before `at`."""
    depth = 1
    for found in re.finditer(r"[()]", text[at : at + 4000]):
        depth += 1 if found.group() == "(" else -1
        if not depth:
            return at + found.end()
    return at


class _Paths:
    """The paths that brackets hold: as texts, or by the names of constants of the file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[str, int] = {}
        for found in _GIVEN.finditer(text):
            self.places.setdefault(found.group(1), found.end())
        self.held: dict[str, list[str]] = {}

    def of(self, inside: str) -> list[str]:
        direct = _TEXT.findall(inside)
        for name in _NAME.findall(_TEXT.sub("", inside)):
            direct += self._held(name) if name not in ("new", "antMatcher") else []
        return [path for path in direct if path.startswith("/")]

    def _held(self, name: str) -> list[str]:
        if name not in self.held:
            value = _VALUE.match(self.text, self.places[name]) if name in self.places else None
            self.held[name] = _TEXT.findall(value.group(1)) if value is not None else []
        return self.held[name]


def _form(path: str) -> re.Pattern[str]:
    """`/**` is any rest, `*` and `{x}` one part."""
    path = re.sub(r"\*{2,}", "**", re.sub(r"(?:/\*\*)+", "/**", path))
    if path.count("**") > MAX_WILD or any(len(re.findall(r"\*+|\{", part)) > MAX_WILD for part in path.split("/")):
        return re.compile(r"(?!)")
    out = ""
    for part in re.findall(r"/\*\*|\*\*|\*|\{[^{}/]*\}|[^*{/]+|[{/]", path):
        out += "(?:/.*)?" if part == "/**" else ".*" if part == "**" else "[^/]*" if part == "*" or part.startswith("{") else re.escape(part)
    return re.compile(out + "/?")
