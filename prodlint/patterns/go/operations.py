"""Operations of Go that take a context and one message, `func (a *API) Show(ctx context.Context, in *ShowInput) (*ShowOutput, error)`.

Knows: the messages of Connect and gRPC by their type, how huma registers an operation in the same file, what go-kit calls an endpoint. Does not know:
interceptors; operations that are registered in another file (a service of the app looks the same as these); what the function does.
"""

from __future__ import annotations

from functools import lru_cache

from prodlint import regex as re
from prodlint.patterns.text.reader import Function

_OPERATION = re.compile(
    r"\bhuma\.(?:Register\(\s*\w+(?:\.\w+)*\s*,\s*huma\.Operation\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|(Get|Post|Put|Patch|Delete)\(\s*\w+(?:\.\w+)*\s*,\s*\"([^\"\n]*)\")"
    r"\s*,\s*(?:\w+\.)*(\w+)\s*[,)]"
)
_METHOD = re.compile(r"\bMethod:\s*(?:http\.Method|\")(\w+)")
_PATH = re.compile(r"\bPath:\s*\"([^\"\n]*)\"")
_BEFORE = re.compile(r"\bMiddlewares:\s*(\w+\.Middlewares\{[^{}]*\}|[^\n]{1,300})")
_ENDPOINT = re.compile(r"\s(?:interface\s*\{\s*\}|any)$")
_REMOTE = re.compile(r"\*connect\.Request\[|\*(?:\w*pb|\w*v\d\w*)\.\w+")


def remote(function: Function) -> bool:
    """Does a method take the message of a remote call?"""
    return function.header.startswith("func (") and bool(_REMOTE.search(function.params[1].text))


def endpoint(function: Function) -> bool:
    """go-kit: is it an endpoint, `return func(ctx context.Context, request interface{}) (interface{}, error) {`, and no middleware, which hands the
    request on?"""
    handed = function.params[1]
    if _ENDPOINT.search(handed.text) is None:
        return False
    return re.search(rf"\b{re.escape(handed.name)}\.\(", function.body) is not None and not re.search(
        rf"\bnext\(\s*\w+\s*,\s*{re.escape(handed.name)}\s*\)", function.body
    )


def registered(text: str, name: str) -> tuple[str, str, str] | None:
    """(method, path, what stands before it) of the operation that a file registers with huma under this function; None where it registers none."""
    return _operations(text).get(name) if "huma." in text else None


@lru_cache(maxsize=2)
def _operations(text: str) -> dict[str, tuple[str, str, str]]:
    """Function -> (method, path, middleware) of the first operation under which a file registers it."""
    out: dict[str, tuple[str, str, str]] = {}
    for found in _OPERATION.finditer(text):
        said, verb, path, of = found.groups("")
        method, place, before = _METHOD.search(said), _PATH.search(said), _BEFORE.search(said)
        verb = verb.upper() or (method.group(1).upper() if method else "")
        out.setdefault(of, (verb, path or (place.group(1) if place else ""), before.group(1) if before else ""))
    return out
