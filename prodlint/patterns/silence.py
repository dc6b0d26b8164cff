"""Frameworks of the web that Ruby, PHP or Go names and of which no route was read, and scripts of plain PHP: never silent.

Knows: how code names its framework, which entry points (`framework` of an `Entry`) are its routes; what a script of PHP reads from the client and how
it asks a database, where no row that it selects was read (`php/scripts.py`). Does not know: routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prodlint import regex as re
from prodlint.model import Problem
from prodlint.patterns.ruby.sinatra import GRAPE, PADRINO, SINATRA

# (language, framework, what names it, the entry points that are its routes; none: prodlint does not know its routing)
_FRAMEWORKS = (
    ("ruby", "Sinatra", SINATRA, ("sinatra",)),
    ("ruby", "Grape", GRAPE, ("sinatra",)),
    ("ruby", "Padrino", PADRINO, ("sinatra",)),
    ("ruby", "GraphQL-Ruby", re.compile(r"<\s*(?:::)?GraphQL::Schema\b"), ("graphql-ruby",)),
    ("ruby", "Rails", re.compile(r"\bRails\.application\.routes\.draw\b"), ("rails",)),
    ("ruby", "Hanami", re.compile(r"<\s*(?:::)?Hanami::(?:Action|Routes|API)\b"), ()),
    ("ruby", "Roda", re.compile(r"<\s*(?:::)?Roda\b"), ()),
    ("ruby", "Cuba", re.compile(r"\bCuba\.define\b|<\s*(?:::)?Cuba\b"), ()),
    ("go", "Beego", re.compile(r"\"github\.com/(?:beego|astaxie)/beego(?:/v2)?(?:/server/web)?\""), ()),
    ("php", "Laravel", re.compile(r"^use\s+Illuminate\\Support\\Facades\\Route;", re.M), ("php", "livewire")),
    ("php", "API Platform", re.compile(r"(?:#\[|@)(?:\w+\\)*ApiResource\b"), ()),
    ("php", "Slim", re.compile(r"\bSlim\\(?:App|Factory\\AppFactory|Routing)\b"), ()),
    ("php", "Flight", re.compile(r"\bFlight::route\("), ()),
)
_SENT = re.compile(r"\$_(?:GET|POST|REQUEST)\b|php://input")
_ASKS = re.compile(r"\b(?:mysqli?|pg|sqlite|oci|sqlsrv|odbc)_(?:query|exec|execute|prepare|parse|query_params)\s*\(|->(?:query|prepare|exec)\s*\(")


def silent(texts: Iterable[tuple[str, str, str]], read: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Problem]]:
    """(language, what is told) of every framework without a route, and of the scripts of PHP, all of them in one.

    texts: (path, language, text), in order; read: (path, framework) of every entry point."""
    known = list(texts)
    entries = list(read)
    kinds, files = {kind for _, kind in entries}, {path for path, _ in entries}
    for language, name, form, routes in _FRAMEWORKS:
        named = ((path, found) for path, spoken, text in known if spoken == language and (found := form.search(text)) is not None)
        first = next(named, None) if kinds.isdisjoint(routes) else None
        if first is not None:
            what = "found in this project" if routes else "read: prodlint does not know its routing"
            yield language, _told(*first, f"uses {name}, but no route of it was {what}")
    scripts = [(path, found) for path, spoken, text in known if spoken == "php" and path not in files and (found := _script(text)) is not None]
    if scripts:
        others = f" (and {len(scripts) - 1} more scripts)" if len(scripts) > 1 else ""
        words = f"reads what the client sends and asks a database in a script of plain PHP{others}: prodlint does not read who may do so"
        yield "php", _told(*scripts[0], words)


def _script(text: str) -> re.Match[str] | None:
    """Where a file of PHP reads what the client sends, if it asks a database as well."""
    return _SENT.search(text) if _ASKS.search(text) else None


def _told(path: str, found: re.Match[str], words: str) -> Problem:
    return Problem(path, found.string.count("\n", 0, found.start()) + 1, words, "warning")
