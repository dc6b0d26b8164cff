"""Placeholders of SQL statements: where each stands, what it is held against, and which ways around it a statement leaves open.

Knows: clauses, brackets, AND and OR, NOT, UNION, sub-selects, comparisons, as far as tokens tell. Does not know: values (`sql.py`), the grammar of a
dialect, what a statement does when it runs.
"""

from __future__ import annotations

import msgspec

from prodlint import regex as re
from prodlint.flow.lookups import queries
from prodlint.flow.lookups.schema import OWNER_COLUMN

TOKENS = re.compile(
    r"(?P<quoted>'(?:%s|\{\}|[^'])*'|\"[^\"]*\"|`[^`]*`)|--[^\n]*|/\*.*?\*/"
    r"|(?P<place>%s|%\((?P<py>\w+)\)s|\?|\{\w*\}|\$(?P<number>\d+)|(?<![:\w]):(?P<name>[A-Za-z_]\w*)|(?<!\w)@(?P<at>\w+))"
    r"|(?P<word>[A-Za-z_][\w.]*)|(?P<op><>|!=|>=|<=|=|<|>)|(?P<paren>[()])",
    re.S,
)
_CLAUSES = frozenset({"where", "set", "values", "having", "on", "select", "from", "limit", "offset", "order", "group", "returning", "join", "into"})
_SHOWS = frozenset({"select", "order", "group", "limit", "offset", "returning"})  # a sub-select in these takes no row away
_KEYWORDS = frozenset({
    "and", "or", "not", "in", "like", "ilike", "is", "any", "all", "between", "null", "cast", "lower", "upper", "exists", "case", "as",
    "materialized", "recursive",
})  # fmt: skip
_OUTER = frozenset({"left", "right", "full", "outer"})
_FIRSTS = frozenset({"coalesce", "ifnull", "nvl", "isnull", "greatest", "least"})
DEEP = 8  # brackets around a word that it counts for
WIDE = 32  # brackets around a placeholder
_COMPARES = frozenset({"in", "is", "like", "ilike", "between", "glob", "regexp", "rlike", "similar", "all", "contains"})
_EQUAL = frozenset({"=", "in", "is"})  # of what compares, what one value fits, or one of a list
_GROUPS = frozenset({"and", "or", "xor", "not", "where", "on", "having"})
UNION = -1  # as the clause of a bracket: the statements between its UNIONs


class Way(msgspec.Struct):
    """One of the conditions between ORs, or one of the statements between UNIONs: the words in it, and what it says rows are like that may be shown
    (`status = 'draft'`)."""

    words: set[str] = msgspec.field(default_factory=set)
    states: set[str] = msgspec.field(default_factory=set)

    @property
    def shown(self) -> bool:
        """Are the rows it takes open to everybody, or nobody's?"""
        nobodys = {"is", "null"} <= self.words and "not" not in self.words and any(OWNER_COLUMN.match(word) for word in self.words)
        open_to_all = not self.states or any(map(queries.OPEN_WORDS.search, self.states))
        return nobodys or (open_to_all and any(queries.VISIBLE.search(word) for word in self.words))


class Place(msgspec.Struct):
    """A placeholder: where it stands and what it is held against. `ways`: on which way it stands, for each bracket and clause around it that has
    several; `firsts`: brackets of which one thing counts, `coalesce(:owner, :user)`."""

    key: str | int
    clause: str
    column: str
    table: str
    opposite: bool
    above: bool  # held against with < or >: there are others
    outer: bool  # behind the ON of a join that takes rows which nothing fits
    level: int
    ways: dict[tuple[int, int], int]
    firsts: frozenset[int]
    around: tuple[int, ...]
    plain: bool = False  # a column must be equal to it, or one of a list that it is in
    idle: bool = False  # in a sub-select that takes no row away
    alone: bool = False  # of a table that nothing joins to another
    inside: int = -1  # the sub-select whose column it is looked for in: `? IN (SELECT user_id FROM members)`


class _Level(msgspec.Struct):
    """An open bracket."""

    number: int
    clause: str
    opposite: bool
    first: bool
    kind: str  # the word before it
    name: str  # of a common table expression
    outside: str  # the clause it stands in
    run: int = 0
    op: str = ""  # what compares, since the last AND or OR
    own: bool = False  # something is compared in it
    case: int = 0
    local: bool = False  # a NOT of its own
    above: bool = False
    selects: bool = False
    takes: bool = False  # from tables
    joined: bool = False  # columns are held against columns


def _reckons(level: _Level) -> bool:
    """Is what is compared in a bracket made something else of: `COALESCE(user_id = ?, true)`, `CASE WHEN user_id = ? THEN 1 ELSE 1 END`?"""
    makes = bool(level.kind) and level.kind not in _GROUPS and level.kind not in _KEYWORDS and level.kind not in _CLAUSES
    return bool(level.case) or (level.own and makes and not level.selects)


def places(text: str) -> tuple[list[Place], dict[tuple[int, int], list[Way]]]:
    """The placeholders of a statement in order, and the ways of each (bracket, clause) that has several."""
    return _Scan(text).result()


class _Scan:
    def __init__(self, text: str) -> None:
        self.out: list[Place] = []
        self.ways: dict[tuple[int, int], list[Way]] = {}
        self.top = _Level(0, "", False, False, "", "", "")
        self.stack = [self.top]
        self.closed: dict[int, tuple[_Level, _Level]] = {}  # with what is around it
        self.joined: set[str] = set()
        self.words: dict[str, int] = {}
        self.column = self.before = self.last = self.left = ""
        self.outer, self.order, self.named = False, 0, ""
        self.outside: set[str] = set()  # tables of which a row may not be there
        self.either: set[int] = set()  # brackets of which a column may be the one thing: `owner_id = COALESCE(:me, owner_id)`
        self.weighed: set[int] = set()  # brackets of which the answer is held against something: `(user_id = ?) IS NOT NULL`
        self.shut: _Level | None = None  # the bracket that was closed last
        self.waits: Place | None = None  # a placeholder that stands before its column: `? = user_id`
        self.met = False
        for token in TOKENS.finditer(text):
            self.take(token)
        self.closed.update((inner.number, (inner, around)) for around, inner in zip(self.stack, self.stack[1:], strict=False))

    def take(self, token: re.Match[str]) -> None:
        level, quoted, word = self.stack[-1], token["quoted"], token["word"]
        kind, shut, self.shut = "", self.shut, None
        if shut is not None and (token["op"] is not None or (word is not None and word.lower() in _COMPARES)):
            self.weighed.add(shut.number)
        if token["place"] is not None or (quoted is not None and quoted[1:-1] in ("%s", "{}")):
            self.place(token, level)
        elif word is not None:
            self.word(word, level)
            kind = "word"
        elif quoted is not None and quoted[:1] in ('"', "`"):
            self.column = quoted[1:-1]
        elif quoted is not None:
            for each in self.stack[-DEEP:] if queries.VISIBLE.search(self.column.rpartition(".")[2]) else ():
                self.way(each).states.add(quoted[1:-1])
        elif token["op"] is not None:
            level.local |= token["op"] in ("<>", "!=")
            level.above = token["op"] in ("<", ">", "<=", ">=")
            self.compare(token["op"], level)
            self.left = self.column if token["op"] == "=" and self.last == "word" else ""
            kind = "op"
        elif token["paren"] == "(":
            self.open(level)
        elif token["paren"] == ")" and len(self.stack) > 1:
            self.close()
        self.last = kind
        self.before = self.before if word is not None else ""

    def place(self, token: re.Match[str], level: _Level) -> None:
        named = token["py"] or token["name"] or token["at"]
        key: str | int = named if named else f"${token['number']}" if token["number"] else self.order
        self.order += not named and not token["number"]
        table, _, column = self.column.rpartition(".")
        around = self.stack[-WIDE:]
        groups = [(each.number, run) for each in around for run in (each.run, UNION)]
        ways = {group: len(self.ways.get(group, (None,))) - 1 for group in groups}
        firsts = frozenset(each.number for each in around if each.first)
        self.out.append(Place(
            key, level.clause, column, table.lower(), level.local is not level.opposite, level.above, self.outer and level.clause == "on",
            level.number,
            ways, firsts, tuple(each.number for each in around), level.op in _EQUAL and bool(column) and not any(map(_reckons, around)),
        ))  # fmt: skip
        self.waits, self.met = (self.out[-1] if not column and not level.op else None), False

    def word(self, word: str, level: _Level) -> None:
        low, last = word.lower(), self.before
        self.before = low
        prefix, _, name = low.rpartition(".")
        self.words[name] = self.words.get(name, 0) + 1
        for each in self.stack[-DEEP:]:  # where nothing was joined all of a table's columns are null, whosever the row is
            self.way(each).words.add(f"~{name}" if prefix in self.outside else name)
        self.outer = low in _OUTER or (self.outer and (last in _OUTER if low == "join" else low != "where"))
        if low in ("using", "natural"):
            self.joined.add("*")
        if low in _COMPARES:
            self.compare(low, level)
        level.case += (low == "case") - (low == "end")
        if low in _CLAUSES:
            self.clause(low, level)
        elif low == "with" and not level.clause:
            level.clause = low
        elif low in ("or", "xor"):
            self.ways[level.number, level.run].append(Way())
        elif low == "union":
            self.ways.setdefault((level.number, UNION), [Way()]).append(Way())
        elif low == "not":
            level.local = True
        elif low not in _KEYWORDS and low not in _OUTER and low not in _FIRSTS:
            if self.last == "op" and self.left:
                self.join(self.left, word)
            level.local = level.local and last == "not"
            self.joins_outside(name, last)
            self.column = word
            self.either.update((level.number,) if level.first else ())
            self.arrived(level)
        if low in ("and", "or", "xor"):
            self.column, level.local, level.above = "", False, False
            level.op, self.waits = "range" if level.op == "between" and low == "and" else "", None

    def joins_outside(self, name: str, last: str) -> None:
        """`LEFT JOIN members AS m`: by which names what may not be there goes."""
        if self.outer and (last == "join" or (last == "as" and self.named) or (self.named and last == self.named)):
            self.outside.add(name)
            self.named = name if last == "join" else ""

    def arrived(self, level: _Level) -> None:
        """A column: it may be what a placeholder before it is held against."""
        place, self.waits = self.waits, None
        if place is not None and self.met:
            table, _, place.column = self.column.rpartition(".")
            place.inside = next((each.number for each in reversed(self.stack) if each.selects and each.number != place.level), -1)
            place.table, place.plain = table.lower(), not any(map(_reckons, self.stack))

    def compare(self, how: str, level: _Level) -> None:
        level.op, level.own = how, True
        self.met = how in _EQUAL
        self.waits = self.waits if self.met else None

    def clause(self, low: str, level: _Level) -> None:
        level.selects |= low == "select"
        level.takes |= low == "from"
        level.clause = low
        level.run += low in ("where", "on", "having")
        level.op = ""
        level.local = level.above = False
        self.column = ""

    def join(self, one: str, other: str) -> None:
        self.joined.update(each.rpartition(".")[0].lower() for each in (one, other))
        for each in self.stack[-DEEP:]:
            each.joined = True

    def way(self, level: _Level) -> Way:
        return self.ways.setdefault((level.number, level.run), [Way()])[-1]

    def open(self, level: _Level) -> None:
        number = len(self.closed) + len(self.stack)
        opposite = level.local is not level.opposite
        name = self.column.lower() if self.before in ("as", "materialized") and level.clause == "with" else ""
        self.stack.append(_Level(number, level.clause, opposite, self.before in _FIRSTS, self.before, name, level.clause, op=level.op))

    def close(self) -> None:
        inner = self.stack.pop()
        if inner.first and any(inner.number in place.around for place in self.out):
            self.column = ""  # `COALESCE(:owner, owner_id) = :me`: whose it is may be said by either
        self.closed[inner.number] = (inner, self.stack[-1])
        self.stack[-1].local = False
        grouped = not inner.selects and (inner.kind in _GROUPS or not inner.kind)
        self.shut = inner if grouped and not self.stack[-1].op else None

    def result(self) -> tuple[list[Place], dict[tuple[int, int], list[Way]]]:
        several = {group: ways for group, ways in self.ways.items() if len(ways) > 1}
        idle = {number for number, (inner, around) in self.closed.items() if self.takes_nothing_away(inner, around)}
        for place in self.out:
            place.ways = {group: at for group, at in place.ways.items() if group in several}
            place.plain = place.plain and self.weighed.isdisjoint(place.around) and self.either.isdisjoint(place.firsts)
            place.idle = not idle.isdisjoint(place.around) or self.of_nothing(place)
            place.alone = bool(place.table) and "*" not in self.joined and place.table not in self.joined
        return self.out, several

    def of_nothing(self, place: Place) -> bool:
        """`:me IN (SELECT user_id FROM members)`: a list that has nothing to do with the rows, nor with what is said of them."""
        inner = self.closed[place.inside][0] if place.inside in self.closed else None
        return inner is not None and not inner.joined and not any(inner.number in other.around for other in self.out)

    def takes_nothing_away(self, inner: _Level, around: _Level) -> bool:
        """A sub-select that is only shown, one that asks whether there is something which has nothing to do with the rows, one that nobody reads."""
        if not inner.selects:
            return False
        if inner.name:
            return self.words.get(inner.name, 0) < 2
        return around.takes and (inner.outside in _SHOWS or (inner.kind == "exists" and not inner.joined))
