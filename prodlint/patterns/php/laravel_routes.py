"""Where Laravel's routes are registered: for each action its method, its path and what stands around it, and which controllers no route names.

Knows: `Route::` chains, groups and resources, classes by their namespace, as `use` brings them into the file (also under another name), and as
strings. Does not know: what a middleware asks for, routes of packages, files of routes that are loaded under a prefix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from prodlint import regex as re
from prodlint.patterns.text.spans import split
from prodlint.patterns.text.tokens import Code

_VERBS = frozenset(("get", "post", "put", "patch", "delete", "any", "match", "options"))
RESOURCE = {
    "index": ("GET", ""), "create": ("GET", "/create"), "store": ("POST", ""), "show": ("GET", "/{}"), "edit": ("GET", "/{}/edit"),
    "update": ("PUT", "/{}"), "destroy": ("DELETE", "/{}"),
}  # fmt: skip
_REGISTERS = re.compile(r"\bRoute::|\$(?:router|route|api|app)->(?:get|post|put|patch|delete|any|match|resource|apiResource|group)\(")
_ABOVE = re.compile(r"#\[\s*(?:\w+\\)*(?:Route|Get|Post|Put|Patch|Delete|Any|Resource|ApiResource)\b")  # routes above their actions
_SPOKEN = re.compile(r"\b(\w+)(?:::class\b|@\w)")
_NAMESPACE = re.compile(r"^[ \t]*namespace\s+([\w\\]+)", re.M)
_USE = re.compile(r"^[ \t]*use\s+([\w\\]+)(?:\s+as\s+(\w+)|\\?\{([^}]*)\})?\s*;", re.M)
MAX_DEPTH, ENOUGH = 12, 5
NOWHERE = ("", "", "")


class Registered(NamedTuple):
    """One route: the class of its action as the file names it, with its namespace where it is known there."""

    holder: str
    method: str
    path: str
    around: str


class LaravelRoutes:
    """`of(holder, action, text)`: (method, path, what stands around it) of an action, "" for what is not known."""

    def __init__(self, paths: Iterable[str], text: Callable[[str], str], code: Callable[[str], Code]) -> None:
        """paths: files in PHP."""
        self._text = text
        self._paths = sorted(paths)
        self._files = [path for path in self._paths if _REGISTERS.search(text(path))]
        self._routes: dict[str, list[Registered]] = {}
        for path in self._files:
            if "Route::" in text(path):
                for holder, action, method, route, around in routes(code(path), text(path)):
                    self._routes.setdefault(f"{_short(holder)}.{action}", []).append(Registered(holder, method, route, around))
        self.classes = frozenset(name.rpartition(".")[0] for name in self._routes)
        # every word of the code that registers routes; what stands in comments registers none
        self.words = frozenset(word for path in self._files for token in code(path).texts for word in re.findall(r"\w+", token))

    def of(self, name: str, text: str) -> tuple[str, str, str]:
        """text: of the file that holds the action."""
        known = self._routes.get(name, [])
        namespace = _NAMESPACE.search(text) if known else None
        holder = f"\\{namespace.group(1)}\\{name.rpartition('.')[0]}" if namespace is not None else ""
        fitting = [each for each in known if not holder or holder.endswith(f"\\{each.holder}")]
        best = max(fitting, key=lambda each: len(each.holder), default=None)
        return (best.method, best.path, best.around) if best is not None else NOWHERE

    def speaks_of(self, name: str) -> bool:
        """Do files of routes name an action in whatever way, `['uses' => 'NoteController@show']`?"""
        holder, _, action = name.rpartition(".")
        said = re.compile(rf"\b{re.escape(holder)}(?:@|::class\s{{0,9}},\s{{0,9}}['\"]){re.escape(action)}\b")
        return any(said.search(self._text(path)) for path in self._files)

    def unrouted(self, holders: Callable[[str], Iterable[str]], ancestors: Callable[[str], Iterable[str]]) -> frozenset[str]:
        """Controllers that nothing names or extends, in an app whose routes name most of the others: nobody calls them."""
        held = [path for path in self._paths if "/Controllers/" in path and not _ABOVE.search(self._text(path))]
        found = {name for path in held for name in holders(path)}
        extended = {base for name in found for base in ancestors(name)}
        others = (path for path in self._paths if "/tests/" not in f"/{path}" and path not in self._files)
        spoken = {name for path in others for name in _SPOKEN.findall(self._text(path))}
        unknown = found - self.words - extended - spoken
        return frozenset(unknown if len(self.classes) >= ENOUGH and len(unknown) <= 2 * len(self.classes) else ())


def routes(code: Code, text: str) -> Iterator[tuple[str, str, str, str, str]]:
    """(controller, action, method, path, what stands around it) of every route that the file registers."""
    used = _used(text)
    for name, method, path, around in _within(code, 0, len(code), "", "", "", 0):
        holder, _, action = name.rpartition(".")
        first, _, rest = holder.partition("\\")
        holder, first, rest = (re.sub(r"\\+", r"\\", each) for each in (holder, first, rest))
        yield (f"{used[first]}\\{rest}".rstrip("\\") if first in used else holder), action, method, path, around


def _used(text: str) -> dict[str, str]:
    """Name -> the class that the file means by it."""
    out = {}
    for name, alias, listed in _USE.findall(text):
        for each in listed.split(",") if listed else [f"{name} as {alias}" if alias else name]:
            whole, _, other = each.strip().partition(" as ")
            whole = f"{name}\\{whole}" if listed else whole
            out[other.strip() or _short(whole)] = whole
    return out


def _short(name: str) -> str:
    return name.rpartition("\\")[2]


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
        if name == "middleware":
            around += f" {text}"
        elif name == "can":  # `->can('update', 'post')` is `->middleware('can:update,post')`
            named = ",".join(re.findall(r"[\w.-]+", text))
            around += f" {text}" if "::" in text else f" 'can:{named}'"
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
    verb = next((each for each in calls if each[0] in (*_VERBS, "resource", "apiResource", "resources", "apiResources")), None)
    if verb is not None and verb[0] in ("resources", "apiResources"):
        yield from _several(code, verb[1], prefix, around)
    elif verb is not None:
        yield from _verb(code, verb, prefix, around, controller, any(name == "shallow" for name, _, _ in calls))


def _several(code: Code, opened: int, prefix: str, around: str) -> Iterator[tuple[str, str, str, str]]:
    """`Route::resources(['orders' => OrderController::class])`."""
    for first, last in split(code, opened + 1, code.mate[opened]) if code.texts[opened] == "[" and code.mate[opened] > 0 else ():
        arrow = next((at for at in range(first, last) if code.texts[at] == "=>"), -1)
        if arrow > 0:
            yield from _resource(code.source(first, arrow).strip(), code.source(arrow + 1, last), prefix, around, False)


def _verb(code: Code, verb: tuple[str, int, int], prefix: str, around: str, controller: str, shallow: bool) -> Iterator[tuple[str, str, str, str]]:
    name, first, last = verb
    parts = [code.source(*part) for part in split(code, first, last)]
    path = "/".join(part for part in (prefix.rstrip("/"), parts[0].strip("\"' /")) if part)
    path = f"/{path.lstrip('/')}"
    if name in ("resource", "apiResource") and len(parts) > 1:
        yield from _resource(parts[0], parts[1], prefix, around, shallow)
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


def _resource(name: str, controller: str, prefix: str, around: str, shallow: bool) -> Iterator[tuple[str, str, str, str]]:
    """The routes of one resource."""
    *above, own = name.strip("\"' /").split(".")
    parents = "".join(f"/{each.strip('/')}/{{{_one_of(each)}}}" for each in above)
    for action, (method, rest) in RESOURCE.items():
        nested = "" if shallow and "{}" in rest else parents
        route = f"/{prefix.strip('/')}{nested}/{own.strip('/')}{rest.format('{' + _one_of(own) + '}')}"
        yield f"{_class(controller)}.{action}", method, re.sub("/{2,}", "/", route), around


def _one_of(name: str) -> str:
    """What Laravel calls the parameter of a resource, `category` of `shop/categories`."""
    last = re.sub(r"\W", "_", name.rsplit("/", 1)[-1])
    return re.sub(r"ies$", "y", last) if last.endswith("ies") else re.sub(r"(?<=ss|sh|ch)es$|(?<!s)s$", "", last)


def _class(text: str) -> str:
    return text.split("::")[0].strip("\"' \\")
