"""What Laravel does before an action runs: routes with their groups, models that it looks up for a parameter, requests that check.

Knows: `Route::` chains and groups, parameters typed with a model, `authorize()` of form requests, `authorizeResource`. Does not know: who owns
a model (`owners.py`), what the action does.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import regex as re
from prodlint.patterns.laravelgates import closures
from prodlint.patterns.owners import Owners, normal
from prodlint.patterns.reader import Function
from prodlint.patterns.spans import split
from prodlint.patterns.tokens import Code

_TYPED = re.compile(r"(?:^|\s|\?)\\?(?:\w+\\)*([A-Z]\w*)\s+&?\$(\w+)")
_GIVEN = re.compile(r"#\[\s*(?:\w+\\)*(?:CurrentUser|Auth\w*|Context|Tenant)\b")  # attributes that hand over who asks
_VERBS = frozenset(("get", "post", "put", "patch", "delete", "any", "match", "options"))
_RESOURCE = {
    "index": ("GET", ""), "create": ("GET", "/create"), "store": ("POST", ""), "show": ("GET", "/{}"), "edit": ("GET", "/{}/edit"),
    "update": ("PUT", "/{}"), "destroy": ("DELETE", "/{}"),
}  # fmt: skip
_CHECKS = re.compile(r"->\s*user\s*\(|\bauth\s*\(|\bAuth::|->\s*can\b|\bGate::|->\s*route\s*\(|->\s*isAdmin|->\s*has\w+\(|==|!=|\bpolicy\b")
_SIGNED = re.compile(
    r"(?:\$this->user\(\)|\bauth\([^()]*\)->(?:user|id)\(\)|\bAuth::(?:user|id)\(\))\s*(?:(?:!==?|===?)\s*null\b|\?\s*true\s*:\s*false\b)?\s*(?=[;)&|])"
    r"|\bnull\s*(?:!==?|===?)\s*(?:\$this->user\(\)|\bauth\([^()]*\)->(?:user|id)\(\)|\bAuth::(?:user|id)\(\))(?!\s*->)"
    r"|(?:\bauth\([^()]*\)->|\bAuth::)(?:check|guest|hasUser)\(\)(?:\s*(?:===?|!==?)\s*(?:true|false)\b)?"
)
# what a constructor, or the list of a controller's `middleware()`, puts before its actions
_TOLD = re.compile(r"(?:middleware|authorizeResource)\([^;]*")
_TOLD_NEW = re.compile(r"\bnew\s+Middleware\(\s*(?:[^()\[\]]|\[[^\[\]]*\])*\)|(?:^|[\[,])\s*['\"][\w:,.| -]+['\"]\s*(?=[,\]])")
_ONLY = re.compile(r"(?:->\s*only\(|\bonly\s*:|['\"]only['\"]\s*=>)\s*(\[[^\]]*\]|[^;)]*)")
_BUT = re.compile(r"(?:->\s*except\(|\bexcept\s*:|['\"]except['\"]\s*=>)\s*(\[[^\]]*\]|[^;)]*)")
_NOT_GUESSED = re.compile(r"(?i)hash|token|secret|signature|slug")
MAX_DEPTH = 12


def bound(function: Function, owners: Owners) -> tuple[tuple[str, str], ...]:
    """(parameter, model) of every parameter whose type is a declared model: the framework selects it by the id in the path, and by nothing else."""
    out = []
    for param in function.params:
        typed = _TYPED.search(param.text)
        if typed is not None and owners.of(typed.group(1)) and not owners.binds(typed.group(1)) and not _GIVEN.search(param.text):
            out.append((param.name, typed.group(1)))
    return tuple(out)


def guessable(bound: tuple[tuple[str, str], ...], route: str) -> tuple[tuple[str, str], ...]:
    """Those of the bound parameters that a route does not select by something that only those know who may have it, `{invoice:unique_hash}`,
    or that is made to be read, `{company:slug}`; what no part of the path names is made empty."""
    known = {name.lower() for name, key in re.findall(r"\{(\w+):(\w+)\??\}", route) if _NOT_GUESSED.search(key)}
    held = {normal(name) for name in re.findall(r"\{(\w+)", route)}
    if route and len(held) < len(bound):
        bound = tuple(each for each in bound if normal(each[0]) in held)
    return tuple(each for each in bound if each[0].lstrip("$").lower() not in known)


def request_classes(function: Function) -> Iterator[str]:
    """Form requests among the parameters: they may refuse before the action runs."""
    for param in function.params:
        typed = _TYPED.search(param.text)
        if typed is not None and typed.group(1).endswith("Request") and typed.group(1) not in ("Request", "ServerRequest"):
            yield typed.group(1)


def checks(function: Function) -> bool:
    """Does the `authorize()` of a form request look at more than that somebody is signed in?"""
    return bool(_CHECKS.search(_SIGNED.sub(" ", function.body)))


def before(function: Function) -> tuple[str, tuple[str, ...]]:
    """(what the constructor of the controller puts before its actions, models that a policy takes in all of them)."""
    owner = function.owner
    if owner is None:
        return "", ()
    bodies = {each.name: each.body for each in owner.functions if each.name in ("__construct", "middleware")}
    told = [*_TOLD.findall(bodies.get("__construct", "")), *_TOLD_NEW.findall(bodies.get("middleware", ""))]
    policed = re.findall(r"authorizeResource\(\s*\\?(?:\w+\\)*(\w+)::class", bodies.get("__construct", ""))
    told += [f" authorize( {behind}" for behind in closures(bodies.get("__construct", ""))]
    return " ".join(each for each in told if _is_for(each, function.name)), tuple(policed)


def _is_for(told: str, action: str) -> bool:
    """Is it for this action, by its `only` and `except`?"""
    only, but = _ONLY.search(told), _BUT.search(told)
    if only is not None:
        return action in re.findall(r"\w+", only.group(1))
    return but is None or action not in re.findall(r"\w+", but.group(1))


# ---------------------------------------------------------------- routes
def routes(code: Code) -> Iterator[tuple[str, str, str, str]]:
    """(`Controller.action`, method, path, what stands around it) of every route that the file registers."""
    yield from _within(code, 0, len(code), "", "", "", 0)


def _within(code: Code, first: int, last: int, prefix: str, around: str, controller: str, depth: int) -> Iterator[tuple[str, str, str, str]]:
    index = first
    while index < last:
        if code.texts[index].lstrip("\\") == "Route" and code.texts[index + 1 : index + 2] == ["::"]:
            calls, end = _calls(code, index + 2, last)
            yield from _registered(code, calls, prefix, around, controller, depth)
            index = max(end, index + 1)
        else:
            index += 1


def _calls(code: Code, index: int, last: int) -> tuple[list[tuple[str, int, int]], int]:
    """The calls of a chain: (name, first and last token of the arguments)."""
    out = []
    while index + 1 < last and code.kinds[index] == "n" and code.texts[index + 1] == "(" and code.mate[index + 1] > 0:
        close = code.mate[index + 1]
        out.append((code.texts[index], index + 2, close))
        index = close + 1
        if code.texts[index : index + 1] not in (["->"], ["::"]):
            break
        index += 1
    return out, index


def _registered(
    code: Code, calls: list[tuple[str, int, int]], prefix: str, around: str, controller: str, depth: int
) -> Iterator[tuple[str, str, str, str]]:
    for name, first, last in calls:
        text = code.source(first, last)
        if name in ("middleware", "can"):
            around += f" {text}"
        elif name == "prefix":
            prefix += "/" + text.strip("\"' /")
        elif name == "controller":
            controller = _class(text)
        elif name == "scopeBindings":
            around += " scopeBindings"
        elif name == "group":
            inner = next((at for at in range(first, last) if code.texts[at] == "{" and code.mate[at] > 0), -1)
            head = code.source(first, inner if inner > 0 else last)
            found = re.search(r"['\"]prefix['\"]\s*=>\s*['\"]([^'\"]*)", head)
            if inner > 0 and depth < MAX_DEPTH:
                deeper = f"{prefix}/{found.group(1).strip('/')}" if found else prefix
                listed = " ".join(re.findall(r"['\"]middleware['\"]\s*=>\s*(\[[^\]]*\]|['\"][^'\"]*['\"])", head))
                yield from _within(code, inner + 1, code.mate[inner], deeper, f"{around} {listed}", controller, depth + 1)
    verb = next((each for each in calls if each[0] in (*_VERBS, "resource", "apiResource")), None)
    if verb is not None:
        yield from _verb(code, verb, prefix, around, controller)


def _verb(code: Code, verb: tuple[str, int, int], prefix: str, around: str, controller: str) -> Iterator[tuple[str, str, str, str]]:
    name, first, last = verb
    parts = [code.source(*part) for part in split(code, first, last)]
    path = "/".join(part for part in (prefix.rstrip("/"), parts[0].strip("\"' /")) if part)
    path = f"/{path.lstrip('/')}"
    if name in ("resource", "apiResource") and len(parts) > 1:
        holder = re.sub(r"\W", "_", parts[0].strip("\"' /").rsplit(".", 1)[-1].rsplit("/", 1)[-1])
        for action, (method, rest) in _RESOURCE.items():
            yield f"{_class(parts[1])}.{action}", method, path + rest.format("{" + holder.rstrip("s") + "}"), around
        return
    handler = parts[-1] if len(parts) > 1 else ""
    listed = re.search(r"\[\s*\\?([\w\\]+)::class\s*,\s*['\"](\w+)['\"]", handler) or re.match(r"['\"]\\?([\w\\]+)@(\w+)['\"]", handler)
    plain = re.fullmatch(r"['\"](\w+)['\"]", handler)
    alone = re.fullmatch(r"\\?([\w\\]+)::class", handler)
    if listed is not None:
        yield f"{_class(listed.group(1))}.{listed.group(2)}", name.upper(), path, around
    elif plain is not None and controller:
        yield f"{controller}.{plain.group(1)}", name.upper(), path, around
    elif alone is not None:
        yield f"{_class(alone.group(1))}.__invoke", name.upper(), path, around


def _class(text: str) -> str:
    return text.split("::")[0].strip("\"' ").rsplit("\\", 1)[-1]
