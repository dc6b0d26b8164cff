"""WordPress: functions that it calls for a request, and what it asks before: routes of the REST API, `wp_ajax_*` and `admin_post_*`.

Knows: `register_rest_route` with `callback`, `methods` and `permission_callback`, hooks for whoever is signed in and for everybody (`nopriv`), how
a callback is named. Does not know: controllers of the REST API by their base class, shortcodes, forms of themes; what a callback does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from prodlint import regex as re
from prodlint.patterns.entries.handlers import Routed
from prodlint.patterns.php.scripts import SENT_IN_TEXT
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.spans import split
from prodlint.patterns.text.tokens import Code

_EVERY = r"init|wp_loaded|template_redirect|parse_request|wp|admin_init"  # run for every request
REGISTERS = re.compile(rf"\bregister_rest_route\s*\(|\badd_(?:action|filter)\s*\(\s*['\"](?:wp_ajax_|admin_post_|(?:{_EVERY})['\"])")
PLUGIN = re.compile(r"\bABSPATH\b|\badd_(?:action|filter)\s*\(\s*['\"]")
_HOOK = re.compile(rf"(?:wp_ajax|admin_post)_(nopriv_)?(.*)|({_EVERY})")
_PART = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
_METHOD = re.compile(r"GET|POST|PUT|PATCH|DELETE")
_BY_NAME = {"READABLE": "GET", "CREATABLE": "POST", "EDITABLE": "PUT", "DELETABLE": "DELETE", "ALLMETHODS": "ANY"}
_HERE = frozenset(("$this", "__CLASS__", "self", "static"))
# what asks for a login of whoever comes to such a hook
ASKS = re.compile(r"\bis_user_logged_in\(|\bget_current_user_id\(|\bwp_get_current_user\(|\bcurrent_user_can\(")

# path, name of a function, name of its class ("" for any) -> the functions that it may be
Find = Callable[[str, str, str], list[tuple[str, Function]]]


class Callback(msgspec.Struct, frozen=True):
    """What WordPress is told to call: the class ("" where it stands in none, or where only the name tells), the function; a closure by its place.

    late: for every request, so that it is for one of somebody only where it reads what was sent."""

    owner: str
    name: str
    at: int = -1
    late: bool = False


class Hooked(msgspec.Struct):
    """A function that WordPress calls for a request, with what it asks before."""

    routed: Routed
    permission: tuple[str, Function] | None
    open: bool


def hooked(paths: Iterable[str], read: Callable[[str], tuple[Code, list[Function]]], find: Find) -> dict[tuple[str, int], Hooked]:
    """(file, place) of each function that WordPress calls for a request -> how."""
    out: dict[tuple[str, int], Hooked] = {}
    for path in paths:
        code, functions = read(path)
        for method, route, open_, callback, permission in _registered(code):
            for file, function in _found(path, code, functions, callback, find):
                may = next(iter(_found(path, code, functions, permission, find)), None) if permission is not None else None
                name = f"{function.owner.name}.{function.name}" if function.owner is not None else function.name
                if callback.late and not SENT_IN_TEXT.search(function.body):
                    continue
                routed = Routed(method, route, "", "", path, code.line(max(callback.at, 0)), name or route, file, function)
                known = out.setdefault((file, function.at), Hooked(routed, may, open_))
                known.open |= open_
    return out


def _found(path: str, code: Code, functions: Sequence[Function], callback: Callback, find: Find) -> list[tuple[str, Function]]:
    if callback.at >= 0:
        return [(path, each) for each in functions if each.at == callback.at][:1]
    here = [(path, each) for each in functions if each.name == callback.name]
    if callback.owner in _HERE and here:
        return here[:1]
    named = find(path, callback.name, "" if callback.owner in _HERE else callback.owner)
    return named if len(named) == 1 else here[:1] if not named or callback.owner == "" else []


def _registered(code: Code) -> Iterator[tuple[str, str, bool, Callback, Callback | None]]:
    """(method, path, may everybody come, what is called, what is asked before) for each registration of a file."""
    for index, text in enumerate(code.texts[:-1]):
        if code.texts[index + 1] != "(" or code.mate[index + 1] < 0:
            continue
        name = text.lstrip("\\")
        if name in ("add_action", "add_filter"):
            yield from _hooks(code, split(code, index + 2, code.mate[index + 1]))
        elif name == "register_rest_route":
            yield from _rest(code, split(code, index + 2, code.mate[index + 1]))


def _hooks(code: Code, parts: list[tuple[int, int]]) -> Iterator[tuple[str, str, bool, Callback, Callback | None]]:
    said = code.texts[parts[0][0]] if parts[0][0] < len(code) and code.kinds[parts[0][0]] == "s" else ""
    found = _HOOK.fullmatch(said.strip("'\""))
    callback = _callback(code, *parts[1]) if found is not None and len(parts) > 1 else None
    if found is not None and callback is not None:
        late = found.group(3) is not None
        yield "", "", late or found.group(1) is not None, msgspec.structs.replace(callback, late=late), None


def _rest(code: Code, parts: list[tuple[int, int]]) -> Iterator[tuple[str, str, bool, Callback, Callback | None]]:
    if len(parts) < 3:
        return
    written = "".join(code.texts[at][1:-1] for at in range(*parts[1]) if code.kinds[at] == "s")
    route = f"/{_PART.sub(lambda found: '{' + found.group(1) + '}', written).lstrip('/')}"
    for at in range(*parts[2]):
        if code.texts[at].strip("'\"") != "callback" or code.texts[at + 1 : at + 2] != ["=>"]:
            continue
        opened = next((back for back in range(at - 1, parts[2][0] - 1, -1) if code.texts[back] in ("(", "[") and code.mate[back] > at), -1)
        if opened < 0:
            continue
        held = {code.texts[first].strip("'\""): (first + 2, last) for first, last in split(code, opened + 1, code.mate[opened]) if last > first + 2}
        callback = _callback(code, *held.get("callback", (at + 2, at + 2)))
        permission = _callback(code, *held["permission_callback"]) if "permission_callback" in held else None
        if callback is not None:
            open_ = permission is None or permission.name == "__return_true"
            yield _method(code, held.get("methods")), route, open_, callback, permission


def _method(code: Code, span: tuple[int, int] | None) -> str:
    said = code.source(*span) if span is not None else "GET"
    named = next((verb for word, verb in _BY_NAME.items() if word in said), "")
    return named or next(iter(_METHOD.findall(said.upper())), "")


def _callback(code: Code, first: int, last: int) -> Callback | None:
    """`'name'`, `[$this, 'name']`, `array('Orders', 'name')`, `[Orders::class, 'name']`, `'Orders::name'`, a function that is written there."""
    if first >= last:
        return None
    texts = code.texts[first:last]
    if "function" in texts[:3] or "fn" in texts[:3]:
        word = next(at for at in range(first, last) if code.texts[at] in ("function", "fn"))
        return Callback("", "", word)
    literals = [text.strip("'\"") for text, kind in zip(texts, code.kinds[first:last], strict=True) if kind == "s"]
    if not literals:
        return None
    owner, _, name = literals[-1].rpartition("::")
    if len(texts) > 1 and texts[0] in ("[", "array"):
        inside = [text for text in texts if text not in ("[", "array", "(", "class", "::")]
        owner = literals[0].rpartition("\\")[2] if len(literals) > 1 else inside[0].rpartition("\\")[2] if inside else ""
        if owner[:1] == "$" and owner != "$this":
            owner = ""
        if owner == "$this" and "->" in texts:  # `[$this->orders, 'show']`
            owner = ""
    return Callback(owner, name)
