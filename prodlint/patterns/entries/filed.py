"""Entry points that frameworks find by their file and what it exports: route handlers of Next.js, loaders and actions, server actions.

Knows: exported methods, "use server", routes by the place of a file. Does not know: other frameworks (`entries.py`), what the function does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prodlint import regex as re
from prodlint.model import Match
from prodlint.patterns.entries.parameters import Entry, entry_of
from prodlint.patterns.text.meanings import Value
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.text.words import Words


def exported(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    loader = match.metadata["framework"] == "loader"
    first, limit = code.index_at(match.line, match.column), code.index_at(match.end_line, match.end_column)
    end = _statement_end(code, limit)
    if match.message == "actions":
        brace = next((at + 1 for at in range(limit, min(limit + 30, len(code) - 1)) if code.texts[at] == "=" and code.texts[at + 1] == "{"), -1)
        end = max(end, code.mate[brace] if brace > 0 else end)
    inside = [each for each in found if first <= each.at < end]
    outer = [each for each in inside if not any(other is not each and other.first <= each.at < other.last for other in inside)]
    if not outer or (not loader and "/route." not in f"/{path}" and "+server." not in path and "/api/" not in path):
        return
    if match.message == "actions":  # SvelteKit: each property of the object is posted to
        for each in outer:
            yield entry_of(each, "loader", ("POST",), file_route(path), each.name or "default", words, code.source(first, outer[0].head))
        return
    function = outer[-1]
    methods = () if loader else (match.message,)
    yield entry_of(function, "next" if not loader else "loader", methods, file_route(path), match.message, words, code.source(first, function.head))


def _statement_end(code: Code, index: int) -> int:
    """The first token after the exported statement."""
    while index < len(code):
        if code.texts[index] == "{" and code.mate[index] > 0 and code.texts[index - 1] in (")", "=>", ">"):
            return code.mate[index] + 1
        if code.texts[index] == "(" and code.mate[index] > 0:
            after = code.mate[index] + 1
            if after >= len(code) or code.texts[after] in (";", "export", "const", "import", "function") or code.line(after) > code.line(after - 1):
                return after
            index = after
            continue
        index += 1
    return index


def file_route(path: str) -> str:
    """The route that a file's place gives it, where the framework routes by files."""
    found = re.search(r"(?:^|/)(?:app|pages|routes)/(.*?)(?:/route|/index|/\+server|/\+page\.server)?\.[jt]sx?$", path)
    if found is None:
        return ""
    parts = [part for part in found.group(1).split("/") if not (part.startswith("(") and part.endswith(")"))]
    return "/" + "/".join(re.sub(r"^\[(?:\.\.\.)?(.*?)\]$", r"{\1}", part) for part in parts)


def server_actions(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    """Exported functions of a file that begins with "use server"; the function in which the directive stands."""
    place = code.index_at(match.line, match.column)
    around = [each for each in found if each.first <= place < each.last]
    if around:
        yield _action(max(around, key=lambda each: each.first), words)
    elif place < 2:
        for function in found:
            start = function.at - 1 - (code.texts[function.at - 1] == "function")
            if any(code.texts[at] == "export" for at in range(max(0, start - 6), max(0, start + 1)) if code.line(at) == code.line(function.at)):
                if not any(other is not function and other.first <= function.at < other.last for other in found) and not _takes_handle(function):
                    yield _action(function, words)


_HANDLE = re.compile(
    r"(?:tx|trx|transaction|db|database|prisma|client|conn(?:ection)?|executor)$|.*:\s*(?:\w+\.)?\w*(?:Tx|Transaction|TransactionClient|PrismaClient|Executor)\b"
)


def _takes_handle(function: Function) -> bool:
    """Is it handed a transaction, `clearCart(tx: CartTx, cartId)`? No browser can send one: what is called without it fails."""
    return any(param.name and _HANDLE.match(param.text.strip()) for param in function.params)


def _action(function: Function, words: Words) -> Entry:
    entry = entry_of(function, "server-action", ("POST",), "", function.name, words, "")
    for param in function.params:
        for name, key in param.taken:
            entry.start[name] = _client(key.rsplit(".", 1)[-1], words)
        # who calls is what a wrapper says it is, `withUser(async (user, id) => ...)`; `remove(user: User, id)` takes it from the browser
        if param.name and (param.name not in entry.start or not _is_wrapped(function)):
            entry.start[param.name] = _client(param.name, words)
    return entry


def _is_wrapped(function: Function) -> bool:
    """Is a function expression handed to a call?"""
    code = function.code
    before = range(max(0, function.head - 8), function.head)
    return any(code.texts[at] == "(" and code.mate[at] > function.first for at in before)


def _client(name: str, words: Words) -> Value:
    return Value(ids=frozenset((name,))) if words.is_id(name) else Value(container=True)
