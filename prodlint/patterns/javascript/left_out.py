"""Routes of JavaScript routers that are registered without the login which nearly all others of the same file ask for.

Knows: middleware by what their names say, calls that write rows, words of whoever asks who calls. Does not know: whether the login is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from prodlint import regex as re
from prodlint.patterns.entries.handlers import Routed
from prodlint.patterns.javascript import logins

_LOGIN = re.compile(
    r"(?i)\w*(?:auth(?!or(?!i))|login|logged_?in|signed_?in|session|token|jwt|protect|guard|admin|role|permission|passport)\w*"
    r"|(?:is|require|verify|check|ensure)_?user\w*"
)
_NONE = re.compile(r"(?i)\w*(?:schema|valid|dto|limit|swagger|optional|csrf)\w*|get|post|put|patch|delete")
_TEXTS = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`]*`|//[^\n]*|/\*.*?\*/", re.S)
_NAMES = re.compile(r"[A-Za-z_$][\w$]*")
_WRITES = re.compile(
    r"\.\s*(?:create|insert|save|update|upsert|delete|destroy|remove|bulkCreate|increment|decrement|findBy\w+And\w+|findOneAnd\w+)\w*\s*\("
    r"|\b(?:INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b"
)
_CALLED = re.compile(r"([A-Za-z_]\w*)\(")
_CHANGING = frozenset(("POST", "PUT", "PATCH", "DELETE"))
ENOUGH = 3  # routes of the file that ask
SHARE = 0.75  # of those that change something


def left_out(rows: Iterable[Routed], text_of: Callable[[str], Iterable[str]]) -> Iterator[tuple[Routed, str, int, int]]:
    """(route, the middleware that the others name, how many name one, among how many) of each that changes rows and asks nobody."""
    files: dict[str, list[Routed]] = {}
    for row in rows:
        if row.method in _CHANGING:
            files.setdefault(row.file, []).append(row)
    for changing in files.values():
        asked = [_asked(row) for row in changing]
        count = Counter(name for names in asked for name in names)
        shared = {name for name, times in count.items() if times >= ENOUGH}
        asking = sum(not shared.isdisjoint(names) for names in asked)
        if asking < ENOUGH:
            continue
        usual = min(shared, key=lambda name: (-count[name], name))
        open_ones = [row for row, names in zip(changing, asked, strict=True) if not names and _writes_unasked(row, text_of)]
        among = asking + len(open_ones)
        yield from ((row, usual, asking, among) for row in (open_ones if asking >= SHARE * among else ()))


def _asked(row: Routed) -> frozenset[str]:
    """What stands around a route and bears the name of a login."""
    return frozenset(name for name in _NAMES.findall(_TEXTS.sub(" ", row.beside)) if _LOGIN.fullmatch(name) and not _NONE.fullmatch(name))


def _writes_unasked(row: Routed, text_of: Callable[[str], Iterable[str]]) -> bool:
    """Does the handler, or a function that it calls, write rows, and is it not made for strangers, and does nothing there ask who calls?"""
    function = row.function
    if function is None or logins.made_for_strangers(f"{row.file} {row.path} {row.label}"):
        return False
    texts = [f"{function.header} {function.body}"]
    texts += [text for name in list(dict.fromkeys(_CALLED.findall(function.body)))[:16] for text in text_of(name)]
    return any(map(_WRITES.search, texts)) and not any(map(logins.speaks, texts))
