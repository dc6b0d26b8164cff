"""Which function a call in Go runs, where several bear its name: told by what the receiver is called.

Knows: how fields, types and packages are named after a layer and a subject (`orderRepo`, `OrderRepositoryImpl`, `services.GetOrder`). Does not know:
types; interfaces; what a function does.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from prodlint import regex as re
from prodlint.patterns.text.reader import Function

_RECEIVES = re.compile(r"func\s*\(\s*(?:\w+\s+)?\*?(\w+)")
_ITSELF = re.compile(r"func\s*\(\s*(\w+)\s+\*?(\w+)")
_OF_REQUEST = re.compile(r"(?i)(?:context|ctx|request|req)$")
_HANDLES = re.compile(r"\bhttp\.ResponseWriter\b")
_LAYERS = {
    "repo": r"repositor(?:y|ies)|repos?|stores?|storage|dao|queries|crud|persistence|db|database|models?",
    "service": r"services?|svc|use_?cases?|uc|interactor|manager|logic|domain|core",
}
_BELOW = re.compile(r"(?i)(?:service|svc|use_?case|repository|repo|dao)(?:impl)?$")
OWN_LAYER = re.compile(r"(?i)\w*(?:repo(?:sitory)?|store|storage|dao|service|svc|use_?case)s?")  # receivers whose methods the project wrote itself
_LAYER = {layer: re.compile(rf"(?i){words}") for layer, words in _LAYERS.items()}
_WORDS = re.compile(
    rf"(?i)^(?:new|default|pg|postgres|mysql|sqlite|sql|mongo|gorm|base)|(?:{'|'.join(_LAYERS.values())}|impl|handlers?|controllers?|routes?|routers?|api|client|interface|pg|postgres|mysql"
    r"|sqlite|sql|mongo|gorm)$|^(?:crud|db)(?=[A-Z])"
)


def received(function: Function) -> str:
    """The type that a method belongs to, "" for a function."""
    found = _RECEIVES.match(function.header)
    return found.group(1) if found is not None else ""


def itself(function: Function) -> str:
    """What a method calls its own receiver, `r` of `func (r *orderRepository)`: no request, whatever it is called; "" for a function, and where the
    receiver is a request or its context."""
    found = _ITSELF.match(function.header)
    return found.group(1) if found is not None and not _OF_REQUEST.search(found.group(2)) else ""


def handles(function: Function) -> bool:
    """Is a function handed a request and what answers it, and so an entry point of its own, whoever else hands one on?"""
    return any(_HANDLES.search(param.text) for param in function.params)


def is_handed_on(function: Function) -> bool:
    """Is it a part of a handler of net/http, which takes more than a request and its answer and which its file calls with both?"""
    named = [param.name for param in function.params]
    if len(named) < 3 or not function.name or not _HANDLES.search(function.params[0].text):
        return False
    return re.search(rf"\b{re.escape(function.name)}\(\s*{named[0]}\s*,\s*{named[1]}\s*,", function.code.text) is not None


def is_below(function: Function) -> bool:
    """Is it a method of a service or a store that is handed a context of the project's own and more: whoever handles the request calls it?"""
    of = received(function)
    return len(function.params) > 1 and _BELOW.search(of) is not None and not any(_HANDLES.search(param.text) for param in function.params)


def subject(name: str) -> str:
    """What `orderRepo`, `OrderRepositoryImpl` and `pgOrderStore` are about; "" for `repo` and `s`."""
    bare = name
    for _ in range(4):
        bare = _WORDS.sub("", bare)
    return _one(bare.lower().replace("_", "")) if len(bare) > 2 else ""


def _one(name: str) -> str:
    """The singular: a repository of `things` is a `ThingRepository`."""
    if name.endswith("ies") and len(name) > 4:
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is")) else name


# what is only done at the end, and may return from itself
_DEFERRED = re.compile(r"\bdefer\s{1,9}func\s?\([^{}]{0,200}\{[\s\S]{0,3000}?\}\s?\(")


def passes_on(function: Function) -> bool:
    """Does a method only do something around the same one of what it wraps, as those of go-kit that log and measure do:
    `defer lm.log(...); return lm.svc.Show(ctx, id)`?"""
    of = itself(function)
    wrapped = rf"\breturn\s+{re.escape(of)}\.\w+\.{re.escape(function.name)}\(\s*([^()]*)\)\s*\}}?\s*$"
    found = re.search(wrapped, function.body) if of else None
    if found is None or re.search(r"\breturn\b", _DEFERRED.sub(" ", function.body[: found.start()])):
        return False  # another end before it: this one may turn away, `if err := am.authorize(ctx, id); err != nil { return err }`
    handed = [part.strip().removesuffix("...") for part in found.group(1).split(",")]
    return bool(handed) and handed[1:] == [param.name for param in function.params][1:]


def chosen(found: Sequence[tuple[str, Function]], receiver: str, here: str) -> list[tuple[str, Function]]:
    """Of functions of one name the ones that a call on this receiver may run: no handlers, mocks and wrappers beside others; of its subject, in its
    package, of its layer."""
    out = list(found)
    for keep in (
        lambda path, function: not any(_HANDLES.search(param.text) for param in function.params),
        lambda path, function: "mock" not in path.lower(),
        lambda path, function: not passes_on(function),
    ):
        out = [pair for pair in out if keep(*pair)] or out
    about = subject(receiver)
    if about:
        packaged = [pair for pair in out if not received(pair[1]) and _folder(pair[0]) == receiver.lower()]
        out = packaged or [pair for pair in out if subject(received(pair[1])) == about] or out
    layer = next((layer for layer, form in _LAYER.items() if form.search(receiver)), "")
    if layer:
        out = [pair for pair in out if _LAYER[layer].search(received(pair[1])) or _LAYER[layer].search(pair[0])] or out
    if not about or len(out) > 1:
        near = posixpath.dirname(here)
        out = [pair for pair in out if posixpath.dirname(pair[0]) == near] or out
    return out


def _folder(path: str) -> str:
    return posixpath.basename(posixpath.dirname(path)).lower()
