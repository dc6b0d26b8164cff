"""SQL expressions as trees.

Knows: the grammar of conditions: precedence, IN, LIKE, BETWEEN, IS, EXISTS, casts, arrays, calls, subqueries (kept as tokens). Does not know: what
anything evaluates to. What does not fit the grammar becomes a `Raw`, which says nothing.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from prodlint.database.tokens import Cursor, Token, split

DEPTH = 40  # of nested expressions; deeper ones say nothing
LEVELS = 90  # of the tree in the end
CHAIN = 60  # operators in a row that nest to the left


class Literal(msgspec.Struct, frozen=True):
    """A string, number, true, false or null (None)."""

    value: str | float | bool | None


class Column(msgspec.Struct, frozen=True):
    """A name, with what stands before its dots."""

    parts: tuple[str, ...]


class Call(msgspec.Struct, frozen=True):
    """A function call; the name with its schema."""

    name: str
    args: tuple[Expression, ...]


class Operation(msgspec.Struct, frozen=True):
    """op: "and", "or", "not", "=", "<>", "||", "in", "like", "ilike", "~", "isnull", "any", "array", "case", "->>", ..."""

    op: str
    items: tuple[Expression, ...]


class Query(msgspec.Struct, frozen=True):
    """A subquery. kind: "exists", "scalar", "in" (items: what is looked for), "array"."""

    kind: str
    tokens: tuple[Token, ...]
    items: tuple[Expression, ...] = ()


class Raw(msgspec.Struct, frozen=True):
    """What could not be read."""

    tokens: tuple[Token, ...]


Expression = Literal | Column | Call | Operation | Query | Raw
_BINARY = {"||", "+", "-", "*", "/", "%", "->", "->>", "#>", "#>>", "?", "^"}
_COMPARED = {"=", "<>", "!=", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*", "@>", "<@", "&&"}
_BARE_CALLS = {"current_user", "session_user", "current_role", "current_schema", "current_date", "current_timestamp", "localtimestamp", "user"}
_GOES_ON = {"::", "collate", "at", "[", "."}  # what may stand behind a value
_CONSTANTS = {"true": True, "false": False, "null": None}
_END = {
    "and", "or", "not", "is", "in", "like", "ilike", "between", "then", "else", "end", "when", "from", "where", "as", "asc", "desc", "similar",
    "collate", "isnull", "notnull", "at", "loop", "using", "into", "limit", "order", "group", "union",
}  # fmt: skip


def parse(source: tuple[Token, ...] | list[Token]) -> Expression:
    """The whole of these tokens as one expression."""
    return _parsed(tuple(source))


@lru_cache(maxsize=4_096)  # the policies of one project say the same again and again
def _parsed(source: tuple[Token, ...]) -> Expression:
    cursor = Cursor(list(source))
    try:
        found = _Parser(cursor).expression(0)
    except (_Unread, RecursionError):
        return Raw(source)
    return found if cursor.done and not _too_deep(found) else Raw(source)


def _too_deep(expression: Expression) -> bool:
    """Would a walk that calls itself for each level need too many calls?"""
    stack = [(expression, 1)]
    while stack:
        each, level = stack.pop()
        if level > LEVELS:
            return True
        if isinstance(each, Call):
            stack += ((inner, level + 1) for inner in each.args)
        elif isinstance(each, (Operation, Query)):
            stack += ((inner, level + 1) for inner in each.items)
    return False


def parse_start(cursor: Cursor) -> Expression:
    """The expression that starts here, as far as it goes."""
    start = cursor.at
    try:
        found = _Parser(cursor).expression(0)
    except (_Unread, RecursionError):
        cursor.at = start
        return Raw(tuple(cursor.until(",", ";")))
    return Raw(()) if _too_deep(found) else found


class _Unread(Exception):
    """The grammar ends here."""


class _Parser:
    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor

    def expression(self, depth: int) -> Expression:
        if depth > DEPTH:
            raise _Unread
        return self.chain("or", lambda: self.chain("and", lambda: self.inverted(depth)))

    def chain(self, word: str, part) -> Expression:  # noqa: ANN001  # a parser of one operand
        items = [part()]
        while self.cursor.take(word):
            items.append(part())
        return items[0] if len(items) == 1 else Operation(word, tuple(items))

    def inverted(self, depth: int) -> Expression:
        count = 0
        while self.cursor.take("not"):
            count += 1
        found = self.comparison(depth)
        return Operation("not", (found,)) if count % 2 else found

    def comparison(self, depth: int) -> Expression:
        left = self.sum(depth)
        cursor = self.cursor
        for _ in range(CHAIN):
            token = cursor.peek()
            if token.kind == "op" and token.text in _COMPARED:
                cursor.next()
                left = Operation("<>" if token.text == "!=" else token.text, (left, self.right(depth)))
            elif cursor.take("is"):
                left = self.test(left, depth)
            elif cursor.take("isnull"):
                left = Operation("isnull", (left,))
            elif cursor.take("notnull"):
                left = Operation("not", (Operation("isnull", (left,)),))
            elif token.kind == "word" and token.text in ("not", "in", "like", "ilike", "between", "similar"):
                negated = cursor.take("not")
                left = self.member(left, depth)
                left = Operation("not", (left,)) if negated else left
            else:
                return left
        raise _Unread

    def right(self, depth: int) -> Expression:
        if word := self.cursor.take_any("any", "some", "all"):
            inner = self.cursor.group()
            name = "any" if word == "some" else word
            if inner and inner[0].text in ("select", "with", "values"):
                return Operation(name, (Query("array", tuple(inner)),))
            return Operation(name, (self.inner(inner, depth),))
        return self.sum(depth)

    def test(self, left: Expression, depth: int) -> Expression:
        negated = self.cursor.take("not")
        if self.cursor.take("distinct", "from"):
            same = Operation("same", (left, self.sum(depth)))
            return same if negated else Operation("not", (same,))
        word = self.cursor.take_any("null", "true", "false", "unknown")
        if not word:
            raise _Unread
        found = Operation("isnull", (left,)) if word in ("null", "unknown") else Operation(f"is{word}", (left,))
        return Operation("not", (found,)) if negated else found

    def member(self, left: Expression, depth: int) -> Expression:
        cursor = self.cursor
        if cursor.take("in"):
            inner = cursor.group()
            if inner and inner[0].text in ("select", "with", "values"):
                return Query("in", tuple(inner), (left,))
            return Operation("in", (left, *(self.inner(each, depth) for each in split(inner))))
        if cursor.take("between"):
            cursor.take_any("symmetric", "asymmetric")
            low = self.sum(depth)
            if not cursor.take("and"):
                raise _Unread
            return Operation("between", (left, low, self.sum(depth)))
        word = cursor.take_any("like", "ilike", "similar")
        if not word:
            raise _Unread
        cursor.take("to")
        found = Operation(word, (left, self.right(depth)))
        if cursor.take("escape"):
            self.sum(depth)
        return found

    def sum(self, depth: int) -> Expression:
        left = self.unary(depth)
        for _ in range(CHAIN):
            token = self.cursor.peek()
            if token.kind != "op" or token.text not in _BINARY:
                return left
            items = [left]
            while self.cursor.take(token.text):
                items.append(self.unary(depth))
                if token.text != "||":
                    break
            left = Operation(token.text, tuple(items))
        raise _Unread

    def unary(self, depth: int) -> Expression:
        while self.cursor.take_any("+", "-"):
            pass
        found = self.primary(depth)
        for _ in range(CHAIN):
            if self.cursor.peek().text not in _GOES_ON:
                return found
            if self.cursor.take("::"):
                self.type()
            elif self.cursor.take("collate"):
                self.cursor.qualified()
            elif self.cursor.take("at", "time", "zone"):
                self.primary(depth)
            elif self.cursor.sees("["):
                self.brackets()
                found = Operation("item", (found,))
            elif self.cursor.sees(".") and self.cursor.peek(1).text == "*":
                self.cursor.at += 2
                found = Operation("whole", (found,))
            elif self.cursor.sees(".") and isinstance(found, (Query, Operation)):
                self.cursor.next()
                found = Operation("item", (found, Literal(self.cursor.name())))
            else:
                return found
        raise _Unread

    def brackets(self) -> list[Token]:
        self.cursor.next()
        inner = self.cursor.until("]")
        self.cursor.next()
        return inner

    def type(self) -> None:
        """A type's name, with its sizes and brackets."""
        cursor = self.cursor
        cursor.qualified()
        cursor.take("precision")
        if cursor.take("varying"):
            pass
        if cursor.sees("("):
            cursor.group()
        if cursor.take_any("with", "without"):
            cursor.take("time", "zone")
        while cursor.sees("["):
            self.brackets()

    def inner(self, source: list[Token], depth: int) -> Expression:
        """These tokens, and nothing else, as an expression."""
        outer, self.cursor = self.cursor, Cursor(source)
        try:
            found = self.expression(depth + 1)
            if not self.cursor.done:
                return Raw(tuple(source))
            return found
        finally:
            self.cursor = outer

    def primary(self, depth: int) -> Expression:
        cursor = self.cursor
        token = cursor.peek()
        if token.kind == "string":
            cursor.next()
            return Literal(token.text)
        if token.kind == "number":
            cursor.next()
            return Literal(float(token.text)) if token.text.count(".") < 2 else Raw((token,))
        if cursor.sees("("):
            return self.grouped(depth)
        if token.kind == "word":
            return self.word(token, depth)
        if token.kind == "name":
            return self.named(depth)
        raise _Unread

    def grouped(self, depth: int) -> Expression:
        inner = self.cursor.group()
        if inner and inner[0].kind == "word" and inner[0].text in ("select", "with", "values"):
            return Query("scalar", tuple(inner))
        parts = split(inner)
        if len(parts) > 1:
            return Operation("row", tuple(self.inner(each, depth) for each in parts))
        return self.inner(inner, depth)

    def word(self, token: Token, depth: int) -> Expression:
        cursor = self.cursor
        if token.text in _CONSTANTS:
            cursor.next()
            return Literal(_CONSTANTS[token.text])
        if cursor.take("exists"):
            return Query("exists", tuple(cursor.group()))
        if cursor.take("array"):
            if cursor.sees("("):
                return Query("array", tuple(cursor.group()))
            return Operation("array", tuple(self.inner(each, depth) for each in split(self.brackets())))
        if cursor.take("case"):
            return self.case(depth)
        if cursor.take("cast"):
            return self.inner(Cursor(cursor.group()).until("as"), depth)
        if token.text in _BARE_CALLS and cursor.peek(1).text not in ("(", "."):
            cursor.next()
            return Call(token.text, ())
        if token.text in _END:
            raise _Unread
        return self.named(depth)

    def case(self, depth: int) -> Expression:
        """Every condition and result of it, in order."""
        cursor, items = self.cursor, []
        start = cursor.at
        if not cursor.sees("when"):
            items.append(self.expression(depth + 1))
        while cursor.take_any("when", "then", "else"):
            items.append(self.expression(depth + 1))
        if not cursor.take("end") or cursor.at == start:
            raise _Unread
        return Operation("case", tuple(items))

    def named(self, depth: int) -> Expression:
        cursor = self.cursor
        parts = [cursor.name()]
        while cursor.sees(".") and cursor.peek(1).kind in ("word", "name"):
            cursor.next()
            parts.append(cursor.name())
        if not cursor.sees("("):
            if len(parts) == 1 and cursor.peek().kind == "string" and parts[0] in ("text", "date", "timestamp", "interval", "uuid", "timestamptz"):
                return Literal(cursor.next().text)
            return Column(tuple(parts))
        inner = cursor.group()
        if inner and inner[0].text in ("select", "with"):
            return Call(".".join(parts), (Query("scalar", tuple(inner)),))
        args = [each[1:] if each and each[0].text in ("variadic", "distinct") else each for each in split(inner)]
        if cursor.take("filter") or cursor.take("over"):
            cursor.group()
        return Call(".".join(parts), tuple(self.argument(each, depth) for each in args))

    def argument(self, source: list[Token], depth: int) -> Expression:
        """One argument; `name => value` and `name := value` are the value."""
        if len(source) > 2 and source[1].text in ("=>", ":="):
            source = source[2:]
        if source and source[0].text == "*":
            return Raw(tuple(source))
        return self.inner(source, depth)


def walk(expression: Expression) -> list[Expression]:
    """The expression and everything in it, subqueries unopened."""
    out, stack = [], [expression]
    while stack:
        each = stack.pop()
        out.append(each)
        if isinstance(each, Call):
            stack += each.args
        elif isinstance(each, (Operation, Query)):
            stack += each.items
    return out
