"""SQL that JavaScript hands to a driver as text: which of its values select rows, and which of these are the caller's.

Knows: pg, mysql2, sqlite3, better-sqlite3, D1, Neon, postgres.js and raw queries of Prisma by their shape: a call whose first argument is a
statement, with the values after it or in a list; a prepared statement that is run; a template that is tagged `sql`. Does not know: statements that
are put together from parts; grammar (which alternative of an `OR` selects).
"""

from __future__ import annotations

import msgspec

from prodlint import regex as re
from prodlint.patterns.text.meanings import Lookup, Value, merged
from prodlint.patterns.text.spans import FUNCTIONS, chain_start, split
from prodlint.patterns.ties.lookups import Lookups
from prodlint.patterns.ties.queries import KIND, table

_LITERAL = r"(`(?:[^`\\]|\\.)*`|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
_PREPARED = re.compile(r"get|all|run|bind|first|values|raw|iterate|each|execute|pluck")
_TAG = re.compile(r"sql|\w*Sql|\$(?:query|execute)Raw|queryRaw|executeRaw")
_HOLE = re.compile(
    r"'(?:[^']|'')*'|(?P<code>\$\{(?:[^{}]|\{[^{}]*\})*\})|\$(?P<place>\d{1,3})|(?<![:\w])[:@$](?P<name>[A-Za-z_]\w*)|(?P<next>\?)(?!\?)"
)
# `o.user_id = `, `"id" IN (`, `id = ANY(`: the column that a value is held against
_COLUMN = re.compile(r"(?:[\w\"`]+\.)?[\"`\[]?(\w+)[\"`\]]?\s*(?:=|(?:=\s*)?\b(?:IN|ANY)\b\s*)\s*\(?\s*(?:\w+\s*\()?\s*$", re.I)
_ID_COLUMN = re.compile(r"(?i)_?id|\w*_(?:id|uuid|guid)|uuid|guid|(?-i:\w*[a-z]I[dD])")
# what only those know who were given it: no country code, no hash of a file, no `token_id`
_SECRET_COLUMN = re.compile(
    r"(?i)\w*(?:token|secret|signature|api_?key)(?:_?(?:hash|digest))?"
    r"|\w*(?:share|access|invit\w*|verif\w*|reset|confirm\w*|activat\w*|login|auth|magic|join|download|link)_?(?:code|hash|key)"
)
# what somebody proves with who calls, and the tables of those who do
_KEY_COLUMN = re.compile(r"(?i)(?:api|auth|access|session)_?(?:key|token)(?:_?(?:hash|digest))?")
_EITHER = re.compile(r"\bOR\b", re.I)
_PEOPLE = re.compile(r"(?i)(?:\w+_)?(?:user|account|member|customer)s?")
_JOINS = re.compile(r"(?i)\w*(?:participant|attendee|enrol\w*|subscri\w+|follow\w*|like|fav\w*|bookmark|vote|reaction|watch\w*)s?")
_DENIES = re.compile(r"\bNOT\s+(?:EXISTS|IN)\s*\(", re.I)
_DEPTH = re.compile(r"'(?:[^']|'')*'|\$\{(?:[^{}]|\{[^{}]*\})*\}|(?P<open>\()|(?P<close>\))|\b(?P<word>FROM|WHERE|OR)\b", re.I)


class Hole(msgspec.Struct, frozen=True):
    """A value of a statement: the column that it is held against ("" for none), whether it stands behind WHERE; where the value is."""

    column: str
    behind: bool
    place: int = -1
    name: str = ""
    code: str = ""
    at: int = 0


def outermost(text: str, word: str) -> list[int]:
    """Where this word stands in a statement outside of all brackets."""
    out, depth = [], 0
    for found in _DEPTH.finditer(text):
        depth += (found.lastgroup == "open") - (found.lastgroup == "close")
        if depth == 0 and found.lastgroup == "word" and found.group("word").upper() == word:
            out.append(found.start())
    return out


def shown_until(text: str) -> int:
    """Where what a SELECT shows of its rows ends, which selects none: `(SELECT 1 FROM likes WHERE user_id = $1) AS liked`."""
    sources = outermost(text, "FROM") if re.match(r"\s*SELECT\b", text, re.I) else []
    return sources[0] if sources else 0


def denied(text: str) -> list[tuple[int, int]]:
    """Where rows stand that must not be there: `NOT EXISTS (SELECT 1 FROM blocks WHERE user_id = $2)` leaves everybody else's."""
    out: list[tuple[int, int]] = []
    for found in _DENIES.finditer(text):
        depth, last = 1, found.end()
        while depth and last < min(len(text), found.end() + 2000):
            depth += (text[last] == "(") - (text[last] == ")")
            last += 1
        out.append((found.end(), last))
    return out


def _without_shown(text: str) -> str:
    shown = shown_until(text)
    return f"SELECT 1 {text[shown:]}" if shown else text


def holes(text: str) -> list[Hole]:
    """The values of a statement, in order."""
    shown = shown_until(text)
    where = re.compile(r"\bWHERE\b", re.I).search(text, shown)
    start = where.start() if where is not None else len(text)
    out, at, without = [], 0, denied(text)
    for found in _HOLE.finditer(text):
        if found.lastgroup is None:
            continue
        column = _COLUMN.search(text, max(0, found.start() - 120), found.start())
        place = int(found.group("place")) - 1 if found.group("place") else at if found.group("next") else -1
        at += found.group("next") is not None
        beside = found.start() < shown or any(first <= found.start() < last for first, last in without)
        named = column.group(1) if column is not None and column.group(1).upper() != "NOT" and not beside else ""
        out.append(Hole(named, found.start() > start, place, found.group("name") or "", found.group("code") or "", found.start()))
    return out


def is_way_around(text: str, chosen: list[tuple[Hole, Value]]) -> bool:
    """Does an `OR` outside of all brackets let an id select alone: `WHERE id = $1 OR user_id = $2`?"""
    ends = [*outermost(text, "OR"), len(text)]
    ways = [[value for hole, value in chosen if first <= hole.at < last] for first, last in zip([0, *ends], ends, strict=False)]
    return len(ways) > 1 and any(any(value.ids for value in way) and not any(value.principal for value in way) for way in ways)


class Statements(Lookups):
    """The part of the sweep that reads statements of SQL in JavaScript."""

    def _asked_by_statement(self, name_at: int, name: str, start: int, first: int, last: int, close: int) -> bool:
        """Is it a call that runs a statement? What it selects is noted."""
        if self.code.language not in ("javascript", "typescript") or first >= last:
            return False
        parts = split(self.code, first, last)
        text = self._statement(*parts[0])
        if text:
            parts = parts[1:]
            if not parts and self.code.texts[close + 1 : close + 2] == ["."] and self.code.texts[name_at] == "prepare":
                return True  # what is done with it comes next
        elif _PREPARED.fullmatch(name) and start < name_at:
            text = self._prepared(start, name_at)
        if not text:
            return False
        self._runs(text, parts, name, name_at, start, close)
        return True

    def _statement(self, first: int, last: int) -> str:
        """The SQL of an argument: one literal, several that are put together, or a name that was given one before; "" for anything else."""
        code = self.code
        if last == first + 1 and code.kinds[first] == "n":
            known = re.findall(rf"\b{re.escape(code.texts[first])}\s*=\s*{_LITERAL}", code.text[: code.starts[first]])
            text = known[-1][1:-1] if known else ""
        elif all(code.kinds[at] == "s" or code.texts[at] == "+" for at in range(first, last)):
            text = " ".join(code.texts[at][1:-1] for at in range(first, last) if code.kinds[at] == "s")
        else:
            text = ""
        return text if KIND.match(text) else ""

    def _prepared(self, start: int, name_at: int) -> str:
        """The statement that is run by `db.prepare("...").get(id)` or `statement.run(id)`."""
        code = self.code
        if code.texts[name_at - 2] == ")" and code.mate[name_at - 2] > 0:
            opened = code.mate[name_at - 2]
            return self._statement(opened + 1, name_at - 2) if code.texts[opened - 1] == "prepare" else ""
        if start != name_at - 2:
            return ""
        made = rf"\b{re.escape(code.texts[start])}\s*=\s*(?:await\s+)?[\w.]+\.prepare\(\s*{_LITERAL}\s*,?\s*\)"
        known = re.findall(made, code.text[: code.starts[start]])
        return known[-1][1:-1] if known and KIND.match(known[-1][1:-1]) else ""

    def _runs(self, text: str, parts: list[tuple[int, int]], name: str, name_at: int, start: int, close: int) -> None:
        given = [part for part in parts if FUNCTIONS.isdisjoint(self.code.texts[part[0] : part[1]])]
        self._selects(text, self._held_by(holes(text), given), name, name_at, start, close)

    def _selects(self, text: str, values: list[tuple[Hole, Value]], name: str, name_at: int, start: int, close: int) -> None:
        """Notes what a statement selects by the values that stand in it."""
        kind = (KIND.match(text) or [""])[1].lower()
        if kind in ("insert", "replace"):
            ids = self._ids_of(merged(value for _, value in values))
            if _JOINS.fullmatch(table(text)) and any(value.principal for _, value in values) and len(ids) < 2:
                self.tied |= ids  # who follows or likes something may do so with everything, but sends nobody else there
            self.at_row.add(close)
            return
        beside = kind == "update" or re.search(r"\bLEFT\s+(?:OUTER\s+)?JOIN\b", text, re.I) is not None  # what stands before WHERE narrows nothing
        chosen = [(hole, value) for hole, value in values if hole.column and (hole.behind or not beside)]
        selecting = merged(value for _, value in chosen)
        named = {
            each
            for hole, value in chosen
            for each in self._ids_of(value)
            if self.any_name or _ID_COLUMN.fullmatch(hole.column) or self.words.is_id(each)
        }
        if not named and not selecting.principal and not selecting.objects:
            by_key = kind == "select" and any(hole.behind and value.ids and _KEY_COLUMN.fullmatch(hole.column) for hole, value in chosen)
            (self.at_caller if by_key and _PEOPLE.fullmatch(table(text)) and not _EITHER.search(text) else self.at_row).add(close)
            return
        number = self.by_chain.get(start)
        if number is None:
            number = self.by_chain[start] = len(self.lookups)
            self.lookups.append(Lookup(name, f"{table(_without_shown(text))}.{kind}", name_at, strong=True))
        lookup = self.lookups[number]
        lookup.ids |= named
        lookup.keys |= {each for hole, value in chosen if _ID_COLUMN.fullmatch(hole.column) for each in value.ids}
        lookup.changes |= kind in ("update", "delete")
        lookup.made_of |= selecting.objects - {number}
        lookup.direct = True
        where = (re.search(r"\bWHERE\b.*", _without_shown(text), re.I | re.S) or [""])[0]
        secret = any(value.ids and _SECRET_COLUMN.fullmatch(hole.column) for hole, value in chosen)
        public = kind == "select" and any(self.words.narrowed.fullmatch(word) for word in re.findall(r"\w+", where))
        lookup.tied |= (selecting.principal and not is_way_around(text, chosen)) or secret or public
        asked = any(value.principal and hole.behind for hole, value in chosen)
        lookup.of_caller |= asked and len(re.findall(r"\bSELECT\b", text, re.I)) < 2 and not re.search(r"\bOR\b", where, re.I)
        self.at_call[close] = number
        if len(lookup.ids) > 1:
            self.edges.append(frozenset(lookup.ids))
        if lookup.tied:
            self.tied |= lookup.ids

    def _held_by(self, every: list[Hole], given: list[tuple[int, int]]) -> list[tuple[Hole, Value]]:
        """Each value of a statement with what is handed over for it; where that cannot be told, all of it for each."""
        code = self.code
        listed = given
        if given and code.texts[given[0][0]] == "[" and code.mate[given[0][0]] == given[0][1] - 1:
            listed = split(code, given[0][0] + 1, given[0][1] - 1)
        elif len(given) == 1 and given[0][1] == given[0][0] + 1 and (opened := self._list_of(given[0][0])) > 0:
            listed = split(code, opened + 1, code.mate[opened])
        listed = [part for part in listed if part[1] > part[0]]
        placed = [hole for hole in every if hole.place >= 0]
        counted = max((hole.place for hole in placed), default=-1) + 1
        out = []
        for hole in every:
            if hole.code and hole.column and not placed:
                out.append((hole, self._in_string(hole.code) | merged(self.value(*part) for part in given)))
            elif hole.place >= 0 and counted == len(listed) and code.texts[listed[hole.place][0]] != "...":
                out.append((hole, self.value(*listed[hole.place])))
            elif hole.place >= 0 or hole.name or hole.column:
                out.append((hole, merged(self.value(*part) for part in given)))
        return out

    def _list_of(self, name_at: int) -> int:
        """The bracket of the list that a name was given before, `const values = [id, user.id]`; -1 where something is added to it."""
        texts, name = self.code.texts, self.code.texts[name_at]
        if any(texts[at : at + 3] == [name, ".", "push"] for at in range(self.function.first, name_at)):
            return -1
        made = (at + 2 for at in range(name_at - 1, self.function.first, -1) if texts[at] == name and texts[at + 1 : at + 3] == ["=", "["])
        found = next(made, -1)
        return found if found > 0 and self.code.mate[found] > 0 else -1

    def _template(self, index: int) -> None:
        """A template that is tagged: sql`SELECT * FROM orders WHERE id = ${id}`."""
        text = self.code.texts[index][1:-1]
        if KIND.match(text):
            self._runs(text, [], self.code.texts[index - 1], index - 1, index - 1, index)

    def _is_tagged(self, index: int) -> bool:
        return self.code.kinds[index] == "s" and self.code.texts[index][0] == "`" and _TAG.fullmatch(self.code.texts[index - 1]) is not None

    def _arrow(self, arrow: int) -> None:
        super()._arrow(arrow)
        row, opened = self._row_of(arrow)
        if row and opened > 1:
            name_at, close = opened - 1, self.code.mate[opened]
            self._asked_by_statement(name_at, self.code.texts[name_at], chain_start(self.code, name_at), opened + 1, close, close)
            if close in self.at_call:
                self.env[row] = Value(objects=frozenset((self.at_call[close],)), principal=self.lookups[self.at_call[close]].tied)

    def _row_of(self, arrow: int) -> tuple[str, int]:
        """The second parameter of a callback, `(error, row) => ...`, and the bracket of the call that is handed it; ("", -1) for other functions."""
        code, last = self.code, arrow - 1
        if code.language not in ("javascript", "typescript") or code.texts[last] != ")" or code.mate[last] < 0:
            return "", -1
        params = split(code, code.mate[last] + 1, last)
        if len(params) not in (2, 3) or not re.fullmatch(r"_?e(?:rr(?:or)?)?\d?", code.texts[params[0][0]]):
            return "", -1
        opened = self._opened(code.mate[last])
        return (code.texts[params[1][0]], opened) if opened > 1 and code.texts[opened] == "(" else ("", -1)
