"""Routes of Go that stand in a table: a row of a method, a path and a handler, which a loop registers.

Knows: rows of literals, `{DELETE, ADMIN, "/orders/:id", orders.Delete}`, `{Method: "GET", Path: "/orders", Handler: h.List}` (servers that
openapi-generator makes, tables of an app's own). Does not know: which router the loop registers them at, nor what it puts before them.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import regex as re
from prodlint.model import Match
from prodlint.patterns.go.router import Registration
from prodlint.patterns.text.spans import opening, split
from prodlint.patterns.text.tokens import Code

_METHOD = re.compile(r"(?i:\"(GET|POST|PUT|PATCH|DELETE)\")|(?:Method)?(G(?:ET|et)|P(?:OST|ost|UT|ut|ATCH|atch)|D(?:ELETE|elete))")


def rows(code: Code, match: Match, file: str) -> Iterator[tuple[str, Registration]]:
    """Every function that a row names, with what the row says of it."""
    first = code.index_at(match.line, match.column)
    opened = opening(code, first, first + 2, "{")
    if opened < 0:
        return
    parts = split(code, opened + 1, code.mate[opened])
    method = next((found for start, end in parts if (found := _method(code, start, end))), "")
    path = next((text for start, end in parts if code.kinds[end - 1] == "s" and (text := code.texts[end - 1].strip('"` ')).startswith("/")), "")
    around = code.source(opened, code.mate[opened]).replace(path, " ")
    for start, end in parts if method and path else ():
        if end > start and code.kinds[end - 1] == "n" and not _method(code, start, end):
            of = code.texts[end - 3] if end - start > 2 and code.texts[end - 2] == "." else ""
            yield code.texts[end - 1], Registration(method, path, around, file, of)


def _method(code: Code, start: int, end: int) -> str:
    """The method that a part of a row gives: `"GET"`, `http.MethodGet`, `strings.ToUpper("Get")`."""
    told = (_METHOD.fullmatch(code.texts[at]) for at in range(start, end))
    return next(((found.group(1) or found.group(2)).upper() for found in told if found is not None), "")
